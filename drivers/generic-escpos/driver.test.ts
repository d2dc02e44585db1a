// The printer's driver against its simulator: what is its own. What every printer keeps is in conformance.test.ts.
import { describe, expect, test } from 'vitest';
import { Fault, type FaultCode, isStatusByte, manifestSchema, type PrintJob, type Transport } from '../kit/index.ts';
import { createMemoryLine, delay, drop, pass, replace } from '../kit/testing/line.ts';
import { createManualTimers } from '../kit/testing/timers.ts';
import driver from './driver.ts';
import { numberOfFence, numberOfJob } from './job-numbers.ts';
import manifest from './manifest.json' with { type: 'json' };
import { packReports, unpackReport } from './reports.ts';
import { simulator } from './simulator.ts';

const MARKUP = '^^收据\n表号 12345|230.00\n---\n谢谢';
const job = (over: Partial<PrintJob> = {}): PrintJob => ({ jobId: 'job-1', markup: MARKUP, cut: true, openDrawer: false, ...over });

async function setUp({ options = {}, lineTimeMs = 0 } = {}) {
  const parsed = manifestSchema.parse(manifest);
  if (parsed.kind !== 'driver') throw new Error('no driver manifest');
  const timers = createManualTimers();
  const line = createMemoryLine(timers);
  const device = simulator.createReceiptPrinter?.({ timers, options: { lineTimeMs } });
  if (!device) throw new Error('no simulator');
  device.attach(line.device);
  const receipts: (readonly string[])[] = [];
  let drawers = 0;
  device.onReceipt((lines) => receipts.push(lines));
  device.onDrawer(() => {
    drawers += 1;
  });
  /** Opens the driver on another line to the same printer, as another process would. */
  const openOn = (transport: Transport) => driver.open({ transport, timers, options: { ...parsed.options, ...options }, trace: () => {} });
  const open = await openOn(line.host);
  const printer = open.receiptPrinter;
  if (!printer) throw new Error('no printer');
  const run = <T>(promise: Promise<T>) => timers.settle(promise);
  /** Prints; says how it ended and whether the job had begun. */
  const print = async (over: Partial<PrintJob> = {}) => {
    let began = false;
    const end = await run(
      printer
        .print(job(over), () => {
          began = true;
        })
        .then(
          (result) => result.proof,
          (error: unknown) => (error instanceof Fault ? error.code : Promise.reject(error)),
        ),
    );
    return { end, began };
  };
  const codeOf = async (promise: Promise<unknown>): Promise<FaultCode | 'done'> =>
    run(
      promise.then(
        () => 'done' as const,
        (fault: Fault) => fault.code,
      ),
    );
  return { timers, line, device, open, openOn, printer, run, print, codeOf, receipts, drawers: () => drawers };
}

describe('fair weather', () => {
  test('a receipt comes out as the text that was sent, verified', async () => {
    const { print, receipts, drawers } = await setUp();
    expect(await print()).toEqual({ end: 'verified', began: true });
    expect(receipts.length).toBe(1);
    expect(receipts[0]?.map((text) => text.replace(/\s+/g, ' ').trim())).toEqual(['收据', '表号 12345 230.00', '-'.repeat(48), '谢谢']);
    expect(drawers()).toBe(0);
  });

  test('paper near its end is said and does not stop anything', async () => {
    const { device, printer, run } = await setUp();
    device.setPaper('near-end');
    expect(await run(printer.print(job(), () => {}))).toEqual({ proof: 'verified', paperNearEnd: true });
    expect(await run(printer.status())).toEqual({
      online: true,
      paperOut: false,
      paperNearEnd: true,
      coverOpen: false,
      cutterError: false,
      unrecoverableError: false,
    });
  });

  test('a slow printer is waited for: clean while it still prints proves nothing', async () => {
    const { timers, printer, receipts } = await setUp({ lineTimeMs: 900 });
    let proof = '';
    const printing = printer
      .print(job(), () => {})
      .then((result) => {
        proof = result.proof;
      });
    await timers.advance(2_000);
    expect(proof).toBe('');
    await timers.settle(printing);
    expect(proof).toBe('verified');
    expect(receipts.length).toBe(1);
  });

  test('a printer that does not know GS r is proved by its status alone, quickly from the second job on', async () => {
    const { timers, line, print, receipts } = await setUp({ options: { jobNumbers: false } });
    // The answer to GS r is the only byte with bit 4 clear.
    line.toHost.always((bytes) => ((bytes[0] ?? 0) & 0x10 ? pass(bytes) : drop(bytes)));
    expect((await print()).end).toBe('verified');
    const before = timers.now();
    expect((await print()).end).toBe('verified');
    expect(timers.now()).toBe(before);
    expect(receipts.length).toBe(2);
  });

  test('a one-way line prints without asking, unverified', async () => {
    const { line, print, printer, run, open, receipts } = await setUp({ options: { oneWay: true } });
    line.toHost.always(drop);
    expect(await print()).toEqual({ end: 'unverified', began: true });
    expect(receipts.length).toBe(1);
    expect(await run(printer.status())).toMatchObject({ online: true, paperOut: null });
    await run(open.probe());
    await run(printer.openDrawer());
  });

  test('columns come from the options', async () => {
    const { print, printer, receipts } = await setUp({ options: { columns: 32 } });
    expect(printer.columns).toBe(32);
    await print();
    expect(receipts[0]?.[2]).toBe('-'.repeat(32));
  });
});

