// The quick yes and the schema: whatever a header says, yes to what the schema refuses is never said.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { everyKind } from '../../../tests/support/every-kind.ts';
import { memoryJournal } from '../../../tests/support/journal.ts';
import { GENESIS_HASH } from '../domain/operation.ts';
import { isOperation } from './is-operation.ts';
import { operationSchema } from './operation.ts';

const journal = memoryJournal({ branchNo: '01', counterId: 'C1' });
const SAMPLES = everyKind().map((one) => JSON.parse(JSON.stringify(journal.append(one))) as Record<string, unknown>);

/** What a field may hold that it must not, and what it may hold although it looks odd. */
const AWKWARD = [
  ...[
    '',
    'x',
    '气',
    '\n',
    '\u0085',
    '\ud800',
    'é'.repeat(64),
    'x'.repeat(65),
    '😀'.repeat(32),
    '😀'.repeat(33),
    '__proto__',
    'constructor',
  ],
  ...[0, 1, -1, 0.5, 2_147_483_647, 2_147_483_648, Number.MAX_SAFE_INTEGER, 1e300, null, true, [], {}, undefined],
  ...[GENESIS_HASH, 'AB'.repeat(32), 'ab'.repeat(32), 'ab'.repeat(33), '2026-03-02', '2026-3-2', '0190A6D2-7C00-7000-8000-000000000001'],
  ...[
    '0190a6d2-7c00-7000-8000-000000000001',
    '0190a6d2-7c00-4000-8000-000000000001',
    '0190a6d2-7c00-7000-c000-000000000001',
    'shift.opened',
  ],
];

describe('isOperation', () => {
  it('says yes to an operation of every kind', () => {
    expect(SAMPLES.filter((one) => !isOperation(one)).map(({ kind }) => kind)).toEqual([]);
  });

  it('says yes to nothing that the schema refuses', () => {
    const field = fc.constantFrom(...Object.keys(SAMPLES[0] ?? {}), 'note');
    const changes = fc.array(fc.tuple(field, fc.oneof(fc.constantFrom(...AWKWARD), fc.jsonValue())), { minLength: 1, maxLength: 2 });
    const left = fc.array(field, { maxLength: 1 });
    let yes = 0;
    fc.assert(
      fc.property(fc.constantFrom(...SAMPLES), changes, left, (sample, changed, without) => {
        const raw = { ...sample, ...Object.fromEntries(changed) };
        for (const name of without) delete raw[name];
        if (!isOperation(raw)) return;
        yes += 1;
        expect(operationSchema.safeParse(raw).error?.issues).toBeUndefined();
      }),
      { numRuns: 5_000 },
    );
    // Were it never yes, nothing would have been compared.
    expect(yes).toBeGreaterThan(20);
  });

  it.each([null, undefined, 1, 'x', [], new Date(0)])('says no to %s', (raw) => {
    expect(isOperation(raw)).toBe(false);
  });
});
