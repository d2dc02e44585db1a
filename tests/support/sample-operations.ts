// Sample operations for tests and measurements of the store: a branch, accounts, shifts and whole top-ups, numbered not random.
import type { AccountOpened, NewOperation, OperationKind, OperationPayloads } from '../../src/shared/domain/operation.ts';
import type { Tariff } from '../../src/shared/domain/tariff.ts';

export const SAMPLE_DATE = '2026-03-02';

export const SAMPLE_TARIFF: Tariff = {
  id: 'residential',
  name: '居民用气',
  effectiveFrom: '2026-01-01',
  limitsLitres: [420_000, 660_000],
  pricesFenPerM3: [198, 238, 297],
  extraPerHead: { above: 4, limitsLitres: [84_000, 150_000] },
  vatPermille: 90,
};

/** Returns a UUIDv7-shaped id that holds `number`. */
export function sampleId(number: number): string {
  return `0195a000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
}

/** Returns an operation with everything but kind and payload filled in. */
export function sampleOperation<K extends OperationKind>(
  kind: K,
  payload: OperationPayloads[K],
  facts: Partial<Omit<NewOperation, 'kind' | 'payload'>> & { readonly id: string },
): NewOperation {
  return {
    kind,
    payload,
    businessDate: SAMPLE_DATE,
    shiftId: '',
    clerk: 'system',
    accountId: '',
    recordedAtMs: 1_772_000_000_000,
    ...facts,
  } as NewOperation;
}

/** Returns an account with an IC meter and a card; `number` makes every number on it. */
export function sampleAccount(number: number, changes: Partial<AccountOpened> = {}): AccountOpened {
  return {
    accountId: sampleId(1_000_000 + number),
    accountNo: `3201${number.toString().padStart(6, '0')}`,
    customerKind: 'residential',
    customerName: '王小明',
    phone: `138${number.toString().padStart(8, '0')}`,
    address: { district: '城北区', road: '和平路', community: '阳光花园', unit: `${(number % 9) + 1}栋2单元501室` },
    householdSize: 4,
    tariffId: 'residential',
    tierUsedLitres: 0,
    meter: { meterNo: `HY26${number.toString().padStart(8, '0')}`, make: '恒远', kind: 'ic' },
    card: { cardNo: `62${number.toString().padStart(8, '0')}`, layoutId: 'countertop-double', sequence: 0, cumulativeLitres: 0 },
    ...changes,
  };
}

export function openBranch(): NewOperation[] {
  return [
    sampleOperation(
      'branch.opened',
      { branchNo: '01', name: '城北营业厅', regionCode: '9A01', businessDate: SAMPLE_DATE },
      { id: sampleId(1) },
    ),
    sampleOperation('tariff.published', { tariff: SAMPLE_TARIFF }, { id: sampleId(2) }),
  ];
}

export function openAccount(account: AccountOpened): NewOperation {
  return sampleOperation('account.opened', account, { id: `a${account.accountId.slice(1)}`, accountId: account.accountId });
}

export function openShift(number: number, clerk = '1001'): NewOperation {
  const shiftId = sampleId(2_000_000 + number);
  return sampleOperation('shift.opened', { shiftId, floatFen: 50_000 }, { id: `b${shiftId.slice(1)}`, shiftId, clerk });
}

/** Returns the operations of one top-up of 100 m³ for 198 yuan in cash, from payment to printed receipt. */
export function sampleTopup(number: number, account: AccountOpened, shiftId: string): NewOperation[] {
  const topupId = sampleId(10_000_000 + number * 16);
  const receiptId = sampleId(10_000_000 + number * 16 + 8);
  const cardNo = account.card?.cardNo ?? '';
  const facts = (step: number) => ({
    id: sampleId(10_000_000 + number * 16 + step),
    shiftId,
    clerk: '1001',
    accountId: account.accountId,
    recordedAtMs: 1_772_000_000_000 + number * 1_000 + step,
  });
  const image = (fill: number): string => fill.toString(16).padStart(2, '0').toUpperCase().repeat(256);
  return [
    sampleOperation(
      'topup.paid',
      {
        topupId,
        cardNo,
        purchase: {
          litres: 100_000,
          amountFen: 19_800,
          lines: [{ tier: 1, litres: 100_000, priceFenPerM3: 198, amountFen: 19_800 }] as never,
          tariffId: account.tariffId,
          vatPermille: 90,
          tierYear: 2026,
          usedBeforeLitres: 0,
        },
        tenders: [{ kind: 'cash', amountFen: 19_800, reference: '' }],
        cashTenderedFen: 20_000,
        changeFen: 200,
      },
      facts(1),
    ),
    sampleOperation(
      'topup.intended',
      {
        topupId,
        layoutId: 'countertop-double',
        cardNo,
        sequence: number + 1,
        beforeHex: image(number % 256),
        afterHex: image((number + 1) % 256),
      },
      facts(2),
    ),
    sampleOperation('topup.writing', { topupId, attempt: 1 }, facts(3)),
    sampleOperation('topup.verified', { topupId, proof: 'written' }, facts(4)),
    sampleOperation(
      'receipt.issued',
      {
        receiptId,
        receiptNo: `C01-${number.toString().padStart(8, '0')}`,
        topupId,
        markup: '^^^城北营业厅\n---\n合计 | 198.00\n='.repeat(10),
      },
      facts(5),
    ),
    sampleOperation(
      'receipt.printed',
      { receiptId, copyNo: 0, jobId: sampleId(10_000_000 + number * 16 + 9), outcome: 'printed', faultCode: '' },
      facts(6),
    ),
  ];
}
