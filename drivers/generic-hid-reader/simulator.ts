// A HID card reader as a device: answers its reports and treats its cards as an SLE4442 does. Over a byte line a report is 64 bytes, the host's with
// the report number in front.
import {
  type CardReaderSimulatorOptions,
  createCardSlots,
  createSimulatedSle4442,
  type SimulatedCard,
  type SimulatedCardReader,
  type SimulatedSle4442,
  type SimulatorModule,
  type SlotWork,
  type Transport,
} from '../kit/index.ts';
import manifest from './manifest.json' with { type: 'json' };
import { ANSWER, createReportFramer, encodeReports, type Message, messageOf, readCodes, STATUS } from './reports.ts';

/** A message that pauses longer than this is forgotten, ms. */
const INTER_REPORT_MS = 100;

interface HeldCard extends SimulatedSle4442 {
  readonly bytes: SimulatedCard;
}

function createCardReader({ timers, byteTimeMs, options }: CardReaderSimulatorOptions): SimulatedCardReader {
  const merged = { ...manifest.options, ...options };
  const codes = readCodes(merged);
  const waiting: Message[] = [];
  let line: Transport | null = null;
  let stopListening: () => void = () => {};
  let silence: unknown = null;
  let busy = false;
  let framer = createReportFramer();
  const slots = createCardSlots<HeldCard>({ count: merged.slots, timers, byteTimeMs, onChange: sendPresence });

  function send(message: Message): void {
    // The host may have gone away meanwhile; a reader does not care.
    line?.write(Uint8Array.from(encodeReports(message).flatMap((report) => [...report]))).catch(() => {});
  }

  function presence(slot: number): number {
    const card = slots.cardIn(slot);
    if (card === null) return STATUS.noCard;
    return card.damaged === true ? STATUS.damaged : STATUS.ok;
  }

  function sendPresence(slot: number): void {
    send({ sequence: 0, body: Uint8Array.of(codes.event, slot, presence(slot)) });
  }

  function perform({ sequence, body }: Message, done: () => void): void {
    const [command = 0, slot = 0, address = 0, length = 0] = body;
    const answer = (status: number, data: ArrayLike<number> = []) => {
      send({ sequence, body: Uint8Array.of(command | ANSWER, slot, status, ...Array.from(data)) });
      done();
    };
    const card = slots.cardIn(slot);
    const status = presence(slot);
    const act = <T>(work: Generator<void, T, void>, finish: (value: T) => void) =>
      slots.run(slot, work, (end: SlotWork<T>) => (end.torn ? answer(STATUS.noCard) : finish(end.value)));
    if (command === codes.status || card === null || status !== STATUS.ok) answer(status);
    else if (command === codes.readMain) answer(STATUS.ok, [address, ...card.readMain(address, length)]);
    else if (command === codes.readSecurity) answer(STATUS.ok, card.readSecurity());
    else if (command === codes.presentPsc) act(card.present(body.slice(2)), (right) => answer(right ? STATUS.ok : STATUS.pscWrong));
    else if (command === codes.writeMain)
      act(card.updateMain(address, body.slice(3)), (written) => (written ? answer(STATUS.ok, [address]) : answer(STATUS.pscNotVerified)));
    // An unknown command is not answered.
    else done();
  }

  function work(): void {
    while (!busy) {
      const message = waiting.shift();
      if (message === undefined) return;
      busy = true;
      perform(message, () => {
        busy = false;
        // With a byte time the answer comes from a timer, when the loop has long ended.
        if (byteTimeMs > 0) work();
      });
    }
  }

  function receive(chunk: Uint8Array): void {
    timers.clearTimeout(silence);
    for (const event of framer.push(chunk)) if (event.kind === 'frame') waiting.push(messageOf(event.bytes));
    if (framer.pending > 0) silence = timers.setTimeout(() => framer.cut(), INTER_REPORT_MS);
    work();
  }

  function detach(): void {
    stopListening();
    stopListening = () => {};
    timers.clearTimeout(silence);
    line = null;
    busy = false;
    waiting.length = 0;
    framer = createReportFramer();
    slots.cutPower();
  }

  return {
    attach(newLine) {
      detach();
      line = newLine;
      stopListening = newLine.onData(receive);
    },
    detach,
    insert: (slot, card) => slots.insert(slot, { ...createSimulatedSle4442(card), bytes: card }),
    remove: (slot) => slots.remove(slot)?.bytes ?? null,
    removeAfterWrittenBytes: (slot, bytes) => slots.removeAfterWrittenBytes(slot, bytes),
    onTorn: (listener) => slots.onTorn((slot, card) => listener(slot, card.bytes)),
  };
}

export const simulator: SimulatorModule = { createCardReader };
