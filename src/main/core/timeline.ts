// The timeline of an account: what every kind of operation says to people, as figures and as facts that the language files put into a sentence.
import type { Outputs } from '../../shared/contract/index.ts';
import type { AccountOpened } from '../../shared/domain/account.ts';
import type { PaymentTaken } from '../../shared/domain/charging.ts';
import type { Operation } from '../../shared/domain/operation.ts';
import type { Tender } from '../../shared/domain/tender.ts';
import type { ReadStore } from './ports/store.ts';
import { maskPhone } from './views.ts';

type TimelineEntry = Outputs['accounts']['get']['timeline'][number];
type Told = Pick<TimelineEntry, 'amountFen' | 'litres' | 'reference' | 'detail' | 'facts'>;

const NOTHING: Told = { amountFen: null, litres: null, reference: '', detail: '', facts: {} };

/** Returns what the operation says on the timeline of the account: of a payment for several, its part. */
export function timelineEntry(operation: Operation, accountId: string): TimelineEntry {
  const { id, seq, kind, businessDate, recordedAtMs, clerk } = operation;
  return { operationId: id, seq, kind, businessDate, recordedAtMs, clerk, ...NOTHING, ...told(operation, accountId) };
}

/** Returns the account's operations and what was paid for it together with another account, newest first. */
export function operationsAbout(store: ReadStore, accountId: string, limit: number): readonly Operation[] {
  const own = store.operationsOf(accountId, limit);
  const shared = store.sharedPaymentsOf(accountId, limit);
  if (shared.length === 0) return own;
  return [...own, ...shared].sort((left, right) => right.recordedAtMs - left.recordedAtMs || right.seq - left.seq).slice(0, limit);
}

const sum = (parts: readonly { readonly amountFen: number }[]): number => parts.reduce((total, part) => total + part.amountFen, 0);
const kinds = (tenders: readonly Tender[]): string => tenders.map(({ kind }) => kind).join(',');
const place = ({ district, road, community, unit }: AccountOpened['address']): string => `${district}${road}${community}${unit}`;

/** Returns what one account had of a payment, fen, for how many receivables, and with how many other accounts it was taken. */
function partOf({ paid, fromCredit, toCredit }: PaymentTaken, accountId: string) {
  const parts = [
    ...paid.map((part) => ({ accountId: part.accountId, amountFen: part.principalFen + part.lateFeeFen })),
    ...toCredit.map((part) => ({ accountId: part.accountId, amountFen: part.amountFen })),
    ...fromCredit.map((part) => ({ accountId: part.accountId, amountFen: -part.amountFen })),
  ];
  const others = new Set(parts.map((part) => part.accountId).filter((one) => one !== accountId)).size;
  const together: Told['facts'] = others > 0 ? { together: others } : {};
  const own = <T extends { readonly accountId: string }>(all: readonly T[]): readonly T[] =>
    all.filter((part) => part.accountId === accountId);
  return { amountFen: sum(own(parts)), count: own(paid).length, together };
}

