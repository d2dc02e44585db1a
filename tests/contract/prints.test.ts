// Paper in A4 and receipts by the calls: one list, jobs that survive a crash, a fate that is asked about once, reprints that say so.
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { done, refused } from '../../drivers/kit/outcome.ts';
import type { SystemPrinter } from '../../src/main/core/ports/print-jobs.ts';
import { createSystemPrinter, writeWhole } from '../../src/main/printing/system-printer.ts';
import { type CallsBench, type CallsClient, callsBench } from '../support/calls-bench.ts';
import { ACCOUNT_ID, ACCOUNT_NO, type Bench } from '../support/counter-bench.ts';
import { LAYOUTS } from '../support/hall-cards.ts';
import { OneCardHall } from '../support/one-card-hall.ts';
import { mountSmallDisk } from '../support/small-disk.ts';

const [kind] = LAYOUTS;
if (kind === undefined) throw new Error('a layout is wanted');
const hall = new OneCardHall(kind);
const folder = mkdtempSync(join(tmpdir(), 'countertop-prints-'));
let bench: Bench | null = null;
let prefix = 0x7000;
let calls: CallsBench;
let clerk: CallsClient;

/** The counter again on the same data, as after a crash. */
async function restart(systemPrinter: SystemPrinter | null): Promise<void> {
  await bench?.close();
  bench = await hall.start();
  prefix += 1;
  calls = callsBench(bench, prefix, { systemPrinter });
  clerk = await calls.signIn('clerk');
}
const fault = (call: Promise<unknown>) =>
  call.then(
    () => null,
    (error: { readonly code: string; readonly data: unknown }) => ({ code: error.code, data: error.data }),
  );
const opening = async (who = clerk): Promise<string> => {
  const paperId = calls.newId();
  await who.paper.make({ paperId, subject: { kind: 'account-opening', accountId: ACCOUNT_ID } });
  return paperId;
};
const textsOf = async (jobId: string): Promise<string[]> => {
  const { pages } = await clerk.prints.get({ jobId });
  const sheets = await Promise.all(Array.from({ length: pages }, (_, at) => clerk.prints.sheet({ jobId, page: at + 1 })));
  return sheets.flatMap(({ texts }) => texts.map(({ text }) => text));
};
/** The own printer draws in a thread of its own. */
const becomes = (jobId: string, state: string) =>
  expect.poll(async () => (await clerk.prints.get({ jobId })).state, { timeout: 20_000 }).toBe(state);
const openPapers = async () => (await clerk.prints.list({ which: 'open' })).filter(({ what }) => what === 'paper');

