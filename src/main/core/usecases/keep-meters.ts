// Meters: into the store, onto a customer's wall, exchanged, and back.
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { commodityOf, suppliedWith } from '../../../shared/domain/commodity.ts';
import { Fault } from '../../../shared/domain/fault.ts';
import type { MeterRow } from '../../../shared/domain/fold.ts';
import { isAway } from '../../../shared/domain/meters.ts';
import { isOpenRequest, REQUESTS } from '../../../shared/domain/requests.ts';
import { branchOf, record, recordNow, type UseCaseContext } from '../actor.ts';
import { type Approver, policyNow, requireApproval } from '../approval.ts';
import { startOf } from '../card-task-job.ts';
import { openTaskOfAccount } from '../card-task-view.ts';
import { receivableView, requireAccount, requireActiveAccount } from '../charges.ts';
import { requireMeterFits } from '../commodity.ts';
import { raiseBills, type TakenReading } from '../final-bill.ts';
import type { ReadStore, WriteTx } from '../ports/store.ts';

type MeterView = Outputs['meters']['get'];

export function meterView(store: ReadStore, meter: MeterRow): MeterView {
  const { meterNo, accountId, make, kind, place, remainingLitres, detail } = meter;
  const { supply: _, ...known } = detail;
  const account = accountId === '' ? null : store.account(accountId);
  return {
    meterNo,
    accountId,
    accountNo: account?.accountNo ?? '',
    customerName: account?.customerName ?? '',
    make,
    kind,
    place,
    remainingLitres,
    commodity: commodityOf(detail),
    ...known,
  };
}

function requireMeter(store: ReadStore, meterNo: string): MeterRow {
  const meter = store.meter(meterNo);
  if (meter === null) throw new Fault('METER_UNKNOWN', { meterNo });
  return meter;
}

function requireInStore(store: ReadStore, meterNo: string): MeterRow {
  const meter = requireMeter(store, meterNo);
  if (meter.place !== 'in-store') throw new Fault('METER_NOT_IN_STORE', { meterNo, place: meter.place });
  return meter;
}

/** Returns the account's meter; throws METER_NOT_HERE, READING_BACKWARDS { lastLitres }. */
function requireHere(
  store: ReadStore,
  at: { readonly accountId: string; readonly meterNo: string; readonly finalReadingLitres: number },
): MeterRow {
  const meter = requireMeter(store, at.meterNo);
  if (meter.place !== 'installed' || meter.accountId !== at.accountId) throw new Fault('METER_NOT_HERE', { meterNo: at.meterNo });
  const { lastReadingLitres } = meter.detail;
  if (at.finalReadingLitres < lastReadingLitres) throw new Fault('READING_BACKWARDS', { lastLitres: lastReadingLitres });
  return meter;
}

/** Bills the use up to the final reading. Throws REQUEST_OPEN while a closure is under way, which takes the final reading itself, and as `raiseBills`. */
function settleFinal(context: UseCaseContext, tx: WriteTx, act: FinalReading): void {
  const closing = tx.recordsOf(REQUESTS, act.accountId).find(({ state, requestKind }) => isOpenRequest(state) && requestKind === 'closure');
  if (closing !== undefined) throw new Fault('REQUEST_OPEN', { requestNo: closing.requestNo });
  const meter = requireHere(tx, act);
  const { finalReadingLitres: readingLitres, on, requestId, billedBefore = null } = act;
  raiseBills(context, tx, { account: requireAccount(tx, act.accountId), meter, readingLitres, on, requestId, billedBefore });
}

interface FinalReading {
  readonly accountId: string;
  readonly meterNo: string;
  readonly finalReadingLitres: number;
  readonly on: string;
  readonly requestId: string;
  readonly billedBefore?: TakenReading['billedBefore'] | undefined;
}

function requirePast(store: ReadStore, on: string): void {
  if (on > branchOf(store).businessDate) throw new Fault('INPUT_INVALID', { field: 'on', reason: 'future' });
}

const isDone = (tx: ReadStore, accountId: string, actId: string): boolean => tx.operationsOf(accountId, 200).some(({ id }) => id === actId);

