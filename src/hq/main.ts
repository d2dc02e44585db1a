// npm run hq: starts headquarters. Prints one line on stdout, `ready http://HOST:PORT`; its log goes to stderr as JSON lines.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { asFault } from '../shared/domain/fault.ts';
import { authoritySealedBy, openAuthority, resealAuthority } from './authority.ts';
import { putCardKeys, resealCardKeys } from './card-keys.ts';
import { type Database, type DatabasePlace, openDatabase } from './database.ts';
import { sumUp } from './day-totals.ts';
import { allowCode, newCode } from './enrolment.ts';
import { createNews, feedEnds } from './feed.ts';
import { KeyFileWrong, type KeyLock, makeKeyFile, readKeyFile } from './key-file.ts';
import { acceptHeld, LockRefused, lockOut, unlock } from './locks.ts';
import { publish } from './publish.ts';
import { importStaff } from './roster.ts';
import { createService, type Log } from './service.ts';

const USAGE = `usage: hq [--port N] [--host ADDRESS] (--data FOLDER | --database URL) [--key-file FILE] [--enrol BRANCH:CODE]... [--exit-with-parent]
       hq (--data FOLDER | --database URL) [--key-file FILE] and one of
         --new-code BRANCH | --staff BRANCH:FILE | publish FILE [--branch BRANCH]... | card-keys FILE --branch BRANCH... | rotate-key NEW-FILE |
         lock COUNTER [--branch BRANCH] --reason TEXT | unlock COUNTER [--branch BRANCH] --reason TEXT | accept COUNTER [--branch BRANCH]
       hq new-key FILE
`;
const COMMANDS = ['publish', 'card-keys', 'rotate-key', 'new-key', 'lock', 'unlock', 'accept'] as const;
type Command = (typeof COMMANDS)[number];
/** Commands that take a JSON file. */
const READS_JSON: readonly Command[] = ['publish', 'card-keys'];
/** Those that are about a counter and not about a file. */
const OF_COUNTER: readonly Command[] = ['lock', 'unlock', 'accept'];
/** And those of them that people must give a reason for. */
const WITH_REASON: readonly Command[] = ['lock', 'unlock'];

const SHARED_DATABASE_RECHECK_MS = 500;
const SUM_INTERVAL_MS = 60_000;

