// A branch that headquarters holds: the journal of a store taken in, and a fetch that reaches the service without a socket.
import type { FastifyInstance } from 'fastify';
import type { Database } from '../../src/hq/database.ts';
import { ingest } from '../../src/hq/ingest.ts';
import type { StoreHandle } from '../../src/main/store/index.ts';
import { MAX_BATCH_OPERATIONS } from '../../src/shared/wire/envelope.ts';

/** Sends what headquarters does not hold yet of the store's journal. Throws when it refuses any of it. */
export async function sendJournal(db: Database, from: { readonly store: StoreHandle; readonly branchNo: string }): Promise<void> {
  const { store, branchNo } = from;
  for (;;) {
    const heldSeq = store.acknowledgedSeq();
    const operations = store.operationsAfter(heldSeq, MAX_BATCH_OPERATIONS);
    if (operations.length === 0) return;
    const range = { fromSeq: heldSeq + 1, toSeq: heldSeq + operations.length };
    const batch = { version: 1, branchNo, counterId: store.counterId(), ...range } as const;
    const { answer } = await ingest(db, {
      batch: { ...batch, heard: [], operations: JSON.parse(JSON.stringify(operations)) as unknown[] },
      receivedAtMs: 1,
    });
    if (answer.refused !== undefined) throw new RangeError(`${answer.refused.code} ${answer.refused.reason}`);
    store.setAcknowledgedSeq(answer.heldSeq);
  }
}

/** Returns a fetch that hands requests to the service. */
export function fetchFrom(service: FastifyInstance): typeof fetch {
  return async (input, init) => {
    const answer = await service.inject({
      method: 'POST',
      url: (input as URL).pathname,
      headers: init?.headers as Record<string, string>,
      payload: Buffer.from(init?.body as Uint8Array),
    });
    return new Response(answer.body, { status: answer.statusCode, headers: answer.headers as Record<string, string> });
  };
}
