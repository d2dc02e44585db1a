// The table of print jobs.
import { sql } from 'kysely';
import type { PrintJobState } from '../../shared/domain/print-jobs.ts';
import type { PrintJob, PrintJobTable } from '../core/ports/print-jobs.ts';
import { build, built, type Connection, inserts, type Place, prepare } from './hot.ts';
import type { BranchSchema } from './schema.ts';

type Row = BranchSchema['print_job'];
/** Everything but what is printed. */
const LIGHT = ['job_id', 'state', 'content_key', 'queued_at_ms', 'body'] as const satisfies readonly (keyof Row)[];
type LightRow = Pick<Row, (typeof LIGHT)[number]>;
type Body = Omit<PrintJob, 'jobId' | 'state' | 'contentKey' | 'queuedAtMs'>;

const statements = {
  put: inserts('print_job', ['job_id', 'state', 'content_key', 'queued_at_ms', 'body', 'document'], 'job_id'),
  get: built((p: Place<{ job_id: string }>) => build.selectFrom('print_job').select(LIGHT).where('job_id', '=', p('job_id'))),
  document: built((p: Place<{ job_id: string }>) => build.selectFrom('print_job').select('document').where('job_id', '=', p('job_id'))),
  move: built((p: Place<{ job_id: string; from: PrintJobState; state: PrintJobState; body: string }>) =>
    build
      .updateTable('print_job')
      .set({ state: p('state'), body: p('body') })
      .where('job_id', '=', p('job_id'))
      .where('state', '=', p('from')),
  ),
  ofContent: built((p: Place<{ content_key: string }>) =>
    build.selectFrom('print_job').select(LIGHT).where('content_key', '=', p('content_key')).orderBy('job_key'),
  ),
  inState: built((p: Place<{ state: PrintJobState }>) =>
    build.selectFrom('print_job').select(LIGHT).where('state', '=', p('state')).orderBy('job_key'),
  ),
  latest: built((p: Place<{ limit: number }>) => build.selectFrom('print_job').select(LIGHT).orderBy('job_key', 'desc').limit(p('limit'))),
  forget: built((p: Place<{ before_ms: number }>) =>
    build
      .deleteFrom('print_job')
      .where('queued_at_ms', '<', p('before_ms'))
      .where(sql<boolean>`state IN ('printed', 'unverified', 'given-up')`),
  ),
};

function jobOf(row: LightRow): PrintJob {
  const body = JSON.parse(row.body) as Body;
  return { ...body, jobId: row.job_id, state: row.state, contentKey: row.content_key, queuedAtMs: row.queued_at_ms };
}

/** Returns the table on a connection that may write. */
export function printJobTable(connection: Connection): PrintJobTable {
  const put = prepare(connection, statements.put);
  const get = prepare(connection, statements.get);
  const document = prepare(connection, statements.document);
  const move = prepare(connection, statements.move);
  const ofContent = prepare(connection, statements.ofContent);
  const inState = prepare(connection, statements.inState);
  const latest = prepare(connection, statements.latest);
  const forget = prepare(connection, statements.forget);
  const find = (jobId: string): PrintJob | null => {
    const row = get.get({ job_id: jobId });
    return row === undefined ? null : jobOf(row);
  };
  return {
    put({ jobId, state, contentKey, queuedAtMs, ...body }, text) {
      const row = { job_id: jobId, state, content_key: contentKey, queued_at_ms: queuedAtMs, body: JSON.stringify(body), document: text };
      return put.run(row) === 1;
    },
    get: find,
    document: (jobId) => document.get({ job_id: jobId })?.document ?? '',
    move({ jobId, from, to, ...changed }) {
      const job = find(jobId);
      if (job === null) return false;
      const { jobId: _id, state: _state, contentKey: _key, queuedAtMs: _at, ...body } = { ...job, ...changed };
      return move.run({ job_id: jobId, from, state: to, body: JSON.stringify(body) }) === 1;
    },
    ofContent: (contentKey) => ofContent.all({ content_key: contentKey }).map(jobOf),
    inState: (state) => inState.all({ state }).map(jobOf),
    latest: (limit) => latest.all({ limit }).map(jobOf),
    forget(beforeMs) {
      forget.run({ before_ms: beforeMs });
    },
  };
}
