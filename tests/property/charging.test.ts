// Properties of charging: whatever is raised, waived, paid, reversed, deposited and refunded, the books and the projections say the same.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocate, type OpenReceivable } from '../../src/shared/domain/allocation.ts';
import type { PaymentTaken, ReceivableRow } from '../../src/shared/domain/charging.ts';
import { LEDGER_ACCOUNTS } from '../../src/shared/domain/ledger.ts';
import type { NewOperation, OperationKind, OperationPayloads } from '../../src/shared/domain/operation.ts';
import { dumpProjections } from '../support/projections.ts';
import { openAccount, openBranch, openShift, sampleAccount, sampleId, sampleOperation } from '../support/sample-operations.ts';
import { tempStore } from '../support/temp-store.ts';

const ACCOUNTS = [0, 1, 2].map((number) => sampleAccount(number));
const SHIFT = sampleId(2_000_001);
const POLICY = { perDayPpm: 3_000, graceDays: 0, chargesGrace: false, countsPaymentDay: true, capPermille: 1_000 };
const PAID_ON = '2026-03-02';

const account = fc.nat(2);
const acts = fc.oneof(
  fc.record({
    act: fc.constant('raise' as const),
    account,
    amountFen: fc.integer({ min: 1, max: 90_000 }),
    kind: fc.constantFrom('gas' as const, 'fee' as const),
    vatPermille: fc.constantFrom(0, 60, 90, 130),
    dueMonth: fc.integer({ min: 1, max: 12 }),
    bearsLateFee: fc.boolean(),
  }),
  fc.record({ act: fc.constant('waive' as const), pick: fc.nat(), share: fc.integer({ min: 1, max: 100 }) }),
  fc.record({
    act: fc.constant('pay' as const),
    accounts: fc.uniqueArray(account, { minLength: 1 }),
    moneyFen: fc.integer({ min: 1, max: 150_000 }),
    card: fc.nat(100),
    useCredit: fc.boolean(),
  }),
  fc.record({ act: fc.constant('reverse' as const), pick: fc.nat(), inCash: fc.boolean() }),
  fc.record({ act: fc.constant('deposit' as const), account, amountFen: fc.integer({ min: 1, max: 90_000 }) }),
  fc.record({
    act: fc.constant('return' as const),
    account,
    share: fc.integer({ min: 1, max: 100 }),
    how: fc.constantFrom('returned', 'applied'),
  }),
  fc.record({ act: fc.constant('refund' as const), account, share: fc.integer({ min: 1, max: 100 }) }),
);
type Act = typeof acts extends fc.Arbitrary<infer T> ? T : never;

const accountIdOf = (index: number) => ACCOUNTS[index]?.accountId ?? '';

