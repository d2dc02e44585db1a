// The life of accounts with ordinary meters, at random: read, exchanged, removed, installed, transferred, suspended, given up, closed, over price changes and
// year ends. Every litre that a meter has moved is on exactly one bill, whoever held the account.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { exchangeMeter, installMeter, registerMeter, removeMeter } from '../../src/main/core/usecases/keep-meters.ts';
import { cancelRequest } from '../../src/main/core/usecases/move-request.ts';
import { listRequests, viewRequest } from '../../src/main/core/usecases/open-request.ts';
import { addDays } from '../../src/shared/domain/calendar.ts';
import { Fault } from '../../src/shared/domain/fault.ts';
import { LEDGER_ACCOUNTS } from '../../src/shared/domain/ledger.ts';
import { isOpenRequest, type RequestForm } from '../../src/shared/domain/requests.ts';
import { dumpProjections } from '../support/projections.ts';
import { SAMPLE_TARIFF, sampleAccount } from '../support/sample-operations.ts';
import { NEW_HOLDER, OLD_HOLDER, SUPERVISOR, type UseCaseBench, useCaseBench } from '../support/use-case-bench.ts';

const START = '2025-11-20';
const TARIFFS = [
  { ...SAMPLE_TARIFF, effectiveFrom: '2020-01-01' },
  { ...SAMPLE_TARIFF, id: 'residential-2', planId: 'residential', effectiveFrom: '2026-02-10', pricesFenPerM3: [205, 245, 305] },
  {
    ...{ ...SAMPLE_TARIFF, id: 'residential-3', planId: 'residential', effectiveFrom: '2026-08-01', vatPermille: 60 },
    ...{ fixedFenPerMonth: 250, minimumFenPerMonth: 800 },
  },
];
const ACCOUNT = sampleAccount(1, {
  card: null,
  meter: { meterNo: 'M0', make: '恒远', kind: 'ordinary', billed: { readingLitres: 500_000, on: START } },
});
const { accountId } = ACCOUNT;

const acts = fc.record({
  act: fc.constantFrom(
    'exchange',
    'exchange',
    'remove',
    'install',
    'transfer',
    'suspension',
    'reactivation',
    'closure',
    'move',
    'move',
    'move',
    'cancel',
  ),
  /** Days that pass before it. */
  days: fc.nat(60),
  /** What the meter moves before it, in litres, no less than a fen's worth; some readings are wrong. */
  litres: fc.oneof(
    { weight: 9, arbitrary: fc.nat(400).map((cubicMetres) => cubicMetres * 1_000) },
    { weight: 1, arbitrary: fc.integer({ min: -5_000, max: -1 }) },
  ),
  pays: fc.boolean(),
});
type Act = typeof acts extends fc.Arbitrary<infer T> ? T : never;
const END: readonly Act['act'][] = ['cancel', 'remove'];

/** What each meter showed when it came, and what a bill or a final reading has brought it to. */
interface Moved {
  readonly first: number;
  last: number;
}

class Life {
  readonly stays: Moved[] = [{ first: 500_000, last: 500_000 }];
  #meters = 0;
  readonly #bench: UseCaseBench;
  #holder: RequestForm = OLD_HOLDER;
  constructor(bench: UseCaseBench) {
    this.#bench = bench;
  }

