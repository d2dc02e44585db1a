// The driver over the HID transport, behind node-hid's interface: reports as they are handed over, recorded ones and the simulator's.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type HidBinding, type HidHandle, openHid } from '../../src/main/devices/transports/hid.ts';
import { openReader } from '../kit/conformance/card-reader-bench.ts';
import { fromHex, systemTimers, toHex, withSum16 } from '../kit/index.ts';
import { newCard, PSC } from '../kit/testing/card.ts';
import { createMemoryLine, pass, replace } from '../kit/testing/line.ts';
import driver from './driver.ts';
import manifest from './manifest.json' with { type: 'json' };
import { simulator } from './simulator.ts';

const ADDRESS = { vendorId: 0x1234, productId: 0x0001 };
const REPORT_BYTES = 64;

/** A device behind node-hid: `answer` gets each report that was written and returns those that the device sends then. */
function deviceBehind(answer: (report: Buffer) => readonly Uint8Array[] | null) {
  const listeners: { data: (report: Buffer) => void; error: (error: Error) => void } = { data: () => {}, error: () => {} };
  const written: Buffer[] = [];
  const handle: HidHandle = {
    on(event: 'data' | 'error', listener: (value: never) => void) {
      Object.assign(listeners, { [event]: listener });
    },
    async write(report) {
      written.push(report);
      const answers = answer(report);
      setImmediate(() => answers?.forEach((one) => void listeners.data(Buffer.from(one))));
      return report.length;
    },
    async close() {},
  };
  const binding: HidBinding = { devicesAsync: async () => [{ path: 'usb-1' }], HIDAsync: { open: async () => handle } };
  return { binding, written, listeners };
}

async function openBehind(binding: HidBinding) {
  const transport = await openHid(ADDRESS, systemTimers, binding);
  const open = await driver.open({ transport, timers: systemTimers, options: manifest.options, trace: () => {} });
  if (!open.cardReader) throw new Error('no reader');
  return { transport, open, reader: open.cardReader };
}

/** Returns the reports of a message that arrived as one chunk. */
function reportsOf(bytes: Uint8Array): Uint8Array[] {
  return Array.from({ length: bytes.length / REPORT_BYTES }, (_, index) => bytes.slice(index * REPORT_BYTES, (index + 1) * REPORT_BYTES));
}

describe('an answer with the right number and sum that is not the answer', () => {
  const SLOT = 4;
  const ECHO = 6;
  test.each([
    ['of another slot', SLOT, 'FRAME_SLOT'],
    ['from another address', ECHO, 'FRAME_UNEXPECTED'],
  ] as const)('%s is refused, of a read and of a write', async (_name, at, code) => {
    const bench = await openReader({ driver, manifest, simulator, options: { readRetries: 0 } });
    const { line, reader, device, run, endOf } = bench;
    const card = newCard();
    device.insert(1, card);
    await run(reader.presentPsc(1, PSC));
    const wrong = replace((report) => withSum16(report.slice(0, -2).with(at, (report[at] ?? 0) + 1)));
    line.toHost.next(pass, wrong);
    expect(await endOf(reader.readMain(1, 60, 2))).toBe(code);
    line.toHost.next(wrong);
    expect(await endOf(reader.updateMain(1, 60, Uint8Array.of(1, 2)))).toBe(code);
    expect(await run(reader.readMain(1, 60, 2))).toEqual(Uint8Array.of(1, 2));
  });
});

describe('behind node-hid', () => {
  test('reports go out with their number in front, 65 bytes, and recorded answers are understood', async () => {
    const lines = readFileSync(join(import.meta.dirname, 'transcripts/card-write.jsonl'), 'utf8').split('\n');
    const frames = lines.filter((line) => line.includes('"hex"')).map((line) => JSON.parse(line) as { direction: string; hex: string });
    const sentAt = (from: number) => frames.findIndex(({ direction }, index) => index >= from && direction === 'sent');
    let at = 0;
    const { binding, written } = deviceBehind((report) => {
      const question = sentAt(at);
      expect(toHex(report).toLowerCase()).toBe(frames[question]?.hex.toLowerCase());
      at = question + 1;
      const end = sentAt(at);
      // What the recording shows up to the next question; cards put in and pulled out among it.
      const answers = frames.slice(at, end < 0 ? frames.length : end).flatMap(({ hex }) => reportsOf(fromHex(hex)));
      return answers;
    });
    const { open, reader } = await openBehind(binding);
    await open.probe();
    expect(await reader.status(1)).toBe('absent');
    expect(await reader.status(1)).toBe('present');
    expect(written.every((report) => report.length === REPORT_BYTES + 1 && report[0] === 0)).toBe(true);
    await open.close();
  });

  test('a card is read, opened and written through the simulator, each report by itself', async () => {
    const line = createMemoryLine(systemTimers);
    const device = simulator.createCardReader?.({ timers: systemTimers, byteTimeMs: 0 });
    if (!device) throw new Error('no simulator');
    device.attach(line.device);
    const { binding, listeners } = deviceBehind((report) => {
      void line.host.write(report);
      return null;
    });
    line.host.onData((chunk) => reportsOf(chunk).forEach((report) => void listeners.data(Buffer.from(report))));
    const { open, reader, transport } = await openBehind(binding);
    const seen: string[] = [];
    reader.onPresence((slot, presence) => seen.push(`${slot} ${presence}`));
    const card = newCard();
    device.insert(1, card);
    expect(await reader.readMain(1, 0, 256)).toEqual(card.main);
    await reader.presentPsc(1, PSC);
    const data = Uint8Array.from({ length: 100 }, (_, index) => index);
    await reader.updateMain(1, 40, data);
    expect(card.main.slice(40, 140)).toEqual(data);
    expect(seen).toEqual(['1 present']);

    const lost = new Promise<Error>((resolve) => transport.onLost(resolve));
    listeners.error(new Error('could not read from HID device: No such device'));
    expect(await lost).toMatchObject({ code: 'PORT_MISSING' });
    await expect(reader.status(1)).rejects.toMatchObject({ code: 'PORT_MISSING' });
    await open.close();
  });
});
