// Device and hall processes over real lines: writes, tears, unplugging, SIGKILL, the printer's troubles.
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Outcome } from '../../drivers/kit/outcome.ts';
import type { CardSnapshot, HeldReader, WriteProgress } from '../../src/main/core/ports/devices.ts';
import { openCardFile } from '../../src/main/hall/card-file.ts';
import { applyWrites, judgeImage } from '../../src/shared/domain/card-image.ts';
import { type HallBench, openHallBench, PSC, placeOf, plainCard } from '../support/hall-bench.ts';

const BEFORE = new Uint8Array(256).fill(0xff);
const CHOICES = [{ layoutId: 'any', access: { chip: 'SLE4442' }, keyVersion: null, keys: null }] as const;
const OPENED_BY = { access: { chip: 'SLE4442' }, keys: { chip: 'SLE4442', psc: PSC } } as const;
const SNAPSHOT = { chip: null, uid: null, layoutId: null, keyVersion: null, image: null, attemptsLeft: null };
const WRITES = [{ address: 64, data: Uint8Array.from({ length: 128 }, (_, index) => index) }];
const AFTER = applyWrites(BEFORE, WRITES);
const JOB = { jobId: 'job-1', markup: '^^^RECEIPT\n\nTotal | 230.00', cut: true, openDrawer: true };

/** One hall for all tests; each takes a fresh card. */
let bench: HallBench;
let used = 0;
let card = 'C0';
beforeAll(async () => {
  const fresh = Array.from({ length: 30 }, (_, index) => plainCard(`C${index}`));
  const cards = [...fresh, plainCard('LOCKED', { errorCounter: 0 }), plainCard('LAST', { errorCounter: 1 })];
  bench = await openHallBench({ cards, hand: cards.map(({ cardNo }) => ({ cardNo, customerName: '', accountNo: '' })), meters: [] });
});
afterAll(() => bench.close());
beforeEach(() => {
  used += 1;
  card = `C${used}`;
});
afterEach(async () => {
  const { cards } = await bench.hall.state();
  if (cards.some(({ place }) => place === 'slot:1')) await bench.hall.act({ act: 'remove', slot: 1 });
});

async function insert(cardNo = card): Promise<void> {
  await bench.hall.act({ act: 'insert', slot: 1, cardNo });
}

/** Takes the lease for one task and gives the task's own outcome. */
async function withReader<T>(task: (reader: HeldReader) => Promise<Outcome<T>>): Promise<Outcome<T>> {
  const held = await bench.devices.withReader(task);
  return held.kind === 'done' ? held.value : held;
}

function write(progress: (step: WriteProgress) => void = () => {}): Promise<Outcome<Uint8Array>> {
  const request = { slot: 1, expected: BEFORE, writes: WRITES, ...OPENED_BY, allowLastAttempt: false };
  return withReader((reader) => reader.write(request, progress));
}

async function read(): Promise<CardSnapshot> {
  const outcome = await withReader((reader) => reader.read(1, CHOICES));
  if (outcome.kind !== 'done') throw new Error(JSON.stringify(outcome));
  return outcome.value;
}

/** Runs `act` once, when the first chunk has been written. */
function inTheMiddle(act: () => void): (step: WriteProgress) => void {
  let acted = false;
  return () => {
    if (!acted) act();
    acted = true;
  };
}

function verdict(found: Uint8Array | null) {
  return judgeImage({ before: BEFORE, after: AFTER, found: found ?? new Uint8Array(256), meterRanges: [], unitBytes: 1 });
}

function stored(cardNo: string): Uint8Array {
  const file = openCardFile(join(bench.folder, 'hall', 'cards.bin'));
  const image = file.get(cardNo)?.main ?? new Uint8Array();
  file.close();
  return image;
}

