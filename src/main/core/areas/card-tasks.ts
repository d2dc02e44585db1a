// Calls of the area cardTasks: cards made, corrected and taken back.
import { CARD_TASKS } from '../../../shared/domain/card-tasks.ts';
import { requireTask } from '../card-task-job.ts';
import { cardTaskView, viewAccountCards } from '../card-task-view.ts';
import type { Guard } from '../guard.ts';
import { blacklistCard } from '../usecases/blacklist-card.ts';
import { abandonCardTask, continueCardTask } from '../usecases/continue-card-task.ts';
import { loadCard } from '../usecases/load-card.ts';
import { makeCard } from '../usecases/make-card.ts';
import { reverseTopup } from '../usecases/reverse-topup.ts';

const MOST = 200;

export const cardTasksArea = ({ guarded, who, approverOf, ports }: Guard) => ({
  make: guarded.cardTasks.make.handler(async ({ input, context }) => makeCard(who(context), input, await approverOf(input.approval))),
  load: guarded.cardTasks.load.handler(async ({ input, context }) => loadCard(who(context), input, await approverOf(input.approval))),
  reverse: guarded.cardTasks.reverse.handler(async ({ input, context }) =>
    reverseTopup(who(context), input, await approverOf(input.approval)),
  ),
  continue: guarded.cardTasks.continue.handler(async ({ input, context }) =>
    continueCardTask(who(context), input, await approverOf(input.approval)),
  ),
  abandon: guarded.cardTasks.abandon.handler(async ({ input, context }) =>
    abandonCardTask(who(context), input, await approverOf(input.approval)),
  ),
  blacklist: guarded.cardTasks.blacklist.handler(({ input, context }) => blacklistCard(who(context), input)),
  get: guarded.cardTasks.get.handler(({ input, context }) => cardTaskView(ports.store, requireTask(who(context), input.taskId))),
  open: guarded.cardTasks.open.handler(() =>
    ports.store.recordsInState(CARD_TASKS, 'open', MOST).map((task) => cardTaskView(ports.store, task)),
  ),
  ofAccount: guarded.cardTasks.ofAccount.handler(({ input, context }) => viewAccountCards(who(context), input)),
});
