// Card tasks on chips with keys of the card's own, under every tear: see tests/support/card-task-suite.ts.
import { CHIP_TASK_KINDS, describeTask } from '../support/card-task-suite.ts';

for (const kind of CHIP_TASK_KINDS) {
  for (const purpose of ['reissue', 'reverse'] as const) describeTask(kind, purpose, { stops: false });
}
