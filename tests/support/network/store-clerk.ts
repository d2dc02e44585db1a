// A clerk of the network simulation: does business at one counter as its own store shows it, without asking what others do.
import type { StoreHandle } from '../../../src/main/store/index.ts';
import type { NewOperation, OperationKind, OperationPayloads } from '../../../src/shared/domain/operation.ts';
import { REQUESTS } from '../../../src/shared/domain/requests.ts';
import { cashPayment } from '../journal.ts';

export interface Clerk {
  /** Does one thing; several operations where a thing has several. */
  act(store: StoreHandle): void;
}

/** What the auditor is told about an operation that the journal does not say: which conflicts, by seq, its counter had heard of. */
export type Known = Map<string, ReadonlySet<number>>;

/** Number of accounts of a branch. */
export const ACCOUNTS = 5;

const accountIdOf = (branchNo: string, number: number) => `${branchNo}-A${number}`;
const meterNoOf = (branchNo: string, number: number) => `${branchNo}-M${number}`;

/** Returns a clerk; `number` keeps ids of all clerks apart. */
export function createClerk(from: {
  readonly branchNo: string;
  readonly number: number;
  readonly random: () => number;
  readonly nowMs: () => number;
  readonly known: Known;
}): Clerk {
  const { branchNo, random, known } = from;
  let serial = 0;
  const newId = () => {
    serial += 1;
    const hex = (value: number, length: number) => value.toString(16).padStart(length, '0');
    return `${hex(from.nowMs(), 12).slice(0, 8)}-${hex(from.nowMs(), 12).slice(8)}-7000-8000-${hex(from.number, 4)}${hex(serial, 8)}`;
  };
  const pick = <T>(all: readonly T[]): T | undefined => all[Math.floor(random() * all.length)];

  function put<K extends OperationKind>(store: StoreHandle, kind: K, payload: OperationPayloads[K], accountId = ''): void {
    const id = newId();
    const facts = { id, businessDate: '2026-03-02', shiftId: `S${from.number}`, clerk: `c${from.number}`, recordedAtMs: from.nowMs() };
    known.set(id, new Set(store.replica.heard().map(({ seq }) => seq)));
    store.write((tx) => tx.append({ ...facts, accountId, kind, payload } as unknown as NewOperation));
  }

  function open(store: StoreHandle): void {
    put(store, 'branch.opened', { branchNo, name: branchNo, regionCode: '3301', businessDate: '2026-03-02' });
    for (let number = 0; number < ACCOUNTS; number += 1) {
      const accountId = accountIdOf(branchNo, number);
      put(
        store,
        'account.opened',
        {
          accountId,
          accountNo: `${branchNo}${number}`,
          customerKind: 'residential',
          customerName: '王小明',
          phone: '',
          address: { district: '', road: '', community: '', unit: '' },
          householdSize: 3,
          tariffId: 'T1',
          tierUsedLitres: 0,
          meter: { meterNo: meterNoOf(branchNo, number), make: '恒远', kind: 'ic' },
          card: { cardNo: `${branchNo}-K${number}`, layoutId: 'L1', sequence: 0, cumulativeLitres: 0 },
        },
        accountId,
      );
    }
  }

  const acts: readonly ((store: StoreHandle, accountId: string) => void)[] = [
    function topUp(store, accountId) {
      const card = store.cardsOf(accountId)[0];
      if (card === undefined) return;
      const topupId = newId();
      put(
        store,
        'topup.paid',
        { ...cashPayment({ topupId, amountFen: 1 + Math.floor(random() * 10_000) }), cardNo: card.cardNo },
        accountId,
      );
      if (random() < 0.1) return put(store, 'topup.refunded', { topupId, reason: '取消' }, accountId);
      const intent = { topupId, layoutId: 'L1', cardNo: card.cardNo, sequence: card.sequence + 1, beforeHex: '00', afterHex: '01' };
      put(store, 'topup.intended', intent, accountId);
      if (random() < 0.9) put(store, 'topup.verified', { topupId, proof: 'written' }, accountId);
    },
    function bill(store, accountId) {
      const amountFen = 100 + Math.floor(random() * 5_000);
      const terms = { itemCode: 'r', description: '气费', vatPermille: 90, dueDate: '2026-04-01', bearsLateFee: false } as const;
      put(store, 'receivable.raised', { receivableId: newId(), kind: 'gas', amountFen, ...terms }, accountId);
    },
    function pay(store, accountId) {
      const owed = pick(store.receivablesOf(accountId, 'open').filter(({ openFen }) => openFen > 0));
      if (owed === undefined) return;
      const principalFen = random() < 0.7 ? owed.openFen : 1 + Math.floor(random() * owed.openFen);
      const part = { receivableId: owed.receivableId, accountId, principalFen, lateFeeFen: 0, lateFeeWaivedFen: 0, vatPermille: 90 };
      const tenders = [{ kind: 'cash', amountFen: principalFen, reference: '' }] as const;
      const sums = { tenders, cashTenderedFen: principalFen, changeFen: 0, approvedBy: '' };
      put(store, 'payment.taken', { paymentId: newId(), paid: [part], fromCredit: [], toCredit: [], ...sums }, accountId);
    },
    function correct(store, accountId) {
      const account = store.account(accountId);
      if (account === null) return;
      const { version, address } = account;
      const facts = { customerName: `c${from.number}-${serial}`, phone: '', address, reason: '更正', requestId: '' };
      put(store, 'account.corrected', { seenVersion: version, ...facts }, accountId);
    },
    function transfer(store, accountId) {
      const account = store.account(accountId);
      if (account === null) return;
      const to = { customerId: '', customerKind: 'residential', customerName: `t${serial}`, phone: '', householdSize: 1 } as const;
      put(
        store,
        'account.transferred',
        {
          ...{ seenVersion: account.version, requestId: newId(), from: { customerId: '', customerName: account.customerName }, to },
          ...{ since: '2026-03-02', readingLitres: null, contractNo: 'K' },
        },
        accountId,
      );
    },
    function request(store, accountId) {
      const opened = pick(store.recordsOf(REQUESTS, accountId).filter(({ state }) => state === 'open'));
      if (opened === undefined) {
        const requestId = newId();
        const facts = { requestNo: requestId, requestKind: 'transfer', form: {}, deadline: '2026-03-09', branchNo } as const;
        return put(store, 'request.opened', { requestId, ...facts }, accountId);
      }
      const to = random() < 0.5 ? 'completed' : 'cancelled';
      put(
        store,
        'request.moved',
        { requestId: opened.requestId, from: 'open', to, form: { by: from.number }, note: '', approvedBy: '' },
        accountId,
      );
    },
    function reverify(store, accountId) {
      const meter = store.metersOf(accountId)[0];
      if (meter !== undefined) put(store, 'meter.reverified', { meterNo: meter.meterNo, verifiedUntil: `20${30 + (serial % 60)}-01-01` });
    },
    function note(store, accountId) {
      put(store, 'note.added', { noteId: newId(), text: '备注' }, accountId);
    },
    function poison(store, accountId) {
      // Headquarters' schema wants a text; the counter that wrote it did not look.
      if (random() < 0.3) put(store, 'note.added', { noteId: `poison-${newId()}`, text: '' }, accountId);
    },
  ];

  return {
    act(store) {
      if (store.lastSeq() === 0 && from.number % 10 === 0) return open(store);
      const accountId = accountIdOf(branchNo, Math.floor(random() * ACCOUNTS));
      // A counter that has not heard of the branch yet has nobody to serve.
      if (store.account(accountId) === null) return;
      pick(acts)?.(store, accountId);
    },
  };
}
