// What clerks have asked this supervisor for: each act with its figures and its reason, approved or denied with a note.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Outputs } from '../../../shared/contract/index.ts';
import { api, client, problemOf } from '../../bridge/client.ts';
import { useSession } from '../../bridge/session.ts';
import { useActName } from '../../components/act-name.ts';
import { Button } from '../../components/button.tsx';
import { useWords } from '../../components/commodity.tsx';
import { Facts, Lines, Panel } from '../../components/facts.tsx';
import { Input } from '../../components/input.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { dateTime, yuan } from '../../format/format.ts';
import { Kbd, useKeys } from '../../keys/keys.tsx';

type Asked = Outputs['approvals']['get'];

function Request({ asked, first }: { readonly asked: Asked; readonly first: boolean }) {
  const { t, volume } = useWords(asked.commodity);
  const queries = useQueryClient();
  const actName = useActName(asked.commodity);
  const own = useSession()?.staff.staffNo === asked.askedBy.staffNo;
  const [note, setNote] = useState('');
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 10_000);
    return () => clearInterval(timer);
  }, []);
  const decide = useMutation({
    mutationFn: (decision: 'approved' | 'denied') => client.approvals.decide({ approvalId: asked.approvalId, decision, note: note.trim() }),
    onSettled: () => void queries.invalidateQueries({ queryKey: api.approvals.key() }),
  });
  const send = (decision: 'approved' | 'denied'): unknown => (decide.isPending || own ? false : decide.mutate(decision));
  useKeys({ 'Alt+1': () => send('approved'), 'Alt+2': () => send('denied') }, { active: first });
  return (
    <li className="panel stack state-waiting" data-testid="approval-row">
      <div className="row between wrap">
        <strong>{t('work.approvals.asks', { name: asked.askedBy.name, no: asked.askedBy.staffNo })}</strong>
        <span className="soft figures">
          {dateTime(asked.askedAtMs)} ·{' '}
          {t('work.approvals.rest', { minutes: Math.max(0, Math.ceil((asked.expiresAtMs - nowMs) / 60_000)) })}
        </span>
      </div>
      <div className="sentence">{actName(asked.act)}</div>
      <Facts
        items={[
          [t('account.no'), asked.accountNo === '' ? null : `${asked.customerName} ${asked.accountNo}`],
          [t('work.approvals.amount'), asked.amountFen === null ? null : <strong key="fen">{yuan(asked.amountFen)}</strong>],
          [t('work.approvals.volume'), asked.litres === null ? null : volume(asked.litres)],
          [t('work.approvals.reason'), asked.reason],
        ]}
      />
      {own ? (
        <p className="tone-warn">{t('work.approvals.ownRequest')}</p>
      ) : (
        <>
          <label htmlFor={`note-${asked.approvalId}`}>{t('work.approvals.note')}</label>
          <Input
            id={`note-${asked.approvalId}`}
            autoComplete="off"
            maxLength={200}
            value={note}
            placeholder={t('work.approvals.noteHint')}
            data-testid="approval-note"
            onChange={(event) => setNote(event.target.value)}
          />
          {decide.error !== null && <ProblemNote problem={problemOf(decide.error)} />}
          <div className="row">
            <Button type="primary" loading={decide.isPending} onClick={() => send('approved')} data-testid="approve">
              {t('work.approvals.approve')}
              {first && <Kbd>Alt 1</Kbd>}
            </Button>
            <Button disabled={decide.isPending} onClick={() => send('denied')} data-testid="deny">
              {t('work.approvals.deny')}
              {first && <Kbd>Alt 2</Kbd>}
            </Button>
          </div>
        </>
      )}
    </li>
  );
}

export default function ApprovalsScreen() {
  const { t } = useWords();
  const { data, error } = useQuery({ ...api.approvals.pending.queryOptions({ input: {} }), staleTime: 0 });
  return (
    <div className="stack-wide narrow">
      <h1>{t('work.approvals.title')}</h1>
      {error !== null && <ProblemNote problem={problemOf(error)} />}
      {data === undefined && error === null && <Lines count={4} />}
      {data?.length === 0 && (
        <Panel title={t('work.approvals.empty')} testId="no-approvals">
          <p>{t('work.approvals.emptyHint')}</p>
        </Panel>
      )}
      <ul className="stack" aria-label={t('work.approvals.column')}>
        {data?.map((asked, index) => (
          <Request key={asked.approvalId} asked={asked} first={index === 0} />
        ))}
      </ul>
    </div>
  );
}
