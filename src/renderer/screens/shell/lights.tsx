// The truth lights at the right of the top bar: headquarters, reader, printer, dock, and one for whatever else is set up.

import { useQuery } from '@tanstack/react-query';
import { memo } from 'react';
import type { Outputs } from '../../../shared/contract/index.ts';
import { type DeviceState, useDevice } from '../../bridge/card.ts';
import { api } from '../../bridge/client.ts';
import { Button } from '../../components/button.tsx';
import { Facts, Lines, StateWord } from '../../components/facts.tsx';
import { useTranslation } from '../../text/use-translation.tsx';
import { DEVICE_TONES, DEVICE_WORDS, DeviceDetail } from '../devices/device-detail.tsx';
import { SyncDetail } from '../sync/sync-detail.tsx';
import { useMoves } from './navigation.tsx';
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

/** Lights of their own; the slots behind them share one, so that the bar holds nine devices. */
const OWN_LIGHTS: readonly DeviceState['slot'][] = ['reader', 'printer', 'dock'];
const BY_TROUBLE: readonly DeviceState['state'][] = ['down', 'degraded', 'starting', 'ready'];

/** The other devices that are set up: how the worst of them stands, and all of them when it is opened. */
function OthersLight() {
  const { t } = useTranslation();
  const { go } = useMoves();
  const { data } = useQuery(api.devices.list.queryOptions({ input: {} }));
  const others = (data ?? []).filter(({ slot, state }) => !OWN_LIGHTS.includes(slot) && state !== 'not-configured');
  const [worst] = [...others].sort((left, right) => BY_TROUBLE.indexOf(left.state) - BY_TROUBLE.indexOf(right.state));
  if (worst === undefined) return null;
  const word =
    worst.state === 'ready'
      ? t('devices.othersReady', { count: others.length })
      : t('devices.othersWorst', {
          count: others.filter(({ state }) => state === worst.state).length,
          state: t(DEVICE_WORDS[worst.state]),
        });
  return (
    <TruthLight name={t('devices.others')} word={word} tone={DEVICE_TONES[worst.state]} testId="truth-light-others">
      <div className="stack">
        <Facts
          items={others.map((device) => [
            t(`light.${device.slot}`),
            <StateWord key={device.slot} tone={DEVICE_TONES[device.state]}>
              {t(DEVICE_WORDS[device.state])}
            </StateWord>,
          ])}
        />
        <div>
          <Button size="small" onClick={() => go({ screen: 'devices' })}>
            {t('devices.openConsole')}
          </Button>
        </div>
      </div>
    </TruthLight>
  );
}

const SYNC_TONES: Readonly<Record<Outputs['sync']['state']['state'], Tone>> = {
  'not-configured': 'idle',
  'not-enrolled': 'bad',
  'up-to-date': 'ok',
  sending: 'ok',
  waiting: 'warn',
  refused: 'bad',
  locked: 'bad',
};

/** The time of the last contact and what is under way change all day; only what the light shows draws it again. */
function shownOf({ state, waiting }: Outputs['sync']['state']): Pick<Outputs['sync']['state'], 'state' | 'waiting'> {
  return { state, waiting: state === 'waiting' ? waiting : 0 };
}

/** Returns how it stands with headquarters: the tone of its light and the word beside it. */
export function useHeadquartersWord(): { readonly tone: Tone; readonly word: string } {
  const { t } = useTranslation();
  const { data } = useQuery(api.sync.state.queryOptions({ input: {}, select: shownOf }));
  if (data === undefined) return { tone: 'idle', word: t('light.asking') };
  const words = {
    'not-configured': t('light.notConfigured'),
    'not-enrolled': t('light.notEnrolled'),
    'up-to-date': t('light.upToDate'),
    sending: t('light.sending'),
    waiting: t('light.waiting', { count: data.waiting }),
    refused: t('light.refused'),
    locked: t('light.locked'),
  };
  return { tone: SYNC_TONES[data.state], word: words[data.state] };
}

function HeadquartersLight() {
  const { t } = useTranslation();
  return (
    <TruthLight name={t('light.headquarters')} {...useHeadquartersWord()} testId="truth-light-headquarters">
      <SyncDetail />
    </TruthLight>
  );
}

export const Lights = memo(function Lights() {
  const { t } = useTranslation();
  return (
    <fieldset className="lights" aria-label={t('shell.lights')}>
      <HeadquartersLight />
      {OWN_LIGHTS.map((slot) => (
        <DeviceLight key={slot} slot={slot} />
      ))}
      <OthersLight />
    </fieldset>
  );
});
