// Frames: how fast the kit's framers and a driver's codec parse and build, against a plain scan of the same bytes; and whether a card read and a
// receipt take longer than their bytes do on the line.

import fourSlot from '../../drivers/fourslot-sle4442/driver.ts';
import { decodeFrame, encodeFrame, FRAME_FORMAT, HEAD_REQUEST } from '../../drivers/fourslot-sle4442/frames.ts';
import fourSlotManifest from '../../drivers/fourslot-sle4442/manifest.json' with { type: 'json' };
import { simulator as fourSlotSimulator } from '../../drivers/fourslot-sle4442/simulator.ts';
import escpos from '../../drivers/generic-escpos/driver.ts';
import escposManifest from '../../drivers/generic-escpos/manifest.json' with { type: 'json' };
import { simulator as escposSimulator } from '../../drivers/generic-escpos/simulator.ts';
import type { OpenDevice } from '../../drivers/kit/driver.ts';
import { createDelimiterFramer } from '../../drivers/kit/framing/delimiter-frame.ts';
import { createFixedFramer, type FixedFramer } from '../../drivers/kit/framing/fixed-frame.ts';
import { createSlipFramer, encodeSlip } from '../../drivers/kit/framing/slip-frame.ts';
import { createStxFramer, encodeStxFrame } from '../../drivers/kit/framing/stx-frame.ts';
import type { Driver, Transport } from '../../drivers/kit/index.ts';
import { newCard } from '../../drivers/kit/testing/card.ts';
import { createMemoryLine } from '../../drivers/kit/testing/line.ts';
import { createManualTimers, type ManualTimers } from '../../drivers/kit/testing/timers.ts';
import { lineTimeMs, paceTransport } from '../support/paced-line.ts';
import { report } from './report.ts';

const FRAMES = 4_000;
/** What a UART hands over at once. */
const CHUNK_BYTES = 64;
const ROUNDS = 7;

/** Returns the least time of several runs, ms: what the machine can do when nothing else disturbs it. */
function leastMs(run: () => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round += 1) {
    const startMs = performance.now();
    run();
    least = Math.min(least, performance.now() - startMs);
  }
  return least;
}

/** A loop over every byte, the least that any parser must do. */
function scanMs(bytes: Uint8Array): number {
  let sum = 0;
  const ms = leastMs(() => {
    for (const byte of bytes) sum = (sum + byte) & 0xffff;
  });
  if (sum < 0) throw new Error('never');
  return ms;
}

function parseMs(create: () => FixedFramer, bytes: Uint8Array): number {
  return leastMs(() => {
    const framer = create();
    let frames = 0;
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES)
      for (const { kind } of framer.push(bytes.subarray(at, at + CHUNK_BYTES))) frames += kind === 'frame' ? 1 : 0;
    if (frames !== FRAMES) throw new Error(`${frames} frames`);
  });
}

function reportRate(name: string, { ms, bytes, bound }: { readonly ms: number; readonly bytes: Uint8Array; readonly bound: number }): void {
  const megabytesPerSecond = (milliseconds: number) => bytes.length / milliseconds / 1_000;
  const reference = scanMs(bytes);
  report({
    name,
    unit: 'MB/s',
    ours: megabytesPerSecond(ms),
    reference: megabytesPerSecond(reference),
    ratio: reference / ms,
    sense: 'min',
    bound,
  });
}

const data = Uint8Array.from({ length: 32 }, (_, at) => (at * 7 + 1) & 0x7f);
const readerFrame = { head: HEAD_REQUEST, slot: 1, operation: 0, part: 0, address: 64, count: 16, data };
const stream = (frame: Uint8Array) => new Uint8Array(Buffer.concat(new Array<Uint8Array>(FRAMES).fill(frame)));
const line = Uint8Array.of(...data.map((byte) => byte | 0x40), 0x0d, 0x0a);

