// Journals of the branch's other counters as they came from themselves: held, checked and folded until headquarters says their order.
import { hash } from 'node:crypto';
import { canonicalJson, operationPreimage } from '../../shared/domain/canonical.ts';
import { Fault } from '../../shared/domain/fault.ts';
import type { Link } from '../../shared/domain/feed.ts';
import type { Neighbour, PeerRun } from '../../shared/domain/neighbours.ts';
import { GENESIS_HASH } from '../../shared/domain/operation.ts';
import { MAX_RUN_OPERATIONS } from '../../shared/wire/neighbours.ts';
import { operationSchema } from '../../shared/wire/operation.ts';
import type { NeighbourStore } from '../core/ports/neighbours.ts';
import { build, built, type Connection, type Place, prepare } from './hot.ts';
import type { Journal } from './journal.ts';
import { operationOf } from './rows.ts';
import type { BranchSchema } from './schema.ts';

const statements = {
  foreignHeld: built((p: Place<{ counter_id: string }>) =>
    build
      .selectFrom('foreign_operation')
      .select((eb) => eb.fn.max('seq').as('seq'))
      .where('counter_id', '=', p('counter_id')),
  ),
  feedHeld: built((p: Place<{ counter_id: string }>) =>
    build
      .selectFrom('feed')
      .select((eb) => eb.fn.max('seq').as('seq'))
      .where('counter_id', '=', p('counter_id')),
  ),
  foreignHash: built((p: Place<{ counter_id: string; seq: number }>) =>
    build.selectFrom('foreign_operation').select('hash').where('counter_id', '=', p('counter_id')).where('seq', '=', p('seq')),
  ),
  feedHash: built((p: Place<{ counter_id: string; seq: number }>) =>
    build.selectFrom('feed').select('operation_hash').where('counter_id', '=', p('counter_id')).where('seq', '=', p('seq')),
  ),
  own: built((p: Place<{ seq: number; limit: number }>) =>
    build.selectFrom('operation').selectAll().where('seq', '>', p('seq')).orderBy('seq').limit(p('limit')),
  ),
  ownLast: built((_p: Place<Record<string, never>>) => build.selectFrom('operation').select((eb) => eb.fn.max('seq').as('seq'))),
  foreign: built((p: Place<{ counter_id: string; seq: number; limit: number }>) =>
    build
      .selectFrom('foreign_operation')
      .selectAll()
      .where('counter_id', '=', p('counter_id'))
      .where('seq', '>', p('seq'))
      .orderBy('seq')
      .limit(p('limit')),
  ),
  idHeld: built((p: Place<{ id: string }>) => build.selectFrom('foreign_operation').select('seq').where('id', '=', p('id'))),
  ownId: built((p: Place<{ id: string }>) => build.selectFrom('operation').select('seq').where('id', '=', p('id'))),
  heads: built((p: Place<{ counter_id: string; seq: number; limit: number }>) =>
    build
      .selectFrom('signed_head')
      .selectAll()
      .where('counter_id', '=', p('counter_id'))
      .where('seq', '>', p('seq'))
      .orderBy('seq')
      .limit(p('limit')),
  ),
  lastHead: built((p: Place<{ counter_id: string }>) =>
    build
      .selectFrom('signed_head')
      .select((eb) => eb.fn.max('seq').as('seq'))
      .where('counter_id', '=', p('counter_id')),
  ),
  writers: built((_p: Place<Record<string, never>>) => build.selectFrom('signed_head').select('counter_id').distinct()),
  putHead: built((p: Place<BranchSchema['signed_head']>) =>
    build.replaceInto('signed_head').values({ counter_id: p('counter_id'), seq: p('seq'), hash: p('hash'), signature: p('signature') }),
  ),
  meta: built((p: Place<{ key: string }>) => build.selectFrom('meta').select('value').where('key', '=', p('key'))),
  putMeta: built((p: Place<BranchSchema['meta']>) => build.replaceInto('meta').values({ key: p('key'), value: p('value') })),
};

const ROSTER = 'roster';
/** How much of its journal a counter signs that begins to, operations. */
const SIGNED_BACK = 2_000;

const refused = (seq: number, code: string, reason: string) => new Fault('HEADQUARTERS_REFUSED', { seq, code, reason });

