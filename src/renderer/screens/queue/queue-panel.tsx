// The queue on the home screen: who is at the counter, call the next, and how long each kind takes today.

import { memo, useState } from 'react';
import { TICKET_KINDS, type TicketKind } from '../../../shared/domain/queue.ts';
import { Button } from '../../components/button.tsx';
import { Panel } from '../../components/facts.tsx';
import { Input } from '../../components/input.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { Kbd } from '../../keys/keys.tsx';
import { useTranslation } from '../../text/use-translation.tsx';
import { entryOf, PROPOSED } from '../tasks/menu.ts';
import { useStartTask, useTaskName, useTaskNow } from '../tasks/task-menu.tsx';
import type { Queue } from './use-queue.ts';

const TICKET_NO = /^[A-Za-z0-9-]{1,8}$/;

function useDuration(): (ms: number) => string {
  const { t } = useTranslation();
  return (ms) => t('work.queue.minutes', { minutes: Math.floor(ms / 60_000), seconds: Math.floor((ms % 60_000) / 1000) });
}

/** The ticket at the counter and what can be done with it. */
function Current({ queue }: { readonly queue: Queue }) {
  const { t } = useTranslation();
  const nameOf = useTaskName();
  const start = useStartTask();
  const { accountId } = useTaskNow();
  const { current } = queue;
  if (current === null) return <p className="soft">{t('work.queue.none')}</p>;
  const proposed = PROPOSED[current.ticketKind as TicketKind]?.map(entryOf).find((entry) => entry !== null) ?? null;
  return (
    <div className="stack">
      <div className="row between">
        <span>{t(`work.ticketKind.${current.ticketKind as TicketKind}`)}</span>
        <strong className="figures ticket-no" data-testid="ticket-no">
          {current.ticketNo}
        </strong>
      </div>
      {queue.rating ? (
        <div className="row between">
          <output>{t('work.queue.rating')}</output>
          <Button size="small" onClick={queue.skipRating}>
            {t('work.queue.skip')}
          </Button>
        </div>
      ) : (
        <div className="row wrap">
          {current.servedSinceMs === null && (
            <Button size="small" disabled={queue.busy} onClick={() => queue.act('serve')}>
              {t('work.queue.serve')}
            </Button>
          )}
          <Button size="small" disabled={queue.busy} onClick={() => queue.act('again')}>
            {t('work.queue.again')}
          </Button>
          <Button size="small" disabled={queue.busy} onClick={() => queue.act('absent')} data-testid="ticket-absent">
            {t('work.queue.absent')}
          </Button>
          <Button size="small" disabled={queue.busy} onClick={() => queue.act('finish')} data-testid="ticket-finish">
            {t('work.queue.finish')}
          </Button>
        </div>
      )}
      {proposed !== null && !queue.rating && (
        <Button size="small" type="link" onClick={() => start(proposed, accountId)}>
          {t('work.menu.proposed', { task: nameOf(proposed.id) })}
        </Button>
      )}
    </div>
  );
}

export const QueuePanel = memo(function QueuePanel({ queue }: { readonly queue: Queue }) {
  const { t } = useTranslation();
  const duration = useDuration();
  const [typed, setTyped] = useState('');
  const wrong = typed.trim() !== '' && !TICKET_NO.test(typed.trim());
  const call = (): void => {
    if (wrong) return;
    void queue.next(typed.trim() === '' ? null : typed.trim());
    setTyped('');
  };
  return (
    <Panel title={t('work.queue.title')} testId="queue">
      <Current queue={queue} />
      <select
        className="choice"
        aria-label={t('work.queue.kind')}
        value={queue.kind}
        onChange={(event) => queue.chooseKind(TICKET_KINDS.find((kind) => kind === event.target.value) ?? queue.kind)}
      >
        {TICKET_KINDS.map((kind) => (
          <option key={kind} value={kind}>
            {t(`work.ticketKind.${kind}`)}
          </option>
        ))}
      </select>
      <label htmlFor="ticket-machine-no">{t('work.queue.machineNo')}</label>
      <Input
        id="ticket-machine-no"
        autoComplete="off"
        maxLength={8}
        value={typed}
        status={wrong ? 'error' : ''}
        placeholder={t('work.queue.machineNoHint')}
        aria-describedby={wrong ? 'ticket-machine-no-wrong' : undefined}
        data-testid="ticket-machine-no"
        onChange={(event) => setTyped(event.target.value)}
        onPressEnter={call}
      />
      {wrong && (
        <div id="ticket-machine-no-wrong" role="alert" className="tone-bad">
          {t('work.queue.machineNoWrong')}
        </div>
      )}
      {queue.problem !== null && <ProblemNote problem={queue.problem} />}
      <Button loading={queue.busy} onClick={call} data-testid="ticket-next">
        {t('work.queue.next')}
        <Kbd>F10</Kbd>
      </Button>
      {queue.today.length > 0 && (
        <table className="plain-table" data-testid="queue-today">
          <caption className="soft">{t('work.queue.today')}</caption>
          <tbody>
            {queue.today.map((row) => (
              <tr key={row.ticketKind}>
                <td>{t(`work.ticketKind.${row.ticketKind as TicketKind}`)}</td>
                <td className="right figures">
                  {t('work.queue.servedCount', { count: row.served })}
                  {row.absent > 0 && ` · ${t('work.queue.absentCount', { count: row.absent })}`}
                </td>
                <td className="right figures">{row.averageMs === null ? '' : duration(row.averageMs)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
});

/** The top bar's: the number at the counter, and F10. */
export function TicketMark({ queue }: { readonly queue: Queue }) {
  const { t } = useTranslation();
  return (
    <button
      type="button"
      className="light"
      aria-keyshortcuts="F10"
      title={t('work.queue.next')}
      data-testid="ticket-mark"
      disabled={queue.busy}
      onClick={() => void queue.next(null)}
    >
      <span>{queue.current === null ? t('work.queue.title') : queue.current.ticketNo}</span>
      <Kbd>F10</Kbd>
    </button>
  );
}
