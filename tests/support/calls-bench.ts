// A whole counter to which the calls of the contract are made: the one-card hall with the dispatcher in front, staff, a policy and more accounts.
import { createRouterClient, type RouterClient } from '@orpc/server';
import { createDispatcher, type Dispatcher } from '../../src/main/core/dispatch.ts';
import type { Ports } from '../../src/main/core/ports/index.ts';
import type { StoreHandle } from '../../src/main/store/index.ts';
import type { AccountOpened, NewOperation, OperationKind, OperationPayloads } from '../../src/shared/domain/operation.ts';
import type { Policy } from '../../src/shared/domain/policy.ts';
import { type Bench, BRANCH, SHIFT_ID } from './counter-bench.ts';

export const STAFF = { clerk: '1001', supervisor: '2001', manager: '3001', it: '4001' } as const;
export type StaffRole = keyof typeof STAFF;

const FEES = {
  card: '补卡工本费',
  transfer: '过户费',
  seal: '封表费',
  reactivation: '恢复供气费',
  closure: '销户费',
  addition: '增容费',
  relocation: '移表费',
  correction: '更正费',
};

const ALL = { reversalFen: 1e9, waiverFen: 1e9, refundFen: 1e9, correctionLitres: 1e9 };
/** A clerk may do little alone, a supervisor everything. */
export const POLICY: Policy = {
  fees: Object.entries(FEES).map(([code, name], index) => ({
    code,
    name,
    amountFen: 1_000 + index * 100,
    vatPermille: 60,
    waiver: 'supervisor',
  })),
  lateFee: { perDayPpm: 3_000, graceDays: 0, chargesGrace: false, countsPaymentDay: true, capPermille: 1_000 },
  limits: { clerk: { reversalFen: 0, waiverFen: 0, refundFen: 0, correctionLitres: 0 }, supervisor: ALL, manager: ALL },
  requestDays: { default: 5 },
  // Clerk and supervisor each have a drawer of their own at the bench's counter.
  shift: { drawersPerCounter: 2 },
};

/** What stands for a supervisor beside the clerk; every password is right here. */
export const APPROVAL = { staffNo: STAFF.supervisor, password: 'x' } as const;

export type CallsClient = RouterClient<Dispatcher['router']>;

export interface CallsBench {
  readonly ports: Ports;
  readonly store: StoreHandle;
  /** Signs in at a line of its own, by role or by staff number. */
  signIn(who: StaffRole | string): Promise<CallsClient>;
  /** Returns an id that the counter has not given out. */
  newId(): string;
  /** Records what came before the test, for instance by headquarters or by another counter. */
  put<K extends OperationKind>(kind: K, payload: OperationPayloads[K], accountId?: string): void;
  openAccount(account: AccountOpened): void;
  /** A gas bill of last month. */
  bill(accountId: string, amountFen: number): string;
}

/** Puts dispatcher, staff and policy around a bench that `OneCardHall` has started. `idPrefix` keeps its ids apart from the bench's own. */
export function callsBench(bench: Bench, idPrefix = 0x7000, changes: Partial<Ports> = {}): CallsBench {
  const store = bench.store as StoreHandle;
  const ports: Ports = { ...bench.context.ports, passwords: { verify: async () => true }, ...changes };
  const dispatcher = createDispatcher(ports);
  let count = 0;
  const newId = () => {
    count += 1;
    return `0189${idPrefix.toString(16).padStart(4, '0')}-0000-7000-8000-${count.toString(16).padStart(12, '0')}`;
  };
  const put: CallsBench['put'] = (kind, payload, accountId = '') => {
    const facts = { id: newId(), businessDate: BRANCH.businessDate, shiftId: SHIFT_ID, clerk: STAFF.clerk, recordedAtMs: 0 };
    store.write((tx) => tx.append({ ...facts, accountId, kind, payload } as unknown as NewOperation));
  };
  store.seedStaff(Object.entries(STAFF).map(([role, staffNo]) => ({ staffNo, name: role, role: role as StaffRole, passwordHash: '' })));
  put('policy.published', { policyId: newId(), effectiveFrom: '2026-01-01', policy: POLICY });
  return {
    ports,
    store,
    newId,
    put,
    async signIn(who) {
      const client = createRouterClient(dispatcher.router, { context: dispatcher.connect('script') });
      await client.session.signIn({ staffNo: who in STAFF ? STAFF[who as StaffRole] : who, password: 'x' });
      return client;
    },
    openAccount: (account) => put('account.opened', account, account.accountId),
    bill(accountId, amountFen) {
      const receivableId = newId();
      put(
        'receivable.raised',
        {
          ...{ receivableId, kind: 'gas', itemCode: 'reading', description: '2026-10 气费' },
          ...{ amountFen, vatPermille: 90, dueDate: '2026-11-10', bearsLateFee: true },
        },
        accountId,
      );
      return receivableId;
    },
  };
}
