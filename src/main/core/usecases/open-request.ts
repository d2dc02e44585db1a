// Service requests at the counter: what can be asked for, what it would do, opening one, and the work list.
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { requireRowSeen } from '../../../shared/domain/customers.ts';
import { Fault } from '../../../shared/domain/fault.ts';
import { REQUEST_KINDS, REQUESTS } from '../../../shared/domain/requests.ts';
import { branchOf, record, type UseCaseContext } from '../actor.ts';
import { policyNow } from '../approval.ts';
import { billView } from '../charges.ts';
import type { ReadStore } from '../ports/store.ts';
import { FEE_PREFIX, obstaclesOf } from '../requests/checks.ts';
import type { RequestDefinition } from '../requests/definition.ts';
import { fieldProblems, fieldsOf, storedForm } from '../requests/fields.ts';
import { comingBills, keepReading } from '../requests/readings.ts';
import { briefOf, deadlineOf, fieldView, type RequestView, requestView, requireRequest, sceneOf } from '../requests/scene.ts';
import { REQUEST_DEFINITIONS } from '../requests/table.ts';

const MANY = 5_000;

/** Items of the fee catalogue that a request of this kind costs. */
function catalogueFees(store: ReadStore, definition: RequestDefinition) {
  return policyNow(store).fees.filter(({ code, amountFen }) => definition.fees.includes(code) && amountFen > 0);
}

/** Returns the forms that fit the account as it is. Throws ACCOUNT_UNKNOWN. */
export function listRequestKinds({ ports }: UseCaseContext, input: Inputs['requests']['kinds']): Outputs['requests']['kinds'] {
  const scene = sceneOf(ports.store, { accountId: input.accountId, form: {}, request: null });
  return REQUEST_KINDS.map((kind) => REQUEST_DEFINITIONS[kind])
    .filter(({ statuses, fits }) => statuses.includes(scene.account.status) && (fits?.(scene.account) ?? true))
    .map((definition) => ({
      kind: definition.kind,
      fields: fieldsOf(definition, scene).map((field) => fieldView(field, scene)),
      seenVersion: scene.account.version,
      seenChangeId: scene.account.changeId ?? '',
    }));
}

/** Returns what the form would meet and do; changes nothing. Throws ACCOUNT_UNKNOWN, TARIFF_MISSING. */
export function previewRequest({ ports }: UseCaseContext, input: Inputs['requests']['preview']): Outputs['requests']['preview'] {
  const { store, numbers } = ports;
  const definition = REQUEST_DEFINITIONS[input.kind];
  const request = input.requestId === undefined ? null : requireRequest(store, input.requestId);
  const step = request?.state ?? 'open';
  const typed = sceneOf(store, { accountId: input.accountId, form: { ...request?.form, ...input.form }, request });
  const seal = (number: string) => ({ masked: '', digest: numbers.digestOf(number) });
  const scene = { ...typed, form: { ...request?.form, ...storedForm(definition, typed, input.form, seal) } };
  const fees = catalogueFees(store, definition).map(({ code, name, amountFen }) => ({ code, name, amountFen }));
  return {
    problems: fieldProblems(definition, typed, { form: input.form, step }),
    obstacles: obstaclesOf(definition, scene, false),
    fees,
    feeFen: fees.reduce((sum, fee) => sum + fee.amountFen, 0),
    bills: comingBills(definition, scene, step).map(({ bill, ...rest }) => ({ ...rest, bill: billView(bill) })),
    refundFen: definition.refundFen(scene),
    path: [...definition.path(scene)],
    words: [...definition.words(scene)],
    deadline: deadlineOf(store, input.kind),
  };
}

/**
 * Opens the request once and charges its fees with it, in one transaction. Throws ACCOUNT_UNKNOWN, ACCOUNT_CHANGED, REQUEST_ID_REUSED, INPUT_INVALID
 * { field } and the first obstacle.
 */
export function openRequest(context: UseCaseContext, input: Inputs['requests']['open']): RequestView {
  const { ports } = context;
  const { requestId, accountId, kind, form } = input;
  const definition = REQUEST_DEFINITIONS[kind];
  ports.store.write((tx) => {
    const existing = tx.record(REQUESTS, requestId);
    if (existing !== null) {
      if (existing.accountId === accountId && existing.requestKind === kind) return;
      throw new Fault('REQUEST_ID_REUSED');
    }
    const typed = sceneOf(tx, { accountId, form, request: null });
    const { account, today } = typed;
    requireRowSeen(account, input);
    const problem = fieldProblems(definition, typed, { form, step: 'open' })[0];
    if (problem !== undefined) throw new Fault('INPUT_INVALID', { field: `form.${problem.field}`, reason: problem.reason });
    const stored = storedForm(definition, typed, form, (number) => ports.numbers.keep(number));
    const found = obstaclesOf(definition, { ...typed, form: stored }, false)[0];
    if (found !== undefined) throw new Fault(found.code, found.context);
    const fees = catalogueFees(tx, definition).map((item) => ({ item, receivableId: ports.ids.uuid() }));
    const requestNo = `${tx.counterId()}-R${String(tx.nextNumber('request')).padStart(6, '0')}`;
    for (const { item, receivableId } of fees) {
      record(context, tx, {
        id: receivableId,
        kind: 'receivable.raised',
        accountId,
        payload: {
          receivableId,
          kind: 'fee',
          itemCode: item.code,
          description: `${item.name} ${requestNo}`,
          amountFen: item.amountFen,
          vatPermille: item.vatPermille,
          dueDate: today,
          bearsLateFee: false,
        },
      });
    }
    keepReading(context, tx, { definition, scene: { ...typed, form: stored }, step: 'open', requestId });
    record(context, tx, {
      id: requestId,
      kind: 'request.opened',
      accountId,
      payload: {
        requestId,
        requestNo,
        requestKind: kind,
        form: { ...stored, ...Object.fromEntries(fees.map(({ item, receivableId }) => [FEE_PREFIX + item.code, receivableId])) },
        deadline: deadlineOf(tx, kind),
        branchNo: branchOf(tx).branchNo,
      },
    });
  });
  ports.sync.nudge();
  ports.events.publish({ type: 'changed', area: 'requests', accountId });
  ports.events.publish({ type: 'changed', area: 'charging', accountId });
  return viewRequest(context, { requestId });
}

/** Returns the request as it stands. Throws REQUEST_UNKNOWN. */
export function viewRequest({ ports }: UseCaseContext, input: Inputs['requests']['get']): RequestView {
  return requestView(ports.store, requireRequest(ports.store, input.requestId));
}

/** Returns the work list, or with an account all of its requests. */
export function listRequests({ ports, actor }: UseCaseContext, input: Inputs['requests']['list']): Outputs['requests']['list'] {
  const { store } = ports;
  const rows =
    input.accountId === undefined
      ? [...store.recordsInState(REQUESTS, 'open', MANY)].sort((a, b) => (a.deadline < b.deadline ? -1 : a.deadline > b.deadline ? 1 : 0))
      : store.recordsOf(REQUESTS, input.accountId);
  return rows
    .filter((row) => input.kind === undefined || row.requestKind === input.kind)
    .filter((row) => input.state === undefined || row.state === input.state)
    .filter((row) => input.mine !== true || row.openedBy === actor.staffNo)
    .map((row) => briefOf(store, row))
    .filter((row) => input.overdue !== true || row.daysLeft < 0);
}
