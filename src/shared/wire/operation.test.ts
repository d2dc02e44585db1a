// The wire's operation schema is the domain's operation, as a type and on values.
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { z } from 'zod';
import { everyKind } from '../../../tests/support/every-kind.ts';
import { memoryJournal } from '../../../tests/support/journal.ts';
import { GENESIS_HASH, OPERATION_KINDS, type Operation, type OperationKind } from '../domain/operation.ts';
import { operationSchema } from './operation.ts';

type Primitive = string | number | boolean | null | undefined;
/** Branded numbers are left as they are. */
type DeepReadonly<T> = T extends Primitive
  ? T
  : T extends readonly (infer E)[]
    ? readonly DeepReadonly<E>[]
    : { readonly [K in keyof T]: DeepReadonly<T[K]> };
type Output = z.output<typeof operationSchema>;
type ByKind<T> = { readonly [K in OperationKind]: DeepReadonly<Extract<T, { readonly kind: K }>> };

const shiftOpened = {
  id: '0190a6d2-7c00-7000-8000-000000000001',
  kind: 'shift.opened',
  businessDate: '2026-03-02',
  shiftId: 'S1',
  clerk: '1001',
  accountId: '',
  recordedAtMs: 1_772_400_000_000,
  payload: { shiftId: 'S1', floatFen: 50_000 },
  counterId: 'C1',
  seq: 1,
  previousHash: GENESIS_HASH,
  hash: 'ab'.repeat(32),
};

describe('operationSchema', () => {
  it('has the type of the domain for every kind and every field', () => {
    expectTypeOf<ByKind<Output>>().toEqualTypeOf<ByKind<Operation>>();
    expectTypeOf<Output['kind']>().toEqualTypeOf<OperationKind>();
    expectTypeOf<Output>().toExtend<Operation>();
  });

  it('knows every kind of the domain', () => {
    const kinds = operationSchema.options.map((option) => option.shape.kind.value);
    expect([...kinds].sort()).toEqual([...OPERATION_KINDS].sort());
  });

  it('returns a valid operation unchanged', () => {
    expect(operationSchema.parse(shiftOpened)).toEqual(shiftOpened);
  });

  it('gives back what it takes of every kind, nothing added, left out or converted', () => {
    const journal = memoryJournal({ branchNo: '01', counterId: 'C1' });
    for (const one of everyKind()) {
      const sent: unknown = JSON.parse(JSON.stringify(journal.append(one)));
      expect(operationSchema.parse(sent)).toStrictEqual(sent);
    }
  });

  it.each([
    ['an unknown field', { ...shiftOpened, note: '' }],
    ['an unknown payload field', { ...shiftOpened, payload: { ...shiftOpened.payload, note: '' } }],
    ['a payload of another kind', { ...shiftOpened, kind: 'topup.writing' }],
    ['an unknown kind', { ...shiftOpened, kind: 'shift.forgotten' }],
    ['a fraction', { ...shiftOpened, payload: { ...shiftOpened.payload, floatFen: 0.5 } }],
    ['a negative sum', { ...shiftOpened, payload: { ...shiftOpened.payload, floatFen: -1 } }],
    ['a line break in a field of the preimage', { ...shiftOpened, clerk: '1001\n' }],
    ['a lone surrogate in a field of the preimage', { ...shiftOpened, clerk: '\ud800' }],
    ['an id that is not a UUIDv7', { ...shiftOpened, id: '6f1e6a90-0000-4000-8000-000000000001' }],
    ['seq 0', { ...shiftOpened, seq: 0 }],
    ['a hash in capitals', { ...shiftOpened, hash: 'AB'.repeat(32) }],
  ])('refuses %s', (_what, operation) => {
    expect(operationSchema.safeParse(operation).success).toBe(false);
  });
});
