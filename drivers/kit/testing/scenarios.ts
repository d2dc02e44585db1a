// What is asked of a driver while its transcript is recorded, and again while it is replayed: one short scene of a hall per capability.
import { Fault } from '../../../src/shared/domain/fault.ts';
import { memoryReaderOf } from '../chip-reader.ts';
import type { OpenDevice } from '../driver.ts';
import type { SimulatorModule } from '../simulator.ts';
import type { Timers, Transport } from '../transport.ts';
import { NEW_PSC, newCard, PSC } from './card.ts';
import type { ManualTimers } from './timers.ts';

export interface ScenarioBench {
  readonly timers: ManualTimers;
  /** Opens the driver on the line. */
  open(): Promise<OpenDevice>;
  /** Makes one call, lets time pass until it ends, and writes down how. */
  step(what: string, call: () => Promise<unknown>): Promise<void>;
  /** Writes down what happened by itself. */
  note(text: string): void;
  /** The simulated device on the other end; null while a transcript answers. */
  hand<T extends { attach(line: Transport): void }>(create: (options: SimulatorOptions) => T): T | null;
}

interface SimulatorOptions {
  readonly timers: Timers;
  readonly options: Readonly<Record<string, string | number | boolean>>;
}

export interface Scenario {
  /** The name of the transcript without its ending. */
  readonly name: string;
  run(bench: ScenarioBench): Promise<void>;
}

function required<T>(value: T | undefined | null, what: string): T {
  if (value === undefined || value === null) throw new Error(`the driver opened no ${what}`);
  return value;
}

const DATA = Uint8Array.from({ length: 70 }, (_, index) => (index * 3 + 1) & 0xff);

function cardReader(create: NonNullable<SimulatorModule['createCardReader']>): readonly Scenario[] {
  const setUp = async (bench: ScenarioBench) => {
    const hand = bench.hand(({ timers }) => create({ timers, byteTimeMs: 5 }));
    const open = await bench.timers.settle(bench.open());
    return { ...bench, hand, open, reader: required(memoryReaderOf(open), 'card reader') };
  };
  return [
    {
      name: 'card-write',
      async run(bench) {
        const { hand, open, reader, step } = await setUp(bench);
        await step('probe', () => open.probe());
        await step('status 1', () => reader.status(1));
        hand?.insert(1, newCard());
        await bench.timers.advance(500);
        await step('status 1', () => reader.status(1));
        await step('readErrorCounter 1', () => reader.readErrorCounter(1));
        await step('readMain 1, 0, 256', () => reader.readMain(1, 0, 256));
        await step('presentPsc 1', () => reader.presentPsc(1, PSC));
        await step('updateMain 1, 60, 70 bytes', () => reader.updateMain(1, 60, DATA));
        await step('readMain 1, 60, 70', () => reader.readMain(1, 60, DATA.length));
        hand?.remove(1);
        await bench.timers.advance(500);
        await step('readMain 1, 0, 8', () => reader.readMain(1, 0, 8));
        await step('close', () => open.close());
      },
    },
    {
      name: 'card-refused',
      async run(bench) {
        const { hand, open, reader, step } = await setUp(bench);
        hand?.insert(1, newCard());
        await bench.timers.advance(500);
        await step('updateMain 1, 60, 70 bytes', () => reader.updateMain(1, 60, DATA));
        await step('presentPsc 1', () => reader.presentPsc(1, Uint8Array.of(9, 9, 9)));
        await step('readErrorCounter 1', () => reader.readErrorCounter(1));
        await step('close', () => open.close());
      },
    },
    {
      name: 'card-psc',
      async run(bench) {
        const { hand, open, reader, step } = await setUp(bench);
        const changePsc = required(reader.changePsc, 'reader that can change a PSC');
        hand?.insert(1, newCard());
        await bench.timers.advance(500);
        await step('changePsc 1', () => changePsc(1, NEW_PSC));
        await step('presentPsc 1', () => reader.presentPsc(1, PSC));
        await step('changePsc 1', () => changePsc(1, NEW_PSC));
        await step('presentPsc 1, the new one', () => reader.presentPsc(1, NEW_PSC));
        await step('close', () => open.close());
      },
    },
    {
      name: 'card-torn',
      async run(bench) {
        const { hand, open, reader, step } = await setUp(bench);
        hand?.insert(1, newCard());
        await bench.timers.advance(500);
        await step('presentPsc 1', () => reader.presentPsc(1, PSC));
        hand?.removeAfterWrittenBytes(1, 40);
        await step('updateMain 1, 60, 70 bytes', () => reader.updateMain(1, 60, DATA));
        await step('close', () => open.close());
      },
    },
  ];
}