/** What of an entry is not nothing. Amounts that leave the hall are negative. */
function told(operation: Operation, accountId: string): Partial<Told> {
  switch (operation.kind) {
    case 'account.opened':
      return { facts: { number: operation.payload.accountNo, name: operation.payload.customerName } };
    case 'shift.opened':
      return { amountFen: operation.payload.floatFen };
    case 'shift.paid-in':
      return { amountFen: operation.payload.amountFen, reference: operation.payload.movementId, detail: operation.payload.reason };
    case 'shift.paid-out':
      return { amountFen: -operation.payload.amountFen, reference: operation.payload.movementId, detail: operation.payload.reason };
    case 'shift.dropped':
      return { amountFen: -operation.payload.amountFen, reference: operation.payload.movementId, detail: operation.payload.bagNo };
    case 'shift.counted':
      return { amountFen: operation.payload.cashFen, reference: operation.payload.countId };
    case 'shift.handed-over':
    case 'shift.closed':
      return { amountFen: operation.payload.countedFen, reference: operation.payload.shiftId, detail: operation.payload.reason };
    case 'drawer.opened':
      return { reference: operation.payload.openingId, detail: operation.payload.why };
    case 'topup.paid': {
      const { purchase, tenders, topupId } = operation.payload;
      return { amountFen: purchase.amountFen, litres: purchase.litres, reference: topupId, detail: kinds(tenders) };
    }
    case 'topup.intended':
      return { reference: operation.payload.topupId };
    case 'topup.writing':
      return { reference: operation.payload.topupId, detail: String(operation.payload.attempt) };
    case 'topup.verified':
      return { reference: operation.payload.topupId, detail: operation.payload.proof };
    case 'topup.refunded':
      return { reference: operation.payload.topupId, detail: operation.payload.reason };
    case 'topup.carried': {
      const { purchase, topupId, cardNo } = operation.payload;
      return { litres: purchase.litres, reference: topupId, facts: { card: cardNo } };
    }
    case 'topup.reversed': {
      const { purchase, topupId, reason, approvedBy } = operation.payload;
      return {
        amountFen: -purchase.amountFen,
        litres: -purchase.litres,
        reference: topupId,
        facts: { reason, approvedBy },
      };
    }
    case 'receipt.issued':
      return { reference: operation.payload.topupId, detail: operation.payload.receiptNo };
    case 'receipt.printed':
      return { reference: operation.payload.receiptId, detail: operation.payload.outcome };
    case 'meter.reported': {
      const { remainingLitres, meterNo, loadedSequence } = operation.payload;
      return { litres: remainingLitres, reference: meterNo, detail: String(loadedSequence) };
    }
    case 'receivable.raised': {
      const { amountFen, receivableId, description, dueDate } = operation.payload;
      return { amountFen, reference: receivableId, facts: { description, dueDate } };
    }
    case 'receivable.waived': {
      const { amountFen, receivableId, reason, approvedBy } = operation.payload;
      return { amountFen: -amountFen, reference: receivableId, facts: { reason, approvedBy } };
    }
    case 'payment.taken': {
      const { paymentId, tenders } = operation.payload;
      const { amountFen, count, together } = partOf(operation.payload, accountId);
      return { amountFen, reference: paymentId, detail: kinds(tenders), facts: { count, ...together } };
    }
    case 'payment.reversed': {
      const { paymentId, payment, reason, approvedBy } = operation.payload;
      const { amountFen, together } = partOf(payment, accountId);
      return { amountFen: -amountFen, reference: paymentId, facts: { reason, approvedBy, ...together } };
    }
    case 'deposit.taken':
      return {
        amountFen: operation.payload.amountFen,
        reference: operation.payload.handoverId,
        facts: { reason: operation.payload.reason },
      };
    case 'deposit.returned':
    case 'credit.refunded': {
      const { amountFen, handoverId, reason, approvedBy } = operation.payload;
      return { amountFen: -amountFen, reference: handoverId, facts: { reason, approvedBy } };
    }
    case 'deposit.applied':
      return { amountFen: operation.payload.amountFen, facts: { reason: operation.payload.reason } };
    case 'volume.credited': {
      const { parts, requestId } = operation.payload;
      return { amountFen: sum(parts), litres: parts.reduce((total, part) => total + part.litres, 0), reference: requestId };
    }
    case 'customer.registered': {
      const { name, identity, customerId } = operation.payload;
      return { reference: customerId, facts: { name, identity: identity?.masked ?? '' } };
    }
    case 'customer.changed': {
      const { name, identity, customerId, reason = '', approvedBy = '' } = operation.payload;
      return { reference: customerId, facts: { name, identity: identity?.masked ?? '', reason, approvedBy } };
    }
    case 'customer.merged':
      return { reference: operation.payload.keptId, facts: { reason: operation.payload.reason } };
    case 'account.assigned': {
      const { customerId, reason = '', approvedBy = '' } = operation.payload;
      return { reference: customerId, facts: { reason, approvedBy } };
    }
    case 'account.corrected': {
      const { customerName, address, phone, reason, requestId } = operation.payload;
      // Outside a service request only the telephone changes.
      const what: Told['facts'] = requestId === '' ? {} : { name: customerName, address: place(address) };
      return { reference: requestId, facts: { ...what, phone: maskPhone(phone), reason } };
    }
    case 'account.transferred': {
      const { from, to, since, requestId } = operation.payload;
      return { reference: requestId, facts: { oldHolder: from.customerName, newHolder: to.customerName, since } };
    }
    case 'account.household-changed': {
      const { size, from, until, proof } = operation.payload;
      return { facts: { size, from, until: until ?? '', proof } };
    }
    case 'account.plan-changed':
      return { facts: { plan: operation.payload.tariffId, from: operation.payload.from } };
    case 'account.suspended': {
      const { from, until, sealNo, requestId } = operation.payload;
      return { reference: requestId, facts: { from, until: until ?? '', seal: sealNo } };
    }
    case 'account.reactivated':
      return { reference: operation.payload.requestId, facts: { on: operation.payload.on, inspection: operation.payload.inspectionNo } };
    case 'account.closed':
      return { reference: operation.payload.requestId, facts: { on: operation.payload.on } };
    case 'account.bank-changed': {
      const { bank, approvedBy = '' } = operation.payload;
      return { facts: { bank: bank?.bankName ?? '', number: bank?.masked ?? '', approvedBy } };
    }
    case 'note.added':
      return { reference: operation.payload.noteId, facts: { text: operation.payload.text } };
    case 'attachment.added':
      return { reference: operation.payload.attachmentId, facts: { name: operation.payload.name } };
    case 'number.revealed':
      return { detail: operation.payload.what, facts: { number: operation.payload.masked, reason: operation.payload.reason } };
    case 'meter.registered':
      return { reference: operation.payload.meterNo, facts: { meter: operation.payload.meterNo, make: operation.payload.make } };
    case 'meter.installed': {
      const { meterNo, readingLitres, on } = operation.payload;
      return { litres: readingLitres, reference: meterNo, facts: { meter: meterNo, on } };
    }
    case 'meter.exchanged': {
      const { oldMeterNo, newMeterNo, carriedLitres, on } = operation.payload;
      return { litres: carriedLitres, reference: newMeterNo, facts: { oldMeter: oldMeterNo, meter: newMeterNo, on } };
    }
    case 'meter.removed': {
      const { meterNo, finalReadingLitres, on } = operation.payload;
      return { litres: finalReadingLitres, reference: meterNo, facts: { meter: meterNo, on } };
    }
    case 'meter.read': {
      const { meterNo, readingLitres, on } = operation.payload;
      return { litres: readingLitres, reference: meterNo, facts: { meter: meterNo, on } };
    }
    case 'meter.reverified':
      return { reference: operation.payload.meterNo, facts: { meter: operation.payload.meterNo, until: operation.payload.verifiedUntil } };
    case 'card-task.begun': {
      const { taskId, purpose, cardNo, volumeLitres, reason } = operation.payload;
      return { litres: volumeLitres > 0 ? volumeLitres : null, reference: taskId, detail: purpose, facts: { card: cardNo, reason } };
    }
    case 'card-task.intended':
      return { reference: operation.payload.taskId, facts: { sequence: operation.payload.sequence } };
    case 'card-task.writing':
      return { reference: operation.payload.taskId, detail: String(operation.payload.attempt) };
    case 'card-task.verified':
      return { reference: operation.payload.taskId, detail: operation.payload.proof };
    case 'card-task.abandoned':
      return { reference: operation.payload.taskId, facts: { reason: operation.payload.reason } };
    case 'card.blacklisted':
    case 'card.returned':
      return { reference: operation.payload.cardNo, facts: { card: operation.payload.cardNo, reason: operation.payload.reason } };
    case 'request.opened': {
      const { requestId, requestNo, requestKind, deadline } = operation.payload;
      return { reference: requestId, detail: requestKind, facts: { number: requestNo, deadline } };
    }
    case 'request.moved':
      return { reference: operation.payload.requestId, detail: operation.payload.to, facts: { note: operation.payload.note } };
    case 'segment.assigned': {
      const { prefix, first, last } = operation.payload;
      return { facts: { prefix, first, last } };
    }
    case 'invoice.issued': {
      const { invoiceId, amountFen, number, buyer } = operation.payload;
      return { amountFen, reference: invoiceId, facts: { number, buyer: buyer.name } };
    }
    case 'invoice.printed':
      return { reference: operation.payload.invoiceId, detail: operation.payload.outcome };
    case 'invoice.voided':
      return { reference: operation.payload.invoiceId, facts: { number: operation.payload.number, reason: operation.payload.reason } };
    case 'ticket.called':
      return { reference: operation.payload.ticketId, facts: { number: operation.payload.ticketNo } };
    case 'ticket.finished':
      return { reference: operation.payload.ticketId, detail: operation.payload.outcome };
    case 'tool-card.intended':
      return { reference: operation.payload.toolNo, facts: { number: operation.payload.toolNo, reason: operation.payload.reason } };
    case 'tool-card.writing':
    case 'tool-card.made':
    case 'tool-card.returned':
      return { reference: operation.payload.toolId };
    case 'day.closed':
      return { reference: operation.payload.closeId, detail: operation.payload.closedDate };
    case 'safe.banked':
      return {
        amountFen: operation.payload.amountFen,
        reference: operation.payload.depositId,
        facts: { number: operation.payload.slipNo },
      };
    case 'case.settled': {
      const { caseId, way, reason, approvedBy } = operation.payload;
      return { reference: caseId, detail: way, facts: { reason, approvedBy } };
    }
    case 'counter.renewed':
      return {
        reference: operation.payload.formerId,
        facts: { reason: operation.payload.reason, approvedBy: operation.payload.approvedBy },
      };
    // What concerns no account: the branch, prices, policies, approvals.
    default:
      return {};
  }
}
