// Asking a device how it is, by each of its capabilities.
import type { CardPresence } from '../../../drivers/kit/card-reader.ts';
import { chipReaderOf } from '../../../drivers/kit/chip-reader.ts';
import { printerTrouble } from '../../../drivers/kit/dle-eot.ts';
import type { OpenDevice } from '../../../drivers/kit/driver.ts';
import type { FaultData } from '../../shared/domain/fault.ts';

/** Whose turn it is among a reader's card slots, and who is told what lies there. */
export interface CardTurn {
  next: number;
  note(cardSlot: number, presence: CardPresence): void;
}

/** What was found. */
export interface Examination {
  readonly state: 'ready' | 'degraded';
  readonly lastError: FaultData | null;
  readonly paperNearEnd?: boolean | null;
  readonly cards?: readonly CardPresence[];
}

/**
 * Asks the device how it is. Readers report cards by themselves, but a report can get lost: one card slot is asked each time, all
 * of them on opening. A line without an answer (scanner, display, dock) has its driver's probe alone. Rejects when there is no sign of life.
 */
export async function examine(device: OpenDevice, turn: CardTurn, which: 'all' | 'next'): Promise<Examination> {
  await device.probe();
  const printer = device.receiptPrinter ?? device.formPrinter;
  const status = printer === undefined ? null : await printer.status();
  const trouble = status === null ? null : printerTrouble(status);
  const cards = await askCards(device, turn, which);
  return {
    state: trouble === null ? 'ready' : 'degraded',
    lastError: trouble?.toData() ?? null,
    // Where there is none, the sensor before it sees none either: that says nothing of an end that is near.
    ...(status === null ? {} : { paperNearEnd: status.paperOut === true ? null : status.paperNearEnd }),
    ...(cards === null ? {} : { cards }),
  };
}

/** Returns what lies in all card slots, or null after it has told what lies in the next one. */
async function askCards(device: OpenDevice, turn: CardTurn, which: 'all' | 'next'): Promise<CardPresence[] | null> {
  const reader = chipReaderOf(device);
  if (reader === null) return null;
  const presence = async (cardSlot: number) => (await reader.identify(cardSlot)).presence;
  if (which === 'all') {
    const cards: CardPresence[] = [];
    for (let cardSlot = 1; cardSlot <= reader.slots; cardSlot += 1) cards.push(await presence(cardSlot));
    return cards;
  }
  const cardSlot = turn.next > reader.slots ? 1 : turn.next;
  turn.next = cardSlot + 1;
  turn.note(cardSlot, await presence(cardSlot));
  return null;
}
