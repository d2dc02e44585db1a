// The day of the counter for those who oversee it: so far, what is to be settled, the close with its signatures, and the closes with their papers.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { v7 as newId } from 'uuid';
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { api, client, problemOf } from '../../bridge/client.ts';
import { useSession } from '../../bridge/session.ts';
import { Button } from '../../components/button.tsx';
import { Facts, Lines, Panel, StateWord } from '../../components/facts.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { useApproval } from '../../components/use-approval.tsx';
import { dateTime, yuan } from '../../format/format.ts';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import { useTranslation } from '../../text/use-translation.tsx';
import { BankPanel } from './bank-panel.tsx';
import { ClosePanel } from './close-panel.tsx';
import { DayTable, FiguresPanels, Money } from './figures-panels.tsx';

type Now = Outputs['day']['now'];

const CLOSES = 60;

export default function DayScreen({ closeId }: { readonly closeId: string | null }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(closeId);
  const { data: now, error } = useQuery(api.day.now.queryOptions({ input: {} }));
  const { data: closes } = useQuery(api.day.closes.queryOptions({ input: { limit: CLOSES } }));
  if (error !== null) return <ProblemNote problem={problemOf(error)} />;
  if (now === undefined) return <Lines count={8} />;
  return (
    <div className="stack-wide" data-testid="day-screen">
      <h1>{t('day.title', { date: now.businessDate })}</h1>
      <CloseForm now={now} onClosed={setShown} />
      <BankPanel now={now} />
      <FiguresPanels figures={now} />
      <ClosesPanel closes={closes ?? []} shown={shown} onShow={setShown} />
      {shown !== null && <ClosePanel key={shown} closeId={shown} />}
    </div>
  );
}

/** What keeps the day from being closed, how it goes on, and the signatures. */
function CloseForm({ now, onClosed }: { readonly now: Now; readonly onClosed: (closeId: string) => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const isManager = useSession()?.staff.role === 'manager';
  const [closeId, setCloseId] = useState(() => newId());
  const mayEnd = now.nextDate > now.businessDate;
  const [goesOn, setGoesOn] = useState(false);
  const endsDay = mayEnd && !goesOn;
  const close = useApproval({
    call: (input: Inputs['day']['close']) => client.day.close(input),
    hint: t('day.secondSignature'),
    onSuccess: (done) => {
      setCloseId(newId());
      onClosed(done.closeId);
      void queries.invalidateQueries();
    },
    onError: () => void queries.invalidateQueries({ queryKey: api.day.key() }),
  });
  const isReady = isManager && now.openDrawers.length === 0 && !close.isPending;
  const run = (): void => {
    if (isReady) close.run({ closeId, nextDate: endsDay ? now.nextDate : now.businessDate, seenSeq: now.toSeq });
  };
  useKeys({ 'Alt+l': run });
  const open = now.differences.filter(({ state }) => state === 'open').length;
  return (
    <Panel title={t('day.closeTitle', { no: now.closeNo })} testId="day-close">
      <Facts
        twice
        items={[
          [t('day.operations'), <span className="figures" key="n">{`${now.operations} (${now.fromSeq}–${now.toSeq})`}</span>],
          [t('day.safe'), yuan(now.safeFen)],
          [
            t('day.open'),
            <StateWord key="o" tone={open === 0 ? 'ok' : 'warn'}>
              {open === 0 ? t('day.inOrder') : t('day.toSettle', { count: open })}
            </StateWord>,
          ],
          [t('day.signatures'), String(now.signatures)],
        ]}
      />
      {now.openDrawers.map(({ shiftId, clerk, openedAtMs }) => (
        <StateWord key={shiftId} tone="bad">
          {t('day.drawerOpen', { clerk, since: dateTime(openedAtMs) })}
        </StateWord>
      ))}
      {close.problem !== null && <ProblemNote problem={close.problem} />}
      <div className="row wrap">
        <Segmented<'end' | 'on'>
          aria-label={t('day.how')}
          value={endsDay ? 'end' : 'on'}
          onChange={(value) => setGoesOn(value === 'on')}
          options={[
            { value: 'end', label: t('day.ends', { date: now.nextDate }), disabled: !mayEnd },
            { value: 'on', label: t('day.goesOn') },
          ]}
        />
        <Button type="primary" disabled={!isReady} loading={close.isPending} onClick={run} data-testid="day-close-do">
          {t('day.close')}
          <Kbd>Alt L</Kbd>
        </Button>
        {!isManager && <span className="soft">{t('day.managerOnly')}</span>}
      </div>
      {close.dialog}
    </Panel>
  );
}

function ClosesPanel(props: {
  readonly closes: Outputs['day']['closes'];
  readonly shown: string | null;
  readonly onShow: (closeId: string) => void;
}) {
  const { t } = useTranslation();
  return (
    <DayTable
      title={t('day.closes')}
      none={t('day.noCloses')}
      testId="day-closes"
      headings={[[t('day.no')], [t('day.date')], [t('day.when')], [t('day.by')], [t('day.taken'), true], [t('day.state')]]}
      rows={props.closes.map((one) => (
        <tr key={one.closeId} className={one.closeId === props.shown ? 'chosen' : ''}>
          <td>
            <Button type="link" size="small" onClick={() => props.onShow(one.closeId)}>
              {`${one.counterId}-${String(one.closeNo).padStart(4, '0')}`}
            </Button>
          </td>
          <td className="figures">{one.closedDate}</td>
          <td className="figures">{dateTime(one.closedAtMs)}</td>
          <td className="figures">{[one.clerk, one.approvedBy].filter((who) => who !== '').join(' / ')}</td>
          <Money fen={one.takenFen} />
          <td>
            <StateWord tone={one.openDifferences === 0 ? 'ok' : 'warn'}>
              {one.openDifferences === 0 ? t('day.inOrder') : t('day.toSettle', { count: one.openDifferences })}
            </StateWord>
          </td>
        </tr>
      ))}
    />
  );
}
