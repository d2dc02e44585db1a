// The first load of a counter: how much its branch holds, and the feed in large pieces.
import { WIRE_VERSION } from '../shared/wire/envelope.ts';
import type { LoadAnswer, LoadRequest, Piece, PieceRequest } from '../shared/wire/first-load.ts';
import { MAX_PIECE_LENGTH } from '../shared/wire/first-load.ts';
import type { Database } from './database.ts';
import { entriesAfter, feedEnd, hasEntry } from './feed.ts';

/** Returns where the branch's feed ends now and how many accounts it then has. */
export async function loadTarget(db: Database, { version, branchNo }: LoadRequest): Promise<LoadAnswer> {
  const { position, hash } = await feedEnd(db, branchNo);
  const { accounts } = await db
    .selectFrom('projections')
    .select((eb) => eb.fn.countAll<string>().as('accounts'))
    .where('branch_no', '=', branchNo)
    // The character after the slash ends the range of keys.
    .where('row_key', '>=', 'account/')
    .where('row_key', '<', 'account0')
    .executeTakeFirstOrThrow();
  return { version, position, hash, accounts: Number(accounts) };
}

/** Returns the next piece; null when the feed does not hold the place that it is to continue, or ends there. */
export async function loadPiece(db: Database, request: PieceRequest): Promise<Piece | null> {
  if (!(await hasEntry(db, request))) return null;
  const entries = await entriesAfter(db, { ...request, ownId: null, maxLength: MAX_PIECE_LENGTH });
  return entries.length === 0 ? null : { version: WIRE_VERSION, entries };
}
