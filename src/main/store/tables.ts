// The projections' tables as the fold writes them.
import type { ProjectionTables, TopupRow } from '../../shared/domain/fold.ts';
import { businessTables } from './business-tables.ts';
import { chargingTables } from './charging-tables.ts';
import { build, built, type Connection, inserts, type Place, prepare } from './hot.ts';
import { cardOf, type JsonMemo, receiptOf, topupOf } from './rows.ts';
import type { BranchSchema, TopupTable } from './schema.ts';
import { searchIndex } from './search-index.ts';
import { shiftTables } from './shift-tables.ts';

const statements = {
  putBranch: built((p: Place<Omit<BranchSchema['branch'], 'only_row'> & { one: number }>) =>
    build.replaceInto('branch').values({
      only_row: p('one'),
      branch_no: p('branch_no'),
      name: p('name'),
      region_code: p('region_code'),
      business_date: p('business_date'),
    }),
  ),
  putTariff: built((p: Place<BranchSchema['tariff']>) =>
    build.replaceInto('tariff').values({ tariff_id: p('tariff_id'), plan: p('plan') }),
  ),
  insertAccount: inserts('account', [
    'account_id',
    'account_no',
    'customer_kind',
    'customer_name',
    'phone',
    'district',
    'road',
    'community',
    'unit',
    'household_size',
    'tariff_id',
    'tier_used_litres',
    'status',
    'opened_meter',
    'opened_card',
    'version',
    'holder',
    'detail',
    'change_id',
  ]),
  insertCard: inserts('card', ['card_no', 'account_id', 'layout_id', 'status', 'sequence', 'cumulative_litres']),
  insertReceipt: inserts('receipt', ['receipt_id', 'receipt_no', 'topup_id', 'account_id', 'state', 'reprints', 'markup']),
  insertTopup: inserts('topup', [
    'topup_id',
    'account_id',
    'card_no',
    'shift_id',
    'clerk',
    'business_date',
    'state',
    'paid_at_ms',
    'last_seq',
    'attempts',
    'payment',
    'intent',
  ]),
  addTierUse: built((p: Place<BranchSchema['tier_use']>) =>
    build
      .insertInto('tier_use')
      .values({ account_id: p('account_id'), year: p('year'), holder: p('holder'), litres: p('litres') })
      .onConflict((conflict) =>
        conflict
          .columns(['account_id', 'year', 'holder'])
          .doUpdateSet((eb) => ({ litres: eb('tier_use.litres', '+', eb.ref('excluded.litres')) })),
      ),
  ),
  topup: built((p: Place<{ topup_id: string }>) => build.selectFrom('topup').selectAll().where('topup_id', '=', p('topup_id'))),
  updateTopup: built((p: Place<Pick<TopupTable, 'topup_id' | 'card_no' | 'state' | 'last_seq' | 'attempts' | 'intent'>>) =>
    build
      .updateTable('topup')
      .set({ card_no: p('card_no'), state: p('state'), last_seq: p('last_seq'), attempts: p('attempts'), intent: p('intent') })
      .where('topup_id', '=', p('topup_id')),
  ),
  receipt: built((p: Place<{ receipt_id: string }>) => build.selectFrom('receipt').selectAll().where('receipt_id', '=', p('receipt_id'))),
  updateReceipt: built((p: Place<Pick<BranchSchema['receipt'], 'receipt_id' | 'state' | 'reprints'>>) =>
    build
      .updateTable('receipt')
      .set({ state: p('state'), reprints: p('reprints') })
      .where('receipt_id', '=', p('receipt_id')),
  ),
  card: built((p: Place<{ card_no: string }>) => build.selectFrom('card').selectAll().where('card_no', '=', p('card_no'))),
  setCardPurchase: built((p: Place<Pick<BranchSchema['card'], 'card_no' | 'sequence' | 'cumulative_litres'>>) =>
    build
      .updateTable('card')
      .set({ sequence: p('sequence'), cumulative_litres: p('cumulative_litres') })
      .where('card_no', '=', p('card_no')),
  ),
  setMeterReport: built(
    (p: Place<Pick<BranchSchema['meter'], 'meter_no' | 'loaded_sequence' | 'remaining_litres' | 'cumulative_use_litres' | 'faults'>>) =>
      build
        .updateTable('meter')
        .set({
          loaded_sequence: p('loaded_sequence'),
          remaining_litres: p('remaining_litres'),
          cumulative_use_litres: p('cumulative_use_litres'),
          faults: p('faults'),
        })
        .where('meter_no', '=', p('meter_no')),
  ),
};

export interface BranchTables extends ProjectionTables {
  /** Forgets what was read and remembered; call it before each operation is folded. */
  begin(): void;
  /** Forgets also what was written; call it after a rollback of the transaction, or of one fold inside of it. */
  rolledBack(what: 'transaction' | 'fold'): void;
  /** Holds search terms back until `settleSearch`: for accounts in bulk. */
  holdSearch(): void;
  settleSearch(): void;
}

