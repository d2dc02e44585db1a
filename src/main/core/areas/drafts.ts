// Calls of the area drafts: what is typed and not yet finished.
import type { Guard } from '../guard.ts';
import { dropDraft, getDraft, listDrafts, saveDraft } from '../usecases/keep-draft.ts';

export const draftsArea = ({ guarded, who }: Guard) => ({
  save: guarded.drafts.save.handler(({ input, context }) => {
    saveDraft(who(context), input);
    return {};
  }),
  list: guarded.drafts.list.handler(({ context }) => listDrafts(who(context))),
  get: guarded.drafts.get.handler(({ input, context }) => getDraft(who(context), input)),
  drop: guarded.drafts.drop.handler(({ input, context }) => {
    dropDraft(who(context), input);
    return {};
  }),
});
