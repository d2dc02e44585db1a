// The end of an account with a card: what goes back is worked out with the card in the reader, told, and refused where it has changed since.
import { expect, it } from 'vitest';
import { APPROVAL, callsBench } from '../support/calls-bench.ts';
import { ACCOUNT_ID, ACCOUNT_NO, BRANCH, CARD_NO, ISSUED, METER_NO } from '../support/counter-bench.ts';
import { LAYOUTS } from '../support/hall-cards.ts';
import { LITRES, OneCardHall, PRICE_FEN } from '../support/one-card-hall.ts';

const [kind] = LAYOUTS;
if (kind === undefined) throw new Error('a layout is wanted');

it('tells deposit, credit and the gas on the card, gives exactly that back by the way chosen, and nothing else than was told', async () => {
  const hall = new OneCardHall(kind);
  const calls = callsBench(await hall.start());
  const clerk = await calls.signIn('clerk');
  const { store, newId } = calls;
  const purchase = { by: 'volume' as const, litres: LITRES };
  const topupId = newId();
  const tenders = [{ kind: 'bank-card' as const, amountFen: PRICE_FEN, reference: 'POS-1' }];
  await clerk.topups.pay({ topupId, accountId: ACCOUNT_ID, purchase, expectedAmountFen: PRICE_FEN, tenders, cashTenderedFen: 0 });
  await clerk.topups.deliver({ topupId });
  const deposit = { handoverId: newId(), accountId: ACCOUNT_ID, amountFen: 3_000, reason: '押金' };
  await clerk.charging.takeDeposit({ ...deposit, tenders: [], cashTenderedFen: 3_000 });
  const seenVersion = store.account(ACCOUNT_ID)?.version ?? 0;
  const form = { oldIdentityKind: 'resident-id', oldIdentity: '110101199003070097', wishedOn: BRANCH.businessDate, cardBack: 'yes' };
  let request = await clerk.requests.open({ requestId: newId(), accountId: ACCOUNT_ID, kind: 'closure', seenVersion, form });
  const { requestId } = request;
  const stepOf = () => ({ requestId, stepId: newId(), from: request.state, seenVersion: request.accountVersion, note: '' });
  request = await clerk.requests.advance({ ...stepOf(), form: {} });
  request = await clerk.requests.advance({ ...stepOf(), form: {}, approval: APPROVAL });
  const work = { readingLitres: 700_000, meterLeftLitres: 0, meterGoes: 'in-store' };
  request = await clerk.requests.advance({ ...stepOf(), form: work });
  const fees = request.fees.map(({ receivableId }) => receivableId);
  const feeFen = request.fees.reduce((sum, { openFen }) => sum + openFen, 0);
  const paying = { paymentId: newId(), accountId: ACCOUNT_ID, receivableIds: fees, expectedAmountFen: feeFen, tenders: [] };
  await clerk.charging.pay({ ...paying, cashTenderedFen: feeFen });

  hall.reader.remove(1);
  await expect(clerk.requests.refund({ requestId })).rejects.toMatchObject({ code: 'CARD_ABSENT' });
  hall.insert();
  const told = await clerk.requests.refund({ requestId });
  expect(told).toMatchObject({ totalFen: PRICE_FEN + 3_000, depositFen: 3_000, creditFen: 0, volumeFen: PRICE_FEN, cardLitres: LITRES });
  expect(told).toMatchObject({ paidBy: { kind: 'bank-card', reference: 'POS-1' }, bank: null });
  const drawerFen = () => store.balance('cash-drawer', store.openShiftOf('1001')?.shiftId ?? '');
  const heldFen = drawerFen();
  expect(told.isInDrawer).toBe(told.totalFen <= heldFen);
  const completing = (expectedRefundFen: number, amountFen: number) => ({
    ...{ ...stepOf(), form: {}, expectedRefundFen, approval: APPROVAL },
    refunds: [{ kind: 'bank-card' as const, amountFen, reference: 'POS-1' }],
  });
  // The customer has been at the meter with the card meanwhile.
  const meter = kind.createMeter?.({
    state: {
      ...{ regionCode: BRANCH.regionCode, accountNo: ACCOUNT_NO, meterNo: METER_NO },
      ...{ loadedSequence: ISSUED.sequence, remainingLitres: 12_000, cumulativeUseLitres: 688_000, faults: 0 },
    },
  });
  if (meter === undefined) throw new Error('a meter is wanted');
  hall.takenBy(meter);
  const seq = store.lastSeq();
  const changed = clerk.requests.complete(completing(told.totalFen, told.totalFen));
  await expect(changed).rejects.toMatchObject({ code: 'PRICE_CHANGED', data: { expectedFen: told.totalFen, nowFen: 3_000 } });
  expect(store.lastSeq()).toBe(seq);

  const now = await clerk.requests.refund({ requestId });
  expect(now).toMatchObject({ totalFen: 3_000, volumeFen: 0, cardLitres: 0 });
  await expect(clerk.requests.complete(completing(3_000, 3_001))).rejects.toMatchObject({ code: 'TENDER_MISMATCH' });
  const done = await clerk.requests.complete(completing(3_000, 3_000));
  expect(done.state).toBe('completed');
  expect(store.balance('bank-card-clearing')).toBe(PRICE_FEN - 3_000);
  expect(drawerFen()).toBe(heldFen);
  expect(store.balance('customer-deposit', ACCOUNT_ID) + store.balance('customer-credit', ACCOUNT_ID)).toBe(0);
  expect(store.card(CARD_NO)?.status).toBe('returned');
});