  async do({ act, litres }: Pick<Act, 'act' | 'litres'>): Promise<void> {
    const { temp, newId, context, today } = this.#bench;
    const { store } = temp;
    const hanging = store.metersOf(accountId)[0];
    const readingLitres = (hanging?.detail.lastReadingLitres ?? 0) + litres;
    const at = { actId: newId(), accountId, on: today(), requestId: '' };
    const row = listRequests(context(), { accountId }).find(({ state }) => isOpenRequest(state));
    const request = row === undefined ? null : viewRequest(context(), { requestId: row.requestId });
    const stay = this.stays.at(-1);
    switch (act) {
      case 'exchange': {
        if (hanging === undefined || stay === undefined) return;
        const readings = { finalReadingLitres: readingLitres, firstReadingLitres: Math.abs(litres) % 999, carriedLitres: 0 };
        const meters = { oldMeterNo: hanging.meterNo, newMeterNo: this.#newMeter(), oldMeterGoes: 'scrapped' as const };
        exchangeMeter(context(), { ...at, ...readings, ...meters, reason: '到期' }, SUPERVISOR);
        stay.last = readingLitres;
        this.stays.push({ first: readings.firstReadingLitres, last: readings.firstReadingLitres });
        return;
      }
      case 'remove':
        if (hanging === undefined || stay === undefined) return;
        removeMeter(context(), { ...at, meterNo: hanging.meterNo, finalReadingLitres: readingLitres, goes: 'scrapped' });
        stay.last = readingLitres;
        return;
      case 'install':
        installMeter(context(), { ...at, meterNo: this.#newMeter(), readingLitres: Math.abs(litres) });
        this.stays.push({ first: Math.abs(litres), last: Math.abs(litres) });
        return;
      case 'transfer': {
        const reading: RequestForm = hanging === undefined ? {} : { readingLitres };
        this.#bench.open('transfer', accountId, { ...NEW_HOLDER, ...this.#holder, ...reading });
        if (hanging !== undefined && stay !== undefined) stay.last = readingLitres;
        return;
      }
      case 'suspension':
        this.#bench.open('suspension', accountId, { from: today() });
        return;
      case 'reactivation':
        this.#bench.open('reactivation', accountId, { wishedOn: today() });
        return;
      case 'closure':
        this.#bench.open('closure', accountId, { ...this.#holder, wishedOn: today() });
        return;
      case 'cancel': {
        if (request === null) return;
        const { requestId, state, accountVersion } = request;
        cancelRequest(context(), { requestId, stepId: newId(), from: state, seenVersion: accountVersion, note: '-' });
        return;
      }
      case 'move': {
        if (request === null) return;
        const asked = request.fields.filter(({ step, required }) => step === request.state && step !== 'open' && required);
        const form = Object.fromEntries(
          asked.map(({ name, initial, choices }) => [name, name === 'readingLitres' ? readingLitres : (initial ?? choices[0] ?? 'F-1')]),
        );
        const after = await this.#bench.move(request, form);
        if (after.kind === 'closure' && 'readingLitres' in form && stay !== undefined) stay.last = readingLitres;
        if (after.kind === 'transfer' && after.state === 'completed')
          this.#holder = { oldIdentityKind: NEW_HOLDER.newIdentityKind, oldIdentity: NEW_HOLDER.newIdentity };
      }
    }
  }

  #newMeter(): string {
    this.#meters += 1;
    const meterNo = `M${this.#meters}`;
    registerMeter(this.#bench.context(), { meterNo, make: '恒远', model: '', kind: 'ordinary', layoutId: '', verifiedUntil: '' });
    return meterNo;
  }
}

it('brings every litre on exactly one bill', async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(acts, { minLength: 30, maxLength: 50 }), async (history) => {
      const bench = await useCaseBench({ date: START, tariffs: TARIFFS });
      const { store, file } = bench.temp;
      try {
        bench.put('account.opened', ACCOUNT, accountId);
        const life = new Life(bench);
        const ends = END.map((act): Act => ({ act, days: 1, litres: 1_234, pays: true }));
        for (const { act, days, litres, pays } of [...history, ...ends]) {
          bench.setDate(addDays(bench.today(), days));
          const before = store.receivablesOf(accountId, 'all').length;
          try {
            await life.do({ act, litres });
            seen.add(act);
          } catch (error) {
            if (!(error instanceof Fault)) throw error;
            seen.add(error.code);
            expect(store.receivablesOf(accountId, 'all')).toHaveLength(before);
          }
          if (pays) bench.payAll(accountId);
          const bills = store
            .receivablesOf(accountId, 'all')
            .flatMap(({ bill, amountFen }) => (bill === undefined ? [] : [{ bill, amountFen }]));
          for (const { bill, amountFen } of bills) {
            const lines = [...bill.parts.flatMap((part) => part.lines), ...bill.charges];
            expect(lines.reduce((sum, line) => sum + line.amountFen, 0)).toBe(amountFen);
            expect(bill.readFrom <= bill.readTo).toBe(true);
          }
          const billed = bills.flatMap(({ bill }) => bill.parts).reduce((sum, part) => sum + part.litres, 0);
          expect(billed).toBe(life.stays.reduce((sum, { first, last }) => sum + last - first, 0));
          const holders = new Set(bills.map(({ bill }) => bill.tierHolder));
          for (const year of [2025, 2026, 2027, 2028, 2029, 2030]) {
            const holder = store.account(accountId)?.holder ?? 1;
            const own = bills.filter(({ bill }) => bill.tierHolder === holder).flatMap(({ bill }) => bill.parts);
            const litresOf = own.filter(({ tierYear }) => tierYear === year).reduce((sum, part) => sum + part.litres, 0);
            expect(store.tierUse(accountId, year)).toBe(litresOf);
          }
          expect(Math.max(0, ...holders)).toBeLessThanOrEqual(store.account(accountId)?.holder ?? 1);
          expect(LEDGER_ACCOUNTS.reduce((sum, name) => sum + store.balance(name), 0)).toBe(0);
        }
        const bytes = dumpProjections(file);
        store.rebuildProjections();
        expect(dumpProjections(file)).toBe(bytes);
      } finally {
        bench.temp.remove();
      }
    }),
    { numRuns: 12 },
  );
  expect([...seen]).toEqual(
    expect.arrayContaining(['exchange', 'remove', 'install', 'transfer', 'suspension', 'closure', 'READING_BACKWARDS', 'REQUEST_OPEN']),
  );
});
