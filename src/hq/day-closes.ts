// The days that counters have closed, each held against headquarters' own sums of the same operations.
import { isDeepStrictEqual } from 'node:util';
import type { DayPaperName } from '../shared/domain/close-papers.ts';
import type { DayClosed } from '../shared/domain/day-close.ts';
import { WIRE_VERSION } from '../shared/wire/envelope.ts';
import type { Database } from './database.ts';
import { heldPapers } from './day-papers.ts';
import { daySums } from './day-sums.ts';

export interface ClosedDay {
  readonly branchNo: string;
  readonly closeId: string;
  readonly counterId: string;
  readonly closedDate: string;
  readonly closeNo: number;
  readonly operations: number;
  /** Taken over the counter less what was given back, fen. */
  readonly takenFen: number;
  /** Of the close's operation: what its papers bear, and their code. */
  readonly hash: string;
  readonly clerk: string;
  readonly approvedBy: string;
  /** Things that the counter itself found to differ, and what it left open. */
  readonly differences: number;
  readonly open: number;
  /** Kinds of which headquarters has another number, sum or hash than the counter has closed. */
  readonly unequal: readonly string[];
  /** Papers that the counter has handed over. */
  readonly papers: readonly DayPaperName[];
}

/** Returns the last closes, newest first. */
export async function closedDays(db: Database, limit: number): Promise<readonly ClosedDay[]> {
  const rows = await db
    .selectFrom('operations')
    .select(['branch_no', 'id', 'counter_id', 'clerk', 'hash', 'payload_json'])
    .where('kind', '=', 'day.closed')
    .where('verdict', '<>', 'quarantined')
    .orderBy('received_at_ms', 'desc')
    .orderBy('branch_no')
    .orderBy('counter_id')
    .orderBy('seq', 'desc')
    .limit(limit)
    .execute();
  const papers = new Map<string, DayPaperName[]>();
  const branchNos = new Set(rows.map((row) => row.branch_no));
  for (const branchNo of branchNos) {
    const closeIds = rows.filter((row) => row.branch_no === branchNo).map(({ id }) => id);
    for (const { close_id, paper } of await heldPapers(db, { branchNo, closeIds })) {
      papers.set(close_id, [...(papers.get(close_id) ?? []), paper]);
    }
  }
  const days: ClosedDay[] = [];
  for (const row of rows) {
    const closed = JSON.parse(row.payload_json) as DayClosed;
    const [branchNo, counterId] = [row.branch_no, row.counter_id];
    const { fromSeq, toSeq, kinds } = closed;
    const held = await daySums(db, { version: WIRE_VERSION, branchNo, counterId, fromSeq, toSeq });
    const of = (all: DayClosed['kinds'], wanted: string) => all.find(({ kind }) => kind === wanted);
    const names = new Set([...kinds, ...held.kinds].map(({ kind }) => kind));
    days.push({
      ...{ branchNo, counterId, clerk: row.clerk, closedDate: closed.closedDate, closeNo: closed.closeNo, operations: closed.operations },
      takenFen: closed.books.find(({ book }) => book === 'money')?.foundFen ?? 0,
      ...{ hash: row.hash, closeId: row.id, papers: papers.get(row.id) ?? [] },
      ...{ approvedBy: closed.approvedBy, differences: closed.differences.length, open: closed.open.length },
      unequal: [...names].filter((kind) => !isDeepStrictEqual(of(kinds, kind), of(held.kinds, kind))).sort(),
    });
  }
  return days;
}
