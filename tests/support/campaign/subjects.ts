// The capabilities of the fault campaign, each judged from card bytes, paper, files or glass.
import { memoryReaderOf } from '../../../drivers/kit/chip-reader.ts';
import type { DockReceiveResult, DockSendResult } from '../../../drivers/kit/meter-dock.ts';
import type { MeterReading } from '../../../drivers/kit/reading-head.ts';
import type { PrintResult } from '../../../drivers/kit/receipt-printer.ts';
import type {
  SimulatedCardReader,
  SimulatedCashDrawer,
  SimulatedCustomerDisplay,
  SimulatedMeterDock,
  SimulatedMeterLine,
  SimulatedReceiptPrinter,
  SimulatedSatisfactionKeypad,
  SimulatedScanner,
} from '../../../drivers/kit/simulator.ts';
import { NEW_PSC, newCard, PSC } from '../../../drivers/kit/testing/card.ts';
import type { Transport } from '../../../drivers/kit/transport.ts';
import { chipReader } from './chip-reader.ts';
import type { LineFault } from './faults.ts';
import { formPrinter } from './form-printer.ts';
import { type End, face, isUnseenWithoutSum, LINE_ENDS, type Subject, show } from './subject.ts';

const ADDRESS = 60;
const DATA = Uint8Array.from({ length: 70 }, (_, index) => (index * 3 + 1) & 0xff);
const WRONG_PSC = Uint8Array.of(9, 9, 9);
const same = (left: Uint8Array, right: Uint8Array) => Buffer.compare(left, right) === 0;
const isBytes = (end: End, bytes: Uint8Array) => typeof end !== 'string' && end.value instanceof Uint8Array && same(end.value, bytes);

const cardReader: Subject<SimulatedCardReader> = {
  name: 'card-reader',
  deadlineMs: 120_000,
  tasks: ['status', 'read', 'error counter', 'psc', 'wrong psc', 'write', 'torn write', 'psc change', 'torn psc change'],
  create: (simulator, { timers }) => simulator.createCardReader?.({ timers, byteTimeMs: 1 }) ?? null,
  async stage(task, { timers, device, open, endOf }) {
    const reader = () => face(memoryReaderOf(open()));
    const card = newCard();
    const old = card.main.slice();
    device.insert(1, card);
    await timers.advance(500);
    if (task.endsWith('write') || task.endsWith('change')) await endOf(reader().presentPsc(1, PSC));
    card.persisted = 0;
    let torn = false;
    device.onTorn(() => {
      torn = true;
    });
    const calls: Record<string, () => Promise<unknown>> = {
      status: () => reader().status(1),
      read: () => reader().readMain(1, ADDRESS, DATA.length),
      'error counter': () => reader().readErrorCounter(1),
      psc: () => reader().presentPsc(1, PSC),
      'wrong psc': () => reader().presentPsc(1, WRONG_PSC),
      write: () => reader().updateMain(1, ADDRESS, DATA),
      'torn write': () => {
        device.removeAfterWrittenBytes(1, 33);
        return reader().updateMain(1, ADDRESS, DATA);
      },
      'psc change': () => face(reader().changePsc)(1, NEW_PSC),
      'torn psc change': () => {
        device.removeAfterWrittenBytes(1, 2);
        return face(reader().changePsc)(1, NEW_PSC);
      },
    };
    const right: Record<string, (end: End) => boolean> = {
      status: (end) => typeof end !== 'string' && end.value === 'present',
      read: (end) => isBytes(end, old.slice(ADDRESS, ADDRESS + DATA.length)),
      'error counter': (end) => typeof end !== 'string' && end.value === 7,
      psc: (end) => typeof end !== 'string',
      'wrong psc': (end) => end === 'CARD_PSC_WRONG',
      write: (end) => typeof end !== 'string' && same(card.main.slice(ADDRESS, ADDRESS + DATA.length), DATA),
      'torn write': (end) => end === 'CARD_ABSENT' && torn,
      'psc change': (end) => typeof end !== 'string' && same(card.psc, NEW_PSC),
      'torn psc change': (end) => end === 'CARD_ABSENT' && torn,
    };
    /** What the card may hold when a change broke off after so many bytes. */
    const mixed = (bytes: number) => Uint8Array.of(...NEW_PSC.slice(0, bytes), ...PSC.slice(bytes));
    /** Most bytes of card memory that the call may change. */
    const writes: Record<string, number> = {
      psc: 2,
      'wrong psc': 1,
      write: DATA.length,
      'torn write': DATA.length,
      'psc change': 3,
      'torn psc change': 3,
    };
    return {
      run: () => face(calls[task])(),
      judge(end, fault) {
        const isLineEnd = fault !== null && typeof end === 'string' && LINE_ENDS.has(end);
        if (!isLineEnd && !face(right[task])(end)) return `ended ${show(end)}`;
        if (fault?.kind !== 'doubled' && card.persisted > (writes[task] ?? 0)) return `${card.persisted} bytes of card memory written`;
        const changed = task.endsWith('change') ? [0, 1, 2, 3] : [0];
        if (!changed.some((bytes) => same(card.psc, mixed(bytes)))) return 'the card holds a PSC that nobody wrote';
        const strange = card.main.findIndex((byte, at) => byte !== old[at] && byte !== DATA[at - ADDRESS]);
        return strange < 0 ? null : `byte ${strange} of the card holds what nobody wrote`;
      },
      async recover() {
        // A trap that did not snap is taken away; the card is put in once more.
        device.removeAfterWrittenBytes(1, Number.POSITIVE_INFINITY);
        if (torn) device.insert(1, card);
        await timers.advance(1_000);
        const image = await endOf(reader().readMain(1, 0, 256));
        if (!isBytes(image, card.main)) return `a clean read ended ${show(image)}`;
        const counter = await endOf(reader().readErrorCounter(1));
        if (show(counter) !== `${card.errorCounter}`) return `the error counter ${card.errorCounter} read as ${show(counter)}`;
        if (card.errorCounter === 0) return null;
        for (const [what, call] of [
          ['PSC', () => reader().presentPsc(1, card.psc.slice())],
          ['write', () => reader().updateMain(1, ADDRESS, DATA)],
        ] as const) {
          const end = await endOf(call());
          if (typeof end === 'string') return `a clean ${what} ended ${end}`;
        }
        return same(card.main.slice(ADDRESS, ADDRESS + DATA.length), DATA) ? null : 'a clean write is not on the card';
      },
    };
  },
};

