// Driver of card readers that speak in HID reports: SLE4442 cards by commands of a documented framing, see reports.ts.
import {
  type CardPresence,
  createExchangeLine,
  createQueue,
  createSequence,
  type DriverContext,
  defineDriver,
  Fault,
  integerOption,
  type MemoryCardReader,
  maskDamaged,
  type OpenDevice,
  repeatOnLineFault,
  requireSpan,
  say,
} from '../kit/index.ts';
import {
  ANSWER,
  type CommandName,
  createReportFramer,
  describeMessage,
  encodeReports,
  maskMessage,
  messageOf,
  readCodes,
  STATUS,
} from './reports.ts';

const MAIN_BYTES = 256;
const PSC_BYTES = 3;
const SECURITY_BYTES = 4;
/** What a command of one report has room for, and an answer's length byte. */
const MAX_WRITE_BYTES = 55;
const MAX_READ_BYTES = 255;
/** Card memory bytes that a presentation may change: the counter's bit cleared, and restored. */
const PRESENTATION_WRITES = 2;
/** hidapi wants the report's number in front, 0 where a device does not number its reports. */
const REPORT_NUMBER = 0;
/** How many of the last commands are remembered, for telling a late answer from a foreign one. */
const RECENT_KEPT = 64;
/** Bytes of an answer before its data: command, slot, status. */
const ANSWER_HEAD = 3;

function presenceOf(status: number): CardPresence | null {
  if (status === STATUS.ok) return 'present';
  if (status === STATUS.noCard) return 'absent';
  return status === STATUS.damaged ? 'damaged' : null;
}

