// A card task as the engine sees it: what it plans for the card, which secret it presents, and what follows once the card was read back.

import { tearUnitBytes } from '../../shared/domain/card-access.ts';
import { fromHex, judgeImage, sameBytes, toHex } from '../../shared/domain/card-image.ts';
import type { CardLayout } from '../../shared/domain/card-layout.ts';
import { CARD_TASKS, type CardTaskRow } from '../../shared/domain/card-tasks.ts';
import { suppliedWith } from '../../shared/domain/commodity.ts';
import { Fault } from '../../shared/domain/fault.ts';
import type { TopupRow } from '../../shared/domain/fold.ts';
import type { PurchaseTerms } from '../../shared/domain/purchase.ts';
import type { Tender } from '../../shared/domain/tender.ts';
import { branchOf, record, recordNow, type UseCaseContext } from './actor.ts';
import { averagePrice, type CardAssessment, judgeTask, MAKES_A_CARD, nextPurchase } from './card-assessment.ts';
import { type CardJob, type CardLook, type CardSecret, type DeliveryProof, ownSecret, targetImage } from './card-delivery.ts';
import { refundTenders } from './charges.ts';
import { commodityOfAccount } from './commodity.ts';
import type { CardKeys } from './ports/cards.ts';
import type { ReadStore } from './ports/store.ts';
import { halfMadeKeys, requireCard } from './reader.ts';

/** How the money of a reversal goes back: parts by a terminal, a part to the account's credit, the rest in cash. */
export interface GiveBack {
  readonly refunds: readonly Tender[];
  readonly toCreditFen: number;
}

/** Returns the task; throws CARD_TASK_UNKNOWN. */
export function requireTask({ ports }: UseCaseContext, taskId: string): CardTaskRow {
  const task = ports.store.record(CARD_TASKS, taskId);
  if (task === null) throw new Fault('CARD_TASK_UNKNOWN', { taskId });
  return task;
}

/** Returns the top-up a reversal takes off the card; throws TOPUP_UNKNOWN. */
function reversedTopup({ ports }: UseCaseContext, task: CardTaskRow): TopupRow {
  const topup = ports.store.topup(task.topupId);
  if (topup === null || topup.intent === null) throw new Fault('TOPUP_UNKNOWN', { topupId: task.topupId });
  return topup;
}

/** Returns the purchase that was paid for the old card and goes on this one; null where there is none. */
function carriedTopup({ ports }: UseCaseContext, task: CardTaskRow): PurchaseTerms | null {
  if (task.topupId === '' || !MAKES_A_CARD.has(task.purpose)) return null;
  return ports.store.topup(task.topupId)?.payment.purchase ?? null;
}

/** Whether the image is one that the reversal's top-up has left, the meter's own bytes aside. */
function holdsTopup(topup: TopupRow, layout: CardLayout, image: Uint8Array): boolean {
  if (topup.intent === null) return false;
  const [before, after] = [fromHex(topup.intent.beforeHex), fromHex(topup.intent.afterHex)];
  if (layout.judge !== undefined) return layout.judge({ before, after, found: image }) === 'after';
  return sameBytes(targetImage(after, layout, image), image);
}

/** Returns the image of a card that may become one of the layout. Throws CARD_ABSENT, CARD_DAMAGED, CARD_OTHER_LAYOUT. */
export function requireChip({ snapshot }: CardAssessment, layout: CardLayout): Uint8Array {
  if (snapshot.presence === 'absent') throw new Fault('CARD_ABSENT');
  if (snapshot.presence === 'damaged') throw new Fault('CARD_DAMAGED');
  if (snapshot.chip !== layout.access.chip || snapshot.image?.length !== layout.imageBytes) throw new Fault('CARD_OTHER_LAYOUT');
  return snapshot.image;
}

