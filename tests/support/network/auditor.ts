// The judge of the network simulation: from the journals and headquarters' order alone it says what the books must be and which operations conflict.
// It shares nothing with the fold: plain maps over payloads.
import type { Operation } from '../../../src/shared/domain/operation.ts';
import type { Known } from './clerk.ts';

export interface Expected {
  /** Ids of operations whose change must be left out. */
  readonly conflicts: readonly string[];
  readonly quarantined: readonly string[];
  /** Ids of applied operations that people must look at. */
  readonly cases: readonly string[];
  /** Cash in all drawers, fen. */
  readonly drawerFen: number;
  readonly undeliveredFen: number;
  readonly receivableFen: number;
  /** Customer name of each account in the end. */
  readonly names: Readonly<Record<string, string>>;
}

/** Judges one branch. `ordered` are its operations in headquarters' order. */
export function audit(ordered: readonly Operation[], known: Known): Expected {
  const conflicts: string[] = [];
  const quarantined: string[] = [];
  const cases: string[] = [];
  const versions = new Map<string, number>();
  const names: Record<string, string> = {};
  const lostAt = new Map<string, number>();
  const requests = new Map<string, string>();
  const open = new Map<string, number>();
  const paid = new Map<string, number>();
  const intents = new Map<string, string>();
  const sold = new Map<string, string>();
  let drawerFen = 0;
  let undeliveredFen = 0;
  let receivableFen = 0;

  for (const operation of ordered) {
    const { id, kind, accountId, counterId, payload } = operation;
    switch (kind) {
      case 'note.added':
        if (payload.text === '') quarantined.push(id);
        break;
      case 'account.opened':
        versions.set(accountId, 1);
        names[accountId] = payload.customerName;
        break;
      case 'account.corrected':
      case 'account.transferred': {
        const lost = lostAt.get(`${counterId} ${accountId}`);
        const follows = lost !== undefined && lost < operation.seq && known.get(id)?.has(lost) !== true;
        const now = versions.get(accountId) ?? 0;
        // It saw what a restored headquarters has never heard of again: it waits.
        if (!follows && payload.seenVersion > now) quarantined.push(id);
        else if (follows || now !== payload.seenVersion) {
          conflicts.push(id);
          lostAt.set(`${counterId} ${accountId}`, operation.seq);
        } else {
          versions.set(accountId, payload.seenVersion + 1);
          names[accountId] = 'to' in payload ? payload.to.customerName : payload.customerName;
        }
        break;
      }
      case 'request.opened':
        requests.set(payload.requestId, 'open');
        break;
      case 'request.moved':
        if (requests.get(payload.requestId) === payload.from) requests.set(payload.requestId, payload.to);
        else conflicts.push(id);
        break;
      case 'receivable.raised':
        open.set(payload.receivableId, payload.amountFen);
        receivableFen += payload.amountFen;
        break;
      case 'payment.taken':
        for (const part of payload.paid) {
          const left = (open.get(part.receivableId) ?? 0) - part.principalFen;
          open.set(part.receivableId, left);
          receivableFen -= part.principalFen;
          drawerFen += part.principalFen;
          if (left < 0) cases.push(id);
        }
        break;
      case 'topup.paid':
        paid.set(payload.topupId, payload.purchase.amountFen);
        drawerFen += payload.purchase.amountFen;
        undeliveredFen += payload.purchase.amountFen;
        break;
      case 'topup.refunded':
        drawerFen -= paid.get(payload.topupId) ?? 0;
        undeliveredFen -= paid.get(payload.topupId) ?? 0;
        break;
      case 'topup.intended':
        intents.set(payload.topupId, `${payload.cardNo}/${payload.sequence}`);
        break;
      case 'topup.verified': {
        undeliveredFen -= paid.get(payload.topupId) ?? 0;
        const number = intents.get(payload.topupId) ?? '';
        if (sold.has(number)) cases.push(id);
        else sold.set(number, payload.topupId);
        break;
      }
      default:
        break;
    }
  }
  return { conflicts, quarantined, cases, drawerFen, undeliveredFen, receivableFen, names };
}
