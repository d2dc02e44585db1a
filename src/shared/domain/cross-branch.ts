// Cross-branch service 通存通兑: the home branch earns, the serving branch owes, headquarters carries the facts across and nets daily.
import type { Operation, OperationPayloads } from './operation.ts';
import { type RecordTables, recordArea } from './records.ts';
import type { AwayFromHome, ServedBy, WithinLimit } from './served-away.ts';

/** Counters that speak for headquarters begin with this; no real counter may. */
export const HEADQUARTERS_PREFIX = 'hq-';

/** Whether an operation was put into the feed by headquarters itself. */
export function isOfHeadquarters(counterId: string): boolean {
  return counterId.startsWith(HEADQUARTERS_PREFIX);
}

/** Kinds that may be done for an account of another branch. Everything else is done at home. */
const SERVED_AWAY = [
  'topup.paid',
  'topup.intended',
  'topup.writing',
  'topup.verified',
  'topup.refunded',
  'payment.taken',
  'payment.reversed',
  'receipt.issued',
  'receipt.printed',
  'ticket.called',
  'ticket.finished',
  'drawer.opened',
] as const satisfies readonly Operation['kind'][];

/** Whether this kind may be done for an account of another branch. */
export function isServedAway(kind: Operation['kind']): boolean {
  return (SERVED_AWAY as readonly string[]).includes(kind);
}

/** Returns the branch that an operation of the serving branch has to be carried to; null where it concerns nobody else. */
export function homeOf(operation: { readonly kind: string; readonly payload: unknown }): string | null {
  switch (operation.kind) {
    case 'topup.paid':
    case 'topup.intended':
    case 'topup.verified':
    case 'topup.refunded':
    case 'payment.taken':
      return (operation.payload as AwayFromHome).homeBranchNo ?? null;
    case 'payment.reversed':
      return (operation.payload as OperationPayloads['payment.reversed']).payment.homeBranchNo ?? null;
    default:
      return null;
  }
}

/** Whether an operation says what only headquarters may say. */
export function saysServedBy(operation: { readonly kind: string; readonly payload: unknown }): boolean {
  const payload = operation.payload as AwayFromHome & { readonly payment?: AwayFromHome };
  return payload.servedBy !== undefined || payload.payment?.servedBy !== undefined;
}

/** Returns the payload as it stands in the home branch: the same fact, with who served in place of where home is. */
export function mirroredPayload(operation: { readonly kind: string; readonly payload: unknown }, servedBy: ServedBy): unknown {
  const turned = (facts: AwayFromHome & WithinLimit) => {
    const { homeBranchNo: _, offlineLimitId: __, ...rest } = facts;
    return { ...rest, servedBy };
  };
  if (operation.kind === 'payment.reversed') {
    const payload = operation.payload as OperationPayloads['payment.reversed'];
    return { ...payload, payment: turned(payload.payment) };
  }
  return turned(operation.payload as AwayFromHome & WithinLimit);
}

/** What has been used of a limit. */
export interface OfflineUse {
  readonly amountFen: number;
  readonly count: number;
}

export const OFFLINE_USE = recordArea<OfflineUse>('offline-use');

/** Returns the records that a sale without the line counts in: of the counter's day, of its clerk, and of the account with its card. */
export function offlineUseIds(at: {
  readonly counterId: string;
  readonly businessDate: string;
  readonly clerk: string;
  readonly accountId: string;
}): { readonly day: string; readonly clerk: string; readonly card: string } {
  const day = `${at.businessDate}/${at.counterId}`;
  return { day, clerk: `${day}/${at.clerk}`, card: `${at.businessDate}//${at.accountId}` };
}

/** Counts what was done without the line; a refund does not give it back. */
export function countOfflineUse(operation: Operation, tables: RecordTables): void {
  if (operation.kind !== 'topup.paid' && operation.kind !== 'payment.taken') return;
  if (operation.payload.offlineLimitId === undefined) return;
  const amountFen = operation.payload.tenders.reduce((sum, tender) => sum + tender.amountFen, 0);
  for (const recordId of Object.values(offlineUseIds(operation))) {
    const before = tables.getRecord(OFFLINE_USE, recordId) ?? { amountFen: 0, count: 0 };
    const row = { amountFen: before.amountFen + amountFen, count: before.count + 1 };
    tables.putRecord(OFFLINE_USE, { recordId, accountId: '', state: 'used' }, row);
  }
}
