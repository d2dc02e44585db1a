// Driver of the four-slot SLE4442 serial reader.
import {
  type CardPresence,
  createExchangeLine,
  createFixedFramer,
  createQueue,
  type DriverContext,
  defineDriver,
  Fault,
  type FaultCode,
  integerOption,
  type MemoryCardReader,
  maskDamaged,
  type OpenDevice,
  repeatOnLineFault,
  requireSpan,
  sameBytes,
} from '../kit/index.ts';
import {
  DATA_BYTES,
  decodeFrame,
  describeFrame,
  encodeFrame,
  FRAME_FORMAT,
  HEAD_REQUEST,
  MAIN_BYTES,
  MEMORY,
  maskSecrets,
  PART,
  type ReaderFrame,
  SLOTS,
  STATUS,
  splitRead,
  splitWrite,
  WRITE_BIT,
} from './frames.ts';

/** Error counter and three PSC bytes. */
const SECURITY_BYTES = 4;
const PSC_BYTES = 3;
/** Card memory bytes that a presentation may change: the counter's bit cleared, and restored. */
const PRESENTATION_WRITES = 5;

/** How many unanswered commands are remembered; fewer than there are pages, so that a fence always finds an address of its own. */
const OWED_KEPT = 4;

type Command = Omit<ReaderFrame, 'head'>;

/** What an answer's first byte says of the card; null for a head that says nothing of it. */
function presenceOf(head: number): CardPresence | null {
  if (head === STATUS.ok) return 'present';
  if (head === STATUS.noCard) return 'absent';
  return head === STATUS.damaged ? 'damaged' : null;
}

/** Throws the fault that an answer's first byte stands for. */
function requireOk({ head, slot }: ReaderFrame): void {
  switch (head) {
    case STATUS.ok:
      return;
    case STATUS.noCard:
      throw new Fault('CARD_ABSENT', { slot });
    case STATUS.damaged:
      throw new Fault('CARD_DAMAGED', { slot });
    case STATUS.pscNotVerified:
      // The card has lost its verification, most often because it was pulled and put back: the secret itself may well be right.
      throw new Fault('DEVICE_REJECTED', { slot, reason: 'psc-not-verified' });
    case STATUS.noStartFrame:
      throw new Fault('FRAME_SEQUENCE', { slot });
    case STATUS.pscFailed:
      throw new Fault('CARD_PSC_WRONG', { slot });
    default:
      throw new Fault('FRAME_UNEXPECTED', { slot, head });
  }
}

/** Whether a frame answers `command`, else what is wrong with it. */
function judgeAnswer(command: Command, answer: ReaderFrame): 'answer' | FaultCode {
  if (answer.slot !== command.slot) return 'FRAME_SLOT';
  if (answer.operation !== command.operation || answer.part !== command.part) return 'FRAME_UNEXPECTED';
  const memory = command.operation & 0x07;
  if (memory !== MEMORY.main) return 'answer';
  if (answer.address !== command.address) return 'FRAME_UNEXPECTED';
  const isRead = (command.operation & WRITE_BIT) === 0;
  return isRead && answer.head === STATUS.ok && answer.count !== command.count ? 'FRAME_UNEXPECTED' : 'answer';
}

