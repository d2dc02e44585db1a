// Maker's tool cards: made by two people, listed while they are out, and accounted for.
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import type { CardLayout } from '../../../shared/domain/card-layout.ts';
import { commodityOf, suppliedWith } from '../../../shared/domain/commodity.ts';
import { Fault, type FaultData } from '../../../shared/domain/fault.ts';
import { tariffOn } from '../../../shared/domain/gas-bill.ts';
import { mayEnd, TOOL_CARD_ENDS, TOOL_CARDS, type ToolCardRow } from '../../../shared/domain/tool-cards.ts';
import { branchOf, record, type UseCaseContext } from '../actor.ts';
import { type Approver, requireSecondPerson } from '../approval.ts';
import { bringToCard } from '../card-delivery.ts';
import { wrongField } from '../people.ts';
import { toolCardJob } from '../tool-card-job.ts';

type View = Outputs['toolCards']['close'];
const MOST = 200;
const DAY_MS = 86_400_000;

function view({ ports }: UseCaseContext, row: ToolCardRow): View {
  const { toolId, toolNo, tool, layoutId, forWhat, reason, state, clerk, approvedBy, endApprovedBy, prices } = row;
  const { attempts, begunAtMs, madeAtMs, endedAtMs, note } = row;
  const daysOut = state === 'out' ? Math.max(0, Math.floor((ports.clock.nowMs() - madeAtMs) / DAY_MS)) : 0;
  return {
    ...{ toolId, toolNo, tool, layoutId, forWhat, reason, state, clerk, approvedBy, endApprovedBy },
    pricesFrom: prices?.effectiveFrom ?? '',
    versionId: prices?.versionId ?? '',
    ...{ attempts, begunAtMs, madeAtMs, daysOut, endedAtMs, note },
  };
}

/** Returns the staff number of the second person, a supervisor or higher. Throws SUPERVISOR_REQUIRED, APPROVAL_LIMIT { role }. */
function requireSupervisor(context: UseCaseContext, approver: Approver | null): string {
  const staffNo = requireSecondPerson(context, approver);
  if (approver?.role !== 'supervisor' && approver?.role !== 'manager') throw new Fault('APPROVAL_LIMIT', { role: 'supervisor' });
  return staffNo;
}

/** Returns the register: what is out or unfinished, oldest first, or what has ended, latest first. */
export function listToolCards(context: UseCaseContext, { ended }: { readonly ended: boolean }): View[] {
  const { store } = context.ports;
  const rows = (ended ? TOOL_CARD_ENDS : (['unfinished', 'out'] as const)).flatMap((state) =>
    store.recordsInState(TOOL_CARDS, state, MOST),
  );
  const sorted = ended
    ? rows.sort((left, right) => right.endedAtMs - left.endedAtMs)
    : rows.sort((left, right) => left.begunAtMs - right.begunAtMs);
  return sorted.slice(0, MOST).map((row) => view(context, row));
}

/** Returns the layouts with the tool cards that each of them has; those that have some first. */
export function toolLayouts({ ports }: UseCaseContext): Outputs['toolCards']['layouts'] {
  return ports.layouts
    .all()
    .map(({ id: layoutId, tools = [], numberPrinted = false }) => ({ layoutId, tools: [...tools], numberPrinted }))
    .sort((left, right) => Number(left.tools.length === 0) - Number(right.tools.length === 0));
}

/** Returns the price tables that a meter may need: of every plan the version that holds today and those to come, the newest first. */
export function toolPrices({ ports }: UseCaseContext): Outputs['toolCards']['prices'] {
  const { store } = ports;
  const today = branchOf(store).businessDate;
  const plans = new Set(store.tariffs().map((tariff) => tariff.planId ?? tariff.id));
  const tables = [...plans].flatMap((planId) => {
    const versions = store.tariffVersions(planId);
    const begun = versions.some(({ effectiveFrom }) => effectiveFrom <= today) ? tariffOn(versions, today).effectiveFrom : '';
    return versions.filter(({ effectiveFrom }) => effectiveFrom >= begun);
  });
  return tables
    .map((version) => ({
      ...{ versionId: version.id, name: version.name, commodity: commodityOf(version), effectiveFrom: version.effectiveFrom },
      ...{ limitsLitres: [...version.limitsLitres], pricesFenPerM3: [...version.pricesFenPerM3] },
    }))
    .sort((left, right) => (left.effectiveFrom < right.effectiveFrom ? 1 : left.effectiveFrom > right.effectiveFrom ? -1 : 0));
}

