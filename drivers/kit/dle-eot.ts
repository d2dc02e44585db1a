// DLE EOT n, the real-time status of ESC/POS printers and of the form printers that borrow it: pure encoding and decoding.
import { Fault } from '../../src/shared/domain/fault.ts';
import { type Meaning, type SaidMeaning, say, sayAll } from './meaning.ts';
import type { PrinterStatus } from './receipt-printer.ts';

const DLE = 0x10;
const EOT = 0x04;

/** What DLE EOT can be asked: 1 printer, 2 cause of being offline, 3 error, 4 paper. */
export const STATUS_KINDS = [1, 2, 3, 4] as const;
export type StatusKind = (typeof STATUS_KINDS)[number];

/** Asks for a status byte at once, past everything that is still in the printer's buffer. */
export function statusRequest(kind: StatusKind): Uint8Array {
  return Uint8Array.of(DLE, EOT, kind);
}

/** Whether a byte can be a real-time status: bits 1 and 4 set, 0 and 7 clear. Rules out XON, XOFF, automatic status and noise. */
export function isStatusByte(byte: number): boolean {
  return (byte & 0x93) === 0x12;
}

/** Returns what four status bytes say, by the bit tables of DLE EOT n. `online` is false for every trouble that has no field of its own. */
export function decodeStatus(bytes: Readonly<Record<StatusKind, number>>): PrinterStatus {
  return {
    // n=2 bit 6 some error; n=3 bit 2 recoverable, bit 6 recovers by itself when the head has cooled.
    online: !isStopped(bytes[1]) && (bytes[2] & 0x40) === 0 && (bytes[3] & 0x44) === 0,
    coverOpen: (bytes[2] & 0x04) !== 0,
    // n=2 bit 5: printing has stopped because the paper ended; n=4 bits 5 and 6: the sensor sees no paper.
    paperOut: (bytes[2] & 0x20) !== 0 || (bytes[4] & 0x60) !== 0,
    paperNearEnd: (bytes[4] & 0x0c) !== 0,
    cutterError: (bytes[3] & 0x08) !== 0,
    unrecoverableError: (bytes[3] & 0x20) !== 0,
  };
}

const QUESTIONS: Readonly<Record<StatusKind, SaidMeaning>> = {
  1: say('printer'),
  2: say('cause of being offline'),
  3: say('error'),
  4: say('paper'),
};

/** What set bits say, by the bit tables of DLE EOT n. */
const SET_BITS: Readonly<Record<StatusKind, readonly (readonly [number, SaidMeaning])[]>> = {
  1: [
    [0x08, say('offline')],
    [0x20, say('waits for recovery')],
    [0x40, say('feed button pressed')],
  ],
  2: [
    [0x04, say('cover open')],
    [0x08, say('feed button pressed')],
    [0x20, say('stopped, paper ended')],
    [0x40, say('error')],
  ],
  3: [
    [0x04, say('recoverable error')],
    [0x08, say('cutter error')],
    [0x20, say('unrecoverable error')],
    [0x40, say('recovers by itself')],
  ],
  4: [
    [0x0c, say('paper near its end')],
    [0x60, say('no paper')],
  ],
};
const NO_BITS: Readonly<Record<StatusKind, SaidMeaning>> = {
  1: say('online'),
  2: say('nothing in the way'),
  3: say('no error'),
  4: say('paper there'),
};

/** Returns in words what is asked, for a trace. */
export function describeStatusRequest(kind: StatusKind): Meaning {
  return say('DLE EOT {kind}: asks for {question}', { kind, question: QUESTIONS[kind] });
}

/** Returns in words what a status byte says, for a trace. */
export function describeStatus(kind: StatusKind, byte: number): SaidMeaning {
  const said = SET_BITS[kind].filter(([bits]) => (byte & bits) !== 0).map(([, words]) => words);
  if (said.length === 0) said.push(NO_BITS[kind]);
  if (kind === 1) said.push(isDrawerPinHigh(byte) ? say('drawer pin high') : say('drawer pin low'));
  return say('{question}: {status}', { question: QUESTIONS[kind], status: sayAll(said) });
}

/** Whether the answer to DLE EOT 1 says that the printer works nothing off: bit 3 offline, bit 5 waiting for recovery. */
export function isStopped(printerByte: number): boolean {
  return (printerByte & 0x28) !== 0;
}

/** Whether the answer to DLE EOT 1 shows pin 3 of the drawer's plug high (bit 2). What that means depends on the drawer. */
export function isDrawerPinHigh(printerByte: number): boolean {
  return (printerByte & 0x04) !== 0;
}

/** What a printer says of itself that never answers. */
export const ONE_WAY_STATUS: PrinterStatus = {
  online: true,
  paperOut: null,
  paperNearEnd: null,
  coverOpen: null,
  cutterError: null,
  unrecoverableError: null,
};

/** Returns the fault that keeps a printer from printing, the one a clerk can see first; null when it is ready. */
export function printerTrouble(status: PrinterStatus): Fault | null {
  if (status.coverOpen) return new Fault('PRINTER_COVER_OPEN');
  if (status.paperOut) return new Fault('PRINTER_PAPER_OUT');
  if (status.cutterError) return new Fault('PRINTER_CUTTER');
  if (status.unrecoverableError) return new Fault('PRINTER_FAILED');
  return status.online ? null : new Fault('PRINTER_OFFLINE');
}