/** Returns the neighbours' journals on the connection that writes. */
export function neighbourStore(options: {
  readonly connection: Connection;
  readonly counterId: () => string;
  readonly journal: Journal;
  readonly write: <T>(act: () => T) => T;
  /** Keeps an operation of another counter. */
  readonly keepForeign: (link: Link, payloadJson: string) => void;
}): NeighbourStore {
  const { connection, counterId, journal, write } = options;
  const foreignHeld = prepare(connection, statements.foreignHeld);
  const feedHeld = prepare(connection, statements.feedHeld);
  const foreignHash = prepare(connection, statements.foreignHash);
  const feedHash = prepare(connection, statements.feedHash);
  const own = prepare(connection, statements.own);
  const ownLast = prepare(connection, statements.ownLast);
  const foreign = prepare(connection, statements.foreign);
  const idHeld = prepare(connection, statements.idHeld);
  const ownId = prepare(connection, statements.ownId);
  const heads = prepare(connection, statements.heads);
  const lastHead = prepare(connection, statements.lastHead);
  const writers = prepare(connection, statements.writers);
  const putHead = prepare(connection, statements.putHead);
  const meta = prepare(connection, statements.meta);
  const putMeta = prepare(connection, statements.putMeta);

  const rosterNow = (): Neighbour[] => JSON.parse(meta.get({ key: ROSTER })?.value ?? '[]') as Neighbour[];
  const heldOf = (of: string): number =>
    of === counterId()
      ? Number(ownLast.get({})?.seq ?? 0)
      : Math.max(Number(foreignHeld.get({ counter_id: of })?.seq ?? 0), Number(feedHeld.get({ counter_id: of })?.seq ?? 0));

  function held(): Record<string, number> {
    const counters = new Set([counterId(), ...rosterNow().map((one) => one.counterId)]);
    return Object.fromEntries([...counters].map((of) => [of, heldOf(of)]));
  }

  /** The hash at the end of what is held of a journal; null where its content is not known. */
  function hashAt(place: { readonly counter_id: string; readonly seq: number }): string | null {
    if (place.seq === 0) return GENESIS_HASH;
    return foreignHash.get(place)?.hash ?? feedHash.get(place)?.operation_hash ?? null;
  }

  function rowsAfter(of: string, seq: number) {
    return of === counterId()
      ? own.all({ seq, limit: MAX_RUN_OPERATIONS })
      : foreign.all({ counter_id: of, seq, limit: MAX_RUN_OPERATIONS });
  }

  /** Returns what follows `seq` in a journal up to the last signed end that is within reach; null for nothing. */
  function runAfter(of: string, seq: number): PeerRun | null {
    const rows = rowsAfter(of, seq);
    // Where headquarters has put one aside its content is not here, and what is behind it cannot be proved.
    const gap = rows.findIndex((row, index) => row.seq !== seq + 1 + index);
    const whole = gap < 0 ? rows : rows.slice(0, gap);
    const lastSeq = whole.at(-1)?.seq ?? seq;
    const head = heads.all({ counter_id: of, seq, limit: MAX_RUN_OPERATIONS }).findLast((one) => one.seq <= lastSeq);
    if (head === undefined) return null;
    return {
      counterId: of,
      operations: whole.slice(0, head.seq - seq).map((row) => operationOf(row) as unknown as Link),
      head: { seq: head.seq, hash: head.hash, signature: head.signature },
    };
  }

  return {
    held,
    signHeads(sign) {
      for (;;) {
        // What is much older reaches nobody this way.
        const from = Number(lastHead.get({ counter_id: counterId() })?.seq ?? Math.max(0, heldOf(counterId()) - SIGNED_BACK));
        const last = own.all({ seq: from, limit: MAX_RUN_OPERATIONS }).at(-1);
        if (last === undefined) return;
        const signature = sign({ seq: last.seq, hash: last.hash });
        putHead.run({ counter_id: counterId(), seq: last.seq, hash: last.hash, signature });
      }
    },
    runsFor(theirs) {
      return Object.keys(held()).flatMap((of) => {
        const run = runAfter(of, theirs[of] ?? 0);
        return run === null ? [] : [run];
      });
    },
    unordered() {
      const others = [...new Set(writers.all({}).map((row) => row.counter_id))].filter((of) => of !== counterId());
      return others.flatMap((of) => {
        const run = runAfter(of, Number(feedHeld.get({ counter_id: of })?.seq ?? 0));
        return run === null ? [] : [run];
      });
    },
    take({ counterId: of, operations, head }) {
      if (of === counterId()) return new Set();
      return write(() => {
        const heldSeq = heldOf(of);
        let previous = hashAt({ counter_id: of, seq: heldSeq });
        const fresh = operations.filter(({ seq }) => seq > heldSeq);
        for (const [index, link] of fresh.entries()) {
          if (link.counterId !== of || link.seq !== heldSeq + 1 + index || link.previousHash !== previous) {
            throw refused(link.seq, 'CHAIN_BROKEN', 'does not continue what is held');
          }
          const payloadJson = canonicalJson(link.payload);
          if (hash('sha256', operationPreimage(link, payloadJson), 'hex') !== link.hash) {
            throw refused(link.seq, 'HASH_WRONG', 'the content does not give the hash');
          }
          // A counter that goes on under another number carries its operations over: headquarters says where they belong.
          if (idHeld.get({ id: link.id }) !== undefined || ownId.get({ id: link.id }) !== undefined) {
            throw refused(link.seq, 'OPERATION_ID_REUSED', 'the id is held under another seq');
          }
          options.keepForeign(link, payloadJson);
          const parsed = operationSchema.safeParse(link);
          // Of a newer program: kept, and folded once this one knows its kind.
          if (parsed.success) journal.takeForeign(parsed.data, { fold: true });
          else journal.leaveUnfolded(link);
          previous = link.hash;
        }
        if (fresh.length > 0) {
          if (fresh.at(-1)?.seq !== head.seq || previous !== head.hash) {
            throw refused(head.seq, 'SIGNATURE_WRONG', 'the signed end is not the end of the run');
          }
          putHead.run({ counter_id: of, ...head });
        }
        return new Set(fresh.map(({ accountId }) => accountId));
      });
    },
    roster: rosterNow,
    putRoster(neighbours) {
      const value = JSON.stringify(neighbours);
      if (meta.get({ key: ROSTER })?.value !== value) putMeta.run({ key: ROSTER, value });
    },
  };
}
