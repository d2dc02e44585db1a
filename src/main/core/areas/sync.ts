// Calls of the area sync: replication.
import type { Guard } from '../guard.ts';
import { listMasterData } from '../usecases/list-master-data.ts';
import { renewCounter } from '../usecases/renew-counter.ts';
import { repairOperation, settleCase } from '../usecases/settle.ts';
import { showSync } from '../usecases/show-sync.ts';

export const syncArea = ({ guarded, ports, who, approverOf }: Guard) => ({
  state: guarded.sync.state.handler(() => ports.sync.state()),
  details: guarded.sync.details.handler(() => showSync(ports)),
  settle: guarded.sync.settle.handler(async ({ input, context }) => settleCase(who(context), input, await approverOf(input.approval))),
  repair: guarded.sync.repair.handler(async ({ input, context }) => repairOperation(who(context), input, await approverOf(input.approval))),
  renew: guarded.sync.renew.handler(async ({ input, context }) => renewCounter(who(context), input, await approverOf(input.approval))),
  masterData: guarded.sync.masterData.handler(() => listMasterData(ports)),
  enrol: guarded.sync.enrol.handler(async ({ input }) => {
    await ports.sync.enrol(input.code.trim());
    return ports.sync.state();
  }),
});
