// Card tasks: every write to a card that is not a top-up, with the same guarantee: both images are durable before the first byte.
import { balanced, type Posting, posting } from './ledger.ts';
import { fen, splitVat } from './money.ts';
import type { PurchaseTerms } from './purchase.ts';
import { type RecordTables, recordArea, requireRecord } from './records.ts';
import { type Tender, tenderPostings } from './tender.ts';

/**
 * `issue`: a blank card becomes the account's. `reissue` 补卡: the same for a lost card, which is blacklisted at once. `replace` 换卡: for a damaged one.
 * `correct` 补气: volume on the card without money. `carry`: volume owed (after an exchange) goes on the card. `reverse` 冲正/退气: the last purchase, which
 * the meter has not taken, comes off the card, and its money goes back.
 */
export const CARD_TASK_PURPOSES = ['issue', 'reissue', 'replace', 'correct', 'carry', 'reverse'] as const;
export type CardTaskPurpose = (typeof CARD_TASK_PURPOSES)[number];

export type CardTaskState = 'begun' | 'intent' | 'writing' | 'verified' | 'abandoned';

/** Whether the task has been begun and its effect on the card is open. */
export function isOpenTask(state: CardTaskState): boolean {
  return state === 'begun' || state === 'intent' || state === 'writing';
}

export interface CardTaskBegun {
  readonly taskId: string;
  readonly purpose: CardTaskPurpose;
  /** The card that is written. */
  readonly cardNo: string;
  readonly layoutId: string;
  /** The card it stands in for; '' where there is none. */
  readonly oldCardNo: string;
  /** What goes on the card without money: volume owed or corrected; 0 for none. */
  readonly volumeLitres: number;
  /** The top-up that a reversal takes off the card, or that was paid for the old card, not delivered, and goes on the new one instead; '' for none. */
  readonly topupId: string;
  readonly requestId: string;
  readonly reason: string;
  /** '' where nobody had to. */
  readonly approvedBy: string;
}

export interface CardTaskIntended {
  readonly taskId: string;
  /** The purchase sequence that stands on the card afterwards. */
  readonly sequence: number;
  readonly cumulativeLitres: number;
  readonly beforeHex: string;
  readonly afterHex: string;
}

/** Money and gas of a top-up go back together, after the card was read back without it. */
export interface TopupReversed {
  readonly topupId: string;
  readonly taskId: string;
  /** The purchase once more, so that the ledger needs nothing else. */
  readonly purchase: PurchaseTerms;
  /** How the money went back; the sum is the purchase's amount. */
  readonly refunds: readonly Tender[];
  readonly toCreditFen: number;
  readonly reason: string;
  readonly approvedBy: string;
}

/**
 * A top-up that was paid for one card is delivered on the card made in its place. It has the number that it would have had on the old one, so that a meter
 * loads it once should the old card hold it all the same.
 */
export interface TopupCarried {
  readonly topupId: string;
  readonly taskId: string;
  /** The card that holds it now. */
  readonly cardNo: string;
  /** The purchase once more, so that the ledger needs nothing else. */
  readonly purchase: PurchaseTerms;
}

export interface CardTaskPayloads {
  'card-task.begun': CardTaskBegun;
  'card-task.intended': CardTaskIntended;
  'card-task.writing': { readonly taskId: string; readonly attempt: number; readonly approvedBy?: string };
  'card-task.verified': { readonly taskId: string; readonly proof: 'written' | 'found-complete' | 'completed-after-tear' };
  /** Nothing of it is on the card. */
  'card-task.abandoned': { readonly taskId: string; readonly reason: string };
  'topup.reversed': TopupReversed;
  'topup.carried': TopupCarried;
  'card.blacklisted': { readonly cardNo: string; readonly reason: string };
  /** Taken in at the counter, as at a closure. */
  'card.returned': { readonly cardNo: string; readonly reason: string };
}
export type CardTaskKind = keyof CardTaskPayloads;

export const CARD_TASK_KINDS = [
  'card-task.begun',
  'card-task.intended',
  'card-task.writing',
  'card-task.verified',
  'card-task.abandoned',
  'topup.reversed',
  'topup.carried',
  'card.blacklisted',
  'card.returned',
] as const satisfies readonly CardTaskKind[];

/** Records of card-tasks. */
export const CARD_TASKS = recordArea<CardTaskRow>('card-task');

export interface CardTaskRow extends CardTaskBegun {
  readonly accountId: string;
  readonly state: CardTaskState;
  readonly intent: CardTaskIntended | null;
  readonly attempts: number;
  readonly clerk: string;
  readonly begunAtMs: number;
  readonly lastSeq: number;
}

export type CardStatus = 'active' | 'blacklisted' | 'returned';

export interface CardTaskTables extends RecordTables {
  /** Inserts a card, or changes the status, account and figures of one that is there. */
  putCard(card: {
    readonly cardNo: string;
    readonly accountId: string;
    readonly layoutId: string;
    readonly status: CardStatus;
    readonly sequence: number;
    readonly cumulativeLitres: number;
  }): void;
  setCardStatus(cardNo: string, status: CardStatus): void;
  setCardPurchase(cardNo: string, sequence: number, cumulativeLitres: number): void;
  addVolumeOwed(accountId: string, litres: number): void;
}