function announce({ ports }: UseCaseContext, meterNo: string, accountId: string): MeterView {
  ports.sync.nudge();
  ports.events.publish({ type: 'changed', area: 'meters', accountId });
  return meterView(ports.store, requireMeter(ports.store, meterNo));
}

/** Returns one meter. Throws METER_UNKNOWN. */
export function viewMeter({ ports }: UseCaseContext, input: { readonly meterNo: string }): MeterView {
  return meterView(ports.store, requireMeter(ports.store, input.meterNo));
}

/** Registers a meter in the store, once. Throws METER_EXISTS, METER_LAYOUT_UNKNOWN. */
export function registerMeter(context: UseCaseContext, input: Inputs['meters']['register']): MeterView {
  const { ports } = context;
  const isCard = input.kind === 'ic';
  if (isCard !== (input.layoutId !== '')) throw new Fault('INPUT_INVALID', { field: 'layoutId' });
  const { commodity = 'gas', ...payload } = input;
  const layout = isCard ? ports.layouts.get(input.layoutId) : null;
  if (isCard && layout === null) throw new Fault('METER_LAYOUT_UNKNOWN', { layoutId: input.layoutId });
  if (layout !== null && !(layout.commodities ?? ['gas']).includes(commodity))
    throw new Fault('INPUT_INVALID', { field: 'layoutId', reason: 'other-supply' });
  ports.store.write((tx) => {
    const known = tx.meter(input.meterNo);
    if (known !== null) {
      const same =
        known.place === 'in-store' &&
        known.make === input.make &&
        known.kind === input.kind &&
        known.detail.layoutId === input.layoutId &&
        commodityOf(known.detail) === commodity;
      if (!same) throw new Fault('METER_EXISTS', { meterNo: input.meterNo });
      return;
    }
    record(context, tx, { kind: 'meter.registered', accountId: '', payload: { ...payload, ...suppliedWith(commodity) } });
  });
  return announce(context, input.meterNo, '');
}

/** Installs a meter, once per act. Throws the faults of the contract. */
export function installMeter(context: UseCaseContext, input: Required<Inputs['meters']['install']>): MeterView {
  const { actId, accountId, ...payload } = input;
  context.ports.store.write((tx) => {
    const { tariffId } = requireActiveAccount(tx, accountId);
    if (isDone(tx, accountId, actId)) return;
    requirePast(tx, input.on);
    if (tx.metersOf(accountId).some(({ place }) => place === 'installed')) throw new Fault('METER_THERE_ALREADY');
    requireMeterFits(tx, requireInStore(tx, input.meterNo), tariffId);
    record(context, tx, { id: actId, kind: 'meter.installed', accountId, payload });
  });
  return announce(context, input.meterNo, accountId);
}

/** Returns what is left of bought gas as far as the ledger knows. Throws ACCOUNT_UNKNOWN. */
export function leftOver(context: UseCaseContext, input: { readonly accountId: string }): Outputs['meters']['leftOver'] {
  const { store } = context.ports;
  requireAccount(store, input.accountId);
  const meter = store.metersOf(input.accountId).find(({ kind, place }) => kind === 'ic' && place === 'installed');
  const card = store.cardsOf(input.accountId).find(({ status }) => status === 'active');
  const onCardLitres = card === undefined ? 0 : startOf(context, { accountId: input.accountId, oldCardNo: card.cardNo }).unusedLitres;
  return { inMeterLitres: meter?.remainingLitres ?? 0, onCardLitres };
}

type Optional<T, K extends keyof T> = Required<Omit<T, K>> & Partial<Pick<T, K>>;
type ExchangeInput = Optional<Omit<Inputs['meters']['exchange'], 'approval'>, 'billedBefore'>;

/**
 * Exchanges a meter, once per act, and takes the cards of the old one in: a card carries the old meter's layout and purchase numbers, which the new meter
 * would reject. Returns the new meter and what is owed. Throws the faults of the contract.
 */
