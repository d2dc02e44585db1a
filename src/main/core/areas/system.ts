// Calls of the area system: what this counter is.
import { branchOf } from '../actor.ts';
import type { Guard } from '../guard.ts';

export const systemArea = ({ guarded, ports }: Guard) => ({
  info: guarded.system.info.handler(() => {
    const branch = branchOf(ports.store);
    return {
      product: 'countertop' as const,
      version: ports.version,
      host: ports.host,
      branchNo: branch.branchNo,
      branchName: branch.name,
      counterId: ports.store.counterId(),
      businessDate: branch.businessDate,
      demo: ports.hall !== null,
      demoStaff: [...ports.demoStaff],
    };
  }),
});
