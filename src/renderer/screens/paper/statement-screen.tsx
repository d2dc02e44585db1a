// The customer's statement: from when to when, and the paper. The form of the account's opening lies here too.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../bridge/client.ts';
import { Button } from '../../components/button.tsx';
import { useWords } from '../../components/commodity.tsx';
import { Facts, Lines, Panel } from '../../components/facts.tsx';
import { Field, focusWrong, wrong } from '../../components/field.tsx';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import type { TaskProps } from '../tasks/task.ts';
import { PaperButton, PaperDialog } from './paper-dialog.tsx';

function Period({ accountId, today }: { readonly accountId: string; readonly today: string }) {
  const { t } = useWords();
  const [from, setFrom] = useState(`${today.slice(0, 4)}-01-01`);
  const [until, setUntil] = useState(today);
  const [open, setOpen] = useState(false);
  const [asked, setAsked] = useState(false);
  const problem =
    from === '' ? wrong('from', 'empty') : until === '' ? wrong('until', 'empty') : until < from ? wrong('until', 'range') : null;
  const show = (): void => {
    setAsked(true);
    if (!focusWrong(problem)) setOpen(true);
  };
  useKeys({ Enter: show });
  const shown = asked ? problem : null;
  return (
    <Panel title={t('paper.statement')} testId="statement">
      <div className="field-grid">
        <Field field="from" label={t('paper.from')} type="date" value={from} onChange={setFrom} problem={shown} autoFocus />
        <Field field="until" label={t('paper.until')} type="date" value={until} onChange={setUntil} problem={shown} />
      </div>
      <div className="row between wrap">
        <PaperButton subject={{ kind: 'account-opening', accountId }} word={t('paper.opening')} letter="O" />
        <Button type="primary" size="large" onClick={show} data-testid="show-statement">
          {t('paper.show')}
          <Kbd>Enter</Kbd>
        </Button>
      </div>
      {open && <PaperDialog subject={{ kind: 'statement', accountId, from, until }} onClose={() => setOpen(false)} />}
    </Panel>
  );
}

export default function StatementScreen({ accountId }: TaskProps) {
  const { t } = useWords();
  const account = useQuery(api.accounts.get.queryOptions({ input: { accountId } })).data;
  const info = useQuery(api.system.info.queryOptions({ input: {} })).data;
  return (
    <div className="stack-wide">
      <h1>{t('task.statement')}</h1>
      {account === undefined || info === undefined ? (
        <Lines count={4} />
      ) : (
        <div className="topup-columns">
          <div />
          <Period accountId={accountId} today={info.businessDate} />
          <Panel title={t('topup.summary')} testId="summary">
            <Facts
              figures
              items={[
                [t('topup.customer'), <strong key="name">{account.customerName}</strong>],
                [t('account.no'), account.accountNo],
              ]}
            />
          </Panel>
        </div>
      )}
    </div>
  );
}
