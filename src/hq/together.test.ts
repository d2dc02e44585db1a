// What goes to the database in one journey, on the embedded database and on a real PostgreSQL: texts as they are, queries in their order, all or nothing.
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { emptyDatabase, TEST_DATABASES } from '../../tests/support/headquarters-databases.ts';
import type { Database } from './database.ts';
import { insertRows } from './insert-rows.ts';
import { committedTogether, send, together } from './together.ts';

const AWKWARD = ['', '\x1f', 'a\x1fb', '"', '\\', '\\x1f', '{}', '{"a":1}', 'NULL', ',', "'", '\n', ' ', '气表 $1'];

describe.each(TEST_DATABASES)('on $name', ({ open }) => {
  let db: Database;
  let close: () => Promise<void>;
  beforeAll(async () => {
    ({ db, close } = await open());
  });
  afterAll(() => close());
  beforeEach(() => emptyDatabase(db));

  const keysOf = (values: readonly string[]) =>
    insertRows({
      table: 'lookup_keys',
      branchNo: '01',
      rows: values.map((value, index) => ({ branch_no: '01', account_id: `A${index}`, kind: 'phone', value })),
    });
  const phones = () => db.selectFrom('lookup_keys').select(['account_id', 'value']).where('branch_no', '=', '01');

  it('texts arrive as they are, whatever stands in them', async () => {
    const value = fc.oneof(fc.constantFrom(...AWKWARD), fc.string({ unit: 'grapheme' }));
    await fc.assert(
      fc.asyncProperty(fc.array(value, { minLength: 1, maxLength: 8 }), async (values) => {
        await db.deleteFrom('lookup_keys').execute();
        await db.transaction().execute((tx) => together(tx, keysOf(values)));
        const rows = await phones().orderBy('account_id').execute();
        expect(rows).toEqual(values.map((text, index) => ({ account_id: `A${index}`, value: text })));
      }),
      { numRuns: 40, examples: [[AWKWARD.slice(0, 8)], [AWKWARD.slice(8)], [['']], [['a', 'a']]] },
    );
  });

  it('every query sees what those before it have written', async () => {
    const [, after, , last] = await db
      .transaction()
      .execute((tx) => together(tx, [...keysOf(['1']), phones(), sql`update lookup_keys set value = '2'`, phones()]));
    expect([after, last]).toEqual([[{ account_id: 'A0', value: '1' }], [{ account_id: 'A0', value: '2' }]]);
  });

  it('one that fails is the one that is told, nothing of them is kept, and the connection serves on', async () => {
    const failing = sql`insert into lookup_keys (branch_no, account_id, kind, value) values ('01', 'A0', 'phone', 'again')`;
    const act = () => db.transaction().execute((tx) => together(tx, [...keysOf(['1']), failing, ...keysOf(['2']), phones()]));
    for (let turn = 0; turn < 10; turn += 1) await expect(act()).rejects.toMatchObject({ code: '23505' });
    expect(await phones().execute()).toEqual([]);
  });

  describe('a commit that is sent behind the writes', () => {
    const doubled = sql`insert into lookup_keys (branch_no, account_id, kind, value) values ('01', 'A0', 'phone', 'again')`;
    type Queries = Parameters<typeof send>[1];
    const oneByOne = function* (queries: readonly Queries[]) {
      for (const some of queries) yield* some;
    };
    const write = (...queries: Queries[]) =>
      committedTogether(db, async (tx) => ({ result: 'kept', written: await send(tx, oneByOne(queries)) }));

    it('keeps what was written and returns the result', async () => {
      expect(await write(keysOf(['1']))).toBe('kept');
      expect(await phones().execute()).toEqual([{ account_id: 'A0', value: '1' }]);
    });

    it('keeps nothing when a write fails, says which, and the connection serves on', async () => {
      for (let turn = 0; turn < 10; turn += 1) {
        await expect(write(keysOf(['1']), [doubled], keysOf(['2']))).rejects.toMatchObject({ code: '23505' });
      }
      expect(await phones().execute()).toEqual([]);
      expect(await write(keysOf(['1']))).toBe('kept');
    });

    it('keeps nothing when the act itself fails, before its writes or after', async () => {
      const act = (when: 'before' | 'after') =>
        committedTogether(db, async (tx) => {
          if (when === 'before') throw new RangeError(when);
          await together(tx, keysOf(['1']));
          throw new RangeError(when);
        });
      for (const when of ['before', 'after', 'after', 'before'] as const) await expect(act(when)).rejects.toThrow(when);
      expect(await phones().execute()).toEqual([]);
    });

    it('fails when a query cannot be made, and keeps nothing of those before it', async () => {
      const made = function* () {
        yield* keysOf(['1']);
        throw new RangeError('not to be made');
      };
      await expect(write(made())).rejects.toThrow('not to be made');
      expect(await phones().execute()).toEqual([]);
    });
  });
});
