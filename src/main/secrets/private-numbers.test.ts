// Private numbers: kept once under a digest that is always the same, opened only whole, and nowhere in the clear.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TempStore, tempStore } from '../../../tests/support/temp-store.ts';
import type { SealedNumbers } from '../core/ports/private-numbers.ts';
import { createPrivateNumbers } from './private-numbers.ts';

const NUMBER = '11010119900307123X';
const MASTER = { version: 0, key: new Uint8Array(32).fill(7) };
const masters = [MASTER, { version: 1, key: new Uint8Array(32).fill(8) }];

let temp: TempStore;
beforeEach(async () => {
  temp = await tempStore();
});
afterEach(() => temp.remove());

const numbers = () => createPrivateNumbers({ masters, table: temp.store.sealedNumbers });

describe('a private number', () => {
  it('is shown masked, found by an equal one, and given back', () => {
    const kept = numbers().keep(NUMBER);
    expect(kept).toEqual({ masked: '110***********123X', digest: numbers().digestOf(NUMBER) });
    expect(numbers().keep(NUMBER)).toEqual(kept);
    expect(numbers().digestOf('110101199003071240')).not.toBe(kept.digest);
    expect(numbers().reveal(kept.digest)).toBe(NUMBER);
    expect(numbers().reveal('0'.repeat(64))).toBeNull();
  });

  it('keeps its digest when the branch is given a new master key, and has another in another branch', () => {
    const alone = createPrivateNumbers({ masters: [MASTER], table: temp.store.sealedNumbers });
    expect(alone.digestOf(NUMBER)).toBe(numbers().digestOf(NUMBER));
    const [, other] = masters;
    const elsewhere = createPrivateNumbers({ masters: other === undefined ? [] : [other], table: temp.store.sealedNumbers });
    expect(elsewhere.digestOf(NUMBER)).not.toBe(numbers().digestOf(NUMBER));
  });

  it('is not kept when the write it belongs to fails', () => {
    expect(() =>
      temp.store.write(() => {
        numbers().keep(NUMBER);
        throw new Error('refused');
      }),
    ).toThrow('refused');
    expect(numbers().reveal(numbers().digestOf(NUMBER))).toBeNull();
  });

  it('stands in no file in the clear', () => {
    numbers().keep(NUMBER);
    for (const name of readdirSync(temp.dir)) {
      if (name === 'backup') continue;
      expect(readFileSync(join(temp.dir, name)).includes(Buffer.from(NUMBER)), name).toBe(false);
    }
  });

  it('opens only whole and under its own digest', () => {
    const rows = new Map<string, string>();
    const table: SealedNumbers = { get: (digest) => rows.get(digest) ?? null, put: ({ digest, sealed }) => void rows.set(digest, sealed) };
    const kept = createPrivateNumbers({ masters, table });
    const { digest } = kept.keep(NUMBER);
    const sealed = Buffer.from(rows.get(digest) ?? '', 'base64');
    const other = kept.digestOf('somebody else');
    rows.set(other, sealed.toString('base64'));
    expect(() => kept.reveal(other)).toThrow('KEY_VAULT_FAILED');
    for (const at of sealed.keys()) {
      const spoilt = Buffer.from(sealed);
      spoilt[at] = (spoilt[at] ?? 0) ^ 1;
      rows.set(digest, spoilt.toString('base64'));
      expect(() => kept.reveal(digest)).toThrow('KEY_VAULT_FAILED');
    }
  });
});
