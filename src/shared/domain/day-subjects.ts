// What money was for: gas on a card, a payment, a deposit. Holds money, card and receipt of each side by side and says where they part.
import type { BookTotal, DayNextStep, Difference, DifferenceKind, OpenItem, Origin } from './day-close.ts';
import type { Operation, OperationPayloads } from './operation.ts';

type TopupPaid = OperationPayloads['topup.paid'];
type PaperState = OperationPayloads['receipt.printed']['outcome'] | 'issued';

/** A subject with what came before this close and what it is now. */
interface Subject {
  readonly subjectId: string;
  readonly accountId: string;
  readonly origin: Origin;
  amountFen: number;
  litres: number;
  cardNo: string;
  layoutId: string;
  /** Paid for gas, net; and gas on the card, net. */
  paidFen: number;
  writtenFen: number;
  /** What receipts should say, and what they say. */
  dueFen: number;
  receiptFen: number;
  receiptCount: number;
  /** How far the books were apart over it when the last close ended. */
  readonly before: { readonly cardGapFen: number; readonly receiptGapFen: number };
  readonly beforeKinds: readonly DifferenceKind[];
  /** Another counter took its money. */
  isOthers: boolean;
}

interface PaperCopy {
  readonly receiptId: string;
  readonly accountId: string;
  readonly amountFen: number;
  readonly origin: Origin;
  state: PaperState;
  readonly wasOpen: DifferenceKind | null;
}

const NOTHING_BEFORE = { cardGapFen: 0, receiptGapFen: 0 };

const STEPS: Readonly<Partial<Record<DifferenceKind, DayNextStep>>> = {
  'paid-not-written': 'insert-card',
  'refund-without-take-back': 'take-back',
  'not-receipted': 'issue-receipt',
  'receipt-without-money': 'tell-it',
  'receipt-amount': 'tell-it',
  'receipt-unverified': 'check-paper',
  'receipt-not-printed': 'print-receipt',
};

const ORIGIN = ({ seq, id, businessDate }: Operation): Origin => ({ seq, operationId: id, businessDate });

export interface SubjectFacts {
  /** Whether this counter took the money of the top-up. */
  paidHere(topupId: string): boolean;
  /** Whether the top-up is neither open now nor settled by this counter: another one has delivered it or given the money back. */
  settledElsewhere(topupId: string): boolean;
}

