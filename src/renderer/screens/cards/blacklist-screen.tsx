// A card is reported lost or misused: from now on nobody is served on it, whether or not a new one is made.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Inputs } from '../../../shared/contract/index.ts';
import { api, client, problemOf } from '../../bridge/client.ts';
import { Button } from '../../components/button.tsx';
import { useWords } from '../../components/commodity.tsx';
import { Facts, Lines, Panel } from '../../components/facts.tsx';
import { Input } from '../../components/input.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import { useForm } from '../accounts/use-form.ts';
import { useDraft, useLeaveGuard, useNavigation } from '../shell/navigation.tsx';
import type { TaskProps } from '../tasks/task.ts';

export default function BlacklistScreen({ accountId }: TaskProps) {
  const { t } = useWords();
  const { replace } = useNavigation();
  const queries = useQueryClient();
  const account = useQuery(api.accounts.get.queryOptions({ input: { accountId } })).data;
  const cards = useQuery(api.cardTasks.ofAccount.queryOptions({ input: { accountId } }));
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState(false);
  const card = cards.data?.cards.find(({ status }) => status === 'active');
  const form = useForm(
    (input: Inputs['cardTasks']['blacklist']) => client.cardTasks.blacklist(input),
    () => {
      for (const queryKey of [api.cardTasks.key(), api.accounts.get.key(), api.cards.key()]) void queries.invalidateQueries({ queryKey });
    },
  );
  const done = form.isSaved;
  const dirty = !done && reason !== '';
  useLeaveGuard(dirty);
  useDraft<string>({ taskId: 'blacklist', accountId }, dirty ? reason : null, setReason);
  const act = (): unknown => {
    if (done) return replace({ screen: 'account', accountId });
    if (card === undefined) return false;
    setMissing(reason.trim() === '');
    if (reason.trim() === '') return document.getElementById('blacklist-reason')?.focus();
    return form.submit(null, () => ({ cardNo: card.cardNo, reason: reason.trim() }));
  };
  useKeys({ Enter: act, 'Alt+l': () => (done ? replace({ screen: 'task', taskId: 'reissue', accountId }) : false) });
  return (
    <div className="stack-wide narrow">
      <h1>{t('task.blacklist')}</h1>
      {cards.error !== null && <ProblemNote problem={problemOf(cards.error)} />}
      {cards.data === undefined && cards.error === null && <Lines />}
      {cards.data !== undefined && !done && (
        <Panel title={t('task.blacklist')}>
          {card === undefined && <div className="state-refused">{t('cardTask.noActiveCard')}</div>}
          <Facts
            items={[
              [t('topup.customer'), account?.customerName ?? null],
              [t('account.cardNo'), card?.cardNo ?? null],
            ]}
          />
          <p>{t('cardTask.blacklistHint')}</p>
          <div className="field-grid">
            <label htmlFor="blacklist-reason">{t('cardTask.reason')}</label>
            <div>
              <Input
                id="blacklist-reason"
                autoFocus
                autoComplete="off"
                maxLength={200}
                value={reason}
                status={missing ? 'error' : ''}
                aria-invalid={missing}
                data-testid="blacklist-reason"
                onChange={(event) => {
                  setReason(event.target.value);
                  setMissing(false);
                  form.touched();
                }}
              />
              {missing && (
                <div role="alert" className="tone-bad">
                  {t('cardTask.reasonNeeded')}
                </div>
              )}
            </div>
          </div>
          {form.problem !== null && <ProblemNote problem={form.problem} />}
          <div className="row between">
            <span />
            <Button
              type="primary"
              danger
              size="large"
              loading={form.isPending}
              disabled={card === undefined}
              onClick={act}
              data-testid="blacklist-do"
            >
              {t('cardTask.blacklistDo')}
              <Kbd>Enter</Kbd>
            </Button>
          </div>
        </Panel>
      )}
      {done && (
        <div className="state-done stack" data-testid="blacklist-result">
          <div className="sentence" role="status">
            {t('cardTask.blacklisted')}
          </div>
          <div className="row">
            <Button type="primary" size="large" onClick={act}>
              {t('cardTask.back')}
              <Kbd>Enter</Kbd>
            </Button>
            <Button onClick={() => replace({ screen: 'task', taskId: 'reissue', accountId })}>
              {t('task.reissue')}
              <Kbd>Alt L</Kbd>
            </Button>
          </div>
        </div>
      )}
    </div>
  );
}
