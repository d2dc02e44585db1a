// What the card in the reader is to us: layout, content, ledger, the open purchase and what its images say.
import { sameAccess, tearUnitBytes } from '../../shared/domain/card-access.ts';
import { fromHex, judgeImage } from '../../shared/domain/card-image.ts';
import type { CardContent, CardIdentity, CardLayout, CardReading } from '../../shared/domain/card-layout.ts';
import type { FaultCode } from '../../shared/domain/fault.ts';
import type { CardRow, TopupRow } from '../../shared/domain/fold.ts';
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
  /** Why this card is no card of ours, or cannot be worked with at all; null when it can. */
  readonly fault: FaultCode | null;
}

const READING_FAULT: Record<Exclude<CardReading['kind'], 'content'>, FaultCode> = {
  blank: 'CARD_BLANK',
  'other-layout': 'CARD_OTHER_LAYOUT',
  'other-region': 'CARD_OTHER_REGION',
  damaged: 'CARD_DAMAGED',
};

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
    if (reading.kind === 'content' || reading.kind === 'other-region') return { layout, reading };
    if (reading.kind !== 'other-layout' && fallback.reading.kind !== 'damaged') fallback = { layout, reading };
  }
  return fallback;
}

/** What the images of an open top-up say about the card found. */
export function judgeOpen(topup: TopupRow, layout: CardLayout, found: Uint8Array, content: CardContent | null): OpenVerdict {
  if (topup.intent === null) return 'no-intent';
  const images = { before: fromHex(topup.intent.beforeHex), after: fromHex(topup.intent.afterHex), found };
  if (layout.judge !== undefined) return layout.judge(images);
  if (content?.meterReturn != null && content.meterReturn.loadedSequence >= topup.intent.sequence) return 'taken-by-meter';
  return judgeImage({
    ...images,
    meterRanges: layout.meterRanges,
    unitBytes: tearUnitBytes(layout.access),
  });
}

/** Returns what is known about the card of a snapshot. Pure reading: nothing is written anywhere. */
export function assessCard(ports: { readonly store: ReadStore; readonly layouts: CardLayouts }, snapshot: CardSnapshot): CardAssessment {
  const nothing = { snapshot, layout: null, reading: null, content: null, identity: null, row: null, open: null, verdict: null };
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
  // A torn record of our own open write is no damage: the images decide.
  const explained = reading.kind === 'damaged' && (verdict === 'mixture' || verdict === 'after' || verdict === 'before');
  const fault = reading.kind === 'content' || explained ? (row === null ? 'CARD_NOT_IN_LEDGER' : null) : READING_FAULT[reading.kind];
  return { snapshot, layout, reading, content, identity, row, open, verdict, fault };
}

/** Why no new purchase may be sold to this card now; null when it may. */
export function saleObstacle(assessment: CardAssessment): FaultCode | null {
  const { fault, row, open, content, layout, snapshot } = assessment;
  if (fault !== null) return fault;
  if (row === null || layout === null) return 'CARD_NOT_IN_LEDGER';
  if (row.status === 'blacklisted') return 'CARD_BLACKLISTED';
  if (open !== null) return 'TOPUP_OPEN_ON_CARD';
  if (content === null) return 'CARD_DAMAGED';
  if (snapshot.attemptsLeft === 0) return 'CARD_LOCKED';
  if (snapshot.attemptsLeft === 1) return 'CARD_LAST_ATTEMPT';
  return sequenceObstacle(content, row) ?? (content.takenByMeter || layout.sellWhileLoaded ? null : 'CARD_STILL_LOADED');
}

/** Whether card and ledger stand at the same purchase; otherwise the fault that names the difference. */
export function sequenceObstacle(content: CardContent, row: CardRow): FaultCode | null {
  const onCard = content.purchase?.sequence ?? 0;
  if (onCard > row.sequence) return 'CARD_SEQUENCE_AHEAD';
  return onCard < row.sequence ? 'CARD_CHANGED_ELSEWHERE' : null;
}
