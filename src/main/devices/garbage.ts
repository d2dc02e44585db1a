// Tells a line with the wrong settings from a device that is off: it is not silent, and nothing that it says makes sense.
import type { Transport } from '../../../drivers/kit/transport.ts';
import { Fault } from '../../shared/domain/fault.ts';
import type { TransportSettings } from './settings.ts';

/** A single bad opening can be a plug that was just put in. */
const OPENINGS = 3;
/** Of a device that speaks by itself: this many times it said something, and never anything that its driver understood. */
const UNREAD = 3;

/** What an opening with wrong line settings ends with: bad frames, or bytes in which nothing begins that could be one. */
const NO_FRAME = /^(FRAME_|DEVICE_NO_ANSWER$|PRINTER_NO_ANSWER$)/;

/** Counts the bytes of one opening. */
export interface ByteCount {
  bytes: number;
}

/** Returns the transport with every byte that arrives counted. */
export function countingBytes(transport: Transport, count: ByteCount): Transport {
  transport.onData((chunk) => {
    count.bytes += chunk.length;
  });
  return transport;
}

/** Judges the openings of one slot in a row, and what a device says by itself on a line that is open. */
export class GarbageJudge {
  #garbled = 0;
  #unread = 0;
  #bytesBefore = 0;

  /** An opening went well, or the slot was bound anew. */
  reset(): void {
    this.#garbled = 0;
    this.#unread = 0;
    this.#bytesBefore = 0;
  }

  /** The driver understood what the device said by itself. */
  understood(): void {
    this.#unread = 0;
  }

  /**
   * Asked now and then while a line is open on which the device only speaks, such as a scanner's: `bytes` is what has come since the opening. Returns
   * LINE_SETTINGS_WRONG { path, baudRate, reason } once three times in a row something had come, and nothing of it was understood.
   */
  judgeSpeech(heard: { readonly bytes: number; readonly transport: TransportSettings; readonly baudRate: number }): Fault | null {
    if (heard.transport.kind !== 'serial') return null;
    if (heard.bytes > this.#bytesBefore) this.#unread += 1;
    this.#bytesBefore = heard.bytes;
    if (this.#unread < UNREAD) return null;
    return new Fault('LINE_SETTINGS_WRONG', { path: heard.transport.path, baudRate: heard.baudRate, reason: 'nothing understood' });
  }

  /**
   * Returns LINE_SETTINGS_WRONG { path, baudRate, reason } when this is the third opening in a row in which bytes came over a serial line and
   * none of them made a frame; else the fault itself.
   */
  judge(failed: {
    readonly fault: Fault;
    readonly bytes: number;
    readonly transport: TransportSettings;
    readonly baudRate: number;
  }): Fault {
    const { fault, bytes, transport, baudRate } = failed;
    // A serial device behind a network box has line settings too, but they are the box's, and named on its own page.
    const garbled = transport.kind === 'serial' && bytes > 0 && NO_FRAME.test(fault.code);
    this.#garbled = garbled ? this.#garbled + 1 : 0;
    if (this.#garbled < OPENINGS) return fault;
    return new Fault(
      'LINE_SETTINGS_WRONG',
      { path: transport.kind === 'serial' ? transport.path : '', baudRate, reason: fault.code },
      { cause: fault },
    );
  }
}
