// The four-slot reader as a device: answers the real frames and treats its cards as an SLE4442 does.
//
// Decisions where the protocol is silent: a frame with a wrong sum or an unknown operation is not answered; a card whose error counter is 0 can still
// be read, refuses writes with AAh and presentations with BBh; a protected byte keeps its value although the answer is 55h, as on the chip.
import {
  type CardReaderSimulatorOptions,
  type CardWork,
  createFixedFramer,
  createMemoryCardSlots,
  type FixedFramer,
  type SimulatedCardReader,
  type SimulatedSle4442,
  type SimulatorModule,
  type Transport,
  withSum16,
} from '../kit/index.ts';
import {
  DATA_BYTES,
  decodeFrame,
  encodeFrame,
  FRAME_FORMAT,
  HEAD_REQUEST,
  MEMORY,
  PART,
  type ReaderFrame,
  SLOTS,
  STATUS,
  WRITE_BIT,
} from './frames.ts';

const PAGE_BYTES = 2;
/** A frame that pauses longer than this is forgotten, ms. */
const INTER_BYTE_MS = 100;

function createCardReader({ timers, byteTimeMs }: CardReaderSimulatorOptions): SimulatedCardReader {
  /** Slots in which a start frame has been taken and its end frame has not. */
  const continued = new Set<number>();
  const slots = createMemoryCardSlots({
    count: SLOTS,
    timers,
    byteTimeMs,
    onChange(number) {
      continued.delete(number);
      sendPresence(number);
    },
  });
  const waiting: ReaderFrame[] = [];
  let line: Transport | null = null;
  let stopListening: () => void = () => {};
  let busy = false;
  let silence: unknown = null;
  let framer: FixedFramer = createFixedFramer(FRAME_FORMAT);

  function send(frame: ReaderFrame): void {
    // The host may have gone away meanwhile; a reader does not care.
    line?.write(encodeFrame(frame)).catch(() => {});
  }

  function sendPresence(number: number): void {
    send({
      head: presence(number),
      slot: number,
      operation: MEMORY.status,
      part: PART.single,
      address: 0,
      count: 0,
      data: new Uint8Array(0),
    });
  }

  function presence(number: number): number {
    const chip = slots.chipIn(number);
    if (!chip) return STATUS.noCard;
    return chip.damaged ? STATUS.damaged : STATUS.ok;
  }

  function readData(frame: ReaderFrame, chip: SimulatedSle4442): Uint8Array {
    const length = Math.min(frame.count * PAGE_BYTES, DATA_BYTES);
    return (frame.operation & 0x07) === MEMORY.main ? chip.readMain(frame.address, length) : chip.readSecurity().slice(0, length);
  }

  function perform(frame: ReaderFrame, done: () => void): void {
    const number = frame.slot;
    const answer = (head: number, data: Uint8Array = new Uint8Array(0)) => {
      const isWrite = (frame.operation & WRITE_BIT) !== 0;
      send({ ...frame, head, count: isWrite ? Math.ceil(frame.count / PAGE_BYTES) : frame.count, data });
      done();
    };
    /** Lets the card do its work and answers how it ended; `no` when the card refuses it. */
    const work = (task: CardWork<boolean>, no: number) =>
      slots.run(number, task, (end) => answer(end.torn ? STATUS.noCard : end.value ? STATUS.ok : no));
    const chip = slots.chipIn(number);
    if (!chip || chip.damaged || frame.operation === MEMORY.status) {
      continued.delete(number);
      answer(presence(number));
      return;
    }
    const data = frame.data.subarray(0, frame.count);
    switch (frame.operation) {
      case MEMORY.main:
      case MEMORY.security:
        answer(STATUS.ok, readData(frame, chip));
        return;
      case WRITE_BIT | MEMORY.psc:
        work(chip.present(frame.data), STATUS.pscFailed);
        return;
      default: {
        const follows = frame.part === PART.middle || frame.part === PART.end;
        if (follows && !continued.has(number)) {
          answer(STATUS.noStartFrame);
          return;
        }
        if (chip.isVerified() && (frame.part === PART.start || frame.part === PART.middle)) continued.add(number);
        else continued.delete(number);
        const isMain = (frame.operation & 0x07) === MEMORY.main;
        work(isMain ? chip.updateMain(frame.address, data) : chip.updateSecurity(frame.address, data), STATUS.pscNotVerified);
      }
    }
  }

  const KNOWN_OPERATIONS = new Set<number>([
    MEMORY.main,
    MEMORY.security,
    MEMORY.status,
    WRITE_BIT | MEMORY.main,
    WRITE_BIT | MEMORY.security,
    WRITE_BIT | MEMORY.psc,
  ]);

  function work(): void {
    while (!busy) {
      const frame = waiting.shift();
      if (!frame) return;
      const answerable =
        frame.head === HEAD_REQUEST &&
        frame.slot >= 1 &&
        frame.slot <= SLOTS &&
        frame.count <= DATA_BYTES &&
        KNOWN_OPERATIONS.has(frame.operation);
      if (!answerable) continue;
      busy = true;
      perform(frame, () => {
        busy = false;
        // With a byte time the answer comes from a timer, when the loop has long ended.
        if (byteTimeMs > 0) work();
      });
    }
  }

  function receive(chunk: Uint8Array): void {
    timers.clearTimeout(silence);
    for (const event of framer.push(chunk)) if (event.kind === 'frame') waiting.push(decodeFrame(event.bytes));
    if (framer.pending > 0) silence = timers.setTimeout(() => framer.cut(), INTER_BYTE_MS);
    work();
  }

  function detach(): void {
    stopListening();
    stopListening = () => {};
    timers.clearTimeout(silence);
    line = null;
    busy = false;
    waiting.length = 0;
    framer = createFixedFramer(FRAME_FORMAT);
    continued.clear();
    slots.cutPower();
  }

  return {
    attach(newLine) {
      detach();
      line = newLine;
      stopListening = newLine.onData(receive);
    },
    detach,
    insert: slots.insert,
    remove: slots.remove,
    removeAfterWrittenBytes: slots.removeAfterWrittenBytes,
    onTorn: slots.onTorn,
  };
}

export const simulator: SimulatorModule = { createCardReader, complete: (bytes) => withSum16(bytes.slice(0, -2)) };
