// Frames of a device's line as support gets them: what they are and how they are framed, and nothing of whom they are about.
import type { TraceFrame } from './ports/device-console.ts';
import type { DeviceSlot } from './ports/devices.ts';
import { withoutPersonalData } from './redaction.ts';

/** Slots whose bytes are text that people read or hand over: names, addresses, codes, files. Their notes may quote it. */
const TEXT_SLOTS: ReadonlySet<DeviceSlot> = new Set<DeviceSlot>(['printer', 'form-printer', 'dock', 'scanner', 'display']);
/** Of these, what the device answers is its status. */
const STATUS_SLOTS: ReadonlySet<DeviceSlot> = new Set<DeviceSlot>(['printer', 'form-printer', 'display']);
/** Slots whose bytes hold numbers of accounts, cards and meters behind a head and before a check sum. */
const NUMBER_SLOTS: ReadonlySet<DeviceSlot> = new Set<DeviceSlot>(['reader', 'reading-head']);
/** No reader's answer has card memory, and no meter's more than the beginning of its address, in the first six. */
const HEAD_BYTES = 6;
const TAIL_BYTES = 2;
const FIRST_PRINTABLE = 0x20;
/** A command's class, instruction, parameters and length. */
const APDU_HEAD = /^(?:[0-9A-F]{2} ?){5}/;

/** `hex` has two digits a byte, `..` for one that is hidden and … for many; `bytes` says how many there were. */
export function frameForSupport(slot: DeviceSlot, { atMs, direction, hex, note }: TraceFrame) {
  const pairs = hex.replaceAll(/[^0-9A-Fa-f]/g, '').match(/../g) ?? [];
  // A number may come in pieces, each too short to be known for one: of text only what steers the device is shown.
  const isText = TEXT_SLOTS.has(slot) && !(STATUS_SLOTS.has(slot) && direction === 'received');
  const shown = isText ? pairs.map((pair) => (Number.parseInt(pair, 16) < FIRST_PRINTABLE ? pair : '..')) : pairs;
  const isCut = (isText || NUMBER_SLOTS.has(slot)) && shown.length > HEAD_BYTES + TAIL_BYTES;
  return {
    at: new Date(atMs).toISOString(),
    direction,
    bytes: pairs.length,
    hex: isCut ? `${shown.slice(0, HEAD_BYTES).join('')}…${shown.slice(-TAIL_BYTES).join('')}` : shown.join(''),
    note: TEXT_SLOTS.has(slot) ? '' : withoutPersonalData(slot === 'reader' ? withoutCardBytes(note, direction) : note),
  };
}

/** Bytes in a note of a card reader: a command shows its head, an answer its status word. */
function withoutCardBytes(note: string, direction: TraceFrame['direction']): string {
  return note.replaceAll(/\b(?:[0-9A-F]{2} ){2,}[0-9A-F]{2}\b/g, (bytes) =>
    direction === 'sent' ? `${(APDU_HEAD.exec(bytes)?.[0] ?? '').trim()} …` : `… ${bytes.slice(-5)}`,
  );
}
