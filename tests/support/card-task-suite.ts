// What a card task must survive: the card pulled after every byte, given up after every byte, and the core stopping at every commit.
import { describe, expect, it } from 'vitest';
import type { Store } from '../../src/main/core/ports/store.ts';
import { abandonCardTask, continueCardTask } from '../../src/main/core/usecases/continue-card-task.ts';
import { exchangeMeter, registerMeter } from '../../src/main/core/usecases/keep-meters.ts';
import { loadCard } from '../../src/main/core/usecases/load-card.ts';
import { makeCard } from '../../src/main/core/usecases/make-card.ts';
import { reverseTopup } from '../../src/main/core/usecases/reverse-topup.ts';
import type { CardTaskPurpose } from '../../src/shared/domain/card-tasks.ts';
import type { NewOperation } from '../../src/shared/domain/operation.ts';
import type { Policy } from '../../src/shared/domain/policy.ts';
import { CHIP_TASK_KINDS, PRINTED_NO } from './card-task-chips.ts';
import { buy, CardTaskHall, deliver, expectSettled, pay, SUPERVISOR, TASK_ID, TASK_KINDS, type TaskKind } from './card-task-hall.ts';
import { ACCOUNT_ID, type Bench, BRANCH, CARD_NO, METER_NO } from './counter-bench.ts';
import { PowerCut, TOPUP_ID } from './one-card-hall.ts';

const SECOND_TASK = '01890000-0000-7000-8000-0000000000bc';
export const GIVE_BACK = { refunds: [], toCreditFen: 0 };
/** Tears after which the task is given up lie so far apart. */
const GIVE_UP_STEP = 5;
const LIMIT_MS = 120_000;
export const CARRIED_LITRES = 30_000;
const CORRECTED_LITRES = 50_000;

const limits = (amount: number) => ({ reversalFen: amount, waiverFen: amount, refundFen: amount, correctionLitres: amount });
const POLICY: Policy = {
  fees: [],
  lateFee: { perDayPpm: 0, graceDays: 0, chargesGrace: false, countsPaymentDay: false, capPermille: 0 },
  limits: { clerk: limits(0), supervisor: limits(40_000), manager: limits(1e8) },
  requestDays: { default: 5 },
};

/** Appends a fact that came from elsewhere. */
export function happen(
  bench: Bench,
  fact: Pick<NewOperation, 'kind' | 'payload'> & { readonly id: string; readonly accountId?: string },
): void {
  const rest = { businessDate: BRANCH.businessDate, shiftId: '', clerk: 'system', recordedAtMs: 1_795_000_000_000 };
  bench.store.write((tx) => tx.append({ accountId: ACCOUNT_ID, ...fact, ...rest } as NewOperation));
}

export function publishPolicy(bench: Bench): void {
  const payload = { policyId: 'p-1', effectiveFrom: '2026-01-01', policy: POLICY };
  happen(bench, { id: 'p-1', kind: 'policy.published', accountId: '', payload });
}

/** The customer's meter is exchanged for one of the same layout; 30 m³ were left. */
export function exchange(bench: Bench, layoutId: string): void {
  registerMeter(bench.context, { meterNo: 'NEW1', make: 'test', model: 'G2.5', kind: 'ic', layoutId, verifiedUntil: '2032-01-01' });
  const done = exchangeMeter(
    bench.context,
    {
      actId: '01890000-0000-7000-8000-0000000000ee',
      accountId: ACCOUNT_ID,
      oldMeterNo: METER_NO,
      finalReadingLitres: 900_000,
      newMeterNo: 'NEW1',
      firstReadingLitres: 0,
      carriedLitres: CARRIED_LITRES,
      on: BRANCH.businessDate,
      reason: '到期换表',
      oldMeterGoes: 'scrapped',
      requestId: '',
    },
    SUPERVISOR,
  );
  expect(done).toMatchObject({ volumeOwedLitres: CARRIED_LITRES, needsNewCard: true });
}

