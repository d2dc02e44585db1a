// Calls of the area system: what this counter is.
import type { Guard } from '../guard.ts';
import { beginFirstStart, viewFirstStart } from '../usecases/first-start.ts';

export const systemArea = ({ guarded, ports }: Guard) => ({
  info: guarded.system.info.handler(() => {
    // A counter before its first load has none.
    const branch = ports.store.branch() ?? { branchNo: '', name: '', businessDate: '' };
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
  firstStart: guarded.system.firstStart.handler(() => viewFirstStart(ports)),
  begin: guarded.system.begin.handler(({ input }) => beginFirstStart(ports, input.code)),
});