function openReader(context: DriverContext): OpenDevice {
  const { options } = context;
  const pageBytes = integerOption(options, 'pageBytes', { min: 1 });
  const readRetries = integerOption(options, 'readRetries', { min: 0 });
  const responseTimeoutMs = integerOption(options, 'responseTimeoutMs', { min: 1 });
  const byteTimeoutMs = integerOption(options, 'byteTimeoutMs', { min: 0 });
  const interByteMs = integerOption(options, 'interByteMs', { min: 1 });
  if (pageBytes > DATA_BYTES) throw new Fault('SETTINGS_INVALID', { field: 'options.pageBytes', reason: `${pageBytes}` });

  const listeners = new Set<(slot: number, presence: CardPresence) => void>();
  const inTurn = createQueue();
  /** The slot whose status was asked for and is not answered yet. */
  let statusAskedFor: number | null = null;
  /** Commands that were not answered properly in their time: their answers may still be under way. */
  let owed: Command[] = [];
  let fenceAddress = 0;
  /** Whether the line brings back what is sent, as two-wire converters do; null until it is known. */
  let echoes: boolean | null = null;
  /** The frame whose echo is still to come. */
  let echoOf: Uint8Array | null = null;

  const line = createExchangeLine({
    transport: context.transport,
    timers: context.timers,
    framer: createFixedFramer(FRAME_FORMAT),
    interByteMs,
    trace: (direction, bytes, damage) =>
      context.trace(direction, damage ? maskDamaged(bytes) : maskSecrets(bytes), damage ?? describeFrame(bytes, direction)),
    isUnsolicited(bytes) {
      if (echoes === true && echoOf !== null && sameBytes(bytes, echoOf)) {
        echoOf = null;
        return true;
      }
      const frame = decodeFrame(bytes);
      if ((frame.operation & 0x07) !== MEMORY.status || frame.slot === statusAskedFor) return false;
      const presence = presenceOf(frame.head);
      const known = presence !== null && frame.slot >= 1 && frame.slot <= SLOTS;
      if (known) for (const listener of [...listeners]) listener(frame.slot, presence);
      return known;
    },
  });

  /** One command, one answer; never repeated here. `writes` is the number of card bytes it may change. */
  async function send(command: Command, writes: number): Promise<ReaderFrame> {
    const sent = encodeFrame({ head: HEAD_REQUEST, ...command });
    echoOf = sent;
    try {
      const answer = await line.exchange({
        frame: sent,
        timeoutMs: responseTimeoutMs + writes * byteTimeoutMs,
        judge(bytes) {
          const frame = decodeFrame(bytes);
          const verdict = judgeAnswer(command, frame);
          const isLate = verdict !== 'answer' && owed.some((earlier) => judgeAnswer(earlier, frame) === 'answer');
          return isLate ? 'DEVICE_TIMEOUT' : verdict;
        },
      });
      owed = [];
      return decodeFrame(answer);
    } catch (error) {
      // What was taken for an echo may have been the answer.
      if (echoes === true) echoes = null;
      owed = [...owed, { ...command, data: new Uint8Array(0) }].slice(-OWED_KEPT);
      throw error instanceof Fault ? new Fault(error.code, { slot: command.slot, ...error.context }, { cause: error }) : error;
    }
  }

  /**
   * A frame has the same shape both ways, so that an echo could pass for the reader's consent. The first status on a line shows whether it echoes: then
   * two frames come. One that equals the question and stays alone is the answer "present".
   */
  async function learnEcho(slot: number): Promise<void> {
    const command = readCommand(slot, MEMORY.status);
    const frame = encodeFrame({ head: HEAD_REQUEST, ...command });
    let equal = 0;
    statusAskedFor = slot;
    try {
      await line.exchange({
        frame,
        timeoutMs: responseTimeoutMs,
        judge(bytes) {
          if (equal === 0 && sameBytes(bytes, frame)) {
            equal = 1;
            return 'FRAME_UNEXPECTED';
          }
          return judgeAnswer(command, decodeFrame(bytes));
        },
      });
      echoes = equal === 1;
    } catch (error) {
      if (equal === 0) {
        owed = [...owed, command].slice(-OWED_KEPT);
        throw error;
      }
      echoes = false;
    } finally {
      statusAskedFor = null;
    }
  }

  /**
   * Frames carry no number, so a late answer could pass for the answer to the same command sent again. The reader answers in order: once
   * a page read at an address of its own is answered, whatever was owed before has arrived, and is gone. An answer that is always late gives
   * DEVICE_TIMEOUT.
   */
  async function settleLine(command: Command): Promise<void> {
    if (echoes === null) await learnEcho(command.slot);
    if (owed.length === 0) return;
    const last = Math.floor(MAIN_BYTES / pageBytes) - 1;
    do fenceAddress = fenceAddress >= last * pageBytes ? 0 : fenceAddress + pageBytes;
    while (fenceAddress === command.address || owed.some((earlier) => earlier.address === fenceAddress));
    await send({ ...readCommand(command.slot, MEMORY.main), address: fenceAddress, count: 1 }, 0);
  }

  function readCommand(slot: number, memory: number): Command {
    return { slot, operation: memory, part: PART.single, address: 0, count: 0, data: new Uint8Array(0) };
  }

  /** A read, tried again while the line is at fault. */
  function readAnswer(command: Command): Promise<ReaderFrame> {
    return repeatOnLineFault(readRetries, async () => {
      try {
        await settleLine(command);
        if ((command.operation & 0x07) === MEMORY.status) statusAskedFor = command.slot;
        return await send(command, 0);
      } finally {
        statusAskedFor = null;
      }
    });
  }

  function requireSlot(slot: number): void {
    if (!Number.isInteger(slot) || slot < 1 || slot > SLOTS) throw new Fault('DEVICE_REJECTED', { slot, reason: 'no-such-slot' });
  }

  async function statusNow(slot: number): Promise<CardPresence> {
    const answer = await readAnswer(readCommand(slot, MEMORY.status));
    const presence = presenceOf(answer.head);
    if (presence === null) requireOk(answer);
    return presence ?? 'damaged';
  }

  const cardReader: MemoryCardReader = {
    slots: SLOTS,
    status(slot) {
      return inTurn(async () => {
        requireSlot(slot);
        return statusNow(slot);
      });
    },
    readMain(slot, address, length) {
      return inTurn(async () => {
        requireSlot(slot);
        requireSpan({ address, length, size: MAIN_BYTES });
        const result = new Uint8Array(length);
        let filled = 0;
        for (const part of splitRead({ address, length, pageBytes })) {
          const answer = await readAnswer({ ...readCommand(slot, MEMORY.main), address: part.address, count: part.pages });
          requireOk(answer);
          result.set(answer.data.subarray(part.skip, part.skip + part.take), filled);
          filled += part.take;
        }
        return result;
      });
    },
    readErrorCounter(slot) {
      return inTurn(async () => {
        requireSlot(slot);
        const answer = await readAnswer({ ...readCommand(slot, MEMORY.security), count: Math.ceil(SECURITY_BYTES / pageBytes) });
        requireOk(answer);
        return answer.data[0] ?? 0;
      });
    },
    presentPsc(slot, psc) {
      return inTurn(async () => {
        requireSlot(slot);
        if (psc.length !== PSC_BYTES) throw new Fault('DEVICE_REJECTED', { slot, reason: 'psc-length' });
        const command = { ...readCommand(slot, MEMORY.psc), operation: WRITE_BIT | MEMORY.psc, count: PSC_BYTES, data: psc };
        await settleLine(command);
        // Never sent twice: each presentation spends an attempt until the reader has compared it.
        requireOk(await send(command, PRESENTATION_WRITES));
      });
    },
    updateMain(slot, address, data) {
      return inTurn(async () => {
        requireSlot(slot);
        requireSpan({ address, length: data.length, size: MAIN_BYTES });
        for (const piece of splitWrite(address, data)) {
          const command = {
            ...readCommand(slot, MEMORY.main),
            operation: WRITE_BIT | MEMORY.main,
            part: piece.part,
            address: piece.address,
            count: piece.data.length,
            data: piece.data,
          };
          if (piece.part === PART.single || piece.part === PART.start) await settleLine(command);
          // Never sent twice: after a fault nobody knows which bytes have arrived; the caller reads back.
          requireOk(await send(command, piece.data.length));
        }
      });
    },
    changePsc(slot, psc) {
      return inTurn(async () => {
        requireSlot(slot);
        if (psc.length !== PSC_BYTES) throw new Fault('DEVICE_REJECTED', { slot, reason: 'psc-length' });
        // Security memory: the error counter is byte 0, the PSC bytes 1 to 3.
        const operation = WRITE_BIT | MEMORY.security;
        const command = { ...readCommand(slot, MEMORY.security), operation, address: 1, count: PSC_BYTES, data: psc };
        await settleLine(command);
        requireOk(await send(command, PSC_BYTES));
      });
    },
    onPresence(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };

  return {
    cardReader,
    probe: () => inTurn(async () => void (await statusNow(1))),
    async close() {
      listeners.clear();
      line.close();
      await context.transport.close();
    },
  };
}

export default defineDriver({ open: async (context) => openReader(context) });
