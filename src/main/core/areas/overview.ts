// Calls of the area overview: the manager's figures, the operations behind them, and tables to take away.
import { createExportDesk } from '../export-desk.ts';
import type { Guard } from '../guard.ts';
import { exportTables, readExport } from '../usecases/export-tables.ts';
import { listOperations, viewOverview } from '../usecases/view-overview.ts';

export const overviewArea = ({ guarded, who }: Guard) => {
  const desk = createExportDesk();
  return {
    day: guarded.overview.day.handler(({ input, context }) => viewOverview(who(context), input)),
    operations: guarded.overview.operations.handler(({ input, context }) => listOperations(who(context), input)),
    export: guarded.overview.export.handler(({ input, context }) => exportTables(who(context), desk, input)),
    part: guarded.overview.part.handler(({ input, context }) => readExport(who(context), desk, input)),
  };
};
