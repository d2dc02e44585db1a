// A request on its way: to the next state, given up, or done with its whole effect in one transaction.
import type { Inputs } from '../../../shared/contract/index.ts';
import { requireRowSeen, type SeenVersion } from '../../../shared/domain/customers.ts';
import { Fault } from '../../../shared/domain/fault.ts';
import { isOpenRequest, type RequestForm, type RequestRow, type RequestState } from '../../../shared/domain/requests.ts';
import type { Tender } from '../../../shared/domain/tender.ts';
import { record, requireOwnShift, type UseCaseContext } from '../actor.ts';
import { type Approver, requireApproval, requireSecondPerson } from '../approval.ts';
import { sequenceObstacle } from '../card-assessment.ts';
import { refundTenders, requireAccount } from '../charges.ts';
import { openDrawerForCash, putOpening } from '../drawer.ts';
import { wrongField } from '../people.ts';
import type { WriteTx } from '../ports/store.ts';
import { holdReader, readAndAssess, requireCard } from '../reader.ts';
import { feesOf, obstaclesOf, readingObstacle } from '../requests/checks.ts';
import type { CardFound, RequestDefinition, Scene } from '../requests/definition.ts';
import { fieldProblems, storedForm } from '../requests/fields.ts';
import { keepReading } from '../requests/readings.ts';
import { type RequestView, requestView, requireRequest, sceneOfRequest } from '../requests/scene.ts';
import { REQUEST_DEFINITIONS } from '../requests/table.ts';
import { announceAccount } from './change-account.ts';

type Step = Required<Pick<Inputs['requests']['advance'], 'requestId' | 'stepId' | 'from' | 'note'>> & SeenVersion;
type AdvanceInput = Step & { readonly form: RequestForm };
type CompleteInput = AdvanceInput &
  Required<Pick<Inputs['requests']['complete'], 'slot' | 'expectedRefundFen'>> & { readonly refunds: readonly Tender[] };

/** How far back a step is looked for that was sent again. */
const LOOK_BACK = 500;

/** Returns the request, or null where the step has been taken before. Throws REQUEST_UNKNOWN, REQUEST_STATE_REFUSES, ACCOUNT_CHANGED. */
function requestForStep(tx: WriteTx, step: Step): RequestRow | null {
  const request = requireRequest(tx, step.requestId);
  const { accountId, state } = request;
  if (tx.operationsOf(accountId, LOOK_BACK).some(({ id }) => id === step.stepId)) return null;
  if (state !== step.from || !isOpenRequest(state)) throw new Fault('REQUEST_STATE_REFUSES', { state });
  requireRowSeen(requireAccount(tx, accountId), step);
  return request;
}

/** Returns what this state's fields become in the journal. Throws INPUT_INVALID { field }. */
function takeForm({ ports }: UseCaseContext, definition: RequestDefinition, scene: Scene, form: RequestForm): RequestForm {
  const step = scene.request?.state ?? 'open';
  // The fields of the opening stand in the journal already.
  if (step === 'open') {
    const unknown = Object.keys(form)[0];
    if (unknown !== undefined) throw new Fault('INPUT_INVALID', { field: `form.${unknown}`, reason: 'unknown' });
    return {};
  }
  const problem = fieldProblems(definition, scene, { form, step })[0];
  if (problem !== undefined) throw new Fault('INPUT_INVALID', { field: `form.${problem.field}`, reason: problem.reason });
  return storedForm(definition, scene, form, (number) => ports.numbers.keep(number));
}

/** The state after this one on the request's way. Throws REQUEST_STATE_REFUSES when there is none. */
function nextState(definition: RequestDefinition, scene: Scene, from: RequestState): RequestState {
  const path = definition.path(scene);
  const next = path[path.indexOf(from) + 1];
  if (!path.includes(from) || next === undefined) throw new Fault('REQUEST_STATE_REFUSES', { state: from });
  return next;
}

/** Who lets a request out of `approval`: a supervisor in person who did not open it, or one who signs in beside the clerk. */
function decider(context: UseCaseContext, request: RequestRow, approver: Approver | null): string {
  const { role, staffNo } = context.actor;
  const supervises = role === 'supervisor' || role === 'manager';
  return approver === null && supervises && staffNo !== request.openedBy ? staffNo : requireSecondPerson(context, approver);
}

