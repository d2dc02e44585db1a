// Search terms that are held back while a branch is loaded: what does not fit in between must not part them.
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { memoryJournal } from '../../../tests/support/journal.ts';
import { openAccount, openBranch, sampleAccount, sampleId, sampleOperation } from '../../../tests/support/sample-operations.ts';
import { type TempStore, tempStore } from '../../../tests/support/temp-store.ts';
import { type Entry, entryPreimage } from '../../shared/domain/feed.ts';
import { GENESIS_HASH, type NewOperation } from '../../shared/domain/operation.ts';

let temp: TempStore;
beforeEach(async () => {
  temp = await tempStore();
});
afterEach(() => temp.remove());

const account = sampleAccount(7);
const NAMES = ['李四', account.customerName] as const;

function corrected(step: number, change: { readonly seenVersion: number; readonly customerName: string }): NewOperation {
  const { phone, address, accountId } = account;
  return sampleOperation(
    'account.corrected',
    { ...change, phone, address, reason: '更正', requestId: '' },
    { id: sampleId(3_000_000 + step), accountId },
  );
}

/** Returns the feed of a branch in which another counter has done this. */
function feedOf(operations: readonly NewOperation[]): Entry[] {
  const journal = memoryJournal({ branchNo: '01', counterId: 'C02' });
  let hash = GENESIS_HASH;
  return operations.map((operation, index) => {
    const { hash: operationHash, ...link } = journal.append(operation);
    const ordered = { counterId: 'C02', seq: link.seq, operationHash, verdict: 'applied', code: '' } as const;
    hash = createHash('sha256').update(entryPreimage(hash, ordered)).digest('hex');
    return { ...ordered, position: index + 1, hash, reason: '', operation: { ...link, hash: operationHash } };
  });
}

it('finds an account by the names it has, not by those it had, when something that does not fit came before the change', () => {
  const { replica } = temp.store;
  const unfit = corrected(1, { seenVersion: 9, customerName: '赵六' });
  const there = corrected(2, { seenVersion: 1, customerName: NAMES[0] });
  const andBack = corrected(3, { seenVersion: 2, customerName: NAMES[1] });
  const entries = feedOf([...openBranch(), openAccount(account), unfit, there, andBack]);
  const last = entries.at(-1);

  replica.setEnrolledBranch('01');
  replica.beginLoad({ position: last?.position ?? 0, hash: last?.hash ?? '' } as never);
  replica.load(entries.slice(0, -1));
  replica.load(entries.slice(-1));
  replica.endLoad();
  expect(temp.store.search('李四', 5)).toEqual([]);
  expect(temp.store.search('赵六', 5)).toEqual([]);
  expect(temp.store.search(account.customerName, 5)).toHaveLength(1);

  temp.store.rebuildProjections();
  expect(temp.store.search('李四', 5)).toEqual([]);
  expect(temp.store.search(account.customerName, 5)).toHaveLength(1);
});
