// Bad input at every call of the contract: what is wrong in its form names the field, what is wrong in fact ends with a declared fault, and nothing is saved.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { TEXTS } from '../../src/renderer/text/index.ts';
import type { CallMeta } from '../../src/shared/contract/call.ts';
import { contract } from '../../src/shared/contract/index.ts';
import { RIGHT_IDENTITY, sampleOf, wrongInputs } from '../support/call-samples.ts';
import { APPROVAL, type CallsBench, type CallsClient, callsBench, STAFF, type StaffRole } from '../support/calls-bench.ts';
import { ACCOUNT_ID, type Bench, CARD_NO } from '../support/counter-bench.ts';
import { LAYOUTS } from '../support/hall-cards.ts';
import { OneCardHall } from '../support/one-card-hall.ts';
import { sampleAccount } from '../support/sample-operations.ts';

interface Call {
  readonly name: string;
  readonly schema: z.ZodType;
  readonly meta: CallMeta;
  readonly faults: readonly string[];
}

const CALLS: readonly Call[] = Object.entries(contract).flatMap(([area, calls]) =>
  Object.entries(calls).map(([name, procedure]) => {
    const { inputSchema, meta, errorMap } = (procedure as { readonly '~orpc': Record<string, unknown> })['~orpc'];
    return { name: `${area}.${name}`, schema: inputSchema as z.ZodType, meta: meta as CallMeta, faults: Object.keys(errorMap as object) };
  }),
);
const CLOSED = sampleAccount(901, { meter: null });
const COMPANY = sampleAccount(902, { customerKind: 'commercial', card: null, meter: null });
const LOST = sampleAccount(903, {
  meter: null,
  card: { cardNo: '6200000000000903', layoutId: 'countertop-card', sequence: 0, cumulativeLitres: 0 },
});
const named = {
  accountId: ACCOUNT_ID,
  accountIds: [ACCOUNT_ID],
  number: RIGHT_IDENTITY,
  kind: 'resident-id',
  phone: '13800000001',
  staffNo: STAFF.clerk,
  tariffId: 'residential',
  on: '2026-11-21',
  from: '2026-11-21',
  until: '2026-11-30',
};

let hall: OneCardHall;
let bench: Bench;
let counter: CallsBench;
const clients = new Map<StaffRole, CallsClient>();

beforeAll(async () => {
  hall = new OneCardHall(LAYOUTS[0] as (typeof LAYOUTS)[number]);
  bench = await hall.start();
  counter = callsBench(bench);
  for (const role of ['clerk', 'supervisor', 'manager', 'it'] as const) clients.set(role, await counter.signIn(role));
  counter.openAccount(CLOSED);
  counter.openAccount(COMPANY);
  counter.openAccount(LOST);
  counter.put('account.closed', { seenVersion: 1, requestId: 'R-1', on: '2026-11-20', readingLitres: null }, CLOSED.accountId);
}, 60_000);
afterAll(() => bench.close());

const rolesOf = ({ meta }: Call): StaffRole =>
  (['clerk', 'supervisor', 'manager', 'it'] as const).find((role) => meta.access === 'anyone' || meta.access.includes(role)) ?? 'clerk';

/** Makes the call as somebody who may. Returns the fault's code and context; null when it was accepted. */
async function refusal(
  name: string,
  input: unknown,
  role?: StaffRole,
): Promise<{ readonly code: string; readonly data: Readonly<Record<string, unknown>> } | null> {
  const call = CALLS.find((candidate) => candidate.name === name);
  if (call === undefined) throw new RangeError(`there is no call ${name}`);
  const [area = '', act = ''] = name.split('.');
  const client = clients.get(role ?? rolesOf(call)) as unknown as Record<string, Record<string, (input: unknown) => Promise<unknown>>>;
  try {
    await client[area]?.[act]?.(input);
    return null;
  } catch (error) {
    const { code, data } = error as { readonly code: string; readonly data: Readonly<Record<string, unknown>> };
    expect(call.faults, `${name} ended with ${code}`).toContain(code);
    return { code, data };
  }
}

const rightInput = (call: Call) => sampleOf(call.schema, { newId: counter.newId, named });

describe('the form of every call', () => {
  it.each(CALLS.map((call) => [call.name, call] as const))('%s names the field that is wrong and saves nothing', async (name, call) => {
    const right = rightInput(call);
    expect(call.schema.safeParse(right).success).toBe(true);
    const seq = counter.store.lastSeq();
    const problems: string[] = [];
    for (const { what, field, input } of wrongInputs(call.schema, right)) {
      const refused = await refusal(name, input);
      const at = String(refused?.data.field ?? '');
      // Where a field can have several forms, the field itself is named, or the one inside it that says which.
      const isNamed = at !== '' && (field === at || field.startsWith(`${at}.`) || at.startsWith(field === '' ? '' : `${field}.`));
      // Every screen has a sentence for the reason, in every language.
      const isSaid = Object.values(TEXTS).every(({ fieldReason }) => String(refused?.data.reason) in fieldReason);
      if (refused?.code !== 'INPUT_INVALID' || !isNamed || !isSaid)
        problems.push(`${what} in ${field}: ${refused?.code ?? 'accepted'} ${at} ${String(refused?.data.reason)}`);
    }
    expect(problems).toEqual([]);
    expect(counter.store.lastSeq()).toBe(seq);
  });
});