export function exchangeMeter(context: UseCaseContext, input: ExchangeInput, approver: Approver | null): Outputs['meters']['exchange'] {
  const { ports } = context;
  const { actId, accountId, oldMeterNo, finalReadingLitres, carriedLitres, newMeterNo, firstReadingLitres } = input;
  const { on, reason, oldMeterGoes, requestId } = input;
  const figures = { oldMeterNo, finalReadingLitres, carriedLitres, newMeterNo, firstReadingLitres };
  const known = leftOver(context, input);
  ports.store.write((tx) => {
    const { tariffId } = requireAccount(tx, accountId);
    if (isDone(tx, accountId, actId)) return;
    requirePast(tx, input.on);
    requireMeterFits(tx, requireInStore(tx, input.newMeterNo), tariffId);
    settleFinal(context, tx, { ...input, meterNo: input.oldMeterNo });
    // Nothing is paid ahead in an ordinary meter.
    if (input.carriedLitres > 0 && tx.meter(input.oldMeterNo)?.kind === 'ordinary')
      throw new Fault('INPUT_INVALID', { field: 'carriedLitres' });
    const unknownLitres = Math.max(0, input.carriedLitres - known.inMeterLitres - known.onCardLitres);
    const approvedBy = requireApproval(context, { limit: 'correctionLitres', amount: unknownLitres }, approver);
    record(context, tx, {
      id: actId,
      kind: 'meter.exchanged',
      accountId,
      payload: { ...figures, on, reason, oldMeterGoes, requestId, approvedBy },
    });
    takeCardsIn(context, tx, accountId);
  });
  const meter = announce(context, input.newMeterNo, accountId);
  ports.events.publish({ type: 'changed', area: 'cards', accountId });
  const now = { date: branchOf(ports.store).businessDate, policy: policyNow(ports.store).lateFee };
  const bills = ports.store
    .receivablesOf(accountId, 'all')
    .filter(({ bill }) => bill?.meterNo === input.oldMeterNo && bill.readTo === input.on && bill.toLitres === input.finalReadingLitres)
    .map((row) => receivableView(row, now));
  return { meter, volumeOwedLitres: ports.store.volumeOwed(accountId), needsNewCard: meter.kind === 'ic', bills };
}

function takeCardsIn(context: UseCaseContext, tx: WriteTx, accountId: string): void {
  if (openTaskOfAccount(tx, accountId) !== null) throw new Fault('CARD_TASK_OPEN');
  for (const { cardNo, status } of tx.cardsOf(accountId)) {
    if (status === 'returned') continue;
    if (tx.undeliveredOfCard(cardNo) !== null) throw new Fault('TOPUP_OPEN_ON_CARD');
    if (status === 'active') record(context, tx, { kind: 'card.returned', accountId, payload: { cardNo, reason: 'meter-exchange' } });
  }
}

/** Removes a meter, once per act. Throws the faults of the contract. */
export function removeMeter(context: UseCaseContext, input: Optional<Inputs['meters']['remove'], 'billedBefore'>): MeterView {
  const { actId, accountId, billedBefore: _, ...payload } = input;
  context.ports.store.write((tx) => {
    requireAccount(tx, accountId);
    if (isDone(tx, accountId, actId)) return;
    requirePast(tx, input.on);
    settleFinal(context, tx, input);
    record(context, tx, { id: actId, kind: 'meter.removed', accountId, payload });
  });
  return announce(context, input.meterNo, accountId);
}

/**
 * Keeps the date to which the verification holds; `intoStore` brings a meter back from repair or its maker, once. Throws METER_UNKNOWN, METER_NOT_AWAY on
 * one that is elsewhere.
 */
export function reverifyMeter(context: UseCaseContext, input: Optional<Inputs['meters']['reverify'], 'intoStore'>): MeterView {
  const { meterNo, verifiedUntil, intoStore = false } = input;
  const meter = requireMeter(context.ports.store, meterNo);
  const isDone = meter.detail.verifiedUntil === verifiedUntil && (!intoStore || meter.place === 'in-store');
  if (!isDone) {
    if (intoStore && !isAway(meter.place)) throw new Fault('METER_NOT_AWAY', { meterNo, place: meter.place });
    recordNow(context, {
      kind: 'meter.reverified',
      accountId: meter.accountId,
      payload: { meterNo, verifiedUntil, ...(intoStore ? { intoStore } : {}) },
    });
  }
  return announce(context, meterNo, meter.accountId);
}
