// npm run demo -- --day: a whole day of a hall in the terminal, with the accidents of one, closed and put on paper. The books must agree with each other and with the journal.
import type { Inputs, Outputs } from '../src/shared/contract/index.ts';
import { INVOICES } from '../src/shared/domain/documents.ts';
import { fen, formatYuan } from '../src/shared/domain/money.ts';
import { POLICIES } from '../src/shared/domain/policy.ts';
import { REQUESTS } from '../src/shared/domain/requests.ts';
import { type BusyDay, openBusyDay } from '../tests/support/busy-day.ts';
import { APPROVAL, type CallsClient } from '../tests/support/calls-bench.ts';
import { BRANCH, FLOAT_FEN, SHIFT_ID } from '../tests/support/counter-bench.ts';
import { auditDay, disagreements } from './support/day-audit.ts';
import { type DayDrawers, dayDrawers } from './support/day-drawers.ts';
import { alterJournal, DAY_FAULTS, type DayFault } from './support/day-faults.ts';
import { writePapers } from './support/day-papers.ts';
import { type DayPrinters, openDayPrinters } from './support/day-printers.ts';
import { auditPaper } from './support/paper-audit.ts';

export interface DayOptions {
  readonly seed: number;
  /** Where the PDFs go; made where it is missing. */
  readonly out: string;
  readonly transactions: number;
  readonly language: NonNullable<Inputs['paper']['make']['language']>;
  /** Planted on purpose. */
  readonly faults: readonly DayFault[];
  readonly say: (text: string) => void;
  /** Draws the progress line. */
  readonly progress: (text: string) => void;
}

const CLERKS = ['1001', '1002', '1003'] as const;
/** Takes over from the first clerk at noon. */
const RELIEF = '1004';
const CUSTOMERS = 600;
const OPENS_AT_HOUR = 8;
/** A customer every so often: three hundred fill a day. */
const EVERY_MS = 110_000;
/** A drawer with more goes to the safe down to its float, fen. */
const DROP_FROM_FEN = 150_000;
const SHORT_FEN = 1_000;

type Difference = Outputs['day']['now']['differences'][number];

