// Bills of an ordinary meter up to a reading at the counter: shown before they are owed, owed before the request is done, each litre on one bill.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SAMPLE_TARIFF, sampleAccount } from '../../../../tests/support/sample-operations.ts';
import { NEW_HOLDER, OLD_HOLDER, SUPERVISOR, type UseCaseBench, useCaseBench } from '../../../../tests/support/use-case-bench.ts';
import type { AccountOpened } from '../../../shared/domain/operation.ts';
import { exchangeMeter, installMeter, registerMeter, removeMeter } from './keep-meters.ts';
import { cancelRequest } from './move-request.ts';
import { previewRequest, viewRequest } from './open-request.ts';
import { quoteTopup } from './quote-topup.ts';

const OLD = { ...SAMPLE_TARIFF, effectiveFrom: '2025-01-01' };
/** From July dearer, with charges of its own. */
const NEW = {
  ...OLD,
  ...{ id: 'residential-7', planId: 'residential', effectiveFrom: '2026-07-01', pricesFenPerM3: [200, 250, 300] },
  ...{ fixedFenPerMonth: 300, minimumFenPerMonth: 1_000 },
};
/** The same with another rate of VAT. */
const TAXED = { ...NEW, id: 'residential-9', effectiveFrom: '2026-09-01', vatPermille: 60 };
/** Power: watt-hours for litres, kWh for m³. */
const POWER = {
  ...{ ...OLD, id: 'power', name: '居民阶梯电价', supply: 'power' as const, vatPermille: 130, extraPerHead: null },
  ...{ limitsLitres: [252_000, 480_000], pricesFenPerM3: [55, 60, 85] },
};
const OTHER_PLAN = { ...OLD, id: 'heating', pricesFenPerM3: [300, 300, 300] };

let bench: UseCaseBench;
let accounts = 0;
beforeEach(async () => {
  bench = await useCaseBench({ date: '2026-03-10', tariffs: [OLD, NEW, TAXED, OTHER_PLAN, POWER] });
});
afterEach(() => bench.temp.remove());

/** An account whose meter was billed up to 1,000 m³ on the date. */
function account(billedOn: string | null = '2026-02-28', changes: Partial<AccountOpened> = {}): AccountOpened {
  accounts += 1;
  const billed = billedOn === null ? {} : { billed: { readingLitres: 1_000_000, on: billedOn } };
  const meter = { meterNo: `ORD-${accounts}`, make: '恒远', kind: 'ordinary' as const, ...billed };
  const opened = sampleAccount(accounts, { card: null, meter, ...changes });
  bench.put('account.opened', opened, opened.accountId);
  return opened;
}
const owed = (accountId: string) => bench.temp.store.receivablesOf(accountId, 'open');
const bills = (accountId: string) =>
  bench.temp.store.receivablesOf(accountId, 'all').flatMap((row) => (row.bill === undefined ? [] : [row]));
const registered = (): string => {
  accounts += 1;
  const meterNo = `NEW-${accounts}`;
  registerMeter(bench.context(), { meterNo, make: '恒远', model: 'G2.5', kind: 'ordinary', layoutId: '', verifiedUntil: '' });
  return meterNo;
};
const CLOSE = { ...OLD_HOLDER, wishedOn: '2026-03-10' };
const TRANSFER = { ...OLD_HOLDER, ...NEW_HOLDER };