describe('random charging', () => {
  it('keeps ledger, receivables and credit in agreement, restores what is reversed, and folds to the same bytes again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(acts, { maxLength: 50 }), async (history) => {
        const { store, file, remove } = await tempStore();
        try {
          store.importOperations([...openBranch(), ...ACCOUNTS.map(openAccount), openShift(1)]);
          const raised: string[] = [];
          const taken: string[] = [];
          let number = 40_000_000;
          const record = <K extends OperationKind>(kind: K, accountId: string, payload: OperationPayloads[K]) => {
            number += 1;
            const operation = sampleOperation(kind, payload, { id: sampleId(number), shiftId: SHIFT, clerk: '1001', accountId });
            store.write((tx) => tx.append(operation as NewOperation));
          };
          const cash = (amountFen: number) => [{ kind: 'cash' as const, amountFen, reference: '' }];
          const over = (amountFen: number) => ({
            handoverId: sampleId(number + 1),
            amountFen,
            tenders: cash(amountFen),
            cashTenderedFen: amountFen,
            changeFen: 0,
            reason: 'asked',
            approvedBy: '',
          });
          const balancesOf = () =>
            LEDGER_ACCOUNTS.filter((name) => name !== 'cash-drawer' && name !== 'bank-card-clearing').map((name) => store.balance(name));

          const perform = (act: Act): void => {
            switch (act.act) {
              case 'raise': {
                const receivableId = sampleId(number + 1);
                record('receivable.raised', accountIdOf(act.account), {
                  receivableId,
                  kind: act.kind,
                  itemCode: 'sample',
                  description: '样例',
                  amountFen: act.amountFen,
                  vatPermille: act.vatPermille,
                  dueDate: `2025-${String(act.dueMonth).padStart(2, '0')}-20`,
                  bearsLateFee: act.bearsLateFee,
                });
                raised.push(receivableId);
                return;
              }
              case 'waive': {
                const owed = store.receivable(raised[act.pick % Math.max(1, raised.length)] ?? '');
                if (owed === null || owed.openFen <= 0) return;
                const { receivableId, kind, vatPermille, accountId } = owed;
                const amountFen = Math.ceil((owed.openFen * act.share) / 100);
                record('receivable.waived', accountId, {
                  receivableId,
                  kind,
                  vatPermille,
                  amountFen,
                  reason: 'hardship',
                  approvedBy: '2001',
                });
                return;
              }
              case 'pay':
                pay(act);
                return;
              case 'reverse': {
                const paymentId = taken[act.pick % Math.max(1, taken.length)] ?? '';
                const row = store.payment(paymentId);
                if (row === null || row.state === 'reversed') return;
                // What it put on the credit balance must still be there.
                if (row.payment.toCredit.some((part) => -store.balance('customer-credit', part.accountId) < part.amountFen)) return;
                const sumFen = row.payment.tenders.reduce((sum, tender) => sum + tender.amountFen, 0);
                const refunds = act.inCash && sumFen > 0 ? cash(sumFen) : row.payment.tenders;
                record('payment.reversed', row.accountId, {
                  paymentId,
                  payment: row.payment,
                  refunds,
                  reason: 'wrong account',
                  approvedBy: '2001',
                });
                return;
              }
              case 'deposit':
                record('deposit.taken', accountIdOf(act.account), over(act.amountFen));
                return;
              case 'return': {
                const heldFen = -store.balance('customer-deposit', accountIdOf(act.account));
                const amountFen = Math.ceil((heldFen * act.share) / 100);
                if (amountFen === 0) return;
                if (act.how === 'applied') record('deposit.applied', accountIdOf(act.account), { amountFen, reason: 'closure' });
                else record('deposit.returned', accountIdOf(act.account), over(amountFen));
                return;
              }
              case 'refund': {
                const amountFen = Math.ceil((-store.balance('customer-credit', accountIdOf(act.account)) * act.share) / 100);
                if (amountFen > 0) record('credit.refunded', accountIdOf(act.account), over(amountFen));
              }
            }
          };

          const pay = (act: Extract<Act, { act: 'pay' }>): void => {
            const owed = act.accounts.flatMap((index) => store.receivablesOf(accountIdOf(index), 'open')).filter((row) => row.openFen > 0);
            const [payer = 0] = act.accounts;
            const creditFen = act.useCredit ? Math.max(0, -store.balance('customer-credit', accountIdOf(payer))) : 0;
            const { allocations, restFen } = allocate(act.moneyFen + creditFen, owed satisfies readonly OpenReceivable[], {
              paidOn: PAID_ON,
              policy: POLICY,
            });
            const usedFen = act.moneyFen + creditFen - restFen;
            const fromCreditFen = Math.min(creditFen, usedFen);
            const toCreditFen = act.moneyFen + fromCreditFen - usedFen;
            const cardFen = Math.floor((act.moneyFen * act.card) / 100);
            const vatOf = new Map(owed.map((row: ReceivableRow) => [row.receivableId, row.vatPermille]));
            const payment: PaymentTaken = {
              paymentId: sampleId(number + 1),
              paid: allocations.map((part) => ({ ...part, lateFeeWaivedFen: 0, vatPermille: vatOf.get(part.receivableId) ?? 0 })),
              fromCredit: fromCreditFen > 0 ? [{ accountId: accountIdOf(payer), amountFen: fromCreditFen }] : [],
              toCredit: toCreditFen > 0 ? [{ accountId: accountIdOf(payer), amountFen: toCreditFen }] : [],
              tenders: [
                ...(act.moneyFen > cardFen ? cash(act.moneyFen - cardFen) : []),
                ...(cardFen > 0 ? [{ kind: 'bank-card' as const, amountFen: cardFen, reference: 'slip 1' }] : []),
              ],
              cashTenderedFen: act.moneyFen - cardFen,
              changeFen: 0,
              approvedBy: '',
            };
            const before = JSON.stringify({
              owed: ACCOUNTS.map(({ accountId }) => store.receivablesOf(accountId, 'all')),
              books: balancesOf(),
            });
            record('payment.taken', accountIdOf(payer), payment);
            taken.push(payment.paymentId);
            for (const index of act.accounts.filter(
              (of) => of === payer || allocations.some((part) => part.accountId === accountIdOf(of)),
            )) {
              expect(store.paymentsOf(accountIdOf(index), 1)[0]?.paymentId).toBe(payment.paymentId);
            }
            if (act.card % 7 !== 0) return;
            record('payment.reversed', accountIdOf(payer), {
              paymentId: payment.paymentId,
              payment,
              refunds: payment.tenders,
              reason: 'at once',
              approvedBy: '2001',
            });
            const after = JSON.stringify({
              owed: ACCOUNTS.map(({ accountId }) => store.receivablesOf(accountId, 'all')),
              books: balancesOf(),
            });
            expect(after).toBe(before);
          };

          for (const act of history) perform(act);

          expect(LEDGER_ACCOUNTS.reduce((sum, name) => sum + store.balance(name), 0)).toBe(0);
          for (const { accountId } of ACCOUNTS) {
            const openFen = store.receivablesOf(accountId, 'all').reduce((sum, row) => sum + row.openFen, 0);
            expect(store.balance('receivable', accountId)).toBe(openFen);
            expect(store.receivablesOf(accountId, 'open')).toEqual(
              store.receivablesOf(accountId, 'all').filter((row) => row.openFen !== 0),
            );
            expect(-store.balance('customer-credit', accountId)).toBeGreaterThanOrEqual(0);
            expect(-store.balance('customer-deposit', accountId)).toBeGreaterThanOrEqual(0);
          }
          expect(store.verifyJournal()).toEqual({ ok: true });
          const bytes = dumpProjections(file);
          store.rebuildProjections();
          expect(dumpProjections(file)).toBe(bytes);
        } finally {
          remove();
        }
      }),
      { numRuns: 40 },
    );
  }, 120_000);
});

