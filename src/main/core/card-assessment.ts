// What the card in the reader is to us: layout, content, ledger, the open purchase and what its images say.
import { sameAccess, tearUnitBytes } from '../../shared/domain/card-access.ts';
import { fromHex, judgeImage } from '../../shared/domain/card-image.ts';
import type {
  CardContent,
  CardIdentity,
  CardLayout,
  CardPurchase,
  CardReading,
  LoadedSale,
  UnloadedSale,
} from '../../shared/domain/card-layout.ts';
import { CARD_TASKS, type CardTaskPurpose, type CardTaskRow } from '../../shared/domain/card-tasks.ts';
import { commodityOf } from '../../shared/domain/commodity.ts';
import { Fault, type FaultCode } from '../../shared/domain/fault.ts';
import type { CardRow, TopupRow } from '../../shared/domain/fold.ts';
import { divideHalfUp } from '../../shared/domain/money.ts';
import { loadedSaleOf, type Policy } from '../../shared/domain/policy.ts';
import { commodityOfAccount } from './commodity.ts';
import type { CardLayouts } from './ports/cards.ts';
import type { CardSnapshot } from './ports/devices.ts';
import type { ReadStore } from './ports/store.ts';

export type OpenVerdict = 'no-intent' | 'before' | 'after' | 'mixture' | 'other' | 'taken-by-meter';

export interface CardAssessment {
  readonly snapshot: CardSnapshot;
  readonly layout: CardLayout | null;
  readonly reading: CardReading | null;
  readonly content: CardContent | null;
  /** Known even where a record is torn, because a purchase never rewrites the identity. */
  readonly identity: CardIdentity | null;
  readonly row: CardRow | null;
  readonly open: TopupRow | null;
  readonly verdict: OpenVerdict | null;
  /** The open card task of this card, and what its images say. */
  readonly task: CardTaskRow | null;
  readonly taskVerdict: OpenVerdict | null;
  /** The purchase sequence at which the card was made; 0 on an account's first card. */
  readonly beganAt: number;
  /** Why this card is no card of ours, or cannot be worked with at all; null when it can. */
  readonly fault: FaultCode | null;
}

const READING_FAULT: Record<Exclude<CardReading['kind'], 'content'>, FaultCode> = {
  blank: 'CARD_BLANK',
  'other-layout': 'CARD_OTHER_LAYOUT',
  'other-region': 'CARD_OTHER_REGION',
  tool: 'CARD_TOOL',
  damaged: 'CARD_DAMAGED',
};

const OF_OUR_IMAGES: ReadonlySet<OpenVerdict> = new Set<OpenVerdict>(['mixture', 'after', 'before']);

/** Purposes that turn a blank card into an account's. */
export const MAKES_A_CARD: ReadonlySet<CardTaskPurpose> = new Set<CardTaskPurpose>(['issue', 'reissue', 'replace']);

interface Recognised {
  readonly layout: CardLayout | null;
  readonly reading: CardReading;
}

/** Which of the layouts that read the same bytes of the same chip the image is of. */
function recognise(layouts: CardLayouts, used: CardLayout | null, image: Uint8Array, regionCode: string): Recognised {
  let fallback: Recognised = { layout: null, reading: { kind: 'other-layout' } };
  for (const layout of layouts.all()) {
    if (used === null || layout.imageBytes !== image.length || !sameAccess(layout.access, used.access)) continue;
    const reading = layout.read(image, regionCode);
    if (reading.kind === 'content' || reading.kind === 'other-region' || reading.kind === 'tool') return { layout, reading };
    if (reading.kind !== 'other-layout' && fallback.reading.kind !== 'damaged') fallback = { layout, reading };
  }
  return fallback;
}

/**
 * What the images of an intent say about the card found. `takenFrom`: the purchase sequence whose loading by the meter settles it; null where the meter
 * has no part in it.
 */
export function judgeIntent(
  intent: { readonly beforeHex: string; readonly afterHex: string; readonly takenFrom: number | null } | null,
  card: { readonly layout: CardLayout; readonly image: Uint8Array; readonly content: CardContent | null },
): OpenVerdict {
  if (intent === null) return 'no-intent';
  const { layout, image: found, content } = card;
  const images = { before: fromHex(intent.beforeHex), after: fromHex(intent.afterHex), found };
  if (layout.judge !== undefined) return layout.judge(images);
  if (intent.takenFrom !== null && content?.meterReturn != null && content.meterReturn.loadedSequence >= intent.takenFrom) {
    return 'taken-by-meter';
  }
  return judgeImage({ ...images, meterRanges: layout.meterRanges, unitBytes: tearUnitBytes(layout.access) });
}

