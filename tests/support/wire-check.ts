// What is recorded must be able to travel: every operation that a test appends is held against the schema that headquarters takes it by.
import type { Store } from '../../src/main/core/ports/store.ts';
import type { Operation } from '../../src/shared/domain/operation.ts';
import { operationSchema } from '../../src/shared/wire/operation.ts';

/** Throws on an operation that headquarters would refuse. Ids are left aside: those that tests make up by hand are theirs. */
export function requireFitForWire(operation: Operation): void {
  const issues = operationSchema.safeParse(operation).error?.issues.filter(({ path }) => path[0] !== 'id') ?? [];
  if (issues.length === 0) return;
  const words = issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new TypeError(`${operation.kind} cannot travel: ${words.join('; ')}`);
}

/** Returns the store with every appended operation checked; what does not fit is rolled back with its transaction. */
export function checkedStore<T extends Store>(store: T): T {
  return {
    ...store,
    write: (act) =>
      store.write((tx) =>
        act({
          ...tx,
          append(operation) {
            const appended = tx.append(operation);
            if (appended !== null) requireFitForWire(appended);
            return appended;
          },
        }),
      ),
  };
}
