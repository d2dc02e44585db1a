// The papers of a close: what it has frozen, and the entries behind it, read from the journal once more.
import type { DayPaperName } from '../../../shared/domain/close-papers.ts';
import { soldBy } from '../../../shared/domain/day-book.ts';
import type { DayCloseRow } from '../../../shared/domain/day-close.ts';
import { documentNumber, INVOICES, SEGMENTS } from '../../../shared/domain/documents.ts';
import type { NumberGap } from '../../../shared/domain/number-gaps.ts';
import type { Operation } from '../../../shared/domain/operation.ts';
import { tenderMoveOf } from '../../../shared/domain/tender-moves.ts';
import { branchOf, type UseCaseContext } from '../actor.ts';
import { dayLookups } from '../day-desk.ts';
import { inColumns, NO_VOLUME, plus, type Volumes } from '../day-volumes.ts';
import type { ComposedPaper, DayWords, PaperContent, PaperHead } from '../ports/paper-content.ts';
import type { ReadStore } from '../ports/store.ts';
import { requireClose } from './close-day.ts';

const PAGE = 500;

interface Maker {
  readonly store: ReadStore;
  readonly close: DayCloseRow;
  readonly words: DayWords;
}

type Row<N extends DayPaperName, L extends keyof PaperContent<N>['lists']> = PaperContent<N>['lists'][L] extends readonly (infer R)[]
  ? R
  : never;

/** Returns the paper of a close. Throws DAY_CLOSE_UNKNOWN. */
export function composeDayPaper(
  context: Pick<UseCaseContext, 'ports'>,
  from: { readonly paper: DayPaperName; readonly closeId: string },
  head: Omit<PaperHead, 'number'>,
): ComposedPaper {
  const { store, templates } = context.ports;
  const close = requireClose(store, from.closeId);
  const maker = { store, close, words: templates.dayWords(head.language) };
  const facts = factsOf(context, close);
  const full = { ...head, number: facts.closeNo };
  switch (from.paper) {
    case 'daily-reconciliation':
      return templates.report(from.paper, reconciliation(maker, facts), full);
    case 'tender-list':
      return templates.report(from.paper, { facts, lists: { entries: tenderEntries(maker) } }, full);
    case 'receipt-register':
      return templates.report(from.paper, { facts, lists: register(maker) }, full);
    case 'card-register':
      return templates.report(from.paper, { facts, lists: cardRegister(maker) }, full);
    case 'exceptions':
      return templates.report(from.paper, { facts, lists: { entries: exceptions(maker) } }, full);
  }
}

/** The registers of a close as they stand on its papers, each with the moment of its entry; made when they are asked for. */
export interface CloseRegisters {
  readonly close: DayCloseRow;
  /** Of the close, as its papers bear it. */
  readonly number: string;
  tenders(): readonly (Row<'tender-list', 'entries'> & AtMoment)[];
  numbers(): {
    readonly receipts: readonly (Row<'receipt-register', 'receipts'> & AtMoment)[];
    readonly invoices: readonly (Row<'receipt-register', 'invoices'> & AtMoment)[];
  };
  cards(): readonly (Row<'card-register', 'writes'> & AtMoment)[];
  differences(): readonly Row<'exceptions', 'entries'>[];
}

interface AtMoment {
  readonly atMs: number;
}

/** Returns the registers of a close in a language. Throws DAY_CLOSE_UNKNOWN. */
export function closeRegisters(
  context: UseCaseContext,
  from: { readonly closeId: string; readonly language: PaperHead['language'] },
): CloseRegisters {
  const { store, templates } = context.ports;
  const close = requireClose(store, from.closeId);
  const maker = { store, close, words: templates.dayWords(from.language) };
  return {
    close,
    number: factsOf(context, close).closeNo,
    tenders: () => tenderEntries(maker),
    numbers: () => register(maker),
    cards: () => cardRegister(maker).writes,
    differences: () => exceptions(maker),
  };
}