interface Settings {
  readonly port: number;
  readonly host: string;
  readonly place: DatabasePlace;
  /** Where it is given, on the command line or in COUNTERTOP_HQ_KEY_FILE. */
  readonly keyFile: string | null;
  /** Codes, each good for one counter of its branch. */
  readonly enrol: readonly { readonly branchNo: string; readonly code: string }[];
  /** Makes a code for a counter of this branch, prints it and ends. */
  readonly newCodeFor: string | null;
  /** Takes the staff of a branch from a file and ends. */
  readonly staff: { readonly branchNo: string; readonly file: string } | null;
  /** Something to be done before it ends, with a file (a document to sign and say in the feeds of the branches, all where none is named; card keys), or to a counter. */
  readonly command: {
    readonly name: Command;
    /** A file, or the number of a counter. */
    readonly what: string;
    readonly branches: readonly string[];
    readonly reason: string;
  } | null;
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
        'key-file': { type: 'string' },
        branch: { type: 'string', multiple: true, default: [] },
        reason: { type: 'string', default: '' },
        'exit-with-parent': { type: 'boolean', default: false },
      },
    });
    const port = Number(values.port);
    if (!/^\d{1,5}$/.test(values.port) || port > 65_535) return null;
    const [command, what = ''] = positionals;
    const name = COMMANDS.find((one) => one === command) ?? null;
    if (command !== undefined && (name === null || what === '' || positionals.length > 2)) return null;
    const ofCounter = name !== null && OF_COUNTER.includes(name);
    if (ofCounter && values.branch.length > 1) return null;
    if ((name !== null && WITH_REASON.includes(name)) !== (values.reason !== '')) return null;
    const places = [values.data, values.database].filter((one) => one !== undefined).length;
    if (places !== (name === 'new-key' ? 0 : 1)) return null;
    const place: DatabasePlace =
      values.database === undefined ? { kind: 'folder', path: resolve(values.data ?? '') } : { kind: 'url', url: values.database };
    const enrol = values.enrol.flatMap((text) => {
      const [, branchNo, code] = /^([^:]{1,64}):(.{8,64})$/.exec(text) ?? [];
      return branchNo === undefined || code === undefined ? [] : [{ branchNo, code }];
    });
    if (enrol.length < values.enrol.length) return null;
    const staff = /^([^:]{1,64}):(.+)$/.exec(values.staff ?? '');
    if (values.staff !== undefined && staff === null) return null;
    const keyFile = values['key-file'] ?? process.env.COUNTERTOP_HQ_KEY_FILE ?? '';
    return {
      port,
      host: values.host,
      place,
      enrol,
      staff: staff === null ? null : { branchNo: staff[1] ?? '', file: resolve(staff[2] ?? '') },
      newCodeFor: values['new-code'] ?? null,
      keyFile: keyFile === '' ? null : resolve(keyFile),
      command: name === null ? null : { name, what: ofCounter ? what : resolve(what), branches: values.branch, reason: values.reason },
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

/** Sums what has come in once a minute, whether somebody looks or not, so that who does has no day to wait for. */
function keepSummed(db: Database, log: Log): { stop(): Promise<void> } {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let underWay = Promise.resolve();
  const next = async (): Promise<void> => {
    try {
      // In pieces, so that a stop does not wait for all of it.
      while (!isStopped && !(await sumUp(db, { entries: 1 }))) {}
    } catch (error) {
      log({ event: 'sums-failed', reason: String(error) });
    }
    if (!isStopped) timer = setTimeout(begin, SUM_INTERVAL_MS);
  };
  const begin = (): void => {
    underWay = next();
  };
  begin();
  return {
    stop() {
      isStopped = true;
      clearTimeout(timer);
      return underWay;
    },
  };
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

/**
 * Returns the lock of the key file that was given, or of the one in the folder of an embedded database, which is made with it. Null for a database by URL
 * without one: its keys lie there as they are. Throws KeyFileWrong.
 */
async function lockFor({ place, keyFile }: Settings, db: Database): Promise<KeyLock | null> {
  if (keyFile !== null) return readKeyFile(keyFile);
  if (place.kind !== 'folder') return null;
  const own = join(place.path, 'headquarters.key');
  const sealedBy = await authoritySealedBy(db);
  return existsSync(own) || sealedBy !== null ? readKeyFile(own) : makeKeyFile(own);
}

/** Does what the command line asks for besides serving, and returns what to say; null where it is to serve. Throws KeyFileWrong. */
async function runCommand(
  settings: Settings,
  { db, lock, json }: { readonly db: Database; readonly lock: KeyLock | null; readonly json: unknown },
): Promise<string | null> {
  const { command, staff, newCodeFor } = settings;
  const nowMs = Date.now();
  if (newCodeFor !== null) {
    const code = newCode();
    await allowCode(db, { branchNo: newCodeFor, code, nowMs });
    return `code ${code}`;
  }
  if (staff !== null) return `staff ${await importStaff(db, { branchNo: staff.branchNo, json })}`;
  // Before anything is sealed or served: with another key file than the one that sealed them, headquarters' keys are not its own.
  const authority = await openAuthority(db, lock);
  if (command?.name === 'card-keys') {
    const { branches } = command;
    return `card keys ${await putCardKeys(db, { json, branches, lock, nowMs })} new, for ${branches.join(', ')}; delete the file now`;
  }
  if (command?.name === 'rotate-key') {
    const to = readKeyFile(command.what);
    await db.transaction().execute(async (tx) => {
      await resealAuthority(tx, { from: lock, to });
      await resealCardKeys(tx, { from: lock, to });
    });
    return `sealed by the key ${to.id}: start headquarters with this key file from now on, and keep the former one as long as backups from before`;
  }
  if (command !== null && OF_COUNTER.includes(command.name)) return runLock(db, command, () => nowMs);
  if (command?.name === 'publish') {
    const from = { json, branches: command.branches, authority, news: createNews(), nowMs };
    const { document, branches } = await publish(db, from);
    return `published ${document.documentId} version ${document.version}, new in ${branches} branches`;
  }
  return null;
}

/** Locks a counter out, lets it in again or lets count what neighbours have handed in of it, and returns what to say. Throws LockRefused. */
async function runLock(db: Database, command: NonNullable<Settings['command']>, nowMs: () => number): Promise<string> {
  const { name, what: counterId, branches, reason } = command;
  const named = { counterId, branchNo: branches[0] ?? null };
  if (name === 'lock') {
    const { branchNo } = await lockOut(db, { named, reason, nowMs: nowMs() });
    return `locked ${counterId} of branch ${branchNo}: none of its calls is answered any more; its neighbours hear of it within a minute`;
  }
  const from = { named, reason, news: createNews(), nowMs };
  const { branchNo, judged } = name === 'unlock' ? await unlock(db, from) : await acceptHeld(db, from);
  const counted = judged.filter(({ verdict }) => verdict !== 'quarantined').length;
  return `${name === 'unlock' ? 'unlocked' : 'accepted from'} ${counterId} of branch ${branchNo}: ${counted} operations that had waited count now`;
}

async function main(): Promise<void> {
  const settings = settingsOf(process.argv.slice(2));
  if (settings === null) {
    process.stderr.write(USAGE);
    process.exitCode = 2;
    return;
  }
  const log: Log = (entry) => process.stderr.write(`${JSON.stringify({ atMs: Date.now(), ...entry })}\n`);
  const { command } = settings;
  if (command?.name === 'new-key') {
    process.stdout.write(`key ${makeKeyFile(command.what).id} in ${command.what}\n`);
    return;
  }
  const file = settings.staff?.file ?? (command !== null && READS_JSON.includes(command.name) ? command.what : undefined);
  const json = file === undefined ? null : readJson(file);
  const db = await openDatabase(settings.place);
  let lock: KeyLock | null;
  try {
    lock = await lockFor(settings, db);
    const said = await runCommand(settings, { db, lock, json });
    if (said !== null) {
      process.stdout.write(`${said}\n`);
      await db.destroy();
      return;
    }
  } catch (error) {
    await db.destroy();
    throw error;
  }
  for (const code of settings.enrol) await allowCode(db, { ...code, nowMs: Date.now() });
  // A database by URL may be served by several processes: what another one has ordered must be asked for.
  const ends = (branchNos: readonly string[]) => feedEnds(db, branchNos);
  const news = createNews(settings.place.kind === 'url' ? { recheckMs: SHARED_DATABASE_RECHECK_MS, ends } : null);
  const service = createService({
    ...{ db, log, news, keyLock: lock },
    nowMs: () => Date.now(),
    pageWord: process.env.COUNTERTOP_HQ_PAGE_WORD,
    forProduction: settings.place.kind === 'url',
  });

  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log({ event: 'stopping' });
    await service.close();
    await sums.stop();
    await db.destroy();
    log({ event: 'stopped' });
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

  // After an upgrade of a large database the first one takes minutes; those who look meanwhile are told.
  const sums = keepSummed(db, log);
  const url = await service.listen({ port: settings.port, host: settings.host });
  log({ event: 'started', url, database: settings.place.kind, keyFile: lock?.id ?? 'none' });
  process.stdout.write(`ready ${url}\n`);
}

main().catch((error: unknown) => {
  if (error instanceof InputWrong || error instanceof KeyFileWrong || error instanceof LockRefused) {
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