function openReader(context: DriverContext): OpenDevice {
  const { options } = context;
  const codes = readCodes(options);
  const number = (name: string, min: number, max = Number.MAX_SAFE_INTEGER) => {
    const value = integerOption(options, name, { min });
    if (value > max) throw new Fault('SETTINGS_INVALID', { field: `options.${name}`, reason: `${value}` });
    return value;
  };
  const slots = number('slots', 1, 255);
  const readBytes = number('readBytes', 1, MAX_READ_BYTES);
  const writeBytes = number('writeBytes', 1, MAX_WRITE_BYTES);
  const readRetries = number('readRetries', 0);
  const responseTimeoutMs = number('responseTimeoutMs', 1);
  const byteTimeoutMs = number('byteTimeoutMs', 0);
  const listeners = new Set<(slot: number, presence: CardPresence) => void>();
  const inTurn = createQueue();
  const recent = new Set<number>();
  // 0 is the reader's own.
  const sequenceFor = createSequence((sequence) => sequence === 0 || recent.has(sequence));

  const line = createExchangeLine({
    transport: context.transport,
    timers: context.timers,
    framer: createReportFramer(),
    interByteMs: number('interReportMs', 1),
    trace(direction, bytes, damage) {
      if (damage !== undefined) return context.trace(direction, maskDamaged(bytes), damage);
      const message = direction === 'sent' ? { sequence: bytes[2] ?? 0, body: bytes.slice(4, 4 + (bytes[1] ?? 0)) } : messageOf(bytes);
      const masked = maskMessage(message, codes);
      const front = direction === 'sent' ? [REPORT_NUMBER] : [];
      const reports = encodeReports(masked);
      const words = describeMessage(message, codes, direction);
      reports.forEach((report, index) => {
        const place = say('{message}, report {number} of {count}', { message: words, number: index + 1, count: reports.length });
        context.trace(direction, Uint8Array.of(...front, ...report), reports.length === 1 ? words : place);
      });
    },
    isUnsolicited(bytes) {
      const { sequence, body } = messageOf(bytes);
      const [event, slot = 0, status = 0] = body;
      if (sequence !== 0 || event !== codes.event) return false;
      const presence = presenceOf(status);
      if (presence !== null && slot >= 1 && slot <= slots) for (const listener of [...listeners]) listener(slot, presence);
      return true;
    },
  });

  interface Sending {
    readonly slot: number;
    readonly data?: readonly number[];
    /** Card bytes that it may change. */
    readonly writes?: number;
    /** How a good answer's data begin, and how long they are. */
    readonly echo?: readonly number[];
    readonly length?: number;
  }

  /** One command, one answer; never repeated here. Returns the status and the data behind the echo. */
  async function send(name: CommandName, { slot, data = [], writes = 0, echo = [], length = 0 }: Sending) {
    const body = Uint8Array.of(codes[name], slot, ...data);
    const sequence = sequenceFor([...body]);
    recent.add(sequence);
    for (const oldest of recent) if (recent.size > RECENT_KEPT) recent.delete(oldest);
    const [report] = encodeReports({ sequence, body });
    try {
      const frame = await line.exchange({
        frame: Uint8Array.of(REPORT_NUMBER, ...(report ?? [])),
        timeoutMs: responseTimeoutMs + writes * byteTimeoutMs,
        judge(bytes) {
          const answer = messageOf(bytes);
          if (answer.sequence !== sequence) return recent.has(answer.sequence) ? 'DEVICE_TIMEOUT' : 'FRAME_UNEXPECTED';
          if (answer.body[1] !== slot) return 'FRAME_SLOT';
          if (answer.body[0] !== (codes[name] | ANSWER) || answer.body.length < ANSWER_HEAD) return 'FRAME_UNEXPECTED';
          if (answer.body[2] !== STATUS.ok) return 'answer';
          const said = answer.body.subarray(ANSWER_HEAD);
          const fits = said.length === echo.length + length && echo.every((byte, index) => said[index] === byte);
          return fits ? 'answer' : 'FRAME_UNEXPECTED';
        },
      });
      const answer = messageOf(frame).body;
      return { status: answer[2] ?? 0, data: answer.slice(ANSWER_HEAD + echo.length) };
    } catch (error) {
      throw error instanceof Fault ? new Fault(error.code, { slot, ...error.context }, { cause: error }) : error;
    }
  }

  const ask = (name: CommandName, sending: Sending) => repeatOnLineFault(readRetries, () => send(name, sending));

  function requireOk(status: number, slot: number): void {
    if (status === STATUS.noCard) throw new Fault('CARD_ABSENT', { slot });
    if (status === STATUS.damaged) throw new Fault('CARD_DAMAGED', { slot });
    // The card has lost its verification, most often because it was pulled and put back: the secret itself may well be right.
    if (status === STATUS.pscNotVerified) throw new Fault('DEVICE_REJECTED', { slot, reason: 'psc-not-verified' });
    if (status === STATUS.pscWrong) throw new Fault('CARD_PSC_WRONG', { slot });
    if (status !== STATUS.ok) throw new Fault('DEVICE_REJECTED', { slot, reason: `status ${status}` });
  }

  async function statusNow(slot: number): Promise<CardPresence> {
    const { status } = await ask('status', { slot });
    const presence = presenceOf(status);
    if (presence === null) requireOk(status, slot);
    return presence ?? 'damaged';
  }

  /** Runs a task on a slot, after those before it. */
  function onSlot<T>(slot: number, task: () => Promise<T>): Promise<T> {
    return inTurn(async () => {
      if (!Number.isInteger(slot) || slot < 1 || slot > slots) throw new Fault('DEVICE_REJECTED', { slot, reason: 'no-such-slot' });
      return task();
    });
  }

  const cardReader: MemoryCardReader = {
    slots,
    status: (slot) => onSlot(slot, () => statusNow(slot)),
    readMain: (slot, address, length) =>
      onSlot(slot, async () => {
        requireSpan({ address, length, size: MAIN_BYTES });
        // Tells an empty slot at once, and shows that the line is in step.
        if (length > 0) requireOk((await ask('status', { slot })).status, slot);
        const result = new Uint8Array(length);
        for (let done = 0; done < length; done += readBytes) {
          const take = Math.min(readBytes, length - done);
          const { status, data } = await ask('readMain', { slot, data: [address + done, take], echo: [address + done], length: take });
          requireOk(status, slot);
          result.set(data, done);
        }
        return result;
      }),
    readErrorCounter: (slot) =>
      onSlot(slot, async () => {
        const { status, data } = await ask('readSecurity', { slot, length: SECURITY_BYTES });
        requireOk(status, slot);
        return data[0] ?? 0;
      }),
    presentPsc: (slot, psc) =>
      onSlot(slot, async () => {
        if (psc.length !== PSC_BYTES) throw new Fault('DEVICE_REJECTED', { slot, reason: 'psc-length' });
        // Never sent twice: each presentation spends an attempt until the reader has compared it.
        requireOk((await send('presentPsc', { slot, data: [...psc], writes: PRESENTATION_WRITES })).status, slot);
      }),
    updateMain: (slot, address, data) =>
      onSlot(slot, async () => {
        requireSpan({ address, length: data.length, size: MAIN_BYTES });
        for (let done = 0; done < data.length; done += writeBytes) {
          const piece = data.slice(done, done + writeBytes);
          // Never sent twice: after a fault nobody knows which bytes have arrived; the caller reads back.
          const sending = { slot, data: [address + done, ...piece], echo: [address + done], writes: piece.length };
          requireOk((await send('writeMain', sending)).status, slot);
        }
      }),
    changePsc: (slot, psc) =>
      onSlot(slot, async () => {
        if (psc.length !== PSC_BYTES) throw new Fault('DEVICE_REJECTED', { slot, reason: 'psc-length' });
        // Never sent twice: after a fault nobody knows which bytes have arrived.
        requireOk((await send('changePsc', { slot, data: [...psc], writes: PSC_BYTES })).status, slot);
      }),
    onPresence(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };

  return {
    cardReader,
    probe: () => inTurn(async () => void (await ask('status', { slot: 1 }))),
    async close() {
      listeners.clear();
      line.close();
      await context.transport.close();
    },
  };
}

export default defineDriver({ open: async (context) => openReader(context) });