describe('before the job: nothing has begun', () => {
  test.each<[string, number, number]>([
    ['offline', 0, 0x08],
    ['waiting for recovery', 0, 0x20],
    ['some error', 1, 0x40],
    ['a recoverable error', 2, 0x04],
    ['the head is hot', 2, 0x40],
  ])('%s is offline', async (_name, question, bit) => {
    const { line, print } = await setUp();
    line.toHost.next(
      ...new Array(question).fill(pass),
      replace(() => Uint8Array.of(0x12 | bit)),
    );
    expect(await print()).toEqual({ end: 'PRINTER_OFFLINE', began: false });
  });

  test.each([0x00, 0x11, 0x13, 0x93, 0xff])('status byte %i has wrong fixed bits and is no status', async (byte) => {
    const { line, print } = await setUp();
    line.toHost.always(replace(() => Uint8Array.of(byte)));
    const { end, began } = await print();
    // A byte with bit 4 clear is no status at all; the others are one gone wrong.
    expect(end).toBe(byte === 0x00 ? 'PRINTER_NO_ANSWER' : 'FRAME_UNEXPECTED');
    expect(began).toBe(false);
  });
});

test('a late status byte does not answer the next question', async () => {
  const { line, device, printer, run, codeOf } = await setUp();
  line.toHost.next(delay(1_100));
  expect(await codeOf(printer.status())).toBe('PRINTER_NO_ANSWER');
  device.setCoverOpen(true);
  line.toHost.always(delay(200));
  expect(await run(printer.status())).toMatchObject({ online: false, coverOpen: true, paperOut: false });
});

describe('in the middle of the job: it has begun', () => {
  test('the paper is taken out by hand while a slow printer prints', async () => {
    const { timers, device, printer, codeOf, receipts } = await setUp({ lineTimeMs: 500 });
    const printing = printer.print(job(), () => {});
    printing.catch(() => {});
    await timers.advance(600);
    device.setPaper('out');
    expect(await codeOf(printing)).toBe('PRINTER_PAPER_OUT');
    expect(receipts).toEqual([]);
  });

  test('the marker of a job that stopped does not prove the next one', async () => {
    const { timers, line, device, print, printer, run, receipts } = await setUp({ options: { jobNumbers: false } });
    device.runOutAfterLines(2);
    expect((await print()).end).toBe('PRINTER_PAPER_OUT');
    // The stopped job ends now, and its answer to GS r is late.
    line.toHost.next(delay(600));
    const dueMs = timers.now() + 600;
    device.setPaper('ok');
    expect(receipts.length).toBe(1);
    let beganMs = 0;
    await run(
      printer.print(job(), () => {
        beganMs = timers.now();
      }),
    );
    expect(beganMs).toBeGreaterThanOrEqual(dueMs);
    expect(receipts.length).toBe(2);
  });

  test('a printer that comes back within its time is believed', async () => {
    const { timers, line, printer, run } = await setUp();
    const printing = printer.print(job(), () => line.toHost.next(pass, drop, drop));
    await timers.advance(1);
    expect((await run(printing)).proof).toBe('verified');
  });
});

