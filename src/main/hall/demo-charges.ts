// What the demo branch charges: its policy, a segment of invoice numbers, and accounts that owe, have paid ahead or left a deposit.
import { addDays } from '../../shared/domain/calendar.ts';
import type { AccountOpened, NewOperation, OperationKind, OperationPayloads } from '../../shared/domain/operation.ts';
import type { Policy, RoleLimits } from '../../shared/domain/policy.ts';
import type { Chance } from './demo-people.ts';

const NOT_LIMITED_FEN = 100_000_000;
const limits = (
  fen: { readonly reversalFen: number; readonly waiverFen: number; readonly refundFen: number },
  litres: number,
): RoleLimits => ({
  ...fen,
  correctionLitres: litres,
});

export const DEMO_POLICY: Policy = {
  fees: [
    { code: 'card-reissue', name: '补卡工本费', amountFen: 2_000, vatPermille: 60, waiver: 'supervisor' },
    { code: 'card-exchange', name: '换卡工本费', amountFen: 1_000, vatPermille: 60, waiver: 'supervisor' },
    { code: 'transfer', name: '过户手续费', amountFen: 2_000, vatPermille: 60, waiver: 'supervisor' },
    { code: 'seal', name: '封表费', amountFen: 3_000, vatPermille: 60, waiver: 'supervisor' },
    { code: 'reactivation', name: '启封检查费', amountFen: 5_000, vatPermille: 60, waiver: 'supervisor' },
    { code: 'meter-test', name: '验表费', amountFen: 6_000, vatPermille: 60, waiver: 'manager' },
    { code: 'relocation', name: '移表改管工程费', amountFen: 48_000, vatPermille: 90, waiver: 'manager' },
    { code: 'addition', name: '添装工程费', amountFen: 36_000, vatPermille: 90, waiver: 'manager' },
    { code: 'connection', name: '新装接驳工程费', amountFen: 280_000, vatPermille: 90, waiver: null },
  ],
  // A common contract: 0.003 a day from the day after the 20th, never more than the bill.
  lateFee: { perDayPpm: 3_000, graceDays: 0, chargesGrace: false, countsPaymentDay: true, capPermille: 1_000 },
  limits: {
    clerk: limits({ reversalFen: 0, waiverFen: 0, refundFen: 0 }, 0),
    supervisor: limits({ reversalFen: 500_000, waiverFen: 20_000, refundFen: 200_000 }, 50_000),
    manager: limits({ reversalFen: NOT_LIMITED_FEN, waiverFen: NOT_LIMITED_FEN, refundFen: NOT_LIMITED_FEN }, 1_000_000),
  },
  requestDays: { default: 5, transfer: 3, suspension: 3, reactivation: 2, addition: 15, relocation: 15, removal: 10, closure: 10 },
};

const DUE_DAY = '20';
const GAS_FEN_PER_M3 = { residential: 198, commercial: 386 } as const;

/** Makes one operation; `accountId` '' for none. */
export type MakeOperation = <K extends OperationKind>(kind: K, payload: OperationPayloads[K], accountId?: string) => NewOperation;

/** What the branch publishes. */
export function* demoPolicy(make: MakeOperation, newId: () => string): Generator<NewOperation> {
  yield make('policy.published', { policyId: newId(), effectiveFrom: '2025-01-01', policy: DEMO_POLICY });
  yield make('segment.assigned', { segmentId: newId(), prefix: '0440', first: 10_001, last: 10_500, digits: 8 });
}

/** What one account owes and has: bills of an ordinary meter, some of them late, here and there money paid ahead or left as a deposit. */
export function* demoCharges(from: {
  readonly account: AccountOpened;
  /** A card of this account lies at the bench. */
  readonly atBench: boolean;
  readonly businessDate: string;
  readonly chance: Chance;
  readonly make: MakeOperation;
  readonly newId: () => string;
}): Generator<NewOperation> {
  const { account, atBench, businessDate, chance, make, newId } = from;
  const { accountId, customerKind } = account;
  const commercial = customerKind === 'commercial';
  // At the bench the restaurant owes two months; elsewhere every third ordinary meter owes one or two.
  const months = atBench ? (commercial ? 2 : 0) : account.meter?.kind === 'ordinary' && chance(3) === 0 ? 1 + chance(2) : 0;
  for (let back = months; back >= 1; back -= 1) {
    const month = monthBefore(businessDate, back);
    const cubicMetres = commercial ? 180 + chance(400) : 8 + chance(30);
    const receivableId = newId();
    yield make(
      'receivable.raised',
      {
        receivableId,
        kind: 'gas',
        itemCode: 'reading',
        description: `${month} 气费 ${cubicMetres} m³`,
        amountFen: cubicMetres * GAS_FEN_PER_M3[customerKind],
        vatPermille: 90,
        dueDate: `${monthBefore(businessDate, back - 1)}-${DUE_DAY}`,
        bearsLateFee: true,
      },
      accountId,
    );
  }
  const leftDeposit = commercial && (atBench || chance(4) === 0);
  if (leftDeposit) {
    const handoverId = newId();
    const amountFen = 500_000;
    const tenders = [{ kind: 'bank-card' as const, amountFen, reference: 'D0001' }];
    yield make(
      'deposit.taken',
      { handoverId, amountFen, tenders, cashTenderedFen: 0, changeFen: 0, reason: '工商业用气押金', approvedBy: '' },
      accountId,
    );
  }
  const paidAhead = atBench ? account.householdSize === 1 && !commercial : account.meter?.kind === 'ordinary' && chance(20) === 0;
  if (paidAhead) {
    const amountFen = 3_500;
    yield make(
      'payment.taken',
      {
        paymentId: newId(),
        paid: [],
        fromCredit: [],
        toCredit: [{ accountId, amountFen }],
        tenders: [{ kind: 'wallet', amountFen, reference: 'W0001' }],
        cashTenderedFen: 0,
        changeFen: 0,
        approvedBy: '',
      },
      accountId,
    );
  }
}

/** The month so many months before a date's, YYYY-MM. */
function monthBefore(date: string, back: number): string {
  let day = `${date.slice(0, 7)}-01`;
  for (let left = back; left > 0; left -= 1) day = `${addDays(day, -1).slice(0, 7)}-01`;
  return day.slice(0, 7);
}
