// What the simulators of meters share: the meters within reach and the line they answer on.
import type { FixedFramer, FrameEvent } from './framing/fixed-frame.ts';
import type { MeterTrouble, SimulatedMeter, SimulatedMeterLine } from './simulator.ts';
import type { Timers, Transport } from './transport.ts';

/** A meter forgets the beginning of a question that stays alone (DL/T 645: 500 ms between bytes; IEC 62056-21: 1500 ms). */
const BYTE_PAUSE_MS = 1_500;

export interface MeterLineBehaviour {
  readonly timers: Timers;
  createFramer(): FixedFramer;
  /** Returns what the meters answer to a good frame; null when none does. */
  answer(request: Uint8Array, meters: readonly SimulatedMeter[], trouble: MeterTrouble): Uint8Array | null;
  /** Returns where the check sum stands in an answer; null when it has none. */
  sumAt(answer: Uint8Array): number | null;
}

/** Returns a line with no meter on it yet. Meters answer at once; a damaged request is not answered, as the protocols demand. */
export function createMeterLineSimulator({ timers, createFramer, answer, sumAt }: MeterLineBehaviour): SimulatedMeterLine {
  const meters = new Map<string, SimulatedMeter>();
  let trouble: MeterTrouble = 'none';
  let stopListening: () => void = () => {};

  function damaged(bytes: Uint8Array): Uint8Array {
    const at = sumAt(bytes);
    if (trouble === 'cut') return bytes.slice(0, bytes.length >> 1);
    if (trouble === 'wrong-sum' && at !== null) return bytes.map((byte, index) => (index === at ? byte ^ 0x01 : byte));
    return bytes;
  }

  return {
    attach(line: Transport) {
      stopListening();
      const framer = createFramer();
      let silence: unknown = null;
      const obey = (events: readonly FrameEvent[]) => {
        for (const event of events) {
          if (event.kind !== 'frame' || trouble === 'silent') continue;
          const bytes = answer(event.bytes, [...meters.values()], trouble);
          if (bytes) line.write(damaged(bytes)).catch(() => {});
        }
      };
      stopListening = line.onData((chunk) => {
        timers.clearTimeout(silence);
        obey(framer.push(chunk));
        if (framer.pending > 0) silence = timers.setTimeout(() => obey(framer.cut()), BYTE_PAUSE_MS);
      });
    },
    detach() {
      stopListening();
      stopListening = () => {};
    },
    putMeter(meter) {
      meters.set(meter.meterAddress, meter);
    },
    removeMeter(meterAddress) {
      meters.delete(meterAddress);
    },
    setTrouble(value) {
      trouble = value;
    },
  };
}

/** Returns what stands on one pair of wires when several meters answer at once, each bit low when any pulls it low; null for no answer. */
export function collideAnswers(answers: readonly Uint8Array[]): Uint8Array | null {
  const length = Math.max(0, ...answers.map((answer) => answer.length));
  if (length === 0) return null;
  return Uint8Array.from({ length }, (_, at) => answers.reduce((bits, answer) => bits & (answer[at] ?? 0xff), 0xff));
}
