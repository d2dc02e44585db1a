// A receipt with everything on it: two tiers, two tenders, a name full of markup characters.
import type { ReceiptContent } from '../../src/main/core/ports/printing.ts';

export const sampleReceipt: ReceiptContent = {
  branch: { branchNo: '01', name: '城北营业厅', regionCode: '9A01', businessDate: '2026-11-21' },
  receiptNo: '01-C01-00000001',
  counterId: 'C01',
  clerkName: '李静',
  clerkNo: '1001',
  accountNo: '1000000002',
  customerName: '欧阳|{code:1}_~^"`\\娜',
  address: '城北区中山西路43号阳湖新村1栋1单元101室',
  cardNo: '6200000008',
  meterNo: '472100000000',
  sequence: 49,
  commodity: 'gas',
  litres: 100_000,
  amountFen: 23_000,
  vatPermille: 90,
  lines: [
    { tier: 1, litres: 20_000, priceFenPerM3: 198, amountFen: 3_960 },
    { tier: 2, litres: 80_000, priceFenPerM3: 238, amountFen: 19_040 },
  ],
  tenders: [
    { kind: 'cash', amountFen: 20_000, reference: '' },
    { kind: 'wallet', amountFen: 3_000, reference: 'W20261121001' },
  ],
  cashTenderedFen: 20_000,
  changeFen: 0,
  paidAtMs: Date.UTC(2026, 10, 21, 4, 5),
  verification: 'CT1|01-C01-00000001|1000000002|23000|x',
};
