// The manager's figures on random days, against a sum that reads only the journal's payloads; the file that is taken away says the same.
import Database from 'better-sqlite3';
import { afterEach, describe, expect, it } from 'vitest';
import type { UseCaseContext } from '../../src/main/core/actor.ts';
import { createDayDesk } from '../../src/main/core/day-desk.ts';
import type { Ports } from '../../src/main/core/ports/index.ts';
import { closeDay, viewDay } from '../../src/main/core/usecases/close-day.ts';
import { listOperations, viewOverview } from '../../src/main/core/usecases/view-overview.ts';
import type { StoreHandle } from '../../src/main/store/index.ts';
import { takingStatements } from '../../src/main/store/taking-reads.ts';
import { addTakings, NO_TAKINGS, TENDER_FIELDS, takenFen, takingsBy } from '../../src/shared/domain/takings.ts';
import { dayMaker } from '../support/day-maker.ts';
import { sampleId } from '../support/sample-operations.ts';
import { type TempStore, tempStore } from '../support/temp-store.ts';

const DATE = '2026-03-02';
const SUPERVISOR = { staffNo: '2001', role: 'supervisor' as const };
const at = (day: number, hour: number, minute = 0) => new Date(2026, 2, day, hour, minute).getTime();

const opened: TempStore[] = [];
afterEach(() => {
  for (const temp of opened.splice(0)) temp.remove();
});

function chanceOf(seed: number): (below: number) => number {
  let state = seed * 2_654_435_761;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * below);
  };
}

/** A counter whose operations come at the times of its clock. */
async function hall(seed: number) {
  const temp = await tempStore();
  opened.push(temp);
  const { store } = temp;
  let [nowMs, ids] = [at(2, 8), 90_000_000];
  const clocked = new Proxy(store, {
    get: (target, name) =>
      name === 'write'
        ? (act: Parameters<StoreHandle['write']>[0]) =>
            target.write((tx) => act({ ...tx, append: (operation) => tx.append({ ...operation, recordedAtMs: nowMs }) }))
        : Reflect.get(target, name),
  });
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
  const maker = dayMaker(clocked, chanceOf(seed));
  return {
    ...{ temp, context, maker },
    setTime(ms: number) {
      nowMs = ms;
    },
    close: () => closeDay(context, desk, { closeId: newId(), ...pick(viewDay(context, desk)) }, SUPERVISOR),
  };
}

const pick = ({ nextDate, toSeq }: { readonly nextDate: string; readonly toSeq: number }) => ({ nextDate, seenSeq: toSeq });

interface Fact {
  readonly topupId: string;
  readonly paymentId: string;
  readonly tenders?: readonly { readonly kind: keyof typeof TENDER_FIELDS; readonly amountFen: number }[];
  readonly refunds?: Fact['tenders'];
  readonly purchase?: { readonly litres: number; readonly tariffId: string };
}

/** Adds up the journal's payloads: what was tendered, by hour, kind, clerk and tender, and the gas. */
function independent(file: string, date: string) {
  const database = new Database(file, { readonly: true });
  const rows = database
    .prepare("SELECT kind, clerk, recorded_at_ms AS atMs, payload FROM operation WHERE business_date = ? AND shift_id <> '' ORDER BY seq")
    .all(date) as { kind: string; clerk: string; atMs: number; payload: string }[];
  const bought = new Map(
    (database.prepare("SELECT payload FROM operation WHERE kind = 'topup.paid'").pluck().all() as string[]).map((text) => {
      const fact = JSON.parse(text) as Fact;
      return [fact.topupId, fact] as const;
    }),
  );
  const power = new Set(
    database
      .prepare(
        "SELECT payload ->> '$.tariff.id' FROM operation WHERE kind = 'tariff.published' AND payload ->> '$.tariff.supply' = 'power'",
      )
      .pluck()
      .all() as string[],
  );
  database.close();
  const fen = new Map<string, number>();
  let [gasLitres, powerWattHours, operations] = [0, 0, 0];
  for (const { kind, clerk, atMs, payload } of rows) {
    const fact = JSON.parse(payload) as Fact;
    const back = kind === 'topup.refunded' ? bought.get(fact.topupId) : fact;
    const into = ['topup.paid', 'payment.taken', 'deposit.taken'].includes(kind);
    const outOf = ['topup.refunded', 'topup.reversed', 'payment.reversed', 'deposit.returned', 'credit.refunded'].includes(kind);
    if (!into && !outOf) continue;
    operations += 1;
    const hour = Number(new Intl.DateTimeFormat('en-GB', { hour: '2-digit', hourCycle: 'h23' }).format(atMs));
    for (const { kind: tender, amountFen } of back?.refunds ?? back?.tenders ?? []) {
      const key = `${hour} ${kind} ${clerk} ${tender}`;
      fen.set(key, (fen.get(key) ?? 0) + (into ? amountFen : -amountFen));
    }
    const volume = (into ? 1 : -1) * (back?.purchase?.litres ?? 0);
    if (power.has(back?.purchase?.tariffId ?? '')) powerWattHours += volume;
    else gasLitres += volume;
  }
  return { fen: Object.fromEntries([...fen].filter(([, amountFen]) => amountFen !== 0)), gasLitres, powerWattHours, operations };
}