/** What the images of an open top-up say about the card found. */
export function judgeOpen(topup: TopupRow, layout: CardLayout, image: Uint8Array, content: CardContent | null): OpenVerdict {
  const { intent } = topup;
  return judgeIntent(intent === null ? null : { ...intent, takenFrom: intent.sequence }, { layout, image, content });
}

/** What the images of an open card task say about the card found. A reversal is settled the other way round when the meter has its purchase. */
export function judgeTask(task: CardTaskRow, card: Parameters<typeof judgeIntent>[1]): OpenVerdict {
  const { intent, purpose } = task;
  if (intent === null) return 'no-intent';
  const adds = purpose === 'correct' || purpose === 'carry';
  const takenFrom = adds ? intent.sequence : purpose === 'reverse' ? intent.sequence + 1 : null;
  return judgeIntent({ ...intent, takenFrom }, card);
}

/** Returns the sequence at which a card of ours was made. */
function beganAt(store: ReadStore, row: CardRow | null): number {
  if (row === null) return 0;
  const made = store
    .recordsByKey(CARD_TASKS, { kind: 'card', value: row.cardNo })
    .find(({ purpose, state }) => state === 'verified' && MAKES_A_CARD.has(purpose));
  return made?.intent?.sequence ?? 0;
}

/** The card's open task; null when there is none. */
export function openTaskOf(store: ReadStore, cardNo: string): CardTaskRow | null {
  return store.recordsByKey(CARD_TASKS, { kind: 'open-on-card', value: cardNo })[0] ?? null;
}

const NOTHING_OPEN = { open: null, verdict: null, task: null, taskVerdict: null, beganAt: 0 };

/** Returns what is known about the card of a snapshot. Pure reading: nothing is written anywhere. */
export function assessCard(ports: { readonly store: ReadStore; readonly layouts: CardLayouts }, snapshot: CardSnapshot): CardAssessment {
  const nothing = { snapshot, layout: null, reading: null, content: null, identity: null, row: null, ...NOTHING_OPEN };
  if (snapshot.presence === 'absent') return { ...nothing, fault: 'CARD_ABSENT' };
  if (snapshot.presence === 'damaged') return { ...nothing, fault: 'CARD_DAMAGED' };
  // A card of a kind, or under keys, that none of our layouts has.
  if (snapshot.image === null) {
    const known = ports.layouts.all().some(({ access }) => access.chip === snapshot.chip);
    return { ...nothing, reading: { kind: 'other-layout' }, fault: known ? 'CARD_OTHER_LAYOUT' : 'CARD_CHIP_UNSUPPORTED' };
  }
  const regionCode = ports.store.branch()?.regionCode ?? '';
  const { layout, reading } = recognise(ports.layouts, ports.layouts.get(snapshot.layoutId ?? ''), snapshot.image, regionCode);
  const content = reading.kind === 'content' ? reading.content : null;
  const identity = content ?? (reading.kind === 'damaged' ? reading.identity : null);
  const row = identity === null ? null : ports.store.card(identity.cardNo);
  const open = identity === null ? null : ports.store.undeliveredOfCard(identity.cardNo);
  const verdict = open !== null && layout !== null ? judgeOpen(open, layout, snapshot.image, content) : null;
  const task = identity === null ? null : openTaskOf(ports.store, identity.cardNo);
  const taskVerdict = task !== null && layout !== null ? judgeTask(task, { layout, image: snapshot.image, content }) : null;
  // A torn record of our own open write is no damage: the images decide.
  const explained = reading.kind === 'damaged' && [verdict, taskVerdict].some((each) => each !== null && OF_OUR_IMAGES.has(each));
  const ofAccount = row?.accountId ?? task?.accountId;
  const foreign =
    identity !== null &&
    ofAccount !== undefined &&
    commodityOf(identity) !== commodityOfAccount(ports.store, ports.store.account(ofAccount));
  const known = row === null && task === null ? 'CARD_NOT_IN_LEDGER' : foreign ? 'CARD_OTHER_SUPPLY' : null;
  const fault = reading.kind === 'content' || explained ? known : READING_FAULT[reading.kind];
  return { snapshot, layout, reading, content, identity, row, open, verdict, task, taskVerdict, beganAt: beganAt(ports.store, row), fault };
}

