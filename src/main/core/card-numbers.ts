// Numbers that counters give to cards by themselves.
import { branchOf } from './actor.ts';
import type { WriteTx } from './ports/store.ts';

const digits = (text: string) => text.replace(/\D/g, '').slice(-4).padStart(4, '0');

/** Returns a number of 16 digits that no other counter makes: the prefix of its kind of card, branch, counter, and the counter's own sequence. */
export function ownNo(tx: WriteTx, { prefix, numbers }: { readonly prefix: '62' | '88'; readonly numbers: string }): string {
  return `${prefix}${digits(branchOf(tx).branchNo)}${digits(tx.counterId())}${tx.nextNumber(numbers).toString().padStart(6, '0')}`;
}
