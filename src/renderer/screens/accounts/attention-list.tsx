// What a clerk should see before anything else, in words, each with the button and the letter that start its next step; and the banner of what is dangerous.

import { WarningOutlined } from '@ant-design/icons';
import { memo } from 'react';
import { Button } from '../../components/button.tsx';
import { useWords } from '../../components/commodity.tsx';
import { cubicMetres, yuan } from '../../format/format.ts';
import { Kbd } from '../../keys/keys.tsx';
import { ArrearsRow } from '../charging/account-money.tsx';
import { useNavigation } from '../shell/navigation.tsx';
import { isServedAway } from '../tasks/menu.ts';
import { useTaskName } from '../tasks/task-menu.tsx';
import { taskOf } from '../tasks/tasks.ts';
import { useHomeBranch } from '../tasks/use-home-branch.ts';
import type { Account } from './account.ts';

type Attention = Account['attention'][number];

interface Row {
  readonly key: string;
  readonly words: string;
  /** The task that is the next step; null where there is none. */
  readonly taskId: string | null;
}

/** Undelivered purchases and arrears have rows of their own; requests and card tasks are listed one by one. */
const ELSEWHERE: ReadonlySet<Attention['kind']> = new Set(['undelivered', 'arrears', 'request', 'card-task']);

function helpFor(kind: Attention['kind'], account: Account): string | null {
  switch (kind) {
    case 'volume-owed':
      // Owed volume goes onto the card the customer has, or with the card that is made for them.
      return account.cards.some(({ status }) => status === 'active') ? 'correct' : 'issue';
    case 'meter-fault':
    case 'verification-past':
      return 'meter';
    case 'household-expiring':
      return 'household';
    case 'suspended':
      return 'reactivation';
    default:
      return null;
  }
}

function useAttentionWords(): (one: Attention) => string {
  const { t } = useWords();
  return ({ kind, count, detail, amountFen, litres }) =>
    t(`attentionKind.${kind}`, {
      count,
      detail,
      amount: amountFen === null ? '' : yuan(amountFen),
      litres: litres === null ? '' : cubicMetres(litres),
    });
}

function useRows(account: Account): readonly Row[] {
  const { t } = useWords();
  const wordsOf = useAttentionWords();
  const nameOf = useTaskName();
  return [
    ...account.cardTasks.map(({ taskId, purpose, cardNo }) => ({
      key: taskId,
      words: t('people.openCardTask', { task: nameOf(purpose), cardNo }),
      taskId: purpose,
    })),
    ...account.requests.map(({ requestId, requestNo, requestKind, deadline }) => ({
      key: requestId,
      words: t('people.openRequest', { task: nameOf(requestKind), requestNo, deadline }),
      taskId: requestKind,
    })),
    ...account.attention
      .filter(({ kind }) => !ELSEWHERE.has(kind))
      .map((one) => ({ key: `${one.kind} ${one.detail}`, words: wordsOf(one), taskId: helpFor(one.kind, account) })),
  ];
}

export const AttentionList = memo(function AttentionList({ account }: { readonly account: Account }) {
  const { go } = useNavigation();
  const nameOf = useTaskName();
  const { t } = useWords();
  const isAway = useHomeBranch(account.accountId) !== '';
  return (
    <ul className="stack" data-testid="attention-list">
      <ArrearsRow accountId={account.accountId} />
      {useRows(account).map(({ key, words, taskId }) => {
        const task = taskId === null ? null : taskOf(taskId);
        return (
          <li key={key} className="row between wrap" data-testid="attention-row" data-task={task?.id ?? ''}>
            <span>
              <span aria-hidden="true" className="tone-warn">
                ▲
              </span>{' '}
              {words}
            </span>
            {task !== null && isAway && !isServedAway(task.id) && <span className="soft">{t('work.menu.away')}</span>}
            {task?.fits(account) === true && (!isAway || isServedAway(task.id)) && (
              <Button size="small" onClick={() => go({ screen: 'task', taskId: task.id, accountId: account.accountId })}>
                {nameOf(task.id)}
                <Kbd>{`Alt ${task.letter}`}</Kbd>
              </Button>
            )}
          </li>
        );
      })}
    </ul>
  );
});

/** What may be dangerous at the customer's place, across the whole page; nothing where nothing is. */
export function HazardBanner({ account }: { readonly account: Account }) {
  const { t } = useWords();
  const wordsOf = useAttentionWords();
  const hazards = account.attention.filter(({ kind }) => kind === 'meter-fault');
  if (hazards.length === 0) return null;
  return (
    <div className="state-refused" role="alert" data-testid="hazard">
      <WarningOutlined className="tone-bad" /> <strong>{t('people.hazard')}</strong> {hazards.map(wordsOf).join(' · ')}
    </div>
  );
}
