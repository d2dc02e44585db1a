// Random days with faults put in: the close says what an auditor adds up from the journal's rows, and its books part by exactly those faults.
import { afterEach, describe, expect, it } from 'vitest';
import { auditDay, disagreements } from '../../scripts/support/day-audit.ts';
import type { UseCaseContext } from '../../src/main/core/actor.ts';
import { createDayDesk } from '../../src/main/core/day-desk.ts';
import type { Ports } from '../../src/main/core/ports/index.ts';
import { type CloseView, closeDay, findClose, viewDay } from '../../src/main/core/usecases/close-day.ts';
import { BOOKS, closeRecordId, DAY_CLOSES } from '../../src/shared/domain/day-close.ts';
import { branchBench } from '../support/branch-bench.ts';
import { dayMaker } from '../support/day-maker.ts';
import { sampleAccount, sampleId } from '../support/sample-operations.ts';
import { type TempStore, tempStore } from '../support/temp-store.ts';

const SEEDS = [1, 5, 13];
const SUPERVISOR = { staffNo: '2001', role: 'supervisor' as const };
/** Noon of the sample branch's first day, so that its second has not begun yet. */
const NOON_MS = new Date(2026, 2, 2, 12).getTime();
const DAY_MS = 86_400_000;

function chanceOf(seed: number): (below: number) => number {
  let state = seed * 2_654_435_761;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * below);
  };
}

const opened: TempStore[] = [];
afterEach(() => {
  for (const temp of opened.splice(0)) temp.remove();
});

async function hall(seed: number) {
  const temp = await tempStore();
  opened.push(temp);
  const { store } = temp;
  let [ids, nowMs] = [90_000_000, NOON_MS];
  const newId = () => {
    ids += 1;
    return sampleId(ids);
  };
  const ports = {
    store,
    clock: { nowMs: () => nowMs },
    ids: { uuid: newId },
    events: { publish: () => {} },
    sync: { nudge: () => {} },
  } as unknown as Ports;
  const context: UseCaseContext = { ports, actor: { staffNo: '3001', name: '何', role: 'manager', shiftId: '' } };
  const desk = createDayDesk();
  return {
    store,
    file: temp.file,
    maker: dayMaker(store, chanceOf(seed)),
    view: () => viewDay(context, desk),
    find: (hash: string) => findClose(context, { hash }),
    sleep() {
      nowMs += DAY_MS;
    },
    close(nextDate?: string): CloseView {
      const seen = viewDay(context, desk);
      return closeDay(context, desk, { closeId: newId(), nextDate: nextDate ?? seen.nextDate, seenSeq: seen.toSeq }, SUPERVISOR);
    },
  };
}

const listed = (close: CloseView) => close.differences.map(({ kind, subjectId, effectFen }) => `${kind} ${subjectId} ${effectFen}`).sort();
const wanted = (injected: readonly { kind: string; subjectId: string; effectFen: number }[]) =>
  injected.map(({ kind, subjectId, effectFen }) => `${kind} ${subjectId} ${effectFen}`).sort();

