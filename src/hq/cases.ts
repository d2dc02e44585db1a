// Exception cases: what was found besides the verdicts, for people to look at and to settle.
import type { Transaction } from 'kysely';
import type { CaseSettled } from '../shared/domain/settling.ts';
import { fetchRows } from './fetch-rows.ts';
import { type Judged, settlementKey } from './judge.ts';
import type { Tables } from './tables.ts';

/** Opens an exception case for each conflict that was found, with both sides. */
export async function openCases(
  tx: Transaction<Tables>,
  input: { readonly branchNo: string; readonly judged: readonly Judged[]; readonly receivedAtMs: number },
): Promise<void> {
  const { branchNo } = input;
  for (const { sound, found } of input.judged) {
    if (found === null) continue;
    const { link } = sound;
    const earlier = found.earlier === null ? null : await sideOf(tx, { branchNo, ...found.earlier });
    const { counterId, seq, kind, clerk, recordedAtMs } = link;
    await tx
      .insertInto('cases')
      .values({
        branch_no: branchNo,
        case_id: link.id,
        code: found.code,
        state: 'open',
        account_id: found.accountId,
        opened_at_ms: input.receivedAtMs,
        later_json: JSON.stringify({ counterId, seq, kind, clerk, recordedAtMs }),
        earlier_json: earlier === null ? '' : JSON.stringify(earlier),
        note: '',
      })
      .onConflict((conflict) => conflict.columns(['branch_no', 'case_id']).doNothing())
      .execute();
  }
}

/** Settles cases that an operation has settled, whichever of both came first: a restored headquarters may find a case after its settlement. */
export async function settleCases(
  tx: Transaction<Tables>,
  { branchNo, judged }: { readonly branchNo: string; readonly judged: readonly Judged[] },
): Promise<void> {
  const ids = judged.flatMap(({ sound, verdict, found }) => {
    if (found !== null) return [sound.link.id];
    return sound.link.kind === 'case.settled' && verdict === 'applied' ? [(sound.link.payload as CaseSettled).caseId] : [];
  });
  if (ids.length === 0) return;
  const rows = await fetchRows(tx, { branchNo, keys: ids.map(settlementKey) });
  for (const { body } of rows.values()) {
    const { caseId, reason } = body as CaseSettled;
    await tx
      .updateTable('cases')
      .set({ state: 'settled', note: reason })
      .where('branch_no', '=', branchNo)
      .where('case_id', '=', caseId)
      .execute();
  }
}

async function sideOf(tx: Transaction<Tables>, place: { readonly branchNo: string; readonly counterId: string; readonly seq: number }) {
  const row = await tx
    .selectFrom('operations')
    .select(['kind', 'clerk', 'recorded_at_ms'])
    .where('branch_no', '=', place.branchNo)
    .where('counter_id', '=', place.counterId)
    .where('seq', '=', place.seq)
    .executeTakeFirst();
  if (row === undefined) return null;
  return { counterId: place.counterId, seq: place.seq, kind: row.kind, clerk: row.clerk, recordedAtMs: Number(row.recorded_at_ms) };
}