interface Act {
  readonly card: 'own' | 'blank';
  prepare(hall: CardTaskHall, bench: Bench): Promise<void>;
  begin(bench: Bench, taskId: string): ReturnType<typeof continueCardTask>;
  /** What must be on the card in the end. */
  readonly done: { readonly sequence: number; readonly volumeLitres: number };
}

const base = { accountId: ACCOUNT_ID, slot: 1, reason: '客户申请' };
const make = (purpose: 'issue' | 'reissue' | 'replace', oldCardNo: string): Act['begin'] => {
  return (bench, taskId) => {
    const cardNo = bench.context.ports.layouts.all().some(({ numberPrinted }) => numberPrinted === true) ? PRINTED_NO : '';
    return makeCard(bench.context, { ...base, taskId, purpose, oldCardNo, cardNo, meterFigures: null, requestId: '' }, null);
  };
};

export const ACTS: Readonly<Record<CardTaskPurpose, Act>> = {
  correct: {
    card: 'own',
    prepare: async () => {},
    begin: (bench, taskId) => loadCard(bench.context, { ...base, taskId, purpose: 'correct', volumeLitres: CORRECTED_LITRES }, SUPERVISOR),
    done: { sequence: 8, volumeLitres: CORRECTED_LITRES },
  },
  carry: {
    card: 'own',
    async prepare(_hall, bench) {
      const meter = { meterNo: 'NEW2', make: 'test', model: '', kind: 'ic' as const, layoutId: '', verifiedUntil: '' };
      happen(bench, { id: 'm-1', kind: 'meter.registered', accountId: '', payload: meter });
      const readings = { finalReadingLitres: 900_000, firstReadingLitres: 0, carriedLitres: CARRIED_LITRES, on: BRANCH.businessDate };
      const meters = { oldMeterNo: METER_NO, newMeterNo: 'NEW2', oldMeterGoes: 'scrapped' as const };
      happen(bench, { id: 'm-2', kind: 'meter.exchanged', payload: { ...readings, ...meters, reason: 'r', requestId: '' } });
    },
    begin: (bench, taskId) => loadCard(bench.context, { ...base, taskId, purpose: 'carry', volumeLitres: 0 }, null),
    done: { sequence: 8, volumeLitres: CARRIED_LITRES },
  },
  reverse: {
    card: 'own',
    prepare: buy,
    begin: (bench, taskId) => reverseTopup(bench.context, { ...base, taskId, topupId: TOPUP_ID, giveBack: GIVE_BACK }, SUPERVISOR),
    done: { sequence: 7, volumeLitres: 100_000 },
  },
  // What was bought and not loaded goes with the customer, under the number it was sold with.
  reissue: { card: 'blank', prepare: buy, begin: make('reissue', CARD_NO), done: { sequence: 8, volumeLitres: 100_000 } },
  replace: { card: 'blank', prepare: buy, begin: make('replace', CARD_NO), done: { sequence: 8, volumeLitres: 100_000 } },
  issue: {
    card: 'blank',
    prepare: async (hall, bench) => exchange(bench, hall.kind.layout.id),
    begin: make('issue', ''),
    done: { sequence: 1, volumeLitres: CARRIED_LITRES },
  },
};

/** The bytes that the delivery of a purchase writes. */
async function deliveryBytes(kind: TaskKind): Promise<number> {
  const hall = new CardTaskHall(kind);
  const bench = await hall.start();
  await pay(hall, bench);
  hall.writtenBytes = 0;
  await deliver(bench);
  await bench.close();
  return hall.writtenBytes;
}