function announce({ ports }: UseCaseContext, requestId: string): RequestView {
  const request = requireRequest(ports.store, requestId);
  ports.sync.nudge();
  for (const area of ['requests', 'accounts', 'charging'] as const) {
    ports.events.publish({ type: 'changed', area, accountId: request.accountId });
  }
  return requestView(ports.store, request);
}

/** Keeps the reading of the step that is left; that of the opening is on record since then. */
function keepStepReading(
  context: UseCaseContext,
  tx: WriteTx,
  definition: RequestDefinition,
  scene: Scene & { readonly request: RequestRow },
): void {
  const { state: step, requestId } = scene.request;
  if (step !== 'open') keepReading(context, tx, { definition, scene, step, requestId });
}

/** Moves the request on, once per step. Throws the faults of the contract; none of them leaves anything recorded. */
export function advanceRequest(context: UseCaseContext, input: AdvanceInput, approver: Approver | null): RequestView {
  context.ports.store.write((tx) => {
    const request = requestForStep(tx, input);
    if (request === null) return;
    const definition = REQUEST_DEFINITIONS[request.requestKind];
    const before = sceneOfRequest(tx, request);
    const form = takeForm(context, definition, before, input.form);
    const scene = { ...before, form: { ...before.form, ...form } };
    const to = nextState(definition, scene, request.state);
    if (to === 'completed') throw new Fault('REQUEST_STATE_REFUSES', { state: request.state });
    const wrong = readingObstacle(scene);
    if (wrong !== null) throw new Fault(wrong.code, wrong.context);
    const approvedBy = request.state === 'approval' ? decider(context, request, approver) : '';
    keepStepReading(context, tx, definition, { ...scene, request });
    record(context, tx, {
      id: input.stepId,
      kind: 'request.moved',
      accountId: request.accountId,
      payload: { requestId: request.requestId, from: request.state, to, form, note: input.note, approvedBy },
    });
  });
  return announce(context, input.requestId);
}

/** Gives the request up, once per step. What is left of its fees falls away; what was paid of them stays until that payment is reversed. */
export function cancelRequest(context: UseCaseContext, input: Step): RequestView {
  context.ports.store.write((tx) => {
    const request = requestForStep(tx, input);
    if (request === null) return;
    const { requestId, accountId, state, requestNo } = request;
    for (const { receivableId, kind, vatPermille, openFen } of feesOf(sceneOfRequest(tx, request))) {
      if (openFen <= 0) continue;
      const reason = `cancelled ${requestNo}`;
      const payload = { receivableId, kind, vatPermille, amountFen: openFen, reason, approvedBy: '' };
      record(context, tx, { kind: 'receivable.waived', accountId, payload });
    }
    record(context, tx, {
      id: input.stepId,
      kind: 'request.moved',
      accountId,
      payload: { requestId, from: state, to: 'cancelled', form: {}, note: input.note, approvedBy: '' },
    });
  });
  return announce(context, input.requestId);
}

/** Reads the card that the effect needs; null where it needs none. Throws the faults of reading, CARD_MISMATCH, CARD_CHANGED_ELSEWHERE. */
export async function lookAtCard(
  { ports }: UseCaseContext,
  input: { readonly requestId: string; readonly slot: number },
): Promise<CardFound | null> {
  const request = requireRequest(ports.store, input.requestId);
  const scene = sceneOfRequest(ports.store, request);
  if (!isOpenRequest(request.state) || scene.card === null || !REQUEST_DEFINITIONS[request.requestKind].needsCard(scene)) return null;
  const row = scene.card;
  return holdReader(ports, async (reader) => {
    const assessment = await readAndAssess(ports, reader, input.slot);
    requireCard(assessment, row.cardNo);
    const { content, beganAt } = assessment;
    if (content === null) throw new Fault('CARD_DAMAGED');
    const obstacle = sequenceObstacle(content, row, beganAt);
    if (obstacle !== null) throw new Fault(obstacle, { cardNo: row.cardNo });
    return { unusedLitres: content.takenByMeter ? 0 : (content.purchase?.volumeLitres ?? 0) };
  });
}

