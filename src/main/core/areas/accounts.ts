// Calls of the area accounts: customer accounts.
import type { Guard } from '../guard.ts';
import { assignAccount, changeBank, changePhone, changePlan } from '../usecases/change-account.ts';
import { addNote, attachFile, readAttachment, revealNumber } from '../usecases/note-account.ts';
import { listPlans, openAccount } from '../usecases/open-account.ts';
import { searchAccounts } from '../usecases/search-accounts.ts';
import { viewAccount } from '../usecases/view-account.ts';

export const accountsArea = ({ guarded, who, approverOf }: Guard) => ({
  search: guarded.accounts.search.handler(({ input, context }) => searchAccounts(who(context), input)),
  get: guarded.accounts.get.handler(({ input, context }) => viewAccount(who(context), input)),
  plans: guarded.accounts.plans.handler(({ context }) => listPlans(who(context))),
  open: guarded.accounts.open.handler(({ input, context }) => openAccount(who(context), input)),
  changePhone: guarded.accounts.changePhone.handler(({ input, context }) => changePhone(who(context), input)),
  assign: guarded.accounts.assign.handler(async ({ input, context }) =>
    assignAccount(who(context), input, await approverOf(input.approval)),
  ),
  changePlan: guarded.accounts.changePlan.handler(({ input, context }) => changePlan(who(context), input)),
  changeBank: guarded.accounts.changeBank.handler(async ({ input, context }) =>
    changeBank(who(context), input, await approverOf(input.approval)),
  ),
  addNote: guarded.accounts.addNote.handler(({ input, context }) => addNote(who(context), input)),
  attach: guarded.accounts.attach.handler(({ input, context }) => attachFile(who(context), input)),
  attachment: guarded.accounts.attachment.handler(({ input, context }) => readAttachment(who(context), input)),
  reveal: guarded.accounts.reveal.handler(({ input, context }) => revealNumber(who(context), input)),
});