test('status is answered in the middle of graphics and while printing is stopped', async () => {
  const { timers, line, device } = await setUp();
  const heard: number[] = [];
  line.host.onData((chunk) => heard.push(...chunk));
  device.setPaper('out');
  await line.host.write(Uint8Array.of(0x61, 0x0a, 0x1d, 0x76, 0x30, 0, 3, 0, 1, 0, 0x10));
  await line.host.write(Uint8Array.of(0x04, 4));
  await timers.advance(1);
  expect(heard).toEqual([0x12 | 0x0c | 0x60]);
});

describe('job numbers', () => {
  const contains = (bytes: Uint8Array | undefined, part: readonly number[]) => Buffer.from(bytes ?? []).includes(Buffer.from(part));
  const GS_R = [0x1d, 0x72, 1];
  const GS_H = [0x1d, 0x28, 0x48, 6, 0, 0x30, 0x30];
  const isJob = (bytes: Uint8Array) => contains(bytes, [0x1b, 0x40]);

  test('take the place of GS r where the printer announces them', async () => {
    const { line, print } = await setUp();
    for (const jobId of ['one', 'two']) expect((await print({ jobId })).end).toBe('verified');
    expect(line.toDevice.sent.filter(isJob).map((bytes) => [contains(bytes, GS_R), contains(bytes, GS_H)])).toEqual([
      [false, true],
      [false, true],
    ]);
  });

  test('of a printer that answers GS r only are not asked for', async () => {
    const { line, print, receipts } = await setUp();
    line.toHost.always((bytes) => (bytes[0] === 0x37 ? drop(bytes) : pass(bytes)));
    for (const jobId of ['one', 'two']) expect((await print({ jobId })).end).toBe('verified');
    expect(receipts.length).toBe(2);
    expect(line.toDevice.sent.filter(isJob).map((bytes) => [contains(bytes, GS_R), contains(bytes, GS_H)])).toEqual([
      [true, false],
      [true, false],
    ]);
  });

  test('of an earlier job prove nothing for this one', async () => {
    const { timers, line, device, print, printer, run } = await setUp({ lineTimeMs: 300 });
    expect((await print({ jobId: 'known' })).end).toBe('verified');
    device.runOutAfterLines(1);
    expect((await print({ jobId: 'stopped' })).end).toBe('PRINTER_PAPER_OUT');
    device.setPaper('ok');
    const startMs = timers.now();
    await run(printer.print(job({ jobId: 'next' }), () => {}));
    // Three lines are left of the stopped job, and four more follow.
    expect(timers.now() - startMs).toBeGreaterThanOrEqual(7 * 300 - 300);
    expect(await run(printer.hasPrinted?.('stopped') ?? Promise.reject())).toBe(true);
    expect(line.toDevice.sent.filter((bytes) => isJob(bytes)).length).toBe(3);
  });

  test('of the same job printed before prove nothing when it is printed again and gets lost', async () => {
    const { line, print, printer, run, receipts } = await setUp();
    expect((await print({ jobId: 'twice' })).end).toBe('verified');
    line.toDevice.next(pass, pass, pass, pass, drop);
    expect(await print({ jobId: 'twice' })).toEqual({ end: 'PRINTER_NO_ANSWER', began: true });
    expect(await run(printer.hasPrinted?.('twice') ?? Promise.reject())).toBe(false);
    expect(receipts.length).toBe(1);
  });

  test('are announced to whoever has opened the line since: the cable was out while it printed', async () => {
    const { timers, line, device, openOn, print, run, receipts } = await setUp({ lineTimeMs: 400 });
    timers.setTimeout(() => line.lose(), 600);
    expect(await print({ jobId: 'cut off' })).toEqual({ end: 'PORT_FAILED', began: true });
    const again = createMemoryLine(timers);
    device.attach(again.device);
    const printer = (await openOn(again.host)).receiptPrinter;
    expect(await run(printer?.hasPrinted?.('cut off') ?? Promise.reject())).toBe(true);
    expect(receipts.length).toBe(1);
    expect(await run(printer?.hasPrinted?.('another') ?? Promise.reject())).toBe(false);
  });

  test("are lost with the printer's power: it proves nothing then", async () => {
    const { timers, line, device, openOn, print, run, receipts } = await setUp({ lineTimeMs: 400 });
    timers.setTimeout(() => {
      device.detach();
      line.lose();
    }, 600);
    expect(await print({ jobId: 'cut off' })).toEqual({ end: 'PORT_FAILED', began: true });
    const again = createMemoryLine(timers);
    device.attach(again.device);
    const printer = (await openOn(again.host)).receiptPrinter;
    expect(await run(printer?.hasPrinted?.('cut off') ?? Promise.reject())).toBe(false);
    expect(receipts.length).toBe(0);
  });

  test('without them the last job of the line is proved late by its answer to GS r', async () => {
    const { line, device, print, printer, run } = await setUp({ options: { jobNumbers: false } });
    device.runOutAfterLines(1);
    expect((await print({ jobId: 'stopped' })).end).toBe('PRINTER_PAPER_OUT');
    device.setPaper('ok');
    expect(await run(printer.hasPrinted?.('stopped') ?? Promise.reject())).toBe(true);
    expect(await run(printer.hasPrinted?.('another') ?? Promise.reject())).toBe(false);
    // A model that prints what it does not know must never be sent it.
    expect(line.toDevice.sent.some((bytes) => contains(bytes, GS_H))).toBe(false);
  });

  test('are made of printable bytes that no status byte can be, differ, and are no fence', () => {
    const ids = Array.from({ length: 2_000 }, (_, index) => `0189abcd-0000-7000-8000-${index.toString(16).padStart(12, '0')}`);
    const given = ids.map(numberOfJob);
    for (const number of [...given, numberOfFence(0), numberOfFence(65_535)])
      for (const byte of Buffer.from(number, 'latin1')) expect(byte >= 0x20 && byte <= 0x7e && !isStatusByte(byte)).toBe(true);
    // By chance about two of 2,000 share one of 2^20.
    expect(new Set(given).size).toBeGreaterThan(1_985);
    for (let count = 0; count < 1_000; count += 1) expect(given).not.toContain(numberOfFence(count));
  });
});

