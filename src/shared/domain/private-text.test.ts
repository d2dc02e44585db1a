// What a draft may hold: never a number of a document, a bank account or a telephone.
import { expect, it } from 'vitest';
import { withoutPrivate } from './private-text.ts';

it('takes private numbers out by their field and by their shape, and leaves the rest', () => {
  const typed = {
    by: 'money',
    amount: '230.5',
    reason: '卡片丢失',
    identityNo: 'H1234',
    payee: { bankAccount: '62-1', name: '王' },
    free: '11010519491231002X',
    spaced: '6222 0212 3456 7890 123',
    phones: [{ phone: '555' }],
    note: '13800138000',
    long: 13_800_138_000,
    card: '0300000123',
    count: 3,
    on: true,
    nothing: null,
  };
  expect(withoutPrivate(typed)).toEqual({
    ...typed,
    identityNo: '',
    payee: { bankAccount: '', name: '王' },
    free: '',
    spaced: '',
    phones: [{ phone: '' }],
    note: '',
    long: 0,
  });
});