/** What refuses a call in fact: who makes it, with what, how it ends, and the field that is named. */
interface Case {
  readonly call: string;
  readonly input: () => Readonly<Record<string, unknown>>;
  readonly code: string;
  readonly field?: string;
}

const WRONG_IDENTITIES = {
  'a wrong check character': '110101199003070098',
  'a day that is none': '110101199013070098',
  'a letter too much': '11010119900307009A',
  'a digit too few': '11010119900307009',
};
const identity = (number: string) => ({ kind: 'resident-id', number });
const changeOf = (accountId = ACCOUNT_ID) => ({ changeId: counter.newId(), accountId, seenVersion: 1 });
const customer = () => ({
  ...{ customerKind: 'residential', name: '李', phone: '13800000009', identity: null, smsConsent: false },
});
const address = { district: '江东区', road: '人民路', community: '阳光花园', unit: '1栋' };
const opening = (more: object) => ({
  ...{ accountId: counter.newId(), address, householdSize: 3, tariffId: 'residential', suppliedSince: '2026-11-21', meter: null },
  customer: { is: 'new', customerId: counter.newId(), ...customer(), ...more },
});
const registering = (more: object) => ({ customerId: counter.newId(), accountId: ACCOUNT_ID, seenVersion: 1, ...customer(), ...more });
const TRANSFER = {
  ...{ oldIdentityKind: 'resident-id', oldIdentity: RIGHT_IDENTITY, newName: '单䶮喆', newIdentityKind: 'resident-id' },
  ...{ newIdentity: '110101198805120039', newPhone: '13900001111', newHousehold: 5, balances: 'pay-out' },
};
const asking = (kind: string, form: object, accountId = ACCOUNT_ID) => ({
  requestId: counter.newId(),
  accountId,
  kind,
  seenVersion: 1,
  form,
});
const over = (amountFen: number, accountId = ACCOUNT_ID) => ({
  ...{ handoverId: counter.newId(), accountId, amountFen, tenders: [], cashTenderedFen: amountFen, reason: '测试', approval: APPROVAL },
});
const buying = (more: object, accountId = ACCOUNT_ID) => ({
  ...{ topupId: counter.newId(), accountId, purchase: { by: 'volume', litres: 100_000 } },
  ...{ expectedAmountFen: 23_000, tenders: [], cashTenderedFen: 23_000, ...more },
});
const task = (accountId = ACCOUNT_ID) => ({ taskId: counter.newId(), accountId, reason: '测试' });
const installing = (more: object, accountId = COMPANY.accountId) => ({
  ...{ actId: counter.newId(), accountId, meterNo: 'STORE-1', readingLitres: 0, on: '2026-11-21', ...more },
});

const tool = (more: object) => ({
  ...{ toolId: counter.newId(), layoutId: 'countertop-card', tool: 'price', forWhat: '三号楼', reason: '调价', approval: APPROVAL },
  ...more,
});