describe('closure', () => {
  it('bills the reading when the works bring it, shows it before, and is done when it is paid', async () => {
    const { accountId } = account();
    const atWork = await bench.move(await bench.move(bench.open('closure', accountId, CLOSE)));
    const form = { readingLitres: 1_500_000, meterGoes: 'in-store' };
    const shown = previewRequest(bench.context(), { accountId, kind: 'closure', requestId: atWork.requestId, form });
    expect(shown.problems).toEqual([]);
    // 420 m³ at 1.98 and 80 m³ at 2.38.
    expect(shown.bills).toMatchObject([
      {
        amountFen: 83_160 + 19_040,
        vatPermille: 90,
        bill: { readFrom: '2026-02-28', readTo: '2026-03-10', fromLitres: 1_000_000, toLitres: 1_500_000, tierHolder: 1 },
      },
    ]);
    expect(shown.bills[0]?.bill.parts[0]?.lines).toMatchObject([
      { tier: 1, litres: 420_000, amountFen: 83_160 },
      { tier: 2, litres: 80_000, amountFen: 19_040 },
    ]);
    expect(owed(accountId)).toEqual([]);
    const ready = await bench.move(atWork, form);
    expect(ready.bills).toMatchObject([{ openFen: 102_200, dueDate: '2026-03-25', bill: { parts: shown.bills[0]?.bill.parts } }]);
    expect(bench.temp.store.tierUse(accountId, 2026)).toBe(500_000);
    await expect(bench.move(ready)).rejects.toThrow('ARREARS_OPEN');
    bench.payAll(accountId);
    expect(await bench.move(ready)).toMatchObject({ state: 'completed' });
    expect(bench.temp.store.balance('receivable')).toBe(0);
    expect(bench.temp.store.balance('gas-revenue') + bench.temp.store.balance('vat-payable')).toBe(-102_200);
  });

  it('refuses a reading below the last one and keeps nothing', async () => {
    const { accountId } = account();
    const atWork = await bench.move(await bench.move(bench.open('closure', accountId, CLOSE)));
    const form = { readingLitres: 999_999, meterGoes: 'in-store' };
    const before = bench.temp.store.lastSeq();
    await expect(bench.move(atWork, form)).rejects.toThrow('READING_BACKWARDS');
    expect(bench.temp.store.lastSeq()).toBe(before);
    const shown = previewRequest(bench.context(), { accountId, kind: 'closure', requestId: atWork.requestId, form });
    expect(shown).toMatchObject({ bills: [], obstacles: [{ code: 'READING_BACKWARDS', context: { lastLitres: 1_000_000 } }] });
  });

  it('asks for the reading billed last where nobody has said it', async () => {
    const { accountId } = account(null);
    const atWork = await bench.move(await bench.move(bench.open('closure', accountId, CLOSE)));
    const form = { readingLitres: 1_010_000, meterGoes: 'scrapped' };
    await expect(bench.move(atWork, form)).rejects.toThrow('form.billedLitres');
    await expect(bench.move(atWork, { ...form, billedLitres: 1_020_000, billedOn: '2026-03-01' })).rejects.toThrow('READING_BACKWARDS');
    await expect(bench.move(atWork, { ...form, billedLitres: 1_000_000, billedOn: '2026-03-11' })).rejects.toThrow('REQUEST_DATES_WRONG');
    await bench.move(atWork, { ...form, billedLitres: 1_000_000, billedOn: '2026-03-01' });
    expect(owed(accountId)).toMatchObject([{ amountFen: 1_980, bill: { readFrom: '2026-03-01' } }]);
  });

  it('keeps the meter as it is until it is done', async () => {
    const { accountId, meter } = account();
    bench.open('closure', accountId, CLOSE);
    const at = { actId: bench.newId(), accountId, finalReadingLitres: 1_000_000, on: '2026-03-10', requestId: '' };
    const goes = 'in-store' as const;
    expect(() => removeMeter(bench.context(), { ...at, meterNo: meter?.meterNo ?? '', goes })).toThrow('REQUEST_OPEN');
  });
});

describe('transfer', () => {
  it('bills the old holder up to the reading of the opening; the new one begins there', async () => {
    const { accountId } = account();
    const request = bench.open('transfer', accountId, { ...TRANSFER, readingLitres: 1_100_000 });
    expect(request.bills).toMatchObject([{ openFen: 19_800, bill: { tierHolder: 1, requestId: request.requestId } }]);
    expect(request.obstacles).toMatchObject([{ code: 'ARREARS_OPEN', context: { dueFen: 19_800 } }]);
    await expect(bench.move(request)).rejects.toThrow('ARREARS_OPEN');
    bench.payAll(accountId);
    bench.setDate('2026-03-12');
    await bench.move(request);
    expect(bench.temp.store.account(accountId)).toMatchObject({ holder: 2, customerName: '单䶮喆' });
    expect(bench.temp.store.tierUse(accountId, 2026)).toBe(0);
    bench.setDate('2026-03-31');
    const holder = { oldIdentityKind: NEW_HOLDER.newIdentityKind, oldIdentity: NEW_HOLDER.newIdentity };
    const again = bench.open('transfer', accountId, { ...TRANSFER, ...holder, readingLitres: 1_110_000 });
    expect(again.bills).toMatchObject([{ openFen: 1_980, bill: { readFrom: '2026-03-10', tierHolder: 2 } }]);
    expect(bench.temp.store.tierUse(accountId, 2026)).toBe(10_000);
  });

  it('lets the new holder take the bill over by agreement', async () => {
    const { accountId } = account();
    const form = { ...TRANSFER, readingLitres: 1_100_000, arrearsAgreement: '协议 12' };
    const request = await bench.move(bench.open('transfer', accountId, form));
    expect(await bench.move(await bench.move(request))).toMatchObject({ state: 'completed' });
    expect(owed(accountId)).toMatchObject([{ openFen: 19_800 }]);
  });

  it('given up leaves the bill owed, and asked again on the same day bills nothing twice', () => {
    const { accountId } = account();
    const form = { ...TRANSFER, readingLitres: 1_100_000 };
    const { requestId, state, accountVersion } = bench.open('transfer', accountId, form);
    cancelRequest(bench.context(), { requestId, stepId: bench.newId(), from: state, seenVersion: accountVersion, note: '不过户了' });
    bench.payAll(accountId);
    expect(bench.open('transfer', accountId, form).bills).toEqual([]);
    expect(bills(accountId)).toHaveLength(1);
    expect(viewRequest(bench.context(), { requestId }).bills).toMatchObject([{ amountFen: 19_800, openFen: 0 }]);
  });
});

