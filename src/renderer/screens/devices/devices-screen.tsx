// All devices of the counter on one page.
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, problemOf } from '../../bridge/client.ts';
import { Lines, Panel } from '../../components/facts.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { DeviceDetail } from './device-detail.tsx';

export default function DevicesScreen() {
  const { t } = useTranslation();
  const { data, error } = useQuery(api.devices.list.queryOptions({ input: {} }));
  return (
    <div className="stack-wide">
      <h1>{t('devices.title')}</h1>
      {error !== null && <ProblemNote problem={problemOf(error)} />}
      {data === undefined && error === null && <Lines />}
      <div className="two-columns">
        {data?.map((device) => (
          <Panel key={device.slot} title={t(`light.${device.slot}`)}>
            <DeviceDetail device={device} />
          </Panel>
        ))}
      </div>
    </div>
  );
}
