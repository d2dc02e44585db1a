// ESC/POS command bytes and status bytes: pure encoding and decoding.
import { integerOption, type PrinterStatus } from '../kit/index.ts';

export const DLE = 0x10;
export const EOT = 0x04;
export const ESC = 0x1b;
export const FS = 0x1c;
export const GS = 0x1d;

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

/** GS r 1: answered with a paper byte only when all data in front of it has been printed. */
export const END_MARKER = Uint8Array.of(GS, 0x72, 1);

/** Whether a byte can be the answer to GS r: bits 4 and 7 clear. Never true for a real-time status. */
export function isMarkerByte(byte: number): boolean {
  return (byte & 0x90) === 0;
}

/** Returns what four status bytes say, by the bit tables of DLE EOT n. `online` is false for every trouble that has no field of its own. */
export function decodeStatus(bytes: Readonly<Record<StatusKind, number>>): PrinterStatus {
  return {
    // n=1 bit 3 offline, bit 5 waiting for recovery; n=2 bit 6 some error; n=3 bit 2 recoverable, bit 6 recovers by itself when the head has cooled.
    online: (bytes[1] & 0x28) === 0 && (bytes[2] & 0x40) === 0 && (bytes[3] & 0x44) === 0,
    coverOpen: (bytes[2] & 0x04) !== 0,
    // n=2 bit 5: printing has stopped because the paper ended; n=4 bits 5 and 6: the sensor sees no paper.
    paperOut: (bytes[2] & 0x20) !== 0 || (bytes[4] & 0x60) !== 0,
    paperNearEnd: (bytes[4] & 0x0c) !== 0,
    cutterError: (bytes[3] & 0x08) !== 0,
    unrecoverableError: (bytes[3] & 0x20) !== 0,
  };
}

/** Returns the pulse that opens the cash drawer; `onMs` and `offMs` in steps of 2 ms up to 510. */
export function drawerPulse({ pin, onMs, offMs }: { readonly pin: number; readonly onMs: number; readonly offMs: number }): Uint8Array {
  const units = (ms: number) => Math.min(255, Math.max(1, Math.round(ms / 2)));
  return Uint8Array.of(ESC, 0x70, pin, units(onMs), units(offMs));
}

/** Returns the drawer's pulse of a driver's options. Throws SETTINGS_INVALID. */
export function drawerPulseOf(options: Readonly<Record<string, string | number | boolean>>): Uint8Array {
  return drawerPulse({
    pin: integerOption(options, 'drawerPin', { min: 0 }) === 0 ? 0 : 1,
    onMs: integerOption(options, 'drawerOnMs', { min: 2 }),
    offMs: integerOption(options, 'drawerOffMs', { min: 2 }),
  });
}

/** ESC @: forget what an earlier, perhaps broken, job has set. */
export const INITIALISE = Uint8Array.of(ESC, 0x40);
/** FS .: Chinese mode off. */
export const CHINESE_OFF = Uint8Array.of(FS, 0x2e);
/** GS V 66 0: feed to the cutter, cut. */
export const FEED_AND_CUT = Uint8Array.of(GS, 0x56, 66, 0);
