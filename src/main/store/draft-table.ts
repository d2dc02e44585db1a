// The table of sealed drafts.
import type { DraftKey, DraftTable, SealedDraft } from '../core/ports/drafts.ts';
import { build, built, type Connection, type Place, prepare } from './hot.ts';
import type { BranchSchema } from './schema.ts';

type Row = BranchSchema['draft'];
type Key = Pick<Row, 'clerk' | 'account_id' | 'task_id' | 'subject_id'>;

const statements = {
  put: built((p: Place<Row>) =>
    build.replaceInto('draft').values({
      clerk: p('clerk'),
      account_id: p('account_id'),
      task_id: p('task_id'),
      subject_id: p('subject_id'),
      business_date: p('business_date'),
      saved_at_ms: p('saved_at_ms'),
      sealed: p('sealed'),
    }),
  ),
  get: built((p: Place<Key>) =>
    build
      .selectFrom('draft')
      .selectAll()
      .where('clerk', '=', p('clerk'))
      .where('account_id', '=', p('account_id'))
      .where('task_id', '=', p('task_id'))
      .where('subject_id', '=', p('subject_id')),
  ),
  of: built((p: Place<{ clerk: string }>) =>
    build.selectFrom('draft').selectAll().where('clerk', '=', p('clerk')).orderBy('saved_at_ms', 'desc').orderBy('account_id'),
  ),
  drop: built((p: Place<Key>) =>
    build
      .deleteFrom('draft')
      .where('clerk', '=', p('clerk'))
      .where('account_id', '=', p('account_id'))
      .where('task_id', '=', p('task_id'))
      .where('subject_id', '=', p('subject_id')),
  ),
  keepOnly: built((p: Place<{ business_date: string }>) => build.deleteFrom('draft').where('business_date', '<>', p('business_date'))),
};

const keyRow = ({ clerk, accountId, taskId, subjectId }: DraftKey): Key => ({
  clerk,
  account_id: accountId,
  task_id: taskId,
  subject_id: subjectId,
});

const draftOf = (row: Row): SealedDraft => ({
  clerk: row.clerk,
  accountId: row.account_id,
  taskId: row.task_id,
  subjectId: row.subject_id,
  businessDate: row.business_date,
  savedAtMs: row.saved_at_ms,
  sealed: row.sealed,
});

/** Returns the table on a connection that may write. */
export function draftTable(connection: Connection): DraftTable {
  const put = prepare(connection, statements.put);
  const get = prepare(connection, statements.get);
  const of = prepare(connection, statements.of);
  const drop = prepare(connection, statements.drop);
  const keepOnly = prepare(connection, statements.keepOnly);
  return {
    put(draft) {
      put.run({ ...keyRow(draft), business_date: draft.businessDate, saved_at_ms: draft.savedAtMs, sealed: draft.sealed });
    },
    get(key) {
      const row = get.get(keyRow(key));
      return row === undefined ? null : draftOf(row);
    },
    of: (clerk) => of.all({ clerk }).map(draftOf),
    drop(key) {
      drop.run(keyRow(key));
    },
    keepOnly(businessDate) {
      keepOnly.run({ business_date: businessDate });
    },
  };
}