/** Returns the prices for the card. Throws INPUT_INVALID where the version is none, or not one that the layout can carry. */
function pricesFor({ ports }: UseCaseContext, layout: CardLayout, versionId: string): NonNullable<ToolCardRow['prices']> {
  const version = ports.store.tariffs().find(({ id }) => id === versionId);
  if (version === undefined) throw wrongField('versionId', 'empty');
  const { effectiveFrom, limitsLitres, pricesFenPerM3 } = version;
  const prices = { effectiveFrom, limitsLitres, pricesFenPerM3, ...suppliedWith(commodityOf(version)) };
  if (layout.holdsPrices?.(prices) !== true) throw wrongField('versionId', 'no-room');
  return { versionId, ...prices };
}

type MakeInput = Required<Omit<Inputs['toolCards']['make'], 'approval'>>;

/**
 * Makes a tool card, or goes on with one that was torn. Returns how it stands and what stopped it. Throws SUPERVISOR_REQUIRED, APPROVAL_LIMIT,
 * TOOL_CARD_STATE_REFUSES for an id that stands for another card, TOOL_CARD_LAYOUT where the layout has no tool cards, INPUT_INVALID { field }.
 */
export async function makeToolCard(
  context: UseCaseContext,
  input: MakeInput,
  approver: Approver | null,
): Promise<Outputs['toolCards']['make']> {
  const { ports } = context;
  const { toolId, slot, layoutId, tool } = input;
  const begun = ports.store.record(TOOL_CARDS, toolId);
  if (begun !== null) {
    const isPriced = (begun.prices?.versionId ?? '') === (tool === 'price' ? input.versionId : '');
    const isSame = begun.layoutId === layoutId && begun.tool === tool && begun.forWhat === input.forWhat && isPriced;
    if (!isSame) throw new Fault('TOOL_CARD_STATE_REFUSES', { state: begun.state });
    if (begun.state === 'out') return { card: view(context, begun), fault: null };
    if (begun.state !== 'unfinished') throw new Fault('TOOL_CARD_STATE_REFUSES', { state: begun.state });
  }
  const layout = ports.layouts.get(layoutId);
  if (layout === null) throw new Fault('INPUT_INVALID', { field: 'layoutId' });
  if (layout.tools === undefined || layout.planTool === undefined) throw new Fault('TOOL_CARD_LAYOUT', { layoutId });
  if (!layout.tools.includes(tool)) throw new Fault('INPUT_INVALID', { field: 'tool' });
  const { forWhat, reason } = input;
  const printedNo = layout.numberPrinted === true ? input.printedNo : '';
  if (begun === null && layout.numberPrinted === true && printedNo === '') throw wrongField('printedNo', 'empty');
  const prices = begun?.prices ?? (tool === 'price' ? pricesFor(context, layout, input.versionId) : undefined);
  const approvedBy = requireSupervisor(context, approver);
  const wanted = { toolId, layoutId, tool, forWhat, reason, approvedBy, printedNo, ...(prices === undefined ? {} : { prices }) };
  // The last attempt of a card's PSC is not spent on a tool card: another blank one serves as well.
  const fault: FaultData | null = await bringToCard(context, { slot, lastAttemptApprovedBy: null }, () => toolCardJob(context, wanted));
  ports.sync.nudge();
  ports.events.publish({ type: 'topup-progress', topupId: toolId, step: fault === null ? 'done' : 'stopped', doneBytes: 0, totalBytes: 0 });
  ports.events.publish({ type: 'changed', area: 'cards', accountId: '' });
  const row = ports.store.record(TOOL_CARDS, toolId);
  return { card: row === null ? null : view(context, row), fault };
}

type CloseInput = Omit<Inputs['toolCards']['close'], 'approval'>;

/** Accounts for a card. Throws TOOL_CARD_UNKNOWN, TOOL_CARD_STATE_REFUSES, and for one that was destroyed or lost SUPERVISOR_REQUIRED, APPROVAL_LIMIT. */
export function closeToolCard(context: UseCaseContext, input: CloseInput, approver: Approver | null): View {
  const { ports } = context;
  const { toolId, state, note } = input;
  const closed = ports.store.write((tx) => {
    const row = tx.record(TOOL_CARDS, toolId);
    if (row === null) throw new Fault('TOOL_CARD_UNKNOWN');
    if (row.state === state) return row;
    if (!mayEnd(row.state, state)) throw new Fault('TOOL_CARD_STATE_REFUSES', { state: row.state });
    const approvedBy = state === 'returned' ? '' : requireSupervisor(context, approver);
    record(context, tx, { kind: 'tool-card.returned', accountId: '', payload: { toolId, state, note, approvedBy } });
    return tx.record(TOOL_CARDS, toolId) ?? row;
  });
  ports.sync.nudge();
  ports.events.publish({ type: 'changed', area: 'cards', accountId: '' });
  return view(context, closed);
}