const CASES: Readonly<Record<string, Case>> = {
  'a price-set card without a price table': {
    ...{ call: 'toolCards.make', code: 'INPUT_INVALID', field: 'versionId' },
    input: () => tool({}),
  },
  'a price-set card of prices that nobody has published': {
    ...{ call: 'toolCards.make', code: 'INPUT_INVALID', field: 'versionId' },
    input: () => tool({ versionId: 'nonsense' }),
  },
  'a tool card of a number with letters': {
    ...{ call: 'toolCards.make', code: 'INPUT_INVALID', field: 'printedNo' },
    input: () => tool({ tool: 'clear', printedNo: '88A' }),
  },
  ...Object.fromEntries(
    Object.entries(WRONG_IDENTITIES).flatMap(([what, number]): [string, Case][] => [
      [
        `opening an account for an identity with ${what}`,
        {
          call: 'accounts.open',
          input: () => opening({ identity: identity(number) }),
          code: 'INPUT_INVALID',
          field: 'customer.identity.number',
        },
      ],
      [
        `writing down a customer with ${what}`,
        {
          call: 'customers.register',
          input: () => registering({ identity: identity(number) }),
          code: 'INPUT_INVALID',
          field: 'identity.number',
        },
      ],
      [
        `a transfer to somebody with ${what}`,
        {
          call: 'requests.open',
          input: () => asking('transfer', { ...TRANSFER, newIdentity: number }),
          code: 'INPUT_INVALID',
          field: 'form.newIdentity',
        },
      ],
    ]),
  ),
  'a phone of letters': { call: 'accounts.open', input: () => opening({ phone: 'phone' }), code: 'INPUT_INVALID', field: 'customer.phone' },
  'a phone too short': {
    call: 'customers.register',
    input: () => registering({ phone: '1380000' }),
    code: 'INPUT_INVALID',
    field: 'phone',
  },
  'a phone in a form': {
    call: 'requests.open',
    input: () => asking('transfer', { ...TRANSFER, newPhone: '12' }),
    code: 'INPUT_INVALID',
    field: 'form.newPhone',
  },
  'a field that the form does not have': {
    call: 'requests.open',
    input: () => asking('transfer', { ...TRANSFER, colour: 'red' }),
    code: 'INPUT_INVALID',
    field: 'form.colour',
  },
  'a bank account with letters': {
    ...{ call: 'accounts.changeBank', code: 'INPUT_INVALID', field: 'bank.number' },
    input: () => ({ ...changeOf(), bank: { bankName: '工行', holder: '李', number: '6222AB' } }),
  },
  'a household that ends before it begins': {
    ...{ call: 'requests.open', code: 'INPUT_INVALID', field: 'form.until' },
    input: () => asking('household', { newHousehold: 5, from: '2026-12-01', until: '2026-11-30', proof: '户口簿' }),
  },
  'a household of a company': {
    ...{ call: 'requests.open', code: 'ACCOUNT_STATUS_REFUSES' },
    input: () => asking('household', { newHousehold: 5, from: '2026-11-21', proof: '户口簿' }, COMPANY.accountId),
  },
  'a suspension that ends before it begins': {
    ...{ call: 'requests.open', code: 'REQUEST_DATES_WRONG' },
    input: () => asking('suspension', { from: '2026-12-01', until: '2026-11-30' }),
  },
  'a day that does not exist': {
    ...{ call: 'requests.open', code: 'INPUT_INVALID', field: 'form.from' },
    input: () => asking('household', { newHousehold: 5, from: '2026-02-30', proof: '户口簿' }),
  },
  'a meter installed tomorrow': {
    call: 'meters.install',
    input: () => installing({ on: '2026-11-22' }),
    code: 'INPUT_INVALID',
    field: 'on',
  },
  'a meter that nobody has': { call: 'meters.install', input: () => installing({ meterNo: 'NOBODY' }), code: 'METER_UNKNOWN' },
  'an IC meter without a layout': {
    ...{ call: 'meters.register', code: 'INPUT_INVALID', field: 'layoutId' },
    input: () => ({ meterNo: 'NEW-1', make: '恒远', model: '', kind: 'ic', layoutId: '', verifiedUntil: '' }),
  },
  'numbers of invoices that end before they begin': {
    ...{ call: 'invoices.assignSegment', code: 'INPUT_INVALID' },
    input: () => ({ segmentId: counter.newId(), prefix: 'A', first: 10, last: 9, digits: 8 }),
  },
  'more gas than a card holds': {
    call: 'topups.quote',
    input: () => ({ accountId: ACCOUNT_ID, purchase: { by: 'volume', litres: 1_000_000_000 } }),
    code: 'AMOUNT_OUT_OF_RANGE',
  },
  'a purchase at another price': { call: 'topups.pay', input: () => buying({ expectedAmountFen: 22_999 }), code: 'PRICE_CHANGED' },
  'too little cash': { call: 'topups.pay', input: () => buying({ cashTenderedFen: 22_999 }), code: 'TENDER_SHORT' },
  'more on a card than is due': {
    ...{ call: 'topups.pay', code: 'TENDER_MISMATCH' },
    input: () => buying({ tenders: [{ kind: 'bank-card', amountFen: 30_000, reference: 'S1' }], cashTenderedFen: 0 }),
  },
  'a deposit that was never paid': { call: 'charging.returnDeposit', input: () => over(1), code: 'DEPOSIT_SHORT' },
  'a credit that is not there': { call: 'charging.refundCredit', input: () => over(1), code: 'CREDIT_SHORT' },
  'a fee that is not in the catalogue': {
    ...{ call: 'charging.raiseFee', code: 'FEE_UNKNOWN' },
    input: () => ({ receivableId: counter.newId(), accountId: ACCOUNT_ID, code: 'nonsense' }),
  },
  'a payment of what nobody owes': {
    ...{ call: 'charging.pay', code: 'RECEIVABLE_UNKNOWN' },
    input: () => ({
      ...{ accountId: ACCOUNT_ID, receivableIds: [counter.newId()], paymentId: counter.newId() },
      expectedAmountFen: 1,
      tenders: [],
      cashTenderedFen: 1,
    }),
  },
  'a price for a closed account': {
    call: 'topups.quote',
    input: () => ({ accountId: CLOSED.accountId, purchase: { by: 'money', amountFen: 1_000 } }),
    code: 'ACCOUNT_NOT_ACTIVE',
  },
  'a purchase for a closed account with the card of another': {
    call: 'topups.pay',
    input: () => buying({}, CLOSED.accountId),
    code: 'ACCOUNT_NOT_ACTIVE',
  },
  'a fee for a closed account': {
    ...{ call: 'charging.raiseFee', code: 'ACCOUNT_NOT_ACTIVE' },
    input: () => ({ receivableId: counter.newId(), accountId: CLOSED.accountId, code: 'card' }),
  },
  'a deposit for a closed account': {
    call: 'charging.takeDeposit',
    input: () => over(1_000, CLOSED.accountId),
    code: 'ACCOUNT_NOT_ACTIVE',
  },
  'another telephone for a closed account': {
    ...{ call: 'accounts.changePhone', code: 'ACCOUNT_NOT_ACTIVE' },
    input: () => ({ ...changeOf(CLOSED.accountId), phone: '13912345678', reason: '测试' }),
  },
  'a meter for a closed account': { call: 'meters.install', input: () => installing({}, CLOSED.accountId), code: 'ACCOUNT_NOT_ACTIVE' },
  'a card for a closed account': {
    ...{ call: 'cardTasks.make', code: 'ACCOUNT_NOT_ACTIVE' },
    input: () => ({ ...task(CLOSED.accountId), purpose: 'issue', oldCardNo: '' }),
  },
  'a request for a closed account': {
    ...{ call: 'requests.open', code: 'ACCOUNT_STATUS_REFUSES' },
    input: () => ({ ...asking('transfer', TRANSFER, CLOSED.accountId), seenVersion: 2 }),
  },
  'a purchase where the only card is blacklisted': { call: 'topups.pay', input: () => buying({}), code: 'ACCOUNT_HAS_NO_CARD' },
  'gas without money on a blacklisted card': {
    ...{ call: 'cardTasks.load', code: 'CARD_BLACKLISTED' },
    input: () => ({ ...task(), purpose: 'correct', volumeLitres: 1_000, approval: APPROVAL }),
  },
  'the card of somebody else': {
    call: 'topups.pay',
    input: () => buying({ expectedAmountFen: 19_800 }, LOST.accountId),
    code: 'CARD_MISMATCH',
  },
  'a payment of an account that nobody has': { call: 'charging.open', input: () => ({ accountIds: ['nobody'] }), code: 'ACCOUNT_UNKNOWN' },
};

