// A customer of power from the first day to the last, by the calls of the contract alone: account, meter, bill, card, top-up, closure with what goes back.
import { expect, it } from 'vitest';
import { createMeter } from '../../drivers/countertop-card/meter-simulator.ts';
import { CARD_TASKS } from '../../src/shared/domain/card-tasks.ts';
import { APPROVAL, type CallsClient, callsBench } from '../support/calls-bench.ts';
import { ACCOUNT_ID, BRANCH, TARIFF } from '../support/counter-bench.ts';
import { LAYOUTS } from '../support/hall-cards.ts';
import { OneCardHall } from '../support/one-card-hall.ts';

const [kind] = LAYOUTS;
if (kind === undefined) throw new Error('a layout is wanted');

/** 0.55 yuan a kWh up to 252 kWh a year, 0.60 above; a bill of half a year with six months' limits would hide the tier. */
const POWER = {
  ...{ ...TARIFF, id: 'power', name: '居民阶梯电价', supply: 'power' as const, vatPermille: 130, extraPerHead: null },
  ...{ limitsLitres: [252_000], pricesFenPerM3: [55, 60] },
};
const IDENTITY = '110101199003070097';
const SINCE = '2026-01-01';
const METERS = { make: '澄电', model: 'DDZY', verifiedUntil: '2034-12-31' };

async function powerHall() {
  const hall = new OneCardHall(kind as (typeof LAYOUTS)[number]);
  const calls = callsBench(await hall.start());
  calls.put('tariff.published', { tariff: POWER });
  const clerk = await calls.signIn('clerk');
  const register = (meterNo: string, commodity: 'gas' | 'power', layoutId = '') =>
    clerk.meters.register({ ...METERS, meterNo, commodity, kind: layoutId === '' ? 'ordinary' : 'ic', layoutId });
  return { hall, calls, clerk, register };
}

/** Opens an account on the plan with the meter. */
async function open(clerk: CallsClient, newId: () => string, plan: string, meterNo: string): Promise<string> {
  const identity = { kind: 'resident-id' as const, number: IDENTITY };
  const facts = { customerKind: 'residential' as const, name: '林晓梅', phone: '13911112222', smsConsent: false };
  const address = { district: '江东区', road: '人民路90号', community: '电力新村', unit: '1栋101室' };
  const { accountId } = await clerk.accounts.open({
    ...{ accountId: newId(), customer: { is: 'new' as const, customerId: newId(), ...facts, identity }, address },
    ...{ householdSize: 3, tariffId: plan, suppliedSince: SINCE, meter: { meterNo, readingLitres: 0 }, acceptDuplicates: true },
  });
  return accountId;
}

it('is supplied, billed in kWh, given a card that only its meter takes, and closed with the unused power paid back', async () => {
  const { hall, calls, clerk, register } = await powerHall();
  const { store, newId } = calls;
  await register('PW-ORD', 'power');
  const accountId = await open(clerk, newId, 'power', 'PW-ORD');
  expect(await clerk.accounts.get({ accountId })).toMatchObject({ commodity: 'power', tariff: { name: POWER.name } });

  // The bill: 300.5 kWh up to the exchange for a card meter, 252 at 0.55 and 48.5 at 0.60.
  await register('PW-IC', 'power', hall.layout.id);
  const at = { actId: newId(), accountId, on: BRANCH.businessDate, reason: '换装预付费表', oldMeterGoes: 'in-store' as const };
  const figures = { finalReadingLitres: 300_500, firstReadingLitres: 0, carriedLitres: 0 };
  const { bills, meter, needsNewCard } = await clerk.meters.exchange({ ...at, ...figures, oldMeterNo: 'PW-ORD', newMeterNo: 'PW-IC' });
  expect([meter.commodity, needsNewCard]).toEqual(['power', true]);
  expect(bills).toMatchObject([{ amountFen: 13_860 + 2_910, description: `电费 ${SINCE}～${BRANCH.businessDate} 300.5 kWh` }]);
  const receivableIds = bills.map(({ receivableId }) => receivableId);
  const paying = { paymentId: newId(), accountId, receivableIds, expectedAmountFen: 16_770, tenders: [], cashTenderedFen: 17_000 };
  expect(await clerk.charging.pay(paying)).toMatchObject({ changeFen: 230, paid: [{ description: expect.stringContaining('300.5 kWh') }] });
  expect(store.receiptOfTopup(paying.paymentId)?.markup).toContain('300.5 kWh');

  // The card, and a purchase of 100 kWh: the year's 252 kWh are used up.
  hall.loseCard();
  const made = await clerk.cardTasks.make({ taskId: newId(), accountId, purpose: 'issue', oldCardNo: '', reason: '新表', slot: 1 });
  expect(made).toMatchObject({ fault: null, task: { state: 'verified', commodity: 'power' } });
  expect(store.recordsOf(CARD_TASKS, accountId)).toHaveLength(1);
  expect(await clerk.cards.read({})).toMatchObject({ accountId, commodity: 'power', obstacle: null });
  const purchase = { by: 'volume' as const, litres: 100_000 };
  expect(await clerk.topups.quote({ accountId, purchase })).toMatchObject({ amountFen: 6_000, vatFen: 690, usedBeforeLitres: 300_500 });
  const topupId = newId();
  await clerk.topups.pay({ topupId, accountId, purchase, expectedAmountFen: 6_000, tenders: [], cashTenderedFen: 6_000 });
  expect(await clerk.topups.deliver({ topupId })).toMatchObject({ fault: null, topup: { state: 'receipted', commodity: 'power' } });
  const receipt = store.receiptOfTopup(topupId)?.markup ?? '';
  for (const words of ['购电收据', '电量(千瓦时) × 单价', '100.0 千瓦时', '电量已写卡并核对']) expect(receipt).toContain(words);
  expect(receipt).not.toMatch(/气|立方米/);

  // A gas meter of the very same account number takes nothing; the power meter does.
  const { accountNo } = await clerk.accounts.get({ accountId });
  const bound = { regionCode: BRANCH.regionCode, accountNo };
  const before = hall.image();
  expect(hall.takenBy(createMeter({ ...bound, meterNo: 'PW-IC' }))).toBe('wrong-commodity');
  expect(hall.image()).toEqual(before);
  expect(hall.takenBy(createMeter({ ...bound, meterNo: 'PW-IC', supply: 'power' }))).toBe('loaded');
  hall.insert();
  expect((await clerk.cards.read({})).content).toMatchObject({ takenByMeter: true, meterReturn: { remainingLitres: 100_000 } });

  // The end: 40 kWh are left in the meter, worth what they cost.
  const seenVersion = () => store.account(accountId)?.version ?? 0;
  const form = { oldIdentityKind: 'resident-id', oldIdentity: IDENTITY, wishedOn: BRANCH.businessDate, cardBack: 'yes' };
  let request = await clerk.requests.open({ requestId: newId(), accountId, kind: 'closure', seenVersion: seenVersion(), form });
  const step = () => ({ requestId: request.requestId, stepId: newId(), from: request.state, seenVersion: seenVersion(), note: '' });
  request = await clerk.requests.advance({ ...step(), form: {} });
  request = await clerk.requests.advance({ ...step(), form: {}, approval: APPROVAL });
  request = await clerk.requests.advance({ ...step(), form: { readingLitres: 60_000, meterLeftLitres: 40_000, meterGoes: 'in-store' } });
  const feeFen = request.fees.reduce((sum, { openFen }) => sum + openFen, 0);
  const fees = request.fees.map(({ receivableId }) => receivableId);
  await clerk.charging.pay({ ...paying, paymentId: newId(), receivableIds: fees, expectedAmountFen: feeFen, cashTenderedFen: feeFen });
  expect(await clerk.requests.refund({ requestId: request.requestId })).toMatchObject({ totalFen: 2_400, volumeFen: 2_400, cardLitres: 0 });
  const closed = await clerk.requests.complete({ ...step(), form: {}, refunds: [], expectedRefundFen: 2_400, approval: APPROVAL });
  expect(closed.state).toBe('completed');
  expect(await clerk.accounts.get({ accountId })).toMatchObject({ status: 'closed', commodity: 'power', creditFen: 0, dueFen: 0 });
  expect(await clerk.meters.get({ meterNo: 'PW-IC' })).toMatchObject({ place: 'in-store', commodity: 'power' });
  expect(store.verifyJournal()).toEqual({ ok: true });
});

