// Accounts and people as their calls do it: every refusal names its field and leaves nothing behind, and what is private stays apart.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  openBranch,
  openAccount as opened,
  openShift,
  SAMPLE_TARIFF,
  sampleAccount,
  sampleId,
  sampleOperation,
} from '../../../../tests/support/sample-operations.ts';
import { type TempStore, tempStore } from '../../../../tests/support/temp-store.ts';
import type { Role } from '../../../shared/contract/call.ts';
import type { Inputs } from '../../../shared/contract/index.ts';
import { isAccountNumber } from '../../../shared/domain/account-number.ts';
import type { CustomerPayloads } from '../../../shared/domain/customers.ts';
import { createAttachments } from '../../attachments/index.ts';
import { createPrivateNumbers } from '../../secrets/private-numbers.ts';
import type { UseCaseContext } from '../actor.ts';
import type { Approver } from '../approval.ts';
import type { Ports } from '../ports/index.ts';
import { assignAccount, changeBank, changePhone, changePlan } from './change-account.ts';
import { changeCustomer, findDuplicates, mergeCustomers, registerCustomer, viewCustomer } from './keep-customers.ts';
import { addNote, attachFile, readAttachment, revealNumber } from './note-account.ts';
import { listPlans, openAccount } from './open-account.ts';
import { viewAccount } from './view-account.ts';

const A = sampleAccount(1);
const B = sampleAccount(2);
/** Check characters by GB 11643: computed by hand for these tests. */
const WANG_ID = '110101199003071233';
const BANK_NO = '6222020200112230';
const ADDRESS = { district: '城南区', road: '建设路', community: '翠湖山庄', unit: '9栋1单元101室' };

let temp: TempStore;
let nextId = 0;
const published: unknown[] = [];
const newId = () => {
  nextId += 1;
  return sampleId(90_000_000 + nextId);
};

function as(role: Role, staffNo = '1001'): UseCaseContext {
  const ports = {
    store: temp.store,
    clock: { nowMs: () => 1_772_000_000_000 },
    ids: { uuid: newId },
    events: { publish: (event: unknown) => void published.push(event) },
    sync: { nudge: () => {} },
    numbers: createPrivateNumbers({ masters: [{ version: 0, key: new Uint8Array(32).fill(7) }], table: temp.store.sealedNumbers }),
    attachments: createAttachments(join(temp.dir, 'attachments')),
  } as unknown as Ports;
  return { ports, actor: { staffNo, name: '李静', role, shiftId: '' } };
}

beforeEach(async () => {
  temp = await tempStore();
  const meter = {
    meterNo: 'M-STORE',
    make: '恒远',
    model: 'G4',
    kind: 'ic' as const,
    layoutId: 'countertop-double',
    verifiedUntil: '2036-01-01',
  };
  temp.store.importOperations([
    ...openBranch(),
    sampleOperation('tariff.published', { tariff: { ...SAMPLE_TARIFF, id: 'heating', name: '采暖' } }, { id: sampleId(3) }),
    sampleOperation(
      'tariff.published',
      { tariff: { ...SAMPLE_TARIFF, id: 'later', name: '明年', effectiveFrom: '2027-01-01' } },
      { id: sampleId(4) },
    ),
    opened(A),
    opened(B),
    sampleOperation('meter.registered', meter, { id: sampleId(5) }),
    openShift(1),
  ]);
});
afterEach(() => temp.remove());

type OpenInput = Required<Inputs['accounts']['open']>;
const newCustomer = (changes: object = {}) => ({
  is: 'new' as const,
  customerId: newId(),
  customerKind: 'residential' as const,
  name: '钱小燕',
  phone: '13912345678',
  identity: { kind: 'resident-id' as const, number: WANG_ID },
  smsConsent: true,
  ...changes,
});
const application = (changes: Partial<OpenInput> = {}): OpenInput => ({
  accountId: newId(),
  customer: newCustomer(),
  address: ADDRESS,
  householdSize: 3,
  tariffId: 'residential',
  suppliedSince: '2026-03-02',
  meter: { meterNo: 'M-STORE', readingLitres: 12_000 },
  acceptDuplicates: false,
  ...changes,
});
const change = (account = A, seenVersion = 1) => ({ changeId: newId(), accountId: account.accountId, seenVersion });