const receiptPrinter: Subject<SimulatedReceiptPrinter> = {
  name: 'receipt-printer',
  deadlineMs: 120_000,
  tasks: ['status', 'print', 'open drawer'],
  create: (simulator, options) => simulator.createReceiptPrinter?.(options) ?? null,
  async stage(task, { device, open, timers, endOf, line, options }) {
    const printer = () => face(open().receiptPrinter);
    const paper: string[] = [];
    device.onReceipt((lines) => void paper.push(lines.join('\n')));
    let began = 0;
    const print = (jobId: string, text: string) => {
      const job = { jobId, markup: `收据\n客户|${text}\n金额|230.00\n谢谢`, cut: true, openDrawer: false };
      return printer().print(job, () => {
        began += 1;
      });
    };
    const isWhole = (text: string, receipt: string) => ['收据', text, '230.00', '谢谢'].every((part) => receipt.includes(part));
    const isOut = () => paper.some((receipt) => isWhole('王小明', receipt));
    let met: LineFault | null = null;
    /** A job whose fate is unknown is asked about: yes only of one that is on paper, and asking prints nothing. */
    async function askAfterwards(): Promise<string | null> {
      const asking = task === 'print' ? printer().hasPrinted?.('job-1') : undefined;
      if (asking === undefined) return null;
      const before = paper.length;
      const end = await endOf(asking);
      await timers.advance(60_000);
      if (met !== null && met.direction === 'toDevice' && isUnseenWithoutSum(met)) return null;
      if (typeof end !== 'string' && end.value === true && !isOut()) return 'it says that the job is on paper, which it is not';
      return paper.length > before ? 'asking printed something' : null;
    }
    const calls: Record<string, () => Promise<unknown>> = {
      status: () => printer().status(),
      print: () => print('job-1', '王小明'),
      'open drawer': () => printer().openDrawer(),
    };
    return {
      run: () => face(calls[task])(),
      judge(end, fault) {
        met = fault;
        const isTyped = typeof end === 'string' && (LINE_ENDS.has(end) || end.startsWith('PRINTER_'));
        if (typeof end === 'string') {
          if (fault === null || !isTyped) return `ended ${end}`;
          if (began === 0 && isOut()) return 'a receipt came out of a job that had not begun';
          return null;
        }
        if (task !== 'print') return null;
        if (began !== 1) return `began ${began} times`;
        const damaged = fault?.direction === 'toDevice' && isUnseenWithoutSum(fault);
        const { proof } = end.value as PrintResult;
        if (proof === 'verified' && options.oneWay === true) return 'claimed on a line on which nothing comes back';
        if (!damaged && proof === 'verified' && !isOut()) return `${show(end)} without a whole receipt: ${paper.join('|')}`;
        return fault === null && !isOut() ? 'no receipt' : null;
      },
      async recover() {
        const wrong = await askAfterwards();
        if (wrong !== null) return wrong;
        for (const attempt of ['as it is', 'switched off and on']) {
          const before = paper.length;
          const end = await endOf(print('job-2', '李雷'));
          // Of a line on which nothing comes back the call ends before the bytes have arrived.
          await timers.advance(1_000);
          if (typeof end !== 'string') {
            if (paper.slice(before).some((receipt) => isWhole('李雷', receipt))) return null;
            // What a damaged job left in the printer was printed over: a person sees it, no driver can.
            if (attempt !== 'as it is') return `a clean job ended ${show(end)} without a whole receipt`;
          } else if (!end.startsWith('PRINTER_') && !LINE_ENDS.has(end)) return `a clean job ended ${end}`;
          else if (attempt !== 'as it is') return `a clean job ended ${end} after the printer was switched off and on`;
          device.detach();
          await timers.advance(1_000);
          device.attach(line().device);
          await timers.advance(60_000);
        }
        return null;
      },
    };
  },
};

