// What headquarters holds of a run of a counter's operations, by kind; and a branch's days, summed over its counters. From its own rows and postings.
import { createHash } from 'node:crypto';
import type { DaySumsAnswer, DaySumsRequest } from '../shared/wire/day-sums.ts';
import { WIRE_VERSION } from '../shared/wire/envelope.ts';
import type { Database } from './database.ts';
import { postedBy } from './posted-by.ts';

/** Returns count, sum of debits and chained hash per kind. What is in quarantine counts as held and has no postings, so its sum tells. */
export async function daySums(db: Database, { branchNo, counterId, fromSeq, toSeq }: DaySumsRequest): Promise<DaySumsAnswer> {
  const counter = await db
    .selectFrom('counters')
    .select('held_seq')
    .where('branch_no', '=', branchNo)
    .where('counter_id', '=', counterId)
    .executeTakeFirst();
  const operations = await db
    .selectFrom('operations')
    .select(['kind', 'hash'])
    .where('branch_no', '=', branchNo)
    .where('counter_id', '=', counterId)
    .where('seq', '>=', fromSeq)
    .where('seq', '<=', toSeq)
    .orderBy('seq')
    .execute();
  const debits = await postedBy(db)
    .select(['operation.kind', ({ fn }) => fn.sum<string>('posting.amount_fen').as('debit_fen')])
    .where('posting.branch_no', '=', branchNo)
    .where('posting.counter_id', '=', counterId)
    .where('posting.seq', '>=', fromSeq)
    .where('posting.seq', '<=', toSeq)
    .where('posting.amount_fen', '>', 0)
    .groupBy('operation.kind')
    .execute();
  const kinds = new Map<string, { count: number; hash: string }>();
  for (const { kind, hash } of operations) {
    const { count, hash: chained } = kinds.get(kind) ?? { count: 0, hash: '' };
    kinds.set(kind, { count: count + 1, hash: createHash('sha256').update(`${chained}\n${hash}`).digest('hex') });
  }
  const debitOf = (kind: string) => Number(debits.find((row) => row.kind === kind)?.debit_fen ?? 0);
  return {
    version: WIRE_VERSION,
    heldSeq: counter?.held_seq ?? 0,
    kinds: [...kinds]
      .map(([kind, { count, hash }]) => ({ kind, count, debitFen: debitOf(kind), hash }))
      .sort((a, b) => (a.kind < b.kind ? -1 : 1)),
  };
}
