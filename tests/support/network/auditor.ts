// The judge of the network simulation: from the operations and the order in which headquarters accepted them it says what the books must be and which
// changes must have been left out. It follows the rules of the journal (money commutes; a change stands if what its clerk saw is what the order shows;
// the first one stands, later ones become cases) and shares nothing with the fold, the verdicts or the versions of the code.
import type { Operation } from '../../../src/shared/domain/operation.ts';
import type { Tender } from '../../../src/shared/domain/tender.ts';

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
  readonly depositFen: number;
  /** Telephone number of each account in the end: which change stands. */
  readonly phones: Readonly<Record<string, string>>;
  /** Until when each meter is verified. */
  readonly verified: Readonly<Record<string, string>>;
}

const cashOf = (tenders: readonly Tender[]) => tenders.reduce((sum, { kind, amountFen }) => sum + (kind === 'cash' ? amountFen : 0), 0);
/** What the screen showed: the telephone number, and the id of the operation that it said had brought it. */
const seenIn = (text: string) => /saw (\d+ \S+)/.exec(text)?.[1] ?? '';

/** Judges one branch. `ordered` are its operations in the order of their acceptance. */
export function audit(ordered: readonly Operation[]): Expected {
  const conflicts: string[] = [];
  const quarantined: string[] = [];
  const cases: string[] = [];
  const phones: Record<string, string> = {};
  /** What an account shows, as `seenIn` says it: two halls may make the same transfer, and its number is no identity. */
  const shown = new Map<string, string>();
  const verified: Record<string, string> = {};
  const requests = new Map<string, string>();
  const open = new Map<string, number>();
  const paid = new Map<string, number>();
  const reversed = new Set<string>();
  const intents = new Map<string, string>();
  const sold = new Map<string, string>();
  /** What was on the screen when a request was completed; its transfer is the same act. */
  const completions = ordered.flatMap(({ kind, payload, counterId, seq }) =>
    kind === 'request.moved' && payload.to === 'completed'
      ? [{ counterId, seq, requestId: payload.requestId, seen: seenIn(payload.note) }]
      : [],
  );
  const seenAtCompletion = (transfer: { readonly counterId: string; readonly seq: number; readonly requestId: string }): string => {
    const after = completions.filter(
      ({ counterId, seq, requestId }) => counterId === transfer.counterId && seq > transfer.seq && requestId === transfer.requestId,
    );
    return after.sort((left, right) => left.seq - right.seq)[0]?.seen ?? '';
  };
  let drawerFen = 0;
  let undeliveredFen = 0;
  let receivableFen = 0;
  let depositFen = 0;

  const show = (id: string, accountId: string, phone: string): void => {
    phones[accountId] = phone;
    shown.set(accountId, `${phone} ${id}`);
  };
  /** A change stands when the account shows what its clerk saw. */
  const change = (id: string, accountId: string, { seen, now }: { readonly seen: string; readonly now: string }): void => {
    if (shown.get(accountId) === seen) show(id, accountId, now);
    else conflicts.push(id);
  };

  for (const operation of ordered) {
    const { id, kind, accountId, counterId, seq, payload } = operation;
    switch (kind) {
      case 'note.added':
        if (payload.text === '') quarantined.push(id);
        break;
      case 'shift.opened':
        drawerFen += payload.floatFen;
        break;
      case 'account.opened':
        show(id, accountId, payload.phone);
        break;
      case 'account.corrected':
        change(id, accountId, { seen: seenIn(payload.reason), now: payload.phone });
        break;
      case 'account.transferred':
        change(id, accountId, { seen: seenAtCompletion({ counterId, seq, requestId: payload.requestId }), now: payload.to.phone });
        break;
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
      case 'receivable.waived':
        open.set(payload.receivableId, (open.get(payload.receivableId) ?? 0) - payload.amountFen);
        receivableFen -= payload.amountFen;
        break;
      case 'payment.taken':
        drawerFen += cashOf(payload.tenders);
        for (const { receivableId, principalFen } of payload.paid) {
          const left = (open.get(receivableId) ?? 0) - principalFen;
          open.set(receivableId, left);
          receivableFen -= principalFen;
          if (left < 0) cases.push(id);
        }
        break;
      case 'payment.reversed':
        // The money was handed out whatever the order says.
        drawerFen -= cashOf(payload.refunds);
        for (const { receivableId, principalFen } of payload.payment.paid) {
          receivableFen += principalFen;
          if (!reversed.has(payload.paymentId)) open.set(receivableId, (open.get(receivableId) ?? 0) + principalFen);
        }
        if (reversed.has(payload.paymentId)) conflicts.push(id);
        reversed.add(payload.paymentId);
        break;
      case 'deposit.taken':
        drawerFen += cashOf(payload.tenders);
        depositFen += payload.amountFen;
        break;
      case 'meter.reverified':
        verified[payload.meterNo] = payload.verifiedUntil;
        break;
      case 'topup.paid':
        paid.set(payload.topupId, payload.purchase.amountFen);
        drawerFen += cashOf(payload.tenders);
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
  return { conflicts, quarantined, cases, drawerFen, undeliveredFen, receivableFen, depositFen, phones, verified };
}