describe('day close', () => {
  it.each(SEEDS)('seed %i: three days with faults', async (seed) => {
    const { maker, close, find, file, sleep, store } = await hall(seed);
    for (let day = 0; day < 3; day += 1) {
      maker.openShifts();
      maker.settle();
      for (let customer = 0; customer < 30; customer += 1) maker.serve();
      if (day > 0) maker.handOver(day * 100);
      for (let customer = 0; customer < 25; customer += 1) maker.serve();
      maker.bank(12_300 + day);
      maker.closeShifts(day * 500 - 500);
      const { businessDate = '' } = store.branch() ?? {};
      const closed = close();
      expect(closed.closedDate).toBe(businessDate);
      expect(find(closed.hash).closeId).toBe(closed.closeId);
      expect(disagreements(auditDay(file, closed), closed), `seed ${seed} day ${day}`).toEqual([]);
      // Paper that an earlier day left open is listed until it is there; only what is new was put in today.
      const carried = closed.differences.filter(({ seq, effectFen }) => seq < closed.fromSeq && effectFen === 0);
      const isCarried = new Set(carried.map(({ kind, subjectId }) => `${kind} ${subjectId} 0`));
      expect(listed(closed).filter((line) => !isCarried.has(line))).toEqual(wanted(maker.injected));
      for (const book of BOOKS) {
        const total = closed.books.find((one) => one.book === book);
        const explained = closed.differences.reduce((sum, one) => sum + (one.book === book ? one.effectFen : 0), 0);
        expect(total?.differenceFen, `seed ${seed} ${book}`).toBe(explained);
      }
      expect(new Map(closed.undelivered.map(({ subjectId, amountFen }) => [subjectId, amountFen]))).toEqual(maker.undelivered);
      const { openingFen, billedFen, lateFeeFen, paidFen, waivedFen, reversedFen, othersFen, closingFen } = closed.receivable;
      expect(openingFen + billedFen + lateFeeFen - paidFen - waivedFen + reversedFen).toBe(closingFen);
      expect(othersFen).toBe(0);
      maker.forget();
      sleep();
    }
  });

  it('a second close of the day counts only what is new', async () => {
    const { maker, close, file } = await hall(4);
    maker.openShifts();
    for (let customer = 0; customer < 20; customer += 1) maker.serve();
    maker.closeShifts(0);
    const noon = close('2026-03-02');
    maker.openShifts();
    for (let customer = 0; customer < 5; customer += 1) maker.serve();
    maker.closeShifts(0);
    const evening = close();
    expect([noon.closedDate, evening.closedDate, evening.nextDate]).toEqual(['2026-03-02', '2026-03-02', '2026-03-03']);
    expect(evening.fromSeq).toBe(noon.toSeq + 1);
    expect(disagreements(auditDay(file, evening), evening)).toEqual([]);
    expect(evening.business.reduce((sum, { count }) => sum + count, 0)).toBeLessThan(20);
  });

  it('a closed day takes nothing any more, and what is done late that evening belongs to the next', async () => {
    const { maker, close, store } = await hall(6);
    maker.openShifts();
    maker.serve();
    maker.closeShifts(0);
    close();
    maker.openShifts();
    const [last] = store.operationsAfter(store.lastSeq() - 1, 1);
    expect(last?.businessDate).toBe('2026-03-03');
    const {
      counterId: _,
      seq: __,
      previousHash: ___,
      hash: ____,
      ...late
    } = { ...last, id: sampleId(1), businessDate: '2026-03-02' } as never as {
      [key: string]: unknown;
    };
    expect(() => store.write((tx) => tx.append({ ...late, kind: 'note.added', payload: { noteId: 'n', text: '晚' } } as never))).toThrow(
      'DAY_CLOSED',
    );
  });

  it('what another counter did on a closed day and sends late enters the next close once, named by its origin', async () => {
    const bench = await branchBench({ count: 2, accounts: 1 });
    try {
      const [here, there] = [bench.counter(0), bench.counter(1)];
      const desk = createDayDesk();
      const closeHere = (): CloseView => {
        const { ports, actor } = here.context('supervisor');
        const context: UseCaseContext = { ports: { ...ports, clock: { nowMs: () => NOON_MS } }, actor };
        const { toSeq, nextDate } = viewDay(context, desk);
        return closeDay(context, desk, { closeId: bench.newId(), nextDate, seenSeq: toSeq }, { staffNo: '3001', role: 'manager' });
      };
      const owes = (amountFen: number) => ({
        ...{ receivableId: bench.newId(), kind: 'gas' as const, itemCode: 'r', description: '气费', amountFen, vatPermille: 90 },
        ...{ dueDate: '2026-04-01', bearsLateFee: true },
      });
      const { accountId } = sampleAccount(1);
      there.line = async () => {
        throw new Error('the line is down');
      };
      there.put('receivable.raised', owes(4_000), accountId);
      there.put('receivable.raised', owes(2_500), accountId);
      const lastSeq = there.store.lastSeq();
      const first = closeHere();
      expect([first.closedDate, first.late, first.receivable.othersFen]).toEqual(['2026-03-02', [], 0]);
      there.line = null;
      await bench.settle();
      const second = closeHere();
      expect(second.late).toEqual([
        {
          ...{ counterId: 'C02', businessDate: '2026-03-02', kind: 'receivable.raised', count: 2, debitFen: 6_500 },
          ...{ fromSeq: lastSeq - 1, toSeq: lastSeq },
        },
      ]);
      expect([second.receivable.othersFen, second.receivable.closingFen, second.receivable.billedFen]).toEqual([6_500, 6_500, 0]);
      // The closed day stays as it was, and what has been named is not named again.
      expect(here.store.record(DAY_CLOSES, closeRecordId('C01', first.closeNo))?.receivable.closingFen).toBe(0);
      expect(closeHere().late).toEqual([]);
    } finally {
      await bench.close();
    }
  });

  it('refuses with open drawers, and names whose', async () => {
    const { maker, close } = await hall(7);
    maker.openShifts();
    expect(() => close()).toThrow(/DRAWERS_OPEN .*"count":3.*1001, 1002, 1003/);
  });

  it('refuses figures that something was added to since', async () => {
    const { maker, view, store } = await hall(9);
    const seen = view();
    maker.openShifts();
    maker.closeShifts(0);
    expect(view().toSeq).toBe(store.lastSeq());
    expect(view().toSeq).toBeGreaterThan(seen.toSeq);
  });

  it('does not close tomorrow before it has begun', async () => {
    const { maker, close } = await hall(10);
    maker.openShifts();
    maker.closeShifts(0);
    close();
    expect(() => close('2026-03-04')).toThrow('DAY_NOT_OVER');
    expect(close('2026-03-03').nextDate).toBe('2026-03-03');
  });
});
