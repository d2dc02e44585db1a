// Conformance of a receipt printer: what every driver keeps, read off the simulated paper and never off its bytes.
// The simulator takes the option `lineTimeMs`, the time one line takes on paper (0: none).
import { describe, expect, test } from 'vitest';
import { Fault, type FaultCode } from '../../../src/shared/domain/fault.ts';
import type { PrinterStatus, PrintJob } from '../receipt-printer.ts';
import type { SimulatedReceiptPrinter } from '../simulator.ts';
import { corrupt, delay, drop, type Mishap, pass, trickle } from '../testing/line.ts';
import { createManualTimers } from '../testing/timers.ts';
import { atWrite, type DriverUnderTest, driverIdOf, LONG_MS, openDriver } from './bench.ts';

const MARKUP = '收据\n客户|王小明\n表号|12345\n金额|230.00\n谢谢';
const TEXTS = ['收据', '客户', '王小明', '表号', '12345', '金额', '230.00', '谢谢'];
const LINES = 5;

/** What a printer may end with when only the line is at fault. */
const SILENCE: readonly FaultCode[] = ['PRINTER_NO_ANSWER', 'FRAME_UNEXPECTED', 'FRAME_SUM', 'FRAME_SHORT', 'PRINTER_OFFLINE'];

const CLEAN: PrinterStatus = {
  online: true,
  paperOut: false,
  paperNearEnd: false,
  coverOpen: false,
  cutterError: false,
  unrecoverableError: false,
};

/** Each trouble: the status field that shows it, the fault it gives, how it comes and how it goes. */
const TROUBLES: [keyof PrinterStatus, FaultCode, (device: SimulatedReceiptPrinter) => void, (device: SimulatedReceiptPrinter) => void][] = [
  ['paperOut', 'PRINTER_PAPER_OUT', (device) => device.setPaper('out'), (device) => device.setPaper('ok')],
  ['coverOpen', 'PRINTER_COVER_OPEN', (device) => device.setCoverOpen(true), (device) => device.setCoverOpen(false)],
  ['cutterError', 'PRINTER_CUTTER', (device) => device.setError('cutter'), (device) => device.setError('none')],
  ['unrecoverableError', 'PRINTER_FAILED', (device) => device.setError('unrecoverable'), (device) => device.setError('none')],
];

function simulatorOf(
  underTest: DriverUnderTest,
  options: Parameters<NonNullable<DriverUnderTest['simulator']['createReceiptPrinter']>>[0],
) {
  const device = underTest.simulator.createReceiptPrinter?.(options);
  if (!device) throw new Error('simulator.ts has no createReceiptPrinter');
  const receipts: (readonly string[])[] = [];
  const drawers = { count: 0 };
  device.onReceipt((lines) => void receipts.push(lines));
  device.onDrawer(() => {
    drawers.count += 1;
  });
  return { device, receipts, drawers };
}

async function openPrinter(underTest: DriverUnderTest, { lineTimeMs = 0 } = {}) {
  const bench = await openDriver(underTest);
  const simulated = simulatorOf(underTest, { timers: bench.timers, options: { lineTimeMs } });
  simulated.device.attach(bench.line.device);
  const printer = bench.open.receiptPrinter;
  if (!printer) throw new Error('the driver opened no receiptPrinter');
  let jobs = 0;
  /** Starts a job; resolves, when somebody lets time pass, with how it ended and how often it had begun by then. */
  const start = ({ onBegan, ...job }: Partial<PrintJob> & { readonly onBegan?: () => void } = {}) => {
    let began = 0;
    jobs += 1;
    return printer
      .print({ jobId: `job-${jobs}`, markup: MARKUP, cut: true, openDrawer: false, ...job }, () => {
        began += 1;
        onBegan?.();
      })
      .then(
        ({ proof }) => ({ end: proof, began }),
        (error: unknown) => {
          if (error instanceof Fault) return { end: error.code, began };
          throw error;
        },
      );
  };
  /** Starts a job and lets time pass until it has ended. */
  const print = (over: Parameters<typeof start>[0] = {}) => bench.run(start(over));
  return { ...bench, ...simulated, printer, start, print };
}