describe('the reader', () => {
  it('reports a card, reads it, writes it and reads it back', async () => {
    await insert();
    await bench.until('card reported', () => bench.device('reader').cards[0] === 'present');
    expect(bench.events).toContainEqual({ type: 'card', slot: 1, presence: 'present' });
    expect(await read()).toEqual({ ...SNAPSHOT, presence: 'present', chip: 'SLE4442', layoutId: 'any', image: BEFORE, attemptsLeft: 3 });
    const steps: WriteProgress[] = [];
    expect(await write((step) => steps.push(step))).toEqual({ kind: 'done', value: AFTER });
    expect(steps.at(-1)).toEqual({ doneBytes: 128, totalBytes: 128 });
    expect(stored(card)).toEqual(AFTER);
    await bench.hall.act({ act: 'remove', slot: 1 });
    expect(await read()).toEqual({ ...SNAPSHOT, presence: 'absent' });
  });

  it('refuses cards without attempts to spare and leaves their counter alone', async () => {
    await insert('LOCKED');
    expect(await write()).toMatchObject({ kind: 'refused', fault: { code: 'CARD_LOCKED' } });
    await bench.hall.act({ act: 'remove', slot: 1 });
    await insert('LAST');
    expect(await write()).toMatchObject({ kind: 'refused', fault: { code: 'CARD_LAST_ATTEMPT' } });
    expect(await read()).toMatchObject({ attemptsLeft: 1 });
  });

  // 2 bytes of the error counter come before the first of the 128.
  it.each([0, 1, 2, 3, 66, 129])('tells the truth about a card pulled after %i bytes', async (afterBytes) => {
    await insert();
    await bench.hall.act({ act: 'remove-during-write', slot: 1, afterBytes });
    const outcome = await write();
    expect(outcome.kind).toBe(afterBytes <= 2 ? 'refused' : 'unknown');
    await bench.until('card in the hand', async () => placeOf(await bench.hall.state(), card) === 'hand');
    await insert();
    const snapshot = await read();
    expect(verdict(snapshot.image)).toBe(afterBytes <= 2 ? 'before' : 'mixture');
    expect(snapshot.attemptsLeft).toBe(afterBytes === 1 ? 2 : 3);
    const rest = [{ address: 64, data: AFTER.slice(64, 192) }];
    const repair = { slot: 1, expected: snapshot.image ?? BEFORE, writes: rest, ...OPENED_BY, allowLastAttempt: false };
    expect(await withReader((reader) => reader.write(repair, () => {}))).toEqual({ kind: 'done', value: AFTER });
    expect(await read()).toMatchObject({ attemptsLeft: 3 });
  });

  it('unplugged in the middle of a write: unknown, down, and ready again with the plug', async () => {
    await insert();
    const outcome = await write(inTheMiddle(() => void bench.hall.act({ act: 'plug', device: 'reader', plugged: false })));
    expect(outcome).toMatchObject({ kind: 'unknown' });
    await bench.until('down', () => bench.device('reader').state === 'down');
    expect(bench.device('reader').lastError?.code).toBe('PORT_MISSING');
    expect(await withReader((reader) => reader.read(1, CHOICES))).toMatchObject({ kind: 'refused', fault: { code: 'DEVICE_OFFLINE' } });
    await bench.hall.act({ act: 'plug', device: 'reader', plugged: true });
    await bench.until('ready', () => bench.device('reader').state === 'ready');
    expect(verdict((await read()).image)).toBe('mixture');
  });

  it('is held by one task at a time', async () => {
    const gate = Promise.withResolvers<void>();
    const first = bench.devices.withReader(() => gate.promise);
    expect(await withReader((reader) => reader.read(1, CHOICES))).toMatchObject({ kind: 'refused', fault: { code: 'DEVICE_BUSY' } });
    gate.resolve();
    expect((await first).kind).toBe('done');
    expect((await read()).presence).toBe('absent');
  });

  it('stops a write that is cancelled, and serves the next call', async () => {
    await insert();
    const outcome = await write(inTheMiddle(() => bench.devices.cancel('reader')));
    expect(outcome).toMatchObject({ kind: 'unknown', fault: { code: 'DEVICE_CANCELLED' } });
    expect(verdict((await read()).image)).toBe('mixture');
  });
});

describe('processes', () => {
  it('device process killed in the middle of a write: unknown, and back by itself', async () => {
    await insert();
    const outcome = await write(inTheMiddle(() => bench.killDeviceProcess()));
    expect(outcome).toEqual({ kind: 'unknown', fault: { code: 'DEVICE_PROCESS_LOST', context: {} } });
    expect(bench.device('reader').state).toBe('down');
    await bench.until('ready', () => bench.device('reader').state === 'ready');
    expect(verdict((await read()).image)).toBe('mixture');
  });

  it('device process that hangs in the middle of a write: killed by the heartbeat, unknown, and back by itself', async () => {
    await insert();
    const outcome = await write(inTheMiddle(() => bench.stopDeviceProcess()));
    expect(outcome).toEqual({ kind: 'unknown', fault: { code: 'DEVICE_PROCESS_LOST', context: {} } });
    await bench.until('ready', () => bench.device('reader').state === 'ready');
    expect(verdict((await read()).image)).toBe('mixture');
  });

  it('hall process killed in the middle of a write: the card holds what had been written, in the slot where it was', async () => {
    await insert();
    const outcome = await write(inTheMiddle(() => bench.killHallProcess()));
    expect(outcome.kind).toBe('unknown');
    expect(verdict(stored(card))).toBe('mixture');
    await bench.until('present again', () => bench.device('reader').state === 'ready' && bench.device('reader').cards[0] === 'present');
    expect((await read()).image).toEqual(stored(card));
  });
});

