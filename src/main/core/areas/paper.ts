// Calls of the area paper: forms and statements in A4.
import type { Outputs } from '../../../shared/contract/index.ts';
import type { ClosePapers } from '../close-papers.ts';
import type { Guard } from '../guard.ts';
import type { PaperDesk } from '../paper-desk.ts';
import { keyOf, makePaper, readPaper } from '../usecases/make-paper.ts';

export const paperArea = ({ guarded, who }: Guard, desk: PaperDesk, closePapers: ClosePapers) => ({
  make: guarded.paper.make.handler(async ({ input, context }) => {
    const made = await makePaper(who(context), desk, input);
    // Also those of a close from before there was a headquarters.
    if (input.subject.kind === 'day') closePapers.handOver(input.subject.closeId);
    return made;
  }),
  progress: guarded.paper.progress.handler(({ input, context }) => desk.progress(keyOf(who(context), input.paperId))),
  cancel: guarded.paper.cancel.handler(({ input, context }) => {
    desk.cancel(keyOf(who(context), input.paperId));
    return {};
  }),
  sheet: guarded.paper.sheet.handler(
    async ({ input, context }) => (await desk.sheet(keyOf(who(context), input.paperId), input.page)) as Outputs['paper']['sheet'],
  ),
  part: guarded.paper.part.handler(({ input, context }) => readPaper(who(context), desk, input)),
});