function receiptPrinter(create: NonNullable<SimulatorModule['createReceiptPrinter']>): readonly Scenario[] {
  const job = { markup: '收据\n客户|王小明\n金额|230.00\n谢谢', cut: true, openDrawer: true };
  return [
    {
      name: 'receipt',
      async run(bench) {
        const hand = bench.hand(create);
        const { step } = bench;
        const open = await bench.timers.settle(bench.open());
        const printer = required(open.receiptPrinter, 'receiptPrinter');
        await step('probe', () => open.probe());
        await step('status', () => printer.status());
        await step('print job-1', () => printer.print({ jobId: 'job-1', ...job }, () => bench.note('began')));
        hand?.setPaper('out');
        await step('print job-2', () => printer.print({ jobId: 'job-2', ...job }, () => bench.note('began')));
        hand?.setPaper('ok');
        await step('openDrawer', () => printer.openDrawer());
        await step('close', () => open.close());
      },
    },
  ];
}

function formPrinter(create: NonNullable<SimulatorModule['createFormPrinter']>): readonly Scenario[] {
  const size = { widthTenthMm: 2_350, heightTenthMm: 900 };
  const offset = { xTenthMm: 0, yTenthMm: 0 };
  const fields = [
    { xTenthMm: 300, yTenthMm: 200, text: '客户：王小明' },
    { xTenthMm: 2_000, yTenthMm: 450, text: '230.00', align: 'right' as const },
  ];
  return [
    {
      name: 'form',
      async run(bench) {
        bench.hand(create);
        const open = await bench.timers.settle(bench.open());
        const printer = required(open.formPrinter, 'formPrinter');
        await bench.step('status', () => printer.status());
        await bench.step('print job-1', () => printer.print({ jobId: 'job-1', size, offset, fields }, () => bench.note('began')));
        await bench.step('printGrid job-2', () => printer.printGrid({ jobId: 'job-2', size, offset }, () => bench.note('began')));
        await bench.step('close', () => open.close());
      },
    },
  ];
}

function cashDrawer(create: NonNullable<SimulatorModule['createCashDrawer']>): readonly Scenario[] {
  return [
    {
      name: 'drawer',
      async run(bench) {
        bench.hand(create);
        const open = await bench.timers.settle(bench.open());
        const drawer = required(open.cashDrawer, 'cashDrawer');
        await bench.step('isOpen', () => drawer.isOpen());
        await bench.step('open', () => drawer.open());
        await bench.step('isOpen', () => drawer.isOpen());
        await bench.step('close', () => open.close());
      },
    },
  ];
}

function readingHead(create: NonNullable<SimulatorModule['createReadingHead']>, { sampleMeters }: SimulatorModule): readonly Scenario[] {
  const meter = sampleMeters?.[0];
  if (!meter) throw new Error('simulator.ts has no sampleMeters');
  return [
    {
      name: 'meter',
      async run(bench) {
        const hand = bench.hand(create);
        const open = await bench.timers.settle(bench.open());
        const head = required(open.readingHead, 'readingHead');
        const { signal } = new AbortController();
        await bench.step('probe', () => open.probe());
        hand?.putMeter({ ...meter });
        await bench.step(`read ${meter.meterAddress}`, () => head.read(meter.meterAddress, signal));
        await bench.step('read any', () => head.read('any', signal));
        hand?.setTrouble('silent');
        await bench.step(`read ${meter.meterAddress}`, () => head.read(meter.meterAddress, signal));
        await bench.step('close', () => open.close());
      },
    },
  ];
}

