// ESC/POS command bytes: pure encoding.
import { integerOption } from '../kit/index.ts';

export const DLE = 0x10;
export const EOT = 0x04;
export const ENQ = 0x05;
export const DC4 = 0x14;
export const ESC = 0x1b;
export const FS = 0x1c;
export const GS = 0x1d;

/** GS r 1: answered with a paper byte only when all data in front of it has been printed. */
export const END_MARKER = Uint8Array.of(GS, 0x72, 1);

/** Whether a byte can be the answer to GS r: bits 4 and 7 clear. Never true for a real-time status. */
export function isMarkerByte(byte: number): boolean {
  return (byte & 0x90) === 0;
}

/** A drawer's pulse: which pin of the plug, and how long the current flows and then rests. */
export interface DrawerPulse {
  readonly pin: 0 | 1;
  readonly onMs: number;
  readonly offMs: number;
}

/** Returns ESC p: the pulse in its turn, when everything in front of it has been worked off. Steps of 2 ms up to 510. */
export function drawerPulse({ pin, onMs, offMs }: DrawerPulse): Uint8Array {
  const units = (ms: number) => Math.min(255, Math.max(1, Math.round(ms / 2)));
  return Uint8Array.of(ESC, 0x70, pin, units(onMs), units(offMs));
}

/** Returns DLE DC4 1: the pulse at once, also while nothing is printed. Steps of 100 ms up to 800. */
export function drawerPulseAtOnce({ pin, onMs }: DrawerPulse): Uint8Array {
  return Uint8Array.of(DLE, DC4, 1, pin, Math.min(8, Math.max(1, Math.round(onMs / 100))));
}

/** Returns the drawer's pulse of a driver's options. Throws SETTINGS_INVALID. */
export function drawerPulseOf(options: Readonly<Record<string, string | number | boolean>>): DrawerPulse {
  return {
    pin: integerOption(options, 'drawerPin', { min: 0 }) === 0 ? 0 : 1,
    onMs: integerOption(options, 'drawerOnMs', { min: 2 }),
    offMs: integerOption(options, 'drawerOffMs', { min: 2 }),
  };
}

/** ESC @: forget what an earlier, perhaps broken, job has set. */
export const INITIALISE = Uint8Array.of(ESC, 0x40);
/** FS .: Chinese mode off. */
export const CHINESE_OFF = Uint8Array.of(FS, 0x2e);
/** GS V 66 0: feed to the cutter, cut. */
export const FEED_AND_CUT = Uint8Array.of(GS, 0x56, 66, 0);
