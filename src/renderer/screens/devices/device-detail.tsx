// One device as it really is: state, connection, last answer, last error, and the way to open it again.
import { ReloadOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import type { TFunction } from 'i18next';
import type { DeviceState } from '../../bridge/card.ts';
import { api, problemOf } from '../../bridge/client.ts';
import { Button } from '../../components/button.tsx';
import { Facts, StateWord } from '../../components/facts.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { dateTime } from '../../format/format.ts';
import { useTranslation } from '../../text/use-translation.tsx';
import type { Tone } from '../shell/truth-light.tsx';

export const DEVICE_WORDS = {
  'not-configured': 'light.notConfigured',
  starting: 'light.starting',
  ready: 'light.ready',
  degraded: 'light.degraded',
  down: 'light.down',
} as const;
export const DEVICE_TONES: Readonly<Record<DeviceState['state'], Tone>> = {
  'not-configured': 'idle',
  starting: 'warn',
  ready: 'ok',
  degraded: 'warn',
  down: 'bad',
};
const CARD_WORDS = { present: 'devices.present', absent: 'devices.absentSlot', damaged: 'devices.damagedSlot' } as const;

function paperWord(t: TFunction, { lastError, paperNearEnd }: DeviceState): string | null {
  if (lastError?.code === 'PRINTER_PAPER_OUT') return t('light.paperOut');
  if (paperNearEnd === null) return null;
  return t(paperNearEnd ? 'devices.paperLow' : 'devices.paperOk');
}

const KINDS = ['serial', 'tcp', 'hid', 'pcsc', 'usb-printer', 'folder', 'dll'] as const;

/** Returns how a device is reached, its kind of line in words. */
export function connectionWords(t: TFunction, connection: string): string {
  const kind = KINDS.find((one) => connection.startsWith(`${one} `));
  return kind === undefined ? connection : `${t(`devices.kinds.${kind}`)} ${connection.slice(kind.length + 1)}`;
}

/** Returns what a printer says of its paper and a reader of its slots; empty for any other device. */
export function cardsAndPaper(t: TFunction, device: DeviceState): [string, string | null][] {
  const cards = device.cards.map((card, index) => `${index + 1} ${t(CARD_WORDS[card])}`).join(' · ');
  return [
    [t('devices.paper'), paperWord(t, device)],
    [t('devices.cardSlots'), cards === '' ? null : cards],
  ];
}

/** Opens the device's line again and says so. */
export function useReconnect(slot: DeviceState['slot']) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  return useMutation(
    api.devices.reconnect.mutationOptions({
      onSuccess: (state) => {
        void queries.invalidateQueries({ queryKey: api.devices.list.key() });
        void queries.invalidateQueries({ queryKey: api.cards.key() });
        if (state.state === 'ready') void message.success(t('devices.reconnected', { device: t(`light.${slot}`) }));
      },
    }),
  );
}

export function DeviceDetail({ device }: { readonly device: DeviceState }) {
  const { t } = useTranslation();
  // The last answer moves without an event; a fresh look shows it.
  useQuery(api.devices.list.queryOptions({ input: {}, refetchOnMount: 'always' }));
  const reconnect = useReconnect(device.slot);
  return (
    <div className="stack" data-testid={`device-${device.slot}`}>
      <Facts
        items={[
          [
            t('sync.state'),
            <StateWord key="state" tone={DEVICE_TONES[device.state]}>
              {t(DEVICE_WORDS[device.state])}
            </StateWord>,
          ],
          [t('devices.connection'), device.connection === '' ? t('common.none') : connectionWords(t, device.connection)],
          [t('devices.driver'), device.driverId === '' ? t('common.none') : device.driverId],
          [t('devices.lastSeen'), device.lastSeenMs === null ? t('devices.never') : dateTime(device.lastSeenMs)],
          ...cardsAndPaper(t, device),
          [t('devices.lastError'), device.lastError === null ? t('devices.noError') : null],
        ]}
      />
      {device.lastError !== null && (
        <ProblemNote problem={device.lastError} tone={device.state === 'down' ? 'bad' : 'warn'} heading={t('devices.lastError')} />
      )}
      {reconnect.error !== null && <ProblemNote problem={problemOf(reconnect.error)} />}
      {device.state === 'not-configured' ? (
        <p className="soft">{t('devices.notConfiguredHint')}</p>
      ) : (
        <div>
          <Button icon={<ReloadOutlined />} loading={reconnect.isPending} onClick={() => reconnect.mutate({ slot: device.slot })}>
            {t(reconnect.isPending ? 'devices.reconnecting' : 'devices.reconnect')}
          </Button>
        </div>
      )}
    </div>
  );
}
