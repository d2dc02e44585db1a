// The nine places for a device in one dense table; those that are not set up stay quiet at its end.
import { useRef } from 'react';
import type { DeviceState } from '../../bridge/card.ts';
import { StateWord } from '../../components/facts.tsx';
import { dateTime } from '../../format/format.ts';
import { problemWords } from '../../text/index.ts';
import { useTranslation } from '../../text/use-translation.tsx';
import { connectionWords, DEVICE_TONES, DEVICE_WORDS } from './device-detail.tsx';

/** Returns the devices with those that are set up first, otherwise in the order of the slots. */
export function inOrder(devices: readonly DeviceState[]): readonly DeviceState[] {
  const set = devices.filter(({ state }) => state !== 'not-configured');
  return [...set, ...devices.filter((device) => !set.includes(device))];
}

export function DeviceTable(props: {
  readonly devices: readonly DeviceState[];
  readonly selected: DeviceState['slot'];
  readonly onSelect: (slot: DeviceState['slot']) => void;
}) {
  const { t, i18n } = useTranslation();
  const { devices, selected, onSelect } = props;
  const rows = useRef<HTMLTableSectionElement>(null);
  const at = devices.findIndex(({ slot }) => slot === selected);
  const move = (event: React.KeyboardEvent): void => {
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: devices.length - 1 }[event.key];
    const next = to === undefined ? undefined : devices[to];
    if (next === undefined) return;
    event.preventDefault();
    onSelect(next.slot);
    rows.current?.querySelector<HTMLElement>(`[data-slot="${next.slot}"]`)?.focus();
  };
  return (
    <section className="table-frame" aria-label={t('devices.list')}>
      {/* biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table whose rows are chosen with the arrow keys is a grid */}
      <table className="plain-table device-table" role="grid" aria-label={t('devices.list')}>
        <thead>
          <tr>
            <th>{t('devices.device')}</th>
            <th>{t('sync.state')}</th>
            <th>{t('devices.driver')}</th>
            <th>{t('devices.connection')}</th>
            <th>{t('devices.lastSeen')}</th>
            <th>{t('devices.errorAndNext')}</th>
          </tr>
        </thead>
        <tbody ref={rows} onKeyDown={move}>
          {devices.map((device) => {
            const quiet = device.state === 'not-configured';
            const words = device.lastError === null ? null : problemWords(i18n.language, device.lastError);
            return (
              <tr
                key={device.slot}
                tabIndex={device.slot === selected ? 0 : -1}
                aria-selected={device.slot === selected}
                className={quiet ? 'soft' : ''}
                data-slot={device.slot}
                data-state={device.state}
                data-testid={`row-${device.slot}`}
                onClick={() => onSelect(device.slot)}
              >
                <td className="clip">{t(`light.${device.slot}`)}</td>
                <td>
                  <StateWord tone={DEVICE_TONES[device.state]}>{t(DEVICE_WORDS[device.state])}</StateWord>
                </td>
                <td className="clip">{device.driverId}</td>
                <td className="clip" title={device.connection}>
                  {connectionWords(t, device.connection)}
                </td>
                <td className="figures">{quiet ? '' : device.lastSeenMs === null ? t('devices.never') : dateTime(device.lastSeenMs)}</td>
                <td className="clip" title={words === null ? undefined : `${words.title} · ${words.next}`}>
                  {words !== null && (
                    <>
                      <span className={device.state === 'ready' ? 'soft' : device.state === 'down' ? 'tone-bad' : 'tone-warn'}>
                        {words.title}
                      </span>
                      <span className="soft"> · {words.next}</span>
                    </>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
