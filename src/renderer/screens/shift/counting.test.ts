// What is typed into a count: quantities and slips, and which field cannot be read.
import { expect, it } from 'vitest';
import { EMPTY_COUNT, isTouched, quantityOf, readCount } from './counting.ts';

it('adds quantities up by denomination; an empty field is none', () => {
  const read = readCount({ ...EMPTY_COUNT, quantities: { 10000: '5', 50: ' 3 ', 1: '7' } });
  expect(read.cashFen).toBe(50_157);
  expect(read.wrong).toEqual([]);
  expect(read.lines.find(({ denominationFen }) => denominationFen === 5_000)?.count).toBe(0);
});

it('names what is no quantity, in the order of the screen', () => {
  const slips = { ...EMPTY_COUNT.slips, wallet: { count: 'zwei', taken: '1.234', returned: '' } };
  const { wrong } = readCount({ quantities: { 100: '12a', 10000: '-1' }, slips });
  expect(wrong).toEqual(['count-10000', 'count-100', 'slip-wallet-count', 'slip-wallet-taken']);
  for (const text of ['1.5', '12345', '一', '+3', '0x10']) expect(quantityOf(text)).toBeNull();
});

it('reads slips of sales and of refunds apart', () => {
  const slips = { ...EMPTY_COUNT.slips, 'bank-card': { count: '3', taken: '200', returned: '50.5' } };
  expect(readCount({ ...EMPTY_COUNT, slips }).slips[0]).toEqual({ kind: 'bank-card', count: 3, takenFen: 20_000, returnedFen: 5_050 });
  expect(isTouched(EMPTY_COUNT)).toBe(false);
  expect(isTouched({ ...EMPTY_COUNT, slips })).toBe(true);
});
