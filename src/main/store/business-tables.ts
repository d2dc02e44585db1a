// Accounts that change, meters, cards and what is owed in gas, as the fold writes them.
import type { CardTaskTables } from '../../shared/domain/card-tasks.ts';
import type { ChangingAccount, CustomerTables } from '../../shared/domain/customers.ts';
import type { MeterTables } from '../../shared/domain/meters.ts';
import { build, built, type Connection, inserts, type Place, prepare } from './hot.ts';
import { recordTables } from './record-tables.ts';
import { accountOf, type JsonMemo, meterOf } from './rows.ts';
import type { AccountTable, BranchSchema } from './schema.ts';
import type { SearchIndex } from './search-index.ts';

type ChangingColumns = Omit<AccountTable, 'account_key' | 'account_no' | 'tier_used_litres' | 'opened_meter' | 'opened_card'>;
type MeterColumns = Omit<BranchSchema['meter'], 'account_id'> & { account_id: string | null };

const statements = {
  account: built((p: Place<{ account_id: string }>) => build.selectFrom('account').selectAll().where('account_id', '=', p('account_id'))),
  updateAccount: built((p: Place<ChangingColumns>) =>
    build
      .updateTable('account')
      .set({
        customer_kind: p('customer_kind'),
        customer_name: p('customer_name'),
        phone: p('phone'),
        district: p('district'),
        road: p('road'),
        community: p('community'),
        unit: p('unit'),
        household_size: p('household_size'),
        tariff_id: p('tariff_id'),
        status: p('status'),
        version: p('version'),
        holder: p('holder'),
        detail: p('detail'),
        change_id: p('change_id'),
      })
      .where('account_id', '=', p('account_id')),
  ),
  insertMeter: inserts('meter', [
    'meter_no',
    'account_id',
    'make',
    'kind',
    'loaded_sequence',
    'remaining_litres',
    'cumulative_use_litres',
    'faults',
    'place',
    'detail',
  ]),
  meter: built((p: Place<{ meter_no: string }>) => build.selectFrom('meter').selectAll().where('meter_no', '=', p('meter_no'))),
  updateMeter: built((p: Place<Omit<MeterColumns, 'make' | 'kind'>>) =>
    build
      .updateTable('meter')
      .set({
        account_id: p('account_id'),
        loaded_sequence: p('loaded_sequence'),
        remaining_litres: p('remaining_litres'),
        cumulative_use_litres: p('cumulative_use_litres'),
        faults: p('faults'),
        place: p('place'),
        detail: p('detail'),
      })
      .where('meter_no', '=', p('meter_no')),
  ),
  addVolumeOwed: built((p: Place<BranchSchema['volume_owed']>) =>
    build
      .insertInto('volume_owed')
      .values({ account_id: p('account_id'), litres: p('litres') })
      .onConflict((conflict) =>
        conflict.column('account_id').doUpdateSet((eb) => ({ litres: eb('volume_owed.litres', '+', eb.ref('excluded.litres')) })),
      ),
  ),
  card: built((p: Place<{ card_no: string }>) => build.selectFrom('card').select('card_no').where('card_no', '=', p('card_no'))),
  insertCard: inserts('card', ['card_no', 'account_id', 'layout_id', 'status', 'sequence', 'cumulative_litres']),
  updateCard: built((p: Place<BranchSchema['card']>) =>
    build
      .updateTable('card')
      .set({
        account_id: p('account_id'),
        layout_id: p('layout_id'),
        status: p('status'),
        sequence: p('sequence'),
        cumulative_litres: p('cumulative_litres'),
      })
      .where('card_no', '=', p('card_no')),
  ),
  setCardStatus: built((p: Place<Pick<BranchSchema['card'], 'card_no' | 'status'>>) =>
    build
      .updateTable('card')
      .set({ status: p('status') })
      .where('card_no', '=', p('card_no')),
  ),
};

