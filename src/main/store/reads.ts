// Everything that can be read from the branch database, on one connection.
import { sql } from 'kysely';
import { OPEN_DAYS } from '../../shared/domain/day-close.ts';
import type { MeterPlace } from '../../shared/domain/meters.ts';
import type { Tariff } from '../../shared/domain/tariff.ts';
import type { ReadStore } from '../core/ports/store.ts';
import { dayReads } from './day-reads.ts';
import { build, built, type Connection, type Place, prepare } from './hot.ts';
import { recordReads } from './record-tables.ts';
import { accountOf, cardOf, JsonMemo, meterOf, operationOf, paymentOf, receiptOf, receivableOf, topupOf } from './rows.ts';
import { accountSearch } from './search.ts';
import { shiftReads } from './shift-tables.ts';
import { takingReads } from './taking-reads.ts';

// Spelled as in the partial indexes of migration 0003, so that SQLite uses them.
const undelivered = sql<boolean>`state IN ('paid', 'intent', 'writing')`;
const open = sql<boolean>`state IN ('paid', 'intent', 'writing', 'verified')`;

// A payment stands on the timeline of the account that it was taken in the name of by itself.
const inAnotherName = sql<boolean>`payment.account_id <> payment_account.account_id`;

const statements = {
  branch: built((_p: Place<Record<string, never>>) => build.selectFrom('branch').selectAll()),
  meta: built((p: Place<{ key: string }>) => build.selectFrom('meta').select('value').where('key', '=', p('key'))),
  staff: built((p: Place<{ staff_no: string }>) => build.selectFrom('staff').selectAll().where('staff_no', '=', p('staff_no'))),
  account: built((p: Place<{ account_id: string }>) => build.selectFrom('account').selectAll().where('account_id', '=', p('account_id'))),
  tariff: built((p: Place<{ tariff_id: string }>) => build.selectFrom('tariff').select('plan').where('tariff_id', '=', p('tariff_id'))),
  tariffs: built((_p: Place<Record<string, never>>) => build.selectFrom('tariff').select('plan').orderBy('tariff_id')),
  // Spelled as in the index of migration 0007, so that SQLite uses it.
  accountsOfCustomer: built((p: Place<{ customer_id: string }>) =>
    build
      .selectFrom('account')
      .select('account_id')
      .where(sql<string>`json_extract(detail, '$.customerId')`, '=', p('customer_id'))
      .where(sql<boolean>`json_extract(detail, '$.customerId') <> ''`)
      .orderBy('account_key'),
  ),
  tierUse: built((p: Place<{ account_id: string; year: number }>) =>
    build
      .selectFrom('tier_use')
      .innerJoin('account', (join) =>
        join.onRef('account.account_id', '=', 'tier_use.account_id').onRef('account.holder', '=', 'tier_use.holder'),
      )
      .select('tier_use.litres')
      .where('tier_use.account_id', '=', p('account_id'))
      .where('tier_use.year', '=', p('year')),
  ),
  volumeOwed: built((p: Place<{ account_id: string }>) =>
    build.selectFrom('volume_owed').select('litres').where('account_id', '=', p('account_id')),
  ),
  metersOf: built((p: Place<{ account_id: string }>) =>
    build.selectFrom('meter').selectAll().where('account_id', '=', p('account_id')).orderBy('meter_no'),
  ),
  meter: built((p: Place<{ meter_no: string }>) => build.selectFrom('meter').selectAll().where('meter_no', '=', p('meter_no'))),
  metersIn: built((p: Place<{ place: MeterPlace; prefix: string; limit: number }>) =>
    build
      .selectFrom('meter')
      .selectAll()
      .where('place', '=', p('place'))
      .where('meter_no', 'like', p('prefix'))
      .orderBy('meter_no')
      .limit(p('limit')),
  ),
  cardsOf: built((p: Place<{ account_id: string }>) =>
    build.selectFrom('card').selectAll().where('account_id', '=', p('account_id')).orderBy('card_no'),
  ),
  card: built((p: Place<{ card_no: string }>) => build.selectFrom('card').selectAll().where('card_no', '=', p('card_no'))),
  topup: built((p: Place<{ topup_id: string }>) => build.selectFrom('topup').selectAll().where('topup_id', '=', p('topup_id'))),
  undeliveredOfCard: built((p: Place<{ card_no: string; one: number }>) =>
    build.selectFrom('topup').selectAll().where('card_no', '=', p('card_no')).where(undelivered).orderBy('topup_key').limit(p('one')),
  ),
  openTopups: built((p: Place<{ limit: number }>) =>
    build.selectFrom('topup').selectAll().where(open).orderBy('topup_key').limit(p('limit')),
  ),
  openTopupCount: built((_p: Place<Record<string, never>>) =>
    build
      .selectFrom('topup')
      .select((eb) => eb.fn.countAll<number>().as('total'))
      .where(open),
  ),
  receipt: built((p: Place<{ receipt_id: string }>) => build.selectFrom('receipt').selectAll().where('receipt_id', '=', p('receipt_id'))),
  receiptOfTopup: built((p: Place<{ topup_id: string; one: number }>) =>
    build.selectFrom('receipt').selectAll().where('topup_id', '=', p('topup_id')).orderBy('receipt_key', 'desc').limit(p('one')),
  ),
  receiptsNotOut: built((p: Place<{ limit: number }>) =>
    build
      .selectFrom('receipt')
      .selectAll()
      // As the index says it.
      .where(sql<boolean>`state IN ('issued', 'unknown', 'not-printed')`)
      .orderBy('receipt_key', 'desc')
      .limit(p('limit')),
  ),
  receivable: built((p: Place<{ receivable_id: string }>) =>
    build.selectFrom('receivable').selectAll().where('receivable_id', '=', p('receivable_id')),
  ),
  receivablesOf: built((p: Place<{ account_id: string }>) =>
    build.selectFrom('receivable').selectAll().where('account_id', '=', p('account_id')).orderBy('due_date').orderBy('receivable_id'),
  ),
  openReceivablesOf: built((p: Place<{ account_id: string }>) =>
    build
      .selectFrom('receivable')
      .selectAll()
      .where('account_id', '=', p('account_id'))
      .where(sql<boolean>`open_fen <> 0`)
      .orderBy('due_date')
      .orderBy('receivable_id'),
  ),
  payment: built((p: Place<{ payment_id: string }>) => build.selectFrom('payment').selectAll().where('payment_id', '=', p('payment_id'))),
  paymentsOf: built((p: Place<{ account_id: string; limit: number }>) =>
    build
      .selectFrom('payment_account')
      .innerJoin('payment', 'payment.payment_key', 'payment_account.payment_key')
      .selectAll('payment')
      .where('payment_account.account_id', '=', p('account_id'))
      .orderBy('payment_account.payment_key', 'desc')
      .limit(p('limit')),
  ),
  topupsInShift: built((p: Place<{ shift_id: string }>) =>
    build
      .selectFrom('topup')
      .select((eb) => eb.fn.countAll<number>().as('total'))
      .where('shift_id', '=', p('shift_id')),
  ),
  balance: built((p: Place<{ ledger_account: string; dimension: string }>) =>
    build
      .selectFrom('ledger_balance')
      .select('amount_fen')
      .where('ledger_account', '=', p('ledger_account'))
      .where('dimension', '=', p('dimension')),
  ),
  balanceOverAll: built((p: Place<{ ledger_account: string }>) =>
    build
      .selectFrom('ledger_balance')
      .select((eb) => eb.fn.sum<number | null>('amount_fen').as('amount_fen'))
      .where('ledger_account', '=', p('ledger_account')),
  ),
  operationsOf: built((p: Place<{ account_id: string; limit: number }>) =>
    build
      .selectFrom('operation')
      .selectAll()
      .where('account_id', '=', p('account_id'))
      .where(sql<boolean>`account_id <> ''`)
      .orderBy('seq', 'desc')
      .limit(p('limit')),
  ),
  /** What was paid, or paid back, for the account in the name of another one. */
  sharedPaymentsOf: built((p: Place<{ account_id: string; limit: number }>) =>
    build
      .selectFrom('payment_account')
      .innerJoin('payment', 'payment.payment_key', 'payment_account.payment_key')
      .innerJoin('operation', 'operation.account_id', 'payment.account_id')
      .selectAll('operation')
      .where('payment_account.account_id', '=', p('account_id'))
      .where(inAnotherName)
      .where(sql<boolean>`operation.account_id <> ''`)
      .where(sql<boolean>`operation.kind IN ('payment.taken', 'payment.reversed')`)
      .where(sql`json_extract(operation.payload, '$.paymentId')`, '=', sql.ref('payment.payment_id'))
      .orderBy('operation.seq', 'desc')
      .limit(p('limit')),
  ),
  foreignSharedPaymentsOf: built((p: Place<{ account_id: string; limit: number }>) =>
    build
      .selectFrom('payment_account')
      .innerJoin('payment', 'payment.payment_key', 'payment_account.payment_key')
      .innerJoin('foreign_operation', 'foreign_operation.account_id', 'payment.account_id')
      .selectAll('foreign_operation')
      .where('payment_account.account_id', '=', p('account_id'))
      .where(inAnotherName)
      .where(sql<boolean>`foreign_operation.account_id <> ''`)
      .where(sql<boolean>`foreign_operation.kind IN ('payment.taken', 'payment.reversed')`)
      .where(sql`json_extract(foreign_operation.payload, '$.paymentId')`, '=', sql.ref('payment.payment_id'))
      .orderBy('foreign_operation.id', 'desc')
      .limit(p('limit')),
  ),
  foreignOperationsOf: built((p: Place<{ account_id: string; limit: number }>) =>
    build
      .selectFrom('foreign_operation')
      .selectAll()
      .where('account_id', '=', p('account_id'))
      .where(sql<boolean>`account_id <> ''`)
      .orderBy('id', 'desc')
      .limit(p('limit')),
  ),
  operationsAfter: built((p: Place<{ seq: number; limit: number }>) =>
    build.selectFrom('operation').selectAll().where('seq', '>', p('seq')).orderBy('seq').limit(p('limit')),
  ),
  lastSeq: built((_p: Place<Record<string, never>>) => build.selectFrom('operation').select((eb) => eb.fn.max('seq').as('seq'))),
  cursor: built((p: Place<{ name: string }>) => build.selectFrom('replication_cursor').select('seq').where('name', '=', p('name'))),
};

