// Properties of the store: random histories are chained, balanced, applied once, and fold to the same bytes again.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LEDGER_ACCOUNTS } from '../../src/shared/domain/ledger.ts';
import type { NewOperation } from '../../src/shared/domain/operation.ts';
import { isUndelivered } from '../../src/shared/domain/topup.ts';
import { dumpProjections as dump } from '../support/projections.ts';
import { openAccount, openBranch, openShift, sampleAccount, sampleId, sampleOperation, sampleTopup } from '../support/sample-operations.ts';
import { tempStore } from '../support/temp-store.ts';

type Act =
  | { readonly act: 'account'; readonly name: string; readonly community: string }
  | { readonly act: 'step'; readonly topup: number; readonly step: number }
  | { readonly act: 'refund'; readonly topup: number }
  | { readonly act: 'report'; readonly account: number; readonly litres: number };

const acts: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.record({
      act: fc.constant('account' as const),
      name: fc.constantFrom('王小明', '欧阳云', '单䶮', '李'),
      community: fc.constantFrom('阳光花园', '翠湖山庄'),
    }),
  },
  { weight: 8, arbitrary: fc.record({ act: fc.constant('step' as const), topup: fc.nat(5), step: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('refund' as const), topup: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('report' as const), account: fc.nat(2), litres: fc.nat(100_000) }) },
);

const SHIFT = sampleId(2_000_001);
const ACCOUNTS = [0, 1, 2].map((number) => sampleAccount(number));

/** Turns acts into operations. Many come in an order that the store must refuse; that is wanted. */
function operationOf(act: Act, place: number): NewOperation {
  switch (act.act) {
    case 'account':
      return openAccount(
        sampleAccount(1_000 + place, {
          customerName: act.name,
          address: { district: '城北区', road: '和平路', community: act.community, unit: '1栋' },
        }),
      );
    case 'step':
      return sampleTopup(act.topup, ACCOUNTS[act.topup % 3] ?? sampleAccount(0), SHIFT)[act.step] as NewOperation;
    case 'refund': {
      const payload = { topupId: sampleId(10_000_000 + act.topup * 16), reason: 'asked' };
      return sampleOperation('topup.refunded', payload, {
        id: sampleId(20_000_000 + act.topup),
        shiftId: SHIFT,
        accountId: ACCOUNTS[act.topup % 3]?.accountId,
      });
    }
    case 'report': {
      const account = ACCOUNTS[act.account] ?? sampleAccount(0);
      const payload = {
        cardNo: account.card?.cardNo ?? '',
        meterNo: account.meter?.meterNo ?? '',
        loadedSequence: place,
        remainingLitres: act.litres,
        cumulativeUseLitres: act.litres * 2,
        faults: act.litres % 16,
      };
      return sampleOperation('meter.reported', payload, { id: sampleId(30_000_000 + place), accountId: account.accountId });
    }
  }
}

describe('random histories', () => {
  it('are gapless, chained, balanced, applied once, and fold to the same bytes again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(acts, { maxLength: 60 }), fc.array(fc.nat(3), { maxLength: 60 }), async (history, transactions) => {
        const { store, file, remove } = await tempStore();
        try {
          store.importOperations([...openBranch(), ...ACCOUNTS.map(openAccount), openShift(1)]);
          const operations = history.map(operationOf);
          const accepted: NewOperation[] = [];
          for (let place = 0; place < operations.length; ) {
            const group = operations.slice(place, place + 1 + (transactions[place] ?? 0));
            place += group.length;
            const before = store.lastSeq();
            try {
              const applied = store.write((tx) => group.filter((operation) => tx.append(operation) !== null));
              accepted.push(...applied);
              expect(store.lastSeq()).toBe(before + applied.length);
            } catch (error) {
              // A group with a step out of order leaves no trace.
              if (!(error instanceof RangeError) && (error as { code?: string }).code !== 'TOPUP_STATE_REFUSES') throw error;
              expect(store.lastSeq()).toBe(before);
            }
          }
          expect(store.verifyJournal()).toEqual({ ok: true });
          expect(LEDGER_ACCOUNTS.reduce((sum, account) => sum + store.balance(account), 0)).toBe(0);
          const open = store.openTopups(100).rows.filter((topup) => isUndelivered(topup.state));
          const owedFen = open.reduce((sum, topup) => sum + topup.payment.purchase.amountFen, 0);
          expect(store.balance('undelivered-purchase') + owedFen).toBe(0);

          const bytes = dump(file);
          store.rebuildProjections();
          expect(dump(file)).toBe(bytes);

          // Everything once more, as after a lost acknowledgement: nothing changes.
          for (const operation of accepted) expect(store.write((tx) => tx.append(operation))).toBeNull();
          expect(dump(file)).toBe(bytes);
          expect(store.verifyJournal()).toEqual({ ok: true });

          // The same journal in another database, in bulk, folds to the same bytes.
          const other = await tempStore();
          try {
            other.store.importOperations(store.operationsAfter(0, 10_000));
            expect(dump(other.file)).toBe(bytes);
            expect(other.store.operationsAfter(0, 10_000)).toEqual(store.operationsAfter(0, 10_000));
          } finally {
            other.remove();
          }
        } finally {
          remove();
        }
      }),
      { numRuns: 25 },
    );
  }, 120_000);
});