/** Bounds are about a fifth of what was measured when they were set. */
const parsed: readonly [string, () => FixedFramer, Uint8Array, number][] = [
  ['parse: fixed length and sum', () => createFixedFramer(FRAME_FORMAT), encodeFrame(readerFrame), 0.08],
  ['parse: STX/ETX/BCC', () => createStxFramer({ maxTextBytes: 255 }), encodeStxFrame(data), 0.07],
  ['parse: delimiter', () => createDelimiterFramer({ delimiter: Uint8Array.of(0x0d, 0x0a), maxBytes: 128 }), line, 0.06],
  ['parse: SLIP', () => createSlipFramer({ maxBytes: 128 }), encodeSlip(data), 0.03],
];
for (const [name, create, frame, bound] of parsed) {
  const bytes = stream(frame);
  reportRate(name, { ms: parseMs(create, bytes), bytes, bound });
}

const built: readonly [string, () => Uint8Array, number][] = [
  ['build: four-slot frame', () => encodeFrame(readerFrame), 0.2],
  ['build: STX/ETX/BCC', () => encodeStxFrame(data), 0.02],
  ['build: SLIP', () => encodeSlip(data), 0.03],
];
for (const [name, build, bound] of built) {
  const bytes = stream(build());
  const ms = leastMs(() => {
    for (let count = 0; count < FRAMES; count += 1) build();
  });
  reportRate(name, { ms, bytes, bound });
}
const coded = encodeFrame(readerFrame);
reportRate('take apart: four-slot frame', {
  ms: leastMs(() => {
    for (let count = 0; count < FRAMES; count += 1) decodeFrame(coded);
  }),
  bytes: stream(coded),
  bound: 0.5,
});

/** A driver and its simulator at the ends of a line of this rate, in a time of its own. */
async function openPaced(
  {
    driver,
    options,
    attach,
  }: {
    readonly driver: Driver;
    readonly options: Record<string, string | number | boolean>;
    attach(timers: ManualTimers, line: Transport): void;
  },
  baudRate: number,
) {
  const timers = createManualTimers();
  const memory = createMemoryLine(timers);
  attach(timers, memory.device);
  const transport = paceTransport(memory.host, { baudRate, timers });
  const open: OpenDevice = await timers.settle(driver.open({ transport, timers, options, trace: () => {} }));
  const bytesPassed = () => [...memory.toDevice.sent, ...memory.toHost.sent].reduce((sum, { length }) => sum + length, 0);
  /** Reports how long the call takes, against the time of all its bytes in both directions, one after the other. */
  async function measure(name: string, call: () => Promise<unknown>): Promise<void> {
    const [startMs, startBytes] = [timers.now(), bytesPassed()];
    await timers.settle(call());
    const ours = timers.now() - startMs;
    const reference = lineTimeMs(bytesPassed() - startBytes, { baudRate });
    report({ name: `${name}, ${baudRate} baud`, unit: 'ms', ours, reference, ratio: ours / reference, sense: 'max', bound: 1.05 });
  }
  return { timers, open, measure };
}

for (const baudRate of [9_600, 19_200]) {
  const card = newCard();
  const reader = await openPaced(
    {
      driver: fourSlot,
      options: fourSlotManifest.options,
      attach(timers, end) {
        const device = fourSlotSimulator.createCardReader?.({ timers, byteTimeMs: 0 });
        device?.attach(end);
        device?.insert(1, card);
      },
    },
    baudRate,
  );
  const cardReader = reader.open.cardReader;
  if (!cardReader) throw new Error('no card reader');
  // The first call of a line also finds out whether it echoes.
  await reader.timers.settle(cardReader.status(1));
  await reader.measure('read a card, 256 bytes', () => cardReader.readMain(1, 0, 256));

  const printer = await openPaced(
    {
      driver: escpos,
      options: escposManifest.options,
      attach: (timers, end) => escposSimulator.createReceiptPrinter?.({ timers, options: {} }).attach(end),
    },
    baudRate,
  );
  const receiptPrinter = printer.open.receiptPrinter;
  if (!receiptPrinter) throw new Error('no printer');
  const markup = Array.from({ length: 40 }, (_, index) => `第${index + 1}行 天然气|${index}.00`).join('\n');
  const print = (jobId: string) => receiptPrinter.print({ jobId, markup, cut: true, openDrawer: false }, () => {});
  // The first job of a line also finds out what the printer can prove.
  await printer.timers.settle(print('job-0'));
  await printer.measure('print a receipt, 40 lines', () => print('job-1'));
}