/** Returns the layout of the task if the card in the reader is its card, or, for a card that is being made, one that may become it. */
function layoutFor({ ports }: UseCaseContext, task: CardTaskRow, assessment: CardAssessment): CardLayout {
  const layout = ports.layouts.get(task.layoutId);
  if (layout === null) throw new Fault('CARD_OTHER_LAYOUT');
  const { identity } = assessment;
  if (!MAKES_A_CARD.has(task.purpose)) {
    requireCard(assessment, task.cardNo);
    if (assessment.layout?.id !== layout.id) throw new Fault('CARD_OTHER_LAYOUT');
    return layout;
  }
  const image = requireChip(assessment, layout);
  if (identity !== null && identity.cardNo !== task.cardNo)
    throw new Fault('CARD_MISMATCH', { expected: task.cardNo, found: identity.cardNo });
  if (assessment.reading?.kind === 'tool') throw new Fault('CARD_TOOL');
  const isBlank = layout.read(image, branchOf(ports.store).regionCode).kind === 'blank';
  // Another blank card serves as well as the one that was begun with; what is half written must be ours.
  if (!isBlank && (task.intent === null || judgeTask(task, { layout, image, content: null }) === 'other'))
    throw new Fault('CARD_NOT_BLANK');
  return layout;
}

/** Returns the images and figures that a task plans for the card it sees. Throws what stands in the way. */
function plan(context: UseCaseContext, task: CardTaskRow, { assessment, layout, image }: CardLook) {
  const { ports } = context;
  const { store } = ports;
  const branch = branchOf(store);
  switch (task.purpose) {
    case 'issue':
    case 'reissue':
    case 'replace': {
      const account = store.account(task.accountId);
      if (account === null) throw new Fault('ACCOUNT_UNKNOWN');
      const { regionCode } = branch;
      const [keyVersion = 0] = ports.keys.versions;
      const start = startOf(context, task);
      const carried = carriedTopup(context, task);
      const newLitres = task.volumeLitres + (carried?.litres ?? 0);
      const litres = newLitres + start.unusedLitres;
      // What the meter has not loaded keeps its sequence, so that it is loaded once whichever card comes first; volume owed is a purchase of its own. A
      // purchase that the old card was to have has the number it would have had there.
      const sequence = start.sequence + (newLitres > 0 ? 1 : 0);
      const cumulativeLitres = start.cumulativeLitres + newLitres;
      const priceFenPerM3 = carried === null ? 0 : averagePrice(carried);
      const begins = {
        sequence: litres > 0 ? sequence - 1 : sequence,
        cumulativeLitres: cumulativeLitres - litres,
        reissues: reissuesOf(ports.store, task),
      };
      const { accountNo } = account;
      const identity = { cardNo: task.cardNo, regionCode, accountNo, ...suppliedWith(commodityOfAccount(store, account)) };
      const made = layout.planIssue(image, { ...identity, keyVersion, begins });
      const purchase = { sequence, volumeLitres: litres, cumulativeLitres, priceFenPerM3, date: branch.businessDate };
      return { sequence, cumulativeLitres, after: litres > 0 ? layout.planPurchase(made, purchase) : made };
    }
    case 'correct':
    case 'carry': {
      const purchase = nextPurchase(assessment, { litres: task.volumeLitres, priceFenPerM3: 0, date: branch.businessDate });
      const { sequence, cumulativeLitres } = purchase;
      return { sequence, cumulativeLitres, after: layout.planPurchase(image, purchase) };
    }
    case 'reverse': {
      const topup = reversedTopup(context, task);
      const { row, content } = assessment;
      if (row === null || content === null || topup.intent === null) throw new Fault('CARD_DAMAGED');
      if (content.meterReturn !== null && content.meterReturn.loadedSequence >= topup.intent.sequence) throw new Fault('REVERSAL_TAKEN');
      if (row.sequence !== topup.intent.sequence) throw new Fault('REVERSAL_NOT_LAST');
      if (!holdsTopup(topup, layout, image)) throw new Fault('CARD_CHANGED_ELSEWHERE', { cardNo: task.cardNo });
      const cumulativeLitres = row.cumulativeLitres - topup.payment.purchase.litres;
      if (layout.planRefund !== undefined)
        return { sequence: row.sequence, cumulativeLitres, after: layout.planRefund(image, cumulativeLitres) };
      return { sequence: row.sequence - 1, cumulativeLitres, after: targetImage(fromHex(topup.intent.beforeHex), layout, image) };
    }
  }
}

/** How many cards were made in place of others for the account, this one with them. */
function reissuesOf(store: ReadStore, { taskId, accountId, purpose }: CardTaskRow): number {
  if (purpose === 'issue') return 0;
  const made = store.recordsOf(CARD_TASKS, accountId).filter((task) => task.state === 'verified' && MAKES_A_CARD.has(task.purpose));
  return made.filter((task) => task.purpose !== 'issue' && task.taskId !== taskId).length + 1;
}