/** Plays the day. Returns what does not agree, in words; nothing when all does. */
export async function playDay(options: DayOptions): Promise<readonly string[]> {
  const { seed, out, transactions, language, faults, say, progress } = options;
  const [year = 0, month = 0, dayOfMonth = 0] = BRANCH.businessDate.split('-').map(Number);
  const opening = new Date(year, month - 1, dayOfMonth, OPENS_AT_HOUR).getTime();
  let nowMs = opening;
  const printers = await openDayPrinters();
  const day = await openBusyDay(CUSTOMERS, { clerks: CLERKS, changes: { clock: { nowMs: () => nowMs } } }).catch(async (error: unknown) => {
    await printers.close();
    throw error;
  });
  try {
    const { calls } = day;
    threeDrawers(day);
    for (const call of ['print', 'hasPrinted', 'printerColumns', 'printForm', 'openDrawer'] as const)
      Object.assign(calls.ports.devices, { [call]: printers.devices[call] });
    const drawers = dayDrawers({ file: day.file, newId: calls.newId });
    for (const [seat, staffNo] of CLERKS.entries()) {
      const client = day.clerkOf(seat);
      if (seat === 0) drawers.sit({ staffNo, client, shiftId: SHIFT_ID });
      else await drawers.open({ staffNo, client }, FLOAT_FEN);
    }
    calls.store.seedStaff([{ staffNo: RELIEF, name: RELIEF, role: 'clerk', passwordHash: '' }]);
    say(
      `${BRANCH.name}, business date ${BRANCH.businessDate}: ${CLERKS.length} clerks with ¥${formatYuan(fen(FLOAT_FEN))} each, seed ${seed}`,
    );
    for (const fault of faults) say(`  planted: ${DAY_FAULTS[fault]}`);

    const chance = chanceOf(seed);
    const accidents = { torn: 0, noPaper: 0, endOfRoll: 0, noForms: 0, spoiledForms: 0 };
    const noon = Math.floor(transactions / 2);
    let droppedFen = 0;
    for (let number = 0; number < transactions; number += 1) {
      nowMs = opening + EVERY_MS * number;
      if (number === noon) await relieve(day, drawers);
      if (number % 60 === 30) await drawers.movePettyCash(number % CLERKS.length);
      if (number % 40 === 39) droppedFen += await dropWhereMuch(drawers);
      day.prepare(number);
      await accident(day, { printers, number, chance, accidents });
      await day.serve(number).catch((error: unknown) => {
        // A torn card or a printer without paper ends the service half-way: the clerk goes on with the next step below.
        if (!/the top-up of customer/.test(String(error))) throw error;
      });
      if (day.kindOf(number) === 'invoice') await printForm(day, number);
      printers.refill();
      await recover(day, number, faults.includes('card-left'));
      progress(`  ${number + 1} of ${transactions} customers, ${calls.store.lastSeq()} operations, ${printers.receipts.length} receipts`);
    }
    progress('');
    const { torn, noPaper, endOfRoll, noForms, spoiledForms } = accidents;
    say(
      `  served; ${torn} cards torn, ${noPaper} times no paper, ${endOfRoll} rolls at their end in the middle, ${noForms} times no form, ${spoiledForms} forms spoiled`,
    );

    const manager = await calls.signIn('manager');
    await settle(day, { manager, leave: faults.includes('paper-left'), say });
    await drawers.closeAll(faults.includes('short-drawer') ? SHORT_FEN : 0);
    const { safeFen } = await manager.day.now({});
    await manager.day.bank({ depositId: calls.newId(), amountFen: safeFen, slipNo: 'BANK-1', approval: APPROVAL });
    say(
      `  ${drawers.shiftIds.length} shifts counted and closed; ¥${formatYuan(fen(droppedFen))} dropped meanwhile, ¥${formatYuan(fen(safeFen))} to the bank`,
    );
    const { toSeq, nextDate, openDrawers } = await manager.day.now({});
    say(`  ${openDrawers.length} drawers open; closing ${BRANCH.businessDate} at operation ${toSeq}`);
    const closedFrom = performance.now();
    const close = await manager.day.close({ closeId: calls.newId(), nextDate, seenSeq: toSeq, approval: APPROVAL });
    const tookMs = performance.now() - closedFrom;
    tell(close, say);
    say(`  closed in ${Math.round(tookMs)} ms, without the papers; the business date is ${close.nextDate}`);

    const troubles = await writePapers({
      ...{ manager, newId: calls.newId, out, language, close, shiftIds: drawers.shiftIds, say },
      ...subjectsOf(day),
    });
    for (const fault of faults) if (fault === 'altered-payment' || fault === 'altered-posting') alterJournal(day.file, fault);
    const open = close.differences.filter(({ state }) => state === 'open').map(({ kind, subjectId }) => `${kind} ${subjectId}`);
    const apart = close.books
      .filter(({ differenceFen }) => differenceFen !== 0)
      .map(({ book, differenceFen }) => `${book}: ${differenceFen} fen`);
    const tray = faults.includes('receipt-burnt') ? printers.receipts.slice(1) : printers.receipts;
    const paper = auditPaper(day.file, { receipts: tray, forms: printers.forms });
    say(
      `  ${printers.receipts.length} receipts, ${printers.forms.length} forms and ${printers.pulses()} pulses of the drawer at the devices`,
    );
    return [...apart, ...open, ...disagreements(auditDay(day.file, close), close), ...paper, ...troubles];
  } finally {
    await day.close();
    await printers.close();
  }
}

/** Three drawers stand at this counter. */
function threeDrawers({ calls }: BusyDay): void {
  const [row] = calls.store.recordsInState(POLICIES, 'published', 1);
  if (row === undefined) throw new Error('no policy');
  const policy = { ...row.policy, shift: { ...row.policy.shift, drawersPerCounter: CLERKS.length } };
  calls.put('policy.published', { policyId: calls.newId(), effectiveFrom: '2026-01-02', policy });
}

async function relieve(day: BusyDay, drawers: DayDrawers): Promise<void> {
  const client = await day.calls.signIn(RELIEF);
  await drawers.handOver(0, { staffNo: RELIEF, client });
  day.relieve(0, client);
}

/** Returns what went into the safe, fen. */
async function dropWhereMuch(drawers: DayDrawers): Promise<number> {
  let droppedFen = 0;
  for (const seat of drawers.seats.keys()) droppedFen += await drawers.dropAbove(seat, DROP_FROM_FEN);
  return droppedFen;
}