beforeEach(() => restart(null));
afterEach(async () => {
  // What one test leaves open is no business of the next.
  for (const { id, state } of await openPapers()) {
    if (state === 'unknown' || state === 'handed') await clerk.prints.confirm({ jobId: id, answer: 'yes' });
    else await clerk.prints.giveUp({ jobId: id });
  }
});
afterAll(async () => {
  await bench?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('paper by the dialog of the clerk’s page', () => {
  it('is asked about once after a crash, is never printed again by itself, and is marked where nobody can tell', async () => {
    const [jobId, againId] = [calls.newId(), calls.newId()];
    const paperId = await opening();
    expect(await clerk.prints.send({ jobId, paperId })).toMatchObject({ state: 'queued', copyNo: 0, byItself: false });
    expect(await clerk.prints.send({ jobId, paperId })).toMatchObject({ jobId, state: 'queued' });
    expect(await clerk.prints.hand({ jobId })).toMatchObject({ state: 'handed' });
    await restart(null);
    expect(await openPapers()).toMatchObject([{ id: jobId, state: 'unknown', reprints: 0 }]);
    expect(await fault(clerk.prints.hand({ jobId }))).toEqual({ code: 'PRINT_JOB_STATE_REFUSES', data: { state: 'unknown' } });
    // The same paper made anew does not come out beside one that may lie in the tray.
    expect(await fault(clerk.prints.send({ jobId: calls.newId(), paperId: await opening() }))).toMatchObject({ code: 'PRINT_FATE_OPEN' });
    const again = await clerk.prints.confirm({ jobId, answer: 'again', againId });
    expect(again).toMatchObject({ jobId: againId, copyNo: 1, state: 'queued' });
    expect((await clerk.prints.get({ jobId })).state).toBe('unverified');
    const [first, second] = [await textsOf(jobId), await textsOf(againId)];
    expect(second.filter((text) => text.includes('补打 1'))).toHaveLength((await clerk.prints.get({ jobId })).pages);
    expect(second.map((text) => text.replace(/^补打 1 {2}/, ''))).toEqual(first);
    await clerk.prints.hand({ jobId: againId });
    await clerk.prints.report({ jobId: againId, outcome: 'unverified', reason: '' });
    expect(await openPapers()).toEqual([]);
    expect(await fault(clerk.prints.confirm({ jobId: againId, answer: 'no' }))).toMatchObject({ code: 'PRINT_JOB_STATE_REFUSES' });
  });

  it('a page that is gone with the paper leaves it to be asked about; the system’s “no” lets the same number be printed again', async () => {
    const jobId = calls.newId();
    await clerk.prints.send({ jobId, paperId: await opening() });
    await clerk.prints.hand({ jobId });
    await clerk.prints.confirm({ jobId, answer: 'no' });
    const { copyNo } = await clerk.prints.retry({ jobId });
    await clerk.prints.hand({ jobId });
    const refusedOne = await clerk.prints.report({ jobId, outcome: 'not-printed', reason: 'Print job canceled' });
    expect(refusedOne).toMatchObject({ state: 'not-printed', copyNo, fault: { code: 'PAPER_PRINTER_FAILED' } });
    // Made and sent anew instead: the one before gives way, and the number is that of the first that comes out.
    const nextId = calls.newId();
    expect(await clerk.prints.send({ jobId: nextId, paperId: await opening() })).toMatchObject({ copyNo });
    expect((await clerk.prints.get({ jobId })).state).toBe('given-up');
    await clerk.prints.giveUp({ jobId: nextId });
    expect(await fault(clerk.prints.retry({ jobId: nextId }))).toMatchObject({ code: 'PRINT_JOB_STATE_REFUSES' });
  });

  it('is its maker’s: another clerk neither sees nor answers, who oversees the counter does', async () => {
    const jobId = calls.newId();
    await clerk.prints.send({ jobId, paperId: await opening() });
    calls.store.seedStaff([{ staffNo: '1002', name: '另一位', role: 'clerk', passwordHash: '' }]);
    const other = await calls.signIn('1002');
    expect(await fault(other.prints.get({ jobId }))).toMatchObject({ code: 'PRINT_JOB_UNKNOWN' });
    expect((await other.prints.list({ which: 'all' })).filter(({ what }) => what === 'paper')).toEqual([]);
    const supervisor = await calls.signIn('supervisor');
    expect((await supervisor.prints.list({ which: 'open' })).map(({ id }) => id)).toContain(jobId);
    expect(await supervisor.prints.giveUp({ jobId })).toMatchObject({ state: 'given-up' });
  });
});

describe('a printer that the counter drives', () => {
  it('gets what was queued before the crash, and a reprint says the same though the account has changed since', async () => {
    const jobId = calls.newId();
    // Queued while the printer was not there; whatever the account says later, this is what was asked for.
    await clerk.prints.send({ jobId, paperId: await opening() });
    const pile: string[] = [];
    const printer: SystemPrinter = {
      name: 'laser',
      async print({ pdf }) {
        pile.push(Buffer.from(pdf).toString('latin1'));
        return done({ proof: 'verified' });
      },
    };
    await restart(printer);
    await becomes(jobId, 'printed');
    const before = await textsOf(jobId);
    const seenVersion = calls.store.account(ACCOUNT_ID)?.version ?? 0;
    await clerk.accounts.changePhone({
      changeId: calls.newId(),
      accountId: ACCOUNT_ID,
      seenVersion,
      phone: '13911112222',
      reason: '换号',
    });
    const againId = calls.newId();
    expect(await clerk.prints.reprint({ jobId: againId, ofJobId: jobId })).toMatchObject({ byItself: true });
    await becomes(againId, 'printed');
    const { copyNo } = await clerk.prints.get({ jobId: againId });
    expect((await textsOf(againId)).map((text) => text.replace(`补打 ${copyNo}  `, ''))).toEqual(
      before.map((text) => text.replace(/补打 \d+ {2}/, '')),
    );
    expect(pile).toHaveLength(2);
    expect(await fault(clerk.prints.hand({ jobId: againId }))).toMatchObject({ code: 'PRINT_JOB_STATE_REFUSES' });
  });

  it('printer gone half-way: the paper stays printable, its number is used once', async () => {
    let gone = true;
    const printed: string[] = [];
    const printer: SystemPrinter = {
      name: 'laser',
      async print({ jobId }) {
        if (gone) return refused({ code: 'PAPER_PRINTER_FAILED', context: { reason: 'lp: Printer is offline' } });
        printed.push(jobId);
        return done({ proof: 'unverified' });
      },
    };
    await restart(printer);
    const jobId = calls.newId();
    const { copyNo } = await clerk.prints.send({ jobId, paperId: await opening() });
    await becomes(jobId, 'not-printed');
    expect(await clerk.prints.get({ jobId })).toMatchObject({ fault: { context: { reason: 'lp: Printer is offline' } } });
    gone = false;
    await clerk.prints.retry({ jobId });
    await becomes(jobId, 'unverified');
    expect(await clerk.prints.get({ jobId })).toMatchObject({ copyNo, fault: null, printer: 'laser' });
    expect(printed).toEqual([jobId]);
  });
});

describe('one list', () => {
  it('has receipts, invoices and papers, each with its fate, newest first; what is on paper leaves the open ones', async () => {
    if (bench === null) throw new Error('no bench');
    bench.printer.next.push({ kind: 'refused', fault: { code: 'PRINTER_PAPER_OUT', context: {} } });
    const handoverId = calls.newId();
    await clerk.charging.takeDeposit({
      handoverId,
      accountId: ACCOUNT_ID,
      amountFen: 3_000,
      reason: '押金',
      tenders: [],
      cashTenderedFen: 3_000,
    });
    const [handover] = await clerk.charging.handovers({ accountId: ACCOUNT_ID });
    const receiptId = handover?.receipt?.receiptId ?? '';
    await clerk.receipts.print({ receiptId });
    const jobId = calls.newId();
    await clerk.prints.send({ jobId, paperId: await opening() });
    const open = await clerk.prints.list({ which: 'open' });
    expect(open.slice(0, 2)).toMatchObject([
      { what: 'paper', id: jobId, state: 'queued' },
      { what: 'receipt', id: receiptId, state: 'not-printed', accountNo: ACCOUNT_NO, clerk: '1001' },
    ]);
    expect(open.map(({ atMs }) => atMs)).toEqual(open.map(({ atMs }) => atMs).toSorted((left, right) => right - left));
    await clerk.receipts.print({ receiptId });
    expect((await clerk.prints.list({ which: 'open' })).map(({ id }) => id)).toEqual([jobId]);
    expect((await clerk.prints.list({ which: 'all' })).find(({ id }) => id === receiptId)).toMatchObject({ state: 'printed' });
    // By state, kind and day; another day, or a kind that was not printed, has none.
    const [row] = await clerk.prints.list({ which: 'printed', what: 'receipt' });
    expect(row).toMatchObject({ id: receiptId });
    const at = new Date(row?.atMs ?? 0);
    const day = `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, '0')}-${String(at.getDate()).padStart(2, '0')}`;
    const list = async (input: { readonly what?: 'receipt' | 'invoice' | 'paper'; readonly day?: string }) =>
      (await clerk.prints.list({ which: 'all', ...input })).map(({ id }) => id);
    expect(await list({ day, what: 'receipt' })).toContain(receiptId);
    expect(await list({ day, what: 'paper' })).toContain(jobId);
    expect(await list({ what: 'invoice' })).toEqual([]);
    expect(await list({ day: '2001-01-01' })).toEqual([]);
    expect((await clerk.prints.list({ which: 'printed' })).map(({ id }) => id)).not.toContain(jobId);
  });
});

describe('printers behind the settings', () => {
  const pdf = Buffer.from(`%PDF-1.7\n${'x'.repeat(200_000)}`);
  const job = { jobId: 'a', title: '日结对账单 C01/0001', copies: 2, pdf };

  it('a folder gets each job once, whole', async () => {
    const path = join(folder, 'out');
    const printer = createSystemPrinter({ kind: 'folder', path }, { folder });
    expect(await printer.print(job)).toEqual(done({ proof: 'verified' }));
    expect(await printer.print(job)).toEqual(done({ proof: 'verified' }));
    const [name, ...more] = readdirSync(path);
    expect([name, more]).toEqual([expect.stringMatching(/^日结对账单 C010001 x2 [0-9a-f]{8}\.pdf$/), []]);
    expect(readFileSync(join(path, name ?? '')).equals(pdf)).toBe(true);
  });

  it('a program gets the PDF, the title and the copies; its refusal is its words, and nobody guesses when it was killed', async () => {
    const [file, said] = [join(folder, 'spool'), join(folder, 'args')];
    const script = (name: string, lines: readonly string[]): string => {
      const path = join(folder, name);
      writeFileSync(path, ['#!/bin/sh', ...lines, ''].join('\n'));
      chmodSync(path, 0o755);
      return path;
    };
    const program = (command: [string, ...string[]]) =>
      createSystemPrinter({ kind: 'program', command }, { folder: join(folder, 'tmp') }).print(job);
    expect(await program([script('lp', [`printf '%s ' "$@" > ${said}; cat > ${file}`]), '-n', '{copies}', '-t', '{title}'])).toEqual(
      done({ proof: 'unverified' }),
    );
    expect(readFileSync(file).equals(pdf)).toBe(true);
    expect(readFileSync(said, 'utf8').trim()).toBe('-n 2 -t 日结对账单 C01/0001');
    expect(await program([script('by-file', [`cp "$1" ${file}.2`]), '{file}'])).toEqual(done({ proof: 'unverified' }));
    expect(readFileSync(`${file}.2`).equals(pdf)).toBe(true);
    expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
    expect(await program([script('no', ['echo "no such printer" >&2; exit 1'])])).toMatchObject({
      kind: 'refused',
      fault: { code: 'PAPER_PRINTER_FAILED', context: { reason: 'no such printer' } },
    });
    expect(await program([join(folder, 'missing')])).toMatchObject({ kind: 'refused' });
    expect(await program([script('killed', ['kill -9 $$'])])).toMatchObject({ kind: 'unknown' });
  });

  const disk = mountSmallDisk(join(folder, 'small'));
  afterAll(() => disk?.unmount());

  it.runIf(disk !== null)('disk full while saving: nothing half is left, and there is room again', async () => {
    const path = disk?.path ?? '';
    const printer = createSystemPrinter({ kind: 'folder', path }, { folder });
    expect(await printer.print(job)).toMatchObject({ kind: 'refused', fault: { context: { reason: expect.stringContaining('ENOSPC') } } });
    expect(readdirSync(path)).toEqual([]);
    const small = { ...job, pdf: pdf.subarray(0, 20_000) };
    expect(await printer.print(small)).toEqual(done({ proof: 'verified' }));
  });

  it('disk full while saving: a file that stood there before is the old one, whole', async () => {
    const path = join(folder, 'kept');
    mkdirSync(path);
    const file = join(path, 'report.pdf');
    writeFileSync(file, 'old');
    const full = {
      open: async (name: string) => ({
        async write(bytes: Uint8Array) {
          writeFileSync(name, bytes.subarray(0, 100));
          throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
        },
        sync: async () => {},
        close: async () => {},
      }),
    };
    await expect(writeWhole(file, pdf, full)).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(readdirSync(path)).toEqual(['report.pdf']);
    expect(readFileSync(file, 'utf8')).toBe('old');
  });
});