/** A purchase is paid for the card and its write breaks off after a share of its bytes; the card is lost. */
export const UNDELIVERED: Readonly<Record<string, Act>> = Object.fromEntries(
  (
    [
      ['reissue with a purchase that was never written', 'reissue', null],
      ['reissue with a torn purchase', 'reissue', 0.5],
      ['reissue with a purchase that is on the lost card unproved', 'reissue', 1],
      ['replace with a torn purchase', 'replace', 0.7],
    ] as const
  ).map(([name, purpose, share]): [string, Act] => [
    name,
    {
      card: 'blank',
      async prepare(hall, bench) {
        await pay(hall, bench);
        if (share === null) return;
        hall.stage.tearAfter(Math.ceil((await deliveryBytes(hall.kind)) * share));
        expect((await deliver(bench)).fault).not.toBeNull();
      },
      begin: make(purpose, CARD_NO),
      done: { sequence: 8, volumeLitres: 100_000 },
    },
  ]),
);

export async function stage(kind: TaskKind, act: Act, wrapStore?: (store: Store) => Store) {
  const hall = new CardTaskHall(kind);
  const first = await hall.start();
  publishPolicy(first);
  await act.prepare(hall, first);
  hall.insert(act.card);
  if (wrapStore === undefined) return { hall, bench: first };
  await first.close();
  return { hall, bench: await hall.start(wrapStore) };
}

/** A Mifare sector whose trailer was torn inside cannot be opened any more, or contradicts itself. */
function isLocked(hall: CardTaskHall, fault: { readonly code: string } | null): boolean {
  const codes: readonly (string | undefined)[] = ['CARD_OTHER_LAYOUT', 'CARD_KEY_REFUSED', 'CARD_DAMAGED'];
  return hall.kind.layout.access.chip === 'MIFARE-S50' && codes.includes(fault?.code);
}

/** Does what a clerk does until the task is done. Returns how many blank cards were spoilt on the way. */
async function finish(hall: CardTaskHall, bench: Bench, act: Act): Promise<number> {
  let spoilt = 0;
  let taskId = TASK_ID;
  for (let tries = 0; tries < 4; tries += 1) {
    hall.insert(act.card);
    const { task, fault } = await continueCardTask(bench.context, { taskId, slot: 1, giveBack: GIVE_BACK }, null);
    if (task.state === 'verified') return spoilt;
    const refused = fault?.code === 'CARD_PSC_WRONG' || fault?.code === 'CARD_LAST_ATTEMPT';
    const locked = isLocked(hall, fault);
    if (!refused && !locked) continue;
    if (act.card === 'own') {
      // A supervisor stands by for the last attempt.
      await continueCardTask(bench.context, { taskId, slot: 1, giveBack: GIVE_BACK }, SUPERVISOR);
      continue;
    }
    spoilt += 1;
    const given = await abandonCardTask(bench.context, { taskId, slot: 1, reason: 'spoilt' }, SUPERVISOR);
    expect(given.task.state).toBe('abandoned');
    hall.stage.renewBlank();
    hall.insert('blank');
    taskId = SECOND_TASK;
    await act.begin(bench, taskId);
  }
  return spoilt;
}

async function measure(kind: TaskKind, act: Act): Promise<{ readonly bytes: number; readonly commits: number }> {
  let commits = 0;
  const count = (store: Store): Store => ({
    ...store,
    write(change) {
      commits += 1;
      return store.write(change);
    },
  });
  const { hall, bench } = await stage(kind, act, count);
  hall.writtenBytes = 0;
  const { task, fault } = await act.begin(bench, TASK_ID);
  expect(fault).toBeNull();
  expect(task.state).toBe('verified');
  expect(hall.truth(act.card)).toMatchObject(act.done);
  expectSettled(hall, bench);
  await bench.close();
  return { bytes: hall.writtenBytes, commits };
}