/** Whatever `act` is refused with, nothing was written. */
function refused(act: () => unknown, fault: { readonly code: string; readonly context?: object }): void {
  const seq = temp.store.lastSeq();
  let thrown: unknown = null;
  try {
    act();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toMatchObject(fault);
  expect(temp.store.lastSeq()).toBe(seq);
}
const wrong = (field: string, reason: string) => ({ code: 'INPUT_INVALID', context: { field, reason } });

describe('opening an account', () => {
  it('makes customer, account and meter in one act, with a number that bears its check', () => {
    const input = application();
    const { accountNo, customerId } = openAccount(as('clerk'), input);
    expect(isAccountNumber(accountNo)).toBe(true);
    expect(accountNo).toMatch(/^01000001\d$/);
    expect(openAccount(as('clerk'), input)).toEqual({ accountId: input.accountId, accountNo, customerId });
    const view = viewAccount(as('clerk'), { accountId: input.accountId });
    expect(view).toMatchObject({ accountNo, customerName: '钱小燕', householdSize: 3, suppliedSince: '2026-03-02', version: 1 });
    expect(view.customer).toMatchObject({ customerId, identity: { masked: '110***********1233' }, smsConsent: true });
    expect(view.meters).toMatchObject([{ meterNo: 'M-STORE', verifiedUntil: '2036-01-01' }]);
    expect(view.timeline.map(({ kind }) => kind)).toEqual(['meter.installed', 'account.opened', 'customer.registered']);
    expect(temp.store.search('钱小燕', 5)).toMatchObject([{ accountId: input.accountId }]);
  });

  it('gives numbers without gaps, also after refusals', () => {
    const open = (unit: string, phone: string) =>
      openAccount(
        as('clerk'),
        application({ address: { ...ADDRESS, unit }, customer: newCustomer({ phone, identity: null }), meter: null }),
      ).accountNo.slice(2, -1);
    expect(open('1', '13900000001')).toBe('000001');
    refused(() => open('2', '13900000001'), { code: 'DUPLICATES_FOUND', context: { count: 1 } });
    expect(open('3', '13900000003')).toBe('000002');
  });

  it('takes a customer who is known', () => {
    const first = openAccount(as('clerk'), application());
    const second = application({ customer: { is: 'known', customerId: first.customerId }, meter: null });
    openAccount(as('clerk'), second);
    const customer = viewCustomer(as('clerk'), { customerId: first.customerId });
    expect(customer.accounts.map(({ accountId }) => accountId)).toEqual([first.accountId, second.accountId]);
  });

  it.each<[string, Partial<OpenInput>, object]>([
    [
      'a document number with a wrong check',
      { customer: newCustomer({ identity: { kind: 'resident-id', number: '110101199003071230' } }) },
      wrong('customer.identity.number', 'checksum'),
    ],
    [
      'a date of birth that does not exist',
      { customer: newCustomer({ identity: { kind: 'resident-id', number: '110101199013071233' } }) },
      wrong('customer.identity.number', 'date'),
    ],
    [
      'a company number with letters that it never has',
      { customer: newCustomer({ identity: { kind: 'company', number: 'O1I0' } }) },
      wrong('customer.identity.number', 'form'),
    ],
    ['a supply long ago', { suppliedSince: '2020-01-01' }, wrong('suppliedSince', 'early')],
    ['a supply in years', { suppliedSince: '2036-01-01' }, wrong('suppliedSince', 'range')],
    [
      'a meter that hangs elsewhere',
      { meter: { meterNo: A.meter?.meterNo ?? '', readingLitres: 0 } },
      wrong('meter.meterNo', 'not-in-store'),
    ],
    ['a meter that nobody knows', { meter: { meterNo: 'NONE', readingLitres: 0 } }, wrong('meter.meterNo', 'not-in-store')],
    ['a plan that is not there', { tariffId: 'none' }, { code: 'TARIFF_MISSING' }],
    ['a plan that does not hold yet', { tariffId: 'later' }, { code: 'TARIFF_MISSING' }],
    ['a customer who is not there', { customer: { is: 'known', customerId: sampleId(6) } }, { code: 'CUSTOMER_UNKNOWN' }],
  ])('refuses %s and records nothing', (_name, changes, fault) => {
    refused(() => openAccount(as('clerk'), application(changes)), fault as { code: string });
  });

  it('lists the plans that hold today', () => {
    expect(listPlans(as('clerk')).map(({ id }) => id)).toEqual(['heating', 'residential']);
  });
});

describe('duplicates', () => {
  const like = { phone: null, identity: null, address: null, except: '' };

  it('are found by phone, by document and by address, those with most in common first', () => {
    const first = openAccount(as('clerk'), application());
    const identity = { kind: 'resident-id' as const, number: `${WANG_ID.slice(0, 6)} ${WANG_ID.slice(6)}` };
    expect(findDuplicates(as('clerk'), { ...like, identity })).toMatchObject([{ customerId: first.customerId, by: ['identity'] }]);
    expect(findDuplicates(as('clerk'), { ...like, phone: '13912345678', identity, address: ADDRESS })).toMatchObject([
      { customerId: first.customerId, name: '钱小燕', by: ['phone', 'identity', 'address'], identityMasked: '110***********1233' },
    ]);
    expect(findDuplicates(as('clerk'), { ...like, address: A.address })).toMatchObject([
      { customerId: '', name: '王小明', by: ['address'] },
    ]);
    expect(findDuplicates(as('clerk'), { ...like, phone: A.phone })).toMatchObject([
      { customerId: '', accounts: [{ accountNo: A.accountNo }] },
    ]);
    expect(findDuplicates(as('clerk'), { ...like, phone: '13912345678', except: first.customerId })).toEqual([]);
    expect(findDuplicates(as('clerk'), { ...like, phone: '13900000000' })).toEqual([]);
  });

  it('are merged with a trace: the accounts go along, and the record that went says where', () => {
    const first = openAccount(as('clerk'), application());
    const second = openAccount(as('clerk'), application({ acceptDuplicates: true, meter: null, address: { ...ADDRESS, unit: '8' } }));
    expect(findDuplicates(as('clerk'), { ...like, phone: '13912345678' })).toHaveLength(2);
    const merge = { changeId: newId(), keptId: first.customerId, mergedId: second.customerId, reason: '同一人' };
    const kept = mergeCustomers(as('supervisor'), merge);
    expect(kept.accounts.map(({ accountId }) => accountId)).toEqual([first.accountId, second.accountId]);
    expect(mergeCustomers(as('supervisor'), merge)).toEqual(kept);
    expect(viewCustomer(as('clerk'), { customerId: second.customerId })).toMatchObject({ mergedInto: first.customerId, accounts: [] });
    expect(findDuplicates(as('clerk'), { ...like, phone: '13912345678' })).toMatchObject([{ customerId: first.customerId }]);
    expect(viewAccount(as('clerk'), { accountId: second.accountId }).timeline[0]).toMatchObject({ kind: 'account.assigned' });
    const back = { changeId: newId(), keptId: second.customerId, mergedId: first.customerId, reason: 'x' };
    refused(() => mergeCustomers(as('supervisor'), back), { code: 'CUSTOMER_MERGED' });
    refused(() => mergeCustomers(as('supervisor'), { ...back, keptId: first.customerId }), wrong('mergedId', 'same'));
    refused(() => mergeCustomers(as('supervisor'), { ...back, keptId: sampleId(6) }), { code: 'CUSTOMER_UNKNOWN' });
    refused(() => openAccount(as('clerk'), application({ customer: { is: 'known', customerId: second.customerId }, meter: null })), {
      code: 'CUSTOMER_MERGED',
    });
  });
});

describe('the record of a customer', () => {
  const facts = {
    customerKind: 'residential' as const,
    name: '王小明',
    phone: A.phone,
    identity: { kind: 'resident-id' as const, number: WANG_ID },
    smsConsent: false,
    acceptDuplicates: false,
  };

  it('is written down for an account from before, and changed with what was seen', () => {
    const customerId = newId();
    const register = { customerId, accountId: A.accountId, seenVersion: 1, ...facts };
    expect(registerCustomer(as('clerk'), register)).toMatchObject({ version: 1, accounts: [{ accountId: A.accountId }] });
    expect(registerCustomer(as('clerk'), register)).toMatchObject({ version: 1 });
    const edit = { changeId: newId(), customerId, accountId: A.accountId, seenVersion: 1, name: '王小明', phone: null, smsConsent: true };
    expect(changeCustomer(as('clerk'), edit, null)).toMatchObject({
      version: 2,
      name: '王小明',
      identity: { masked: '110***********1233' },
    });
    expect(changeCustomer(as('clerk'), edit, null).version).toBe(2);
    refused(() => changeCustomer(as('clerk', '1002'), { ...edit, changeId: newId() }, null), {
      code: 'ACCOUNT_CHANGED',
      context: { seen: 1, now: 2 },
    });
    refused(
      () => changeCustomer(as('clerk'), { ...edit, changeId: newId(), seenVersion: 2, identity: { kind: 'passport', number: '!' } }, null),
      wrong('identity.number', 'form'),
    );
    refused(() => changeCustomer(as('clerk'), { ...edit, changeId: newId(), customerId: newId() }, null), { code: 'CUSTOMER_UNKNOWN' });
  });

  it('is somebody else’s only with a reason and a supervisor: another name, another document, or the document taken away', () => {
    const customerId = newId();
    registerCustomer(as('clerk'), { customerId, accountId: A.accountId, seenVersion: 1, ...facts });
    const same = { customerId, accountId: A.accountId, name: facts.name, phone: null, smsConsent: true };
    const supervisor = { staffNo: '2001', role: 'supervisor' as const };
    // The same document typed again changes nothing.
    const typed = changeCustomer(as('clerk'), { ...same, changeId: newId(), seenVersion: 1, identity: facts.identity }, null);
    expect(typed).toMatchObject({ version: 2 });
    const others = [{ name: '王晓明' }, { identity: { kind: 'passport' as const, number: 'E12345678' } }, { identity: null }];
    for (const [index, part] of others.entries()) {
      const now = viewCustomer(as('clerk'), { customerId });
      const edit = { ...same, name: now.name, ...part, changeId: newId(), seenVersion: index + 2 };
      refused(() => changeCustomer(as('clerk'), edit, supervisor), wrong('reason', 'empty'));
      refused(() => changeCustomer(as('clerk'), { ...edit, reason: '登记有误' }, null), { code: 'SUPERVISOR_REQUIRED' });
      refused(() => changeCustomer(as('clerk'), { ...edit, reason: '登记有误' }, { staffNo: '1002', role: 'clerk' }), {
        code: 'APPROVAL_LIMIT',
      });
      expect(viewCustomer(as('clerk'), { customerId })).toEqual(now);
      expect(changeCustomer(as('clerk'), { ...edit, reason: '登记有误' }, supervisor).version).toBe(index + 3);
    }
    expect(viewCustomer(as('clerk'), { customerId })).toMatchObject({ name: '王晓明', identity: null });
    const [last] = viewAccount(as('clerk'), { accountId: A.accountId }).timeline;
    expect(last).toMatchObject({ kind: 'customer.changed', facts: { reason: '登记有误', approvedBy: '2001' } });
    // A first document is no other person's.
    const first = { ...same, name: '王晓明', changeId: newId(), seenVersion: 5, identity: facts.identity };
    expect(changeCustomer(as('clerk'), first, null)).toMatchObject({ version: 6 });
  });

  it('is refused while another record bears the same document, until somebody has looked', () => {
    registerCustomer(as('clerk'), { customerId: newId(), accountId: A.accountId, seenVersion: 1, ...facts });
    const again = { customerId: newId(), accountId: B.accountId, seenVersion: 1, ...facts, phone: B.phone };
    refused(() => registerCustomer(as('clerk'), again), { code: 'DUPLICATES_FOUND', context: { count: 1 } });
    expect(registerCustomer(as('clerk'), { ...again, acceptDuplicates: true }).accounts).toHaveLength(1);
    refused(() => registerCustomer(as('clerk'), { ...again, customerId: newId(), acceptDuplicates: true }), { code: 'ACCOUNT_CHANGED' });
  });
});

/** A household is proved by a service request. */
function proved(household: { readonly clerk: string } & Omit<CustomerPayloads['account.household-changed'], 'seenVersion'>): void {
  const { clerk, ...facts } = household;
  const payload = { seenVersion: 1, ...facts };
  temp.store.write((tx) =>
    tx.append(sampleOperation('account.household-changed', payload, { id: newId(), accountId: A.accountId, clerk })),
  );
}

describe('a change of an account', () => {
  const correction = { phone: '13912345678', reason: '客户换号' };

  it('by two clerks at once: the second is told what was changed and by whom, and nothing of theirs is saved', () => {
    const household = { size: 5, from: '2026-03-02', until: '2027-03-01', proof: '户口簿' };
    proved({ ...household, clerk: '1002' });
    refused(() => changePhone(as('clerk'), { ...change(), ...correction }), {
      code: 'ACCOUNT_CHANGED',
      context: { seen: 1, now: 2, kind: 'account.household-changed', clerk: '1002' },
    });
    expect(temp.store.account(A.accountId)?.phone).toBe(A.phone);
    expect(changePhone(as('clerk'), { ...change(A, 2), ...correction }).version).toBe(3);
  });

  it('is told of another change under the number that was on the screen', () => {
    // What the screen showed was left out meanwhile, and another change has its number.
    const shown = { seenVersion: 1, seenChangeId: newId() };
    refused(() => changePhone(as('clerk'), { ...change(), ...correction, ...shown }), {
      code: 'ACCOUNT_CHANGED',
      context: { seen: 1, now: 1 },
    });
    const { version, changeId } = viewAccount(as('clerk'), { accountId: A.accountId });
    const seen = { seenVersion: version, seenChangeId: changeId };
    expect(changePhone(as('clerk'), { ...change(), ...correction, ...seen }).version).toBe(2);
    const [last] = temp.store.operationsOf(A.accountId, 1);
    expect(last?.payload).toMatchObject(seen);
    expect(viewAccount(as('clerk'), { accountId: A.accountId }).changeId).toBe(last?.id);
  });

  it('is recorded once however often it is sent', () => {
    const input = { ...change(), ...correction };
    expect(changePhone(as('clerk'), input).version).toBe(2);
    expect(changePhone(as('clerk'), input).version).toBe(2);
    expect(temp.store.account(A.accountId)).toMatchObject({
      customerName: A.customerName,
      phone: '13912345678',
      address: A.address,
      version: 2,
    });
  });

  it('of whose record it is takes a reason and a supervisor, by either way, and stands with both on the timeline', () => {
    const facts = { customerKind: 'residential' as const, phone: '13912345678', identity: null, smsConsent: false };
    const written = (account: typeof A, name: string, seenVersion = 1) => ({
      ...{ ...facts, customerId: newId(), accountId: account.accountId, seenVersion, name },
      acceptDuplicates: true,
    });
    const supervisor = { staffNo: '2001', role: 'supervisor' as const };
    const { customerId } = registerCustomer(as('clerk'), written(B, '钱小燕'));
    registerCustomer(as('clerk'), written(A, '钱小雁'));
    const assign = { ...change(A, 2), customerId, reason: '登记有误' };
    const another = { ...written(A, '孙三', 2), reason: '登记有误' };
    for (const act of [
      (part: object, approver: Approver | null) => assignAccount(as('clerk'), { ...assign, ...part }, approver),
      (part: object, approver: Approver | null) => registerCustomer(as('clerk'), { ...another, ...part }, approver),
    ]) {
      refused(() => act({ reason: '' }, supervisor), wrong('reason', 'empty'));
      refused(() => act({}, null), { code: 'SUPERVISOR_REQUIRED' });
      refused(() => act({}, { staffNo: '1002', role: 'clerk' }), { code: 'APPROVAL_LIMIT' });
    }
    expect(temp.store.account(A.accountId)?.version).toBe(2);
    expect(assignAccount(as('clerk'), assign, supervisor).version).toBe(3);
    expect(assignAccount(as('clerk'), assign, null).version).toBe(3);
    const [last] = viewAccount(as('clerk'), { accountId: A.accountId }).timeline;
    expect(last).toMatchObject({ kind: 'account.assigned', facts: { reason: '登记有误', approvedBy: '2001' } });
    expect(viewCustomer(as('clerk'), { customerId }).accounts).toHaveLength(2);
  });

  it('that changes nothing, or names what is not there, is refused', () => {
    refused(() => changePhone(as('clerk'), { ...change(), ...correction, phone: A.phone }), wrong('phone', 'same'));
    refused(() => changePhone(as('clerk'), { ...change({ ...A, accountId: 'nobody' }), ...correction }), { code: 'ACCOUNT_UNKNOWN' });
    refused(() => changePlan(as('clerk'), { ...change(), tariffId: 'residential' }), wrong('tariffId', 'same'));
    refused(() => changePlan(as('clerk'), { ...change(), tariffId: 'later' }), { code: 'TARIFF_MISSING' });
    expect(changePlan(as('clerk'), { ...change(), tariffId: 'heating' }).version).toBe(2);
  });

  it('of a closed account is refused', () => {
    const closed = { seenVersion: 1, requestId: sampleId(8), on: '2026-03-02', readingLitres: null };
    temp.store.write((tx) => tx.append(sampleOperation('account.closed', closed, { id: newId(), accountId: A.accountId })));
    refused(() => changePhone(as('clerk'), { ...change(A, 2), ...correction }), { code: 'ACCOUNT_NOT_ACTIVE' });
    refused(
      () =>
        registerCustomer(as('clerk'), {
          customerId: newId(),
          accountId: A.accountId,
          seenVersion: 2,
          customerKind: 'residential',
          name: 'x',
          phone: A.phone,
          identity: null,
          smsConsent: false,
          acceptDuplicates: true,
        }),
      { code: 'ACCOUNT_NOT_ACTIVE' },
    );
  });

  it('to another household counts in the tiers, and a proof that ends soon is shown', () => {
    proved({ size: 6, proof: '户口簿', from: '2026-03-01', until: '2026-04-01', clerk: '1001' });
    const view = viewAccount(as('clerk'), { accountId: A.accountId });
    expect(view.householdSize).toBe(6);
    expect(view.attention).toEqual([{ kind: 'household-expiring', count: 1, amountFen: null, litres: null, detail: '2026-04-01' }]);
    expect(view.tariff.limitsLitres.every((limit, index) => limit > (SAMPLE_TARIFF.limitsLitres[index] ?? 0))).toBe(true);
  });
});

describe('what is private', () => {
  it('never stands in the journal, a projection, a file, a log or an answer before it is revealed, and then only to who may', () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { accountId } = openAccount(as('clerk'), application());
    const bank = { bankName: '城市银行', holder: '钱小燕', number: BANK_NO };
    changeBank(as('clerk'), { changeId: newId(), accountId, seenVersion: 1, bank }, null);
    const answers = [
      viewAccount(as('clerk'), { accountId }),
      findDuplicates(as('clerk'), { phone: '13912345678', identity: null, address: null, except: '' }),
      published,
    ];
    const travels = temp.store.operationsAfter(0, 1_000);
    for (const secret of [WANG_ID, BANK_NO]) {
      expect(JSON.stringify(answers)).not.toContain(secret);
      expect(JSON.stringify(travels)).not.toContain(secret);
      for (const name of readdirSync(temp.dir, { withFileTypes: true })) {
        if (name.isFile()) expect(readFileSync(join(temp.dir, name.name)).includes(Buffer.from(secret)), name.name).toBe(false);
      }
    }
    // The same search finds what is there: it is the numbers that are not.
    expect(JSON.stringify(travels)).toContain('110***********1233');
    refused(() => revealNumber(as('clerk'), { accountId, what: 'identity', reason: '核对' }), { code: 'ROLE_DENIED' });
    expect(revealNumber(as('supervisor', '2001'), { accountId, what: 'identity', reason: '核对' })).toEqual({ number: WANG_ID });
    expect(revealNumber(as('manager'), { accountId, what: 'bank', reason: '退款' })).toEqual({ number: BANK_NO });
    expect(revealNumber(as('clerk'), { accountId, what: 'phone', reason: '回访' })).toEqual({ number: '13912345678' });
    const trace = temp.store.operationsOf(accountId, 3).filter(({ kind }) => kind === 'number.revealed');
    expect(trace).toHaveLength(3);
    expect(JSON.stringify(trace)).not.toContain(WANG_ID);
    expect(trace.at(-1)).toMatchObject({ clerk: '2001', payload: { what: 'identity', masked: '110***********1233', reason: '核对' } });
    expect(logged).not.toHaveBeenCalled();
    logged.mockRestore();
  });

  it('is refused where it is not kept, or cannot be right', () => {
    refused(() => revealNumber(as('manager'), { accountId: A.accountId, what: 'bank', reason: 'x' }), { code: 'NUMBER_NOT_KEPT' });
    refused(() => revealNumber(as('manager'), { accountId: 'nobody', what: 'phone', reason: 'x' }), { code: 'ACCOUNT_UNKNOWN' });
    const bank = { bankName: '城市银行', holder: '王小明' };
    refused(
      () => changeBank(as('clerk'), { ...change(), bank: { ...bank, number: '6222020200112231' } }, null),
      wrong('bank.number', 'checksum'),
    );
    refused(() => changeBank(as('clerk'), { ...change(), bank: { ...bank, number: '-5' } }, null), wrong('bank.number', 'form'));
    expect(changeBank(as('clerk'), { ...change(), bank: null }, null).version).toBe(2);
  });
});

