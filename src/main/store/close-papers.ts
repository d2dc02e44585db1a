// The table of papers on their way to headquarters.
import { sql } from 'kysely';
import type { FaultData } from '../../shared/domain/fault.ts';
import type { ClosePaper, ClosePaperKey, ClosePaperTable } from '../core/ports/close-papers.ts';
import { build, built, type Connection, type Place, prepare } from './hot.ts';
import type { BranchSchema } from './schema.ts';

type Row = BranchSchema['close_paper'];
type Key = Pick<Row, 'close_id' | 'paper'>;
/** Everything but the PDF. */
const LIGHT = ['close_id', 'paper', 'state', 'changed_at_ms', 'sha256', 'size_bytes', 'fault'] as const satisfies readonly (keyof Row)[];
type LightRow = Pick<Row, (typeof LIGHT)[number]>;

const statements = {
  put: built((p: Place<Row>) =>
    build.replaceInto('close_paper').values({
      close_id: p('close_id'),
      paper: p('paper'),
      state: p('state'),
      changed_at_ms: p('changed_at_ms'),
      sha256: p('sha256'),
      size_bytes: p('size_bytes'),
      fault: p('fault'),
      pdf: p('pdf'),
    }),
  ),
  of: built((p: Place<{ close_id: string }>) => build.selectFrom('close_paper').select(LIGHT).where('close_id', '=', p('close_id'))),
  // Spelled as in the index of migration 0020.
  open: built((_p: Place<Record<string, never>>) =>
    build
      .selectFrom('close_paper')
      .select(LIGHT)
      .where(sql<boolean>`state IN ('due', 'waiting')`)
      .orderBy('changed_at_ms')
      .orderBy('close_id'),
  ),
  pdf: built((p: Place<Key>) =>
    build.selectFrom('close_paper').select('pdf').where('close_id', '=', p('close_id')).where('paper', '=', p('paper')),
  ),
  note: built((p: Place<Key & Pick<Row, 'fault'>>) =>
    build
      .updateTable('close_paper')
      .set({ fault: p('fault') })
      .where('close_id', '=', p('close_id'))
      .where('paper', '=', p('paper')),
  ),
};

const keyRow = ({ closeId, paper }: ClosePaperKey): Key => ({ close_id: closeId, paper });

const paperOf = (row: LightRow): ClosePaper => ({
  closeId: row.close_id,
  paper: row.paper,
  state: row.state,
  changedAtMs: row.changed_at_ms,
  sha256: row.sha256,
  sizeBytes: row.size_bytes,
  fault: row.fault === null ? null : (JSON.parse(row.fault) as FaultData),
});

/** Returns the table on a connection that may write. */
export function closePaperTable(connection: Connection): ClosePaperTable {
  const put = prepare(connection, statements.put);
  const of = prepare(connection, statements.of);
  const open = prepare(connection, statements.open);
  const pdf = prepare(connection, statements.pdf);
  const note = prepare(connection, statements.note);
  const json = (fault: FaultData | null) => (fault === null ? null : JSON.stringify(fault));
  const find = ({ closeId, paper }: ClosePaperKey): LightRow | undefined =>
    of.all({ close_id: closeId }).find((row) => row.paper === paper);
  return {
    due(key, { atMs, again = false }) {
      const row = find(key);
      if (row !== undefined && !(again && row.state === 'held')) return;
      put.run({ ...keyRow(key), state: 'due', changed_at_ms: atMs, sha256: '', size_bytes: 0, fault: null, pdf: null });
    },
    of: (closeId) => of.all({ close_id: closeId }).map(paperOf),
    inState: (state) =>
      open
        .all({})
        .map(paperOf)
        .filter((paper) => paper.state === state),
    made(key, { atMs, sha256, pdf: bytes }) {
      if (find(key)?.state !== 'due') return;
      put.run({ ...keyRow(key), state: 'waiting', changed_at_ms: atMs, sha256, size_bytes: bytes.length, fault: null, pdf: bytes });
    },
    pdf: (key) => pdf.get(keyRow(key))?.pdf ?? null,
    settle(key, { atMs, state, fault }) {
      const row = find(key);
      if (row?.state === 'waiting') put.run({ ...row, state, changed_at_ms: atMs, fault: json(fault), pdf: null });
    },
    note(key, fault) {
      note.run({ ...keyRow(key), fault: json(fault) });
    },
  };
}