describe('the drawer', () => {
  test('of a model that cannot open it while it is stopped says why, and does not open later', async () => {
    const { timers, device, printer, codeOf, drawers } = await setUp({ options: { drawerAtOnce: false } });
    device.setPaper('out');
    expect(await codeOf(printer.openDrawer())).toBe('PRINTER_PAPER_OUT');
    device.setPaper('ok');
    await timers.advance(60_000);
    expect(drawers()).toBe(0);
  });

  test.each([
    ['high', false, true],
    ['low', true, false],
    ['none', null, null],
  ])('with a switch that is %s when it stands open', async (drawerSensor, shut, open) => {
    const bench = await setUp({ options: { drawerSensor } });
    const drawer = bench.open.cashDrawer;
    if (!drawer) throw new Error('no drawer');
    expect(await bench.run(drawer.isOpen())).toBe(shut);
    await bench.run(drawer.open());
    expect(await bench.run(drawer.isOpen())).toBe(open);
  });
});

describe('reports', () => {
  const bytes = Uint8Array.from({ length: 130 }, (_, index) => index + 1);

  test.each([true, false])('are of one length with the number in front, and carry every byte (length byte: %s)', (lengthByte) => {
    const reports = packReports(bytes, { reportBytes: 64, lengthByte });
    expect(reports.map((report) => report.length)).toEqual([65, 65, 65]);
    expect(reports.flatMap((report) => [...unpackReport(report.slice(1), { reportBytes: 64, lengthByte })])).toEqual([...bytes]);
  });

  test('whose length byte is wrong carry nothing; a single zero is an answer, not filling', () => {
    expect(unpackReport(Uint8Array.of(200, 0x12, 0), { reportBytes: 3, lengthByte: true })).toEqual(new Uint8Array(0));
    expect(unpackReport(new Uint8Array(64), { reportBytes: 64, lengthByte: false })).toEqual(Uint8Array.of(0));
  });
});