/** Does the effect, once per step. Throws the faults of the contract; none of them leaves anything recorded. */
export async function completeRequest(context: UseCaseContext, input: CompleteInput, approver: Approver | null): Promise<RequestView> {
  const cardFound = await lookAtCard(context, input);
  const done = context.ports.store.write((tx) => {
    const request = requestForStep(tx, input);
    if (request === null) return { isCash: false, further: [] };
    const definition = REQUEST_DEFINITIONS[request.requestKind];
    const before = sceneOfRequest(tx, request, cardFound);
    const form = takeForm(context, definition, before, input.form);
    const scene = { ...before, request, form: { ...before.form, ...form } };
    if (nextState(definition, scene, request.state) !== 'completed') throw new Fault('REQUEST_STATE_REFUSES', { state: request.state });
    const found = obstaclesOf(definition, scene, true)[0];
    if (found !== undefined) throw new Fault(found.code, found.context);
    const refundFen = definition.refundFen(scene);
    // Nobody hands out money that nobody has looked at.
    if (input.expectedRefundFen === null && refundFen > 0) throw wrongField('expectedRefundFen', 'not-seen');
    if (input.expectedRefundFen !== null && input.expectedRefundFen !== refundFen)
      throw new Fault('PRICE_CHANGED', { expectedFen: input.expectedRefundFen, nowFen: refundFen });
    const { accountId, requestId, requestNo, requestKind } = request;
    keepStepReading(context, tx, definition, scene);
    const effects = definition.effects(scene, () => context.ports.ids.uuid());
    const money = effects.filter(({ kind }) => kind === 'deposit.applied' || kind === 'volume.credited');
    const others = effects.filter((fact) => !money.includes(fact));
    for (const fact of money) record(context, tx, { accountId, ...fact });
    const { approvedBy, isCash } =
      refundFen === 0
        ? { approvedBy: '', isCash: false }
        : payBack(context, tx, { accountId, refundFen, requestNo, requestKind }, input, approver);
    for (const fact of others) record(context, tx, { accountId, ...fact });
    record(context, tx, {
      id: input.stepId,
      kind: 'request.moved',
      accountId,
      payload: { requestId, from: request.state, to: 'completed', form, note: input.note, approvedBy },
    });
    return { isCash, further: effects.flatMap((fact) => fact.accountId ?? []) };
  });
  if (done.isCash) openDrawerForCash(context.ports);
  for (const accountId of done.further) announceAccount(context, accountId);
  return announce(context, input.requestId);
}

/** Pays credit out over the counter; returns who has approved it, and whether the drawer opens for it. Throws SHIFT_REQUIRED and the faults of a refund. */
function payBack(
  context: UseCaseContext,
  tx: WriteTx,
  due: { readonly accountId: string; readonly refundFen: number; readonly requestNo: string; readonly requestKind: string },
  input: CompleteInput,
  approver: Approver | null,
): { readonly approvedBy: string; readonly isCash: boolean } {
  const { shiftId } = requireOwnShift(tx, context.actor.staffNo);
  const approvedBy = requireApproval(context, { limit: 'refundFen', amount: due.refundFen }, approver);
  const tenders = refundTenders(tx, { amountFen: due.refundFen, others: input.refunds, shiftId });
  const handoverId = context.ports.ids.uuid();
  const inShift = { ...context, actor: { ...context.actor, shiftId } };
  record(inShift, tx, {
    id: handoverId,
    kind: 'credit.refunded',
    accountId: due.accountId,
    payload: {
      handoverId,
      amountFen: due.refundFen,
      tenders,
      cashTenderedFen: 0,
      changeFen: 0,
      reason: `${due.requestKind} ${due.requestNo}`,
      approvedBy,
    },
  });
  const isCash = tenders.some((tender) => tender.kind === 'cash');
  if (isCash) putOpening(inShift, tx, { why: 'refund', subjectId: handoverId });
  return { approvedBy, isCash };
}
