// The driver against its simulator: hand-over, ENQ, fences and dialects. What every reader keeps is in conformance.test.ts.
import { describe, expect, test } from 'vitest';
import { openReader } from '../kit/conformance/card-reader-bench.ts';
import { ACK, ENQ, EOT, encodeStxFrame, NAK, STX, textOfStxFrame } from '../kit/index.ts';
import { newCard, PSC } from '../kit/testing/card.ts';
import { corrupt, drop, type Mishap, pass, replace } from '../kit/testing/line.ts';
import driver from './driver.ts';
import manifest from './manifest.json' with { type: 'json' };
import { simulator } from './simulator.ts';

type Options = Readonly<Record<string, string | number | boolean>>;

async function setUp(options: Options = {}) {
  const bench = await openReader({ driver, manifest, simulator, options });
  const card = newCard();
  bench.device.insert(1, card);
  await bench.run(bench.reader.presentPsc(1, PSC));
  card.persisted = 0;
  bench.line.toDevice.sent.length = 0;
  bench.line.toHost.sent.length = 0;
  const sent = () => bench.line.toDevice.sent;
  const asked = () => sent().filter((bytes) => bytes.length === 1 && bytes[0] === ENQ).length;
  const commands = (code: number) => sent().filter((bytes) => bytes.at(0) === STX && textOfStxFrame(bytes)[1] === code);
  return { ...bench, card, sent, asked, commands };
}

const READ = 0x31;
const WRITE = 0x34;

describe('on the line', () => {
  test('a read is a command, ACK, ENQ and an answer', async () => {
    const { line, reader, run, sent } = await setUp();
    expect(await run(reader.readMain(1, 60, 2))).toEqual(newCard().main.slice(60, 62));
    expect(sent().map((bytes) => [...bytes])).toEqual([
      [0x02, 0, 4, 0x34, 0x31, 60, 2, 0x03, 0x02 ^ 4 ^ 0x34 ^ 0x31 ^ 60 ^ 2 ^ 0x03],
      [ENQ],
    ]);
    expect(line.toHost.sent.map((bytes) => [...bytes])).toEqual([
      [ACK],
      [...encodeStxFrame(Uint8Array.of(0x34, 0x31, 0x59, ...newCard().main.subarray(60, 62)))],
    ]);
  });

  test('a model with other bytes is matched by options alone', async () => {
    const { reader, endOf, sent } = await setUp();
    const other = await openReader({ driver, manifest, simulator, options: { readMainCommand: '53 33 00 B0 {address} {length}' } });
    await other.endOf(other.reader.readMain(1, 7, 9));
    expect([...textOfStxFrame(other.line.toDevice.sent[0] ?? new Uint8Array(0))]).toEqual([0x53, 0x33, 0x00, 0xb0, 7, 9]);
    expect(await endOf(reader.readErrorCounter(1))).toEqual({ value: 7 });
    expect(sent().length).toBe(2);
  });

  test.each([
    ['readMainCommand', '34 31 {address}'],
    ['statusCommand', '3'],
    ['powerOnCommand', '34 31'],
    ['resultOk', 'yes'],
    ['readBytes', 256],
  ])('an option that cannot be is named: %s', async (field, value) => {
    await expect(setUp({ [field]: value })).rejects.toMatchObject({ code: 'SETTINGS_INVALID' });
  });
});

describe('hand-over', () => {
  test.each([READ, WRITE])('NAK: command %i goes again, in bounds, and is carried out once', async (code) => {
    const { line, reader, run, endOf, card, commands } = await setUp();
    const call = () => (code === READ ? reader.readMain(1, 60, 2) : reader.updateMain(1, 60, Uint8Array.of(1, 2)));
    line.toDevice.next(corrupt(6), corrupt(6));
    await run<unknown>(call());
    expect(commands(code).length).toBe(3);
    expect(card.persisted).toBe(code === WRITE ? 2 : 0);
    line.toDevice.always((bytes) => (bytes.length > 1 ? corrupt(bytes.length - 1)(bytes) : pass(bytes)));
    expect(await endOf<unknown>(call())).toBe('FRAME_SUM');
    expect(card.persisted).toBe(code === WRITE ? 2 : 0);
  });

  test('a write whose ACK is lost is not carried out, not even later', async () => {
    const { timers, line, reader, run, endOf, card, commands } = await setUp();
    line.toHost.next(drop);
    expect(await endOf(reader.updateMain(1, 60, Uint8Array.of(1)))).toBe('DEVICE_NO_ANSWER');
    expect(await run(reader.readMain(1, 60, 1))).toEqual(newCard().main.slice(60, 61));
    await timers.advance(60_000);
    expect([card.persisted, commands(WRITE).length]).toEqual([0, 1]);
  });

  test('after a fault the next command goes behind EOT and a fence', async () => {
    const { line, reader, run, endOf, sent } = await setUp();
    line.toHost.next(drop);
    await endOf(reader.updateMain(1, 60, Uint8Array.of(1)));
    sent().length = 0;
    await run(reader.readMain(1, 60, 1));
    expect(sent().map((bytes) => [...bytes].slice(0, 2))).toEqual([[EOT, STX], [ENQ], [STX, 0], [ENQ]]);
  });

  test('a NAK behind an ACK ends the exchange, whatever answer follows', async () => {
    const { line, reader, endOf, card } = await setUp();
    const forged: Mishap = (bytes) => [{ bytes: Uint8Array.of(NAK, ...bytes), delayMs: 0 }];
    line.toHost.next(pass, forged);
    expect(await endOf(reader.updateMain(1, 60, Uint8Array.of(1)))).toBe('FRAME_UNEXPECTED');
    expect(card.persisted).toBe(1);
  });
});

