// Paper in A4 for an account: the form of a request, of an opening or of a card task to print and sign, and the customer's statement.
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { PAPER_PART_BYTES } from '../../../shared/contract/paper.ts';
import { dueFen } from '../../../shared/domain/allocation.ts';
import { tierYear } from '../../../shared/domain/business-date.ts';
import { CARD_TASKS } from '../../../shared/domain/card-tasks.ts';
import { CUSTOMERS } from '../../../shared/domain/customers.ts';
import { Fault } from '../../../shared/domain/fault.ts';
import type { AccountRow } from '../../../shared/domain/fold.ts';
import type { Operation } from '../../../shared/domain/operation.ts';
import { isOpenRequest } from '../../../shared/domain/requests.ts';
import { branchOf, type UseCaseContext } from '../actor.ts';
import { policyNow } from '../approval.ts';
import { calendarDate } from '../calendar-date.ts';
import { MAKES_A_CARD } from '../card-assessment.ts';
import { balancesView, requireAccount } from '../charges.ts';
import { commodityOfAccount } from '../commodity.ts';
import type { PaperDesk, PaperKey } from '../paper-desk.ts';
import type { ComposedPaper, FormContent, PaperHead, StatementContent } from '../ports/paper-content.ts';
import type { ReadStore } from '../ports/store.ts';
import { checksOf } from '../requests/checks.ts';
import type { RequestDefinition } from '../requests/definition.ts';
import { fieldsOf } from '../requests/fields.ts';
import { requestView, requireRequest, sceneOfRequest } from '../requests/scene.ts';
import { REQUEST_DEFINITIONS } from '../requests/table.ts';
import { composeShiftPaper } from '../shift-paper.ts';
import { operationsAbout, timelineEntry } from '../timeline.ts';
import { addressOf, maskPhone } from '../views.ts';
import { composeDayPaper } from './make-day-paper.ts';
import { composeMonth } from './make-month-paper.ts';
import { contentKeyOf } from './print-paper.ts';

type Subject = Inputs['paper']['make']['subject'];

/** A statement looks back over at most so many operations of the account. */
const STATEMENT_OPERATIONS = 5_000;

function accountOf(store: ReadStore, account: AccountRow): FormContent['account'] {
  const { accountId, accountNo, customerName, customerKind, phone } = account;
  return {
    accountNo,
    customerName,
    customerKind,
    commodity: commodityOfAccount(store, account),
    phoneMasked: maskPhone(phone),
    address: addressOf(account),
    meterNo: store.metersOf(accountId)[0]?.meterNo ?? '',
    cardNo: store.cardsOf(accountId).find(({ status }) => status === 'active')?.cardNo ?? '',
  };
}

function holderOf(store: ReadStore, account: AccountRow): FormContent['holder'] {
  const identity = store.record(CUSTOMERS, account.detail.customerId)?.identity ?? null;
  return identity === null ? null : { kind: identity.kind, masked: identity.masked };
}

/** What every form says, whatever it is about. */
function formOf(
  store: ReadStore,
  account: AccountRow,
  own: Pick<FormContent, 'kind' | 'number' | 'code'> & Partial<FormContent>,
): FormContent {
  const { name, businessDate } = branchOf(store);
  return {
    branchName: name,
    openedOn: businessDate,
    deadline: '',
    state: '',
    clerk: '',
    account: accountOf(store, account),
    holder: holderOf(store, account),
    answers: [],
    effects: [],
    checks: [],
    fees: [],
    refundFen: 0,
    steps: [],
    signers: [],
    ...own,
  };
}

/** The form of a request, from its definition: a new kind has one as soon as it is defined. */
function requestForm(store: ReadStore, requestId: string): FormContent {
  const request = requireRequest(store, requestId);
  const definition: RequestDefinition = REQUEST_DEFINITIONS[request.requestKind];
  const scene = sceneOfRequest(store, request);
  const { requestNo, deadline, state, openedBy, openedAtMs, steps, form } = request;
  const { fees, words, refundFen } = requestView(store, request);
  const fields = fieldsOf(definition, scene);
  return formOf(store, scene.account, {
    kind: request.requestKind,
    number: requestNo,
    code: `CT1:request:${requestId}`,
    openedOn: calendarDate(openedAtMs),
    deadline,
    state,
    clerk: openedBy,
    // What is filled in later has its line on the paper too.
    answers: fields.map(({ name, type }) => ({ field: name, type, value: form[name] ?? '' })),
    effects: words,
    checks: isOpenRequest(state) ? checksOf(definition, scene) : definition.checks.map((name) => ({ name, met: state === 'completed' })),
    fees: fees.map(({ description, amountFen, openFen }) => ({ name: description, amountFen, openFen })),
    refundFen,
    steps,
    signers: fields.filter(({ type }) => type === 'identity').map(({ name }) => name),
  });
}

