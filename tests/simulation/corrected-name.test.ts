// A name corrected by a service request at one hall: the customer's record and all accounts bear it at every counter and at headquarters.
import { expect, it } from 'vitest';
import { advanceRequest, completeRequest } from '../../src/main/core/usecases/move-request.ts';
import { openRequest } from '../../src/main/core/usecases/open-request.ts';
import { CUSTOMERS } from '../../src/shared/domain/customers.ts';
import { branchBench } from '../support/branch-bench.ts';
import { counterRows, headquartersRows } from '../support/replica-rows.ts';
import { sampleAccount } from '../support/sample-operations.ts';

it('stands the same everywhere, also on the account whose telephone was changed at another hall meanwhile', {
  timeout: 120_000,
}, async () => {
  const bench = await branchBench();
  try {
    const [one, two] = [bench.counter(0), bench.counter(1)];
    const accounts = [sampleAccount(1), sampleAccount(2)];
    const [{ accountId, address, customerName }, other] = accounts as [(typeof accounts)[0], (typeof accounts)[0]];
    const facts = { customerKind: 'residential' as const, name: customerName, phone: '13900001111', identity: null, smsConsent: false };
    one.put('customer.registered', { customerId: 'K1', ...facts });
    for (const account of accounts) one.put('account.assigned', { seenVersion: 1, customerId: 'K1' }, account.accountId);
    await bench.settle();
    const phone = { seenVersion: 2, customerName: other.customerName, phone: '13900002222', address: other.address };
    two.put('account.corrected', { ...phone, reason: '换号', requestId: '' }, other.accountId);
    await bench.settle();

    const form = { newName: '王晓明', ...address, reason: '登记有误' };
    let request = openRequest(one.context(), { requestId: bench.newId(), accountId, kind: 'correction', seenVersion: 2, form });
    const step = () => ({
      ...{ requestId: request.requestId, stepId: bench.newId(), from: request.state, seenVersion: request.accountVersion },
      ...{ note: '', form: {} },
    });
    request = advanceRequest(one.context(), step(), null);
    request = advanceRequest(one.context('supervisor'), step(), null);
    await completeRequest(one.context(), { ...step(), slot: 1, expectedRefundFen: null, refunds: [] }, null);
    one.replication.nudge();
    await bench.settle();

    const truth = await headquartersRows(bench.db, '01');
    for (const { name, file, store } of bench.counters) {
      expect(counterRows(file), name).toEqual(truth);
      expect(store.record(CUSTOMERS, 'K1')).toMatchObject({ name: '王晓明', version: 2 });
      expect(store.account(accountId)).toMatchObject({ customerName: '王晓明', version: 3 });
      expect(store.account(other.accountId)).toMatchObject({ customerName: '王晓明', phone: '13900002222', version: 4 });
      expect(store.replica.cases()).toEqual([]);
    }
  } finally {
    await bench.close();
  }
});
