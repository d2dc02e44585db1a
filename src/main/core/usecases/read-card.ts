// The card in the reader, in readable form, beside what the ledger knows; no secret is presented.
import type { Outputs } from '../../../shared/contract/index.ts';
import type { CardContent } from '../../../shared/domain/card-layout.ts';
import { commodityOf } from '../../../shared/domain/commodity.ts';
import { recordNow, type UseCaseContext } from '../actor.ts';
import { policyNow } from '../approval.ts';
import { type CardAssessment, saleObstacle, sequenceObstacle, unloadedSaleOf } from '../card-assessment.ts';
import { lastVolumeOf } from '../card-task-job.ts';
import { commodityOfAccount } from '../commodity.ts';
import { holdReader, readAndAssess } from '../reader.ts';

type CardView = Outputs['cards']['read'];

function differenceOf({ open, content, row, beganAt }: CardAssessment): CardView['difference'] {
  if (open !== null) return 'purchase-open';
  if (content === null || row === null) return 'none';
  const obstacle = sequenceObstacle(content, row, beganAt);
  if (obstacle === null) return 'none';
  return obstacle === 'CARD_SEQUENCE_AHEAD' ? 'card-ahead' : 'card-behind';
}

/** Returns the content as a screen is shown it; the commodity stands beside it. */
function shown({ supply: _, ...content }: CardContent): NonNullable<CardView['content']> {
  return content;
}

/** Keeps what the meter wrote on the card, once per new state, so that the account page knows what the meter has. */
function keepMeterReport(context: UseCaseContext, { content, row }: CardAssessment): void {
  const report = content?.meterReturn;
  if (report == null || row === null || content === null) return;
  const known = context.ports.store.meter(report.meterNo);
  if (known === null || known.accountId !== row.accountId) return;
  const same =
    known.loadedSequence === report.loadedSequence &&
    known.remainingLitres === report.remainingLitres &&
    known.cumulativeUseLitres === report.cumulativeUseLitres &&
    known.faults === report.faults;
  // What was sold before the journal began and is not loaded yet is known from the card alone: a card in its place carries it over.
  const { purchase } = content;
  const unknown =
    purchase !== null &&
    !content.takenByMeter &&
    purchase.sequence === row.sequence &&
    lastVolumeOf(context, row.cardNo, row.sequence) === 0;
  const unloaded =
    unknown && purchase.volumeLitres > 0 ? { unloaded: { sequence: purchase.sequence, volumeLitres: purchase.volumeLitres } } : {};
  if (same && !('unloaded' in unloaded)) return;
  recordNow(context, { kind: 'meter.reported', accountId: row.accountId, payload: { cardNo: row.cardNo, ...report, ...unloaded } });
  context.ports.events.publish({ type: 'changed', area: 'accounts', accountId: row.accountId });
}

/** Returns the card of the slot as it is; an empty slot or a card of another world is an answer. Throws DEVICE_…, PORT_…, FRAME_… faults. */
export async function readCard(context: UseCaseContext, input: { readonly slot: number }): Promise<CardView> {
  const { ports } = context;
  const assessment = await holdReader(ports, (reader) => readAndAssess(ports, reader, input.slot));
  keepMeterReport(context, assessment);
  const { snapshot, layout, reading, content, row, open, verdict } = assessment;
  const account = row === null ? null : ports.store.account(row.accountId);
  const unloaded = unloadedSaleOf(assessment, policyNow(ports.store));
  return {
    slot: input.slot,
    presence: snapshot.presence,
    kind: reading?.kind ?? 'none',
    tool: reading?.kind === 'tool' ? { tool: reading.tool, toolNo: reading.toolNo } : null,
    layoutId: layout?.id ?? '',
    commodity: content === null ? commodityOfAccount(ports.store, account) : commodityOf(content),
    content: content === null ? null : shown(content),
    attemptsLeft: snapshot.attemptsLeft,
    accountId: row?.accountId ?? null,
    customerName: account?.customerName ?? '',
    ledger: row === null ? null : { sequence: row.sequence, cumulativeLitres: row.cumulativeLitres, status: row.status },
    difference: differenceOf(assessment),
    open: open === null || verdict === null ? null : { topupId: open.topupId, verdict },
    unloaded,
    obstacle: saleObstacle(assessment, unloaded?.way),
  };
}
