// What a crash or a sign-out has left half-typed: continue where you were, or give it up.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { memo } from 'react';
import type { Outputs } from '../../../shared/contract/index.ts';
import { api, client } from '../../bridge/client.ts';
import { Button } from '../../components/button.tsx';
import { Panel } from '../../components/facts.tsx';
import { dateTime } from '../../format/format.ts';
import { useTranslation } from '../../text/use-translation.tsx';
import { useNavigation } from '../shell/navigation.tsx';
import type { Place } from '../shell/trail.ts';
import { entryOf } from '../tasks/menu.ts';
import { useTaskName } from '../tasks/task-menu.tsx';

type Draft = Outputs['drafts']['list'][number];

/** What is no task and keeps drafts: the shift half a count, the day page half a deposit. */
const NO_TASKS = {
  shift: { place: { screen: 'shift' }, name: 'drawer.count.title' },
  'bank-deposit': { place: { screen: 'day' }, name: 'day.bank.title' },
} as const satisfies Readonly<Record<string, { readonly place: Place; readonly name: string }>>;

function noTask(taskId: string) {
  return Object.hasOwn(NO_TASKS, taskId) ? NO_TASKS[taskId as keyof typeof NO_TASKS] : null;
}

function placeOf({ taskId, accountId, subjectId }: Draft): Place | null {
  const own = noTask(taskId);
  if (own !== null) return own.place;
  const place = entryOf(taskId)?.place(accountId) ?? null;
  return place?.screen === 'task' && subjectId !== '' ? { ...place, subjectId } : place;
}

export const DraftsPanel = memo(function DraftsPanel() {
  const { t } = useTranslation();
  const nameOf = useTaskName();
  const queries = useQueryClient();
  const { resume, parked } = useNavigation();
  // Parking and going on change it without an event.
  const { data = [] } = useQuery({ ...api.drafts.list.queryOptions({ input: {} }), staleTime: 0 });
  const held = new Set(
    parked.flatMap(({ drafts }) => drafts.map(({ taskId, accountId, subjectId }) => `${taskId} ${accountId} ${subjectId}`)),
  );
  const shown = data.filter((draft) => placeOf(draft) !== null && !held.has(`${draft.taskId} ${draft.accountId} ${draft.subjectId}`));
  const keyOf = ({ taskId, accountId, subjectId }: Draft) => ({ taskId, accountId, subjectId });
  const open = useMutation({
    mutationFn: async (draft: Draft) => ({ draft, value: (await client.drafts.get(keyOf(draft))).value }),
    onSuccess: ({ draft, value }) => {
      const place = placeOf(draft);
      if (place !== null && value !== null) resume(place, { ...keyOf(draft), text: JSON.stringify(value) });
    },
  });
  const drop = useMutation({
    mutationFn: (draft: Draft) => client.drafts.drop(keyOf(draft)),
    onSettled: () => void queries.invalidateQueries({ queryKey: api.drafts.key() }),
  });
  const wordOf = ({ taskId }: Draft): string => {
    const own = noTask(taskId);
    return own === null ? nameOf(taskId) : t(own.name);
  };
  if (shown.length === 0) return null;
  return (
    <Panel title={t('work.drafts.title')} testId="drafts">
      <p className="soft">{t('work.drafts.hint')}</p>
      <ul className="stack">
        {shown.map((draft) => (
          <li key={`${draft.taskId} ${draft.accountId} ${draft.subjectId}`} className="panel row between wrap" data-testid="draft-row">
            <span className="row wrap">
              <strong>{wordOf(draft)}</strong>
              <span>{draft.customerName}</span>
              <span className="figures">{draft.accountNo}</span>
              <span className="soft figures">{dateTime(draft.savedAtMs)}</span>
            </span>
            <span className="row">
              <Button onClick={() => drop.mutate(draft)}>{t('work.drafts.drop')}</Button>
              <Button type="primary" loading={open.isPending} onClick={() => open.mutate(draft)} data-testid="draft-continue">
                {t('work.drafts.continue')}
              </Button>
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
});
