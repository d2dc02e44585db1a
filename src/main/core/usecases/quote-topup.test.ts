// The price of a purchase against a second reckoning in plain integers that shares nothing with the first: the published figures, and purchases of random
// size around the end of a year, a new price, a change of the household, a transfer in mid-year and a meter exchange, all asked by the call's use case.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAccount, sampleAccount, sampleId, sampleOperation } from '../../../../tests/support/sample-operations.ts';
import { type TempStore, tempStore } from '../../../../tests/support/temp-store.ts';
import type { NewOperation, OperationKind, OperationPayloads } from '../../../shared/domain/operation.ts';
import type { Tariff } from '../../../shared/domain/tariff.ts';
import type { UseCaseContext } from '../actor.ts';
import type { Ports } from '../ports/index.ts';
import { exchangeMeter, registerMeter } from './keep-meters.ts';
import { quoteTopup } from './quote-topup.ts';

const OLD: Tariff = {
  id: 'residential',
  name: '居民用气',
  effectiveFrom: '2024-01-01',
  limitsLitres: [420_000, 660_000],
  pricesFenPerM3: [198, 238, 297],
  extraPerHead: { above: 4, limitsLitres: [84_000, 150_000] },
  vatPermille: 90,
};
const NEW: Tariff = {
  ...OLD,
  id: 'residential-2026',
  planId: 'residential',
  effectiveFrom: '2026-04-01',
  limitsLitres: [400_000, 640_000],
  pricesFenPerM3: [211, 253, 317],
};
const SHIFT = sampleId(2_000_001);

/** What the second reckoning knows of an account: plain facts, gathered while they are recorded. */
interface Facts {
  readonly accountId: string;
  readonly accountNumber: number;
  /** 'YYYY-MM' from which on months count; '' for all. */
  sinceMonth: string;
  /** From which day on how many people, rising. */
  households: { readonly from: string; readonly size: number }[];
  /** Litres of the present holder by year. */
  used: Record<string, number>;
}

/** Prices litre counts tier by tier without any of the code under test. Fen, rounded half-up once. */
function reckon(facts: Facts, purchase: { readonly date: string; readonly litres: number }): number {
  const year = purchase.date.slice(0, 4);
  const version = purchase.date >= NEW.effectiveFrom ? NEW : OLD;
  const limits = [0, 1].map((tier) => {
    let twelfths = 0;
    for (let month = 1; month <= 12; month += 1) {
      const first = `${year}-${String(month).padStart(2, '0')}-01`;
      if (first.slice(0, 7) < facts.sinceMonth) continue;
      let size = facts.households[0]?.size ?? 0;
      for (const household of facts.households) if (household.from <= first) size = household.size;
      const perHead = [84_000, 150_000][tier] ?? 0;
      twelfths += (version.limitsLitres[tier] ?? 0) + Math.max(0, size - 4) * perHead;
    }
    return Math.floor((twelfths + 6) / 12);
  });
  const [first = 0, second = 0] = limits;
  const before = facts.used[year] ?? 0;
  const after = before + purchase.litres;
  const within = (low: number, high: number) => Math.max(0, Math.min(after, high) - Math.max(before, low));
  const [one = 0, two = 0, three = 0] = version.pricesFenPerM3;
  const milliFen = within(0, first) * one + within(first, second) * two + within(second, 1e12) * three;
  return Math.floor((milliFen + 500) / 1000);
}

