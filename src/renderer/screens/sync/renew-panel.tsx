// The way on for a counter whose journal headquarters knows otherwise: another number, with a one-time code and a second person.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Inputs } from '../../../shared/contract/index.ts';
import { client } from '../../bridge/client.ts';
import { useSession } from '../../bridge/session.ts';
import { Button } from '../../components/button.tsx';
import { Panel } from '../../components/facts.tsx';
import { Input } from '../../components/input.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { useApproval } from '../../components/use-approval.tsx';
import { useTranslation } from '../../text/use-translation.tsx';

/** What headquarters says to a journal that it knows otherwise. */
export const FORKED: readonly unknown[] = ['SEQUENCE_FORK', 'JOURNAL_BEHIND'];

export function RenewPanel() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const role = useSession()?.staff.role;
  const [code, setCode] = useState('');
  const [reason, setReason] = useState('');
  const act = useApproval({
    call: (input: Omit<Inputs['sync']['renew'], 'approval'>) => client.sync.renew(input),
    hint: t('sync.approveRenew'),
    onSuccess: () => void queries.invalidateQueries(),
  });
  const may = role === 'it' || role === 'manager';
  const ready = may && code.trim().length >= 8 && reason.trim() !== '';
  return (
    <Panel title={t('sync.renewTitle')} testId="sync-renew">
      <form
        className="stack narrow"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) act.run({ code: code.trim(), reason: reason.trim() });
        }}
      >
        <p>{t('sync.renewWhat')}</p>
        <label htmlFor="renewal-code">{t('sync.code')}</label>
        <Input id="renewal-code" value={code} disabled={!may} autoComplete="off" onChange={(event) => setCode(event.target.value)} />
        <label htmlFor="renewal-reason">{t('charging.reason')}</label>
        <Input
          id="renewal-reason"
          value={reason}
          disabled={!may}
          maxLength={200}
          autoComplete="off"
          onChange={(event) => setReason(event.target.value)}
        />
        <p className="soft">{t(may ? 'sync.renewHint' : 'sync.renewWho')}</p>
        {act.problem !== null && <ProblemNote problem={act.problem} />}
        <div>
          <Button type="primary" htmlType="submit" disabled={!ready} loading={act.isPending}>
            {t('sync.renew')}
          </Button>
        </div>
      </form>
      {act.dialog}
    </Panel>
  );
}
