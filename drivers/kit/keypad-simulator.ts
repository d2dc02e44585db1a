// A satisfaction keypad as a device: lit while it is asked, one press per question.
import type { FixedFramer } from './framing/fixed-frame.ts';
import type { KeypadCommand } from './keypad-session.ts';
import type { SimulatedSatisfactionKeypad } from './simulator.ts';
import type { Transport } from './transport.ts';

/** The frames as the keypad has them. */
export interface KeypadSimulatorProtocol {
  createFramer(): FixedFramer;
  /** Reads what the counter says; null when it is no command. */
  commandOf(frame: Uint8Array): { readonly command: KeypadCommand; readonly number: number } | null;
  encodeAck(number: number): Uint8Array;
  encodeKey(press: { readonly number: number; readonly key: number }): Uint8Array;
}

/** Returns the keypad: it does what `KeypadCommand` says, and its press that nobody asked for bears the number 0. */
export function createSimulatedKeypad(protocol: KeypadSimulatorProtocol): SimulatedSatisfactionKeypad {
  let line: Transport | null = null;
  let stopListening: () => void = () => {};
  let silent = false;
  /** The question heard last, and the key it was answered with. */
  let question: { readonly number: number; readonly key: number | null } | null = null;

  function send(frame: Uint8Array): void {
    if (!silent) line?.write(frame).catch(() => {});
  }

  function obey(frame: Uint8Array): void {
    const heard = protocol.commandOf(frame);
    if (silent || heard === null) return;
    const { command, number } = heard;
    send(protocol.encodeAck(number));
    if (command === 'withdraw') question = null;
    if (command !== 'ask') return;
    if (question?.number !== number) question = { number, key: null };
    else if (question.key !== null) send(protocol.encodeKey({ number, key: question.key }));
  }

  return {
    attach(transport) {
      stopListening();
      line = transport;
      const framer = protocol.createFramer();
      stopListening = transport.onData((chunk) => {
        for (const event of framer.push(chunk)) if (event.kind === 'frame') obey(event.bytes);
      });
    },
    detach() {
      stopListening();
      line = null;
      question = null;
    },
    isAsking: () => question !== null && question.key === null,
    press(key) {
      const number = question !== null && question.key === null ? question.number : 0;
      if (number !== 0) question = { number, key };
      send(protocol.encodeKey({ number, key }));
    },
    setSilent(value) {
      silent = value;
    },
  };
}
