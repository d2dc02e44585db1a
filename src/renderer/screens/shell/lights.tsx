// The truth lights at the right of the top bar: headquarters, reader, printer.
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Outputs } from '../../../shared/contract/index.ts';
import { type DeviceState, useDevice } from '../../bridge/card.ts';
import { api } from '../../bridge/client.ts';
import { Lines } from '../../components/facts.tsx';
import { DEVICE_TONES, DEVICE_WORDS, DeviceDetail } from '../devices/device-detail.tsx';
import { SyncDetail } from '../sync/sync-detail.tsx';
import { type Tone, TruthLight } from './truth-light.tsx';

function DeviceLight({ slot }: { readonly slot: DeviceState['slot'] }) {
  const { t } = useTranslation();
  const device = useDevice(slot);
  const paperLow = device?.state === 'ready' && device.paperNearEnd === true;
  const paperOut = device?.lastError?.code === 'PRINTER_PAPER_OUT' && device.state !== 'ready';
  const word =
    device === undefined
      ? t('light.asking')
      : paperOut
        ? t('light.paperOut')
        : paperLow
          ? t('light.paperLow')
          : t(DEVICE_WORDS[device.state]);
  const tone: Tone = device === undefined ? 'idle' : paperLow ? 'warn' : DEVICE_TONES[device.state];
  return (
    <TruthLight name={t(`light.${slot}`)} word={word} tone={tone} testId={`truth-light-${slot}`}>
      {device === undefined ? <Lines /> : <DeviceDetail device={device} />}
    </TruthLight>
  );
}

const SYNC_TONES: Readonly<Record<Outputs['sync']['state']['state'], Tone>> = {
  'not-configured': 'idle',
  'up-to-date': 'ok',
  sending: 'ok',
  waiting: 'warn',
  refused: 'bad',
};

function HeadquartersLight() {
  const { t } = useTranslation();
  const { data } = useQuery(api.sync.state.queryOptions({ input: {} }));
  const words = {
    'not-configured': t('light.notConfigured'),
    'up-to-date': t('light.upToDate'),
    sending: t('light.sending'),
    waiting: t('light.waiting', { count: data?.waiting ?? 0 }),
    refused: t('light.refused'),
  };
  return (
    <TruthLight
      name={t('light.headquarters')}
      word={data === undefined ? t('light.asking') : words[data.state]}
      tone={data === undefined ? 'idle' : SYNC_TONES[data.state]}
      testId="truth-light-headquarters"
    >
      <SyncDetail />
    </TruthLight>
  );
}

export function Lights() {
  const { t } = useTranslation();
  return (
    <fieldset className="lights" aria-label={t('shell.lights')}>
      <HeadquartersLight />
      <DeviceLight slot="reader" />
      <DeviceLight slot="printer" />
    </fieldset>
  );
}
