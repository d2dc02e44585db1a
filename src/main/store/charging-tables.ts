// Receivables and payments as the fold writes them.
import type { ChargingTables } from '../../shared/domain/charging.ts';
import { build, built, type Connection, inserts, type Place, prepare } from './hot.ts';
import type { JsonMemo } from './rows.ts';

const statements = {
  insertReceivable: inserts('receivable', [
    'receivable_id',
    'account_id',
    'business_date',
    'kind',
    'item_code',
    'description',
    'amount_fen',
    'open_fen',
    'vat_permille',
    'due_date',
    'bears_late_fee',
    'bill',
  ]),
  addOpen: built((p: Place<{ receivable_id: string; amount_fen: number }>) =>
    build
      .updateTable('receivable')
      .set((eb) => ({ open_fen: eb('open_fen', '+', p('amount_fen')) }))
      .where('receivable_id', '=', p('receivable_id')),
  ),
  insertPayment: inserts('payment', ['payment_id', 'account_id', 'shift_id', 'clerk', 'business_date', 'taken_at_ms', 'state', 'payment']),
  insertPaymentAccount: built((p: Place<{ account_id: string; payment_id: string }>) =>
    build
      .insertInto('payment_account')
      .columns(['account_id', 'payment_key'])
      .expression((eb) =>
        eb
          .selectFrom('payment')
          .select((row) => [row.val(p('account_id')).as('account_id'), 'payment_key'])
          .where('payment_id', '=', p('payment_id')),
      ),
  ),
  markReversed: built((p: Place<{ payment_id: string; taken: 'taken'; reversed: 'reversed' }>) =>
    build
      .updateTable('payment')
      .set({ state: p('reversed') })
      .where('payment_id', '=', p('payment_id'))
      .where('state', '=', p('taken')),
  ),
};

/** Returns the fold's tables of charging on a connection that may write. */
export function chargingTables(connection: Connection, json: JsonMemo): Omit<ChargingTables, 'addTierUse'> {
  const insertReceivable = prepare(connection, statements.insertReceivable);
  const addOpen = prepare(connection, statements.addOpen);
  const insertPayment = prepare(connection, statements.insertPayment);
  const insertPaymentAccount = prepare(connection, statements.insertPaymentAccount);
  const markReversed = prepare(connection, statements.markReversed);
  return {
    insertReceivable(receivable) {
      insertReceivable.run({
        receivable_id: receivable.receivableId,
        account_id: receivable.accountId,
        business_date: receivable.businessDate,
        kind: receivable.kind,
        item_code: receivable.itemCode,
        description: receivable.description,
        amount_fen: receivable.amountFen,
        open_fen: receivable.openFen,
        vat_permille: receivable.vatPermille,
        due_date: receivable.dueDate,
        bears_late_fee: receivable.bearsLateFee ? 1 : 0,
        bill: receivable.bill === undefined ? null : json.text(receivable.bill),
      });
    },
    addOpen(receivableId, amountFen) {
      if (addOpen.run({ receivable_id: receivableId, amount_fen: amountFen }) !== 1) {
        throw new RangeError('operation names an unknown receivable');
      }
    },
    insertPayment(row) {
      const { payment } = row;
      insertPayment.run({
        payment_id: row.paymentId,
        account_id: row.accountId,
        shift_id: row.shiftId,
        clerk: row.clerk,
        business_date: row.businessDate,
        taken_at_ms: row.takenAtMs,
        state: row.state,
        payment: json.text(payment),
      });
      const accounts = new Set([row.accountId, ...payment.paid.map((part) => part.accountId)]);
      for (const part of [...payment.fromCredit, ...payment.toCredit]) accounts.add(part.accountId);
      for (const accountId of accounts) insertPaymentAccount.run({ account_id: accountId, payment_id: row.paymentId });
    },
    markPaymentReversed(paymentId) {
      if (markReversed.run({ payment_id: paymentId, taken: 'taken', reversed: 'reversed' }) !== 1) {
        throw new RangeError('operation reverses an unknown or a reversed payment');
      }
    },
  };
}
