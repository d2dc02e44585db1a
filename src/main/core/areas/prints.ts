// Calls of the area prints: the print queue of paper in A4, and everything printed in one list.
import type { Outputs } from '../../../shared/contract/index.ts';
import { Fault } from '../../../shared/domain/fault.ts';
import type { Guard } from '../guard.ts';
import type { PaperDesk } from '../paper-desk.ts';
import { createPrintQueue } from '../print-queue.ts';
import { confirmPrint, handToPage, listPrints, reportPrint, reprintPaper, requeue, sendPaper, viewPrint } from '../usecases/print-paper.ts';

export const printsArea = ({ guarded, who, ports }: Guard, desk: PaperDesk) => {
  const queue = createPrintQueue(ports);
  return {
    list: guarded.prints.list.handler(({ input, context }) => listPrints(who(context), input)),
    get: guarded.prints.get.handler(({ input, context }) => viewPrint(who(context), queue, input)),
    send: guarded.prints.send.handler(({ input, context }) => sendPaper(who(context), desk, queue, input)),
    reprint: guarded.prints.reprint.handler(({ input, context }) => reprintPaper(who(context), queue, input)),
    retry: guarded.prints.retry.handler(({ input, context }) => requeue(who(context), queue, input, 'queued')),
    giveUp: guarded.prints.giveUp.handler(({ input, context }) => requeue(who(context), queue, input, 'given-up')),
    sheet: guarded.prints.sheet.handler(async ({ input, context }) => {
      viewPrint(who(context), queue, input);
      const sheet = await queue.sheet(queue.require(input.jobId), input.page);
      if (sheet === null) throw new Fault('PAPER_UNKNOWN');
      return sheet as Outputs['prints']['sheet'];
    }),
    hand: guarded.prints.hand.handler(({ input, context }) => handToPage(who(context), queue, input)),
    report: guarded.prints.report.handler(({ input, context }) => reportPrint(who(context), queue, input)),
    confirm: guarded.prints.confirm.handler(({ input, context }) => confirmPrint(who(context), queue, input)),
  };
};
