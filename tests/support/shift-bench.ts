// Shifts on a store of their own, by their use cases: clerks at one drawer, money over the counter, and an auditor who adds up by himself.
import { record, type UseCaseContext } from '../../src/main/core/actor.ts';
import { type AskedApprovals, createAskedApprovals } from '../../src/main/core/asked-approvals.ts';
import type { Ports } from '../../src/main/core/ports/index.ts';
import type { Store } from '../../src/main/core/ports/store.ts';
import type { Operation } from '../../src/shared/domain/operation.ts';
import type { Tender } from '../../src/shared/domain/tender.ts';
import { openAccount, SAMPLE_TARIFF, sampleAccount } from './sample-operations.ts';
import { useCaseBench as openBench, type UseCaseBench } from './use-case-bench.ts';

export const CLERKS = ['1001', '1002', '1003'] as const;

export interface ShiftBench extends UseCaseBench {
  readonly approvals: AskedApprovals;
  /** A clerk with the shift they have open; `store` in place of the bench's own. */
  as(staffNo: string, store?: Store): UseCaseContext;
  /** Money of a customer, in or out. */
  money(staffNo: string, tenders: readonly Tender[], sign: 1 | -1): void;
}

/** Opens a bench with the first clerk's shift. The caller removes `temp`. */
export async function shiftBench(): Promise<ShiftBench> {
  const bench = await openBench({ date: '2026-03-02', tariffs: [SAMPLE_TARIFF] });
  const { store } = bench.temp;
  const account = sampleAccount(1);
  store.write((tx) => tx.append(openAccount(account)));
  const as = (staffNo: string, other: Store = store): UseCaseContext => {
    const { ports } = bench.context();
    const own = { ...ports, store: other, drafts: { of: () => [] }, events: { publish: () => {} } } as unknown as Ports;
    const shiftId = store.openShiftOf(staffNo)?.shiftId ?? '';
    return { ports: own, actor: { staffNo, name: staffNo, role: 'clerk', shiftId } };
  };
  return {
    ...bench,
    approvals: createAskedApprovals({ clock: { nowMs: () => 0 } }),
    as,
    money(staffNo, tenders, sign) {
      const amountFen = tenders.reduce((sum, tender) => sum + tender.amountFen, 0);
      const cashFen = tenders.reduce((sum, tender) => sum + (tender.kind === 'cash' ? tender.amountFen : 0), 0);
      const handoverId = bench.newId();
      const context = as(staffNo);
      store.write((tx) =>
        record(context, tx, {
          id: handoverId,
          kind: sign === 1 ? 'deposit.taken' : 'deposit.returned',
          accountId: account.accountId,
          payload: {
            ...{ handoverId, amountFen, tenders, reason: '押金', approvedBy: '' },
            // The customer gives more than is due, and gets change.
            ...(sign === 1 ? { cashTenderedFen: cashFen + 700, changeFen: 700 } : { cashTenderedFen: 0, changeFen: 0 }),
          },
        }),
      );
    },
  };
}

export interface Audited {
  readonly cashFen: number;
  readonly slips: Readonly<Record<'bank-card' | 'wallet', { readonly count: number; readonly amountFen: number }>>;
}

/** What a shift took in and gave out until it was counted, added up from the raw payloads; nothing of it comes from fold or postings. */
export function auditShift(operations: readonly Operation[], shiftId: string): Audited {
  let cashFen = 0;
  const slips = { 'bank-card': { count: 0, amountFen: 0 }, wallet: { count: 0, amountFen: 0 } };
  const add = (tenders: readonly Tender[], sign: 1 | -1): void => {
    for (const { kind, amountFen } of tenders) {
      if (kind === 'cash') cashFen += sign * amountFen;
      else {
        slips[kind].count += 1;
        slips[kind].amountFen += sign * amountFen;
      }
    }
  };
  for (const operation of operations) {
    if (operation.kind === 'shift.handed-over' && operation.payload.newShiftId === shiftId) cashFen += operation.payload.countedFen;
    if (operation.shiftId !== shiftId) continue;
    if (operation.kind === 'shift.opened') cashFen += operation.payload.floatFen;
    if (operation.kind === 'shift.paid-in') cashFen += operation.payload.amountFen;
    if (operation.kind === 'shift.paid-out') cashFen -= operation.payload.amountFen;
    if (operation.kind === 'shift.dropped') cashFen -= operation.payload.amountFen;
    if (operation.kind === 'deposit.taken') add(operation.payload.tenders, 1);
    if (operation.kind === 'deposit.returned') add(operation.payload.tenders, -1);
  }
  return { cashFen, slips };
}