/** What the card still holds that its meter has not taken, and what a sale does with it; null where it holds nothing, or nothing may be sold to it then. */
export function unloadedSaleOf({ content, layout }: CardAssessment, policy: Policy): UnloadedSale | null {
  if (content === null || layout === null || content.takenByMeter || content.purchase === null) return null;
  const way = loadedSaleOf(layout, policy);
  return way === 'refuse' ? null : { litres: content.purchase.volumeLitres, way };
}

/** Why no new purchase may be sold to this card now; null when it may. `whileLoaded`: what is done where the meter has not taken the last one. */
export function saleObstacle(assessment: CardAssessment, whileLoaded: LoadedSale = 'refuse'): FaultCode | null {
  const { fault, row, open, task, content, layout, snapshot } = assessment;
  if (fault !== null) return fault;
  if (task !== null) return 'CARD_TASK_OPEN';
  if (row === null || layout === null) return 'CARD_NOT_IN_LEDGER';
  if (row.status === 'blacklisted') return 'CARD_BLACKLISTED';
  if (row.status === 'returned') return 'CARD_RETURNED';
  if (open !== null) return 'TOPUP_OPEN_ON_CARD';
  if (content === null) return 'CARD_DAMAGED';
  if (snapshot.attemptsLeft === 0) return 'CARD_LOCKED';
  if (snapshot.attemptsLeft === 1) return 'CARD_LAST_ATTEMPT';
  return (
    sequenceObstacle(content, row, assessment.beganAt) ?? (content.takenByMeter || whileLoaded !== 'refuse' ? null : 'CARD_STILL_LOADED')
  );
}

/**
 * Whether card and ledger stand at the same purchase; otherwise the fault that names the difference. A card that was made in place of another begins
 * where that one stood, without a purchase of its own.
 */
export function sequenceObstacle(content: CardContent, row: CardRow, beganAt = 0): FaultCode | null {
  const onCard = content.purchase?.sequence ?? (content.tornRecord ? 0 : beganAt);
  if (onCard > row.sequence) return 'CARD_SEQUENCE_AHEAD';
  return onCard < row.sequence ? 'CARD_CHANGED_ELSEWHERE' : null;
}

/** Returns the average price of a purchase for the meter's display, fen per m³. */
export function averagePrice({ amountFen, litres }: { readonly amountFen: number; readonly litres: number }): number {
  return divideHalfUp(BigInt(amountFen) * 1000n, BigInt(litres));
}

/**
 * Returns the purchase that comes next on the card. Throws CARD_DAMAGED, CARD_SEQUENCE_AHEAD, CARD_CHANGED_ELSEWHERE, and CARD_STILL_LOADED where the
 * meter has not taken the last one and nobody has agreed to what is on the card now. Where it was to be added and the meter has taken it since, only
 * what was bought goes on.
 */
export function nextPurchase(
  { layout, content, row, beganAt: began }: CardAssessment,
  bought: { readonly litres: number; readonly priceFenPerM3: number; readonly date: string; readonly unloaded?: UnloadedSale | undefined },
): CardPurchase {
  if (layout === null || content === null || row === null) throw new Fault('CARD_DAMAGED');
  const obstacle = sequenceObstacle(content, row, began);
  if (obstacle !== null) throw new Fault(obstacle);
  const leftLitres = content.takenByMeter ? 0 : (content.purchase?.volumeLitres ?? 0);
  const { unloaded } = bought;
  if (leftLitres > 0 && unloaded?.litres !== leftLitres) throw new Fault('CARD_STILL_LOADED', { litres: leftLitres });
  return {
    sequence: row.sequence + 1,
    volumeLitres: bought.litres + (unloaded?.way === 'add' ? leftLitres : 0),
    cumulativeLitres: row.cumulativeLitres + bought.litres,
    priceFenPerM3: bought.priceFenPerM3,
    date: bought.date,
  };
}
