// Maker's tool cards: made by two people, listed while they are out, and accounted for.
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { Fault, type FaultData } from '../../../shared/domain/fault.ts';
import { mayEnd, TOOL_CARD_ENDS, TOOL_CARDS, type ToolCardRow } from '../../../shared/domain/tool-cards.ts';
import { record, type UseCaseContext } from '../actor.ts';
import { type Approver, requireSecondPerson } from '../approval.ts';
import { bringToCard } from '../card-delivery.ts';
import { toolCardJob } from '../tool-card-job.ts';

type View = Outputs['toolCards']['close'];
const MOST = 200;
const DAY_MS = 86_400_000;

function view({ ports }: UseCaseContext, row: ToolCardRow): View {
  const { toolId, toolNo, tool, layoutId, forWhat, reason, state, clerk, approvedBy, endApprovedBy } = row;
  const { attempts, begunAtMs, madeAtMs, endedAtMs, note } = row;
  const daysOut = state === 'out' ? Math.max(0, Math.floor((ports.clock.nowMs() - madeAtMs) / DAY_MS)) : 0;
  return {
    ...{ toolId, toolNo, tool, layoutId, forWhat, reason, state, clerk, approvedBy, endApprovedBy },
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

/** Returns the layouts that have tool cards, and which. */
export function toolLayouts({ ports }: UseCaseContext): Outputs['toolCards']['layouts'] {
  return ports.layouts
    .all()
    .flatMap(({ id, tools, planTool }) => (tools === undefined || planTool === undefined ? [] : [{ layoutId: id, tools: [...tools] }]));
}

type MakeInput = Required<Omit<Inputs['toolCards']['make'], 'approval'>>;

/**
 * Makes a tool card, or goes on with one that was torn. Returns how it stands and what stopped it. Throws SUPERVISOR_REQUIRED, APPROVAL_LIMIT,
 * TOOL_CARD_STATE_REFUSES for an id that stands for another card, INPUT_INVALID { field } where the layout has no such tool.
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
    const isSame = begun.layoutId === layoutId && begun.tool === tool && begun.forWhat === input.forWhat;
    if (!isSame) throw new Fault('TOOL_CARD_STATE_REFUSES', { state: begun.state });
    if (begun.state === 'out') return { card: view(context, begun), fault: null };
    if (begun.state !== 'unfinished') throw new Fault('TOOL_CARD_STATE_REFUSES', { state: begun.state });
  }
  const offered = toolLayouts(context).find((layout) => layout.layoutId === layoutId);
  if (offered === undefined) throw new Fault('INPUT_INVALID', { field: 'layoutId' });
  if (!offered.tools.includes(tool)) throw new Fault('INPUT_INVALID', { field: 'tool' });
  const approvedBy = requireSupervisor(context, approver);
  const wanted = { toolId, layoutId, tool, forWhat: input.forWhat, reason: input.reason, approvedBy };
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
