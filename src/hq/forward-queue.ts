// Facts about accounts of other branches, noted in the transaction that keeps them, so that none is forgotten on its way home.
import type { Transaction } from 'kysely';
import { homeOf } from '../shared/domain/cross-branch.ts';
import type { Judged } from './judge.ts';
import type { Tables } from './tables.ts';

/** Notes what has to be carried to another branch; in quarantine nothing is, until it is accepted. */
export async function queueForwards(
  tx: Transaction<Tables>,
  { branchNo, judged }: { readonly branchNo: string; readonly judged: readonly Judged[] },
): Promise<void> {
  const rows = judged.flatMap(({ sound, verdict }): Tables['forwards'][] => {
    const { counterId, seq } = sound.link;
    const home = verdict === 'quarantined' ? null : homeOf(sound.link);
    return home === null ? [] : [{ branch_no: branchNo, counter_id: counterId, seq, home_branch_no: home, state: 'waiting' }];
  });
  if (rows.length === 0) return;
  await tx
    .insertInto('forwards')
    .values(rows)
    .onConflict((conflict) => conflict.columns(['branch_no', 'counter_id', 'seq']).doNothing())
    .execute();
}
