// The customer goes home with a card of which the counter does not know what is on it, and the meter takes it before the next insertion.
import { expect, it } from 'vitest';
import { createMeter, type Meter } from '../../drivers/countertop-card/meter-simulator.ts';
import type { Store } from '../../src/main/core/ports/store.ts';
import { readCard } from '../../src/main/core/usecases/read-card.ts';
import { refundTopup } from '../../src/main/core/usecases/refund-topup.ts';
import { ACCOUNT_NO, BRANCH, ISSUED, METER_NO } from '../support/counter-bench.ts';
import { LAYOUTS } from '../support/hall-cards.ts';
import { deliver, expectSettled, finish, LITRES, OneCardHall, PowerCut, pay, TOPUP_ID } from '../support/one-card-hall.ts';

const [countertop] = LAYOUTS;

function meterAtHome(): Meter {
  const { sequence } = ISSUED;
  const identity = { regionCode: BRANCH.regionCode, accountNo: ACCOUNT_NO, meterNo: METER_NO };
  return createMeter({
    state: { ...identity, loadedSequence: sequence, remainingLitres: 12_000, cumulativeUseLitres: 688_000, faults: 0 },
  });
}

/** Stops the core right before commit number `commit` of this start. */
const stopBefore =
  (commit: number) =>
  (store: Store): Store => {
    let count = 0;
    return {
      ...store,
      write(act) {
        count += 1;
        if (count === commit) throw new PowerCut();
        return store.write(act);
      },
    };
  };

const proofOf = (store: Store) =>
  store.operationsAfter(0, 1000).flatMap((operation) => (operation.kind === 'topup.verified' ? [operation.payload.proof] : []));

it('confirms a purchase that the meter has loaded, and gives no money back for it', async () => {
  const hall = new OneCardHall(countertop);
  // paid, intended, writing, and then the power fails: the card holds the purchase, the journal does not know.
  const first = await hall.start(stopBefore(4));
  await expect(pay(first).then(() => deliver(first))).rejects.toBeInstanceOf(PowerCut);
  await first.close();

  const meter = meterAtHome();
  expect(hall.takenBy(meter)).toBe('loaded');
  expect(meter.state().remainingLitres).toBe(12_000 + LITRES);
  meter.use(5_000);
  expect(hall.takenBy(meter)).toBe('nothing-new');

  const second = await hall.start();
  hall.insert();
  expect((await readCard(second.context, { slot: 1 })).open).toEqual({ topupId: TOPUP_ID, verdict: 'taken-by-meter' });
  const refund = refundTopup(second.context, { topupId: TOPUP_ID, slot: 1, reason: 'customer says nothing came' });
  await expect(refund).rejects.toMatchObject({ code: 'TOPUP_ALREADY_ON_CARD' });
  expect((await deliver(second)).fault).toBeNull();
  expect(proofOf(second.store)).toEqual(['taken-by-meter']);
  expectSettled(hall, second);
  expect(second.store.meter(METER_NO)).toMatchObject({ loadedSequence: ISSUED.sequence + 1 });
  await second.close();
});

it('confirms a purchase that is wholly on the card without writing it again', async () => {
  const hall = new OneCardHall(countertop);
  const first = await hall.start(stopBefore(4));
  await expect(pay(first).then(() => deliver(first))).rejects.toBeInstanceOf(PowerCut);
  await first.close();
  const second = await hall.start();
  const written = hall.writtenBytes;
  expect((await deliver(second)).fault).toBeNull();
  expect(hall.writtenBytes).toBe(written);
  expect(proofOf(second.store)).toEqual(['found-complete']);
  expectSettled(hall, second);
  await second.close();
});

it('loads nothing from a torn card, and the next insertion completes it with what the meter wrote meanwhile', async () => {
  const clean = new OneCardHall(countertop);
  const measured = await clean.start();
  await pay(measured);
  await deliver(measured);
  await measured.close();

  for (let torn = 3; torn < clean.writtenBytes; torn += 1) {
    const hall = new OneCardHall(countertop);
    const bench = await hall.start();
    await pay(bench);
    hall.reader.removeAfterWrittenBytes(1, torn);
    await deliver(bench);
    const meter = meterAtHome();
    meter.use(1_000);
    expect(hall.takenBy(meter), `torn after ${torn}`).toBe('nothing-new');
    await finish(hall, bench);
    expectSettled(hall, bench);
    expect(proofOf(bench.store)).toHaveLength(1);
    // The counter has left the meter's own record alone.
    const view = await readCard(bench.context, { slot: 1 });
    expect(view.content?.meterReturn).toMatchObject({ loadedSequence: ISSUED.sequence, remainingLitres: 11_000 });
    expect(hall.takenBy(meter)).toBe('loaded');
    await bench.close();
  }
});
