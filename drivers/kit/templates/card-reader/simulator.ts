// The vendor-model reader as a device: answers the real frames and treats its cards as an SLE4442 does.
import {
  type CardReaderSimulatorOptions,
  type CardWork,
  createDeviceEnd,
  createDeviceWork,
  createMemoryCardSlots,
  createScanFramer,
  type SimulatedCardReader,
  type SimulatorModule,
} from '../../index.ts';
import { ANSWER_BIT, COMMAND, decodeFrame, encodeFrame, FRAME_FORMAT, PRESENCE_EVENT, RESULT, type ReaderFrame } from './frames.ts';

const SLOTS = 2;
const MAIN_BYTES = 256;
/** In security memory, behind the error counter. */
const PSC_ADDRESS = 1;
/** A frame that pauses longer than this is forgotten, ms. */
const INTER_BYTE_MS = 100;
const NONE = new Uint8Array(0);

/** How a command ended: its result, and what was read. */
type Reply = { readonly result: number; readonly data?: Uint8Array };

function createCardReader({ timers, byteTimeMs }: CardReaderSimulatorOptions): SimulatedCardReader {
  const slots = createMemoryCardSlots({ count: SLOTS, timers, byteTimeMs, onChange: sendPresence });
  const work = createDeviceWork<ReaderFrame>((frame, done) =>
    perform(frame, (reply) => {
      if (reply) send({ ...frame, code: frame.code | ANSWER_BIT, data: NONE, ...reply });
      done();
    }),
  );
  const end = createDeviceEnd({
    timers,
    interByteMs: INTER_BYTE_MS,
    createFramer: () => createScanFramer(FRAME_FORMAT),
    take(events, since) {
      if (since === 'data') for (const event of events) if (event.kind === 'frame') work.push(decodeFrame(event.bytes));
    },
    onDetach() {
      work.clear();
      slots.cutPower();
    },
  });

  function presence(number: number): number {
    const chip = slots.chipIn(number);
    if (!chip) return RESULT.noCard;
    return chip.damaged ? RESULT.damaged : RESULT.ok;
  }

  const send = (frame: ReaderFrame) => end.send(encodeFrame(frame));

  function sendPresence(number: number): void {
    send({ sequence: 0, code: PRESENCE_EVENT, slot: number, address: 0, result: presence(number), data: NONE });
  }

  /** Carries a command out; replies null to what is none. */
  function perform({ code, slot: number, address, data }: ReaderFrame, reply: (reply: Reply | null) => void): void {
    const chip = slots.chipIn(number);
    /** Lets the card do its work and says how it ended; `no` when the card refuses it. */
    const act = (task: CardWork<boolean>, no: number) =>
      slots.run(number, task, (ended) => reply({ result: ended.torn ? RESULT.noCard : ended.value ? RESULT.ok : no }));
    if (number < 1 || number > SLOTS) reply(null);
    else if (!chip || chip.damaged || code === COMMAND.status) reply({ result: presence(number) });
    else if (code === COMMAND.read)
      reply({ result: RESULT.ok, data: chip.readMain(address, Math.min(data[0] ?? 0, MAIN_BYTES - address)) });
    else if (code === COMMAND.errorCounter) reply({ result: RESULT.ok, data: chip.readSecurity().slice(0, 1) });
    else if (code === COMMAND.psc) act(chip.present(data), RESULT.pscRefused);
    else if (code === COMMAND.changePsc) act(chip.updateSecurity(PSC_ADDRESS, data), RESULT.pscNotVerified);
    else if (code === COMMAND.write) act(chip.updateMain(address, data), RESULT.pscNotVerified);
    else reply(null);
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

export const simulator: SimulatorModule = { createCardReader };