/** A fact about card tasks with what its fold needs. */
export type CardTaskOperation = {
  [K in CardTaskKind]: {
    readonly kind: K;
    readonly payload: CardTaskPayloads[K];
    readonly accountId: string;
    readonly shiftId: string;
    readonly clerk: string;
    readonly recordedAtMs: number;
    readonly seq: number;
  };
}[CardTaskKind];

/** Whether a kind of operation belongs here. */
export function isCardTasks<T extends { readonly kind: string }>(operation: T): operation is T & { readonly kind: CardTaskKind } {
  return (CARD_TASK_KINDS as readonly string[]).includes(operation.kind);
}

/** Returns the postings of a purchase that is on a card now: revenue in place of the liability. Throws POSTINGS_UNBALANCED. */
export function deliveryPostings({ purchase }: Pick<TopupCarried, 'purchase'>, accountId: string): readonly Posting[] {
  const { netFen, vatFen } = splitVat(fen(purchase.amountFen), purchase.vatPermille);
  return balanced([
    posting('undelivered-purchase', accountId, purchase.amountFen),
    posting('gas-revenue', '', -netFen),
    posting('vat-payable', '', -vatFen),
  ]);
}

/** Returns the postings of `topup.reversed`: what its verification and payment posted, back. Throws POSTINGS_UNBALANCED. */
export function reversalPostings(
  reversed: TopupReversed,
  place: { readonly accountId: string; readonly shiftId: string },
): readonly Posting[] {
  const { purchase, refunds, toCreditFen } = reversed;
  const { netFen, vatFen } = splitVat(fen(purchase.amountFen), purchase.vatPermille);
  return balanced([
    posting('gas-revenue', '', netFen),
    posting('vat-payable', '', vatFen),
    ...tenderPostings(refunds, place.shiftId, -1),
    posting('customer-credit', place.accountId, -toCreditFen),
  ]);
}

const NEXT: Readonly<
  Record<'card-task.intended' | 'card-task.writing' | 'card-task.verified' | 'card-task.abandoned', readonly CardTaskState[]>
> = {
  'card-task.intended': ['begun', 'intent'],
  'card-task.writing': ['intent', 'writing'],
  'card-task.verified': ['intent', 'writing'],
  'card-task.abandoned': ['begun', 'intent', 'writing'],
};

/** Applies one fact. Throws RangeError on a step out of order or a reference to nothing. */
export function foldCardTasks(operation: CardTaskOperation, tables: CardTaskTables): void {
  const { seq } = operation;
  const step = (taskId: string, kind: keyof typeof NEXT): CardTaskRow => {
    const task = requireRecord(tables, CARD_TASKS, taskId);
    if (!NEXT[kind].includes(task.state)) throw new RangeError(`${kind} in state ${task.state}`);
    return { ...task, lastSeq: seq };
  };
  switch (operation.kind) {
    case 'card-task.begun': {
      const { accountId, clerk, recordedAtMs, payload } = operation;
      put(tables, { ...payload, accountId, state: 'begun', intent: null, attempts: 0, clerk, begunAtMs: recordedAtMs, lastSeq: seq });
      // A lost card must not be served anywhere from this moment, whatever becomes of the new one.
      if (payload.purpose === 'reissue' && payload.oldCardNo !== '') tables.setCardStatus(payload.oldCardNo, 'blacklisted');
      return;
    }
    case 'card-task.intended':
      put(tables, { ...step(operation.payload.taskId, operation.kind), state: 'intent', intent: operation.payload });
      return;
    case 'card-task.writing':
      put(tables, { ...step(operation.payload.taskId, operation.kind), state: 'writing', attempts: operation.payload.attempt });
      return;
    case 'card-task.verified': {
      const task = step(operation.payload.taskId, operation.kind);
      if (task.intent === null) throw new RangeError('verified without an intent');
      put(tables, { ...task, state: 'verified' });
      const { cardNo, layoutId, accountId, oldCardNo, volumeLitres, purpose } = task;
      const { sequence, cumulativeLitres } = task.intent;
      tables.putCard({ cardNo, accountId, layoutId, status: 'active', sequence, cumulativeLitres });
      if (oldCardNo !== '' && oldCardNo !== cardNo && purpose === 'replace') tables.setCardStatus(oldCardNo, 'returned');
      if (volumeLitres > 0 && purpose !== 'correct') tables.addVolumeOwed(accountId, -volumeLitres);
      return;
    }
    case 'card-task.abandoned':
      put(tables, { ...step(operation.payload.taskId, operation.kind), state: 'abandoned' });
      return;
    case 'topup.reversed':
    case 'topup.carried':
      // The card has followed with the task; the top-up is the fold's own.
      return;
    case 'card.blacklisted':
      tables.setCardStatus(operation.payload.cardNo, 'blacklisted');
      return;
    case 'card.returned':
      tables.setCardStatus(operation.payload.cardNo, 'returned');
  }
}

function put(tables: RecordTables, task: CardTaskRow): void {
  const keys = [{ kind: isOpenTask(task.state) ? 'open-on-card' : 'card', value: task.cardNo }];
  tables.putRecord(
    CARD_TASKS,
    { recordId: task.taskId, accountId: task.accountId, state: isOpenTask(task.state) ? 'open' : task.state, keys },
    task,
  );
}
