// What must be true before a request: each check names one obstacle, or none.
import { lateFeeOf } from '../../../shared/domain/allocation.ts';
import { CARD_TASKS, isOpenTask } from '../../../shared/domain/card-tasks.ts';
import type { ReceivableRow } from '../../../shared/domain/charging.ts';
import { ATTACHMENTS, CUSTOMERS } from '../../../shared/domain/customers.ts';
import type { FaultCode, FaultContext } from '../../../shared/domain/fault.ts';
import { POLICIES, policyOn } from '../../../shared/domain/policy.ts';
import { isOpenRequest, REQUESTS, type RequestKind } from '../../../shared/domain/requests.ts';
import { type CheckName, numberOf, type Obstacle, type RequestDefinition, type Scene, textOf } from './definition.ts';
import { digestName } from './fields.ts';

/** Prefix of the ids of a request's fees in the form, before the catalogue's code. */
export const FEE_PREFIX = 'fee:';

/** Returns the fees that were raised for the request. */
export function feesOf({ store, form }: Pick<Scene, 'store' | 'form'>): readonly ReceivableRow[] {
  return Object.entries(form).flatMap(([name, value]) => {
    const row = name.startsWith(FEE_PREFIX) && typeof value === 'string' ? store.receivable(value) : null;
    return row === null ? [] : [row];
  });
}

/** What the account owes today with late fees, fen; the request's own fees left aside. */
export function arrearsFen(scene: Scene): number {
  const own = new Set(feesOf(scene).map(({ receivableId }) => receivableId));
  const { lateFee } = policyOn(scene.store.recordsInState(POLICIES, 'published', 1_000), scene.today);
  return scene.store
    .receivablesOf(scene.account.accountId, 'open')
    .filter((row) => row.openFen > 0 && !own.has(row.receivableId))
    .reduce((sum, row) => sum + row.openFen + lateFeeOf(row, { principalFen: row.openFen, paidOn: scene.today }, lateFee), 0);
}

function refuse(code: FaultCode, context: FaultContext = {}): Obstacle {
  return { code, context };
}

/** Whether the customer's record knows another number than the one shown at the counter. */
function isOtherPerson({ store, account, form }: Scene): boolean {
  const shown = textOf(form, digestName('oldIdentity'));
  const known = store.record(CUSTOMERS, account.detail.customerId)?.identity?.digest ?? '';
  return shown !== '' && known !== '' && shown !== known;
}

/** Fields that change nothing would make a request of nothing. */
function changesNothing({ account, form }: Scene): boolean {
  const { address } = account;
  const now: Readonly<Record<string, string>> = { newName: account.customerName, newPhone: account.phone, ...address };
  return Object.entries(now).every(([name, value]) => textOf(form, name) === '' || textOf(form, name) === value);
}

const READ_AT_OPENING: ReadonlySet<string> = new Set<RequestKind>(['transfer']);

/** What is wrong with the meter's reading as it is filled in; null where nothing is. */
export function readingObstacle({ meter, form, request, today }: Scene): Obstacle | null {
  const litres = numberOf(form, 'readingLitres');
  // What was read at the opening is on record by now; the meter may have been read again since.
  if (litres === null || meter === null || (request !== null && READ_AT_OPENING.has(request.requestKind))) return null;
  const billedOn = textOf(form, 'billedOn');
  if (billedOn > today) return refuse('REQUEST_DATES_WRONG', { from: billedOn, until: today });
  const lastLitres = Math.max(meter.detail.lastReadingLitres, numberOf(form, 'billedLitres') ?? 0);
  return litres < lastLitres ? refuse('READING_BACKWARDS', { lastLitres }) : null;
}

const CHECKS: Readonly<Record<CheckName, (scene: Scene) => Obstacle | null>> = {
  arrears(scene) {
    const dueFen = arrearsFen(scene);
    return dueFen > 0 && textOf(scene.form, 'arrearsAgreement') === '' ? refuse('ARREARS_OPEN', { dueFen }) : null;
  },
  'contract-scan'({ store, account, request, form }) {
    if (textOf(form, 'contractNo') === '' || account.customerKind !== 'commercial') return null;
    const scans = store.recordsOf(ATTACHMENTS, account.accountId);
    return scans.some(({ requestId }) => requestId === request?.requestId) ? null : refuse('CONTRACT_SCAN_MISSING');
  },
  fees(scene) {
    const openFen = feesOf(scene).reduce((sum, row) => sum + Math.max(0, row.openFen), 0);
    return openFen > 0 ? refuse('REQUEST_FEE_OPEN', { openFen }) : null;
  },
  'no-other-request'({ store, account, request }) {
    const other = store
      .recordsOf(REQUESTS, account.accountId)
      .find((row) => isOpenRequest(row.state) && row.requestId !== request?.requestId);
    return other === undefined ? null : refuse('REQUEST_OPEN', { requestNo: other.requestNo });
  },
  'no-open-topup'({ store, account }) {
    const open = store.cardsOf(account.accountId).some(({ cardNo }) => store.undeliveredOfCard(cardNo) !== null);
    return open ? refuse('TOPUP_OPEN_ON_CARD') : null;
  },
  'no-open-card-task'({ store, account }) {
    const open = store.recordsOf(CARD_TASKS, account.accountId).some(({ state }) => isOpenTask(state));
    return open ? refuse('CARD_TASK_OPEN') : null;
  },
  'no-volume-owed'({ store, account }) {
    const litres = store.volumeOwed(account.accountId);
    return litres > 0 ? refuse('VOLUME_OWED', { litres }) : null;
  },
  'old-identity': (scene) => (isOtherPerson(scene) ? refuse('IDENTITY_DIFFERS') : null),
  reading: readingObstacle,
  dates({ form, today }) {
    const from = textOf(form, 'from');
    const until = textOf(form, 'until');
    if (from !== '' && until !== '' && until <= from) return refuse('REQUEST_DATES_WRONG', { from, until });
    return until !== '' && until <= today ? refuse('REQUEST_DATES_WRONG', { from: today, until }) : null;
  },
  'changes-something': (scene) => (changesNothing(scene) ? refuse('REQUEST_CHANGES_NOTHING') : null),
};

/** Returns the definition's checks, each with whether it is met as things are. */
export function checksOf(definition: RequestDefinition, scene: Scene): readonly { readonly name: CheckName; readonly met: boolean }[] {
  return definition.checks.map((name) => ({ name, met: CHECKS[name](scene) === null }));
}

const ON_COMPLETION: ReadonlySet<CheckName> = new Set<CheckName>(['fees', 'contract-scan']);

/** Returns every obstacle, in the order in which the clerk clears them; `toComplete` with those that only completion meets. */
export function obstaclesOf(definition: RequestDefinition, scene: Scene, toComplete: boolean): Obstacle[] {
  const { account } = scene;
  const fits = definition.statuses.includes(account.status) && (definition.fits?.(account) ?? true);
  const status = fits ? [] : [refuse('ACCOUNT_STATUS_REFUSES', { status: account.status })];
  const found = definition.checks.filter((name) => toComplete || !ON_COMPLETION.has(name)).map((name) => CHECKS[name](scene));
  return [...status, ...found.filter((one) => one !== null)];
}
