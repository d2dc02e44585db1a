// Random lives of requests through their calls: each step is taken whole or refused whole, the ledger adds up, a done request has had its effect once,
// and what stands in the journal gives the same projections again.
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { UseCaseContext } from '../../src/main/core/actor.ts';
import type { Ports } from '../../src/main/core/ports/index.ts';
import { waiveReceivable } from '../../src/main/core/usecases/charge-account.ts';
import { advanceRequest, cancelRequest, completeRequest } from '../../src/main/core/usecases/move-request.ts';
import { listRequests, openRequest, viewRequest } from '../../src/main/core/usecases/open-request.ts';
import { Fault } from '../../src/shared/domain/fault.ts';
import { LEDGER_ACCOUNTS } from '../../src/shared/domain/ledger.ts';
import type { NewOperation } from '../../src/shared/domain/operation.ts';
import { isOpenRequest, type RequestForm, type RequestKind } from '../../src/shared/domain/requests.ts';
import { dumpProjections } from '../support/projections.ts';
import { openAccount, openBranch, openShift, sampleAccount, sampleId, sampleOperation } from '../support/sample-operations.ts';
import { tempStore } from '../support/temp-store.ts';

const ACCOUNTS = [0, 1].map((number) =>
  sampleAccount(number, {
    card: null,
    meter: { meterNo: `R${number}`, make: '恒远', kind: 'ordinary', billed: { readingLitres: 0, on: '2026-02-01' } },
  }),
);
const MANAGER = { staffNo: '3001', role: 'manager' as const };
const all = { reversalFen: 1e8, waiverFen: 1e8, refundFen: 1e8, correctionLitres: 0 };
const ID = '110101199003070097';
const both = { oldIdentityKind: 'resident-id', oldIdentity: ID };
const newHolder = { newName: '单䶮', newIdentityKind: 'resident-id', newIdentity: '110101198805120039', newPhone: '13900001111' };

/** A right form for each kind, and what its later steps ask for. */
const FORMS: Readonly<Record<RequestKind, { readonly open: RequestForm; readonly later: RequestForm }>> = {
  transfer: { open: { ...both, ...newHolder, newHousehold: 3, readingLitres: 5, balances: 'pay-out' }, later: {} },
  addition: {
    open: { appliance: 'boiler', contactPhone: '13900001111', wishedOn: '2026-03-02' },
    later: { workOrderNo: 'G1', doneOn: '2026-03-03', workResult: '合格' },
  },
  relocation: {
    open: { newPlace: '阳台', contactPhone: '13900001111', wishedOn: '2026-03-02' },
    later: { workOrderNo: 'G1', doneOn: '2026-03-03', workResult: '合格' },
  },
  closure: { open: { ...both, wishedOn: '2026-03-02' }, later: { readingLitres: 9, meterGoes: 'in-store' } },
  suspension: { open: { from: '2026-03-02' }, later: { sealNo: 'F1', readingLitres: 8 } },
  reactivation: { open: { wishedOn: '2026-03-02' }, later: { inspectionNo: 'A1', inspectionResult: 'passed' } },
  correction: { open: { newName: '李', district: '南', road: '一', community: '二', unit: '三', reason: '更正' }, later: {} },
  household: { open: { newHousehold: 6, proof: '户口簿', from: '2026-03-02' }, later: {} },
};
const kind = fc.constantFrom(...(Object.keys(FORMS) as RequestKind[]));
const account = fc.nat(1);
const acts = fc.oneof(
  { weight: 3, arbitrary: fc.record({ act: fc.constant('open' as const), account, kind }) },
  { weight: 3, arbitrary: fc.record({ act: fc.constant('advance' as const), account, stale: fc.nat(9) }) },
  { weight: 4, arbitrary: fc.record({ act: fc.constant('complete' as const), account, stale: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('waive' as const), account }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('cancel' as const), account }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('deposit' as const), account, amountFen: fc.integer({ min: 1, max: 9_999 }) }) },
);

type Act = typeof acts extends fc.Arbitrary<infer T> ? T : never;

const done = (account: number, kind: RequestKind, steps: number): Act[] => [
  { act: 'open', account, kind },
  { act: 'waive', account },
  ...Array.from({ length: steps }, (): Act[] => [
    { act: 'advance', account, stale: 1 },
    { act: 'waive', account },
  ]).flat(),
  { act: 'complete', account, stale: 1 },
];
/** However a life went, it ends so; what it has made impossible is refused. */
const END: readonly Act[] = [
  { act: 'cancel', account: 0 },
  { act: 'cancel', account: 1 },
  ...done(0, 'closure', 3),
  ...done(1, 'suspension', 1),
  ...done(1, 'reactivation', 1),
];

