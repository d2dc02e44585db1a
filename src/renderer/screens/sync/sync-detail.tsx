// Where replication to headquarters stands, in words.
import { useQuery } from '@tanstack/react-query';
import { api } from '../../bridge/client.ts';
import { Facts, Lines } from '../../components/facts.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { dateTime } from '../../format/format.ts';
import { useTranslation } from '../../text/use-translation.tsx';

const STATE_WORDS = {
  'not-configured': 'sync.notConfigured',
  'not-enrolled': 'sync.notEnrolled',
  'up-to-date': 'sync.upToDate',
  sending: 'sync.sending',
  waiting: 'sync.waitingState',
  refused: 'sync.refused',
  locked: 'sync.locked',
} as const;

/** Clocks that differ by less are the same to a person, ms. */
const SAME_CLOCK_MS = 2_000;

export function SyncDetail() {
  const { t } = useTranslation();
  const { data } = useQuery(api.sync.state.queryOptions({ input: {}, refetchOnMount: 'always' }));
  if (data === undefined) return <Lines />;
  const isLocked = data.state === 'locked';
  const clock = (differenceMs: number | null): string => {
    if (differenceMs === null) return t('sync.clockNone');
    const seconds = Math.round(Math.abs(differenceMs) / 1000);
    if (Math.abs(differenceMs) < SAME_CLOCK_MS) return t('sync.clockSame', { seconds });
    return differenceMs > 0 ? t('sync.clockAhead', { seconds }) : t('sync.clockBehind', { seconds });
  };
  return (
    <div className="stack">
      <Facts
        items={[
          [t('sync.state'), t(STATE_WORDS[data.state])],
          [
            t('sync.waiting'),
            <span key="waiting" data-testid="sync-waiting">
              {data.waiting}
            </span>,
          ],
          [t('sync.behind'), String(data.behind)],
          [t('sync.setAside'), String(data.setAside)],
          [t('sync.cases'), String(data.openCases)],
          [t('sync.lastContact'), data.lastContactMs === null ? t('sync.never') : dateTime(data.lastContactMs)],
          [t('sync.clock'), clock(data.clockDifferenceMs)],
        ]}
      />
      {data.lastError !== null && (
        <ProblemNote problem={data.lastError} tone={isLocked ? 'bad' : 'warn'} {...(isLocked ? {} : { heading: t('sync.lastError') })} />
      )}
      <p className="soft">{t(isLocked ? 'sync.lockedExplain' : 'sync.explain')}</p>
    </div>
  );
}
