// npm run demo -- --day: a whole day of a hall in the terminal, with the accidents of one, closed and put on paper. The books must agree with each other and with the journal.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Outputs } from '../src/shared/contract/index.ts';
import { fen, formatYuan } from '../src/shared/domain/money.ts';
import { POLICIES } from '../src/shared/domain/policy.ts';
import { type BusyDay, openBusyDay } from '../tests/support/busy-day.ts';
import { APPROVAL, type CallsClient } from '../tests/support/calls-bench.ts';
import { BRANCH, FLOAT_FEN, SHIFT_ID } from '../tests/support/counter-bench.ts';
import { auditDay, disagreements } from './support/day-audit.ts';

export interface DayOptions {
  readonly seed: number;
  /** Where the PDFs go; made where it is missing. */
  readonly out: string;
  readonly transactions: number;
  readonly say: (text: string) => void;
  /** Draws the progress line. */
  readonly progress: (text: string) => void;
}

const CLERKS = ['1001', '1002', '1003'] as const;
const CUSTOMERS = 600;
const OPENS_AT_HOUR = 8;
/** A customer every so often: three hundred fill a day. */
const EVERY_MS = 110_000;
const PAPERS = ['daily-reconciliation', 'tender-list', 'receipt-register', 'card-register', 'exceptions'] as const;

type Difference = Outputs['day']['now']['differences'][number];

/** Plays the day. Returns what does not agree, in words; nothing when all does. */
export async function playDay(options: DayOptions): Promise<readonly string[]> {
  const { seed, out, transactions, say, progress } = options;
  const chance = chanceOf(seed);
  const [year = 0, month = 0, dayOfMonth = 0] = BRANCH.businessDate.split('-').map(Number);
  const opening = new Date(year, month - 1, dayOfMonth, OPENS_AT_HOUR).getTime();
  let nowMs = opening;
  const day = await openBusyDay(CUSTOMERS, { clerks: CLERKS, changes: { clock: { nowMs: () => nowMs } } });
  try {
    threeDrawers(day);
    Object.assign(day.calls.ports.devices, {
      printForm: async () => ({ kind: 'done', value: { proof: 'verified', paperNearEnd: false } }),
    });
    const shifts = new Map<string, string>([[CLERKS[0], SHIFT_ID]]);
    for (const [seat, clerk] of CLERKS.entries()) {
      if (seat === 0) continue;
      const shiftId = day.calls.newId();
      await day.clerkOf(seat).shift.open({ shiftId, floatFen: FLOAT_FEN });
      shifts.set(clerk, shiftId);
    }
    say(
      `${BRANCH.name}, business date ${BRANCH.businessDate}: ${CLERKS.length} clerks with ¥${formatYuan(fen(FLOAT_FEN))} each, seed ${seed}`,
    );

    const accidents = { torn: 0, noPaper: 0, lostAnswer: 0, spoiledForms: 0 };
    for (let number = 0; number < transactions; number += 1) {
      nowMs = opening + EVERY_MS * number;
      day.prepare(number);
      const luck = chance(12);
      if (luck === 0 && day.kindOf(number) === 'topup') {
        day.tearAfter(3 + chance(20));
        accidents.torn += 1;
      } else if (luck === 1) {
        day.printer.next.push({ kind: 'refused', fault: { code: 'PRINTER_PAPER_OUT', context: {} } });
        accidents.noPaper += 1;
      } else if (luck === 2) {
        day.printer.next.push({ kind: 'unknown', fault: { code: 'PRINTER_NO_ANSWER', context: {} } });
        accidents.lostAnswer += 1;
      } else if (luck === 3 && day.kindOf(number) === 'invoice') {
        await spoilForm(day, number);
        accidents.spoiledForms += 1;
      }
      await day.serve(number).catch((error: unknown) => {
        // A torn card or a printer without paper ends the service half-way: the clerk goes on with the next step below.
        if (!/the top-up of customer/.test(String(error))) throw error;
      });
      await recover(day, number);
      day.printer.next.length = 0;
      progress(`  ${number + 1} of ${transactions} customers, ${day.calls.store.lastSeq()} operations`);
    }
    progress('');
    say(
      `  served; ${accidents.torn} cards torn, ${accidents.noPaper} times no paper, ${accidents.lostAnswer} answers of the printer lost, ${accidents.spoiledForms} forms spoiled`,
    );

    const manager = await day.calls.signIn('manager');
    await settle(day, manager, say);
    closeShifts(day, shifts, nowMs);
    const { toSeq, nextDate, openDrawers } = await manager.day.now({});
    say(`  shifts closed; ${openDrawers.length} drawers open; closing ${BRANCH.businessDate} at operation ${toSeq}`);
    const closedFrom = performance.now();
    const close = await manager.day.close({ closeId: day.calls.newId(), nextDate, seenSeq: toSeq, approval: APPROVAL });
    const tookMs = performance.now() - closedFrom;
    tell(close, say);
    say(`  closed in ${Math.round(tookMs)} ms, without the papers; the business date is ${close.nextDate}`);

    mkdirSync(out, { recursive: true });
    for (const paper of PAPERS) {
      const made = await manager.paper.make({ paperId: day.calls.newId(), subject: { kind: 'day', paper, closeId: close.closeId } });
      writeFileSync(join(out, `${paper}.pdf`), await pdfOf(manager, made.paperId));
      say(`  ${paper}.pdf: ${made.pages} pages, ${made.missing.length} characters without a glyph`);
    }
    const month = await manager.paper.make({
      paperId: day.calls.newId(),
      subject: { kind: 'month', month: BRANCH.businessDate.slice(0, 7) },
    });
    writeFileSync(join(out, 'monthly-summary.pdf'), await pdfOf(manager, month.paperId));

    const open = close.differences.filter(({ state }) => state === 'open').map(({ kind, subjectId }) => `${kind} ${subjectId}`);
    const apart = close.books
      .filter(({ differenceFen }) => differenceFen !== 0)
      .map(({ book, differenceFen }) => `${book}: ${differenceFen} fen`);
    return [...apart, ...open, ...disagreements(auditDay(day.file, close), close)];
  } finally {
    await day.close();
  }
}