const readingHead: Subject<SimulatedMeterLine> = {
  name: 'reading-head',
  // A long answer may pause 1.5 s between any two characters (IEC 62056-21).
  deadlineMs: 600_000,
  tasks: ['read', 'read any'],
  create: (simulator, options) => simulator.createReadingHead?.(options) ?? null,
  async stage(task, { device, open, endOf }, { sampleMeters }) {
    const [meter, other] = face(sampleMeters);
    device.putMeter({ ...meter });
    if (task === 'read') device.putMeter({ ...other });
    const read = () => face(open().readingHead).read(task === 'read' ? meter.meterAddress : 'any', new AbortController().signal);
    const isRight = (end: End) => {
      if (typeof end === 'string') return false;
      const { meterAddress, total, clock } = end.value as MeterReading;
      const rightMeter = meterAddress === meter.meterAddress || meterAddress === null;
      return rightMeter && JSON.stringify([total, clock]) === JSON.stringify([meter.total, meter.clock]);
    };
    return {
      run: read,
      judge: (end, fault) =>
        isRight(end) || (fault !== null && typeof end === 'string' && LINE_ENDS.has(end)) ? null : `ended ${show(end)}`,
      async recover() {
        const end = await endOf(read());
        return isRight(end) ? null : `a clean read ended ${show(end)}`;
      },
    };
  },
};

const FILES = [
  { name: 'route-07.dat', data: Uint8Array.from({ length: 300 }, (_, index) => (index * 7 + 3) & 0xff) },
  { name: 'route-08.dat', data: Uint8Array.of(0x31, 0x32) },
];

