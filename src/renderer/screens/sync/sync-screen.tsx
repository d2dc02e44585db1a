// Replication to headquarters on a page of its own.
import { useTranslation } from 'react-i18next';
import { Panel } from '../../components/facts.tsx';
import { SyncDetail } from './sync-detail.tsx';

export default function SyncScreen() {
  const { t } = useTranslation();
  return (
    <div className="stack-wide narrow">
      <h1>{t('sync.title')}</h1>
      <Panel title={t('sync.state')}>
        <SyncDetail />
      </Panel>
    </div>
  );
}
