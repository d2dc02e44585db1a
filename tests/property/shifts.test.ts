// Random shifts at one drawer: what is expected equals what an auditor adds up from the journal, hand-overs keep the cash, and over or short balances.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cashLines } from '../../scripts/support/cash.ts';
import { shiftBook } from '../../src/main/core/shift-books.ts';
import { closeShift, countShift, handOverShift } from '../../src/main/core/usecases/close-shift.ts';
import { dropCash, moveCash, openShift } from '../../src/main/core/usecases/keep-drawer.ts';
import { LEDGER_ACCOUNTS } from '../../src/shared/domain/ledger.ts';
import { auditShift, CLERKS, type ShiftBench, shiftBench } from '../support/shift-bench.ts';
import { SUPERVISOR } from '../support/use-case-bench.ts';

const kinds = ['cash', 'bank-card', 'wallet'] as const;
const fen = fc.integer({ min: 1, max: 50_000 });
const act = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('take' as const), kind: fc.constantFrom(...kinds), fen }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('give' as const), kind: fc.constantFrom(...kinds), fen }) },
  fc.record({ do: fc.constantFrom('in' as const, 'out' as const, 'drop' as const), fen }),
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('close' as const, 'hand-over' as const),
      off: fc.integer({ min: -300, max: 300 }),
      carried: fc.integer({ min: 0, max: 100 }),
      recount: fc.boolean(),
    }),
  },
);
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

const lines = (amountFen: number) => cashLines(Math.max(0, amountFen));

function live(bench: ShiftBench, acts: readonly Act[]): void {
  const { store } = bench.temp;
  let at = 0;
  const staffNo = () => CLERKS[at % CLERKS.length] ?? '';
  for (const one of acts) {
    if (store.openShiftOf(staffNo()) === null) openShift(bench.as(staffNo()), { shiftId: bench.newId(), floatFen: 20_000 }, SUPERVISOR);
    const context = bench.as(staffNo());
    const { shiftId } = context.actor;
    switch (one.do) {
      case 'take':
      case 'give':
        bench.money(
          staffNo(),
          [{ kind: one.kind, amountFen: one.fen, reference: one.kind === 'cash' ? '' : 'P' }],
          one.do === 'take' ? 1 : -1,
        );
        break;
      case 'in':
      case 'out': {
        const movement = { movementId: bench.newId(), category: one.do === 'in' ? 'change' : 'expense', reason: '零', amountFen: one.fen };
        moveCash(context, one.do, movement, SUPERVISOR);
        break;
      }
      case 'drop':
        dropCash(context, { movementId: bench.newId(), lines: lines(one.fen), bagNo: '' }, SUPERVISOR);
        break;
      default: {
        const audited = auditShift(store.operationsAfter(0, 100_000), shiftId);
        const found = audited.cashFen + one.off;
        const input = { shiftId, countId: bench.newId(), slips: [] };
        const next = CLERKS[(at + 1) % CLERKS.length] ?? '';
        const taker = one.do === 'hand-over' ? { staffNo: next, name: next, role: 'clerk' as const, passwordHash: '' } : null;
        if (one.recount) countShift(context, { ...input, lines: lines(found + 1) }, null);
        countShift(context, { ...input, countId: bench.newId(), lines: lines(found) }, taker);
        const countedFen = Math.max(0, found);
        const ending = { shiftId, reason: '差额' };
        const drawersBefore = store.balance('cash-drawer');
        if (one.do === 'close') {
          const carriedFen = Math.floor((countedFen * one.carried) / 100);
          closeShift(context, bench.approvals, { ...ending, closeId: bench.newId(), carriedFen, bagNo: '' }, SUPERVISOR);
          expect(store.balance('cash-drawer', shiftId)).toBe(carriedFen);
        } else {
          const newShiftId = bench.newId();
          handOverShift(context, bench.approvals, { ...ending, handoverId: bench.newId(), newShiftId }, SUPERVISOR);
          // What was counted is all there, at the next clerk's; the difference alone has left the drawers.
          expect(store.balance('cash-drawer', newShiftId)).toBe(countedFen);
          expect(store.balance('cash-drawer')).toBe(drawersBefore + countedFen - audited.cashFen);
          at += 1;
        }
        const shift = store.shift(shiftId);
        const book = shift === null ? null : shiftBook(store, shift);
        expect(book?.expected).toEqual({
          cashFen: audited.cashFen,
          slips: (['bank-card', 'wallet'] as const).map((kind) => ({ kind, ...audited.slips[kind] })),
        });
        expect(book?.tenders[0]?.differenceFen).toBe(countedFen - audited.cashFen);
        expect(store.balance('over-short', shiftId) + (countedFen - audited.cashFen)).toBe(carriedShort(bench, shiftId));
      }
    }
    expect(LEDGER_ACCOUNTS.reduce((sum, name) => sum + store.balance(name), 0)).toBe(0);
  }
  expect(store.verifyJournal()).toEqual({ ok: true });
}

/** What the shift began with less than had been left in the drawer. */
function carriedShort(bench: ShiftBench, shiftId: string): number {
  const opened = bench.temp.store.operationsOfShift(shiftId).find(({ kind }) => kind === 'shift.opened');
  if (opened?.kind !== 'shift.opened') return 0;
  return Math.max(0, (opened.payload.carried?.amountFen ?? 0) - opened.payload.floatFen);
}

it('random shifts: expected cash and slips are those of an independent sum, and every fen of a difference is posted', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 8, maxLength: 40 }), async (acts) => {
      const bench = await shiftBench();
      try {
        live(bench, [...acts, { do: 'close', off: 0, carried: 0, recount: false }]);
      } finally {
        bench.temp.remove();
      }
    }),
    { numRuns: 25 },
  );
}, 120_000);