describe('bank details', () => {
  it('that are there become others, or go, before a supervisor only', () => {
    const { accountId } = openAccount(as('clerk'), application());
    const bank = { bankName: '城市银行', holder: '钱小燕', number: BANK_NO };
    const at = (seenVersion: number) => ({ changeId: newId(), accountId, seenVersion });
    const supervisor = { staffNo: '2001', role: 'supervisor' as const };
    changeBank(as('clerk'), { ...at(1), bank }, null);
    for (const other of [{ ...bank, holder: '王小明' }, null]) {
      refused(() => changeBank(as('clerk'), { ...at(2), bank: other }, null), { code: 'SUPERVISOR_REQUIRED' });
      refused(() => changeBank(as('clerk'), { ...at(2), bank: other }, { staffNo: '1002', role: 'clerk' }), { code: 'APPROVAL_LIMIT' });
    }
    expect(viewAccount(as('clerk'), { accountId }).bank).toMatchObject({ holder: '钱小燕' });
    expect(changeBank(as('clerk'), { ...at(2), bank: { ...bank, holder: '王小明' } }, supervisor).version).toBe(3);
    const [last] = viewAccount(as('clerk'), { accountId }).timeline;
    expect(last).toMatchObject({ kind: 'account.bank-changed', facts: { bank: '城市银行', approvedBy: '2001' } });
    expect(changeBank(as('supervisor', '2001'), { ...at(3), bank: null }, null).version).toBe(4);
    // Nothing is there any more: the next ones are the first again.
    expect(changeBank(as('clerk'), { ...at(4), bank }, null).version).toBe(5);
  });
});

