// The vendor-model reader as a device: answers the real frames and treats its cards as an SLE4442 does.
import {
  type CardReaderSimulatorOptions,
  type CardWork,
  createMemoryCardSlots,
  createQueue,
  createScanFramer,
  type SimulatedCardReader,
  type SimulatorModule,
  type Transport,
} from '../../index.ts';
import { ANSWER_BIT, COMMAND, decodeFrame, encodeFrame, FRAME_FORMAT, PRESENCE_EVENT, RESULT, type ReaderFrame } from './frames.ts';

const SLOTS = 2;
const MAIN_BYTES = 256;
/** A frame that pauses longer than this is forgotten, ms. */
const INTER_BYTE_MS = 100;
const NONE = new Uint8Array(0);

/** How a command ended: its result, and what was read. */
type Reply = { readonly result: number; readonly data?: Uint8Array };

function createCardReader({ timers, byteTimeMs }: CardReaderSimulatorOptions): SimulatedCardReader {
  const slots = createMemoryCardSlots({ count: SLOTS, timers, byteTimeMs, onChange: sendPresence });
  let line: Transport | null = null;
  let stopListening: () => void = () => {};
  let silence: unknown = null;
  let framer = createScanFramer(FRAME_FORMAT);
  let inTurn = createQueue();
  /** Counts how often the power came and went; what began before is over. */
  let power = 0;

  function presence(number: number): number {
    const chip = slots.chipIn(number);
    if (!chip) return RESULT.noCard;
    return chip.damaged ? RESULT.damaged : RESULT.ok;
  }

  function send(frame: ReaderFrame): void {
    // The host may have gone away meanwhile; a reader does not care.
    line?.write(encodeFrame(frame)).catch(() => {});
  }

  function sendPresence(number: number): void {
    send({ sequence: 0, code: PRESENCE_EVENT, slot: number, address: 0, result: presence(number), data: NONE });
  }

  /** Lets the card do its work and says how it ended; `no` when the card refuses it. */
  function work(number: number, { task, no }: { readonly task: CardWork<boolean>; readonly no: number }): Promise<Reply> {
    return new Promise((resolve) => {
      slots.run(number, task, (end) => resolve({ result: end.torn ? RESULT.noCard : end.value ? RESULT.ok : no }));
    });
  }

  async function perform({ code, slot: number, address, data }: ReaderFrame): Promise<Reply | null> {
    if (number < 1 || number > SLOTS) return null;
    const chip = slots.chipIn(number);
    if (!chip || chip.damaged || code === COMMAND.status) return { result: presence(number) };
    switch (code) {
      case COMMAND.read:
        return { result: RESULT.ok, data: chip.readMain(address, Math.min(data[0] ?? 0, MAIN_BYTES - address)) };
      case COMMAND.errorCounter:
        return { result: RESULT.ok, data: chip.readSecurity().slice(0, 1) };
      case COMMAND.psc:
        return work(number, { task: chip.present(data), no: RESULT.pscRefused });
      case COMMAND.write:
        return work(number, { task: chip.updateMain(address, data), no: RESULT.pscNotVerified });
      default:
        return null;
    }
  }

  function receive(chunk: Uint8Array): void {
    timers.clearTimeout(silence);
    for (const event of framer.push(chunk))
      if (event.kind === 'frame') {
        const frame = decodeFrame(event.bytes);
        const began = power;
        inTurn(async () => {
          const reply = power === began ? await perform(frame) : null;
          if (reply && power === began) send({ ...frame, code: frame.code | ANSWER_BIT, data: NONE, ...reply });
        });
      }
    if (framer.pending > 0) silence = timers.setTimeout(() => void framer.cut(), INTER_BYTE_MS);
  }

  function detach(): void {
    stopListening();
    stopListening = () => {};
    timers.clearTimeout(silence);
    line = null;
    power += 1;
    framer = createScanFramer(FRAME_FORMAT);
    inTurn = createQueue();
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

export const simulator: SimulatorModule = { createCardReader };
