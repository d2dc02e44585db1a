// The judge: says from the journal and the cards alone whether every fen taken is delivered, refunded or visibly undelivered.
import type { CardTaskBegun } from '../../src/shared/domain/card-tasks.ts';
import type { Operation } from '../../src/shared/domain/operation.ts';

export interface CardTruth {
  readonly sequence: number;
  readonly cumulativeLitres: number;
}

export interface Audit {
  readonly takenFen: number;
  readonly refundedFen: number;
  readonly deliveredFen: number;
  readonly deliveredLitres: number;
  /** Top-ups neither delivered nor refunded. */
  readonly open: readonly string[];
  /** Card tasks neither verified nor given up. */
  readonly openTasks: readonly string[];
  /** Gas owed after exchanges and on no card yet. */
  readonly owedLitres: number;
  /** What does not add up, in words; empty when all is well. */
  readonly complaints: readonly string[];
}

/** Where each card must stand after what was verified so far. */
class CardLedger {
  readonly #cards: Map<string, CardTruth>;
  readonly #alternatives = new Map<string, number>();

  constructor(issued: ReadonlyMap<string, CardTruth>) {
    this.#cards = new Map(issued);
  }

  /** A lost card may hold the purchase that another card has got under the same number; a meter loads one of them. */
  mayHold(cardNo: string, litres: number): void {
    this.#alternatives.set(cardNo, litres);
  }

  isOtherOf(cardNo: string, truth: CardTruth): boolean {
    const expected = this.#cards.get(cardNo);
    const litres = this.#alternatives.get(cardNo);
    if (expected === undefined || litres === undefined) return false;
    return truth.sequence === expected.sequence + 1 && truth.cumulativeLitres === expected.cumulativeLitres + litres;
  }

  all(): ReadonlyMap<string, CardTruth> {
    return this.#cards;
  }

  add(cardNo: string, purchases: number, litres: number): void {
    const { sequence, cumulativeLitres } = this.#cards.get(cardNo) ?? { sequence: 0, cumulativeLitres: 0 };
    this.#cards.set(cardNo, { sequence: sequence + purchases, cumulativeLitres: cumulativeLitres + litres });
  }

  /** A card in place of another goes on where that one stood; what is owed is a purchase more. */
  make({ cardNo, oldCardNo, volumeLitres }: CardTaskBegun): void {
    this.#cards.set(cardNo, this.#cards.get(oldCardNo) ?? { sequence: 0, cumulativeLitres: 0 });
    if (volumeLitres > 0) this.add(cardNo, 1, volumeLitres);
  }
}

interface Seen {
  paid: number;
  verified: number;
  refunded: number;
  reversed: number;
  amountFen: number;
  litres: number;
  cardNo: string;
}

/**
 * Adds up the journal by itself, knowing nothing of states or postings, and compares with what the cards really hold.
 * `issued` is what each card held before the journal began.
 */