describe('notes and attachments', () => {
  const PNG = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);
  const upload = (attachmentId: string) => ({
    attachmentId,
    accountId: A.accountId,
    requestId: '',
    name: '户口簿.png',
    sizeBytes: PNG.length,
    sha256: createHash('sha256').update(PNG).digest('hex'),
    offset: 0,
    part: Buffer.from(PNG).toString('base64'),
  });

  it('a note is added once and shown on the page', () => {
    const note = { noteId: newId(), accountId: A.accountId, text: '老人独居，来电请慢讲' };
    addNote(as('clerk'), note);
    expect(addNote(as('clerk'), note)).toMatchObject({ text: note.text, clerk: '1001' });
    expect(viewAccount(as('clerk'), { accountId: A.accountId }).notes).toHaveLength(1);
    refused(() => addNote(as('clerk'), { ...note, noteId: newId(), accountId: 'nobody' }), { code: 'ACCOUNT_UNKNOWN' });
  });

  it('a file is attached with its last part and read back', () => {
    const context = as('clerk');
    const whole = upload(newId());
    const half = Buffer.from(PNG.subarray(0, 6)).toString('base64');
    expect(attachFile(context, { ...whole, part: half })).toEqual({ receivedBytes: 6, attachment: null });
    const seq = temp.store.lastSeq();
    const rest = { ...whole, offset: 6, part: Buffer.from(PNG.subarray(6)).toString('base64') };
    expect(attachFile(context, rest).attachment).toMatchObject({ mediaType: 'image/png', name: '户口簿.png' });
    expect(attachFile(context, rest).attachment).not.toBeNull();
    expect(temp.store.lastSeq()).toBe(seq + 1);
    const { part, nextOffset } = readAttachment(context, { attachmentId: whole.attachmentId, offset: 0 });
    expect(Buffer.from(part, 'base64')).toEqual(Buffer.from(PNG));
    expect(nextOffset).toBeNull();
  });

  it('a file that is no picture, or is damaged, leaves nothing', () => {
    const script = Buffer.from('<script>');
    const bad = {
      ...upload(newId()),
      sizeBytes: script.length,
      part: script.toString('base64'),
      sha256: createHash('sha256').update(script).digest('hex'),
    };
    refused(() => attachFile(as('clerk'), bad), { code: 'ATTACHMENT_TYPE_REFUSED' });
    refused(() => attachFile(as('clerk'), { ...upload(newId()), sha256: '0'.repeat(64) }), { code: 'ATTACHMENT_DAMAGED' });
    refused(() => attachFile(as('clerk'), { ...upload(newId()), offset: 5, sizeBytes: 16 }), { code: 'ATTACHMENT_PART_WRONG' });
    refused(() => readAttachment(as('clerk'), { attachmentId: newId(), offset: 0 }), { code: 'ATTACHMENT_UNKNOWN' });
  });
});
