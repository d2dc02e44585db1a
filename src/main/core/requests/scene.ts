// The scene a request's rules look at, and what a screen is shown of it.
import type { Outputs } from '../../../shared/contract/index.ts';
import { addDays, dayNumber } from '../../../shared/domain/calendar.ts';
import { Fault } from '../../../shared/domain/fault.ts';
import { isOpenRequest, REQUESTS, type RequestForm, type RequestKind, type RequestRow } from '../../../shared/domain/requests.ts';
import { branchOf } from '../actor.ts';
import { policyNow } from '../approval.ts';
import { receivableView, requireAccount } from '../charges.ts';
import type { ReadStore } from '../ports/store.ts';
import { FEE_PREFIX, feesOf, obstaclesOf } from './checks.ts';
import type { CardFound, RequestDefinition, RequestField, Scene } from './definition.ts';
import { fieldsOf } from './fields.ts';
import { billsOf } from './readings.ts';
import { REQUEST_DEFINITIONS } from './table.ts';

export type RequestView = Outputs['requests']['get'];
export type RequestBrief = Outputs['requests']['list'][number];

/** Returns the request; throws REQUEST_UNKNOWN. */
export function requireRequest(store: ReadStore, requestId: string): RequestRow {
  const request = store.record(REQUESTS, requestId);
  if (request === null) throw new Fault('REQUEST_UNKNOWN');
  return request;
}

/** Returns what a form for the account is judged by. Throws ACCOUNT_UNKNOWN. */
export function sceneOf(
  store: ReadStore,
  subject: {
    readonly accountId: string;
    readonly form: RequestForm;
    readonly request: RequestRow | null;
    readonly cardFound?: CardFound | null;
  },
): Scene {
  const account = requireAccount(store, subject.accountId);
  return {
    store,
    account,
    meter: store.metersOf(account.accountId)[0] ?? null,
    card: store.cardsOf(account.accountId).find(({ status }) => status === 'active') ?? null,
    form: subject.form,
    request: subject.request,
    today: branchOf(store).businessDate,
    cardFound: subject.cardFound ?? null,
  };
}

/** Returns the scene of a request as it stands. */
export function sceneOfRequest(store: ReadStore, request: RequestRow, cardFound: CardFound | null = null): Scene {
  return sceneOf(store, { accountId: request.accountId, form: request.form, request, cardFound });
}

function isWeekend(date: string): boolean {
  // 1970-01-01 was a Thursday.
  return [2, 3].includes(dayNumber(date) % 7);
}

/** Returns the date so many working days (Monday to Friday) after `date`. */
export function addWorkingDays(date: string, days: number): string {
  let day = date;
  for (let left = days; left > 0; ) {
    day = addDays(day, 1);
    if (!isWeekend(day)) left -= 1;
  }
  return day;
}

/** Returns how many working days `to` lies after `from`; negative when it lies before. */
export function workingDaysBetween(span: { readonly from: string; readonly to: string }): number {
  if (span.to < span.from) return -workingDaysBetween({ from: span.to, to: span.from });
  let count = 0;
  for (let day = span.from; day < span.to; ) {
    day = addDays(day, 1);
    if (!isWeekend(day)) count += 1;
  }
  return count;
}

/** Returns the business date by which a request that is opened today is to be done. */
export function deadlineOf(store: ReadStore, kind: RequestKind): string {
  const { requestDays } = policyNow(store);
  return addWorkingDays(branchOf(store).businessDate, requestDays[kind] ?? requestDays.default ?? 5);
}

/** Returns a field as a screen is shown it. */
export function fieldView(field: RequestField, scene: Scene): RequestView['fields'][number] {
  const { name, type, required, step, choices = [], initial } = field;
  return { name, type, required, step, choices: [...choices], initial: initial?.(scene.account, scene.today) ?? null };
}

export function briefOf(store: ReadStore, request: RequestRow): RequestBrief {
  const { requestId, requestNo, requestKind: kind, state, accountId, deadline, openedBy, openedAtMs } = request;
  const account = store.account(accountId);
  return {
    requestId,
    requestNo,
    kind,
    state,
    accountId,
    accountNo: account?.accountNo ?? '',
    customerName: account?.customerName ?? '',
    deadline,
    daysLeft: workingDaysBetween({ from: branchOf(store).businessDate, to: deadline }),
    openedBy,
    openedAtMs,
  };
}

/** Returns everything a screen shows of a request. */
export function requestView(store: ReadStore, request: RequestRow): RequestView {
  const definition: RequestDefinition = REQUEST_DEFINITIONS[request.requestKind];
  const scene = sceneOfRequest(store, request);
  const now = { date: scene.today, policy: policyNow(store).lateFee };
  const open = isOpenRequest(request.state);
  const visible = Object.entries(request.form).filter(([name]) => !name.startsWith(FEE_PREFIX) && !name.endsWith('Digest'));
  return {
    ...briefOf(store, request),
    form: Object.fromEntries(visible),
    fields: fieldsOf(definition, scene).map((field) => fieldView(field, scene)),
    path: [...definition.path(scene)],
    steps: [...request.steps],
    fees: feesOf(scene).map((row) => receivableView(row, now)),
    bills: billsOf(scene, request.requestId, now),
    obstacles: open ? obstaclesOf(definition, scene, true) : [],
    words: open ? [...definition.words(scene)] : [],
    refundFen: open ? definition.refundFen(scene) : 0,
    needsCard: open && definition.needsCard(scene),
    accountVersion: scene.account.version,
    accountChangeId: scene.account.changeId ?? '',
  };
}