describe('takings of random days', () => {
  it.each([2, 19])('seed %i: by hour, kind, clerk and tender as the journal says, on the day and a week later', async (seed) => {
    const { temp, context, maker, setTime, close } = await hall(seed);
    const chance = chanceOf(seed + 100);
    maker.openShifts();
    for (let customer = 0; customer < 60; customer += 1) {
      setTime(at(2, 8 + Math.floor(customer / 6), chance(60)));
      maker.serve();
    }
    const view = viewOverview(context, { of: 'counter' });
    const truth = independent(temp.file, DATE);
    const told = view.cells.flatMap((cell) =>
      Object.entries(TENDER_FIELDS).flatMap(([tender, { fen }]) =>
        cell[fen] === 0 ? [] : [[`${cell.hour} ${cell.kind} ${cell.clerk} ${tender}`, cell[fen]] as const],
      ),
    );
    expect(Object.fromEntries(told), `seed ${seed}`).toEqual(truth.fen);
    const total = addTakings(view.cells);
    expect([total.operations, total.gasLitres, total.powerWattHours]).toEqual([truth.operations, truth.gasLitres, truth.powerWattHours]);
    expect(new Set(view.cells.map(({ hour }) => hour)).size).toBeGreaterThan(5);
    expect(view.cells.some(({ cashFen }) => cashFen < 0)).toBe(true);

    // Behind every hour stand exactly its operations, over as many pages as they take.
    for (const { key: hour, sums } of takingsBy(view.cells, (cell) => cell.hour)) {
      const filter = { hour };
      const pages = [0, 4, 8, 12, 16, 20, 24, 28].map((offset) => listOperations(context, { of: 'counter', filter, offset, limit: 4 }));
      const rows = pages.flatMap((page) => page.rows);
      expect(pages[0]).toMatchObject({ total: sums.operations, sums });
      expect(
        rows
          .slice(0, 32)
          .map(takenFen)
          .reduce((sum, one) => sum + one, 0),
      ).toBe(takenFen(sums));
      expect(rows.map(({ recordedAtMs }) => recordedAtMs)).toEqual(rows.map(({ recordedAtMs }) => recordedAtMs).toSorted());
    }

    // The close of the day says the same sum; a week later the day is what is compared with, up to the same time and in all.
    maker.settle();
    maker.closeShifts(0);
    const closed = close();
    const evening = viewOverview(context, { of: 'branch', date: DATE });
    expect(takenFen(addTakings(evening.cells))).toBe(closed.books.find(({ book }) => book === 'money')?.foundFen);
    const later = viewOverview(context, { of: 'counter', date: '2026-03-09' });
    expect(later.cells).toEqual([]);
    expect(later.comparison.lastWeek).toMatchObject({ date: DATE, amountFen: takenFen(addTakings(evening.cells)) });
    expect(later.comparison.average).toMatchObject({ days: 1, amountFen: later.comparison.lastWeek.amountFen });
    expect(viewOverview(context, { of: 'counter', date: '2026-03-23' }).comparison).toMatchObject({
      lastWeek: { operations: 0, amountFen: 0 },
      average: { days: 1, amountFen: later.comparison.lastWeek.amountFen },
    });
  });

  it('holds an open day against the same time of the week before', async () => {
    const { context, maker, setTime, close } = await hall(3);
    maker.openShifts();
    for (const hour of [9, 10, 15, 16]) {
      setTime(at(2, hour, 30));
      for (let customer = 0; customer < 5; customer += 1) maker.serve();
    }
    maker.closeShifts(0);
    setTime(at(9, 7));
    const { closedDate, nextDate } = close();
    expect([closedDate, nextDate]).toEqual([DATE, '2026-03-09']);
    setTime(at(9, 12));
    const { comparison, isOpen } = viewOverview(context, { of: 'counter' });
    const morning = comparison.lastWeek.hours.filter(({ hour }) => hour < 12).reduce((sum, { amountFen }) => sum + amountFen, 0);
    expect(isOpen).toBe(true);
    expect(comparison.lastWeek.soFarFen).toBe(morning);
    expect(comparison.lastWeek.soFarOperations).toBeLessThan(comparison.lastWeek.operations);
    expect(comparison.average).toMatchObject({ days: 1, soFarFen: morning });
  });

  it('finds a day by its index, of this counter and of the others', async () => {
    const { temp } = await hall(1);
    const database = new Database(temp.file, { readonly: true });
    for (const [statement, index] of [
      [takingStatements.own, 'operation_takings'],
      [takingStatements.foreign, 'foreign_operation_takings'],
    ] as const) {
      const plan = database.prepare(`EXPLAIN QUERY PLAN ${statement.sql}`).all(DATE, DATE) as { readonly detail: string }[];
      expect(plan.map(({ detail }) => detail).join('\n')).toContain(index);
    }
    database.close();
  });

  it('adds up to nothing where nothing was taken', async () => {
    const { context } = await hall(1);
    const view = viewOverview(context, { of: 'branch', date: '2025-01-01' });
    expect(addTakings(view.cells)).toEqual(NO_TAKINGS);
    expect(view).toMatchObject({ isOpen: false, counters: [], clerks: [], comparison: { average: { days: 0, amountFen: 0 } } });
  });
});