describe('power in the same model', () => {
  it('is opened, priced by its tiers, billed in kWh and closed', async () => {
    const { accountId } = account('2026-02-28', { tariffId: 'power' });
    const quote = quoteTopup(bench.context(), { accountId, purchase: { by: 'volume', litres: 260_000 } });
    // 252 kWh at 0.55 and 8 kWh at 0.60.
    expect(quote).toMatchObject({ amountFen: 13_860 + 480, lines: [{ amountFen: 13_860 }, { amountFen: 480 }] });
    const atWork = await bench.move(await bench.move(bench.open('closure', accountId, CLOSE)));
    const ready = await bench.move(atWork, { readingLitres: 1_000_000 + 260_000, meterGoes: 'in-store' });
    expect(ready.bills).toMatchObject([{ openFen: 14_340, description: '电费 2026-02-28～2026-03-10 260 kWh' }]);
    expect(bench.temp.store.balance('vat-payable')).toBe(-Math.round((14_340 * 130) / 1_130));
    bench.payAll(accountId);
    expect(await bench.move(ready)).toMatchObject({ state: 'completed' });
    expect(bench.temp.store.account(accountId)?.status).toBe('closed');
  });
});

describe('a suspension', () => {
  it('keeps its reading and bills nothing; the next bill covers it', async () => {
    const { accountId, meter } = account();
    const request = await bench.move(bench.open('suspension', accountId, { from: '2026-03-10' }));
    await bench.move(request, { sealNo: 'F-1', readingLitres: 1_050_000 });
    expect(bills(accountId)).toEqual([]);
    const seen = bench.temp.store.meter(meter?.meterNo ?? '')?.detail;
    expect(seen).toMatchObject({ lastReadingLitres: 1_050_000, lastReadOn: '2026-03-10', billedLitres: 1_000_000, billedOn: '2026-02-28' });
    expect(() => bench.open('transfer', accountId, { ...TRANSFER, readingLitres: 1_049_999 })).toThrow('READING_BACKWARDS');
    const transfer = bench.open('transfer', accountId, { ...TRANSFER, readingLitres: 1_060_000 });
    expect(transfer.bills).toMatchObject([{ amountFen: 11_880, bill: { fromLitres: 1_000_000, readFrom: '2026-02-28' } }]);
  });
});