/**
 * Where a card that is made begins: a first card where its meter stands, one that stands in for another where that one stood, with what its last purchase holds unless the
 * meter is known to have it.
 */
export function startOf({ ports }: UseCaseContext, task: Pick<CardTaskRow, 'accountId' | 'oldCardNo'> & { readonly topupId?: string }) {
  const { store } = ports;
  const meter = store.metersOf(task.accountId).find(({ kind, place }) => kind === 'ic' && place === 'installed');
  const old = task.oldCardNo === '' ? null : store.card(task.oldCardNo);
  if (old === null) return { sequence: meter?.loadedSequence ?? 0, cumulativeLitres: 0, unusedLitres: 0 };
  const { sequence, cumulativeLitres, cardNo } = old;
  // A purchase is sold to a card only when the meter has taken the one before.
  const soldOn = (task.topupId ?? '') !== '';
  const taken = soldOn || (meter !== undefined && meter.loadedSequence >= sequence);
  return { sequence, cumulativeLitres, unusedLitres: taken ? 0 : lastVolumeOf({ ports }, cardNo, sequence) };
}

/** Litres of the purchase in a planned image; 0 where it holds none. */
function volumeIn({ ports }: Pick<UseCaseContext, 'ports'>, planned: { readonly layoutId: string; readonly afterHex: string }): number {
  const layout = ports.layouts.get(planned.layoutId);
  const reading = layout?.read(fromHex(planned.afterHex), ports.store.branch()?.regionCode ?? '');
  return reading?.kind === 'content' ? (reading.content.purchase?.volumeLitres ?? 0) : 0;
}

/** Litres of the purchase of that sequence on the card, from the journal, or as the card itself said where it was sold before the journal began; 0 where nobody knows. */
export function lastVolumeOf({ ports }: Pick<UseCaseContext, 'ports'>, cardNo: string, sequence: number): number {
  const { store } = ports;
  const row = store.card(cardNo);
  if (row === null) return 0;
  for (const operation of store.operationsOf(row.accountId, 500)) {
    if (operation.kind === 'topup.intended' && operation.payload.cardNo === cardNo && operation.payload.sequence === sequence) {
      const topup = store.topup(operation.payload.topupId);
      if (topup !== null && (topup.state === 'verified' || topup.state === 'receipted'))
        return topup.payment.unloaded === undefined ? topup.payment.purchase.litres : volumeIn({ ports }, operation.payload);
    }
    if (operation.kind === 'meter.reported' && operation.payload.cardNo === cardNo && operation.payload.unloaded?.sequence === sequence)
      return operation.payload.unloaded.volumeLitres;
    if (operation.kind === 'card-task.intended' && operation.payload.sequence === sequence) {
      const task = store.record(CARD_TASKS, operation.payload.taskId);
      if (task === null || task.state !== 'verified' || task.cardNo !== cardNo || task.purpose === 'reverse') continue;
      if (!MAKES_A_CARD.has(task.purpose)) return task.volumeLitres;
      return volumeIn({ ports }, { layoutId: task.layoutId, afterHex: operation.payload.afterHex });
    }
  }
  return 0;
}

/**
 * Secrets of a card that is made of a blank one. Its own goes on before the first byte of the image, and the identity goes on last: a card that bears any
 * byte of ours answers to its own secret, and a card that is still blank to the maker's or, torn right after the change, to its own.
 */
export function freshSecrets(
  context: UseCaseContext,
  look: CardLook,
  { keys, verdict, attempts }: { readonly keys: CardKeys; readonly verdict: string; readonly attempts: number },
): readonly CardSecret[] {
  const { access } = look.layout;
  if (access.chip === 'MIFARE-S50') {
    const { uid } = look.snapshot;
    return [{ keys: halfMadeKeys(context.ports, { layoutId: look.layout.id, access, uid }), newKeys: keys }];
  }
  if (access.chip !== 'SLE4442' || verdict === 'mixture') return [{ keys, newKeys: null }];
  const fresh = { keys: context.ports.keys.transportKeys(access), newKeys: keys };
  return attempts === 0 ? [fresh] : [fresh, { keys, newKeys: null }];
}