function meterDock(create: NonNullable<SimulatorModule['createMeterDock']>): readonly Scenario[] {
  const files = [
    { name: 'route-07.dat', data: Uint8Array.from({ length: 300 }, (_, index) => (index * 7) & 0xff) },
    { name: '册本.txt', data: Uint8Array.of(0x31, 0x0d, 0x0a) },
  ];
  return [
    {
      name: 'dock',
      async run(bench) {
        const hand = bench.hand(create);
        const open = await bench.timers.settle(bench.open());
        const dock = required(open.meterDock, 'meterDock');
        await bench.step('send', () => {
          hand?.receive().catch(() => {});
          return dock.send(files);
        });
        await bench.step('receive', () => {
          hand?.send(files).catch(() => {});
          return dock.receive();
        });
        await bench.step('close', () => open.close());
      },
    },
  ];
}

function scanner(create: NonNullable<SimulatorModule['createScanner']>): readonly Scenario[] {
  return [
    {
      name: 'codes',
      async run(bench) {
        const hand = bench.hand(create);
        const open = await bench.timers.settle(bench.open());
        required(open.scanner, 'scanner').onCode(({ text, aimIdentifier }) => bench.note(`code ${text}, ${aimIdentifier}`));
        await bench.timers.advance(100);
        for (const text of ['6901234567892', 'https://pay.example/q?id=42', '户号20260001']) {
          hand?.scan(text);
          await bench.timers.advance(3_000);
        }
        hand?.scan('6901234567892', { sentBytes: 5 });
        await bench.timers.advance(10_000);
        await bench.step('close', () => open.close());
      },
    },
  ];
}

function customerDisplay(create: NonNullable<SimulatorModule['createCustomerDisplay']>): readonly Scenario[] {
  return [
    {
      name: 'display',
      async run(bench) {
        bench.hand(create);
        const open = await bench.timers.settle(bench.open());
        const display = required(open.customerDisplay, 'customerDisplay');
        await bench.step('show due', () => display.show({ upper: '应收 ￥128.50', lower: '30 m³' }));
        await bench.step('show change', () => display.show({ upper: 'RECEIVED   200.00', lower: 'CHANGE      71.50' }));
        await bench.step('clear', () => display.clear());
        await bench.step('close', () => open.close());
      },
    },
  ];
}

function satisfactionKeypad(create: NonNullable<SimulatorModule['createSatisfactionKeypad']>): readonly Scenario[] {
  return [
    {
      name: 'rating',
      async run(bench) {
        const hand = bench.hand(create);
        const { timers } = bench;
        const open = await timers.settle(bench.open());
        const keypad = required(open.satisfactionKeypad, 'satisfactionKeypad');
        await bench.step('probe', () => open.probe());
        await bench.step('askRating, pressed', async () => {
          timers.setTimeout(() => hand?.press(2), 2_500);
          return keypad.askRating({ timeoutMs: 10_000 });
        });
        await bench.step('askRating, not pressed', () => keypad.askRating({ timeoutMs: 10_000 }));
        await bench.step('close', () => open.close());
      },
    },
  ];
}

/** Returns the scenes that a driver with this simulator can play. */
export function scenariosOf(simulator: SimulatorModule): readonly Scenario[] {
  return [
    ...(simulator.createCardReader ? cardReader(simulator.createCardReader) : []),
    ...(simulator.createReceiptPrinter ? receiptPrinter(simulator.createReceiptPrinter) : []),
    ...(simulator.createFormPrinter ? formPrinter(simulator.createFormPrinter) : []),
    ...(simulator.createCashDrawer ? cashDrawer(simulator.createCashDrawer) : []),
    ...(simulator.createReadingHead ? readingHead(simulator.createReadingHead, simulator) : []),
    ...(simulator.createMeterDock ? meterDock(simulator.createMeterDock) : []),
    ...(simulator.createScanner ? scanner(simulator.createScanner) : []),
    ...(simulator.createCustomerDisplay ? customerDisplay(simulator.createCustomerDisplay) : []),
    ...(simulator.createSatisfactionKeypad ? satisfactionKeypad(simulator.createSatisfactionKeypad) : []),
  ];
}

/** Returns how a call ended, in words for a transcript: its value, or the code of its fault. */
export async function endInWords(call: Promise<unknown>): Promise<string> {
  try {
    const value = await call;
    if (value === undefined) return 'done';
    return JSON.stringify(value, (_key, part: unknown) => (part instanceof Uint8Array ? Buffer.from(part).toString('hex') : part));
  } catch (error) {
    if (error instanceof Fault) return error.code;
    throw error;
  }
}