const meterDock: Subject<SimulatedMeterDock> = {
  name: 'meter-dock',
  // A handheld may be called a minute for its start, and each of two files may fail ten times fifteen seconds.
  deadlineMs: 1_800_000,
  tasks: ['send', 'receive'],
  create: (simulator, options) => simulator.createMeterDock?.(options) ?? null,
  async stage(task, { device, open, timers, endOf, options }) {
    const dock = () => face(open().meterDock);
    // XMODEM carries one file, and its name stands in the options.
    const files = options.protocol === 'xmodem' ? FILES.slice(0, 1).map(({ data }) => ({ name: String(options.fileName), data })) : FILES;
    const arrived = (name: string) => {
      const file = files.find((candidate) => candidate.name === name);
      const there = device.files.get(name);
      return file !== undefined && there !== undefined && same(there, file.data);
    };
    const send = () => {
      device.receive().catch(() => {});
      return dock().send(files);
    };
    const receive = () => {
      device.send(files).catch(() => {});
      return dock().receive();
    };
    const judgeSend = (end: End): string | null => {
      if (typeof end === 'string') return `rejected with ${end}`;
      const { files: told, fault } = end.value as DockSendResult;
      for (const { name, state } of told) {
        if (state === 'acknowledged' && !arrived(name)) return `${name} acknowledged and not there`;
        if (state === 'unsent' && arrived(name)) return `${name} unsent and there`;
      }
      if (fault === null && told.some(({ state }) => state !== 'acknowledged')) return 'no fault, and not everything acknowledged';
      return fault === null || LINE_ENDS.has(fault.code) || fault.code === 'DEVICE_CANCELLED' ? null : `ended ${fault.code}`;
    };
    const judgeReceive = (end: End): string | null => {
      if (typeof end === 'string') return `rejected with ${end}`;
      const { files: taken, fault } = end.value as DockReceiveResult;
      for (const { name, data } of taken) {
        const file = files.find((candidate) => candidate.name === name);
        if (!file || !same(file.data, data)) return `${name} is not what was sent`;
      }
      if (fault === null && taken.length !== files.length) return `no fault, and ${taken.length} files`;
      return fault === null || LINE_ENDS.has(fault.code) || fault.code === 'DEVICE_CANCELLED' ? null : `ended ${fault.code}`;
    };
    const judge = task === 'send' ? judgeSend : judgeReceive;
    return {
      run: task === 'send' ? send : receive,
      judge(end, fault) {
        if (end === 'DEVICE_PROCESS_LOST' && fault !== null) return null;
        const wrong = judge(end);
        if (wrong !== null || fault !== null || typeof end === 'string') return wrong;
        const { fault: ended } = end.value as DockSendResult;
        return ended === null ? null : `ended ${ended.code}`;
      },
      async recover() {
        device.cancel();
        await timers.advance(3_600_000);
        device.files.clear();
        const end = await endOf((task === 'send' ? send : receive)());
        const wrong = judge(end);
        const fault = typeof end === 'string' ? null : (end.value as DockSendResult).fault;
        return wrong ?? (fault === null ? null : `a clean transfer ended ${fault.code}`);
      },
    };
  },
};

const CODES = ['6901234567892', 'G-2026-000017'];

const scanner: Subject<SimulatedScanner> = {
  name: 'scanner',
  deadlineMs: 120_000,
  tasks: ['scan'],
  create: (simulator, options) => simulator.createScanner?.(options) ?? null,
  async stage(_task, { device, open, timers, endOf }) {
    let texts: string[] = [];
    /** The device whose codes are heard; a driver that was opened anew is listened to anew. */
    let heard: unknown = null;
    const scan = async (code: string) => {
      const now = open();
      if (now !== heard) face(now.scanner).onCode(({ text }) => void texts.push(text));
      heard = now;
      texts = [];
      device.scan(code);
      await new Promise<void>((resolve) => timers.setTimeout(resolve, 90_000));
      return texts;
    };
    return {
      run: () => scan(face(CODES[0])),
      judge(end, fault) {
        if (typeof end === 'string') return end === 'DEVICE_PROCESS_LOST' && fault !== null ? null : `ended ${end}`;
        const codes = end.value as readonly string[];
        if (codes.some((code) => /\p{Cc}|\ufffd/u.test(code))) return `gave ${show(end)}`;
        if (codes.length > (fault?.kind === 'doubled' ? 2 : fault?.kind.startsWith('garbage') ? 3 : 1)) return `gave ${show(end)}`;
        if (fault === null && codes.length !== 1) return 'gave no code';
        // Without a check sum a character that became another cannot be told.
        return isUnseenWithoutSum(fault) && fault?.kind !== 'cut'
          ? null
          : codes.every((code) => code === CODES[0])
            ? null
            : `gave ${show(end)}`;
      },
      async recover() {
        const end = await endOf(scan(face(CODES[1])));
        return show(end) === JSON.stringify([CODES[1]]) ? null : `a clean scan gave ${show(end)}`;
      },
    };
  },
};