/** Returns the fold's tables on a connection that may write. `json` is shared with the journal, which has made the payloads' text already. */
export function branchTables(connection: Connection, json: JsonMemo): BranchTables {
  const run = {
    putBranch: prepare(connection, statements.putBranch),
    putTariff: prepare(connection, statements.putTariff),
    insertAccount: prepare(connection, statements.insertAccount),
    insertCard: prepare(connection, statements.insertCard),
    insertReceipt: prepare(connection, statements.insertReceipt),
    insertTopup: prepare(connection, statements.insertTopup),
    addTierUse: prepare(connection, statements.addTierUse),
    topup: prepare(connection, statements.topup),
    updateTopup: prepare(connection, statements.updateTopup),
    receipt: prepare(connection, statements.receipt),
    updateReceipt: prepare(connection, statements.updateReceipt),
    card: prepare(connection, statements.card),
    setCardPurchase: prepare(connection, statements.setCardPurchase),
    setMeterReport: prepare(connection, statements.setMeterReport),
  };
  const index = searchIndex(connection);
  const charging = chargingTables(connection, json);
  // One operation reads its top-up for the postings and again for the fold.
  let topupRead: TopupRow | null = null;
  const getTopup = (topupId: string): TopupRow | null => {
    if (topupRead?.topupId === topupId) return topupRead;
    const row = run.topup.get({ topup_id: topupId });
    topupRead = row === undefined ? null : topupOf(row, json);
    return topupRead;
  };
  return {
    ...charging,
    ...businessTables(connection, json, index),
    ...shiftTables(connection, json),
    begin() {
      topupRead = null;
    },
    rolledBack(what) {
      topupRead = null;
      index.rolledBack(what);
    },
    holdSearch: () => index.hold(),
    settleSearch: () => index.settle(),
    putBranch(branch) {
      run.putBranch.run({
        one: 1,
        branch_no: branch.branchNo,
        name: branch.name,
        region_code: branch.regionCode,
        business_date: branch.businessDate,
      });
    },
    putTariff(tariff) {
      run.putTariff.run({ tariff_id: tariff.id, plan: json.text(tariff) });
    },
    insertAccount(account) {
      const { address } = account;
      run.insertAccount.run({
        account_id: account.accountId,
        account_no: account.accountNo,
        customer_kind: account.customerKind,
        customer_name: account.customerName,
        phone: account.phone,
        district: address.district,
        road: address.road,
        community: address.community,
        unit: address.unit,
        household_size: account.householdSize,
        tariff_id: account.tariffId,
        tier_used_litres: account.tierUsedLitres,
        status: account.status,
        opened_meter: account.meter === null ? null : json.text(account.meter),
        opened_card: account.card === null ? null : json.text(account.card),
        version: account.version,
        holder: account.holder,
        detail: json.text(account.detail),
        change_id: account.changeId ?? '',
      });
      index.addAccount(account);
    },
    insertCard(card) {
      run.insertCard.run({
        card_no: card.cardNo,
        account_id: card.accountId,
        layout_id: card.layoutId,
        status: card.status,
        sequence: card.sequence,
        cumulative_litres: card.cumulativeLitres,
      });
      index.addCard(card);
    },
    addTierUse(accountId, { year, holder }, litres) {
      run.addTierUse.run({ account_id: accountId, year, holder, litres });
    },
    getTopup,
    insertTopup(topup) {
      topupRead = null;
      run.insertTopup.run({
        topup_id: topup.topupId,
        account_id: topup.accountId,
        card_no: topup.cardNo,
        shift_id: topup.shiftId,
        clerk: topup.clerk,
        business_date: topup.businessDate,
        state: topup.state,
        paid_at_ms: topup.paidAtMs,
        last_seq: topup.lastSeq,
        attempts: topup.attempts,
        payment: json.text(topup.payment),
        intent: topup.intent === null ? null : json.text(topup.intent),
      });
    },
    updateTopup(topup) {
      topupRead = null;
      run.updateTopup.run({
        topup_id: topup.topupId,
        card_no: topup.cardNo,
        state: topup.state,
        last_seq: topup.lastSeq,
        attempts: topup.attempts,
        intent: topup.intent === null ? null : json.text(topup.intent),
      });
    },
    getReceipt(receiptId) {
      const row = run.receipt.get({ receipt_id: receiptId });
      return row === undefined ? null : receiptOf(row);
    },
    insertReceipt(receipt) {
      run.insertReceipt.run({
        receipt_id: receipt.receiptId,
        receipt_no: receipt.receiptNo,
        topup_id: receipt.topupId,
        account_id: receipt.accountId,
        state: receipt.state,
        reprints: receipt.reprints,
        markup: receipt.markup,
      });
    },
    updateReceipt(receipt) {
      run.updateReceipt.run({ receipt_id: receipt.receiptId, state: receipt.state, reprints: receipt.reprints });
    },
    getCard(cardNo) {
      const row = run.card.get({ card_no: cardNo });
      return row === undefined ? null : cardOf(row);
    },
    setCardPurchase(cardNo, sequence, cumulativeLitres) {
      changed(run.setCardPurchase.run({ card_no: cardNo, sequence, cumulative_litres: cumulativeLitres }), 'card');
    },
    setMeterReport(report) {
      changed(
        run.setMeterReport.run({
          meter_no: report.meterNo,
          loaded_sequence: report.loadedSequence,
          remaining_litres: report.remainingLitres,
          cumulative_use_litres: report.cumulativeUseLitres,
          faults: report.faults,
        }),
        'meter',
      );
    },
  };
}

function changed(rows: number, table: string): void {
  if (rows !== 1) throw new RangeError(`operation names an unknown ${table}`);
}
