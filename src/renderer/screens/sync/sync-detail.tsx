// Where replication to headquarters stands, in words.
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '../../bridge/client.ts';
import { Facts, Lines } from '../../components/facts.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { dateTime } from '../../format/format.ts';

const STATE_WORDS = {
  'not-configured': 'sync.notConfigured',
  'not-enrolled': 'sync.notEnrolled',
  'up-to-date': 'sync.upToDate',
  sending: 'sync.sending',
  waiting: 'sync.waitingState',
  refused: 'sync.refused',
} as const;

export function SyncDetail() {
  const { t } = useTranslation();
  const { data } = useQuery(api.sync.state.queryOptions({ input: {}, refetchOnMount: 'always' }));
  if (data === undefined) return <Lines />;
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
          [t('sync.lastContact'), data.lastContactMs === null ? t('sync.never') : dateTime(data.lastContactMs)],
        ]}
      />
      {data.lastError !== null && <ProblemNote problem={data.lastError} tone="warn" heading={t('sync.lastError')} />}
      <p className="soft">{t('sync.explain')}</p>
    </div>
  );
}
