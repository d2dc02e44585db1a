// Shows what stands between this counter and headquarters: what waits, what was set aside, what people must settle and how they can.
import type { Outputs } from '../../../shared/contract/index.ts';
import type { CaseSide } from '../../../shared/domain/feed.ts';
import { SETTLED, waysOfCase } from '../../../shared/domain/settling.ts';
import type { Ports } from '../ports/index.ts';
import { timelineEntry } from '../timeline.ts';
import { textsOf, waysOfSetAside } from './settle.ts';

/** As many lines as somebody reads. */
const LINES = 100;

/** Returns the lists with the customers' names. */
export function showSync({ store, sync }: Pick<Ports, 'store' | 'sync'>): Outputs['sync']['details'] {
  const { queue, setAside, cases } = sync.details(LINES);
  const nameOf = (accountId: string) => (accountId === '' ? '' : (store.account(accountId)?.customerName ?? ''));
  const operationOf = (side: CaseSide | null) => (side === null ? null : sync.replica.operation(side));
  return {
    queue: queue.map(({ seq, kind, accountId, clerk, recordedAtMs }) => ({
      ...{ seq, kind, accountId, clerk, recordedAtMs },
      customerName: nameOf(accountId),
    })),
    setAside: setAside.flatMap((row) => {
      const { seq, id, kind, accountId, clerk, recordedAtMs, verdict, code, reason } = row;
      const operation = sync.replica.operationById(id);
      if (operation === null) return [];
      return [
        {
          ...{ seq, kind, accountId, clerk, recordedAtMs, verdict, code, reason },
          customerName: nameOf(accountId),
          ways: [...waysOfSetAside(store, row, operation)],
          says: timelineEntry(operation, operation.accountId),
          fields: textsOf(operation),
        },
      ];
    }),
    cases: cases.map((one) => {
      const [later, earlier] = [operationOf(one.later), operationOf(one.earlier)];
      const settled = store.record(SETTLED, one.caseId);
      return {
        ...one,
        customerName: nameOf(one.accountId),
        ways: one.state === 'open' ? [...waysOfCase({ code: one.code, kind: one.later.kind })] : [],
        laterSays: later === null ? null : timelineEntry(later, one.accountId),
        earlierSays: earlier === null ? null : timelineEntry(earlier, one.accountId),
        numbers: later?.kind === 'counter.renewed' ? [...later.payload.numbers] : [],
        settled: settled === null ? null : { way: settled.way, clerk: settled.clerk, atMs: settled.settledAtMs },
      };
    }),
  };
}