/** Numbers that look random and are the same every time. */
function sequence(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

let temp: TempStore;
let nextId = 0;
const newId = () => {
  nextId += 1;
  return sampleId(90_000_000 + nextId);
};

function context(): UseCaseContext {
  const ports = {
    store: temp.store,
    clock: { nowMs: () => 1_772_000_000_000 },
    ids: { uuid: newId },
    events: { publish: () => {} },
    sync: { nudge: () => {} },
    layouts: { get: () => null, all: () => [] },
  } as unknown as Ports;
  return { ports, actor: { staffNo: '2001', name: '王', role: 'clerk', shiftId: SHIFT } };
}

function put<K extends OperationKind>(kind: K, payload: OperationPayloads[K], at: { readonly date: string; readonly accountId?: string }) {
  const facts = { id: newId(), businessDate: at.date, accountId: at.accountId ?? '', shiftId: SHIFT };
  temp.store.write((tx) => tx.append(sampleOperation(kind, payload, facts) as NewOperation));
}

const setDate = (date: string) =>
  put('branch.opened', { branchNo: '01', name: '城北营业厅', regionCode: '9A01', businessDate: date }, { date });

let accounts = 0;

/** Opens an account of an ordinary meter with what it has used in the year of the date. */
function account(opened: { readonly date: string; readonly size: number; readonly usedLitres: number }): Facts {
  accounts += 1;
  const sample = sampleAccount(accounts, {
    householdSize: opened.size,
    tierUsedLitres: opened.usedLitres,
    card: null,
    meter: { meterNo: `A${accounts}`, make: '恒远', kind: 'ordinary', billed: { readingLitres: 0, on: opened.date } },
  });
  const { accountId } = sample;
  temp.store.write((tx) => tx.append({ ...openAccount(sample), businessDate: opened.date } as NewOperation));
  const used = { [opened.date.slice(0, 4)]: opened.usedLitres };
  return { accountId, accountNumber: accounts, sinceMonth: '', households: [{ from: '1970-01-01', size: opened.size }], used };
}

/** The present holder buys gas on a day: only the tier position matters here. */
function buy(facts: Facts, at: { readonly date: string; readonly litres: number; readonly holder: number }): void {
  const year = at.date.slice(0, 4);
  const purchase = {
    ...{ litres: at.litres, amountFen: 100, lines: [], tariffId: OLD.id, vatPermille: 90 },
    ...{ tierYear: Number(year), tierHolder: at.holder, usedBeforeLitres: 0 },
  } as unknown as OperationPayloads['topup.paid']['purchase'];
  const tenders = [{ kind: 'cash' as const, amountFen: 100, reference: '' }];
  const payload = { topupId: newId(), cardNo: 'NONE', purchase, tenders, cashTenderedFen: 100, changeFen: 0 };
  put('topup.paid', payload, { date: at.date, accountId: facts.accountId });
  facts.used[year] = (facts.used[year] ?? 0) + at.litres;
}

beforeAll(async () => {
  temp = await tempStore();
  setDate('2025-06-01');
  put('tariff.published', { tariff: OLD }, { date: '2025-06-01' });
  put('tariff.published', { tariff: NEW }, { date: '2025-06-01' });
  put('shift.opened', { shiftId: SHIFT, floatFen: 0 }, { date: '2025-06-01' });
});
afterAll(() => temp.remove());

function priceOf(facts: Facts, litres: number) {
  return quoteTopup(context(), { accountId: facts.accountId, purchase: { by: 'volume', litres } });
}

/** Each makes an account with a past and says on which days it buys. */
const SITUATIONS: Readonly<
  Record<string, (next: (below: number) => number) => { readonly facts: Facts; readonly dates: readonly string[] }>
> = {
  'around the end of a year': (next) => {
    const facts = account({ date: '2025-11-03', size: 1 + next(7), usedLitres: next(900_000) });
    if (next(2) === 0) buy(facts, { date: '2026-01-01', litres: 1 + next(500_000), holder: 1 });
    return { facts, dates: ['2025-12-31', '2026-01-01'] };
  },
  'around a new price': (next) => {
    const facts = account({ date: '2026-02-01', size: 1 + next(7), usedLitres: next(800_000) });
    return { facts, dates: ['2026-03-31', '2026-04-01'] };
  },
  'around a change of the household': (next) => {
    const facts = account({ date: '2026-01-20', size: 1 + next(5), usedLitres: next(800_000) });
    const size = 1 + next(9);
    const from = `2026-05-${String(1 + next(28)).padStart(2, '0')}`;
    const proof = { seenVersion: 1, size, from, until: null, proof: '户口簿' };
    put('account.household-changed', proof, { date: '2026-03-01', accountId: facts.accountId });
    facts.households.push({ from, size });
    return { facts, dates: ['2026-04-30', '2026-06-02', '2027-01-01'] };
  },
  'after a transfer in mid-year': (next) => {
    const facts = account({ date: '2026-01-20', size: 1 + next(5), usedLitres: next(800_000) });
    const size = 1 + next(8);
    const since = `2026-${String(2 + next(8)).padStart(2, '0')}-${String(1 + next(28)).padStart(2, '0')}`;
    const to = { customerId: newId(), customerKind: 'residential' as const, customerName: '李', phone: '', householdSize: size };
    const from = { customerId: '', customerName: '王' };
    const transfer = { seenVersion: 1, requestId: newId(), from, to, since, readingLitres: null, contractNo: '' };
    put('account.transferred', transfer, { date: since, accountId: facts.accountId });
    Object.assign(facts, { sinceMonth: since.slice(0, 7), households: [{ from: since, size }], used: {} });
    if (next(2) === 0) buy(facts, { date: since, litres: 1 + next(300_000), holder: 2 });
    return { facts, dates: [since, '2026-12-31', '2027-01-01'] };
  },
  'after a meter exchange by its call': (next) => {
    const facts = account({ date: '2026-01-20', size: 1 + next(7), usedLitres: next(800_000) });
    const newMeterNo = `B${facts.accountNumber}`;
    setDate('2026-03-10');
    registerMeter(context(), { meterNo: newMeterNo, make: '恒远', model: '', kind: 'ordinary', layoutId: '', verifiedUntil: '' });
    const readings = { finalReadingLitres: next(900_000), firstReadingLitres: next(100) };
    // What the old meter has used is billed with its exchange and counts in the tiers of the account.
    facts.used['2026'] = (facts.used['2026'] ?? 0) + readings.finalReadingLitres;
    const meters = { oldMeterNo: `A${facts.accountNumber}`, newMeterNo, oldMeterGoes: 'scrapped' as const };
    const exchange = { ...meters, ...readings, carriedLitres: 0, on: '2026-03-10', reason: '到期', requestId: '' };
    exchangeMeter(context(), { actId: newId(), accountId: facts.accountId, ...exchange }, null);
    return { facts, dates: ['2026-03-10', '2026-04-02'] };
  },
};

describe.each(Object.entries(SITUATIONS))('a purchase %s', (name, situation) => {
  it.each(Array.from({ length: 30 }, (_, index) => index))('agrees with the second reckoning, case %i', (index) => {
    const next = sequence(index * 7_919 + name.length);
    const { facts, dates } = situation(next);
    for (const date of dates) {
      setDate(date);
      const litres = 1 + next(900_000);
      const quote = priceOf(facts, litres);
      expect(quote.amountFen, `${litres} l on ${date}`).toBe(reckon(facts, { date, litres }));
      expect(quote.lines.reduce((sum, line) => sum + line.amountFen, 0)).toBe(quote.amountFen);
      expect(quote.lines.reduce((sum, line) => sum + line.litres, 0)).toBe(litres);
      expect(quote.tariffId).toBe(date < NEW.effectiveFrom ? OLD.id : NEW.id);
    }
  });
});

// The figures of shared/vectors/money.json, whose source is the national guidance for tiered gas prices with limits of 420 and 660 m³.
describe('the published figures', () => {
  it.each([
    { usedLitres: 400_000, buyLitres: 100_000, size: 4, amountFen: 23_000 },
    { usedLitres: 600_000, buyLitres: 100_000, size: 4, amountFen: 26_160 },
    { usedLitres: 400_000, buyLitres: 100_000, size: 5, amountFen: 19_800 },
    { usedLitres: 0, buyLitres: 420_000, size: 4, amountFen: 83_160 },
    // One litre in the second tier is 0.238 fen.
    { usedLitres: 0, buyLitres: 420_001, size: 4, amountFen: 83_160 },
    { usedLitres: 0, buyLitres: 1_000_000, size: 4, amountFen: 241_260 },
  ])('$usedLitres l used, $buyLitres l bought by $size people: $amountFen fen', ({ usedLitres, buyLitres, size, amountFen }) => {
    setDate('2025-06-01');
    const facts = account({ date: '2025-06-01', size, usedLitres });
    expect(priceOf(facts, buyLitres).amountFen).toBe(amountFen);
    expect(reckon(facts, { date: '2025-06-01', litres: buyLitres })).toBe(amountFen);
  });
});
