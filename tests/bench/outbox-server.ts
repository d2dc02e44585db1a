// The bare reference of ingest.bench.ts: takes the counters' own batches over HTTP, unpacks them and inserts their operations into a table like
// headquarters' by one statement of many rows. Nothing is verified, ordered, posted or folded.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import pg from 'pg';
import type { Operation } from '../../src/shared/domain/operation.ts';
import { multiRowInsert } from './multi-row.ts';

const COLUMNS = [
  ...['branch_no', 'counter_id', 'seq', 'id', 'kind', 'business_date', 'shift_id', 'clerk', 'account_id', 'recorded_at_ms'],
  ...['received_at_ms', 'payload_json', 'previous_hash', 'hash', 'verdict', 'code', 'reason'],
];

const unpack = promisify(gunzip);
const pool = new pg.Pool({ connectionString: process.argv[2], max: 8 });
const server = createServer((request, response) => {
  void (async () => {
    const sent = await buffer(request);
    const json = request.headers['content-encoding'] === 'gzip' ? await unpack(sent) : sent;
    const { branchNo, operations } = JSON.parse(json.toString()) as { readonly branchNo: string; readonly operations: Operation[] };
    const receivedAtMs = Date.now();
    const rows = operations.map((one) => [
      ...[branchNo, one.counterId, one.seq, one.id, one.kind, one.businessDate, one.shiftId, one.clerk, one.accountId, one.recordedAtMs],
      ...[receivedAtMs, JSON.stringify(one.payload), one.previousHash, one.hash, 'applied', '', ''],
    ]);
    await multiRowInsert(pool, { table: 'operations', columns: COLUMNS, rows });
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ heldSeq: operations.at(-1)?.seq }));
  })().catch((error: unknown) => response.writeHead(500).end(String(error)));
});
server.listen(0, '127.0.0.1', () => process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
