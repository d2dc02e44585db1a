// Says that the line to the core is away, and that nothing is lost.
import { DisconnectOutlined } from '@ant-design/icons';
import { useSyncExternalStore } from 'react';
import { line } from '../../bridge/client.ts';
import { useTranslation } from '../../text/use-translation.tsx';

export function LineBanner() {
  const { t } = useTranslation();
  const status = useSyncExternalStore(line.subscribe, line.status);
  if (status.state !== 'away') return null;
  const never = !status.everOpen;
  return (
    <div className="line-banner state-undelivered" role="alert" data-testid="line-banner">
      <DisconnectOutlined className="tone-warn" /> <strong>{t(never ? 'line.never' : 'line.away')}</strong>{' '}
      {t(never ? 'line.neverHint' : 'line.awayHint')} <span className="soft">{t('line.attempt', { count: status.attempt })}</span>
    </div>
  );
}
