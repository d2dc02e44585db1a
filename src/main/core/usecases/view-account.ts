// The account page: who, where, what is attached, what needs attention first, and one timeline.
import type { Outputs } from '../../../shared/contract/index.ts';
import { dueFen } from '../../../shared/domain/allocation.ts';
import { tierYear } from '../../../shared/domain/business-date.ts';
import { addDays } from '../../../shared/domain/calendar.ts';
import { CARD_TASKS, isOpenTask } from '../../../shared/domain/card-tasks.ts';
import { commodityOf } from '../../../shared/domain/commodity.ts';
import { ATTACHMENTS, CUSTOMERS, NOTES } from '../../../shared/domain/customers.ts';
import { householdOn, tariffOn, yearLimits } from '../../../shared/domain/gas-bill.ts';
import { isOpenRequest, REQUESTS } from '../../../shared/domain/requests.ts';
import { supplyOf } from '../../../shared/domain/supply.ts';
import { branchOf, type UseCaseContext } from '../actor.ts';
import { policyNow } from '../approval.ts';
import { balancesView, requireAccount } from '../charges.ts';
import { customerView } from '../people.ts';
import { operationsAbout, timelineEntry } from '../timeline.ts';
import { addressOf, maskPhone } from '../views.ts';
import { attachmentView, noteView } from './note-account.ts';

type AccountView = Outputs['accounts']['get'];
type Attention = AccountView['attention'][number];

const TIMELINE_ENTRIES = 200;
/** A household's proof is asked for again so long before it ends, days. */
const PROOF_NOTICE_DAYS = 60;

/** Returns everything about the account. Throws ACCOUNT_UNKNOWN, TARIFF_MISSING. */
export function viewAccount({ ports }: UseCaseContext, input: { readonly accountId: string }): AccountView {
  const { store } = ports;
  const account = requireAccount(store, input.accountId);
  const { businessDate } = branchOf(store);
  const tariff = tariffOn(store.tariffVersions(account.tariffId), businessDate);
  const year = tierYear(businessDate);
  const supply = supplyOf(account);
  const { accountId, accountNo, customerName, customerKind, phone, status, version, changeId = '', detail, address } = account;
  const customer = detail.customerId === '' ? null : store.record(CUSTOMERS, detail.customerId);
  const { creditFen, depositFen } = balancesView(store, accountId);
  const owed = store.receivablesOf(accountId, 'open').filter((row) => row.openFen > 0 && row.dueDate <= businessDate);
  const view: Omit<AccountView, 'attention'> = {
    accountId,
    accountNo,
    customerName,
    customerKind,
    commodity: commodityOf(tariff),
    phoneMasked: maskPhone(phone),
    address: addressOf(account),
    addressParts: { ...address },
    status,
    version,
    changeId,
    suppliedSince: detail.suppliedSince,
    closedOn: detail.closedOn,
    suspension: detail.suspension,
    customer: customer === null ? null : customerView(store, customer),
    bank: detail.bank === null ? null : { bankName: detail.bank.bankName, holder: detail.bank.holder, masked: detail.bank.masked },
    householdSize: householdOn(supply, businessDate),
    households: [...detail.households],
    tariff: {
      id: account.tariffId,
      name: tariff.name,
      limitsLitres: [...yearLimits(tariff, year, supply)],
      pricesFenPerM3: [...tariff.pricesFenPerM3],
    },
    tierYear: year,
    tierUsedLitres: store.tierUse(accountId, year),
    undeliveredFen: -store.balance('undelivered-purchase', accountId),
    creditFen,
    depositFen,
    dueFen: dueFen(owed, businessDate, policyNow(store).lateFee),
    volumeOwedLitres: store.volumeOwed(accountId),
    requests: store
      .recordsOf(REQUESTS, accountId)
      .filter(({ state }) => isOpenRequest(state))
      .map(({ requestId, requestNo, requestKind, state, deadline }) => ({ requestId, requestNo, requestKind, state, deadline })),
    cardTasks: store
      .recordsOf(CARD_TASKS, accountId)
      .filter(({ state }) => isOpenTask(state))
      .map(({ taskId, purpose, cardNo }) => ({ taskId, purpose, cardNo })),
    notes: store.recordsOf(NOTES, accountId).map(noteView),
    attachments: store.recordsOf(ATTACHMENTS, accountId).map(attachmentView),
    meters: store.metersOf(accountId).map(({ accountId: _, place: __, detail: { model, verifiedUntil }, ...meter }) => ({
      ...meter,
      model,
      verifiedUntil,
    })),
    cards: store.cardsOf(accountId).map(({ accountId: _, ...card }) => card),
    timeline: operationsAbout(store, accountId, TIMELINE_ENTRIES).map((operation) => {
      const entry = timelineEntry(operation, accountId);
      const { plan } = entry.facts;
      if (plan === undefined) return entry;
      // People know a plan by its name.
      return { ...entry, facts: { ...entry.facts, plan: store.tariffVersions(String(plan))[0]?.name ?? plan } };
    }),
  };
  return { ...view, attention: attentionOf(view, { today: businessDate, arrears: owed.length }) };
}

/** What should be seen first, the most urgent at the top. Hazards from inspections join here once they are recorded. */
function attentionOf(view: Omit<AccountView, 'attention'>, now: { readonly today: string; readonly arrears: number }): Attention[] {
  const { today, arrears } = now;
  const one = { count: 1, amountFen: null, litres: null, detail: '' };
  const found: Attention[] = [];
  if (view.undeliveredFen > 0) found.push({ ...one, kind: 'undelivered', amountFen: view.undeliveredFen });
  if (view.cardTasks.length > 0) found.push({ ...one, kind: 'card-task', count: view.cardTasks.length });
  if (view.dueFen > 0) found.push({ ...one, kind: 'arrears', count: arrears, amountFen: view.dueFen });
  if (view.volumeOwedLitres > 0) found.push({ ...one, kind: 'volume-owed', litres: view.volumeOwedLitres });
  const [request] = view.requests;
  if (request !== undefined) found.push({ ...one, kind: 'request', count: view.requests.length, detail: request.deadline });
  for (const meter of view.meters) {
    if (meter.faults !== 0) found.push({ ...one, kind: 'meter-fault', detail: meter.meterNo });
    if (meter.verifiedUntil !== '' && meter.verifiedUntil < today)
      found.push({ ...one, kind: 'verification-past', detail: meter.verifiedUntil });
  }
  const proof = view.households.at(-1);
  const ends = proof?.until ?? null;
  if (ends !== null && ends >= today && ends <= addDays(today, PROOF_NOTICE_DAYS))
    found.push({ ...one, kind: 'household-expiring', detail: ends });
  if (view.suspension !== null) found.push({ ...one, kind: 'suspended', detail: view.suspension.until ?? '' });
  return found;
}
