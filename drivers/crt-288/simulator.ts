// A CRT-288 family insert reader as a device: speaks the frames of the manifest's default options and treats its card as an SLE4442 does.
//
// Decisions where the protocol is silent (see frames.ts): a command is carried out at ENQ; a further ENQ gives the same answer again and carries
// nothing out; a frame with a wrong BCC or one that was never completed is met with NAK and empties the input, noise outside frames with nothing; damage and EOT make the
// reader forget the command it holds and its last answer; while it works it hears nothing. A protected byte keeps its value although the result is good.
import {
  ACK,
  type CardReaderSimulatorOptions,
  type CardWork,
  createDeviceEnd,
  createMemoryCardSlots,
  createStxFramer,
  ENQ,
  EOT,
  encodeStxFrame,
  type FrameEvent,
  NAK,
  type SimulatedCardReader,
  type SimulatorModule,
  STX,
  textOfStxFrame,
} from '../kit/index.ts';
import { MAX_TEXT_BYTES, readDialect } from './frames.ts';
import manifest from './manifest.json' with { type: 'json' };

const SLOT = 1;
const RESULT_FAILED = 0x4e;
/** In security memory, behind the error counter. */
const PSC_ADDRESS = 1;
/** A frame that pauses longer than this is forgotten, ms. */
const INTER_BYTE_MS = 100;

function createCardReader({ timers, byteTimeMs }: CardReaderSimulatorOptions): SimulatedCardReader {
  const dialect = readDialect(manifest.options);
  const { resultOk, resultNoCard } = dialect;
  const slots = createMemoryCardSlots({
    count: SLOT,
    timers,
    byteTimeMs,
    onChange() {
      powered = false;
    },
  });
  /** The card has power. */
  let powered = false;

  let busy = false;
  let held: Uint8Array | null = null;
  let lastAnswer: Uint8Array | null = null;

  const end = createDeviceEnd({
    timers,
    interByteMs: INTER_BYTE_MS,
    createFramer: () => createStxFramer({ maxTextBytes: MAX_TEXT_BYTES }),
    take,
    onDetach() {
      busy = false;
      forget();
      powered = false;
      slots.cutPower();
    },
  });
  const { send } = end;

  type Reply = (result: number, data?: Uint8Array) => void;

  /** Lets the card do its work and replies how it ended. */
  function work(task: CardWork<boolean>, reply: Reply): void {
    slots.run(SLOT, task, (ended) => reply(ended.torn ? resultNoCard : ended.value ? resultOk : RESULT_FAILED));
  }

  function perform(text: Uint8Array, reply: Reply): void {
    const name = dialect.nameOf(text);
    const [address = 0, length = 0] = text.subarray(2);
    const chip = slots.chipIn(SLOT);
    if (name && !chip) reply(resultNoCard);
    else if (!name || !chip) reply(RESULT_FAILED);
    else if (name === 'status') reply(resultOk);
    else if (name === 'powerOn') {
      powered = !chip.damaged;
      chip.reset();
      reply(powered ? resultOk : RESULT_FAILED, powered ? chip.atr : new Uint8Array(0));
    } else if (!powered) reply(RESULT_FAILED);
    else if (name === 'readMain') reply(resultOk, chip.readMain(address, length));
    else if (name === 'readSecurity') reply(resultOk, chip.readSecurity());
    else if (name === 'verifyPsc') work(chip.present(text.subarray(2)), reply);
    else if (name === 'changePsc') work(chip.updateSecurity(PSC_ADDRESS, text.subarray(2)), reply);
    else if (text.length === 4 + length) work(chip.updateMain(address, text.subarray(4)), reply);
    else reply(RESULT_FAILED);
  }

  function answer(): void {
    const text = held;
    held = null;
    if (!text) {
      if (lastAnswer) send(lastAnswer);
      return;
    }
    busy = true;
    perform(text, (result, data = new Uint8Array(0)) => {
      busy = false;
      lastAnswer = encodeStxFrame(Uint8Array.of(...text.subarray(0, 2), result, ...data));
      send(lastAnswer);
    });
  }

  function forget(): void {
    held = null;
    lastAnswer = null;
  }

  function take(events: readonly FrameEvent[]): void {
    for (const { kind, bytes } of events) {
      if (busy) continue;
      if (kind !== 'frame') {
        forget();
        if (bytes[0] !== STX) continue;
        send(Uint8Array.of(NAK));
        // What the host sends next is a new command, not the rest of this one.
        end.dropPart();
      } else if (bytes[0] === STX) {
        held = textOfStxFrame(bytes);
        send(Uint8Array.of(ACK));
      } else if (bytes[0] === ENQ) answer();
      else if (bytes[0] === EOT) forget();
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

export const simulator: SimulatorModule = { createCardReader, complete: (bytes) => encodeStxFrame(bytes.slice(3, -2)) };