export interface ReceiptPrinterUnderTest extends DriverUnderTest {
  /** The line carries messages, as HID does: one arrives whole or not at all. */
  readonly wholeMessages?: boolean;
}

/** Declares the whole suite for one driver: call it in the driver's conformance.test.ts. */
export function receiptPrinterConformance(underTest: ReceiptPrinterUnderTest): void {
  const setUp = (options = {}) => openPrinter(underTest, options);
  const textOf = (lines: readonly string[] | undefined) => (lines ?? []).join('\n');

  describe(`${driverIdOf(underTest)} as a receipt printer`, () => {
    describe('status', () => {
      test('of a printer that is well', async () => {
        const { printer, run } = await setUp();
        const status = await run(printer.status());
        // null where the model cannot say.
        for (const [field, well] of Object.entries(CLEAN)) expect([well, null]).toContain(status[field as keyof PrinterStatus]);
        expect(status.online).toBe(true);
      });

      test.each(TROUBLES)('%s shows while it lasts, and not in another field', async (field, _code, spoil, repair) => {
        const { device, printer, run } = await setUp();
        const well = await run(printer.status());
        spoil(device);
        const status = await run(printer.status());
        // null where the model cannot say; it is then at least not online.
        expect([true, null]).toContain(status[field]);
        expect(status.online && status[field] === null).toBe(false);
        for (const [other] of TROUBLES) if (other !== field) expect(status[other]).not.toBe(true);
        repair(device);
        expect(await run(printer.status())).toEqual(well);
      });

      test('paper near its end stops nothing', async () => {
        const { device, printer, run, print, receipts } = await setUp();
        device.setPaper('near-end');
        expect(await run(printer.status())).toMatchObject({ online: true });
        expect([true, null]).toContain((await run(printer.status())).paperNearEnd);
        expect(await print()).toEqual({ end: 'verified', began: 1 });
        expect(receipts.length).toBe(1);
      });

      test('of a silent printer is PRINTER_NO_ANSWER, for the probe too; it is found again', async () => {
        const { device, line, printer, open, endOf, run } = await setUp();
        device.setSilent(true);
        expect(await endOf(printer.status())).toBe('PRINTER_NO_ANSWER');
        expect(await endOf(open.probe())).toBe('PRINTER_NO_ANSWER');
        device.setSilent(false);
        await run(open.probe());
        device.detach();
        expect(await endOf(printer.status())).toBe('PRINTER_NO_ANSWER');
        device.attach(line.device);
        expect(await run(printer.status())).toMatchObject({ online: true });
      });

      // The status bytes of most printers do not say what they answer; but the line keeps their order.
      test.each([0.5, 1.02, 1.5, 1.9, 2.5, 7, 30])('an answer %d time-outs late does not hide what has happened since', async (late) => {
        const silent = await setUp();
        silent.device.setSilent(true);
        const startMs = silent.timers.now();
        await silent.endOf(silent.printer.status());
        const { timers, line, device, printer, endOf, run } = await setUp();
        const arriveAtMs = timers.now() + late * (silent.timers.now() - startMs);
        // The printer answers in order: behind a late answer everything is late.
        line.toHost.always((bytes) => [{ bytes, delayMs: Math.max(1, arriveAtMs - timers.now()) }]);
        await endOf(printer.status());
        device.setPaper('out');
        const end = await endOf(printer.status());
        if (typeof end === 'string') expect(SILENCE).toContain(end);
        else expect(end.value.paperOut).not.toBe(false);
        await timers.advance(LONG_MS);
        expect((await run(printer.status())).paperOut).not.toBe(false);
      });
    });

    describe('a job', () => {
      test('comes out as the Chinese text that was sent, once, verified, within its columns', async () => {
        const { printer, print, receipts, drawers } = await setUp();
        expect(await print()).toEqual({ end: 'verified', began: 1 });
        expect(receipts.length).toBe(1);
        for (const text of TEXTS) expect(textOf(receipts[0]).split(text).length - 1).toBe(1);
        for (const text of receipts[0] ?? [])
          expect(text.replace(/[^\x20-\x7e]/g, '  ').trimEnd().length).toBeLessThanOrEqual(printer.columns);
        expect(drawers.count).toBe(0);
      });

      test.each(['龘靐齉', '㐂𠮷', '€ ¥ °C', '燃气费(含税)'])('prints %s', async (text) => {
        const { print, receipts } = await setUp();
        expect((await print({ markup: text })).end).toBe('verified');
        expect(textOf(receipts[0]).trim()).toBe(text);
      });

      test('is cut only when it shall be, and opens the drawer once when it shall', async () => {
        const { print, receipts, drawers } = await setUp();
        expect((await print({ markup: '第一', cut: false })).end).toBe('verified');
        expect(receipts.length).toBe(0);
        expect((await print({ markup: '第二', openDrawer: true })).end).toBe('verified');
        expect(receipts.length).toBe(1);
        expect(textOf(receipts[0])).toMatch(/第一[\s\S]*第二/);
        expect(drawers.count).toBe(1);
      });

      test('waits for the one before it, and a probe for both', async () => {
        const { start, open, run, receipts } = await setUp({ lineTimeMs: 40 });
        const order: string[] = [];
        const jobs = ['甲', '乙'].map((text) => start({ markup: `${text}\n${text}尾` }).then(({ end }) => order.push(end)));
        const probe = open.probe().then(() => order.push('probe'));
        await run(Promise.all([...jobs, probe]));
        expect(order).toEqual(['verified', 'verified', 'probe']);
        expect(receipts.map((lines) => textOf(lines).replaceAll(/\s/g, ''))).toEqual(['甲甲尾', '乙乙尾']);
      });

      test('of a slow printer is verified when the paper is out, not before', async () => {
        const { start, run, receipts } = await setUp({ lineTimeMs: 700 });
        const printed = await run(start().then(({ end }) => [end, receipts.length]));
        expect(printed).toEqual(['verified', 1]);
      });

      test('over a line that brings a byte at a time, or a message', async () => {
        const { timers, line, print, receipts } = await setUp();
        for (const way of [line.toDevice, line.toHost]) way.always(underTest.wholeMessages ? delay(1) : trickle(timers, { byteMs: 1 }));
        expect((await print()).end).toBe('verified');
        expect(receipts.length).toBe(1);
      });

      test('begins right before its first byte: what was sent earlier prints nothing, what follows prints it all', async () => {
        const { line, timers, print, receipts } = await setUp();
        const sentAtMs: number[] = [];
        line.toDevice.always((bytes) => {
          sentAtMs.push(timers.now());
          return pass(bytes);
        });
        let sentBefore = -1;
        let beganMs = -1;
        await print({
          openDrawer: true,
          onBegan() {
            sentBefore = sentAtMs.length;
            beganMs = timers.now();
            expect(receipts).toEqual([]);
          },
        });
        expect(sentAtMs[sentBefore]).toBe(beganMs);
        for (const [part, printed] of [
          [line.toDevice.sent.slice(0, sentBefore), 0],
          [line.toDevice.sent.slice(sentBefore), 1],
        ] as const) {
          const replay = await replayed(part);
          expect([replay.receipts.length, replay.drawers.count]).toEqual([printed, printed]);
        }
      });
    });

    /** A fresh printer that hears these messages and nobody who listens to it. */
    async function replayed(messages: readonly Uint8Array[]) {
      const timers = createManualTimers();
      const simulated = simulatorOf(underTest, { timers, options: { lineTimeMs: 0 } });
      const hear: ((chunk: Uint8Array) => void)[] = [];
      simulated.device.attach({
        write: async () => {},
        onData(listener) {
          hear.push(listener);
          return () => {};
        },
        onLost: () => () => {},
        close: async () => {},
      });
      for (const message of messages) for (const listener of hear) listener(message);
      await timers.advance(LONG_MS);
      return simulated;
    }

    describe('a job that is refused has not begun, and prints nothing', () => {
      test.each(TROUBLES)('%s: %s', async (_field, code, spoil, repair) => {
        const { timers, device, print, receipts, drawers } = await setUp();
        spoil(device);
        expect(await print({ openDrawer: true })).toEqual({ end: code, began: 0 });
        repair(device);
        await timers.advance(LONG_MS);
        expect([receipts.length, drawers.count]).toEqual([0, 0]);
        expect(await print()).toEqual({ end: 'verified', began: 1 });
      });

      test('silent, unplugged, line gone', async () => {
        for (const [code, spoil] of [
          ['PRINTER_NO_ANSWER', ({ device }) => device.setSilent(true)],
          ['PRINTER_NO_ANSWER', ({ device }) => device.detach()],
          ['PORT_FAILED', ({ line }) => line.lose()],
        ] as [FaultCode, (bench: Awaited<ReturnType<typeof setUp>>) => void][]) {
          const bench = await setUp();
          spoil(bench);
          expect(await bench.print()).toEqual({ end: code, began: 0 });
          expect(bench.receipts).toEqual([]);
        }
      });

      test('a printer in trouble is never believed to be well, whichever answer is lost, broken or late', async () => {
        for (const [, code, spoil] of TROUBLES) {
          const messages = await setUp();
          spoil(messages.device);
          await messages.print();
          for (let index = 0; index < messages.line.toHost.sent.length; index += 1)
            for (const mishap of [drop, corrupt(0), delay(LONG_MS / 2)]) {
              const { line, device, print, receipts } = await setUp();
              spoil(device);
              line.toHost.next(...atWrite(index, mishap));
              const { end, began } = await print();
              expect([code, ...SILENCE]).toContain(end);
              expect([began, receipts.length]).toEqual([0, 0]);
            }
        }
      });
    });

    describe('trouble in the middle of a job', () => {
      test('paper out after any line: begun, not claimed, and one receipt when there is paper again', async () => {
        for (let lines = 1; lines <= LINES; lines += 1) {
          const { timers, device, print, receipts } = await setUp();
          device.runOutAfterLines(lines);
          expect(await print()).toEqual({ end: 'PRINTER_PAPER_OUT', began: 1 });
          expect(receipts).toEqual([]);
          device.setPaper('ok');
          await timers.advance(LONG_MS);
          expect(receipts.length).toBeLessThanOrEqual(1);
          receipts.length = 0;
          // What is left of the stopped job proves nothing for the next.
          expect(await print({ markup: '下一张' })).toEqual({ end: 'verified', began: 1 });
          expect(textOf(receipts[0])).toContain('下一张');
        }
      });

      test.each(TROUBLES)('%s: begun and not claimed', async (_field, code, spoil) => {
        const { timers, device, print, receipts } = await setUp({ lineTimeMs: 100 });
        const printing = print({ onBegan: () => void timers.setTimeout(() => spoil(device), 150) });
        expect(await printing).toEqual({ end: code, began: 1 });
        expect(receipts).toEqual([]);
      });

      test('silence: begun and not claimed', async () => {
        const { timers, device, print } = await setUp({ lineTimeMs: 100 });
        const printing = print({ onBegan: () => void timers.setTimeout(() => device.setSilent(true), 150) });
        expect(await printing).toEqual({ end: 'PRINTER_NO_ANSWER', began: 1 });
      });

      test('the line is gone: begun and not claimed, and every later call says so', async () => {
        const { timers, line, print, printer, open, endOf } = await setUp({ lineTimeMs: 100 });
        expect(await print({ onBegan: () => void timers.setTimeout(() => line.lose(), 150) })).toEqual({ end: 'PORT_FAILED', began: 1 });
        expect(await endOf(printer.status())).toBe('PORT_FAILED');
        expect(await endOf(open.probe())).toBe('PORT_FAILED');
      });

      test('closing: begun and not claimed', async () => {
        const { timers, open, print } = await setUp({ lineTimeMs: 100 });
        const printing = print({ onBegan: () => void timers.setTimeout(() => void open.close(), 150) });
        expect(await printing).toEqual({ end: 'DEVICE_OFFLINE', began: 1 });
      });

      test('an answer lost, broken or late: never printed twice, and verified only when it is on paper', async () => {
        const messages = await setUp();
        await messages.print();
        for (let index = 0; index < messages.line.toHost.sent.length; index += 1)
          for (const mishap of [drop, corrupt(0), delay(LONG_MS / 2)] satisfies Mishap[]) {
            const { timers, line, print, receipts } = await setUp();
            line.toHost.next(...atWrite(index, mishap));
            const { end, began } = await print();
            await timers.advance(LONG_MS);
            expect(began).toBeLessThanOrEqual(1);
            expect(textOf(receipts.flat()).split('王小明').length - 1).toBeLessThanOrEqual(began);
            if (end === 'verified') expect(receipts.length).toBe(1);
            else expect(SILENCE).toContain(end);
          }
      });
    });

    describe('asked afterwards whether a job came out', () => {
      /** The answer; null of a printer that never can say. */
      const asked = (bench: Awaited<ReturnType<typeof setUp>>, jobId: string) =>
        bench.printer.hasPrinted ? bench.endOf(bench.printer.hasPrinted(jobId)) : null;

      test('says yes only of one that is on paper, and prints nothing', async () => {
        const bench = await setUp();
        expect(await bench.print({ jobId: 'first' })).toMatchObject({ end: 'verified' });
        expect([{ value: true }, null]).toContainEqual(await asked(bench, 'first'));
        expect([{ value: false }, null]).toContainEqual(await asked(bench, 'never sent'));
        expect(bench.receipts.length).toBe(1);
      });

      test('says no of one that stopped until the rest of it is on paper', async () => {
        for (let lines = 1; lines <= LINES; lines += 1) {
          const bench = await setUp();
          bench.device.runOutAfterLines(lines);
          expect(await bench.print({ jobId: 'stopped' })).toEqual({ end: 'PRINTER_PAPER_OUT', began: 1 });
          expect(['PRINTER_PAPER_OUT', { value: false }, null]).toContainEqual(await asked(bench, 'stopped'));
          bench.device.setPaper('ok');
          const end = await asked(bench, 'stopped');
          expect([{ value: true }, { value: false }, null]).toContainEqual(end);
          if (typeof end === 'object' && end?.value === true) expect(bench.receipts.length).toBe(1);
          expect(bench.receipts.length).toBeLessThanOrEqual(1);
        }
      });
    });

    describe('the drawer', () => {
      test('opens alone, and prints nothing', async () => {
        const { timers, printer, run, receipts, drawers } = await setUp();
        await run(printer.openDrawer());
        await timers.advance(LONG_MS);
        expect([receipts.length, drawers.count]).toEqual([0, 1]);
      });

      test('of a silent printer stays shut, and that is said', async () => {
        const { timers, device, printer, endOf, drawers } = await setUp();
        device.setSilent(true);
        expect(await endOf(printer.openDrawer())).toBe('PRINTER_NO_ANSWER');
        device.setSilent(false);
        await timers.advance(LONG_MS);
        expect(drawers.count).toBe(0);
      });
    });
  });
}
