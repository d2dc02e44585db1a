// Calls of the area sync: replication.
import type { Guard } from '../guard.ts';
import { showSync } from '../usecases/show-sync.ts';

export const syncArea = ({ guarded, ports }: Guard) => ({
  state: guarded.sync.state.handler(() => ports.sync.state()),
  details: guarded.sync.details.handler(() => showSync(ports)),
  enrol: guarded.sync.enrol.handler(async ({ input }) => {
    await ports.sync.enrol(input.code.trim());
    return ports.sync.state();
  }),
});
