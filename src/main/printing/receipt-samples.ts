// Made-up receipts, for IT to see what a template makes of them.
import type { ReceiptContent, SlipContent } from '../core/ports/printing.ts';

const HEAD = {
  branch: { branchNo: '01', name: '城北营业厅', regionCode: '9A01', businessDate: '2026-11-21' },
  ...{ receiptNo: '01-C01-00000001', counterId: 'C01', clerkName: '李静', clerkNo: '1001', commodity: 'gas' as const },
};
const ACCOUNT = { accountNo: '1000000002', customerName: '欧阳明', address: '城北区中山西路43号阳湖新村1栋1单元101室' };
const CASH = { tenders: [{ kind: 'cash' as const, amountFen: 23_000, reference: '' }], cashTenderedFen: 25_000, changeFen: 2_000 };
/** Noon of that day. */
const AT_MS = new Date(2026, 10, 21, 12).getTime();

export const SAMPLE_TOPUP: ReceiptContent = {
  ...{ ...HEAD, ...ACCOUNT, ...CASH },
  ...{ cardNo: '6200000008', meterNo: '472100000000', sequence: 49, litres: 100_000, amountFen: 23_000, vatPermille: 90, paidAtMs: AT_MS },
  lines: [
    { tier: 1, litres: 20_000, priceFenPerM3: 198, amountFen: 3_960 },
    { tier: 2, litres: 80_000, priceFenPerM3: 238, amountFen: 19_040 },
  ],
  verification: 'CT1|01-C01-00000001|1000000002|23000|sample',
};

export const SAMPLE_SLIP: Omit<SlipContent, 'kind'> = {
  ...{ ...HEAD, ...CASH, accounts: [ACCOUNT], amountFen: 23_000, remarks: [], atMs: AT_MS },
  lines: [{ name: '2026-10 气费', amountFen: 23_000 }],
  verification: 'CT1|01-C01-00000001|1000000002|23000|sample',
};
