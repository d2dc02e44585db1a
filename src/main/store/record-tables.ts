// Records as the fold writes them and as they are read.
import type { RecordArea, RecordTables } from '../../shared/domain/records.ts';
import { build, built, type Connection, inserts, type Place, prepare } from './hot.ts';
import type { JsonMemo } from './rows.ts';
import type { BranchSchema } from './schema.ts';

type RecordKey = Pick<BranchSchema['record'], 'area' | 'record_id'>;

const statements = {
  record: built((p: Place<RecordKey>) =>
    build.selectFrom('record').select('body').where('area', '=', p('area')).where('record_id', '=', p('record_id')),
  ),
  ofAccount: built((p: Place<{ area: string; account_id: string }>) =>
    build
      .selectFrom('record')
      .select('body')
      .where('area', '=', p('area'))
      .where('account_id', '=', p('account_id'))
      .orderBy('record_id', 'desc'),
  ),
  inState: built((p: Place<{ area: string; state: string; limit: number }>) =>
    build
      .selectFrom('record')
      .select('body')
      .where('area', '=', p('area'))
      .where('state', '=', p('state'))
      .orderBy('record_id')
      .limit(p('limit')),
  ),
  byKey: built((p: Place<{ area: string; kind: string; value: string }>) =>
    build
      .selectFrom('record_key')
      .innerJoin('record', (join) =>
        join.onRef('record.area', '=', 'record_key.area').onRef('record.record_id', '=', 'record_key.record_id'),
      )
      .select('record.body')
      .where('record_key.area', '=', p('area'))
      .where('record_key.kind', '=', p('kind'))
      .where('record_key.value', '=', p('value'))
      .orderBy('record_key.record_id'),
  ),
  put: built((p: Place<BranchSchema['record']>) =>
    build.replaceInto('record').values({
      area: p('area'),
      record_id: p('record_id'),
      account_id: p('account_id'),
      state: p('state'),
      body: p('body'),
    }),
  ),
  dropKeys: built((p: Place<RecordKey>) =>
    build.deleteFrom('record_key').where('area', '=', p('area')).where('record_id', '=', p('record_id')),
  ),
  insertKey: inserts('record_key', ['area', 'kind', 'value', 'record_id']),
};

/** Returns the fold's records on a connection that may write. */
export function recordTables(connection: Connection, json: JsonMemo): RecordTables {
  const record = prepare(connection, statements.record);
  const put = prepare(connection, statements.put);
  const dropKeys = prepare(connection, statements.dropKeys);
  const insertKey = prepare(connection, statements.insertKey);
  return {
    getRecord<Row>(area: RecordArea<Row>, recordId: string) {
      const row = record.get({ area: area.name, record_id: recordId });
      return row === undefined ? null : json.parse<Row>(row.body);
    },
    putRecord(area, place, row) {
      const key = { area: area.name, record_id: place.recordId };
      put.run({ ...key, account_id: place.accountId, state: place.state, body: json.text(row as object) });
      dropKeys.run(key);
      for (const { kind, value } of place.keys ?? []) insertKey.run({ ...key, kind, value });
    },
  };
}

/** Reading records, newest first where they belong to an account: ids are in the order of time. */
export interface RecordReads {
  record<Row>(area: RecordArea<Row>, recordId: string): Row | null;
  recordsOf<Row>(area: RecordArea<Row>, accountId: string): readonly Row[];
  /** Oldest first. */
  recordsInState<Row>(area: RecordArea<Row>, state: string, limit: number): readonly Row[];
  recordsByKey<Row>(area: RecordArea<Row>, key: { readonly kind: string; readonly value: string }): readonly Row[];
}

/** Returns the reading half on a connection. */
export function recordReads(connection: Connection, json: JsonMemo): RecordReads {
  const record = prepare(connection, statements.record);
  const ofAccount = prepare(connection, statements.ofAccount);
  const inState = prepare(connection, statements.inState);
  const byKey = prepare(connection, statements.byKey);
  return {
    record<Row>(area: RecordArea<Row>, recordId: string) {
      const row = record.get({ area: area.name, record_id: recordId });
      return row === undefined ? null : json.parse<Row>(row.body);
    },
    recordsOf: <Row>(area: RecordArea<Row>, accountId: string) =>
      ofAccount.all({ area: area.name, account_id: accountId }).map(({ body }) => json.parse<Row>(body)),
    recordsInState: <Row>(area: RecordArea<Row>, state: string, limit: number) =>
      inState.all({ area: area.name, state, limit }).map(({ body }) => json.parse<Row>(body)),
    recordsByKey: <Row>(area: RecordArea<Row>, key: { readonly kind: string; readonly value: string }) =>
      byKey.all({ area: area.name, ...key }).map(({ body }) => json.parse<Row>(body)),
  };
}