it('has no part with gas: a meter or plan of the other is refused wherever it would be bound', async () => {
  const { hall, calls, clerk, register } = await powerHall();
  const { newId, store } = calls;
  await register('PW-1', 'power', hall.layout.id);
  await register('PW-2', 'power');
  await register('GAS-1', 'gas');
  const seq = store.lastSeq();
  const refused = { code: 'METER_OTHER_SUPPLY' };
  await expect(open(clerk, newId, TARIFF.id, 'PW-2')).rejects.toMatchObject(refused);
  await expect(open(clerk, newId, 'power', 'GAS-1')).rejects.toMatchObject(refused);
  const present = store.metersOf(ACCOUNT_ID)[0]?.meterNo ?? '';
  const figures = { finalReadingLitres: 700_000, firstReadingLitres: 0, carriedLitres: 0, oldMeterNo: present, newMeterNo: 'PW-1' };
  const act = { actId: newId(), accountId: ACCOUNT_ID, on: BRANCH.businessDate };
  await expect(clerk.meters.exchange({ ...act, ...figures, reason: '到期', oldMeterGoes: 'scrapped' })).rejects.toMatchObject(refused);
  const change = { changeId: newId(), accountId: ACCOUNT_ID, seenVersion: store.account(ACCOUNT_ID)?.version ?? 0 };
  const toPower = clerk.accounts.changePlan({ ...change, tariffId: 'power' });
  await expect(toPower).rejects.toMatchObject({ code: 'INPUT_INVALID', data: { field: 'tariffId', reason: 'other-supply' } });
  expect(store.lastSeq()).toBe(seq);
  await clerk.meters.remove({ ...act, meterNo: present, finalReadingLitres: 700_000, goes: 'scrapped' });
  await expect(clerk.meters.install({ ...act, actId: newId(), meterNo: 'PW-1', readingLitres: 0 })).rejects.toMatchObject(refused);
  expect(store.metersOf(ACCOUNT_ID)).toEqual([]);
});

it('on a card whose bytes say the other supply than its account: nothing is sold to it', async () => {
  const hall = new OneCardHall(kind as (typeof LAYOUTS)[number], 'power');
  const calls = callsBench(await hall.start());
  const clerk = await calls.signIn('clerk');
  expect(await clerk.cards.read({})).toMatchObject({ commodity: 'power', obstacle: null });
  const sale = { accountId: ACCOUNT_ID, purchase: { by: 'volume' as const, litres: 1_000 }, expectedAmountFen: 238, tenders: [] };
  // The same purse, made for gas by somebody who has its keys.
  const gas = new OneCardHall(kind as (typeof LAYOUTS)[number]);
  hall.putImage(gas.image());
  expect((await clerk.cards.read({})).obstacle).toBe('CARD_OTHER_SUPPLY');
  await expect(clerk.topups.pay({ ...sale, topupId: calls.newId(), cashTenderedFen: 300 })).rejects.toMatchObject({
    code: 'CARD_OTHER_SUPPLY',
  });
  expect(calls.store.balance('undelivered-purchase')).toBe(0);
});
