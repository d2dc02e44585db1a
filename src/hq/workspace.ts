// The fold's tables over rows held in memory: what a batch reads is fetched beforehand, what it writes is saved afterwards.
import type { PaymentRow, ReceivableRow } from '../shared/domain/charging.ts';
import type { ChangingAccount } from '../shared/domain/customers.ts';
import { Fault } from '../shared/domain/fault.ts';
import type { AccountRow, CardRow, MeterRow, ProjectionTables, ReceiptRow, TopupRow } from '../shared/domain/fold.ts';
import type { TierPeriod } from '../shared/domain/purchase.ts';
import type { RecordArea } from '../shared/domain/records.ts';
import type { ShiftRow } from '../shared/domain/shifts.ts';

/** A row of a projection and the operation that wrote it last. */
export interface Row {
  readonly body: unknown;
  /** '' where it belongs to none. */
  readonly accountId: string;
  readonly counterId: string;
  readonly seq: number;
}

export interface Workspace {
  readonly tables: ProjectionTables;
  /** Keys that were asked for and not fetched; what they name was taken not to exist, so nothing counts until that has proved true. */
  readonly assumed: ReadonlySet<string>;
  /** Rows as they are now, by key, of those that changed. */
  readonly changed: ReadonlyMap<string, Row>;
  /**
   * Runs `act` for one operation. What it writes counts only when it returns `done`; otherwise what it threw, and the row it read last.
   */
  attempt(place: OperationPlace, act: () => void): Attempt;
  /** Returns the row as an operation would see it now. */
  peek(key: string): Row | null;
}

interface OperationPlace {
  readonly accountId: string;
  readonly counterId: string;
  readonly seq: number;
}

export type Attempt =
  | { readonly outcome: 'done' }
  | {
      readonly outcome: 'failed';
      readonly error: unknown;
      readonly lastRead: { readonly key: string; readonly row: Row | null } | null;
    };

const DONE: Attempt = { outcome: 'done' };

/** Returns the key of what an account has used of its tiers in a period. */
export function tierKey(accountId: string, period: TierPeriod): string {
  return `tier/${accountId}/${period.year}/${period.holder}`;
}