/** Three drawers stand at this counter. */
function threeDrawers({ calls }: BusyDay): void {
  const [row] = calls.store.recordsInState(POLICIES, 'published', 1);
  if (row === undefined) throw new Error('no policy');
  const policy = { ...row.policy, shift: { ...row.policy.shift, drawersPerCounter: CLERKS.length } };
  calls.put('policy.published', { policyId: calls.newId(), effectiveFrom: '2026-01-02', policy });
}

/** The form tore in the printer before anything was on it. */
async function spoilForm(day: BusyDay, number: number): Promise<void> {
  const clerk = day.clerkOf(number);
  const [segment] = await clerk.invoices.segments({});
  if (segment === undefined) return;
  await clerk.invoices.voidBlank({ voidId: day.calls.newId(), number: segment.next, reason: '卡纸' });
}

/** Brings a torn card in again until it is written. */
async function recover(day: BusyDay, number: number): Promise<void> {
  const clerk = day.clerkOf(number);
  for (const topup of (await clerk.topups.open({})).topups) {
    if (topup.nextStep !== 'insert-card') continue;
    day.insertCard(number);
    await clerk.topups.deliver({ topupId: topup.topupId });
  }
}

/** Does what the day's list says until nothing is left that a counter can do. */
async function settle(day: BusyDay, manager: CallsClient, say: (text: string) => void): Promise<void> {
  const clerk = day.clerkOf(0);
  const steps: Partial<Record<Difference['nextStep'], (difference: Difference) => Promise<unknown>>> = {
    'print-receipt': ({ subjectId }) => clerk.receipts.print({ receiptId: subjectId }),
    'check-paper': ({ subjectId }) => clerk.receipts.confirm({ receiptId: subjectId, cameOut: true }),
    'check-form': ({ subjectId }) => clerk.invoices.print({ invoiceId: subjectId }),
  };
  const { differences } = await manager.day.now({});
  let done = 0;
  for (const difference of differences) {
    const step = difference.state === 'open' ? steps[difference.nextStep] : undefined;
    if (step === undefined) continue;
    await step(difference);
    done += 1;
  }
  say(`  ${differences.length} things on the day's list, ${done} of them done`);
}

/** Counts each drawer and closes its shift; what is counted is what the customers gave. */
function closeShifts({ calls }: BusyDay, shifts: ReadonlyMap<string, string>, atMs: number): void {
  const { store, newId } = calls;
  for (const [clerk, shiftId] of shifts) {
    const cashFen = store.balance('cash-drawer', shiftId);
    const countId = newId();
    const slips = [
      { kind: 'bank-card', count: 0, amountFen: 0 },
      { kind: 'wallet', count: 0, amountFen: 0 },
    ] as const;
    const facts = { businessDate: BRANCH.businessDate, shiftId, clerk, accountId: '', recordedAtMs: atMs };
    store.write((tx) => {
      tx.append({
        ...{ ...facts, id: newId(), kind: 'shift.counted' },
        payload: { shiftId, countId, countedBy: clerk, lines: [], cashFen, slips, expected: { cashFen, slips } },
      });
      tx.append({
        ...{ ...facts, id: newId(), kind: 'shift.closed' },
        payload: {
          ...{ shiftId, countId, expectedFen: cashFen, countedFen: cashFen, carriedFen: 0, bagNo: '', pending: [] },
          ...{ reason: '', approvedBy: '', forced: false },
        },
      });
    });
  }
}

function tell(close: Outputs['day']['get'], say: (text: string) => void): void {
  const yuan = (amountFen: number) => formatYuan(fen(amountFen)).padStart(13);
  say('  clerk  business              count         cash    bank card       wallet');
  for (const { clerk, kind, count, cashFen, bankCardFen, walletFen } of close.business) {
    say(`  ${clerk.padEnd(6)} ${kind.padEnd(20)} ${String(count).padStart(6)}${yuan(cashFen)}${yuan(bankCardFen)}${yuan(walletFen)}`);
  }
  say('  book           expected        found   difference');
  for (const { book, expectedFen, foundFen, differenceFen } of close.books) {
    say(`  ${book.padEnd(10)}${yuan(expectedFen)}${yuan(foundFen)}${yuan(differenceFen)}`);
  }
}

async function pdfOf(client: CallsClient, paperId: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (let offset: number | null = 0; offset !== null; ) {
    const { part, nextOffset }: Outputs['paper']['part'] = await client.paper.part({ paperId, offset });
    parts.push(Buffer.from(part, 'base64'));
    offset = nextOffset;
  }
  return Buffer.concat(parts);
}

/** Whole numbers from 0, below what is asked for, the same for a seed. */
function chanceOf(seed: number): (below: number) => number {
  let state = Math.imul(seed, 2_654_435_761) >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * below);
  };
}
