// Accounts of other branches at this counter: the store shows them beside its own as headquarters described them, and lets through only what may be done here.
import type { PaymentTaken, ReceivableRow } from '../../shared/domain/charging.ts';
import { isServedAway, OFFLINE_USE, offlineUseIds } from '../../shared/domain/cross-branch.ts';
import { Fault } from '../../shared/domain/fault.ts';
import type { AccountRow, CardRow } from '../../shared/domain/fold.ts';
import { STAFF } from '../../shared/domain/master-data.ts';
import type { NewOperation } from '../../shared/domain/operation.ts';
import { type LookupQuestion, type SignedVisit, type Visit, visitText } from '../../shared/domain/visits.ts';
import type { Clock } from './ports/runtime.ts';
import type { ReadStore, StaffRow, Store, WriteTx } from './ports/store.ts';
import type { Sync } from './ports/sync.ts';
import type { Authority, OfflineLeft, Visits, VisitTable } from './ports/visits.ts';
import { signedDocument } from './signed-document.ts';

/** How far back an account's own operations here are looked through for what headquarters has not counted in. */
const LOOK_BACK = 500;
/** A plan of another branch goes by the account that is on it: both branches may know different plans under one name. */
const PLAN_OF = '@';

interface Options {
  readonly store: Store;
  readonly table: VisitTable;
  readonly authority: Pick<Authority, 'isSigned'>;
  readonly sync: Pick<Sync, 'state' | 'lookUp'>;
  readonly clock: Clock;
}

interface Seen {
  readonly visit: Visit;
  readonly receivedAtMs: number;
}

/** What this counter's branch has done with the account that the visit does not know of yet. */
interface Since {
  readonly litres: number;
  readonly paidFen: ReadonlyMap<string, number>;
  readonly sold: ReadonlyMap<string, { readonly sequence: number; readonly litres: number }>;
}