/** Key in meta: the business date of the branch when this counter came to it. */
export const FIRST_DAY = 'first-day';

/** Key in meta while the first load is due or under way. */
export const FIRST_LOAD = 'first-load';

/** Name of the cursor in replication_cursor that says what headquarters has confirmed. */
export const ACKNOWLEDGED = 'acknowledged';

/** Returns the reading half of the store on `connection`. Every method throws DATABASE_FAILED when SQLite refuses. */
export function readStore(connection: Connection, json: JsonMemo = new JsonMemo()): ReadStore {
  const branch = prepare(connection, statements.branch);
  const meta = prepare(connection, statements.meta);
  const staff = prepare(connection, statements.staff);
  const account = prepare(connection, statements.account);
  const tariff = prepare(connection, statements.tariff);
  const tariffs = prepare(connection, statements.tariffs);
  const tierUse = prepare(connection, statements.tierUse);
  const metersOf = prepare(connection, statements.metersOf);
  const meter = prepare(connection, statements.meter);
  const metersIn = prepare(connection, statements.metersIn);
  const cardsOf = prepare(connection, statements.cardsOf);
  const card = prepare(connection, statements.card);
  const topup = prepare(connection, statements.topup);
  const undeliveredOfCard = prepare(connection, statements.undeliveredOfCard);
  const openTopups = prepare(connection, statements.openTopups);
  const openTopupCount = prepare(connection, statements.openTopupCount);
  const receipt = prepare(connection, statements.receipt);
  const receiptOfTopup = prepare(connection, statements.receiptOfTopup);
  const receiptsNotOut = prepare(connection, statements.receiptsNotOut);
  const receivable = prepare(connection, statements.receivable);
  const receivablesOf = prepare(connection, statements.receivablesOf);
  const openReceivablesOf = prepare(connection, statements.openReceivablesOf);
  const payment = prepare(connection, statements.payment);
  const paymentsOf = prepare(connection, statements.paymentsOf);
  const topupsInShift = prepare(connection, statements.topupsInShift);
  const balance = prepare(connection, statements.balance);
  const balanceOverAll = prepare(connection, statements.balanceOverAll);
  const operationsOf = prepare(connection, statements.operationsOf);
  const sharedPaymentsOf = prepare(connection, statements.sharedPaymentsOf);
  const foreignSharedPaymentsOf = prepare(connection, statements.foreignSharedPaymentsOf);
  const foreignOperationsOf = prepare(connection, statements.foreignOperationsOf);
  const operationsAfter = prepare(connection, statements.operationsAfter);
  const lastSeq = prepare(connection, statements.lastSeq);
  const cursor = prepare(connection, statements.cursor);
  const volumeOwed = prepare(connection, statements.volumeOwed);
  const accountsOfCustomer = prepare(connection, statements.accountsOfCustomer);
  const search = accountSearch(connection);
  const records = recordReads(connection, json);
  /** Asked each time: a counter can go on under another number. */
  const counterId = () => meta.get({ key: 'counter-id' })?.value ?? '';
  return {
    branch() {
      const row = branch.get({});
      return row === undefined
        ? null
        : {
            branchNo: row.branch_no,
            name: row.name,
            regionCode: row.region_code,
            // Each counter closes its own days; before its first close the day is the one that the branch was opened on, or its neighbours' when it came.
            businessDate: records.record(OPEN_DAYS, counterId())?.businessDate ?? meta.get({ key: FIRST_DAY })?.value ?? row.business_date,
          };
    },
    counterId,
    isLoading: () => meta.get({ key: FIRST_LOAD }) !== undefined,
    staff(staffNo) {
      const row = staff.get({ staff_no: staffNo });
      return row === undefined ? null : { staffNo: row.staff_no, name: row.name, role: row.role, passwordHash: row.password_hash };
    },
    account: (accountId) => orNull(account.get({ account_id: accountId }), accountOf),
    tariff: (tariffId) => orNull(tariff.get({ tariff_id: tariffId }), ({ plan }) => json.parse<Tariff>(plan)),
    tariffVersions: (planId) =>
      tariffs
        .all({})
        .map(({ plan }) => json.parse<Tariff>(plan))
        .filter((version) => (version.planId ?? version.id) === planId),
    tariffs: () => tariffs.all({}).map(({ plan }) => json.parse<Tariff>(plan)),
    accountsOfCustomer: (customerId) => accountsOfCustomer.all({ customer_id: customerId }).map((row) => row.account_id),
    tierUse: (accountId, year) => tierUse.get({ account_id: accountId, year })?.litres ?? 0,
    volumeOwed: (accountId) => volumeOwed.get({ account_id: accountId })?.litres ?? 0,
    ...records,
    ...dayReads(connection),
    ...shiftReads(connection, json),
    ...takingReads(connection),
    metersOf: (accountId) => metersOf.all({ account_id: accountId }).map(meterOf),
    meter: (meterNo) => orNull(meter.get({ meter_no: meterNo }), meterOf),
    // Meter numbers hold no % or _ that a clerk would type; both only widen what is found.
    metersIn: (place, text, limit) => metersIn.all({ place, prefix: `${text}%`, limit }).map(meterOf),
    cardsOf: (accountId) => cardsOf.all({ account_id: accountId }).map(cardOf),
    card: (cardNo) => orNull(card.get({ card_no: cardNo }), cardOf),
    topup: (topupId) => orNull(topup.get({ topup_id: topupId }), (row) => topupOf(row, json)),
    undeliveredOfCard: (cardNo) => orNull(undeliveredOfCard.get({ card_no: cardNo, one: 1 }), (row) => topupOf(row, json)),
    openTopups: (limit) => ({
      rows: openTopups.all({ limit }).map((row) => topupOf(row, json)),
      total: openTopupCount.get({})?.total ?? 0,
    }),
    receipt: (receiptId) => orNull(receipt.get({ receipt_id: receiptId }), receiptOf),
    receiptOfTopup: (topupId) => orNull(receiptOfTopup.get({ topup_id: topupId, one: 1 }), receiptOf),
    receiptsNotOut: (limit) => receiptsNotOut.all({ limit }).map(receiptOf),
    receivable: (receivableId) => orNull(receivable.get({ receivable_id: receivableId }), receivableOf),
    receivablesOf: (accountId, which) =>
      (which === 'open' ? openReceivablesOf : receivablesOf).all({ account_id: accountId }).map(receivableOf),
    payment: (paymentId) => orNull(payment.get({ payment_id: paymentId }), (row) => paymentOf(row, json)),
    paymentsOf: (accountId, limit) => paymentsOf.all({ account_id: accountId, limit }).map((row) => paymentOf(row, json)),
    topupsInShift: (shiftId) => topupsInShift.get({ shift_id: shiftId })?.total ?? 0,
    balance: (ledgerAccount, dimension) =>
      (dimension === undefined
        ? balanceOverAll.get({ ledger_account: ledgerAccount })
        : balance.get({ ledger_account: ledgerAccount, dimension })
      )?.amount_fen ?? 0,
    operationsOf(accountId, limit) {
      const own = operationsOf.all({ account_id: accountId, limit });
      const foreign = foreignOperationsOf.all({ account_id: accountId, limit });
      if (foreign.length === 0) return own.map(operationOf);
      // Counters have no common sequence; ids are in the order of time, as far as their clocks agree.
      // Two journals can hold the same operation after one of them had forked: it is one.
      const both = [...new Map([...own, ...foreign].map((row) => [row.id, row])).values()];
      return both
        .sort((left, right) => (left.id < right.id ? 1 : -1))
        .slice(0, limit)
        .map(operationOf);
    },
    sharedPaymentsOf(accountId, limit) {
      const own = sharedPaymentsOf.all({ account_id: accountId, limit });
      const foreign = foreignSharedPaymentsOf.all({ account_id: accountId, limit });
      return [...own, ...foreign].map(operationOf);
    },
    operationsAfter: (seq, limit) => operationsAfter.all({ seq, limit }).map(operationOf),
    lastSeq: () => lastSeq.get({})?.seq ?? 0,
    acknowledgedSeq: () => cursor.get({ name: ACKNOWLEDGED })?.seq ?? 0,
    search,
  };
}

function orNull<R, T>(row: R | undefined, convert: (row: R) => T): T | null {
  return row === undefined ? null : convert(row);
}
