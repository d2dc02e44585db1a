// Calls of the area visits: accounts of other branches.
import type { Guard } from '../guard.ts';
import { findVisit, noteVisit } from '../usecases/visit-account.ts';

export const visitsArea = ({ guarded, who }: Guard) => ({
  find: guarded.visits.find.handler(({ input, context }) => findVisit(who(context), input)),
  note: guarded.visits.note.handler(({ input, context }) => noteVisit(who(context), input)),
});
