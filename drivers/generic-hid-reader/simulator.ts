// A HID card reader as a device: answers its reports and treats its cards as an SLE4442 does. Over a byte line a report is 64 bytes, the host's with
// the report number in front.
import {
  type CardReaderSimulatorOptions,
  createDeviceEnd,
  createDeviceWork,
  createMemoryCardSlots,
  type SimulatedCardReader,
  type SimulatorModule,
  type SlotWork,
} from '../kit/index.ts';
import manifest from './manifest.json' with { type: 'json' };
import { ANSWER, createReportFramer, encodeReports, type Message, messageOf, readCodes, STATUS } from './reports.ts';

/** A message that pauses longer than this is forgotten, ms. */
const INTER_REPORT_MS = 100;
/** In security memory, behind the error counter. */
const PSC_ADDRESS = 1;

function createCardReader({ timers, byteTimeMs, options }: CardReaderSimulatorOptions): SimulatedCardReader {
  const merged = { ...manifest.options, ...options };
  const codes = readCodes(merged);
  const slots = createMemoryCardSlots({ count: merged.slots, timers, byteTimeMs, onChange: sendPresence });
  const work = createDeviceWork<Message>(perform);
  const end = createDeviceEnd({
    timers,
    interByteMs: INTER_REPORT_MS,
    createFramer: createReportFramer,
    take(events, since) {
      if (since === 'data') for (const event of events) if (event.kind === 'frame') work.push(messageOf(event.bytes));
    },
    onDetach() {
      work.clear();
      slots.cutPower();
    },
  });

  const send = (message: Message) => end.send(Uint8Array.from(encodeReports(message).flatMap((report) => [...report])));

  function presence(slot: number): number {
    const chip = slots.chipIn(slot);
    if (chip === null) return STATUS.noCard;
    return chip.damaged === true ? STATUS.damaged : STATUS.ok;
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
    const chip = slots.chipIn(slot);
    const status = presence(slot);
    const act = <T>(work: Generator<void, T, void>, finish: (value: T) => void) =>
      slots.run(slot, work, (ended: SlotWork<T>) => (ended.torn ? answer(STATUS.noCard) : finish(ended.value)));
    if (command === codes.status || chip === null || status !== STATUS.ok) answer(status);
    else if (command === codes.readMain) answer(STATUS.ok, [address, ...chip.readMain(address, length)]);
    else if (command === codes.readSecurity) answer(STATUS.ok, chip.readSecurity());
    else if (command === codes.presentPsc) act(chip.present(body.slice(2)), (right) => answer(right ? STATUS.ok : STATUS.pscWrong));
    else if (command === codes.changePsc)
      act(chip.updateSecurity(PSC_ADDRESS, body.slice(2)), (written) => answer(written ? STATUS.ok : STATUS.pscNotVerified));
    else if (command === codes.writeMain)
      act(chip.updateMain(address, body.slice(3)), (written) => (written ? answer(STATUS.ok, [address]) : answer(STATUS.pscNotVerified)));
    // An unknown command is not answered.
    else done();
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
