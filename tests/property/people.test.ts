// Properties of customers: whoever is written down twice is found again, and merging in any order loses no account and leaves nobody in a circle.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { UseCaseContext } from '../../src/main/core/actor.ts';
import type { Ports } from '../../src/main/core/ports/index.ts';
import { findDuplicates, mergeCustomers, viewCustomer } from '../../src/main/core/usecases/keep-customers.ts';
import { openAccount } from '../../src/main/core/usecases/open-account.ts';
import { createPrivateNumbers } from '../../src/main/secrets/private-numbers.ts';
import { dumpProjections } from '../support/projections.ts';
import { openBranch, sampleId } from '../support/sample-operations.ts';
import { tempStore } from '../support/temp-store.ts';

const PEOPLE = 6;
/** Merge `from` into `into`; who stands for somebody else already is refused. */
const merges = fc.array(fc.record({ into: fc.nat(PEOPLE - 1), from: fc.nat(PEOPLE - 1) }), { maxLength: 12 });
/** Which of three telephones, and which of three passports or none, each person gives. */
const people = fc.array(fc.record({ phone: fc.nat(2), passport: fc.option(fc.nat(2), { nil: null }) }), {
  minLength: PEOPLE,
  maxLength: PEOPLE,
});

it('finds everybody who is alike, and merges without losing an account', async () => {
  await fc.assert(
    fc.asyncProperty(people, merges, async (given, wanted) => {
      const { store, file, remove } = await tempStore();
      try {
        store.importOperations(openBranch());
        let count = 0;
        const newId = () => {
          count += 1;
          return sampleId(90_000_000 + count);
        };
        const ports = {
          store,
          clock: { nowMs: () => 1_772_000_000_000 },
          ids: { uuid: newId },
          events: { publish: () => {} },
          sync: { nudge: () => {} },
          numbers: createPrivateNumbers({ masters: [{ version: 0, key: new Uint8Array(32).fill(7) }], table: store.sealedNumbers }),
        } as unknown as Ports;
        const context: UseCaseContext = { ports, actor: { staffNo: '2001', name: '陈慧', role: 'supervisor', shiftId: '' } };
        const phoneOf = (index: number) => `1390000000${index}`;
        const passportOf = (index: number) => ({ kind: 'passport' as const, number: `E1234567${index}` });
        const opened = given.map(({ phone, passport }, index) =>
          openAccount(context, {
            accountId: newId(),
            customer: {
              is: 'new',
              customerId: newId(),
              customerKind: 'residential',
              name: `客户${index}`,
              phone: phoneOf(phone),
              identity: passport === null ? null : passportOf(passport),
              smsConsent: false,
            },
            address: { district: '城南区', road: '建设路', community: '翠湖山庄', unit: `${index}栋` },
            householdSize: 3,
            tariffId: 'residential',
            suppliedSince: '2026-03-02',
            meter: null,
            acceptDuplicates: true,
          }),
        );
        expect(new Set(opened.map(({ accountNo }) => accountNo)).size).toBe(PEOPLE);

        // What must come out, kept by other means: who stands for whom.
        const standsFor = opened.map((_, index) => index);
        for (const { into, from } of wanted) {
          const input = {
            changeId: newId(),
            keptId: opened[into]?.customerId ?? '',
            mergedId: opened[from]?.customerId ?? '',
            reason: '同一人',
          };
          const may = into !== from && standsFor[into] === into && standsFor[from] === from;
          const before = store.lastSeq();
          if (may) {
            mergeCustomers(context, input);
            standsFor.forEach((root, index) => {
              if (root === from) standsFor[index] = into;
            });
          } else if (standsFor[from] !== into || into === from) {
            expect(() => mergeCustomers(context, input)).toThrow();
            expect(store.lastSeq()).toBe(before);
          }
        }
        standsFor.forEach((root, index) => {
          const own = opened.filter((_, at) => standsFor[at] === index && root === index).map(({ accountId }) => accountId);
          const { accounts, mergedInto } = viewCustomer(context, { customerId: opened[index]?.customerId ?? '' });
          expect(accounts.map(({ accountId }) => accountId)).toEqual(own);
          expect(mergedInto === '').toBe(root === index);
        });
        for (const index of [0, 1, 2]) {
          const rootsOf = (is: (one: (typeof given)[number]) => boolean) =>
            [...new Set(given.flatMap((one, at) => (is(one) ? (opened[standsFor[at] ?? 0]?.customerId ?? '') : [])))].sort();
          const found = (like: object) =>
            findDuplicates(context, { phone: null, identity: null, address: null, except: '', ...like })
              .map(({ customerId }) => customerId)
              .sort();
          expect(found({ phone: phoneOf(index) })).toEqual(rootsOf(({ phone }) => phone === index));
          expect(found({ identity: passportOf(index) })).toEqual(rootsOf(({ passport }) => passport === index));
        }
        const bytes = dumpProjections(file);
        store.rebuildProjections();
        expect(dumpProjections(file)).toBe(bytes);
      } finally {
        remove();
      }
    }),
    { numRuns: 25 },
  );
}, 60_000);
