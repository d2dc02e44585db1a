// Papers of an account of power: every label and sentence speaks of power, and nobody is called otherwise than they are.
import { expect, it } from 'vitest';
import type { FormContent, PaperHead, StatementContent } from '../../core/ports/paper-content.ts';
import { createTemplates } from './templates.ts';

const ACCOUNT: FormContent['account'] = {
  ...{
    accountNo: '1500000000',
    customerName: '城北燃气供应站',
    customerKind: 'residential',
    commodity: 'power',
    phoneMasked: '139****2222',
  },
  ...{ address: '江东区人民路90号', meterNo: '712400000000', cardNo: '6300000000' },
};
const STATEMENT: StatementContent = {
  ...{ account: ACCOUNT, branchName: '城北营业厅', from: '2026-01-01', until: '2026-11-21', clerk: '1001', code: 'CT1' },
  ...{ creditFen: 0, depositFen: 0, dueFen: 0, tierUsedLitres: 1_240_500 },
  entries: [
    { date: '2026-11-21', kind: 'topup.paid', detail: '', litres: 100_000, chargedFen: 5_500, receivedFen: 5_500, returnedFen: null },
  ],
};
const FORM: FormContent = {
  ...{
    kind: 'closure',
    number: 'C1',
    code: 'CT1',
    branchName: '城北营业厅',
    openedOn: '2026-11-21',
    deadline: '',
    state: 'open',
    clerk: '1001',
  },
  ...{
    account: ACCOUNT,
    holder: null,
    effects: [],
    checks: [{ name: 'no-volume-owed', met: true }],
    fees: [],
    refundFen: 0,
    steps: [],
    signers: [],
  },
  answers: [{ field: 'meterLeftLitres', type: 'litres', value: 40_000 }],
};

it.each([
  ['zh-CN', /气(?!供应站)|m³|立方米/, ['电量（kWh）', '购电', '1240.5 kWh', '40.0 kWh', '表内剩余电量', '用电地址']],
  ['zh-TW', /氣|瓦斯|m³|立方公尺/, ['電量（kWh）', '購電', '1240.5 kWh', '40.0 kWh', '錶內剩餘電量', '用電地址']],
  ['en', /\bgas\b|m³/i, ['Power (kWh)', '1240.5 kWh', '40.0 kWh']],
] as const)('in %s', (language, gas, words) => {
  const templates = createTemplates({ folder: '', language: () => language });
  const head = { language, company: '', number: '1', madeAtMs: 1_795_000_000_000 } as unknown as PaperHead;
  const text = JSON.stringify([templates.statement(STATEMENT, head), templates.form(FORM, head)]);
  expect(text).toContain('城北燃气供应站');
  expect(text).not.toMatch(gas);
  for (const word of words) expect(text).toContain(word);
});
