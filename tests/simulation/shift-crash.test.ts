// A power cut at every commit of counting, closing and handing over, before it and after it: with the same ids again each thing has happened once.
import { describe, expect, it } from 'vitest';
import { cashLines } from '../../scripts/support/cash.ts';
import type { Store } from '../../src/main/core/ports/store.ts';
import { closeShift, countShift, handOverShift } from '../../src/main/core/usecases/close-shift.ts';
import { openShift } from '../../src/main/core/usecases/keep-drawer.ts';
import { PowerCut } from '../support/one-card-hall.ts';
import { type ShiftBench, shiftBench } from '../support/shift-bench.ts';
import { SUPERVISOR } from '../support/use-case-bench.ts';

const TAKER = { staffNo: '1002', name: '1002', role: 'clerk', passwordHash: '' } as const;
const HELD_FEN = 1_000_000 + 4_000;
const SHORT_FEN = 1_500;

/** A store whose power fails before or after its n-th commit. */
function failing(store: Store, commit: number, when: 'before' | 'after'): Store {
  let count = 0;
  return {
    ...store,
    write(act) {
      count += 1;
      if (count === commit && when === 'before') throw new PowerCut();
      const result = store.write(act);
      if (count === commit) throw new PowerCut();
      return result;
    },
  };
}

/** What a clerk does at the end of a shift, each step with an id made before it. */
function steps(bench: ShiftBench, how: 'close' | 'hand-over') {
  const { shiftId } = bench.as('1001').actor;
  const [first, second, act, next] = [bench.newId(), bench.newId(), bench.newId(), bench.newId()];
  const input = { shiftId, slips: [] };
  const run = (store: Store): void => {
    const context = bench.as('1001', store);
    countShift(context, { ...input, countId: first, lines: cashLines(HELD_FEN - 700) }, null);
    countShift(context, { ...input, countId: second, lines: cashLines(HELD_FEN - SHORT_FEN) }, how === 'close' ? null : TAKER);
    const ending = { shiftId, reason: '少款' };
    if (how === 'hand-over') {
      handOverShift(context, bench.approvals, { ...ending, handoverId: act, newShiftId: next }, SUPERVISOR);
      return;
    }
    closeShift(context, bench.approvals, { ...ending, closeId: act, carriedFen: 10_000, bagNo: '' }, SUPERVISOR);
    openShift(bench.as('1001', store), { shiftId: next, floatFen: 12_000 }, null);
  };
  return { shiftId, next, run };
}

const CASES = (['close', 'hand-over'] as const).flatMap((how) =>
  [1, 2, 3, 4]
    .filter((commit) => how === 'close' || commit < 4)
    .flatMap((commit) => (['before', 'after'] as const).map((when) => [how, commit, when] as const)),
);

describe('the end of a shift', () => {
  it.each(CASES)('%s, power cut at commit %i, %s it: happens once', async (how, commit, when) => {
    const bench = await shiftBench();
    const { store } = bench.temp;
    bench.money('1001', [{ kind: 'cash', amountFen: 4_000, reference: '' }], 1);
    const { shiftId, next, run } = steps(bench, how);
    expect(() => run(failing(store, commit, when))).toThrow(PowerCut);
    run(store);
    const seq = store.lastSeq();
    run(store);
    expect(store.lastSeq()).toBe(seq);

    const shift = store.shift(shiftId);
    expect(shift?.counts.map(({ cashFen }) => cashFen)).toEqual([HELD_FEN - 700, HELD_FEN - SHORT_FEN]);
    expect(shift).toMatchObject({ state: 'closed', ending: { expectedFen: HELD_FEN, countedFen: HELD_FEN - SHORT_FEN } });
    expect(store.balance('over-short', shiftId)).toBe(SHORT_FEN);
    expect(store.balance('cash-drawer', shiftId)).toBe(0);
    expect(store.balance('cash-drawer', next)).toBe(how === 'close' ? 12_000 : HELD_FEN - SHORT_FEN);
    const kinds = store.operationsOfShift(shiftId).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'shift.closed' || kind === 'shift.handed-over')).toHaveLength(1);
    expect(store.verifyJournal()).toEqual({ ok: true });
    const before = JSON.stringify([store.shift(shiftId), store.shift(next)]);
    store.rebuildProjections();
    expect(JSON.stringify([store.shift(shiftId), store.shift(next)])).toBe(before);
    bench.temp.remove();
  });
});
