// Shows what stands between this counter and headquarters: what waits, what was set aside, what people must settle.
import type { Outputs } from '../../../shared/contract/index.ts';
import type { Ports } from '../ports/index.ts';

/** As many lines as somebody reads. */
const LINES = 100;

/** Returns the lists with the customers' names. */
export function showSync({ store, sync }: Pick<Ports, 'store' | 'sync'>): Outputs['sync']['details'] {
  const { queue, setAside, cases } = sync.details(LINES);
  const nameOf = (accountId: string) => (accountId === '' ? '' : (store.account(accountId)?.customerName ?? ''));
  return {
    queue: queue.map(({ seq, kind, accountId, clerk, recordedAtMs }) => ({
      ...{ seq, kind, accountId, clerk, recordedAtMs },
      customerName: nameOf(accountId),
    })),
    setAside: setAside.map(({ seq, kind, accountId, clerk, recordedAtMs, verdict, code, reason }) => ({
      ...{ seq, kind, accountId, clerk, recordedAtMs, verdict, code, reason },
      customerName: nameOf(accountId),
    })),
    cases: cases.map((one) => ({ ...one, customerName: nameOf(one.accountId) })),
  };
}