describe('a payment that does not add up', () => {
  const part = { receivableId: 'r', accountId: 'a', principalFen: 100, lateFeeFen: 0, lateFeeWaivedFen: 0, vatPermille: 90 };
  const payment: PaymentTaken = {
    paymentId: 'p',
    paid: [part],
    fromCredit: [],
    toCredit: [],
    tenders: [{ kind: 'cash', amountFen: 100, reference: '' }],
    cashTenderedFen: 100,
    changeFen: 0,
    approvedBy: '',
  };

  it.each<readonly [string, PaymentTaken]>([
    ['money missing', { ...payment, tenders: [] }],
    ['a fen too much', { ...payment, paid: [{ ...part, principalFen: 99 }] }],
    ['credit out of nothing', { ...payment, toCredit: [{ accountId: 'a', amountFen: 1 }] }],
  ])('is refused and leaves nothing: %s', async (_name, wrong) => {
    const { store, remove } = await tempStore();
    try {
      store.importOperations([...openBranch(), ...ACCOUNTS.map(openAccount), openShift(1)]);
      const seq = store.lastSeq();
      const operation = sampleOperation('payment.taken', wrong, { id: sampleId(50), shiftId: SHIFT, accountId: 'a' });
      expect(() => store.write((tx) => tx.append(operation))).toThrow(expect.objectContaining({ code: 'POSTINGS_UNBALANCED' }));
      expect(store.lastSeq()).toBe(seq);
      expect(store.payment('p')).toBeNull();
    } finally {
      remove();
    }
  });
});