export function audit(
  operations: readonly Operation[],
  issued: ReadonlyMap<string, CardTruth>,
  cards: ReadonlyMap<string, CardTruth>,
): Audit {
  const seen = new Map<string, Seen>();
  const complaints: string[] = [];
  const tasks = new Map<string, CardTaskBegun & { verified: number; open: boolean }>();
  const cardsNow = new CardLedger(issued);
  let owedLitres = 0;
  const of = (topupId: string): Seen => {
    const known = seen.get(topupId) ?? { paid: 0, verified: 0, refunded: 0, reversed: 0, amountFen: 0, litres: 0, cardNo: '' };
    seen.set(topupId, known);
    return known;
  };
  for (const operation of operations) {
    if (operation.kind === 'topup.paid') {
      const entry = of(operation.payload.topupId);
      entry.paid += 1;
      entry.amountFen = operation.payload.purchase.amountFen;
      entry.litres = operation.payload.purchase.litres;
      entry.cardNo = operation.payload.cardNo;
      const tendered = operation.payload.tenders.reduce((sum, tender) => sum + tender.amountFen, 0);
      if (tendered !== entry.amountFen) complaints.push(`tenders ${tendered} for a price of ${entry.amountFen}`);
    }
    if (operation.kind === 'topup.verified') {
      const entry = of(operation.payload.topupId);
      entry.verified += 1;
      cardsNow.add(entry.cardNo, 1, entry.litres);
    }
    if (operation.kind === 'topup.carried') {
      const { topupId, taskId, cardNo } = operation.payload;
      const entry = of(topupId);
      entry.verified += 1;
      if (tasks.get(taskId)?.verified !== 1) complaints.push(`${topupId} was carried before its new card was read back`);
      cardsNow.mayHold(entry.cardNo, entry.litres);
      entry.cardNo = cardNo;
      cardsNow.add(cardNo, 1, entry.litres);
    }
    if (operation.kind === 'topup.refunded') of(operation.payload.topupId).refunded += 1;
    if (operation.kind === 'topup.reversed') {
      const { topupId, taskId, refunds, toCreditFen } = operation.payload;
      const entry = of(topupId);
      entry.reversed += 1;
      if (entry.verified !== 1) complaints.push(`${topupId} was reversed and never verified`);
      if (tasks.get(taskId)?.verified !== 1) complaints.push(`${topupId} was paid back before its card was read back`);
      const backFen = refunds.reduce((sum, tender) => sum + tender.amountFen, toCreditFen);
      if (backFen !== entry.amountFen) complaints.push(`${topupId} gave ${backFen} back for ${entry.amountFen}`);
      cardsNow.add(entry.cardNo, -1, -entry.litres);
    }
    if (operation.kind === 'meter.exchanged') owedLitres += operation.payload.carriedLitres;
    if (operation.kind === 'card-task.begun') tasks.set(operation.payload.taskId, { ...operation.payload, verified: 0, open: true });
    if (operation.kind === 'card-task.abandoned') {
      const task = tasks.get(operation.payload.taskId);
      if (task !== undefined) task.open = false;
    }
    if (operation.kind === 'card-task.verified') {
      const task = tasks.get(operation.payload.taskId);
      if (task === undefined) complaints.push('a task was verified and never begun');
      else {
        task.verified += 1;
        task.open = false;
        if (task.verified > 1) complaints.push(`${task.taskId} verified ${task.verified} times`);
        if (task.purpose === 'correct' || task.purpose === 'carry') cardsNow.add(task.cardNo, 1, task.volumeLitres);
        else if (task.purpose !== 'reverse') cardsNow.make(task);
        if (task.purpose !== 'correct') owedLitres -= task.volumeLitres;
      }
    }
    if (owedLitres < 0) complaints.push(`${-owedLitres} l more were carried than were owed`);
  }

  const sums = { takenFen: 0, refundedFen: 0, deliveredFen: 0, deliveredLitres: 0 };
  const open: string[] = [];
  for (const [topupId, entry] of seen) {
    if (entry.paid !== 1) complaints.push(`${topupId} paid ${entry.paid} times`);
    if (entry.reversed > 1) complaints.push(`${topupId} reversed ${entry.reversed} times`);
    if (entry.verified + entry.refunded > 1) complaints.push(`${topupId} verified ${entry.verified} and refunded ${entry.refunded} times`);
    sums.takenFen += entry.amountFen;
    if (entry.refunded + entry.reversed === 1) sums.refundedFen += entry.amountFen;
    else if (entry.verified === 1) {
      sums.deliveredFen += entry.amountFen;
      sums.deliveredLitres += entry.litres;
    } else open.push(topupId);
  }

  for (const [cardNo, expected] of cardsNow.all()) {
    const truth = cards.get(cardNo);
    const undecided =
      open.some((topupId) => seen.get(topupId)?.cardNo === cardNo) ||
      [...tasks.values()].some((task) => task.open && task.cardNo === cardNo);
    if (truth === undefined || undecided || cardsNow.isOtherOf(cardNo, truth)) continue;
    if (truth.sequence !== expected.sequence) {
      complaints.push(`card ${cardNo} stands at purchase ${truth.sequence}, the journal at ${expected.sequence}`);
    }
    if (truth.cumulativeLitres !== expected.cumulativeLitres) {
      complaints.push(`card ${cardNo} holds ${truth.cumulativeLitres} l, the journal says ${expected.cumulativeLitres} l`);
    }
  }
  if (
    sums.takenFen !==
    sums.deliveredFen + sums.refundedFen + open.reduce((sum, topupId) => sum + (seen.get(topupId)?.amountFen ?? 0), 0)
  ) {
    complaints.push('money taken is not delivered + refunded + open');
  }
  const openTasks = [...tasks.values()].filter((task) => task.open).map(({ taskId }) => taskId);
  return { ...sums, open, openTasks, owedLitres, complaints };
}
