// Drafts of the signed-in clerk: kept without private numbers, offered again on the same business date, dropped afterwards.
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { withoutPrivate } from '../../../shared/domain/private-text.ts';
import { branchOf, type UseCaseContext } from '../actor.ts';
import type { DraftKey } from '../ports/drafts.ts';

type Place = Required<Inputs['drafts']['drop']>;

const keyOf = ({ actor }: UseCaseContext, { accountId, taskId, subjectId }: Place): DraftKey => ({
  clerk: actor.staffNo,
  accountId,
  taskId,
  subjectId,
});

/** Keeps what is typed, less what is private, in place of the last draft of the task. */
export function saveDraft(context: UseCaseContext, input: Place & { readonly value: unknown }): void {
  const { ports } = context;
  ports.drafts.save({
    ...keyOf(context, input),
    businessDate: branchOf(ports.store).businessDate,
    savedAtMs: ports.clock.nowMs(),
    text: JSON.stringify(withoutPrivate(input.value)),
  });
}

/** Returns the clerk's drafts of today, newest first; those of another business date are dropped. */
export function listDrafts({ ports, actor }: UseCaseContext): Outputs['drafts']['list'] {
  ports.drafts.keepOnly(branchOf(ports.store).businessDate);
  return ports.drafts.of(actor.staffNo).map(({ accountId, taskId, subjectId, savedAtMs }) => {
    const account = ports.store.account(accountId);
    return { accountId, accountNo: account?.accountNo ?? '', customerName: account?.customerName ?? '', taskId, subjectId, savedAtMs };
  });
}

/** Returns what was typed, null where nothing of today is kept. */
export function getDraft(context: UseCaseContext, place: Place): Outputs['drafts']['get'] {
  const { ports } = context;
  const draft = ports.drafts.get(keyOf(context, place));
  if (draft === null || draft.businessDate !== branchOf(ports.store).businessDate) return { value: null };
  return { value: JSON.parse(draft.text) };
}

/** The task is finished or given up. */
export function dropDraft(context: UseCaseContext, place: Place): void {
  context.ports.drafts.drop(keyOf(context, place));
}
