// CCID messages (USB CCID Rev 1.1) in the framing of serial CCID readers: SYNC 03h, control 06h, message, exclusive or of all before it.
//
// The framing gives every line a check that USB gives by itself; the PC/SC transport speaks it, too, so that drivers, traces and simulators see one
// form whatever carries it. NotifySlotChange comes bare, as two bytes; a damaged message is answered 03 15 16 by some readers.
import { type FixedFramer, xorOf } from './fixed-frame.ts';
import { createScanFramer } from './scan-frame.ts';

const SYNC = 0x03;
const CONTROL_ACK = 0x06;
const CONTROL_NAK = 0x15;
const NAK_BYTES = 3;
/** SYNC and control. */
const PREFIX_BYTES = 2;
const HEADER_BYTES = 10;
const NOTIFY_BYTES = 2;
/** Extended APDUs: header, three length bytes, 65535 bytes of data, Le. */
const MAX_DATA_BYTES = 65_544;

export const CCID = {
  iccPowerOn: 0x62,
  iccPowerOff: 0x63,
  getSlotStatus: 0x65,
  escape: 0x6b,
  xfrBlock: 0x6f,
  dataBlock: 0x80,
  slotStatus: 0x81,
  escapeAnswer: 0x83,
  notifySlotChange: 0x50,
} as const;

/** What bError says when a command has failed. */
export const CCID_ERROR = {
  slotDoesNotExist: 0x05,
  commandNotSupported: 0x00,
  /** Another program has the card. */
  slotBusy: 0xe0,
  hardware: 0xfb,
  iccMute: 0xfe,
} as const;

/** What the two low bits of bStatus say of the card. */
export type IccState = 'active' | 'inactive' | 'absent';

export interface CcidMessage {
  readonly type: number;
  readonly slot: number;
  readonly sequence: number;
  /** Three bytes whose meaning depends on the message; an answer's bStatus, bError and a third. */
  readonly parameters: Uint8Array;
  readonly data: Uint8Array;
}

/** What an answer says of the command and of the card. */
export interface CcidStatus {
  readonly icc: IccState;
  /** `extended`: the card asks for more time, the answer is still to come. */
  readonly command: 'ok' | 'failed' | 'extended';
  readonly error: number;
}

/** Returns the message as it travels. */
export function encodeCcid({ type, slot, sequence, parameters, data }: CcidMessage): Uint8Array {
  const bytes = new Uint8Array(PREFIX_BYTES + HEADER_BYTES + data.length + 1);
  bytes.set([SYNC, CONTROL_ACK, type]);
  new DataView(bytes.buffer).setUint32(PREFIX_BYTES + 1, data.length, true);
  bytes.set([slot, sequence, ...parameters.subarray(0, 3)], PREFIX_BYTES + 5);
  bytes.set(data, PREFIX_BYTES + HEADER_BYTES);
  bytes[bytes.length - 1] = xorOf(bytes);
  return bytes;
}

/** Returns the message in a whole frame; null for a NAK and for NotifySlotChange. */
export function decodeCcid(frame: Uint8Array): CcidMessage | null {
  if (frame[0] !== SYNC || frame[1] !== CONTROL_ACK) return null;
  const body = frame.subarray(PREFIX_BYTES, -1);
  return {
    type: body[0] ?? 0,
    slot: body[5] ?? 0,
    sequence: body[6] ?? 0,
    parameters: body.slice(7, HEADER_BYTES),
    data: body.slice(HEADER_BYTES),
  };
}

/** Returns an answer's bStatus and bError in words. */
export function ccidStatusOf({ parameters }: CcidMessage): CcidStatus {
  const status = parameters[0] ?? 0;
  const icc = (['active', 'inactive', 'absent'] as const)[status & 0x03] ?? 'absent';
  const command = (['ok', 'failed', 'extended'] as const)[status >> 6] ?? 'failed';
  return { icc, command, error: parameters[1] ?? 0 };
}

/** Returns the parameters of an answer. */
export function ccidStatusBytes({ icc, command, error }: CcidStatus): Uint8Array {
  const commands = { ok: 0, failed: 1, extended: 2 } as const;
  const states = { active: 0, inactive: 1, absent: 2 } as const;
  return Uint8Array.of((commands[command] << 6) | states[icc], error, 0);
}

/** Returns NotifySlotChange for up to four slots. */
export function encodeNotify(slots: readonly { readonly present: boolean; readonly changed: boolean }[]): Uint8Array {
  const bits = slots.slice(0, 4).map(({ present, changed }, slot) => ((present ? 1 : 0) | (changed ? 2 : 0)) << (slot * 2));
  return Uint8Array.of(
    CCID.notifySlotChange,
    bits.reduce((all, bit) => all | bit, 0),
  );
}

/** Returns the four slots of a NotifySlotChange; null for any other frame. */
export function decodeNotify(frame: Uint8Array): { readonly present: boolean; readonly changed: boolean }[] | null {
  const [type, bits = 0] = frame;
  if (type !== CCID.notifySlotChange || frame.length !== NOTIFY_BYTES) return null;
  return [0, 2, 4, 6].map((shift) => ({ present: ((bits >> shift) & 1) === 1, changed: ((bits >> shift) & 2) === 2 }));
}

/** Returns a framer for the messages and the two short forms. */
export function createCcidFramer(): FixedFramer {
  return createScanFramer({
    isHead: (byte) => byte === SYNC || byte === CCID.notifySlotChange,
    isFill: () => false,
    lengthOf(held) {
      const [first, control] = held;
      if (first === CCID.notifySlotChange) return NOTIFY_BYTES;
      if (control === undefined) return 'more';
      if (control === CONTROL_NAK) return NAK_BYTES;
      if (control !== CONTROL_ACK) return 'none';
      if (held.length < PREFIX_BYTES + 5) return 'more';
      const data = new DataView(held.buffer, held.byteOffset).getUint32(PREFIX_BYTES + 1, true);
      return data > MAX_DATA_BYTES ? 'none' : PREFIX_BYTES + HEADER_BYTES + data + 1;
    },
    isGood: (frame) => frame[0] === CCID.notifySlotChange || xorOf(frame) === 0,
  });
}
