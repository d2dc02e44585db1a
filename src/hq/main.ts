// npm run hq: starts headquarters. Prints one line on stdout, `ready http://HOST:PORT`; its log goes to stderr as JSON lines.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { asFault } from '../shared/domain/fault.ts';
import { openAuthority } from './authority.ts';
import { type DatabasePlace, openDatabase } from './database.ts';
import { allowCode, newCode } from './enrolment.ts';
import { createNews, feedEnds } from './feed.ts';
import { publish } from './publish.ts';
import { importStaff } from './roster.ts';
import { createService, type Log } from './service.ts';

const USAGE =
  'usage: hq [--port N] [--host ADDRESS] (--data FOLDER | --database URL) [--enrol BRANCH:CODE]... [--new-code BRANCH | --staff BRANCH:FILE | publish FILE [--branch BRANCH]...] [--exit-with-parent]\n';

const SHARED_DATABASE_RECHECK_MS = 500;

interface Settings {
  readonly port: number;
  readonly host: string;
  readonly place: DatabasePlace;
  /** Codes, each good for one counter of its branch. */
  readonly enrol: readonly { readonly branchNo: string; readonly code: string }[];
  /** Makes a code for a counter of this branch, prints it and ends. */
  readonly newCodeFor: string | null;
  /** Takes the staff of a branch from a file and ends. */
  readonly staff: { readonly branchNo: string; readonly file: string } | null;
  /** Signs a document, says it in the feeds of the branches (all where none is named) and ends. */
  readonly publish: { readonly file: string; readonly branches: readonly string[] } | null;
  readonly exitWithParent: boolean;
}

/** Returns the settings of a command line, or null when it makes no sense. Port 0 takes any free port. */
function settingsOf(args: readonly string[]): Settings | null {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        port: { type: 'string', default: '0' },
        host: { type: 'string', default: '127.0.0.1' },
        data: { type: 'string' },
        database: { type: 'string' },
        enrol: { type: 'string', multiple: true, default: [] },
        'new-code': { type: 'string' },
        staff: { type: 'string' },
        branch: { type: 'string', multiple: true, default: [] },
        'exit-with-parent': { type: 'boolean', default: false },
      },
    });
    const port = Number(values.port);
    if (!/^\d{1,5}$/.test(values.port) || port > 65_535) return null;
    if ((values.data === undefined) === (values.database === undefined)) return null;
    const place: DatabasePlace =
      values.database === undefined ? { kind: 'folder', path: resolve(values.data ?? '') } : { kind: 'url', url: values.database };
    const enrol = values.enrol.flatMap((text) => {
      const [, branchNo, code] = /^([^:]{1,64}):(.{8,64})$/.exec(text) ?? [];
      return branchNo === undefined || code === undefined ? [] : [{ branchNo, code }];
    });
    if (enrol.length < values.enrol.length) return null;
    const staff = /^([^:]{1,64}):(.+)$/.exec(values.staff ?? '');
    if (values.staff !== undefined && staff === null) return null;
    const [command, file = ''] = positionals;
    if (command !== undefined && (command !== 'publish' || file === '' || positionals.length > 2)) return null;
    return {
      port,
      host: values.host,
      place,
      enrol,
      staff: staff === null ? null : { branchNo: staff[1] ?? '', file: resolve(staff[2] ?? '') },
      newCodeFor: values['new-code'] ?? null,
      publish: command === undefined ? null : { file: resolve(file), branches: values.branch },
      exitWithParent: values['exit-with-parent'],
    };
  } catch {
    return null;
  }
}

/** Calls `gone` when the process that started this one is gone: its IPC channel or, without one, its end of our stdin. */
function watchParent(gone: () => void): void {
  // A parent that died before this line has left no event behind: then the closed stdin tells.
  if (process.connected) {
    process.once('disconnect', gone);
    return;
  }
  process.stdin.once('end', gone).once('close', gone).once('error', gone).resume();
}

/** What a person gave us is not in order; the message is for them. */
class InputWrong extends Error {}

/** Returns the content of a JSON file. Throws InputWrong with a sentence. */
function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const [what, why] =
      error instanceof SyntaxError ? ['is not JSON', error.message] : ['cannot be read', String((error as Error).message)];
    throw new InputWrong(`The file ${file} ${what}: ${why}`);
  }
}

async function main(): Promise<void> {
  const settings = settingsOf(process.argv.slice(2));
  if (settings === null) {
    process.stderr.write(USAGE);
    process.exitCode = 2;
    return;
  }
  const log: Log = (entry) => process.stderr.write(`${JSON.stringify({ atMs: Date.now(), ...entry })}\n`);
  const file = settings.staff?.file ?? settings.publish?.file;
  const json = file === undefined ? null : readJson(file);
  const db = await openDatabase(settings.place);
  if (settings.newCodeFor !== null) {
    const code = newCode();
    await allowCode(db, { branchNo: settings.newCodeFor, code, nowMs: Date.now() });
    process.stdout.write(`code ${code}\n`);
    await db.destroy();
    return;
  }
  if (settings.staff !== null) {
    const people = await importStaff(db, { branchNo: settings.staff.branchNo, json });
    process.stdout.write(`staff ${people}\n`);
    await db.destroy();
    return;
  }
  if (settings.publish !== null) {
    const from = { json, branches: settings.publish.branches, authority: await openAuthority(db), news: createNews(), nowMs: Date.now() };
    const { document, branches } = await publish(db, from).finally(() => db.destroy());
    process.stdout.write(`published ${document.documentId} version ${document.version}, new in ${branches} branches\n`);
    return;
  }
  for (const code of settings.enrol) await allowCode(db, { ...code, nowMs: Date.now() });
  // A database by URL may be served by several processes: what another one has ordered must be asked for.
  const ends = (branchNos: readonly string[]) => feedEnds(db, branchNos);
  const news = createNews(settings.place.kind === 'url' ? { recheckMs: SHARED_DATABASE_RECHECK_MS, ends } : null);
  const service = createService({
    ...{ db, log, news },
    nowMs: () => Date.now(),
    pageWord: process.env.COUNTERTOP_HQ_PAGE_WORD,
    forProduction: settings.place.kind === 'url',
  });

  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    await service.close();
    await db.destroy();
    process.exit(0);
  };
  const stopOrFail = (): void => {
    stop().catch((error: unknown) => {
      log({ event: 'stop-failed', reason: String(error) });
      process.exit(1);
    });
  };
  process.on('SIGTERM', stopOrFail).on('SIGINT', stopOrFail);
  if (settings.exitWithParent) watchParent(stopOrFail);

  const url = await service.listen({ port: settings.port, host: settings.host });
  process.stdout.write(`ready ${url}\n`);
}

main().catch((error: unknown) => {
  if (error instanceof InputWrong) {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
  const fault = asFault(error);
  const { field, reason } = fault.context;
  const cause = fault.cause instanceof Error ? `: ${fault.cause.message}` : '';
  const said =
    fault.code === 'DOCUMENT_INVALID' ? `The file is not in order, nothing was taken: ${field}: ${reason}` : `${fault.message}${cause}`;
  process.stderr.write(`${said}\n`);
  process.exit(1);
});