/** Returns a workspace over what was fetched: null is a row that does not exist. */
export function workspace(fetched: ReadonlyMap<string, Row | null>): Workspace {
  const assumed = new Set<string>();
  const changed = new Map<string, Row>();
  let own = new Map<string, Row>();
  let place: OperationPlace = { accountId: '', counterId: '', seq: 0 };
  let lastRead: { readonly key: string; readonly row: Row | null } | null = null;

  const peek = (key: string): Row | null => {
    const row = own.get(key) ?? changed.get(key) ?? fetched.get(key);
    if (row === undefined) assumed.add(key);
    return row ?? null;
  };
  const read = (key: string): Row | null => {
    const row = peek(key);
    lastRead = { key, row };
    return row;
  };
  const bodyOf = <T>(key: string): T | null => (read(key)?.body as T | undefined) ?? null;
  const put = (key: string, body: unknown, accountId: string): void => {
    own.set(key, { body, accountId, counterId: place.counterId, seq: place.seq });
  };
  const insert = (key: string, body: unknown, accountId: string): void => {
    if (read(key) !== null) throw new Fault('ACCOUNT_CHANGED', { exists: key });
    put(key, body, accountId);
  };
  const change = <T extends object>(key: string, how: (before: T) => T): void => {
    const before = read(key);
    if (before === null) throw new RangeError(`operation names an unknown ${key.slice(0, key.indexOf('/'))}`);
    put(key, how(before.body as T), before.accountId);
  };
  const add = (key: string, amount: number, accountId: string): void => put(key, (bodyOf<number>(key) ?? 0) + amount, accountId);

  const tables: ProjectionTables = {
    putBranch: (branch) => put('branch/', branch, ''),
    putTariff: (tariff) => put(`tariff/${tariff.id}`, tariff, ''),
    insertAccount: (account) => insert(`account/${account.accountId}`, account, account.accountId),
    getAccount: (accountId) => bodyOf<AccountRow>(`account/${accountId}`),
    updateAccount: (account: ChangingAccount) =>
      change<AccountRow>(`account/${account.accountId}`, (before) => ({ ...before, ...account })),
    insertCard: (card) => insert(`card/${card.cardNo}`, card, card.accountId),
    putCard: (card) => put(`card/${card.cardNo}`, card, card.accountId),
    getCard: (cardNo) => bodyOf<CardRow>(`card/${cardNo}`),
    setCardStatus: (cardNo, status) => change<CardRow>(`card/${cardNo}`, (card) => ({ ...card, status })),
    setCardPurchase: (cardNo, sequence, cumulativeLitres) =>
      change<CardRow>(`card/${cardNo}`, (card) => ({ ...card, sequence, cumulativeLitres })),
    addTierUse: (accountId, period, litres) => add(tierKey(accountId, period), litres, accountId),
    addVolumeOwed: (accountId, litres) => add(`owed/${accountId}`, litres, accountId),
    getShift: (shiftId) => bodyOf<ShiftRow>(`shift/${shiftId}`),
    insertShift: (shift) => insert(`shift/${shift.shiftId}`, shift, ''),
    updateShift: (shift) => put(`shift/${shift.shiftId}`, shift, ''),
    insertDrawerOpening: (opening) => insert(`drawer-opening/${opening.openingId}`, opening, ''),
    getTopup: (topupId) => bodyOf<TopupRow>(`topup/${topupId}`),
    insertTopup: (topup) => insert(`topup/${topup.topupId}`, topup, topup.accountId),
    updateTopup: (topup) => put(`topup/${topup.topupId}`, topup, topup.accountId),
    getReceipt: (receiptId) => bodyOf<ReceiptRow>(`receipt/${receiptId}`),
    insertReceipt: (receipt) => insert(`receipt/${receipt.receiptId}`, receipt, receipt.accountId),
    updateReceipt: (receipt) => put(`receipt/${receipt.receiptId}`, receipt, receipt.accountId),
    insertMeter: (meter) => insert(`meter/${meter.meterNo}`, meter, meter.accountId),
    getMeter: (meterNo) => bodyOf<MeterRow>(`meter/${meterNo}`),
    updateMeter: (meter) => put(`meter/${meter.meterNo}`, meter, meter.accountId),
    setMeterReport: ({ meterNo, loadedSequence, remainingLitres, cumulativeUseLitres, faults }) =>
      change<MeterRow>(`meter/${meterNo}`, (meter) => ({ ...meter, loadedSequence, remainingLitres, cumulativeUseLitres, faults })),
    insertReceivable: (receivable) => insert(`receivable/${receivable.receivableId}`, receivable, receivable.accountId),
    addOpen: (receivableId, amountFen) =>
      change<ReceivableRow>(`receivable/${receivableId}`, (row) => ({ ...row, openFen: row.openFen + amountFen })),
    insertPayment: (payment) => insert(`payment/${payment.paymentId}`, payment, payment.accountId),
    markPaymentReversed: (paymentId) =>
      change<PaymentRow>(`payment/${paymentId}`, (payment) => {
        if (payment.state !== 'taken') throw new RangeError('operation reverses a reversed payment');
        return { ...payment, state: 'reversed' };
      }),
    getRecord: <R>(area: RecordArea<R>, recordId: string) => bodyOf<R>(`record-${area.name}/${recordId}`),
    putRecord: (area, record, row) => put(`record-${area.name}/${record.recordId}`, row, record.accountId),
  };

  return {
    tables,
    assumed,
    changed,
    peek,
    attempt(at, act) {
      place = at;
      lastRead = null;
      try {
        act();
      } catch (error) {
        own = new Map();
        return { outcome: 'failed', error, lastRead };
      }
      if (own.size === 0) return DONE;
      for (const [key, row] of own) changed.set(key, row);
      own = new Map();
      return DONE;
    },
  };
}