/** Returns a book of subjects that begins with what the last close left open. */
export function subjectBook(open: readonly OpenItem[], facts: SubjectFacts) {
  const subjects = new Map<string, Subject>();
  const papers = new Map<string, PaperCopy>();
  const tasksDone = new Set<string>();
  let [writes, paidFen, writtenFen, receipts, dueFen, receiptFen] = [0, 0, 0, 0, 0, 0];
  for (const item of open) resume(item);

  function resume(item: OpenItem): void {
    const { kind, subjectId, accountId, amountFen, gapFen, litres, cardNo, layoutId, seq, operationId, businessDate } = item;
    const origin = { seq, operationId, businessDate };
    if (kind === 'receipt-unverified' || kind === 'receipt-not-printed') {
      const state = kind === 'receipt-unverified' ? 'unknown' : 'issued';
      papers.set(subjectId, { receiptId: subjectId, accountId, amountFen, origin, state, wasOpen: kind });
      return;
    }
    const isCard = kind === 'paid-not-written' || kind === 'refund-without-take-back';
    const isReceipt = kind === 'not-receipted' || kind === 'receipt-without-money' || kind === 'receipt-amount';
    if (!isCard && !isReceipt) return;
    const known = subjects.get(subjectId);
    const cardGapFen = (known?.before.cardGapFen ?? 0) + (isCard ? gapFen : 0);
    const receiptGapFen = (known?.before.receiptGapFen ?? 0) + (isReceipt ? gapFen : 0);
    subjects.set(subjectId, {
      ...{ subjectId, accountId, origin, amountFen, litres, cardNo, layoutId },
      paidFen: Math.max(0, cardGapFen),
      writtenFen: Math.max(0, -cardGapFen),
      dueFen: kind === 'receipt-without-money' ? 0 : receiptGapFen,
      receiptFen: kind === 'receipt-without-money' ? -receiptGapFen : 0,
      receiptCount: isReceipt && kind !== 'not-receipted' ? 1 : 0,
      before: { cardGapFen, receiptGapFen },
      beforeKinds: [...(known?.beforeKinds ?? []), kind],
      isOthers: false,
    });
  }

  function subject(operation: Operation, of: { readonly subjectId: string; readonly amountFen: number }): Subject {
    const known = subjects.get(of.subjectId);
    if (known !== undefined) return known;
    const made: Subject = {
      ...of,
      accountId: operation.accountId,
      origin: ORIGIN(operation),
      ...{ litres: 0, cardNo: '', layoutId: '', paidFen: 0, writtenFen: 0, dueFen: 0, receiptFen: 0, receiptCount: 0 },
      before: NOTHING_BEFORE,
      beforeKinds: [],
      isOthers: false,
    };
    subjects.set(of.subjectId, made);
    return made;
  }

  function gas(operation: Operation, topupId: string, payment: TopupPaid): Subject {
    const { amountFen, litres } = payment.purchase;
    const isNew = !subjects.has(topupId);
    const one = subject(operation, { subjectId: topupId, amountFen });
    if (isNew && operation.kind !== 'topup.paid') one.isOthers = !facts.paidHere(topupId);
    one.litres = litres;
    one.cardNo = payment.cardNo;
    return one;
  }

  return {
    paidForGas(operation: Operation, payment: TopupPaid): void {
      gas(operation, payment.topupId, payment).paidFen += payment.purchase.amountFen;
      paidFen += payment.purchase.amountFen;
    },
    planned(topupId: string, layoutId: string): void {
      const one = subjects.get(topupId);
      if (one !== undefined) one.layoutId = layoutId;
    },
    layoutOf: (topupId: string): string => subjects.get(topupId)?.layoutId ?? '',
    /** The gas is on the card: from now on a receipt is due. */
    written(operation: Operation, { topupId, payment }: { readonly topupId: string; readonly payment: TopupPaid }): void {
      const { amountFen } = payment.purchase;
      const one = gas(operation, topupId, payment);
      one.writtenFen += amountFen;
      one.dueFen += amountFen;
      writes += 1;
      writtenFen += amountFen;
      dueFen += amountFen;
    },
    gaveBack(operation: Operation, from: { readonly topupId: string; readonly payment: TopupPaid; readonly isOffCard: boolean }): void {
      const { amountFen } = from.payment.purchase;
      const one = gas(operation, from.topupId, from.payment);
      one.paidFen -= amountFen;
      paidFen -= amountFen;
      if (!from.isOffCard) return;
      one.writtenFen -= amountFen;
      writes += 1;
      writtenFen -= amountFen;
    },
    taskDone(taskId: string): void {
      tasksDone.add(taskId);
    },
    /** Whether the card of a reversal was read back without the purchase. */
    wasTakenOff: (taskId: string): boolean => tasksDone.has(taskId),
    /** Money over the counter for something that is no gas on a card: a receipt is due at once. */
    moved(operation: Operation, of: { readonly subjectId: string; readonly amountFen: number }): void {
      if (operation.shiftId === '') return;
      subject(operation, of).dueFen += of.amountFen;
      dueFen += of.amountFen;
    },
    receiptIssued(operation: Operation, issued: OperationPayloads['receipt.issued']): void {
      const one = subject(operation, { subjectId: issued.topupId, amountFen: issued.amountFen ?? 0 });
      // What goes back stands on paper without a sign. A receipt from before amounts were kept says what it is for.
      const saysFen = issued.amountFen === undefined ? one.dueFen - one.receiptFen : issued.amountFen * (one.dueFen < 0 ? -1 : 1);
      one.receiptFen += saysFen;
      one.receiptCount += 1;
      receipts += 1;
      receiptFen += saysFen;
      const { receiptId } = issued;
      const { accountId } = operation;
      papers.set(receiptId, { receiptId, accountId, amountFen: saysFen, origin: ORIGIN(operation), state: 'issued', wasOpen: null });
    },
    receiptPrinted(_operation: Operation, printed: OperationPayloads['receipt.printed']): void {
      const paper = papers.get(printed.receiptId);
      if (paper !== undefined && printed.copyNo === 0) paper.state = printed.outcome;
    },
    figures() {
      const differences: Difference[] = [];
      const left: OpenItem[] = [];
      for (const one of subjects.values()) tellSubject(one, { differences, open: left }, facts);
      for (const paper of papers.values()) tellPaper(paper, differences, left);
      const cards: BookTotal = {
        ...{ book: 'cards', count: writes, expectedFen: paidFen, foundFen: writtenFen },
        differenceFen: paidFen - writtenFen,
      };
      const onPaper: BookTotal = {
        ...{ book: 'receipts', count: receipts, expectedFen: dueFen, foundFen: receiptFen },
        differenceFen: dueFen - receiptFen,
      };
      return { cards, receipts: onPaper, differences, open: left };
    },
  };
}