interface Luck {
  readonly printers: DayPrinters;
  readonly number: number;
  readonly chance: (below: number) => number;
  readonly accidents: Record<'torn' | 'noPaper' | 'endOfRoll' | 'noForms' | 'spoiledForms', number>;
}

/** What goes wrong with the next customer, by the seed. */
async function accident(day: BusyDay, { printers, number, chance, accidents }: Luck): Promise<void> {
  const kind = day.kindOf(number);
  const luck = chance(12);
  if (luck === 0 && kind === 'topup') {
    day.tearAfter(3 + chance(20));
    accidents.torn += 1;
  } else if (luck === 1) {
    printers.takePaper();
    accidents.noPaper += 1;
  } else if (luck === 2) {
    printers.endPaperSoon();
    accidents.endOfRoll += 1;
  } else if (luck < 6 && kind === 'invoice') {
    printers.takeForms();
    accidents.noForms += 1;
  } else if (luck < 9 && kind === 'invoice') {
    await spoilForm(day, number);
    accidents.spoiledForms += 1;
  }
}

/** The form tore in the printer before anything was on it. */
async function spoilForm(day: BusyDay, number: number): Promise<void> {
  const clerk = day.clerkOf(number);
  const [segment] = await clerk.invoices.segments({});
  if (segment === undefined) return;
  await clerk.invoices.voidBlank({ voidId: day.calls.newId(), number: segment.next, reason: '卡纸' });
}

/** The invoice goes onto its form; without one it waits for the evening's list. */
async function printForm(day: BusyDay, number: number): Promise<void> {
  const [invoice] = day.calls.store.recordsInState(INVOICES, 'issued', 1);
  if (invoice !== undefined) await day.clerkOf(number).invoices.print({ invoiceId: invoice.invoiceId });
}

/** Brings a torn card in again until it is written, unless its owner has left with it. */
async function recover(day: BusyDay, number: number, hasLeft: boolean): Promise<void> {
  if (hasLeft) return;
  const clerk = day.clerkOf(number);
  for (const topup of (await clerk.topups.open({})).topups) {
    if (topup.nextStep !== 'insert-card') continue;
    day.insertCard(number);
    await clerk.topups.deliver({ topupId: topup.topupId });
  }
}

/** Does what the day's list says until nothing is left that a counter can do. */
async function settle(
  day: BusyDay,
  { manager, leave, say }: { readonly manager: CallsClient; readonly leave: boolean; readonly say: (text: string) => void },
): Promise<void> {
  const clerk = day.clerkOf(0);
  const steps: Partial<Record<Difference['nextStep'], (difference: Difference) => Promise<unknown>>> = {
    'print-receipt': ({ subjectId }) => clerk.receipts.print({ receiptId: subjectId }),
    // The printer is asked itself; where it proves nothing somebody looks at the tray.
    'check-paper': async ({ subjectId }) => {
      const { receipt } = await clerk.receipts.check({ receiptId: subjectId });
      if (receipt.state === 'unknown') await clerk.receipts.confirm({ receiptId: subjectId, cameOut: true });
    },
    'check-form': ({ subjectId }) => clerk.invoices.print({ invoiceId: subjectId }),
  };
  const { differences } = await manager.day.now({});
  let done = 0;
  for (const difference of leave ? [] : differences) {
    const step = difference.state === 'open' ? steps[difference.nextStep] : undefined;
    if (step === undefined) continue;
    await step(difference);
    done += 1;
  }
  say(`  ${differences.length} things on the day's list, ${done} of them done`);
}

/** Somebody who bought and a request that was made, for the papers that customers take with them. */
function subjectsOf({ calls }: BusyDay): { readonly accountId: string; readonly requestId: string } {
  const [request] = calls.store.recordsInState(REQUESTS, 'completed', 1);
  if (request === undefined) throw new Error('nobody made a request');
  return { accountId: request.accountId, requestId: request.requestId };
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

/** Whole numbers from 0, below what is asked for, the same for a seed. */
function chanceOf(seed: number): (below: number) => number {
  let state = Math.imul(seed, 2_654_435_761) >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * below);
  };
}
