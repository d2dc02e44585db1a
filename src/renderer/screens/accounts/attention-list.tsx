// What a clerk should see before anything else, in words, each with the way to its task.
import { useTranslation } from 'react-i18next';
import { cubicMetres, yuan } from '../../format/format.ts';
import { ArrearsRow } from '../charging/account-money.tsx';
import { useNavigation } from '../shell/navigation.tsx';
import { taskOf } from '../tasks/tasks.ts';
import type { Account } from './account.ts';

type Kind = Account['attention'][number]['kind'];

/** The task that helps; null where there is none, or it is among the rows above. */
const HELP: Readonly<Record<Kind, string | null>> = {
  undelivered: null,
  'card-task': null,
  arrears: null,
  'volume-owed': null,
  request: null,
  'meter-fault': null,
  'verification-past': null,
  'household-expiring': 'change-household',
  suspended: null,
};

export function AttentionList({ account }: { readonly account: Account }) {
  const { t } = useTranslation();
  const { go } = useNavigation();
  // Undelivered purchases and arrears have rows of their own, with the next step.
  const shown = account.attention.filter(({ kind }) => kind !== 'undelivered' && kind !== 'arrears');
  return (
    <ul className="stack" data-testid="attention-list">
      <ArrearsRow accountId={account.accountId} />
      {shown.map(({ kind, count, amountFen, litres, detail }) => {
        const words = t(`attentionKind.${kind}`, {
          count,
          detail,
          amount: amountFen === null ? '' : yuan(amountFen),
          litres: litres === null ? '' : cubicMetres(litres),
        });
        const taskId = HELP[kind];
        return (
          <li key={`${kind} ${detail}`} className="row" data-kind={kind}>
            <span aria-hidden="true" className="tone-warn">
              ▲
            </span>
            {taskId === null || taskOf(taskId) === null ? (
              <span>{words}</span>
            ) : (
              <button type="button" className="link-button" onClick={() => go({ screen: 'task', taskId, accountId: account.accountId })}>
                {words}
              </button>
            )}
          </li>
        );
      })}
    </ul>
  );
}
