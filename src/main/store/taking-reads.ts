// What was taken over the counter on business dates: own operations, and those of the branch's other counters as far as they have come.
import type { TenderMovingKind } from '../../shared/domain/tender-moves.ts';
import type { ReadStore } from '../core/ports/store.ts';
import { type Built, type Connection, prepare } from './hot.ts';

interface TakingRow {
  readonly counter_id: string;
  readonly seq: number;
  readonly kind: TenderMovingKind;
  readonly clerk: string;
  readonly account_id: string;
  readonly recorded_at_ms: number;
  readonly subject_id: string | null;
  readonly cash_fen: number;
  readonly bank_card_fen: number;
  readonly wallet_fen: number;
  readonly litres: number;
  readonly tariff_id: string;
}

type Span = { from: string; until: string };

// Spelled as in the partial indexes of migration 0017, so that SQLite uses them.
const MOVES_TENDERS = `shift_id <> '' AND kind IN ('topup.paid', 'topup.refunded', 'topup.reversed', 'payment.taken', 'payment.reversed',
  'deposit.taken', 'deposit.returned', 'credit.refunded')`;

/** The tenders are what was posted to their accounts; what a refund gives back of gas is what its payment sold. */
function takings(from: { readonly operations: string; readonly postings: string; readonly and: string }): string {
  const tender = (account: string) => `coalesce(sum(CASE posting.ledger_account WHEN '${account}' THEN posting.amount_fen END), 0)`;
  return `WITH taken AS (
      SELECT counter_id, seq, kind, clerk, account_id, recorded_at_ms,
        coalesce(payload ->> '$.topupId', payload ->> '$.paymentId', payload ->> '$.handoverId') AS subject_id,
        CASE kind WHEN 'topup.refunded' THEN (SELECT payment -> '$.purchase' FROM topup WHERE topup_id = payload ->> '$.topupId')
          ELSE payload -> '$.purchase' END AS purchase,
        CASE kind WHEN 'topup.paid' THEN 1 ELSE -1 END AS sign
      FROM ${from.operations}
      WHERE business_date BETWEEN ? AND ? AND ${MOVES_TENDERS}${from.and}
    )
    SELECT taken.counter_id, taken.seq, kind, clerk, account_id, recorded_at_ms, subject_id,
      ${tender('cash-drawer')} AS cash_fen, ${tender('bank-card-clearing')} AS bank_card_fen, ${tender('wallet-clearing')} AS wallet_fen,
      coalesce(sign * (purchase ->> '$.litres'), 0) AS litres,
      coalesce(purchase ->> '$.tariffId', '') AS tariff_id
    FROM taken LEFT JOIN ${from.postings}
    GROUP BY taken.counter_id, taken.seq
    ORDER BY taken.counter_id, taken.seq`;
}

/** An operation that this journal holds too is this counter's; what headquarters has set aside and nothing else counts nowhere. */
const FOREIGN_COUNTS = ` AND id NOT IN (SELECT id FROM operation)
  AND NOT EXISTS (SELECT 1 FROM feed WHERE feed.counter_id = foreign_operation.counter_id AND feed.seq = foreign_operation.seq AND verdict = 'quarantined'
    AND NOT EXISTS (SELECT 1 FROM feed AS other WHERE other.counter_id = feed.counter_id AND other.seq = feed.seq AND other.verdict <> 'quarantined'))`;

export const takingStatements: Readonly<Record<'own' | 'foreign', Built<Span, TakingRow>>> = {
  own: {
    sql: takings({ operations: 'operation', postings: 'posting ON posting.seq = taken.seq', and: '' }),
    names: ['from', 'until'],
  },
  foreign: {
    sql: takings({
      operations: 'foreign_operation',
      postings: 'foreign_posting AS posting ON posting.counter_id = taken.counter_id AND posting.seq = taken.seq',
      and: FOREIGN_COUNTS,
    }),
    names: ['from', 'until'],
  },
};

/** Returns the reads on a connection. */
export function takingReads(connection: Connection): Pick<ReadStore, 'takings'> {
  const own = prepare(connection, takingStatements.own);
  const foreign = prepare(connection, takingStatements.foreign);
  return {
    takings: ({ from, until, of }) =>
      [...own.all({ from, until }), ...(of === 'branch' ? foreign.all({ from, until }) : [])].map((row) => ({
        counterId: row.counter_id,
        seq: row.seq,
        kind: row.kind,
        clerk: row.clerk,
        accountId: row.account_id,
        recordedAtMs: row.recorded_at_ms,
        subjectId: row.subject_id ?? '',
        cashFen: row.cash_fen,
        bankCardFen: row.bank_card_fen,
        walletFen: row.wallet_fen,
        litres: row.litres,
        tariffId: row.tariff_id,
      })),
  };
}
