// Properties of the counter's business beside money: whatever happens to customers, accounts, meters, cards, requests, invoices and tickets, the
// projections follow, refuse what is out of order, and fold to the same bytes again.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CARD_TASKS, isOpenTask } from '../../src/shared/domain/card-tasks.ts';
import { CUSTOMERS } from '../../src/shared/domain/customers.ts';
import { INVOICES, SEGMENTS } from '../../src/shared/domain/documents.ts';
import type { NewOperation, OperationKind, OperationPayloads } from '../../src/shared/domain/operation.ts';
import { isOpenRequest, REQUEST_STATES, REQUESTS } from '../../src/shared/domain/requests.ts';
import { dumpProjections } from '../support/projections.ts';
import { openAccount, openBranch, openShift, sampleAccount, sampleId, sampleOperation, sampleTopup } from '../support/sample-operations.ts';
import { tempStore } from '../support/temp-store.ts';

const ACCOUNTS = [0, 1, 2].map((number) => sampleAccount(number));
const SHIFT = sampleId(2_000_001);
const NAMES = ['王小明', '欧阳云', '单䶮', '慕容雪', '李'];
const METERS = ['ST26000001', 'ST26000002', 'ST26000003'];
const SEGMENT = sampleId(70_000_001);

const account = fc.nat(2);
/** `seen` is added to the version that an honest counter would have seen: 0 is right, anything else is stale. */
const seen = fc.constantFrom(0, 0, 0, 0, -1, 1);

const acts = fc.oneof(
  fc.record({ act: fc.constant('correct' as const), account, seen, name: fc.constantFrom(...NAMES) }),
  fc.record({ act: fc.constant('transfer' as const), account, seen, name: fc.constantFrom(...NAMES) }),
  fc.record({ act: fc.constant('household' as const), account, seen, size: fc.integer({ min: 1, max: 9 }) }),
  fc.record({ act: fc.constant('suspend' as const), account, seen }),
  fc.record({ act: fc.constant('reactivate' as const), account, seen }),
  fc.record({ act: fc.constant('close' as const), account, seen }),
  fc.record({ act: fc.constant('customer' as const), number: fc.nat(3), name: fc.constantFrom(...NAMES) }),
  fc.record({ act: fc.constant('merge' as const), kept: fc.nat(3), merged: fc.nat(3) }),
  fc.record({ act: fc.constant('meter' as const), meter: fc.nat(2) }),
  fc.record({ act: fc.constant('exchange' as const), account, meter: fc.nat(2), carriedLitres: fc.nat(90_000) }),
  fc.record({ act: fc.constant('remove' as const), account, meter: fc.nat(2) }),
  fc.record({
    act: fc.constant('task' as const),
    task: fc.nat(3),
    step: fc.nat(4),
    account,
    purpose: fc.constantFrom('reissue', 'replace', 'carry', 'correct'),
  }),
  fc.record({ act: fc.constant('topup' as const), topup: fc.nat(3), step: fc.nat(4) }),
  fc.record({ act: fc.constant('reverse' as const), topup: fc.nat(3) }),
  fc.record({
    act: fc.constant('request' as const),
    request: fc.nat(2),
    from: fc.constantFrom(...REQUEST_STATES),
    to: fc.constantFrom(...REQUEST_STATES),
  }),
  fc.record({ act: fc.constant('invoice' as const), number: fc.integer({ min: 1, max: 9 }), spoiled: fc.boolean() }),
  fc.record({ act: fc.constant('ticket' as const), ticket: fc.nat(2), finish: fc.boolean() }),
);
type Act = typeof acts extends fc.Arbitrary<infer T> ? T : never;

const of = (index: number) => ACCOUNTS[index] ?? sampleAccount(0);

