// A maker's tool card as the engine sees it: which cards it may be written on, what is planned, and which secrets are presented.
import { toHex } from '../../shared/domain/card-image.ts';
import type { CardLayout } from '../../shared/domain/card-layout.ts';
import { Fault } from '../../shared/domain/fault.ts';
import { TOOL_CARDS, type ToolCardIntended, type ToolCardRow } from '../../shared/domain/tool-cards.ts';
import { branchOf, record, recordNow, type UseCaseContext } from './actor.ts';
import { type CardAssessment, judgeIntent } from './card-assessment.ts';
import type { CardJob, CardLook, CardSecret } from './card-delivery.ts';
import { ownNo } from './card-numbers.ts';
import { freshSecrets, requireChip } from './card-task-job.ts';
import type { CardKeys } from './ports/cards.ts';
import type { ReadStore } from './ports/store.ts';

/** A tool card that somebody wants, with the second person of this try. */
export type WantedToolCard = Pick<ToolCardIntended, 'toolId' | 'tool' | 'layoutId' | 'forWhat' | 'reason' | 'approvedBy' | 'prices'> & {
  /** The number printed on the blank card, where its keys go by it; '' elsewhere. */
  readonly printedNo: string;
};

const cardsOfNo = (store: ReadStore, toolNo: string): readonly ToolCardRow[] =>
  store.recordsByKey(TOOL_CARDS, { kind: 'tool-no', value: toolNo });

/** Whether the card may still be somewhere. */
const isAbroad = ({ state }: ToolCardRow): boolean => state === 'unfinished' || state === 'out' || state === 'lost';

/** Throws TOOL_CARD_UNKNOWN for a card made elsewhere, TOOL_CARD_OUT unless it has come back. A card whose number is printed on it has it for ever. */
function requireReturned(store: ReadStore, toolNo: string): void {
  const rows = cardsOfNo(store, toolNo);
  if (rows.length === 0) throw new Fault('TOOL_CARD_UNKNOWN');
  if (rows.some(isAbroad) || !rows.some(({ state }) => state === 'returned')) throw new Fault('TOOL_CARD_OUT', { toolNo });
}

const judge = (row: ToolCardRow | null, layout: CardLayout, image: Uint8Array) =>
  judgeIntent(row === null ? null : { ...row, takenFrom: null }, { layout, image, content: null });

/** Returns the layout if the card is a blank one, a tool card of ours that came back, or the one begun here. Never takes a customer's card. */
function layoutFor({ ports }: UseCaseContext, wanted: WantedToolCard, row: ToolCardRow | null, assessment: CardAssessment): CardLayout {
  const layout = ports.layouts.get(wanted.layoutId);
  if (layout === null) throw new Fault('CARD_OTHER_LAYOUT');
  const image = requireChip(assessment, layout);
  if (assessment.identity !== null || assessment.task !== null || assessment.open !== null) throw new Fault('CARD_NOT_BLANK');
  if (row !== null && judge(row, layout, image) !== 'other') return layout;
  const reading = layout.read(image, branchOf(ports.store).regionCode);
  if (reading.kind === 'tool') requireReturned(ports.store, reading.toolNo);
  else if (reading.kind !== 'blank') throw new Fault('CARD_NOT_BLANK');
  return layout;
}

function keysOf(
  { ports }: UseCaseContext,
  { layout, snapshot }: CardLook,
  card: { readonly toolNo: string; readonly keyVersion: number },
): CardKeys {
  const { id: layoutId, access } = layout;
  return ports.keys.cardKeys({ layoutId, access, cardNo: card.toolNo, uid: snapshot.uid, keyVersion: card.keyVersion });
}

/** Returns the number that is printed on the card. Throws TOOL_CARD_OUT while a card of that number is out, CARD_MISMATCH where another one bears it. */
function requirePrintedNo(store: ReadStore, { printedNo, formerNo }: { readonly printedNo: string; readonly formerNo: string }): string {
  if (store.card(printedNo) !== null || (formerNo !== '' && formerNo !== printedNo))
    throw new Fault('CARD_MISMATCH', { expected: printedNo, found: formerNo });
  if (cardsOfNo(store, printedNo).some(isAbroad)) throw new Fault('TOOL_CARD_OUT', { toolNo: printedNo });
  return printedNo;
}

/** Plans the card and keeps both images. The keys go by the number, so each card has a new one, unless it is printed on it. */
function intend(context: UseCaseContext, wanted: WantedToolCard, { layout, image }: CardLook): void {
  const { ports } = context;
  const { regionCode } = branchOf(ports.store);
  const [keyVersion = 0] = ports.keys.versions;
  const reading = layout.read(image, regionCode);
  const formerNo = reading.kind === 'tool' ? reading.toolNo : '';
  ports.store.write((tx) => {
    const { printedNo, ...begun } = wanted;
    const { tool, prices } = begun;
    const toolNo =
      layout.numberPrinted === true ? requirePrintedNo(tx, { printedNo, formerNo }) : ownNo(tx, { prefix: '88', numbers: 'tool-card' });
    const after = layout.planTool?.(image, { tool, toolNo, regionCode, ...(prices === undefined ? {} : { prices }) });
    if (after === undefined) throw new Fault('CARD_OTHER_LAYOUT');
    const images = { beforeHex: toHex(image), afterHex: toHex(after) };
    const payload = { ...begun, toolNo, formerNo, keyVersion, ...images };
    record(context, tx, { id: wanted.toolId, kind: 'tool-card.intended', accountId: '', payload });
  });
}

/** A card that was a tool card answers to its former secret until the first step of the write, the change of the secret, is done. */
function secretsOf(context: UseCaseContext, row: ToolCardRow, look: CardLook, verdict: string): readonly CardSecret[] {
  const keys = keysOf(context, look, row);
  if (row.formerNo === '') return freshSecrets(context, look, { keys, verdict, attempts: row.attempts });
  const former = cardsOfNo(context.ports.store, row.formerNo).find(({ toolId }) => toolId !== row.toolId);
  const own = { keys, newKeys: null };
  const { chip } = look.layout.access;
  // No other chip has a secret of its own that the counter could change.
  if (chip !== 'SLE4442' && chip !== 'MIFARE-S50') return [own];
  if (former === undefined || verdict === 'mixture') return [own];
  const changing = { keys: keysOf(context, look, former), newKeys: keys };
  return row.attempts === 0 ? [changing] : [changing, own];
}

/** The tool card as the engine sees it now. */
export function toolCardJob(context: UseCaseContext, wanted: WantedToolCard): CardJob {
  const { toolId, approvedBy } = wanted;
  const row = context.ports.store.record(TOOL_CARDS, toolId);
  return {
    jobId: toolId,
    cardNo: row?.toolNo ?? '',
    intent: row,
    attempts: row?.attempts ?? 0,
    layoutFor: (assessment) => layoutFor(context, wanted, row, assessment),
    judge: ({ layout, image }) => judge(row, layout, image),
    intend: (look) => intend(context, wanted, look),
    secrets(look, verdict) {
      if (row === null) throw new Fault('INTERNAL', { reason: 'no intent' });
      return secretsOf(context, row, look, verdict);
    },
    noteWriting: ({ attempt }) =>
      void recordNow(context, { kind: 'tool-card.writing', accountId: '', payload: { toolId, attempt, approvedBy } }),
    verify(found) {
      const proof = found === 'taken-by-meter' ? 'found-complete' : found;
      recordNow(context, { kind: 'tool-card.made', accountId: '', payload: { toolId, proof } });
    },
  };
}
