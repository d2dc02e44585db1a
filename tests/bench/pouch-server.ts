// The PouchDB reference of ingest.bench.ts: express-pouchdb over LevelDB in a folder, in a process of its own.
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

const require = createRequire(createRequire(import.meta.url).resolve('express-pouchdb'));
const express = require('express') as () => {
  use(handler: unknown): void;
  listen(port: number, host: string, ready: () => void): { address(): AddressInfo };
};
const expressPouchdb = require('express-pouchdb') as (
  pouch: unknown,
  options: { readonly mode: string; readonly logPath: string },
) => unknown;
const PouchDB = require('pouchdb') as { defaults(options: { readonly prefix: string }): unknown };

const folder = process.argv[2] ?? '';
const app = express();
// Its smallest set: what replication needs, without sessions, views and pages.
app.use(
  expressPouchdb(PouchDB.defaults({ prefix: join(folder, 'far-') }), { mode: 'minimumForPouchDB', logPath: join(folder, 'log.txt') }),
);
const server = app.listen(0, '127.0.0.1', () => process.send?.(`http://127.0.0.1:${server.address().port}`));
