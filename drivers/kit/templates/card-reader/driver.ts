// Driver of the vendor-model card reader.
import {
  type CardPresence,
  createExchangeLine,
  createQueue,
  createScanFramer,
  type DriverContext,
  defineDriver,
  Fault,
  integerOption,
  type MemoryCardReader,
  maskDamaged,
  type OpenDevice,
  repeatOnLineFault,
  requireSpan,
} from '../../index.ts';
import {
  ANSWER_BIT,
  COMMAND,
  decodeFrame,
  describeFrame,
  encodeFrame,
  FRAME_FORMAT,
  MAX_DATA,
  maskSecrets,
  PRESENCE_EVENT,
  RESULT,
} from './frames.ts';

const MAIN_BYTES = 256;
const PSC_BYTES = 3;
/** Card memory bytes that a presentation may change: the counter's bit cleared, and restored. */
const PRESENTATION_WRITES = 2;

interface Command {
  readonly code: number;
  readonly slot: number;
  readonly address?: number;
  readonly data?: Uint8Array;
}

/** What a result says of the card. */
function presenceOf(result: number): CardPresence {
  if (result === RESULT.noCard) return 'absent';
  return result === RESULT.damaged ? 'damaged' : 'present';
}

/** Throws the fault that a result stands for. */
function requireOk(result: number, slot: number): void {
  switch (result) {
    case RESULT.ok:
      return;
    case RESULT.noCard:
      throw new Fault('CARD_ABSENT', { slot });
    case RESULT.damaged:
      throw new Fault('CARD_DAMAGED', { slot });
    case RESULT.pscNotVerified:
      throw new Fault('DEVICE_REJECTED', { slot, reason: 'psc-not-verified' });
    case RESULT.pscRefused:
      throw new Fault('CARD_PSC_WRONG', { slot });
    default:
      throw new Fault('FRAME_UNEXPECTED', { slot, result });
  }
}

function openReader(context: DriverContext): OpenDevice {
  const slots = integerOption(context.options, 'slots', { min: 1 });
  const readRetries = integerOption(context.options, 'readRetries', { min: 0 });
  const responseTimeoutMs = integerOption(context.options, 'responseTimeoutMs', { min: 1 });
  const byteTimeoutMs = integerOption(context.options, 'byteTimeoutMs', { min: 0 });
  const interByteMs = integerOption(context.options, 'interByteMs', { min: 1 });

  const listeners = new Set<(slot: number, presence: CardPresence) => void>();
  const inTurn = createQueue();
  let sequence = 0;

  const line = createExchangeLine({
    transport: context.transport,
    timers: context.timers,
    framer: createScanFramer(FRAME_FORMAT),
    interByteMs,
    trace: (direction, bytes, damage) =>
      context.trace(direction, damage === undefined ? maskSecrets(bytes) : maskDamaged(bytes), damage ?? describeFrame(bytes)),
    isUnsolicited(bytes) {
      const { code, slot, result } = decodeFrame(bytes);
      if (code !== PRESENCE_EVENT) return false;
      for (const listener of [...listeners]) listener(slot, presenceOf(result));
      return true;
    },
  });

  /** One command, one answer; never repeated here. `writes` is the number of card bytes it may change. */
  async function send({ code, slot, address = 0, data = new Uint8Array(0) }: Command, writes: number) {
    sequence = (sequence % 255) + 1;
    const own = sequence;
    const answer = await line.exchange({
      frame: encodeFrame({ sequence: own, code, slot, address, result: 0, data }),
      timeoutMs: responseTimeoutMs + writes * byteTimeoutMs,
      judge(bytes) {
        const heard = decodeFrame(bytes);
        if (heard.sequence !== own || heard.code !== (code | ANSWER_BIT) || heard.address !== address) return 'FRAME_UNEXPECTED';
        return heard.slot === slot ? 'answer' : 'FRAME_SLOT';
      },
    });
    return decodeFrame(answer);
  }

  /** A command without an effect, tried again while the line is at fault. */
  const ask = (command: Command) => repeatOnLineFault(readRetries, () => send(command, 0));

  function requireSlot(slot: number): void {
    if (!Number.isInteger(slot) || slot < 1 || slot > slots) throw new Fault('DEVICE_REJECTED', { slot, reason: 'no-such-slot' });
  }

  const cardReader: MemoryCardReader = {
    slots,
    status: (slot) =>
      inTurn(async () => {
        requireSlot(slot);
        return presenceOf((await ask({ code: COMMAND.status, slot })).result);
      }),
    readMain: (slot, address, length) =>
      inTurn(async () => {
        requireSlot(slot);
        requireSpan({ address, length, size: MAIN_BYTES });
        const bytes = new Uint8Array(length);
        for (let read = 0; read < length; read += MAX_DATA) {
          const count = Math.min(MAX_DATA, length - read);
          const { result, data } = await ask({ code: COMMAND.read, slot, address: address + read, data: Uint8Array.of(count) });
          requireOk(result, slot);
          if (data.length !== count) throw new Fault('FRAME_UNEXPECTED', { slot });
          bytes.set(data, read);
        }
        return bytes;
      }),
    readErrorCounter: (slot) =>
      inTurn(async () => {
        requireSlot(slot);
        const { result, data } = await ask({ code: COMMAND.errorCounter, slot });
        requireOk(result, slot);
        const [counter] = data;
        if (counter === undefined) throw new Fault('FRAME_UNEXPECTED', { slot });
        return counter;
      }),
    presentPsc: (slot, psc) =>
      inTurn(async () => {
        requireSlot(slot);
        if (psc.length !== PSC_BYTES) throw new Fault('DEVICE_REJECTED', { slot, reason: 'psc-length' });
        // Never sent twice: each presentation may spend an attempt.
        requireOk((await send({ code: COMMAND.psc, slot, data: psc }, PRESENTATION_WRITES)).result, slot);
      }),
    updateMain: (slot, address, data) =>
      inTurn(async () => {
        requireSlot(slot);
        requireSpan({ address, length: data.length, size: MAIN_BYTES });
        for (let written = 0; written < data.length; written += MAX_DATA) {
          const piece = data.slice(written, written + MAX_DATA);
          // Never sent twice: after a fault nobody knows which bytes have arrived; the caller reads back.
          requireOk((await send({ code: COMMAND.write, slot, address: address + written, data: piece }, piece.length)).result, slot);
        }
      }),
    changePsc: (slot, psc) =>
      inTurn(async () => {
        requireSlot(slot);
        if (psc.length !== PSC_BYTES) throw new Fault('DEVICE_REJECTED', { slot, reason: 'psc-length' });
        // Never sent twice: after a fault nobody knows which bytes have arrived.
        requireOk((await send({ code: COMMAND.changePsc, slot, data: psc }, PSC_BYTES)).result, slot);
      }),
    onPresence(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };

  return {
    cardReader,
    probe: () => inTurn(async () => void (await ask({ code: COMMAND.status, slot: 1 }))),
    async close() {
      listeners.clear();
      line.close();
      await context.transport.close();
    },
  };
}

export default defineDriver({ open: async (context) => openReader(context) });
