// The drawers of the played day, by the calls: floats, change brought, expenses, drops, a hand-over at noon, blind counts, closes. What is counted is what customers handed over.
import Database from 'better-sqlite3';
import type { Inputs } from '../../src/shared/contract/index.ts';
import { APPROVAL, type CallsClient } from '../../tests/support/calls-bench.ts';
import { cashLines } from './cash.ts';

/** What lies in a drawer: its cash and its slips, as a person finds them. */
export interface DrawerContent {
  readonly cashFen: number;
  readonly slips: NonNullable<Inputs['shift']['count']['slips']>;
}

interface Handed {
  readonly kind: string;
  readonly payload: {
    readonly topupId?: string;
    readonly tenders?: readonly { readonly kind: string; readonly amountFen: number }[];
    readonly refunds?: readonly { readonly kind: string; readonly amountFen: number }[];
    readonly cashTenderedFen?: number;
    readonly changeFen?: number;
    readonly amountFen?: number;
    readonly floatFen?: number;
    readonly countedFen?: number;
    readonly newShiftId?: string;
  };
}

const GIVES: readonly string[] = ['deposit.returned', 'credit.refunded', 'topup.refunded', 'topup.reversed', 'payment.reversed'];
const TAKES: readonly string[] = ['topup.paid', 'payment.taken', 'deposit.taken'];

/** Returns what hands have put into the drawer of the shift and taken out: cash as it was handed over less the change, no ledger and no fold asked. */
export function drawerContent(file: string, shiftId: string): DrawerContent {
  const database = new Database(file, { readonly: true });
  try {
    const rows = database
      .prepare(
        "SELECT kind, payload FROM operation WHERE shift_id = ? OR (kind = 'shift.handed-over' AND json_extract(payload, '$.newShiftId') = ?) ORDER BY seq",
      )
      .all(shiftId, shiftId) as { readonly kind: string; readonly payload: string }[];
    return contentOf(
      rows.map(({ kind, payload }) => ({ kind, payload: JSON.parse(payload) as Handed['payload'] })),
      shiftId,
    );
  } finally {
    database.close();
  }
}

function contentOf(handed: readonly Handed[], shiftId: string): DrawerContent {
  const slips = new Map(['bank-card' as const, 'wallet' as const].map((kind) => [kind, { kind, count: 0, takenFen: 0, returnedFen: 0 }]));
  const slip = (kind: string, field: 'takenFen' | 'returnedFen', amountFen: number): void => {
    const lying = slips.get(kind as 'wallet');
    if (lying === undefined) return;
    lying.count += 1;
    lying[field] += amountFen;
  };
  const bought = new Map<string, Handed['payload']['tenders']>();
  let cashFen = 0;
  for (const { kind, payload } of handed) {
    const { topupId = '', amountFen = 0 } = payload;
    const { tenders = bought.get(topupId) ?? [], refunds = tenders } = payload;
    if (kind === 'topup.paid') bought.set(topupId, tenders);
    if (TAKES.includes(kind)) {
      cashFen += (payload.cashTenderedFen ?? 0) - (payload.changeFen ?? 0);
      for (const tender of tenders) slip(tender.kind, 'takenFen', tender.amountFen);
    } else if (GIVES.includes(kind)) {
      for (const back of refunds) {
        if (back.kind === 'cash') cashFen -= back.amountFen;
        else slip(back.kind, 'returnedFen', back.amountFen);
      }
    } else if (kind === 'shift.opened') cashFen += payload.floatFen ?? 0;
    else if (kind === 'shift.handed-over' && payload.newShiftId === shiftId) cashFen += payload.countedFen ?? 0;
    else if (kind === 'shift.paid-in') cashFen += amountFen;
    else if (kind === 'shift.paid-out' || kind === 'shift.dropped') cashFen -= amountFen;
  }
  return { cashFen, slips: [...slips.values()] };
}

/** A clerk with the drawer they have open. */
export interface Seat {
  readonly staffNo: string;
  readonly client: CallsClient;
  readonly shiftId: string;
}

export interface DayDrawers {
  /** Those who sit there now. */
  readonly seats: readonly Seat[];
  /** Every shift of the day, in the order of their opening. */
  readonly shiftIds: readonly string[];
  open(seat: Omit<Seat, 'shiftId'>, floatFen: number): Promise<void>;
  /** Takes over a shift that stands open already. */
  sit(seat: Seat): void;
  /** Change from the bank comes into the drawer, and a small expense leaves it. */
  movePettyCash(seat: number): Promise<void>;
  /** What is above the sum goes into the safe in a bag. Returns the sum that was dropped, fen; 0 for none. */
  dropAbove(seat: number, keptFen: number): Promise<number>;
  /** The next clerk counts what is there, signs in for it, and goes on with it. */
  handOver(seat: number, to: Omit<Seat, 'shiftId'>): Promise<void>;
  /** Counts each drawer blind and closes its shift; `missingFen` is not in the last one. */
  closeAll(missingFen: number): Promise<void>;
}

/** Returns the drawers of a counter whose journal lies in `file`. */
export function dayDrawers({ file, newId }: { readonly file: string; readonly newId: () => string }): DayDrawers {
  const seats: Seat[] = [];
  const shiftIds: string[] = [];
  const at = (seat: number): Seat => {
    const found = seats[seat];
    if (found === undefined) throw new RangeError(`no seat ${seat}`);
    return found;
  };
  const sit = (seat: Seat): void => {
    seats.push(seat);
    shiftIds.push(seat.shiftId);
  };
  const movement = (category: string, reason: string, amountFen: number) => ({
    movementId: newId(),
    ...{ category, reason, amountFen, approval: APPROVAL },
  });
  return {
    seats,
    shiftIds,
    sit,
    async open(seat, floatFen) {
      const shiftId = newId();
      await seat.client.shift.open({ shiftId, floatFen });
      sit({ ...seat, shiftId });
    },
    async movePettyCash(seat) {
      const { client } = at(seat);
      await client.shift.payIn(movement('change', '领取零钱', 20_000));
      await client.shift.payOut(movement('expense', '购买饮用水', 3_550));
    },
    async dropAbove(seat, keptFen) {
      const { client, shiftId } = at(seat);
      const amountFen = drawerContent(file, shiftId).cashFen - keptFen;
      if (amountFen <= 0) return 0;
      await client.shift.drop({ movementId: newId(), lines: cashLines(amountFen), bagNo: `B${seat + 1}`, approval: APPROVAL });
      return amountFen;
    },
    async handOver(seat, to) {
      const { client, shiftId } = at(seat);
      const { cashFen, slips } = drawerContent(file, shiftId);
      const taker = { staffNo: to.staffNo, password: APPROVAL.password };
      await client.shift.count({ shiftId, countId: newId(), lines: cashLines(cashFen), slips, taker });
      const newShiftId = newId();
      await client.shift.handOver({ shiftId, handoverId: newId(), newShiftId });
      seats[seat] = { ...to, shiftId: newShiftId };
      shiftIds.push(newShiftId);
    },
    async closeAll(missingFen) {
      for (const [seat, { client, shiftId }] of seats.entries()) {
        const { cashFen, slips } = drawerContent(file, shiftId);
        const shortFen = seat === seats.length - 1 ? missingFen : 0;
        await client.shift.count({ shiftId, countId: newId(), lines: cashLines(cashFen - shortFen), slips });
        const reason = shortFen === 0 ? '' : '原因不明';
        await client.shift.close({ shiftId, closeId: newId(), bagNo: `E${seat + 1}`, reason, approval: APPROVAL });
      }
    },
  };
}