function tellSubject(one: Subject, to: { readonly differences: Difference[]; readonly open: OpenItem[] }, facts: SubjectFacts): void {
  const { subjectId, accountId, origin, litres, cardNo, layoutId, before, beforeKinds } = one;
  const tell = (book: 'cards' | 'receipts', kind: DifferenceKind, gapFen: number, beforeFen: number): void => {
    if (gapFen === 0 && beforeFen === 0) return;
    const isElsewhere = kind === 'paid-elsewhere' || (kind === 'paid-not-written' && gapFen !== 0 && facts.settledElsewhere(subjectId));
    const isOpen = gapFen !== 0 && !isElsewhere;
    const amountFen = Math.abs(gapFen === 0 ? beforeFen : gapFen);
    const place = { ...origin, subjectId, accountId, amountFen };
    to.differences.push({
      ...{ ...place, kind, book, effectFen: gapFen - beforeFen },
      state: isOpen ? 'open' : 'settled',
      nextStep: isOpen ? (STEPS[kind] ?? 'tell-it') : 'none',
    });
    if (isOpen) to.open.push({ ...place, kind, gapFen, litres, cardNo, layoutId });
  };
  const cardGapFen = one.paidFen - one.writtenFen;
  const wasCard = beforeKinds.find((kind) => kind === 'paid-not-written' || kind === 'refund-without-take-back');
  tell('cards', cardKindOf(one, cardGapFen, wasCard), cardGapFen, before.cardGapFen);
  const receiptGapFen = one.dueFen - one.receiptFen;
  const wasReceipt = beforeKinds.find((kind) => kind.startsWith('receipt') || kind === 'not-receipted');
  const receiptKind = one.dueFen === 0 ? 'receipt-without-money' : one.receiptCount === 0 ? 'not-receipted' : 'receipt-amount';
  tell('receipts', receiptGapFen === 0 ? (wasReceipt ?? receiptKind) : receiptKind, receiptGapFen, before.receiptGapFen);
}

function cardKindOf(one: Subject, gapFen: number, was: DifferenceKind | undefined): DifferenceKind {
  if (one.isOthers) return 'paid-elsewhere';
  if (gapFen === 0) return was ?? 'paid-not-written';
  return gapFen > 0 ? 'paid-not-written' : 'refund-without-take-back';
}

function tellPaper(
  { receiptId, accountId, amountFen, origin, state, wasOpen }: PaperCopy,
  differences: Difference[],
  left: OpenItem[],
): void {
  const kind = state === 'unknown' ? 'receipt-unverified' : state === 'printed' || state === 'unverified' ? null : 'receipt-not-printed';
  const place = { ...origin, subjectId: receiptId, accountId, amountFen };
  if (kind !== null) {
    differences.push({ ...place, kind, book: 'receipts', effectFen: 0, state: 'open', nextStep: STEPS[kind] ?? 'tell-it' });
    left.push({ ...place, kind, gapFen: 0, litres: 0, cardNo: '', layoutId: '' });
  } else if (wasOpen !== null) {
    differences.push({ ...place, kind: wasOpen, book: 'receipts', effectFen: 0, state: 'settled', nextStep: 'none' });
  }
}
