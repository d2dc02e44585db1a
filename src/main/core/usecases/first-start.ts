// The first start of a counter that has no books: nobody can sign in yet, so whoever stands there sees how far it is and brings the one-time code.
import type { Outputs } from '../../../shared/contract/index.ts';
import { Fault } from '../../../shared/domain/fault.ts';
import type { Ports } from '../ports/index.ts';

type FirstStart = Outputs['system']['firstStart'];

/** Returns how far the first start is; null on a counter that can do business. */
export function viewFirstStart({ store, sync }: Pick<Ports, 'store' | 'sync'>): FirstStart {
  if (!store.isLoading() && store.branch() !== null) return null;
  const { state, lastError, firstLoad } = sync.state();
  return { counterId: store.counterId(), branchName: store.branch()?.name ?? '', state, lastError, load: firstLoad };
}

/** Enrols a counter that has no books. Throws ROLE_DENIED on one that has: there somebody signs in and does it. */
export async function beginFirstStart(ports: Pick<Ports, 'store' | 'sync'>, code: string): Promise<FirstStart> {
  if (viewFirstStart(ports) === null) throw new Fault('ROLE_DENIED', { role: '' });
  await ports.sync.enrol(code.trim());
  return viewFirstStart(ports);
}
