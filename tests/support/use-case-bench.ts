// A store with a branch, prices, a policy and an open shift, and the use cases called on it as a clerk with a supervisor at hand does.
import { createHash } from 'node:crypto';
import type { UseCaseContext } from '../../src/main/core/actor.ts';
import type { Ports } from '../../src/main/core/ports/index.ts';
import type { RequestView } from '../../src/main/core/requests/scene.ts';
import { advanceRequest, completeRequest } from '../../src/main/core/usecases/move-request.ts';
import { openRequest, viewRequest } from '../../src/main/core/usecases/open-request.ts';
import { takePayment } from '../../src/main/core/usecases/take-payment.ts';
import type { NewOperation, OperationKind, OperationPayloads } from '../../src/shared/domain/operation.ts';
import type { Policy } from '../../src/shared/domain/policy.ts';
import type { RequestForm, RequestKind } from '../../src/shared/domain/requests.ts';
import type { Tariff } from '../../src/shared/domain/tariff.ts';
import { RECEIPT_WORDS } from '../../src/shared/words/receipts.ts';
import { sampleId, sampleOperation } from './sample-operations.ts';
import { type TempStore, tempStore } from './temp-store.ts';

const ALL = { reversalFen: 1e8, waiverFen: 1e8, refundFen: 1e8, correctionLitres: 1e7 };
export const BENCH_POLICY: Policy = {
  fees: [],
  lateFee: { perDayPpm: 0, graceDays: 0, chargesGrace: false, countsPaymentDay: false, capPermille: 0 },
  limits: { clerk: ALL, supervisor: ALL, manager: ALL },
  requestDays: { default: 5 },
};
export const SUPERVISOR = { staffNo: '2001', role: 'supervisor' as const };
const SHIFT = sampleId(2_000_001);
/** Made up, with right check characters. */
export const OLD_HOLDER = { oldIdentityKind: 'resident-id', oldIdentity: '110101199003070097' };
export const NEW_HOLDER = {
  ...{ newName: '单䶮喆', newPhone: '13900001111', newHousehold: 3, balances: 'pay-out' },
  ...{ newIdentityKind: 'resident-id', newIdentity: '110101198805120039' },
};

export interface UseCaseBench {
  readonly temp: TempStore;
  readonly newId: () => string;
  /** The clerk with the open shift. */
  context(): UseCaseContext;
  put<K extends OperationKind>(kind: K, payload: OperationPayloads[K], accountId?: string): void;
  setDate(date: string): void;
  today(): string;
  /** Opens a request of the account as it is now. */
  open(kind: RequestKind, accountId: string, form: RequestForm): RequestView;
  /** Takes the next step of the request, the last one included. */
  move(request: RequestView, form?: RequestForm): Promise<RequestView>;
  /** Pays all that the account owes, in cash. */
  payAll(accountId: string): void;
}

/** Opens the bench on the date. The caller removes `temp`. */
export async function useCaseBench(start: { readonly date: string; readonly tariffs: readonly Tariff[] }): Promise<UseCaseBench> {
  const temp = await tempStore();
  const { store } = temp;
  let serial = 70_000_000;
  let date = start.date;
  const newId = () => {
    serial += 1;
    return sampleId(serial);
  };
  const keep = (number: string) => ({ masked: '***', digest: createHash('sha256').update(number).digest('hex') });
  const ports = {
    store,
    clock: { nowMs: () => 1_772_000_000_000 },
    ids: { uuid: newId },
    events: { publish: () => {} },
    sync: { nudge: () => {} },
    receipts: { slip: () => '', markup: () => '', words: () => RECEIPT_WORDS['zh-CN'] },
    devices: { printerColumns: () => 48, states: () => [], openDrawer: async () => ({ kind: 'done', value: { isOpen: null } }) },
    layouts: { get: () => null, all: () => [] },
    numbers: { keep, digestOf: (number: string) => keep(number).digest, reveal: () => null },
  } as unknown as Ports;
  const put = <K extends OperationKind>(kind: K, payload: OperationPayloads[K], accountId = ''): void => {
    const facts = { id: newId(), accountId, businessDate: date, clerk: '1001', shiftId: kind === 'shift.opened' ? SHIFT : '' };
    store.write((tx) => tx.append(sampleOperation(kind, payload, facts) as NewOperation));
  };
  const setDate = (next: string): void => {
    date = next;
    put('branch.opened', { branchNo: '01', name: '城北营业厅', regionCode: '9A01', businessDate: next });
  };
  setDate(date);
  for (const tariff of start.tariffs) put('tariff.published', { tariff });
  put('policy.published', { policyId: newId(), effectiveFrom: '2020-01-01', policy: BENCH_POLICY });
  put('shift.opened', { shiftId: SHIFT, floatFen: 1_000_000 });
  const context = (): UseCaseContext => ({ ports, actor: { staffNo: '1001', name: '李静', role: 'clerk', shiftId: SHIFT } });
  return {
    temp,
    newId,
    context,
    put,
    setDate,
    today: () => date,
    open(kind, accountId, form) {
      const seenVersion = store.account(accountId)?.version ?? 0;
      return openRequest(context(), { requestId: newId(), accountId, kind, seenVersion, form });
    },
    async move(request, form = {}) {
      const { requestId } = request;
      const { state, accountVersion, path, refundFen } = viewRequest(context(), { requestId });
      const step = { requestId, stepId: newId(), from: state, seenVersion: accountVersion, note: '', form };
      if (path[path.indexOf(state) + 1] !== 'completed') return advanceRequest(context(), step, SUPERVISOR);
      return completeRequest(context(), { ...step, slot: 1, expectedRefundFen: refundFen, refunds: [] }, SUPERVISOR);
    },
    payAll(accountId) {
      const owed = store.receivablesOf(accountId, 'open').filter(({ openFen }) => openFen > 0);
      if (owed.length === 0) return;
      const expectedAmountFen = owed.reduce((sum, { openFen }) => sum + openFen, 0);
      const rest = { settleFen: null, waiveLateFee: false, useCredit: false, waiverReason: '', tenders: [] };
      const receivableIds = owed.map(({ receivableId }) => receivableId);
      const input = { ...rest, accountId, receivableIds, paymentId: newId(), expectedAmountFen, cashTenderedFen: expectedAmountFen };
      takePayment(context(), input, null);
    },
  };
}
