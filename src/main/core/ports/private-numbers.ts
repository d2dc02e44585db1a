// Port to numbers of documents and bank accounts: kept apart from the journal, shown masked, and found again by a keyed digest.
import type { PrivateNumber } from '../../../shared/domain/customers.ts';

export interface PrivateNumbers {
  /** Keeps the number, sealed, and returns what the journal may hold of it. Inside a write it is kept with that write or not at all. */
  keep(number: string): PrivateNumber;
  /** Returns the digest under which an equal number is kept. */
  digestOf(number: string): string;
  /** Returns the number itself; null when it is not kept in this branch. Throws KEY_VAULT_FAILED when it cannot be opened. */
  reveal(digest: string): string | null;
}

/** Where sealed numbers lie: a table that is neither journal nor projection and never leaves the branch. */
export interface SealedNumbers {
  get(digest: string): string | null;
  /** Puts a sealed number under its digest unless there is one. */
  put(row: { readonly digest: string; readonly sealed: string }): void;
}