function openingForm(store: ReadStore, accountId: string): FormContent {
  const account = requireAccount(store, accountId);
  const { suppliedSince, households } = account.detail;
  return formOf(store, account, {
    kind: 'account-opening',
    number: account.accountNo,
    code: `CT1:account:${account.accountNo}`,
    ...(suppliedSince === '' ? {} : { openedOn: suppliedSince }),
    answers: [{ field: 'newHousehold', type: 'number', value: households.at(-1)?.size ?? '' }],
  });
}

function cardTaskForm(store: ReadStore, taskId: string): FormContent {
  const task = store.record(CARD_TASKS, taskId);
  if (task === null) throw new Fault('CARD_TASK_UNKNOWN');
  const { purpose, cardNo, oldCardNo, reason, clerk, begunAtMs } = task;
  const purchase = task.topupId === '' ? null : (store.topup(task.topupId)?.payment.purchase ?? null);
  const litres = purchase?.litres ?? task.volumeLitres;
  const answers = [
    { field: 'oldCardNo', type: 'text', value: oldCardNo },
    { field: MAKES_A_CARD.has(purpose) ? 'newCardNo' : 'cardNo', type: 'text', value: cardNo },
    { field: 'volume', type: 'litres', value: litres === 0 ? '' : litres },
    { field: 'reason', type: 'text', value: reason },
  ];
  return formOf(store, requireAccount(store, task.accountId), {
    kind: `card-${purpose}`,
    number: cardNo,
    code: `CT1:card-task:${taskId}`,
    openedOn: calendarDate(begunAtMs),
    clerk,
    refundFen: purpose === 'reverse' ? (purchase?.amountFen ?? 0) : 0,
    answers: answers.filter(({ value }) => value !== ''),
  });
}

type Entry = StatementContent['entries'][number];

/** What an operation puts on a statement: charged, received or given back; null where it moves neither money nor gas. */
function statementEntry(store: ReadStore, operation: Operation, accountId: string): Entry | null {
  const { kind, businessDate, amountFen, litres, facts, detail } = timelineEntry(operation, accountId);
  const entry: Entry = {
    date: businessDate,
    kind,
    detail: String(facts.description ?? facts.reason ?? ''),
    litres: null,
    chargedFen: null,
    receivedFen: null,
    returnedFen: null,
  };
  switch (operation.kind) {
    case 'topup.paid':
      return { ...entry, litres, receivedFen: amountFen, chargedFen: amountFen };
    case 'topup.refunded':
    case 'topup.reversed': {
      const { litres: soldLitres = 0, amountFen: soldFen = 0 } = store.topup(operation.payload.topupId)?.payment.purchase ?? {};
      return { ...entry, litres: -soldLitres, returnedFen: soldFen, chargedFen: -soldFen };
    }
    case 'receivable.raised':
    case 'receivable.waived':
      return { ...entry, chargedFen: amountFen };
    case 'payment.taken':
    case 'deposit.taken':
      return { ...entry, receivedFen: amountFen };
    case 'payment.reversed':
    case 'deposit.returned':
    case 'credit.refunded':
      return { ...entry, returnedFen: amountFen === null ? null : -amountFen };
    case 'deposit.applied':
    case 'volume.credited':
      return { ...entry, detail: detail === '' ? entry.detail : detail, litres: litres === null ? null : -litres };
    default:
      return null;
  }
}

