// Calls of the area day: the day as it stands, its close, and the agreement with headquarters.
import type { ClosePapers } from '../close-papers.ts';
import { createDayDesk } from '../day-desk.ts';
import type { Guard } from '../guard.ts';
import { agreeDay } from '../usecases/agree-day.ts';
import { bankCash, closeDay, findClose, listCloses, viewClose, viewDay } from '../usecases/close-day.ts';

export const dayArea = ({ guarded, who, approverOf }: Guard, papers: ClosePapers) => {
  const desk = createDayDesk();
  return {
    now: guarded.day.now.handler(({ context }) => viewDay(who(context), desk)),
    close: guarded.day.close.handler(async ({ input: { approval, ...input }, context }) => {
      const approver = await approverOf(approval);
      const closed = closeDay(who(context), desk, input, approver);
      papers.handOver(closed.closeId);
      return closed;
    }),
    closes: guarded.day.closes.handler(({ input, context }) => listCloses(who(context), input)),
    get: guarded.day.get.handler(({ input, context }) => viewClose(who(context), input)),
    find: guarded.day.find.handler(({ input, context }) => findClose(who(context), input)),
    agree: guarded.day.agree.handler(({ input, context }) => agreeDay(who(context), input)),
    papers: guarded.day.papers.handler(({ input }) => papers.view(input.closeId)),
    handOver: guarded.day.handOver.handler(({ input }) => {
      papers.handOver(input.closeId);
      return papers.view(input.closeId);
    }),
    bank: guarded.day.bank.handler(async ({ input: { approval, ...input }, context }) => {
      const approver = await approverOf(approval);
      return bankCash(who(context), desk, input, approver);
    }),
  };
};