it('are taken step by step, each whole or not at all', async () => {
  const ends = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(acts, { minLength: 40, maxLength: 60 }), async (history) => {
      const { store, file, remove } = await tempStore();
      try {
        let next = 80_000_000;
        const newId = () => {
          next += 1;
          return sampleId(next);
        };
        const fee = (code: string) => ({ code, name: code, amountFen: 1_000, vatPermille: 60, waiver: 'clerk' as const });
        const policy = {
          fees: ['seal', 'transfer', 'addition', 'reactivation'].map(fee),
          lateFee: { perDayPpm: 0, graceDays: 0, chargesGrace: false, countsPaymentDay: false, capPermille: 0 },
          limits: { clerk: all, supervisor: all, manager: all },
          requestDays: { default: 5 },
        };
        const publish = sampleOperation('policy.published', { policyId: newId(), effectiveFrom: '2026-01-01', policy }, { id: newId() });
        store.importOperations([...openBranch(), ...ACCOUNTS.map(openAccount), openShift(1), publish as NewOperation]);
        const sealed = (number: string) => ({ masked: '***', digest: createHash('sha256').update(number).digest('hex') });
        const ports = {
          store,
          clock: { nowMs: () => 1_772_000_000_000 },
          ids: { uuid: newId },
          events: { publish: () => {} },
          sync: { nudge: () => {} },
          devices: { states: () => [], openDrawer: async () => ({ kind: 'done', value: { isOpen: null } }) },
          numbers: { keep: sealed, digestOf: (number: string) => sealed(number).digest, reveal: () => null },
        } as unknown as Ports;
        const context: UseCaseContext = { ports, actor: { staffNo: '1001', name: '李静', role: 'clerk', shiftId: '' } };
        for (const [at, act] of [...history, ...END].entries()) {
          const { accountId } = ACCOUNTS[act.account] ?? sampleAccount(0);
          const lastLitres = store.metersOf(accountId)[0]?.detail.lastReadingLitres ?? 0;
          const read = (form: RequestForm): RequestForm =>
            'readingLitres' in form ? { ...form, readingLitres: lastLitres + 3_000 } : form;
          const row = listRequests(context, { accountId }).find(({ state }) => isOpenRequest(state));
          const before = { seq: store.lastSeq(), bytes: at % 5 === 0 ? dumpProjections(file) : null, account: store.account(accountId) };
          try {
            const version = before.account?.version ?? 0;
            if (act.act === 'open') {
              openRequest(context, {
                requestId: newId(),
                accountId,
                kind: act.kind,
                seenVersion: version,
                form: read(FORMS[act.kind].open),
              });
            } else if (act.act === 'deposit') {
              const tenders = [{ kind: 'cash' as const, amountFen: act.amountFen, reference: '' }];
              const taken = {
                handoverId: newId(),
                amountFen: act.amountFen,
                tenders,
                cashTenderedFen: act.amountFen,
                changeFen: 0,
                reason: '押金',
                approvedBy: '',
              };
              store.write((tx) =>
                tx.append(sampleOperation('deposit.taken', taken, { id: newId(), accountId, shiftId: sampleId(2_000_001) })),
              );
            } else if (row !== undefined) {
              const { requestId } = row;
              const request = viewRequest(context, { requestId });
              const step = { requestId, stepId: newId(), from: request.state, seenVersion: version, note: '-' };
              const fields = new Set(request.fields.filter(({ step: filledIn }) => filledIn === request.state).map(({ name }) => name));
              const later =
                request.state === 'open'
                  ? {}
                  : Object.fromEntries(Object.entries(read(FORMS[request.kind].later)).filter(([name]) => fields.has(name)));
              if (act.act === 'cancel') cancelRequest(context, step);
              else if (act.act === 'waive') {
                for (const due of [...request.fees, ...request.bills].filter(({ openFen }) => openFen > 0))
                  waiveReceivable(
                    context,
                    { waiverId: newId(), receivableId: due.receivableId, amountFen: due.openFen, reason: '-' },
                    MANAGER,
                  );
              } else {
                const seenVersion = act.stale === 0 ? version + 1 : version;
                const input = { ...step, seenVersion, form: later, slot: 1, expectedRefundFen: request.refundFen, refunds: [] };
                const after =
                  act.act === 'advance' ? advanceRequest(context, input, MANAGER) : await completeRequest(context, input, MANAGER);
                expect(act.stale).not.toBe(0);
                expect(after.state).toBe(request.path[request.path.indexOf(request.state) + 1]);
                // The same step again changes nothing.
                const seq = store.lastSeq();
                if (act.act === 'advance') advanceRequest(context, input, MANAGER);
                else await completeRequest(context, input, MANAGER);
                expect(store.lastSeq()).toBe(seq);
                if (after.state === 'completed') {
                  ends.add(request.kind);
                  const changes = request.kind !== 'addition' && request.kind !== 'relocation';
                  expect(store.account(accountId)?.version).toBe(changes ? version + 1 : version);
                  if (request.kind === 'closure' || request.kind === 'transfer') {
                    expect(store.balance('customer-deposit', accountId)).toBe(0);
                    expect(store.balance('customer-credit', accountId)).toBe(0);
                  }
                } else expect(store.account(accountId)).toEqual(before.account);
              }
            }
          } catch (error) {
            if (!(error instanceof Fault)) throw error;
            expect(error.code).not.toBe('INTERNAL');
            expect(store.lastSeq()).toBe(before.seq);
            if (before.bytes !== null) expect(dumpProjections(file)).toBe(before.bytes);
          }
          expect(LEDGER_ACCOUNTS.reduce((sum, name) => sum + store.balance(name), 0)).toBe(0);
          expect(listRequests(context, { accountId }).filter(({ state }) => isOpenRequest(state)).length).toBeLessThanOrEqual(1);
        }
        const bytes = dumpProjections(file);
        store.rebuildProjections();
        expect(dumpProjections(file)).toBe(bytes);
      } finally {
        remove();
      }
    }),
    { numRuns: 4 },
  );
  expect([...ends]).toEqual(expect.arrayContaining(['closure', 'suspension', 'reactivation']));
});
