// The judge: says from the journal and the cards alone whether every fen taken is delivered, refunded or visibly undelivered.
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
  /** What does not add up, in words; empty when all is well. */
  readonly complaints: readonly string[];
}

interface Seen {
  paid: number;
  verified: number;
  refunded: number;
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
  const of = (topupId: string): Seen => {
    const known = seen.get(topupId) ?? { paid: 0, verified: 0, refunded: 0, amountFen: 0, litres: 0, cardNo: '' };
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
    if (operation.kind === 'topup.verified') of(operation.payload.topupId).verified += 1;
    if (operation.kind === 'topup.refunded') of(operation.payload.topupId).refunded += 1;
  }

  const sums = { takenFen: 0, refundedFen: 0, deliveredFen: 0, deliveredLitres: 0 };
  const open: string[] = [];
  const perCard = new Map<string, { count: number; litres: number }>();
  for (const [topupId, entry] of seen) {
    if (entry.paid !== 1) complaints.push(`${topupId} paid ${entry.paid} times`);
    if (entry.verified + entry.refunded > 1) complaints.push(`${topupId} verified ${entry.verified} and refunded ${entry.refunded} times`);
    sums.takenFen += entry.amountFen;
    if (entry.refunded === 1) sums.refundedFen += entry.amountFen;
    else if (entry.verified === 1) {
      sums.deliveredFen += entry.amountFen;
      sums.deliveredLitres += entry.litres;
      const card = perCard.get(entry.cardNo) ?? { count: 0, litres: 0 };
      perCard.set(entry.cardNo, { count: card.count + 1, litres: card.litres + entry.litres });
    } else open.push(topupId);
  }

  for (const [cardNo, start] of issued) {
    const delivered = perCard.get(cardNo) ?? { count: 0, litres: 0 };
    const truth = cards.get(cardNo);
    const undecided = open.some((topupId) => seen.get(topupId)?.cardNo === cardNo);
    if (truth === undefined || undecided) continue;
    if (truth.sequence !== start.sequence + delivered.count) {
      complaints.push(`card ${cardNo} stands at purchase ${truth.sequence}, the journal at ${start.sequence + delivered.count}`);
    }
    if (truth.cumulativeLitres !== start.cumulativeLitres + delivered.litres) {
      complaints.push(`card ${cardNo} holds ${truth.cumulativeLitres} l, the journal says ${start.cumulativeLitres + delivered.litres} l`);
    }
  }
  if (
    sums.takenFen !==
    sums.deliveredFen + sums.refundedFen + open.reduce((sum, topupId) => sum + (seen.get(topupId)?.amountFen ?? 0), 0)
  ) {
    complaints.push('money taken is not delivered + refunded + open');
  }
  return { ...sums, open, complaints };
}