describe('a meter that leaves', () => {
  it('is billed with its exchange; the next bill begins at the new one', () => {
    const { accountId, meter } = account();
    const newMeterNo = registered();
    const act = {
      accountId,
      oldMeterNo: meter?.meterNo ?? '',
      newMeterNo,
      reason: '到期',
      oldMeterGoes: 'scrapped' as const,
      requestId: '',
    };
    const exchange = {
      ...act,
      actId: bench.newId(),
      finalReadingLitres: 1_100_000,
      firstReadingLitres: 7_000,
      carriedLitres: 0,
      on: '2026-03-05',
    };
    expect(() => exchangeMeter(bench.context(), { ...exchange, finalReadingLitres: 999_000 }, SUPERVISOR)).toThrow('READING_BACKWARDS');
    expect(() => exchangeMeter(bench.context(), { ...exchange, carriedLitres: 1 }, SUPERVISOR)).toThrow('carriedLitres');
    expect(() => exchangeMeter(bench.context(), { ...exchange, on: '2026-02-27' }, SUPERVISOR)).toThrow('INPUT_INVALID');
    const done = exchangeMeter(bench.context(), exchange, SUPERVISOR);
    expect(done.bills).toMatchObject([{ amountFen: 19_800, dueDate: '2026-03-20' }]);
    exchangeMeter(bench.context(), exchange, SUPERVISOR);
    expect(bills(accountId)).toHaveLength(1);
    const at = { actId: bench.newId(), accountId, meterNo: newMeterNo, on: '2026-03-10', goes: 'in-store' as const, requestId: '' };
    removeMeter(bench.context(), { ...at, finalReadingLitres: 17_000 });
    expect(bills(accountId).map(({ amountFen }) => amountFen)).toEqual([19_800, 1_980]);
    expect(bench.temp.store.tierUse(accountId, 2026)).toBe(110_000);
    const { goes: _, ...back } = at;
    installMeter(bench.context(), { ...back, actId: bench.newId(), readingLitres: 17_000 });
    removeMeter(bench.context(), { ...at, actId: bench.newId(), finalReadingLitres: 18_000 });
    // Installed, used and removed on one day.
    expect(bills(accountId)).toHaveLength(3);
    expect(bench.temp.store.tierUse(accountId, 2026)).toBe(111_000);
  });

  it('cannot leave while nobody knows up to where it was billed', () => {
    const { accountId, meter } = account(null);
    const rest = { meterNo: meter?.meterNo ?? '', goes: 'scrapped' as const, requestId: '' };
    const act = { actId: bench.newId(), accountId, finalReadingLitres: 1_100_000, on: '2026-03-10', ...rest };
    expect(() => removeMeter(bench.context(), act)).toThrow('READING_UNKNOWN');
    removeMeter(bench.context(), { ...act, billedBefore: { readingLitres: 1_090_000, on: '2026-03-01' } });
    expect(bills(accountId)).toMatchObject([{ amountFen: 1_980 }]);
  });
});

describe('the bill', () => {
  it('goes over a new price with its standing and minimum charges, and over a new rate of VAT in two', () => {
    const { accountId, meter } = account('2026-06-20');
    bench.setDate('2026-09-10');
    const act = { actId: bench.newId(), accountId, meterNo: meter?.meterNo ?? '', goes: 'scrapped' as const, requestId: '' };
    // 82 days, a tenth of a cubic metre a day: 10 of June, 62 of July and August, 10 of September.
    removeMeter(bench.context(), { ...act, finalReadingLitres: 1_008_200, on: '2026-09-10' });
    const [first, second] = bills(accountId);
    // 1.000 m³ at 1.98 and 6.200 at 2.00; two months with 3.00 each and at least 10.00 of gas each.
    expect(first).toMatchObject({ vatPermille: 90, amountFen: 198 + 1_240 + 600 + (2_000 - 1_240) });
    expect(first?.bill?.charges).toMatchObject([
      { kind: 'fixed', months: 2, amountFen: 600 },
      { kind: 'minimum', months: 2, amountFen: 760 },
    ]);
    // One month more, at least 10.00 of gas.
    expect(second).toMatchObject({ vatPermille: 60, amountFen: 1_000 + 300, bill: { parts: [{ litres: 1_000, amountFen: 200 }] } });
    expect(bench.temp.store.tierUse(accountId, 2026)).toBe(8_200);
  });

  it('begins the tiers anew with the year and counts the household', () => {
    const { accountId, meter } = account('2025-12-01', { householdSize: 6, tierUsedLitres: 0 });
    const act = { actId: bench.newId(), accountId, meterNo: meter?.meterNo ?? '', goes: 'scrapped' as const, requestId: '' };
    removeMeter(bench.context(), { ...act, finalReadingLitres: 1_990_000, on: '2026-03-10' });
    const [bill] = bills(accountId);
    // 30 days of December and 69 of the new year at 10 m³ a day; six people: 420 + 2 × 84 m³ in the first tier of the year.
    expect(bill?.bill?.parts).toMatchObject([
      { tierYear: 2025, litres: 300_000, amountFen: 59_400 },
      { tierYear: 2026, litres: 690_000, limitsLitres: [588_000, 960_000], amountFen: 116_424 + 24_276 },
    ]);
  });

  it('prices each stretch by the plan that the account was on', () => {
    const { accountId, meter } = account('2026-02-28');
    bench.put('account.plan-changed', { seenVersion: 1, tariffId: 'heating', from: '2026-03-06' }, accountId);
    const act = { actId: bench.newId(), accountId, meterNo: meter?.meterNo ?? '', goes: 'scrapped' as const, requestId: '' };
    removeMeter(bench.context(), { ...act, finalReadingLitres: 1_010_000, on: '2026-03-10' });
    // Five days at 1.98 and five at 3.00.
    expect(bills(accountId)).toMatchObject([{ amountFen: 990 + 1_500, bill: { parts: [{ to: '2026-03-05' }, { from: '2026-03-06' }] } }]);
  });
});