/** Registers the tests of one purpose on one kind of card. `stops`: the core is stopped at every commit as well. */
export function describeTask(kind: TaskKind, name: string, { stops }: { readonly stops: boolean }): void {
  const act = ACTS[name as CardTaskPurpose] ?? UNDELIVERED[name];
  if (act === undefined) throw new Error(`no act ${name}`);
  describe(`${name} on ${kind.layout.id}`, async () => {
    const { bytes, commits } = await measure(kind, act);

    it(`is finished by the next insertion after the card was pulled after each of ${bytes} bytes`, { timeout: LIMIT_MS }, async () => {
      let spoilt = 0;
      for (let torn = 0; torn <= bytes; torn += 1) {
        const { hall, bench } = await stage(kind, act);
        hall.stage.tearAfter(torn);
        const first = await act.begin(bench, TASK_ID);
        if (torn < bytes) expect(first.fault?.code, `torn after ${torn}`).toBe('CARD_ABSENT');
        spoilt += await finish(hall, bench, act);
        expect(hall.truth(act.card), `torn after ${torn}`).toMatchObject(act.done);
        expectSettled(hall, bench);
        const seq = bench.store.lastSeq();
        await continueCardTask(bench.context, { taskId: TASK_ID, slot: 1, giveBack: GIVE_BACK }, null).catch(() => {});
        expect(bench.store.lastSeq()).toBe(seq);
        await bench.close();
      }
      // A blank card that a tear has spoilt is thrown away; nothing of the customer's was on it.
      expect(spoilt).toBeLessThanOrEqual(act.card === 'blank' ? kind.mostSpoilt : 0);
    });

    it('is given up after a tear only with the card as it was', { timeout: LIMIT_MS }, async () => {
      for (let torn = 0; torn <= bytes; torn += GIVE_UP_STEP) {
        const { hall, bench } = await stage(kind, act);
        const before = hall.stage.image(act.card);
        hall.stage.tearAfter(torn);
        await act.begin(bench, TASK_ID);
        hall.insert(act.card);
        const { task, fault } = await abandonCardTask(bench.context, { taskId: TASK_ID, slot: 1, reason: 'customer leaves' }, null);
        if (fault?.code === 'CARD_TASK_ON_CARD') await finish(hall, bench, act);
        else if (act.card === 'blank' && isLocked(hall, fault)) {
          const thrown = await abandonCardTask(bench.context, { taskId: TASK_ID, slot: 1, reason: 'spoilt' }, SUPERVISOR);
          expect(thrown.task.state).toBe('abandoned');
        } else {
          expect(fault, `torn after ${torn}`).toBeNull();
          expect(task.state).toBe('abandoned');
          expect(hall.stage.image(act.card)).toEqual(before);
        }
        if (act.card === 'own') expectSettled(hall, bench);
        await bench.close();
      }
    });

    const whereStopped = stops ? it : null;
    whereStopped?.(
      'survives the core stopping before and after every commit, with and without a torn card',
      { timeout: LIMIT_MS },
      async () => {
        for (let stop = 1; stop <= commits; stop += 1) {
          for (const when of ['before', 'after'] as const) {
            for (const torn of when === 'before' ? [null] : [null, Math.floor(bytes / 2)]) {
              let count = 0;
              const cut = (store: Store): Store => ({
                ...store,
                write(change) {
                  count += 1;
                  if (count === stop && when === 'before') throw new PowerCut();
                  const result = store.write(change);
                  if (count === stop) throw new PowerCut();
                  return result;
                },
              });
              const { hall, bench } = await stage(kind, act, cut);
              if (torn !== null) hall.stage.tearAfter(torn);
              await act.begin(bench, TASK_ID).catch((error: unknown) => {
                if (!(error instanceof PowerCut)) throw error;
              });
              await bench.close();
              const second = await hall.start();
              hall.insert(act.card);
              // The window asks again with the id it made before.
              await act.begin(second, TASK_ID);
              await finish(hall, second, act);
              expect(hall.truth(act.card)).toMatchObject(act.done);
              expectSettled(hall, second);
              await second.close();
            }
          }
        }
      },
    );
  });
}

export { CHIP_TASK_KINDS, TASK_KINDS };