describe('refused in fact, with nothing saved:', () => {
  it.each(Object.entries(CASES))('%s', async (name, { call, input, code, field }) => {
    if (name.includes('blacklisted')) counter.put('card.blacklisted', { cardNo: CARD_NO, reason: 'lost' }, ACCOUNT_ID);
    const seq = counter.store.lastSeq();
    const refused = await refusal(call, input());
    expect(refused).toMatchObject({ code, ...(field === undefined ? {} : { data: { field } }) });
    expect(counter.store.lastSeq()).toBe(seq);
  });
});

describe('what has changed meanwhile', () => {
  const stale: Readonly<Record<string, () => Readonly<Record<string, unknown>>>> = {
    'accounts.changePhone': () => ({ ...changeOf(), phone: '13912345678', reason: '测试' }),
    'accounts.changePlan': () => ({ ...changeOf(), tariffId: 'another' }),
    'accounts.changeBank': () => ({ ...changeOf(), bank: null }),
    'accounts.assign': () => ({ ...changeOf(), customerId: counter.newId(), reason: '登记有误' }),
    'customers.register': () => registering({}),
    'requests.open': () => asking('transfer', TRANSFER),
  };

  it.each(Object.keys(stale))('%s is told so, and saves nothing', async (call) => {
    const seq = counter.store.lastSeq();
    const refused = await refusal(call, { ...stale[call]?.(), seenVersion: 99 });
    expect(refused).toMatchObject({ code: 'ACCOUNT_CHANGED', data: { seen: 99, now: 1 } });
    expect(counter.store.lastSeq()).toBe(seq);
  });
});

describe('an account that nobody has', () => {
  const ofAccount = CALLS.filter(({ schema }) => 'accountId' in ((schema as unknown as { readonly shape?: object }).shape ?? {}));

  it.each(ofAccount.map((call) => [call.name, call] as const))('%s saves nothing for it', async (name, call) => {
    const seq = counter.store.lastSeq();
    await refusal(name, { ...(rightInput(call) as object), accountId: 'nobody' });
    expect(counter.store.lastSeq()).toBe(seq);
  });
});
