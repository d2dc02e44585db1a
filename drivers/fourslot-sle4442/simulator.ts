// The four-slot reader as a device: answers the real frames and treats its cards as an SLE4442 does.
//
// Decisions where the protocol is silent: a frame with a wrong sum or an unknown operation is not answered; a card whose error counter is 0 can still
// be read, refuses writes with AAh and presentations with BBh; a protected byte keeps its value although the answer is 55h, as on the chip.
import {
  type CardReaderSimulatorOptions,
  type CardWork,
  createDeviceEnd,
  createDeviceWork,
  createFixedFramer,
  createMemoryCardSlots,
  type SimulatedCardReader,
  type SimulatedSle4442,
  type SimulatorModule,
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

const KNOWN_OPERATIONS = new Set<number>([
  MEMORY.main,
  MEMORY.security,
  MEMORY.status,
  WRITE_BIT | MEMORY.main,
  WRITE_BIT | MEMORY.security,
  WRITE_BIT | MEMORY.psc,
]);

function isAnswerable({ head, slot, count, operation }: ReaderFrame): boolean {
  return head === HEAD_REQUEST && slot >= 1 && slot <= SLOTS && count <= DATA_BYTES && KNOWN_OPERATIONS.has(operation);
}

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
  const work = createDeviceWork<ReaderFrame>(perform);
  const end = createDeviceEnd({
    timers,
    interByteMs: INTER_BYTE_MS,
    createFramer: () => createFixedFramer(FRAME_FORMAT),
    take(events, since) {
      const frames = since === 'data' ? events.flatMap((event) => (event.kind === 'frame' ? [decodeFrame(event.bytes)] : [])) : [];
      for (const frame of frames) if (isAnswerable(frame)) work.push(frame);
    },
    onDetach() {
      work.clear();
      continued.clear();
      slots.cutPower();
    },
  });

  const send = (frame: ReaderFrame) => end.send(encodeFrame(frame));

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
    const act = (task: CardWork<boolean>, no: number) =>
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
        act(chip.present(frame.data), STATUS.pscFailed);
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
        act(isMain ? chip.updateMain(frame.address, data) : chip.updateSecurity(frame.address, data), STATUS.pscNotVerified);
      }
    }
  }

  return {
    attach: end.attach,
    detach: end.detach,
    insert: slots.insert,
    remove: slots.remove,
    removeAfterWrittenBytes: slots.removeAfterWrittenBytes,
    onTorn: slots.onTorn,
  };
}

export const simulator: SimulatorModule = { createCardReader, complete: (bytes) => withSum16(bytes.slice(0, -2)) };