describe('random business', () => {
  it('is folded in order or refused whole, found where it is now, and comes out the same again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(acts, { minLength: 60, maxLength: 90 }), async (history) => {
        const { store, file, remove } = await tempStore();
        try {
          store.importOperations([...openBranch(), ...ACCOUNTS.map(openAccount), openShift(1)]);
          let number = 40_000_000;
          const make = <K extends OperationKind>(kind: K, accountId: string, payload: OperationPayloads[K]): NewOperation => {
            number += 1;
            return sampleOperation(kind, payload, { id: sampleId(number), shiftId: SHIFT, clerk: '1001', accountId });
          };
          const record = (operation: NewOperation): boolean => {
            const before = store.lastSeq();
            // Reading everything before each act would take most of the time.
            const bytes = number % 5 === 0 ? dumpProjections(file) : null;
            try {
              store.write((tx) => tx.append(operation));
              return true;
            } catch (error) {
              const refusal =
                error instanceof RangeError || ['ACCOUNT_CHANGED', 'TOPUP_STATE_REFUSES'].includes((error as { code?: string }).code ?? '');
              if (!refusal) throw error;
              expect(store.lastSeq()).toBe(before);
              if (bytes !== null) expect(dumpProjections(file)).toBe(bytes);
              return false;
            }
          };
          record(make('segment.assigned', '', { segmentId: SEGMENT, prefix: 'A', first: 1, last: 5, digits: 8 }));

          const versionOf = (accountId: string) => store.account(accountId)?.version ?? 0;
          const change = (act: Extract<Act, { seen: number }>): void => {
            const { accountId } = of(act.account);
            const now = versionOf(accountId);
            const seenVersion = now + act.seen;
            const facts = { seenVersion, requestId: sampleId(1) };
            const operation = ((): NewOperation => {
              switch (act.act) {
                case 'correct':
                  return make('account.corrected', accountId, {
                    ...facts,
                    customerName: act.name,
                    phone: '13900000000',
                    address: { district: '城南区', road: '建设路', community: '翠湖山庄', unit: '9栋' },
                    reason: 'asked',
                  });
                case 'transfer':
                  return make('account.transferred', accountId, {
                    ...facts,
                    from: { customerId: '', customerName: store.account(accountId)?.customerName ?? '' },
                    to: {
                      customerId: sampleId(60_000_000),
                      customerKind: 'residential',
                      customerName: act.name,
                      phone: '',
                      householdSize: 2,
                    },
                    since: '2026-03-02',
                    readingLitres: null,
                    contractNo: '',
                  });
                case 'household':
                  return make('account.household-changed', accountId, {
                    seenVersion,
                    size: act.size,
                    from: '2026-04-01',
                    until: null,
                    proof: '户口簿',
                  });
                case 'suspend':
                  return make('account.suspended', accountId, {
                    ...facts,
                    from: '2026-03-02',
                    until: null,
                    sealNo: 'F1',
                    readingLitres: 5,
                  });
                case 'reactivate':
                  return make('account.reactivated', accountId, { ...facts, on: '2026-03-02', inspectionNo: '' });
                case 'close':
                  return make('account.closed', accountId, { ...facts, on: '2026-03-02', readingLitres: null });
              }
            })();
            expect(record(operation)).toBe(act.seen === 0);
            expect(versionOf(accountId)).toBe(act.seen === 0 ? now + 1 : now);
            if (act.seen !== 0 || !('name' in act)) return;
            const hits = store.search(act.name, 20).map((hit) => hit.accountId);
            const named = ACCOUNTS.filter((candidate) => store.account(candidate.accountId)?.customerName === act.name);
            for (const { accountId: other } of named) expect(hits).toContain(other);
            for (const hit of hits) expect(store.account(hit)?.customerName).toContain(act.name);
          };

          const task = (act: Extract<Act, { act: 'task' }>): void => {
            const taskId = sampleId(61_000_000 + act.task);
            const { accountId } = of(act.account);
            const owner = store.record(CARD_TASKS, taskId)?.accountId ?? accountId;
            const steps: readonly (() => NewOperation)[] = [
              () =>
                make('card-task.begun', accountId, {
                  taskId,
                  purpose: act.purpose as 'reissue',
                  cardNo: act.purpose === 'reissue' || act.purpose === 'replace' ? `63${act.task}` : (of(act.account).card?.cardNo ?? ''),
                  layoutId: 'countertop-card',
                  oldCardNo: act.purpose === 'reissue' || act.purpose === 'replace' ? (of(act.account).card?.cardNo ?? '') : '',
                  volumeLitres: 1_000,
                  topupId: '',
                  requestId: '',
                  reason: 'asked',
                  approvedBy: '',
                }),
              () => make('card-task.intended', owner, { taskId, sequence: 7, cumulativeLitres: 9_000, beforeHex: '00', afterHex: '01' }),
              () => make('card-task.writing', owner, { taskId, attempt: 1 }),
              () => make('card-task.verified', owner, { taskId, proof: 'written' }),
              () => make('card-task.abandoned', owner, { taskId, reason: 'asked' }),
            ];
            const before = store.record(CARD_TASKS, taskId);
            const owedLitres = store.volumeOwed(owner);
            const build = steps[act.step];
            if (build === undefined || (act.step === 0 && before !== null)) return;
            if (!record(build())) return;
            const after = store.record(CARD_TASKS, taskId);
            if (act.step === 0 && act.purpose === 'reissue')
              expect(store.card(of(act.account).card?.cardNo ?? '')?.status).toBe('blacklisted');
            if (after?.state === 'verified' && before?.state !== 'verified') {
              expect(store.card(after.cardNo)).toMatchObject({ status: 'active', sequence: 7, cumulativeLitres: 9_000, accountId: owner });
              expect(store.volumeOwed(owner)).toBe(owedLitres - (after.purpose === 'correct' ? 0 : 1_000));
            }
            const open = store.recordsByKey(CARD_TASKS, { kind: 'open-on-card', value: after?.cardNo ?? '' });
            expect(open.every((row) => isOpenTask(row.state))).toBe(true);
            expect(open.some((row) => row.taskId === taskId)).toBe(isOpenTask(after?.state ?? 'abandoned'));
          };

          const perform = (act: Act): void => {
            switch (act.act) {
              case 'customer': {
                const customerId = sampleId(62_000_000 + act.number);
                const kind = store.record(CUSTOMERS, customerId) === null ? 'customer.registered' : 'customer.changed';
                const phone = `1370000000${act.number % 2}`;
                record(
                  make(kind, '', { customerId, customerKind: 'residential', name: act.name, phone, identity: null, smsConsent: true }),
                );
                expect(store.recordsByKey(CUSTOMERS, { kind: 'name', value: act.name }).map((row) => row.customerId)).toContain(customerId);
                return;
              }
              case 'merge': {
                const [keptId, mergedId] = [sampleId(62_000_000 + act.kept), sampleId(62_000_000 + act.merged)];
                const there = store.record(CUSTOMERS, keptId) !== null && store.record(CUSTOMERS, mergedId) !== null;
                if (act.kept !== act.merged)
                  expect(record(make('customer.merged', '', { keptId, mergedId, reason: 'same person' }))).toBe(there);
                return;
              }
              case 'meter': {
                const meterNo = METERS[act.meter] ?? '';
                if (store.meter(meterNo) !== null) return;
                record(
                  make('meter.registered', '', {
                    meterNo,
                    make: '恒远',
                    model: 'G2.5',
                    kind: 'ic',
                    layoutId: 'countertop-card',
                    verifiedUntil: '2036-01-01',
                  }),
                );
                expect(store.meter(meterNo)).toMatchObject({ place: 'in-store', accountId: '' });
                return;
              }
              case 'exchange': {
                const { accountId } = of(act.account);
                const oldMeterNo = store.metersOf(accountId)[0]?.meterNo ?? 'none';
                const newMeterNo = METERS[act.meter] ?? '';
                const possible = oldMeterNo !== 'none' && store.meter(newMeterNo)?.place === 'in-store';
                const owedLitres = store.volumeOwed(accountId);
                const done = record(
                  make('meter.exchanged', accountId, {
                    oldMeterNo,
                    finalReadingLitres: 50_000,
                    carriedLitres: act.carriedLitres,
                    newMeterNo,
                    firstReadingLitres: 0,
                    on: '2026-03-02',
                    reason: 'worn out',
                    oldMeterGoes: 'in-store',
                    requestId: '',
                  }),
                );
                expect(done).toBe(possible);
                if (!done) return;
                expect(store.metersOf(accountId).map((meter) => meter.meterNo)).toEqual([newMeterNo]);
                expect(store.volumeOwed(accountId)).toBe(owedLitres + act.carriedLitres);
                expect(store.search(newMeterNo, 5).map((hit) => hit.accountId)).toEqual([accountId]);
                expect(store.search(oldMeterNo, 5)).toEqual([]);
                return;
              }
              case 'remove': {
                const { accountId } = of(act.account);
                const meterNo = METERS[act.meter] ?? '';
                const hangs = store.meter(meterNo)?.accountId === accountId;
                const done = record(
                  make('meter.removed', accountId, { meterNo, finalReadingLitres: 1, on: '2026-03-02', goes: 'in-store', requestId: '' }),
                );
                expect(done).toBe(hangs);
                return;
              }
              case 'task':
                task(act);
                return;
              case 'topup':
                record(sampleTopup(act.topup, of(act.topup % 3), SHIFT)[act.step] as NewOperation);
                return;
              case 'reverse': {
                const topupId = sampleId(10_000_000 + act.topup * 16);
                const topup = store.topup(topupId);
                if (topup === null) return;
                const { purchase, tenders } = topup.payment;
                const usedLitres = store.tierUse(topup.accountId, purchase.tierYear);
                const possible = topup.state === 'verified' || topup.state === 'receipted';
                const holder = store.account(topup.accountId)?.holder;
                const done = record(
                  make('topup.reversed', topup.accountId, {
                    topupId,
                    taskId: sampleId(2),
                    purchase,
                    refunds: tenders,
                    toCreditFen: 0,
                    reason: 'asked',
                    approvedBy: '2001',
                  }),
                );
                expect(done).toBe(possible);
                if (done && holder === 1) expect(store.tierUse(topup.accountId, purchase.tierYear)).toBe(usedLitres - purchase.litres);
                return;
              }
              case 'request': {
                const requestId = sampleId(63_000_000 + act.request);
                const there = store.record(REQUESTS, requestId);
                if (there === null) {
                  const opened = {
                    requestId,
                    requestNo: `R${act.request}`,
                    requestKind: 'transfer',
                    form: { name: '甲' },
                    deadline: '2026-03-09',
                    branchNo: '01',
                  } as const;
                  record(make('request.opened', of(act.request).accountId, opened));
                } else {
                  const moved = { requestId, from: act.from, to: act.to, form: { step: act.to }, note: '', approvedBy: '' };
                  expect(record(make('request.moved', there.accountId, moved))).toBe(there.state === act.from);
                }
                const now = store.record(REQUESTS, requestId);
                const inList = store.recordsInState(REQUESTS, 'open', 10).some((row) => row.requestId === requestId);
                expect(inList).toBe(isOpenRequest(now?.state ?? 'cancelled'));
                return;
              }
              case 'invoice': {
                const segment = store.record(SEGMENTS, SEGMENT);
                const turn = segment?.next === act.number && act.number <= 5;
                const done = act.spoiled
                  ? record(
                      make('invoice.voided', '', { segmentId: SEGMENT, number: act.number, invoiceId: '', reason: 'jam', approvedBy: '' }),
                    )
                  : record(
                      make('invoice.issued', of(0).accountId, {
                        invoiceId: sampleId(64_000_000 + act.number),
                        segmentId: SEGMENT,
                        number: act.number,
                        subjectId: 'p',
                        buyer: { name: '甲', taxNo: '' },
                        lines: [],
                        amountFen: 100,
                        vatFen: 8,
                      }),
                    );
                expect(done).toBe(turn);
                return;
              }
              case 'ticket': {
                const ticketId = sampleId(65_000_000 + act.ticket);
                if (act.finish)
                  record(make('ticket.finished', '', { ticketId, outcome: 'served', done: ['topup'], handlingMs: 5, rating: null }));
                else record(make('ticket.called', '', { ticketId, ticketNo: `A${act.ticket}`, ticketKind: 'topup' }));
                return;
              }
              default:
                change(act);
            }
          };

          for (const act of history) perform(act);

          const segment = store.record(SEGMENTS, SEGMENT);
          const numbers = [
            ...store.recordsByKey(INVOICES, { kind: 'subject', value: 'p' }).map((row) => row.number),
            ...(segment?.voided ?? []),
          ];
          expect(numbers.sort()).toEqual(Array.from({ length: (segment?.next ?? 1) - 1 }, (_, index) => index + 1));
          expect(store.verifyJournal()).toEqual({ ok: true });
          const bytes = dumpProjections(file);
          store.rebuildProjections();
          expect(dumpProjections(file)).toBe(bytes);
          const other = await tempStore();
          try {
            other.store.importOperations(store.operationsAfter(0, 10_000));
            expect(dumpProjections(other.file)).toBe(bytes);
          } finally {
            other.remove();
          }
        } finally {
          remove();
        }
      }),
      { numRuns: 40 },
    );
  }, 240_000);
});