describe('the printer', () => {
  it('prints, cuts and opens the drawer', async () => {
    expect(await bench.devices.print(JOB)).toMatchObject({ kind: 'done', value: { proof: 'verified' } });
    const state = await bench.hall.state();
    expect(state.paper).toHaveLength(1);
    expect(state.paper[0]?.join('\n')).toContain('230.00');
    expect(state.drawerPulses).toBe(1);
    expect(bench.devices.printerColumns()).toBeGreaterThan(0);
  });

  it('without paper refuses before anything is printed, and shows it', async () => {
    const before = (await bench.hall.state()).paper;
    await bench.hall.act({ act: 'paper', state: 'out' });
    expect(await bench.devices.print(JOB)).toMatchObject({ kind: 'refused', fault: { code: 'PRINTER_PAPER_OUT' } });
    await bench.until('degraded', () => bench.device('printer').state === 'degraded');
    expect(bench.device('printer').lastError?.code).toBe('PRINTER_PAPER_OUT');
    await bench.hall.act({ act: 'paper', state: 'near-end' });
    await bench.until('ready', () => bench.device('printer').state === 'ready');
    expect(bench.device('printer').paperNearEnd).toBe(true);
    expect((await bench.hall.state()).paper).toEqual(before);
    await bench.hall.act({ act: 'paper', state: 'ok' });
  });

  it('that has gone silent is down, and ready again when it answers', async () => {
    await bench.hall.act({ act: 'printer-silent', silent: true });
    await bench.until('down', () => bench.device('printer').state === 'down');
    expect((await bench.devices.print(JOB)).kind).toBe('refused');
    await bench.hall.act({ act: 'printer-silent', silent: false });
    await bench.until('ready', () => bench.device('printer').state === 'ready');
    expect((await bench.devices.print(JOB)).kind).toBe('done');
  });

  it.each([
    ['cover-open', 'PRINTER_COVER_OPEN'],
    ['cutter', 'PRINTER_CUTTER'],
    ['unrecoverable', 'PRINTER_FAILED'],
  ] as const)('with %s says %s, and is ready once that is mended', async (trouble, code) => {
    await bench.hall.act({ act: 'printer-trouble', trouble });
    await bench.until(code, () => bench.device('printer').lastError?.code === code);
    expect(bench.device('printer').state).toBe('degraded');
    await bench.hall.act({ act: 'printer-trouble', trouble: 'none' });
    await bench.until('ready', () => bench.device('printer').state === 'ready');
  });

  it('whose paper ends in the middle of a receipt says so, and is ready with new paper', async () => {
    await bench.hall.act({ act: 'paper-ends', afterLines: 1 });
    await bench.devices.print({ ...JOB, jobId: 'job-2' });
    await bench.until('PRINTER_PAPER_OUT', () => bench.device('printer').lastError?.code === 'PRINTER_PAPER_OUT');
    await bench.hall.act({ act: 'paper', state: 'ok' });
    await bench.until('ready', () => bench.device('printer').state === 'ready');
  });
});

describe('the bench', () => {
  it.each([
    [{ act: 'insert', slot: 1, cardNo: 'NOBODY' }, 'no-such-card'],
    [{ act: 'insert', slot: 8, cardNo: 'C1' }, 'no-such-slot'],
    [{ act: 'remove', slot: 1 }, 'slot-empty'],
    [{ act: 'remove-during-write', slot: 1, afterBytes: 3 }, 'slot-empty'],
    [{ act: 'meter-takes-card', cardNo: 'C1' }, 'no-meter'],
  ] as const)('refuses %j: %s', async (act, reason) => {
    await expect(bench.hall.act(act)).rejects.toMatchObject({ code: 'HALL_REFUSED', context: { reason } });
  });

  it('refuses a second card in a slot and a card in two slots, and tells of every change', async () => {
    const places: (string | undefined)[] = [];
    const stop = bench.hall.onChange((state) => places.push(placeOf(state, card)));
    await insert();
    await expect(bench.hall.act({ act: 'insert', slot: 1, cardNo: 'LAST' })).rejects.toMatchObject({ context: { reason: 'slot-taken' } });
    await expect(bench.hall.act({ act: 'insert', slot: 2, cardNo: card })).rejects.toMatchObject({ context: { reason: 'card-in-reader' } });
    await bench.hall.act({ act: 'headquarters', online: false });
    expect((await bench.hall.state()).headquartersOnline).toBe(false);
    stop();
    expect(places).toEqual(['slot:1', 'slot:1']);
  });
});
