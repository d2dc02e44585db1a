// Cards of every kind in the hand of a test, with their bytes, the bytes changed so far, and the secrets and commands that reached them.
import {
  createSimulatedCpuCard,
  createSimulatedEeprom,
  createSimulatedMifare,
  createSimulatedSle4442,
  newMifareBytes,
  type SimulatedChipCard,
  type SimulatedCpuCard,
  setMifareKeys,
} from '../cards/index.ts';
import { newCard } from './card.ts';

export const KEY_A = Uint8Array.of(0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6);
export const KEY_B = Uint8Array.of(0xb1, 0xb2, 0xb3, 0xb4, 0xb5, 0xb6);
export const UID = Uint8Array.of(0xde, 0xad, 0x00, 0x11);
export const APPLICATION = Uint8Array.of(0xa0, 0x00, 0x00, 0x54, 0x45, 0x53, 0x54);
export const FILE_SFI = 1;
export const FILE_BYTES = 64;

/** A card and what a test wants to know of it. */
export interface HeldCard<Card extends SimulatedChipCard = SimulatedChipCard> {
  readonly card: Card;
  readonly bytes: Uint8Array;
  /** Bytes of its memory changed so far. */
  persisted(): number;
  /** How often a secret was presented to it. */
  secrets(): number;
}

interface Counted {
  persisted: number;
  secrets: number;
}

const view = (counted: Counted) => ({ persisted: () => counted.persisted, secrets: () => counted.secrets });
const filled = (length: number) => Uint8Array.from({ length }, (_, index) => (index * 5 + 3) & 0xff);

export function heldSle4442({ damaged = false } = {}): HeldCard {
  const bytes = newCard({ damaged });
  const card = createSimulatedSle4442(bytes);
  let secrets = 0;
  const present: typeof card.present = (psc) => {
    secrets += 1;
    return card.present(psc);
  };
  return { card: { ...card, present }, bytes: bytes.main, persisted: () => bytes.persisted, secrets: () => secrets };
}

export function heldEeprom({ damaged = false } = {}): HeldCard {
  const counted = { persisted: 0, secrets: 0 };
  const bytes = filled(256);
  const persist = () => {
    counted.persisted += 1;
  };
  return { card: createSimulatedEeprom({ bytes, damaged, persist }), bytes, ...view(counted) };
}

/** Sector 2 has keys of its own; the others are as delivered. */
export function heldMifare({ damaged = false } = {}): HeldCard {
  const counted = { persisted: 0, secrets: 0 };
  const bytes = newMifareBytes(UID);
  bytes.set(filled(48), 2 * 64);
  setMifareKeys(bytes, { sector: 2, keyA: KEY_A, keyB: KEY_B });
  const persist = () => {
    counted.persisted += 1;
  };
  const card = createSimulatedMifare({ bytes, uid: UID, damaged, persist });
  const authenticate: typeof card.authenticate = (sector, key) => {
    counted.secrets += 1;
    return card.authenticate(sector, key);
  };
  return { card: { ...card, authenticate }, bytes, ...view(counted) };
}

/** `commands` are all that reached the card, in order. */
export function heldCpuCard({ damaged = false } = {}): HeldCard<SimulatedCpuCard> & { readonly commands: Uint8Array[] } {
  const counted = { persisted: 0, secrets: 0 };
  const bytes = filled(FILE_BYTES);
  const commands: Uint8Array[] = [];
  const memory = {
    applicationId: APPLICATION,
    files: [{ sfi: FILE_SFI, bytes: FILE_BYTES }],
    bytes,
    attemptsLeft: 3,
    keyId: 0,
    keys: { authentication: filled(16), lineProtection: filled(16) },
    damaged,
    persist() {
      counted.persisted += 1;
    },
  };
  const card = createSimulatedCpuCard(memory, () => Uint8Array.of(1, 2, 3, commands.length));
  const transmit: typeof card.transmit = (command) => {
    commands.push(command);
    if (command[1] === 0x20 || command[1] === 0x82) counted.secrets += 1;
    return card.transmit(command);
  };
  return { card: { ...card, transmit }, bytes, commands, ...view(counted) };
}

/** A card that answers, and is of no kind that anybody knows. */
export function heldUnknown(): HeldCard {
  const held = heldEeprom();
  return { ...held, card: { ...held.card, chip: 'OTHER' } as unknown as SimulatedChipCard };
}