/** Returns the visits of a counter, and its store with them. */
export function createVisits({ store, table, authority, sync, clock }: Options): Visits {
  const known = new Map<string, Visit | null>();
  const accountOfReceivable = new Map<string, string>();
  /** Whether headquarters answered when the account was asked about last. */
  const answered = new Map<string, boolean>();

  /** Returns what is kept of the account, when it bears headquarters' signature. */
  function seen(accountId: string): Seen | null {
    const kept = accountId === '' ? null : table.get(accountId);
    if (kept === null) return null;
    let visit = known.get(kept.signature);
    if (visit === undefined) {
      visit = opened(kept);
      known.set(kept.signature, visit);
      for (const { receivableId } of visit?.receivables ?? []) accountOfReceivable.set(receivableId, accountId);
    }
    return visit === null ? null : { visit, receivedAtMs: kept.receivedAtMs };
  }

  function opened({ json, signature }: SignedVisit): Visit | null {
    return authority.isSigned(visitText(json), signature) ? (JSON.parse(json) as Visit) : null;
  }

  function isPast({ visit, receivedAtMs }: Seen): boolean {
    const ageMs = clock.nowMs() - receivedAtMs;
    return ageMs < 0 || ageMs > visit.validForMs;
  }

  function hasNoLine(): boolean {
    const { state } = sync.state();
    return state === 'waiting' || state === 'refused' || state === 'not-enrolled' || state === 'locked';
  }

  const limitOn = (read: ReadStore) => signedDocument({ store: read, authority }, 'offline-limit');

  function leftOf(read: ReadStore, at: { readonly clerk: string; readonly accountId: string }): OfflineLeft | null {
    const document = limitOn(read);
    if (document === null) return null;
    const { perDay, perClerk, perCard } = document.content.limit;
    const ids = offlineUseIds({ ...at, counterId: read.counterId(), businessDate: read.branch()?.businessDate ?? '' });
    let [leftFen, leftCount] = [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
    for (const [recordId, allowed] of [
      [ids.day, perDay],
      [ids.clerk, perClerk],
      [ids.card, perCard],
    ] as const) {
      const used = read.record(OFFLINE_USE, recordId) ?? { amountFen: 0, count: 0 };
      leftFen = Math.min(leftFen, Math.max(0, allowed.amountFen - used.amountFen));
      leftCount = Math.min(leftCount, Math.max(0, allowed.count - used.count));
    }
    return { limitId: `${document.documentId}/${document.version}`, validUntil: document.validUntil, leftFen, leftCount };
  }

  /** Returns the mark of what is done without the line. Throws OFFLINE_LIMIT_MISSING, OFFLINE_LIMIT_REACHED. */
  function withinLimit(tx: WriteTx, operation: NewOperation, want: { readonly amountFen: number; readonly branchNo: string }) {
    const left = leftOf(tx, operation);
    if (left === null) throw new Fault('OFFLINE_LIMIT_MISSING', { branchNo: want.branchNo });
    if (want.amountFen > left.leftFen || left.leftCount < 1) {
      throw new Fault('OFFLINE_LIMIT_REACHED', { leftFen: left.leftFen, leftCount: left.leftCount });
    }
    return { offlineLimitId: left.limitId };
  }

  /** Returns the operation as it may be kept for an account of another branch. */
  function away(tx: WriteTx, operation: NewOperation, { visit, receivedAtMs }: Seen): NewOperation {
    const branchNo = visit.homeBranchNo;
    const onlyThere = new Fault('ONLY_AT_HOME_BRANCH', { branchNo });
    if (!isServedAway(operation.kind)) throw onlyThere;
    const at = { homeBranchNo: branchNo };
    switch (operation.kind) {
      case 'topup.paid':
      case 'payment.taken': {
        if (operation.kind === 'payment.taken' && !isWhollyOf(operation.payload, operation.accountId)) throw onlyThere;
        if (operation.kind === 'topup.paid' && visit.undeliveredFen > 0) throw new Fault('TOPUP_OPEN_ON_CARD');
        const amountFen = operation.payload.tenders.reduce((sum, tender) => sum + tender.amountFen, 0);
        const hasLine = answered.get(operation.accountId) === true && !hasNoLine();
        if (!hasLine && isPast({ visit, receivedAtMs })) throw new Fault('VISIT_EXPIRED');
        const mark = hasLine ? {} : withinLimit(tx, operation, { amountFen, branchNo });
        return { ...operation, payload: { ...operation.payload, ...at, ...mark } } as NewOperation;
      }
      case 'topup.intended':
      case 'topup.verified':
      case 'topup.refunded':
        return { ...operation, payload: { ...operation.payload, ...at } } as NewOperation;
      default:
        return operation;
    }
  }

  /** Returns the operation as it may be kept for an account of this branch. */
  function atHome(tx: WriteTx, operation: NewOperation): NewOperation {
    if (operation.kind === 'payment.taken' && operation.payload.paid.some((part) => visitorOf(tx, part.accountId) !== null)) {
      throw new Fault('ONLY_AT_HOME_BRANCH', { branchNo: '' });
    }
    if (operation.kind !== 'topup.paid' || !hasNoLine()) return operation;
    if (limitOn(tx)?.content.limit.ownCards !== true) return operation;
    const mark = withinLimit(tx, operation, { amountFen: operation.payload.purchase.amountFen, branchNo: '' });
    return { ...operation, payload: { ...operation.payload, ...mark } };
  }

  function visitorOf(read: ReadStore, accountId: string): Seen | null {
    return accountId === '' || read.account(accountId) !== null ? null : seen(accountId);
  }

  /** Returns what is read of visited accounts, over what the branch itself holds. */
  function overlay(read: ReadStore): Partial<ReadStore> {
    const visitor = (accountId: string) => visitorOf(read, accountId);
    const receivables = ({ visit }: Seen): ReceivableRow[] => {
      const { paidFen } = sinceOf(read, visit);
      return visit.receivables.map((row) => ({ ...row, openFen: row.openFen - (paidFen.get(row.receivableId) ?? 0) }));
    };
    const cards = ({ visit }: Seen): CardRow[] => {
      const { sold } = sinceOf(read, visit);
      return visit.cards.map((card) => {
        const later = sold.get(card.cardNo);
        if (later === undefined) return card;
        return { ...card, sequence: later.sequence, cumulativeLitres: card.cumulativeLitres + later.litres };
      });
    };
    return {
      account(accountId) {
        const own = read.account(accountId);
        const visit = own === null ? seen(accountId)?.visit : undefined;
        return visit === undefined ? own : ({ ...visit.account, tariffId: `${PLAN_OF}${accountId}` } satisfies AccountRow);
      },
      tariffVersions: (planId) =>
        planId.startsWith(PLAN_OF) ? (seen(planId.slice(PLAN_OF.length))?.visit.tariffs ?? []) : read.tariffVersions(planId),
      tierUse(accountId, year) {
        const one = visitor(accountId);
        if (one === null) return read.tierUse(accountId, year);
        const { holder } = one.visit.account;
        const known = one.visit.tierUse.find((use) => use.year === year && use.holder === holder)?.litres ?? 0;
        return known + sinceOf(read, one.visit).litres;
      },
      metersOf: (accountId) => visitor(accountId)?.visit.meters ?? read.metersOf(accountId),
      cardsOf(accountId) {
        const one = visitor(accountId);
        return one === null ? read.cardsOf(accountId) : cards(one);
      },
      card(cardNo) {
        const own = read.card(cardNo);
        if (own !== null) return own;
        const one = visitor(table.accountOfCard(cardNo) ?? '');
        return one === null ? null : (cards(one).find((card) => card.cardNo === cardNo) ?? null);
      },
      receivable(receivableId) {
        const own = read.receivable(receivableId);
        if (own !== null) return own;
        const one = visitor(accountOfReceivable.get(receivableId) ?? '');
        return one === null ? null : (receivables(one).find((row) => row.receivableId === receivableId) ?? null);
      },
      receivablesOf(accountId, which) {
        const one = visitor(accountId);
        if (one === null) return read.receivablesOf(accountId, which);
        return receivables(one).filter(({ openFen }) => which === 'all' || openFen > 0);
      },
      balance(ledgerAccount, dimension) {
        const one = ledgerAccount === 'undelivered-purchase' && dimension !== undefined ? visitor(dimension) : null;
        return one === null ? read.balance(ledgerAccount, dimension) : -one.visit.undeliveredFen;
      },
      staff: (staffNo) => publishedStaff(read, staffNo),
    };
  }

  async function ask(question: LookupQuestion, clerk: string): Promise<readonly Visit[]> {
    const found: Visit[] = [];
    for (const signed of await sync.lookUp(question, clerk)) {
      const visit = opened(signed);
      if (visit === null) throw new Fault('HEADQUARTERS_REFUSED', { code: 'SIGNATURE_WRONG', reason: 'not signed by headquarters' });
      const { accountId } = visit.account;
      table.put({ ...signed, accountId, receivedAtMs: clock.nowMs(), cardNos: visit.cards.map(({ cardNo }) => cardNo) });
      answered.set(accountId, true);
      found.push(visit);
    }
    return found;
  }

  const visiting: Store = {
    ...store,
    ...overlay(store),
    write: (act) =>
      store.write((tx) =>
        act({
          ...tx,
          ...overlay(tx),
          append(operation) {
            const one = visitorOf(tx, operation.accountId);
            return tx.append(one === null ? atHome(tx, operation) : away(tx, operation, one));
          },
        }),
      ),
  };

  return {
    store: visiting,
    find: ask,
    async prepare(accountId, clerk) {
      if (visitorOf(store, accountId) === null) return;
      try {
        const found = await ask({ by: 'account', accountId }, clerk);
        if (found.length === 0) throw new Fault('ACCOUNT_UNKNOWN');
      } catch (error) {
        if (!(error instanceof Fault) || error.code !== 'HEADQUARTERS_UNREACHABLE') throw error;
        answered.set(accountId, false);
      }
    },
    note(accountId) {
      const one = visitorOf(store, accountId);
      if (one === null) return null;
      const { visit, receivedAtMs } = one;
      const { homeBranchNo, homeBranchName } = visit;
      return { homeBranchNo, homeBranchName, asOfMs: receivedAtMs, expiresAtMs: receivedAtMs + visit.validForMs };
    },
    left: (at) => leftOf(store, at),
    boundsOwnCards: () => hasNoLine() && limitOn(store)?.content.limit.ownCards === true,
  };
}

/** Credit balances are at home, and one payment settles with one branch. */
function isWhollyOf(payment: PaymentTaken, accountId: string): boolean {
  const { paid, fromCredit, toCredit } = payment;
  return fromCredit.length === 0 && toCredit.length === 0 && paid.every((part) => part.accountId === accountId);
}

/** Sums up what has happened here with the account and is not counted in the visit. */
function sinceOf(read: ReadStore, visit: Visit): Since {
  const known = new Set(visit.knownIds);
  let litres = 0;
  const paidFen = new Map<string, number>();
  const sold = new Map<string, { readonly sequence: number; readonly litres: number }>();
  const pay = ({ paid }: PaymentTaken, sign: 1 | -1) => {
    for (const part of paid) paidFen.set(part.receivableId, (paidFen.get(part.receivableId) ?? 0) + sign * part.principalFen);
  };
  for (const operation of [...read.operationsOf(visit.account.accountId, LOOK_BACK)].reverse()) {
    if (known.has(operation.id)) continue;
    if (operation.kind === 'topup.paid') litres += operation.payload.purchase.litres;
    if (operation.kind === 'payment.taken') pay(operation.payload, 1);
    if (operation.kind === 'payment.reversed') pay(operation.payload.payment, -1);
    const topup = operation.kind === 'topup.refunded' || operation.kind === 'topup.verified' ? read.topup(operation.payload.topupId) : null;
    if (topup === null) continue;
    const bought = topup.payment.purchase.litres;
    if (operation.kind === 'topup.refunded') litres -= bought;
    else if (topup.intent !== null) {
      sold.set(topup.cardNo, { sequence: topup.intent.sequence, litres: (sold.get(topup.cardNo)?.litres ?? 0) + bought });
    }
  }
  return { litres, paidFen, sold };
}

/** Returns who the staff number is today: as headquarters has published, else as the branch has it. */
function publishedStaff(read: ReadStore, staffNo: string): StaffRow | null {
  const own = read.staff(staffNo);
  const record = read.record(STAFF, staffNo);
  if (record === null) return own;
  const date = read.branch()?.businessDate ?? '';
  let found: (typeof record.versions)[number] | null = null;
  for (const one of record.versions)
    if (one.effectiveFrom <= date && (found === null || one.effectiveFrom >= found.effectiveFrom)) found = one;
  if (found === null) return own;
  const { name, role } = found;
  const passwordHash = found.passwordHash === '' ? (own?.passwordHash ?? '') : found.passwordHash;
  return role === 'left' || passwordHash === '' ? null : { staffNo, name, role, passwordHash };
}
