// What the parts of a card task's screen share: its fields as they are typed, and the input that its call takes.
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { refusalOf } from '../../components/field.tsx';
import { parseCubicMetres } from '../../format/format.ts';
import type { Problem } from '../../text/index.ts';

export type Purpose = 'issue' | 'reissue' | 'replace' | 'correct' | 'reverse';
export type CardTask = Outputs['cardTasks']['get'];
export type AccountCards = Outputs['cardTasks']['ofAccount'];
export type BeginInput = Inputs['cardTasks']['make'] | Inputs['cardTasks']['load'] | Inputs['cardTasks']['reverse'];

/** How the money of a reversal goes back. */
export const BACK = ['cash', 'bank-card', 'wallet', 'credit'] as const;
export type Back = (typeof BACK)[number];

/** Everything that is typed; plain JSON, kept as a draft. */
export interface CardTaskFields {
  /** Null until somebody has typed: the usual reason of the purpose stands there. */
  readonly reason: string | null;
  /** The number printed on the blank card, where its keys go by it. */
  readonly cardNo: string;
  readonly volume: string;
  readonly back: Back;
  readonly reference: string;
  /** Whether the old card cannot be read and the meter's own figures are taken. */
  readonly figures: boolean;
  readonly sequence: string;
  readonly remaining: string;
  /** The purchase under way for the old card whose money is to go back; '' lets it go on the new card. */
  readonly refundTopupId: string;
}

export const NO_FIELDS: CardTaskFields = {
  reason: null,
  cardNo: '',
  volume: '',
  back: 'cash',
  reference: '',
  figures: false,
  sequence: '',
  remaining: '',
  refundTopupId: '',
};

export type FieldName = 'cardNo' | 'volume' | 'sequence' | 'remaining' | 'reference' | 'reason';

/** The fields as the core names them. */
const CORE_FIELDS: Readonly<Record<string, FieldName>> = {
  cardNo: 'cardNo',
  volumeLitres: 'volume',
  'meterFigures.loadedSequence': 'sequence',
  'meterFigures.remainingLitres': 'remaining',
  'giveBack.refunds.0.reference': 'reference',
  reason: 'reason',
};

/** Returns the field of the form that the core refuses, with why; null where it refuses none of them. */
export function refusedField(problem: Problem | null) {
  const field = problem?.code === 'INPUT_INVALID' ? String(problem.context.field ?? '') : '';
  const name = CORE_FIELDS[field];
  const reason = refusalOf(problem, field);
  return name === undefined || reason === null ? null : { name, reason };
}

/** Returns the call of the area cardTasks that begins a task of this purpose. */
export function callOf(purpose: Purpose): 'make' | 'load' | 'reverse' {
  return purpose === 'correct' ? 'load' : purpose === 'reverse' ? 'reverse' : 'make';
}

export const makesCard = (purpose: string): boolean => purpose === 'issue' || purpose === 'reissue' || purpose === 'replace';

/** Whether a correction is what the account is owed after an exchange. */
export const carriesOwed = (purpose: Purpose, cards: AccountCards): boolean => purpose === 'correct' && cards.volumeOwedLitres > 0;

/** Whether the number printed on the blank card must be typed. */
export const asksCardNo = (purpose: Purpose, cards: AccountCards): boolean => makesCard(purpose) && cards.numberPrinted;

/** Returns the card that a new one stands in for, and that a correction or reversal is for. */
export function presentCard({ cards }: AccountCards) {
  return cards.find(({ status }) => status === 'active') ?? cards.find(({ status }) => status === 'blacklisted');
}

/** Returns the purchase that is under way for the card a new one stands in for; null where there is none. */
export function openPurchase(purpose: Purpose, cards: AccountCards): AccountCards['undelivered'] {
  if (purpose !== 'reissue' && purpose !== 'replace') return null;
  return cards.undelivered?.cardNo === presentCard(cards)?.cardNo ? cards.undelivered : null;
}

/** Whether its money goes back, as far as it may. */
const refundsOpen = (open: NonNullable<AccountCards['undelivered']>, { refundTopupId }: CardTaskFields): boolean =>
  !open.mayBeOnCard && refundTopupId === open.topupId;

/** Returns what a new card will hold: the purchase that goes over to it, else what the meter has not loaded and what is owed. */
export function newCardLitres(purpose: Purpose, cards: AccountCards, fields: CardTaskFields): number {
  const open = openPurchase(purpose, cards);
  return open !== null && !refundsOpen(open, fields) ? open.litres : cards.unusedLitres + cards.volumeOwedLitres;
}

export const byMachine = (back: Back): back is 'bank-card' | 'wallet' => back === 'bank-card' || back === 'wallet';

/** Returns how that money goes back. */
export function giveBackOf({ back, reference }: CardTaskFields, amountFen: number): Inputs['cardTasks']['reverse']['giveBack'] {
  return {
    refunds: byMachine(back) ? [{ kind: back, amountFen, reference: reference.trim() }] : [],
    toCreditFen: back === 'credit' ? amountFen : 0,
  };
}

/** Litres of a typed volume, 0 allowed; null when it is none. */
export const litresOf = (text: string): number | null => (text.trim() === '0' ? 0 : parseCubicMetres(text));

/** Returns the fields that are missing or no figures, in the order in which they stand. */
export function wrongFields(purpose: Purpose, cards: AccountCards, fields: CardTaskFields, reason: string): readonly FieldName[] {
  const { cardNo, volume, figures, sequence, remaining, back, reference } = fields;
  const wrong: Readonly<Record<FieldName, boolean>> = {
    cardNo: asksCardNo(purpose, cards) && !/^\d{1,16}$/.test(cardNo.trim()),
    volume: purpose === 'correct' && !carriesOwed(purpose, cards) && (litresOf(volume) ?? 0) < 1,
    sequence: figures && !/^\d{1,5}$/.test(sequence.trim()),
    remaining: figures && litresOf(remaining) === null,
    reference: purpose === 'reverse' && byMachine(back) && reference.trim() === '',
    reason: reason.trim() === '',
  };
  return (['cardNo', 'volume', 'sequence', 'remaining', 'reference', 'reason'] as const).filter((name) => wrong[name]);
}

/** Returns the input of the purpose's call; null where there is nothing to reverse. */
export function beginInput(
  purpose: Purpose,
  cards: AccountCards,
  fields: CardTaskFields,
  rest: { readonly taskId: string; readonly slot: number; readonly reason: string },
): BeginInput | null {
  const base = { ...rest, reason: rest.reason.trim(), accountId: cards.accountId };
  if (purpose === 'correct') {
    const carries = carriesOwed(purpose, cards);
    return { ...base, purpose: carries ? 'carry' : 'correct', volumeLitres: carries ? 0 : (litresOf(fields.volume) ?? 0) };
  }
  if (purpose === 'reverse') {
    const last = cards.lastTopup;
    return last === null ? null : { ...base, topupId: last.topupId, giveBack: giveBackOf(fields, last.amountFen) };
  }
  const open = openPurchase(purpose, cards);
  return {
    ...base,
    purpose,
    oldCardNo: purpose === 'issue' ? '' : (presentCard(cards)?.cardNo ?? ''),
    cardNo: asksCardNo(purpose, cards) ? fields.cardNo.trim() : '',
    meterFigures: fields.figures ? { loadedSequence: Number(fields.sequence), remainingLitres: litresOf(fields.remaining) ?? 0 } : null,
    openTopup: open !== null && refundsOpen(open, fields) ? 'refund' : 'carry',
    requestId: '',
  };
}