function secretsOf(context: UseCaseContext, task: CardTaskRow, look: CardLook, verdict: string): readonly CardSecret[] {
  if (!MAKES_A_CARD.has(task.purpose)) return [ownSecret(context, look, task.cardNo)];
  const { layout, snapshot } = look;
  const [keyVersion = 0] = context.ports.keys.versions;
  const { cardNo, attempts } = task;
  const keys = context.ports.keys.cardKeys({ layoutId: layout.id, access: layout.access, cardNo, uid: snapshot.uid, keyVersion });
  return freshSecrets(context, look, { keys, verdict, attempts });
}

function verify(context: UseCaseContext, task: CardTaskRow, found: DeliveryProof, giveBack: GiveBack): void {
  const { ports, actor } = context;
  const { taskId, accountId } = task;
  if (task.purpose === 'reverse' && found === 'taken-by-meter') throw new Fault('REVERSAL_TAKEN');
  const proof = found === 'taken-by-meter' ? 'found-complete' : found;
  ports.store.write((tx) => {
    record(context, tx, { kind: 'card-task.verified', accountId, payload: { taskId, proof } });
    const carried = carriedTopup(context, task);
    if (carried !== null) {
      const { topupId, cardNo } = task;
      record(context, tx, { kind: 'topup.carried', accountId, payload: { topupId, taskId, cardNo, purchase: carried } });
    }
    if (task.purpose !== 'reverse') return;
    // In one act: the card is as it was before the purchase, the money goes back, the tier year is as it was.
    const { purchase } = reversedTopup(context, task).payment;
    const toCreditFen = Math.min(giveBack.toCreditFen, purchase.amountFen);
    const amountFen = purchase.amountFen - toCreditFen;
    const refunds = refundTenders(tx, { amountFen, others: giveBack.refunds, shiftId: actor.shiftId });
    const { topupId, reason, approvedBy } = task;
    record(context, tx, {
      kind: 'topup.reversed',
      accountId,
      payload: { topupId, taskId, purchase, refunds: [...refunds], toCreditFen, reason, approvedBy },
    });
  });
  ports.sync.nudge();
}

/** The task as the engine sees it now. `giveBack` counts for a reversal. */
export function taskJob(context: UseCaseContext, taskId: string, giveBack: GiveBack): CardJob {
  const task = requireTask(context, taskId);
  const { accountId, cardNo, intent, attempts } = task;
  return {
    jobId: taskId,
    cardNo,
    intent,
    attempts,
    layoutFor: (assessment) => layoutFor(context, task, assessment),
    judge: (look) => judgeTask(task, look),
    intend(look) {
      const { sequence, cumulativeLitres, after } = plan(context, task, look);
      const images = { beforeHex: toHex(look.image), afterHex: toHex(after) };
      recordNow(context, { kind: 'card-task.intended', accountId, payload: { taskId, sequence, cumulativeLitres, ...images } });
    },
    secrets: (look, verdict) => secretsOf(context, task, look, verdict),
    noteWriting: (note) => void recordNow(context, { kind: 'card-task.writing', accountId, payload: { taskId, ...note } }),
    verify: (proof) => verify(context, task, proof, giveBack),
  };
}

/** The task's way back: its images the other way round. Verified, the task is given up. */
export function undoJob(context: UseCaseContext, taskId: string, reason: string): CardJob {
  const job = taskJob(context, taskId, { refunds: [], toCreditFen: 0 });
  const task = requireTask(context, taskId);
  const { intent } = task;
  if (intent === null) throw new Fault('INTERNAL', { reason: 'no intent' });
  return {
    ...job,
    intent: { beforeHex: intent.afterHex, afterHex: intent.beforeHex },
    judge({ layout, image }) {
      const images = { before: fromHex(intent.beforeHex), after: fromHex(intent.afterHex), found: image };
      const verdict = judgeImage({ ...images, meterRanges: layout.meterRanges, unitBytes: tearUnitBytes(layout.access) });
      if (verdict === 'after') throw new Fault('CARD_TASK_ON_CARD');
      return verdict === 'before' ? 'after' : verdict;
    },
    verify: () => void recordNow(context, { kind: 'card-task.abandoned', accountId: task.accountId, payload: { taskId, reason } }),
  };
}