function factsOf({ ports }: Pick<UseCaseContext, 'ports'>, close: DayCloseRow) {
  const { name: branchName, branchNo } = branchOf(ports.store);
  const { counterId, closeNo, closedDate: businessDate, hash, closedAtMs, clerk, approvedBy } = close;
  return {
    ...{ branchName, branchNo, businessDate, hash },
    closeNo: `${counterId}-${String(closeNo).padStart(4, '0')}`,
    // When the close was made, not the paper: made again, it is the same.
    madeAt: momentOf(closedAtMs),
    madeBy: [clerk, approvedBy].filter((one) => one !== '').join(' / '),
  };
}

/** Local time as it stands on paper. */
export function momentOf(atMs: number): string {
  const date = new Date(atMs);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

const timeOf = (atMs: number): string => momentOf(atMs).slice(11);

/** The operations that the close covers. */
function* operationsOf({ store, close }: Maker): Generator<Operation> {
  for (let after = close.fromSeq - 1; after < close.toSeq; ) {
    const page = store.operationsAfter(after, Math.min(PAGE, close.toSeq - after));
    if (page.length === 0) return;
    yield* page;
    after = page.at(-1)?.seq ?? close.toSeq;
  }
}

function account(store: ReadStore, accountId: string): { readonly accountNo: string; readonly customerName: string } {
  const row = accountId === '' ? null : store.account(accountId);
  return { accountNo: row?.accountNo ?? '', customerName: row?.customerName ?? '' };
}

const nameOf = (kind: string) => kind.replaceAll('.', '-');

/** What a kind of business is called; its own name where there is no word for it. */
export function businessWord(words: DayWords, kind: string): string {
  return words.business[nameOf(kind)] ?? kind;
}

/** The id that the receipt of an operation is found by. */
function receiptSubject(operation: Operation): string {
  switch (operation.kind) {
    case 'topup.paid':
    case 'topup.refunded':
    case 'topup.reversed':
      return operation.payload.topupId;
    case 'payment.taken':
      return operation.payload.paymentId;
    case 'payment.reversed':
      return `reversal:${operation.payload.paymentId}`;
    case 'deposit.taken':
    case 'deposit.returned':
    case 'credit.refunded':
      return operation.payload.handoverId;
    default:
      return '';
  }
}

/** Every tender of business, in the order of the journal. */
function tenderEntries(maker: Maker): (Row<'tender-list', 'entries'> & AtMoment)[] {
  const { store, words } = maker;
  const { paid } = dayLookups(store);
  const rows: (Row<'tender-list', 'entries'> & AtMoment)[] = [];
  for (const operation of operationsOf(maker)) {
    const move = tenderMoveOf(operation, paid);
    if (move === null) continue;
    const receiptNo = store.receiptOfTopup(receiptSubject(operation))?.receiptNo ?? '';
    for (const { kind, amountFen, reference } of move.tenders) {
      rows.push({
        ...{ receiptNo, reference, time: timeOf(operation.recordedAtMs), atMs: operation.recordedAtMs, clerk: operation.clerk },
        kind: businessWord(words, operation.kind),
        tender: words.tender[kind],
        amountFen: move.sign * amountFen,
      });
    }
  }
  return rows;
}

function reconciliation(maker: Maker, facts: ReturnType<typeof factsOf>): PaperContent<'daily-reconciliation'> {
  const { store, close, words } = maker;
  const lookups = dayLookups(store);
  const entries: Row<'daily-reconciliation', 'entries'>[] = [];
  for (const operation of operationsOf(maker)) {
    const move = tenderMoveOf(operation, lookups.paid);
    if (move === null) continue;
    entries.push({
      ...account(store, operation.accountId),
      receiptNo: store.receiptOfTopup(receiptSubject(operation))?.receiptNo ?? '',
      time: timeOf(operation.recordedAtMs),
      kind: businessWord(words, operation.kind),
      tender: [...new Set(move.tenders.map(({ kind }) => words.tender[kind]))].join(' '),
      ...inColumns(soldBy(operation, lookups)),
      amountFen: move.sign * move.tenders.reduce((sum, { amountFen }) => sum + amountFen, 0),
      clerk: operation.clerk,
    });
  }
  const open = close.differences.filter(({ state }) => state === 'open');
  return {
    facts: { ...facts, verdict: open.length === 0 ? words.inOrder : words.notInOrder.replace('{{count}}', String(open.length)) },
    lists: {
      business: close.business.map(({ clerk, kind, count, cashFen, bankCardFen, walletFen }) => ({
        ...{ clerk, count, cashFen, bankCardFen, walletFen },
        kind: businessWord(words, kind),
        totalFen: cashFen + bankCardFen + walletFen,
      })),
      books: close.books.map(({ book, count, foundFen, differenceFen }) => ({
        ...{ count, differenceFen },
        book: words.book[book],
        amountFen: foundFen,
      })),
      entries,
      differences: close.differences.map((difference) => ({
        what: whatOf(maker, difference),
        amountFen: difference.effectFen,
        nextStep: words.nextStep[difference.nextStep],
      })),
      undelivered: close.open
        .filter(({ kind }) => kind === 'paid-not-written')
        .map(({ accountId, amountFen }) => ({ ...account(store, accountId), amountFen, nextStep: words.nextStep['insert-card'] })),
    },
  };
}

/** A difference in a line: what, and about whom or what. */
function whatOf(maker: Maker, difference: DayCloseRow['differences'][number]): string {
  return [maker.words.difference[difference.kind], aboutOf(maker, difference)].filter((part) => part !== '').join(' ');
}

/** Whose it is, and which paper, number or drawer. */
function aboutOf({ store, words, close }: Maker, difference: DayCloseRow['differences'][number]): string {
  const { kind, subjectId, accountId, state, businessDate } = difference;
  const { accountNo, customerName } = account(store, accountId);
  const drawer = kind.startsWith('cash') ? store.shift(subjectId) : null;
  const label = kind.startsWith('number')
    ? subjectId
    : drawer !== null
      ? `${drawer.clerk} ${store.staff(drawer.clerk)?.name ?? ''}`.trim()
      : (store.receipt(subjectId)?.receiptNo ?? store.receiptOfTopup(subjectId)?.receiptNo ?? '');
  const when = businessDate === close.closedDate ? '' : businessDate;
  return [accountNo, customerName, label, when, state === 'settled' ? words.settled : ''].filter((part) => part !== '').join(' ');
}

function exceptions(maker: Maker): Row<'exceptions', 'entries'>[] {
  const { store, close, words } = maker;
  return [
    ...close.differences.map((difference) => ({
      kind: words.difference[difference.kind],
      what: aboutOf(maker, difference),
      accountNo: account(store, difference.accountId).accountNo,
      amountFen: difference.amountFen,
      operation: `${close.counterId} ${difference.seq}`,
      nextStep: words.nextStep[difference.nextStep],
    })),
    ...close.late.map(({ counterId, businessDate, kind, count, debitFen, fromSeq, toSeq }) => ({
      kind: words.late,
      what: `${businessWord(words, kind)} × ${count}, ${businessDate}`,
      accountNo: '',
      amountFen: debitFen,
      operation: `${counterId} ${fromSeq}–${toSeq}`,
      nextStep: '',
    })),
  ];
}

function register(maker: Maker) {
  const { store, close, words } = maker;
  const receipts: (Row<'receipt-register', 'receipts'> & AtMoment)[] = [];
  const invoices: (Row<'receipt-register', 'invoices'> & AtMoment)[] = [];
  for (const operation of operationsOf(maker)) {
    if (operation.kind === 'receipt.issued') {
      const { receiptId, receiptNo, topupId, amountFen = '' } = operation.payload;
      const row = store.receipt(receiptId);
      receipts.push({
        ...account(store, operation.accountId),
        number: receiptNo,
        time: timeOf(operation.recordedAtMs),
        atMs: operation.recordedAtMs,
        kind: businessWord(words, subjectKind(store, topupId)),
        amountFen,
        state: words.paperState[row?.state ?? 'issued'],
        reprints: row?.reprints ?? 0,
      });
    }
    if (operation.kind !== 'invoice.issued') continue;
    const { invoiceId, segmentId, number, buyer, amountFen, vatFen } = operation.payload;
    const segment = store.record(SEGMENTS, segmentId);
    invoices.push({
      number: segment === null ? String(number) : documentNumber(segment, number),
      time: timeOf(operation.recordedAtMs),
      atMs: operation.recordedAtMs,
      accountNo: account(store, operation.accountId).accountNo,
      buyer: buyer.name,
      ...{ amountFen, vatFen },
      state: words.paperState[store.record(INVOICES, invoiceId)?.state ?? 'issued'],
    });
  }
  const gap = (label: (number: number) => string, reason: string) => (number: number) => ({
    from: label(number),
    until: label(number),
    count: 1,
    reason,
  });
  const wide = (label: (number: number) => string) => (passed: NumberGap) => ({
    from: label(passed.first),
    until: label(passed.last),
    count: passed.last - passed.first + 1,
    reason: words.missing,
  });
  const gaps = [
    ...close.receipts.flatMap(({ prefix, missing, gaps = [] }) => {
      const label = (number: number) => `${prefix}${String(number).padStart(8, '0')}`;
      return [...missing.map(gap(label, words.missing)), ...gaps.map(wide(label))];
    }),
    ...close.invoices.flatMap((segment) => [
      ...segment.voided.map(gap((number) => documentNumber(segment, number), words.voided)),
      ...segment.missing.map(gap((number) => documentNumber(segment, number), words.missing)),
      ...(segment.gaps ?? []).map(wide((number) => documentNumber(segment, number))),
    ]),
  ];
  return { receipts, invoices, gaps };
}

/** The kind of operation that a receipt is for. */
function subjectKind(store: ReadStore, subjectId: string): string {
  if (subjectId.startsWith('reversal:')) return 'payment.reversed';
  if (store.payment(subjectId) !== null) return 'payment.taken';
  return store.topup(subjectId) === null ? 'deposit.taken' : 'topup.paid';
}

function cardRegister(maker: Maker) {
  const { store, close, words } = maker;
  const lookups = dayLookups(store);
  const writes: (Row<'card-register', 'writes'> & AtMoment)[] = [];
  const put = (
    operation: Operation,
    write: Pick<Row<'card-register', 'writes'>, 'cardNo' | 'layout' | 'what' | 'sequence' | 'proof'> & { readonly litres: number },
  ) => {
    const { litres, ...rest } = write;
    const commodity = lookups.commodityOfAccount(operation.accountId);
    const time = timeOf(operation.recordedAtMs);
    const who = account(store, operation.accountId);
    writes.push({ ...who, ...rest, ...inColumns({ litres, commodity }), time, atMs: operation.recordedAtMs });
  };
  for (const operation of operationsOf(maker)) {
    if (operation.kind === 'topup.verified' || operation.kind === 'topup.carried') {
      const topup = store.topup(operation.payload.topupId);
      if (topup === null) continue;
      const { cardNo, intent, payment } = topup;
      put(operation, {
        cardNo,
        layout: intent?.layoutId ?? lookups.layoutOf(cardNo),
        what: words.cardWrite.purchase,
        sequence: intent?.sequence ?? '',
        litres: payment.purchase.litres,
        proof: operation.kind === 'topup.verified' ? words.proof[operation.payload.proof] : words.proof.written,
      });
    }
    if (operation.kind === 'card-task.verified') {
      const task = lookups.task(operation.payload.taskId);
      if (task === null) continue;
      const isReversal = task.purpose === 'reverse';
      const litres = isReversal ? -(store.topup(task.topupId)?.payment.purchase.litres ?? 0) : task.volumeLitres;
      put(operation, {
        ...{ cardNo: task.cardNo, layout: task.layoutId, litres, sequence: '' },
        what: words.cardWrite[task.purpose === 'reverse' ? 'reversal' : task.purpose],
        proof: words.proof[operation.payload.proof],
      });
    }
  }
  const layouts = new Map<string, { layout: string; count: number } & Volumes>();
  for (const { layoutId, writes: count, litres, commodity } of close.cards) {
    const total = layouts.get(layoutId) ?? { layout: layoutId, count: 0, ...NO_VOLUME };
    layouts.set(layoutId, { ...total, count: total.count + count, ...plus(total, inColumns({ litres, commodity })) });
  }
  return { writes, layouts: [...layouts.values()] };
}