type BusinessTables = CustomerTables & MeterTables & Omit<CardTaskTables, 'reverseTopup' | 'setCardPurchase'>;

/** Returns these tables on a connection that may write; the search index learns of every change. */
export function businessTables(connection: Connection, json: JsonMemo, index: SearchIndex): BusinessTables {
  const account = prepare(connection, statements.account);
  const updateAccount = prepare(connection, statements.updateAccount);
  const insertMeter = prepare(connection, statements.insertMeter);
  const meter = prepare(connection, statements.meter);
  const updateMeter = prepare(connection, statements.updateMeter);
  const addVolumeOwed = prepare(connection, statements.addVolumeOwed);
  const card = prepare(connection, statements.card);
  const insertCard = prepare(connection, statements.insertCard);
  const updateCard = prepare(connection, statements.updateCard);
  const setCardStatus = prepare(connection, statements.setCardStatus);
  const accountRow = (accountId: string) => {
    const row = account.get({ account_id: accountId });
    return row === undefined ? null : accountOf(row);
  };
  const meterRow = (meterNo: string) => {
    const row = meter.get({ meter_no: meterNo });
    return row === undefined ? null : meterOf(row);
  };
  return {
    ...recordTables(connection, json),
    getAccount: accountRow,
    updateAccount(next: ChangingAccount) {
      const before = accountRow(next.accountId);
      if (before === null) throw new RangeError('operation names an unknown account');
      const { address } = next;
      updateAccount.run({
        account_id: next.accountId,
        customer_kind: next.customerKind,
        customer_name: next.customerName,
        phone: next.phone,
        district: address.district,
        road: address.road,
        community: address.community,
        unit: address.unit,
        household_size: next.householdSize,
        tariff_id: next.tariffId,
        status: next.status,
        version: next.version,
        holder: next.holder,
        detail: json.text(next.detail),
        change_id: next.changeId ?? '',
      });
      index.changeAccount(before, { ...before, ...next });
    },
    insertMeter(row) {
      insertMeter.run({
        meter_no: row.meterNo,
        account_id: row.accountId === '' ? null : row.accountId,
        make: row.make,
        kind: row.kind,
        loaded_sequence: row.loadedSequence,
        remaining_litres: row.remainingLitres,
        cumulative_use_litres: row.cumulativeUseLitres,
        faults: row.faults,
        place: row.place,
        detail: json.text(row.detail),
      });
      if (row.accountId !== '') index.addMeter(row);
    },
    getMeter: meterRow,
    updateMeter(row) {
      const before = meterRow(row.meterNo);
      if (before === null) throw new RangeError('operation names an unknown meter');
      updateMeter.run({
        meter_no: row.meterNo,
        account_id: row.accountId === '' ? null : row.accountId,
        loaded_sequence: row.loadedSequence,
        remaining_litres: row.remainingLitres,
        cumulative_use_litres: row.cumulativeUseLitres,
        faults: row.faults,
        place: row.place,
        detail: json.text(row.detail),
      });
      if (before.accountId === row.accountId) return;
      if (before.accountId !== '') index.removeMeter(before);
      if (row.accountId !== '') index.addMeter(row);
    },
    addVolumeOwed(accountId, litres) {
      addVolumeOwed.run({ account_id: accountId, litres });
    },
    putCard(row) {
      const values = {
        card_no: row.cardNo,
        account_id: row.accountId,
        layout_id: row.layoutId,
        status: row.status,
        sequence: row.sequence,
        cumulative_litres: row.cumulativeLitres,
      };
      if (card.get({ card_no: row.cardNo }) !== undefined) updateCard.run(values);
      else {
        insertCard.run(values);
        index.addCard(row);
      }
    },
    setCardStatus(cardNo, status) {
      if (setCardStatus.run({ card_no: cardNo, status }) !== 1) throw new RangeError('operation names an unknown card');
    },
  };
}