const customerDisplay: Subject<SimulatedCustomerDisplay> = {
  name: 'customer-display',
  deadlineMs: 60_000,
  tasks: ['show'],
  create: (simulator, options) => simulator.createCustomerDisplay?.(options) ?? null,
  async stage(_task, { device, open, endOf, timers }) {
    const display = () => face(open().customerDisplay);
    return {
      run: async () => {
        await display().show({ upper: 'DUE 128.50', lower: '30 m3' });
      },
      judge: (end, fault) => (typeof end === 'string' && (fault === null || !LINE_ENDS.has(end)) ? `ended ${end}` : null),
      async recover() {
        const text = { upper: 'CHANGE 71.50', lower: 'THANK YOU' };
        const end = await endOf(display().show(text));
        await timers.advance(1_000);
        const shown = device.shown();
        const isShown = shown.upper === text.upper && shown.lower === text.lower;
        return typeof end !== 'string' && isShown ? null : `a clean text ended ${show(end)} and shows ${JSON.stringify(shown)}`;
      },
    };
  },
};

const satisfactionKeypad: Subject<SimulatedSatisfactionKeypad> = {
  name: 'satisfaction-keypad',
  deadlineMs: 120_000,
  tasks: ['rating', 'no rating'],
  create: (simulator, options) => simulator.createSatisfactionKeypad?.(options) ?? null,
  async stage(task, { device, open, endOf, timers }) {
    /** Ends the customer's waiting for the keypad to be lit: that of a question whose process was killed would last for ever. */
    let goAway = () => {};
    const rate = async (key: number | null) => {
      goAway();
      let over = false;
      goAway = () => {
        over = true;
      };
      const press = () => {
        if (over) return;
        if (device.isAsking()) device.press(key ?? 1);
        else timers.setTimeout(press, 100);
      };
      if (key !== null) timers.setTimeout(press, 50);
      return face(open().satisfactionKeypad)
        .askRating({ timeoutMs: 10_000 })
        .finally(() => {
          over = true;
        });
    };
    return {
      run: () => rate(task === 'rating' ? 2 : null),
      judge(end, fault) {
        if (typeof end === 'string') return fault !== null && LINE_ENDS.has(end) ? null : `ended ${end}`;
        if (end.value === 2 && task === 'rating') return null;
        return end.value === null && (fault !== null || task === 'no rating') ? null : `ended ${show(end)}`;
      },
      async recover() {
        // Nobody presses: nothing may come of it, whatever the first question left behind.
        const none = await endOf(rate(null));
        if (typeof none === 'string' || none.value !== null) return `an unanswered question ended ${show(none)}`;
        const end = await endOf(rate(3));
        return typeof end !== 'string' && end.value === 3 ? null : `a clean question ended ${show(end)}`;
      },
    };
  },
};

const cashDrawer: Subject<SimulatedCashDrawer> = {
  name: 'cash-drawer',
  deadlineMs: 60_000,
  tasks: ['open', 'is open'],
  create: (simulator, options) => simulator.createCashDrawer?.(options) ?? null,
  async stage(task, { device, open, endOf, timers, options }) {
    const drawer = () => face(open().cashDrawer);
    let pulses = 0;
    device.onPulse(() => {
      pulses += 1;
    });
    const isTyped = (end: End) => typeof end === 'string' && (LINE_ENDS.has(end) || end.startsWith('PRINTER_'));
    return {
      run: () => (task === 'open' ? drawer().open() : drawer().isOpen()),
      judge(end, fault) {
        if (typeof end === 'string') return fault !== null && isTyped(end) ? null : `ended ${end}`;
        if (pulses > (task === 'is open' ? 0 : fault?.kind === 'doubled' ? 2 : 1) && !isUnseenWithoutSum(fault)) return `${pulses} pulses`;
        return null;
      },
      async recover() {
        if (device.isOpen()) device.shut();
        // Half a command left in the printer swallows the next one; where nothing comes back nobody but the clerk sees it, and asks again.
        for (const attempt of options.oneWay === true ? ['swallowed', 'again'] : ['once']) {
          const end = await endOf(drawer().open());
          await timers.advance(1_000);
          if (typeof end !== 'string' && device.isOpen()) return null;
          if (attempt !== 'swallowed') return `a clean open ended ${show(end)} and it is ${device.isOpen() ? 'open' : 'shut'}`;
        }
        return null;
      },
    };
  },
};

/** Every capability that a simulator can stand for. */
export const SUBJECTS = [
  cardReader,
  chipReader,
  receiptPrinter,
  formPrinter,
  readingHead,
  meterDock,
  scanner,
  customerDisplay,
  satisfactionKeypad,
  cashDrawer,
] as unknown as readonly Subject<{ attach(line: Transport): void; detach(): void }>[];