test('an answer with fewer bytes than were asked for is none, though its BCC is right', async () => {
  const { line, reader, endOf, commands } = await setUp({ readRetries: 0 });
  const short: Mishap = (bytes) => [{ bytes: encodeStxFrame(textOfStxFrame(bytes).slice(0, -1)), delayMs: 0 }];
  line.toHost.next(pass, short);
  expect(await endOf(reader.readMain(1, 60, 2))).toBe('FRAME_UNEXPECTED');
  expect(commands(READ).length).toBe(1);
});

describe('a lost answer', () => {
  test('of a read is asked for again by ENQ alone', async () => {
    const { line, reader, run, asked, commands } = await setUp();
    line.toHost.next(pass, drop, drop);
    expect(await run(reader.readMain(1, 60, 2))).toEqual(newCard().main.slice(60, 62));
    expect([asked(), commands(READ).length]).toEqual([3, 1]);
  });

  test('of a write or a presentation is not, and the deed was done once', async () => {
    const { line, reader, run, endOf, asked, card, commands } = await setUp();
    line.toHost.next(pass, drop);
    expect(await endOf(reader.updateMain(1, 60, Uint8Array.of(1, 2)))).toBe('DEVICE_NO_ANSWER');
    expect([asked(), commands(WRITE).length, card.persisted]).toEqual([1, 1, 2]);
    expect(await run(reader.readMain(1, 60, 2))).toEqual(Uint8Array.of(1, 2));
    // The answer to the presentation comes behind ACK and answer of the power.
    line.toHost.next(pass, pass, pass, drop);
    expect(await endOf(reader.presentPsc(1, Uint8Array.of(9, 9, 9)))).toBe('DEVICE_NO_ANSWER');
    expect([card.errorCounter, card.persisted]).toEqual([6, 3]);
  });

  test('a late answer to a read is not taken for the next read’s', async () => {
    const { line, reader, run, endOf, card } = await setUp({ readRetries: 0 });
    const late: Mishap = (bytes) => [{ bytes, delayMs: 1_005 }];
    line.toHost.next(pass, late);
    expect(await endOf(reader.readMain(1, 60, 2))).toBe('DEVICE_NO_ANSWER');
    card.main.set([0xbe, 0xef], 60);
    expect(await run(reader.readMain(1, 60, 2))).toEqual(Uint8Array.of(0xbe, 0xef));
  });
});

test('the PSC stands in no trace of a damaged answer either', async () => {
  const { timers, line, reader, endOf, run, traced } = await setUp();
  for (let at = 0; at < 12; at += 1)
    for (const mishap of [corrupt(at), replace((bytes) => bytes.slice(at)), replace((bytes) => bytes.slice(0, at))]) {
      line.toHost.next(pass, mishap);
      await endOf(reader.readErrorCounter(1));
      await timers.advance(5_000);
      await run(reader.presentPsc(1, PSC));
    }
  expect(traced.length).toBeGreaterThan(100);
  expect(traced.filter((bytes) => Buffer.from(bytes).includes(Buffer.from(PSC)))).toEqual([]);
});

test('presence is asked for only while somebody listens', async () => {
  const { timers, device, reader, sent } = await setUp();
  const seen: string[] = [];
  await timers.advance(5_000);
  expect(sent()).toEqual([]);
  const stop = reader.onPresence((slot, presence) => seen.push(`${slot} ${presence}`));
  await timers.advance(5_000);
  device.remove(1);
  await timers.advance(1_000);
  device.insert(1, newCard({ damaged: true }));
  await timers.advance(1_000);
  stop();
  const before = sent().length;
  await timers.advance(5_000);
  expect(seen).toEqual(['1 present', '1 absent', '1 damaged']);
  expect(sent().length).toBe(before);
});