function statementOf({ ports, actor }: UseCaseContext, subject: Extract<Subject, { kind: 'statement' }>): StatementContent {
  const { store } = ports;
  const { accountId, from, until } = subject;
  const account = requireAccount(store, accountId);
  const { name, businessDate } = branchOf(store);
  const owed = store.receivablesOf(accountId, 'open').filter((row) => row.openFen > 0 && row.dueDate <= businessDate);
  const { creditFen, depositFen } = balancesView(store, accountId);
  const entries = operationsAbout(store, accountId, STATEMENT_OPERATIONS)
    .filter((operation) => operation.businessDate >= from && operation.businessDate <= until)
    .reverse()
    .map((operation) => statementEntry(store, operation, accountId))
    .filter((entry) => entry !== null);
  return {
    branchName: name,
    account: accountOf(store, account),
    from,
    until,
    creditFen,
    depositFen,
    dueFen: dueFen(owed, businessDate, policyNow(store).lateFee),
    tierUsedLitres: store.tierUse(accountId, tierYear(businessDate)),
    clerk: actor.name,
    code: `CT1:account:${account.accountNo}`,
    entries,
  };
}

function compose(context: UseCaseContext, subject: Subject, language: PaperHead['language']): ComposedPaper {
  const { store, templates, clock } = context.ports;
  const head = { language, company: branchOf(store).name, madeAtMs: clock.nowMs() };
  if (subject.kind === 'day' || subject.kind === 'month') {
    const { role } = context.actor;
    if (role !== 'supervisor' && role !== 'manager') throw new Fault('ROLE_DENIED', { role });
    return subject.kind === 'day' ? composeDayPaper(context, subject, head) : composeMonth(context, subject, head);
  }
  if (subject.kind === 'statement') {
    const statement = statementOf(context, subject);
    return templates.statement(statement, { ...head, number: statement.account.accountNo });
  }
  if (subject.kind === 'shift-report' || subject.kind === 'tender-list') return composeShiftPaper(context, subject, head);
  const form =
    subject.kind === 'request'
      ? requestForm(store, subject.requestId)
      : subject.kind === 'account-opening'
        ? openingForm(store, subject.accountId)
        : cardTaskForm(store, subject.taskId);
  return templates.form(form, { ...head, number: form.number });
}

function kindOf(subject: Subject): string {
  return subject.kind === 'day' ? subject.paper : subject.kind;
}

/**
 * What two papers have in common that say the same: everything but when it was made and by whom. A close never changes, so its papers are known by it; what
 * its receipts have become since is no reason for a second original.
 */
function contentOf(context: UseCaseContext, subject: Subject, language: PaperHead['language']): string {
  if (subject.kind === 'day') return JSON.stringify([subject.closeId, subject.paper, language]);
  const { ports, actor } = context;
  const anybody = { ports: { ...ports, clock: { nowMs: () => 0 } }, actor: { ...actor, name: '' } };
  return JSON.stringify(compose(anybody, subject, language).document);
}

/**
 * Makes the paper and keeps it on the desk of whoever asked. Throws REQUEST_UNKNOWN, ACCOUNT_UNKNOWN, CARD_TASK_UNKNOWN, DAY_CLOSE_UNKNOWN, ROLE_DENIED,
 * TARIFF_MISSING, PAPER_CANCELLED, PAPER_FAILED.
 */
export async function makePaper(
  context: UseCaseContext,
  desk: PaperDesk,
  input: Inputs['paper']['make'],
): Promise<Outputs['paper']['make']> {
  const { paperId, subject, language = context.ports.templates.language() } = input;
  const { document, warnings } = compose(context, subject, language);
  const paper = { document, kind: kindOf(subject), contentKey: contentKeyOf(contentOf(context, subject, language)) };
  const { pages, pdf, missing } = await desk.draw(keyOf(context, paperId), paper);
  const { title, number, copies = 1 } = document;
  // What a file system may not like is left out of the name.
  const fileName = `${title} ${number}`.replace(/[\\/:*?"<>|]/g, '').trim();
  return {
    paperId,
    fileName: `${fileName}.pdf`,
    title,
    pages,
    copies,
    sizeBytes: pdf.length,
    missing: [...missing],
    warnings: [...warnings],
  };
}

export function keyOf({ actor }: UseCaseContext, paperId: string): PaperKey {
  return { paperId, staffNo: actor.staffNo };
}

/** Returns a part of the PDF. Throws PAPER_UNKNOWN. */
export function readPaper(
  context: UseCaseContext,
  desk: PaperDesk,
  { paperId, offset }: Required<Inputs['paper']['part']>,
): Outputs['paper']['part'] {
  const pdf = desk.pdf(keyOf(context, paperId));
  const end = Math.min(pdf.length, offset + PAPER_PART_BYTES);
  return { part: Buffer.from(pdf.subarray(offset, end)).toString('base64'), nextOffset: end < pdf.length ? end : null };
}
