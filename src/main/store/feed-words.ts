// Headquarters' word on its feed: signatures under some of its entries, and what it had said up to the next of them.
import type { Entry } from '../../shared/domain/feed.ts';
import { GENESIS_HASH } from '../../shared/domain/operation.ts';
import { MAX_RETURNED_ENTRIES } from '../../shared/wire/feed-return.ts';
import type { FeedWord, Replica } from '../core/ports/replica.ts';
import { build, built, type Connection, type Place, prepare } from './hot.ts';
import { operationOf } from './rows.ts';
import type { BranchSchema } from './schema.ts';

const statements = {
  feedHash: built((p: Place<{ position: number }>) => build.selectFrom('feed').select('hash').where('position', '=', p('position'))),
  entries: built((p: Place<{ after: number; until: number }>) =>
    build.selectFrom('feed').selectAll().where('position', '>', p('after')).where('position', '<=', p('until')).orderBy('position'),
  ),
  own: built((p: Place<{ seq: number }>) => build.selectFrom('operation').selectAll().where('seq', '=', p('seq'))),
  foreign: built((p: Place<{ counter_id: string; seq: number }>) =>
    build.selectFrom('foreign_operation').selectAll().where('counter_id', '=', p('counter_id')).where('seq', '=', p('seq')),
  ),
  meta: built((p: Place<{ key: string }>) => build.selectFrom('meta').select('value').where('key', '=', p('key'))),
  putMeta: built((p: Place<BranchSchema['meta']>) => build.replaceInto('meta').values({ key: p('key'), value: p('value') })),
};

/** Keys in meta. */
const WORDS = 'feed-words';
const ENROLMENT = 'enrolment-word';
/** Backups older than these many words of some hundred entries each are not made up for. */
const MAX_WORDS = 100;
/** Words closer than this are thinned out, entries. */
const SPACING = 300;
/** What one piece holds of payloads, bytes: with everything around them an envelope takes it. */
const MAX_BYTES = 1_000_000;

/** Returns that part of the replica. */
export function feedWords(
  connection: Connection,
  counterId: () => string,
): Pick<Replica, 'feedWord' | 'putFeedWord' | 'enrolmentWord' | 'saidAfter'> {
  const feedHash = prepare(connection, statements.feedHash);
  const entries = prepare(connection, statements.entries);
  const own = prepare(connection, statements.own);
  const foreign = prepare(connection, statements.foreign);
  const meta = prepare(connection, statements.meta);
  const putMeta = prepare(connection, statements.putMeta);

  const hashAt = (position: number): string | null => (position === 0 ? GENESIS_HASH : (feedHash.get({ position })?.hash ?? null));
  /** Oldest first; those that are still true of the feed as it is known here. */
  const words = (): FeedWord[] =>
    (JSON.parse(meta.get({ key: WORDS })?.value ?? '[]') as FeedWord[]).filter(({ position, hash }) => hashAt(position) === hash);

  /** null when it is too much for one envelope. */
  function saidUntil(range: { readonly after: number; readonly until: number }): Entry[] | null {
    let bytes = 0;
    const said: Entry[] = [];
    for (const row of entries.all(range)) {
      const isOwn = row.counter_id === counterId();
      const held = isOwn ? own.get({ seq: row.seq }) : foreign.get({ counter_id: row.counter_id, seq: row.seq });
      bytes += Buffer.byteLength(held?.payload ?? '');
      if (bytes > MAX_BYTES) return null;
      said.push({
        ...{ position: row.position, hash: row.hash, counterId: row.counter_id, seq: row.seq, operationHash: row.operation_hash },
        ...{ verdict: row.verdict, code: row.code, reason: row.reason },
        ...(held?.hash === row.operation_hash ? { operation: operationOf(held) } : {}),
      });
    }
    return said;
  }

  return {
    feedWord: () => words().at(-1) ?? null,
    putFeedWord({ position, hash, signature, enrolment }) {
      const kept = words().filter((word) => word.position < position);
      const [last, before] = [kept.at(-1), kept.at(-2)];
      if (last !== undefined && before !== undefined && position - before.position <= SPACING) kept.pop();
      kept.push({ position, hash, signature });
      putMeta.run({ key: WORDS, value: JSON.stringify(kept.slice(-MAX_WORDS)) });
      if (meta.get({ key: ENROLMENT })?.value !== enrolment) putMeta.run({ key: ENROLMENT, value: enrolment });
    },
    enrolmentWord: () => meta.get({ key: ENROLMENT })?.value ?? null,
    saidAfter(position) {
      const afterHash = hashAt(position);
      if (afterHash === null) return null;
      const within = words().filter((one) => one.position > position && one.position - position <= MAX_RETURNED_ENTRIES);
      // As much as one envelope takes.
      for (const word of within.reverse()) {
        const said = saidUntil({ after: position, until: word.position });
        if (said !== null) return { afterHash, entries: said, signature: word.signature };
      }
      return null;
    },
  };
}
