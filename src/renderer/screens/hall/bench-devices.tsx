// The simulated devices of the bench: what each shows, and what a hand can do to it.
import { Select, Switch } from 'antd';
import { type ReactNode, useState } from 'react';
import { METER_TROUBLES, PRINTER_TROUBLES } from '../../../shared/contract/hall.ts';
import { Button } from '../../components/button.tsx';
import { Input } from '../../components/input.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { useTranslation } from '../../text/use-translation.tsx';
import type { Act, Hall } from './acts.ts';

type HallDevice = Hall['devices'][number];
type Of<S extends HallDevice['slot']> = Extract<HallDevice, { readonly slot: S }>;
interface Props<S extends HallDevice['slot']> {
  readonly device: Of<S>;
  readonly act: Act;
}

export function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div className="stack">
      <h3>{title}</h3>
      {children}
    </div>
  );
}

export function Toggle(props: {
  readonly id: string;
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (on: boolean) => void;
}) {
  return (
    <div className="row between">
      <label htmlFor={props.id}>{props.label}</label>
      <Switch id={props.id} size="small" checked={props.checked} onChange={props.onChange} data-testid={props.id} />
    </div>
  );
}

function Papers({ papers, testId }: { readonly papers: readonly (readonly string[])[]; readonly testId: string }) {
  return papers.slice(0, 5).map((lines, index) => (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard
    // biome-ignore lint/suspicious/noArrayIndexKey: the papers have no names; the newest is always first
    <pre key={index} className="paper" tabIndex={0} data-testid={testId}>
      {lines.join('\n')}
    </pre>
  ));
}

/** Enough for the head of a receipt, and for no whole one. */
const LINES_LEFT = 5;

function Printer({ device, act }: Props<'printer'>) {
  const { t } = useTranslation();
  return (
    <>
      <Segmented<Of<'printer'>['paper']>
        aria-label={t('hall.paper')}
        size="small"
        value={device.paper}
        onChange={(state) => act({ act: 'paper', state })}
        options={[
          { value: 'ok', label: t('hall.paperOk') },
          { value: 'near-end', label: t('hall.paperNear') },
          { value: 'out', label: t('hall.paperOut') },
        ]}
      />
      <Toggle
        id="printer-silent"
        label={t('hall.silent')}
        checked={device.silent}
        onChange={(silent) => act({ act: 'printer-silent', silent })}
      />
      <div className="row between">
        <label htmlFor="printer-trouble">{t('hall.printerTrouble')}</label>
        <Select<Of<'printer'>['trouble']>
          id="printer-trouble"
          size="small"
          style={{ width: 180 }}
          value={device.trouble}
          options={PRINTER_TROUBLES.map((value) => ({ value, label: t(`hall.printerTroubles.${value}`) }))}
          onChange={(trouble) => act({ act: 'printer-trouble', trouble })}
        />
      </div>
      <div>
        <Button size="small" data-testid="paper-ends" onClick={() => act({ act: 'paper-ends', afterLines: LINES_LEFT })}>
          {t('hall.paperEnds', { count: LINES_LEFT })}
        </Button>
      </div>
      <div className="soft">{t('hall.pulses', { count: device.pulses })}</div>
      {device.papers.length === 0 && <p className="soft">{t('hall.noPaper')}</p>}
      <Papers papers={device.papers} testId="paper" />
    </>
  );
}

function FormPrinter({ device, act }: Props<'form-printer'>) {
  const { t } = useTranslation();
  return (
    <>
      <Segmented<Of<'form-printer'>['paper']>
        aria-label={t('hall.formPrinter')}
        size="small"
        value={device.paper}
        onChange={(state) => act({ act: 'form-paper', state })}
        options={[
          { value: 'ok', label: t('hall.paperOk') },
          { value: 'out', label: t('hall.paperOut') },
        ]}
      />
      <Toggle
        id="form-online"
        label={t('hall.formOnline')}
        checked={device.online}
        onChange={(online) => act({ act: 'form-online', online })}
      />
      <Toggle
        id="form-silent"
        label={t('hall.formSilent')}
        checked={device.silent}
        onChange={(silent) => act({ act: 'form-silent', silent })}
      />
      {device.forms.length === 0 && <p className="soft">{t('hall.noForms')}</p>}
      <Papers papers={device.forms} testId="form" />
    </>
  );
}

function Drawer({ device, act }: Props<'drawer'>) {
  const { t } = useTranslation();
  return (
    <>
      <div className="row between">
        <span data-testid="drawer-state">{t(device.open ? 'hall.drawerOpen' : 'hall.drawerClosed')}</span>
        <Button size="small" disabled={!device.open} data-testid="drawer-shut" onClick={() => act({ act: 'drawer-shut' })}>
          {t('hall.shutDrawer')}
        </Button>
      </div>
      <Toggle
        id="drawer-silent"
        label={t('hall.drawerSilent')}
        checked={device.silent}
        onChange={(silent) => act({ act: 'drawer-silent', silent })}
      />
      <div className="soft">{t('hall.pulses', { count: device.pulses })}</div>
    </>
  );
}

/** A round of meter readings as a handheld brings it home. */
function readingsFile(meters: Hall['meters']): string {
  return `meterNo,totalM3\n${meters.map(({ meterNo, cumulativeUseLitres }) => `${meterNo},${(cumulativeUseLitres / 1000).toFixed(3)}\n`).join('')}`;
}

const TAKE_OUT_BYTES = 200;

function Dock({ device, act, meters }: Props<'dock'> & { readonly meters: Hall['meters'] }) {
  const { t } = useTranslation();
  const idle = device.running === 'idle';
  return (
    <>
      <Toggle
        id="handheld-in"
        label={t('hall.handheldIn')}
        checked={device.handheldIn}
        onChange={(inDock) => act({ act: 'dock-handheld', inDock })}
      />
      <div className="row between">
        <span>{t(`hall.dockState.${device.running}`)}</span>
        {device.lastResult !== '' && (
          <span className={device.lastResult === 'complete' ? 'tone-ok' : 'tone-warn'}>
            {t('hall.dockResult', { result: device.lastResult === 'complete' ? t('hall.dockOk') : device.lastResult })}
          </span>
        )}
      </div>
      <div className="row wrap">
        <Button
          size="small"
          disabled={!idle || !device.handheldIn || device.files.length === 0}
          data-testid="dock-send"
          onClick={() => act({ act: 'dock-key', key: 'send' })}
        >
          {t('hall.pressSend')}
        </Button>
        <Button
          size="small"
          disabled={!idle || !device.handheldIn}
          data-testid="dock-receive"
          onClick={() => act({ act: 'dock-key', key: 'receive' })}
        >
          {t('hall.pressReceive')}
        </Button>
        <Button size="small" disabled={idle} onClick={() => act({ act: 'dock-key', key: 'cancel' })}>
          {t('hall.pressCancel')}
        </Button>
        <Button size="small" disabled={!device.handheldIn} onClick={() => act({ act: 'dock-take-out', afterBytes: TAKE_OUT_BYTES })}>
          {t('hall.takeOutSoon', { count: TAKE_OUT_BYTES })}
        </Button>
      </div>
      <div className="row between">
        <span className="soft">{t('hall.handheldFiles')}</span>
        <Button
          size="small"
          data-testid="dock-file"
          onClick={() => act({ act: 'dock-file', name: `readings-${device.files.length + 1}.csv`, text: readingsFile(meters) })}
        >
          {t('hall.addReadings')}
        </Button>
      </div>
      {device.files.length === 0 && <p className="soft">{t('hall.noFiles')}</p>}
      <ul>
        {device.files.map(({ name, sizeBytes }) => (
          <li key={name} className="row between">
            <span className="mono clip">{name}</span>
            <span className="figures">{t('hall.bytes', { count: sizeBytes })}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function ReadingHead({ device, act }: Props<'reading-head'>) {
  const { t } = useTranslation();
  return (
    <>
      <ul className="stack">
        {device.meters.map(({ meterAddress, atHead, total }) => (
          <li key={meterAddress} className="row between">
            <span>
              <span className="mono">{meterAddress}</span> <span className="soft figures">{total}</span>
            </span>
            <Button
              size="small"
              aria-label={`${t(atHead ? 'hall.takeFromHead' : 'hall.putToHead')} ${meterAddress}`}
              onClick={() => act({ act: 'head-meter', meterAddress, atHead: !atHead })}
            >
              {t(atHead ? 'hall.takeFromHead' : 'hall.putToHead')}
            </Button>
          </li>
        ))}
      </ul>
      <div className="row between">
        <label htmlFor="head-trouble">{t('hall.trouble')}</label>
        <Select<Of<'reading-head'>['trouble']>
          id="head-trouble"
          size="small"
          style={{ width: 150 }}
          value={device.trouble}
          options={METER_TROUBLES.map((value) => ({ value, label: t(`hall.troubles.${value}`) }))}
          onChange={(trouble) => act({ act: 'head-trouble', trouble })}
        />
      </div>
    </>
  );
}

function Scanner({ act, sample }: { readonly act: Act; readonly sample: string }) {
  const { t } = useTranslation();
  const [text, setText] = useState(sample);
  return (
    <div className="row">
      <Input
        size="small"
        maxLength={120}
        value={text}
        aria-label={t('hall.code')}
        data-testid="scan-text"
        onChange={(event) => setText(event.target.value)}
      />
      <Button size="small" disabled={text === ''} data-testid="scan" onClick={() => act({ act: 'scan', text })}>
        {t('hall.scan')}
      </Button>
      <Button size="small" disabled={text === ''} onClick={() => act({ act: 'scan', text, half: true })}>
        {t('hall.halfScan')}
      </Button>
    </div>
  );
}

function Display({ device }: { readonly device: Of<'display'> }) {
  const { t } = useTranslation();
  const dark = device.upper === '' && device.lower === '';
  return dark ? (
    <p className="soft">{t('hall.dark')}</p>
  ) : (
    <pre className="glass" data-testid="glass">
      {device.upper === '' ? ' ' : device.upper}
      {'\n'}
      {device.lower === '' ? ' ' : device.lower}
    </pre>
  );
}

function Keypad({ device, act }: Props<'keypad'>) {
  const { t } = useTranslation();
  return (
    <>
      <span className={device.asking ? 'tone-ok' : 'soft'}>{t(device.asking ? 'hall.asking' : 'hall.notAsking')}</span>
      <div className="row">
        {[1, 2, 3, 4, 5].map((key) => (
          <Button
            key={key}
            size="small"
            aria-label={t('hall.pressKey', { key })}
            data-testid={`keypad-${key}`}
            onClick={() => act({ act: 'keypad-press', key })}
          >
            {key}
          </Button>
        ))}
      </div>
      <Toggle
        id="keypad-silent"
        label={t('hall.keypadSilent')}
        checked={device.silent}
        onChange={(silent) => act({ act: 'keypad-silent', silent })}
      />
    </>
  );
}

function Inside({ device, act, hall }: { readonly device: HallDevice; readonly act: Act; readonly hall: Hall }) {
  switch (device.slot) {
    case 'reader':
      return null;
    case 'printer':
      return <Printer device={device} act={act} />;
    case 'form-printer':
      return <FormPrinter device={device} act={act} />;
    case 'drawer':
      return <Drawer device={device} act={act} />;
    case 'dock':
      return <Dock device={device} act={act} meters={hall.meters} />;
    case 'reading-head':
      return <ReadingHead device={device} act={act} />;
    case 'scanner':
      return <Scanner act={act} sample={hall.cards.find(({ accountNo }) => accountNo !== '')?.accountNo ?? ''} />;
    case 'display':
      return <Display device={device} />;
    case 'keypad':
      return <Keypad device={device} act={act} />;
  }
}

/** All simulated devices, each with its plug. */
export function BenchDevices({ hall, act }: { readonly hall: Hall; readonly act: Act }) {
  const { t } = useTranslation();
  return hall.devices.map((device) => (
    <section key={device.slot} className="bench-device stack" aria-label={t(`light.${device.slot}`)} data-testid={`bench-${device.slot}`}>
      <div className="row between">
        <h3>{t(`light.${device.slot}`)}</h3>
        <span className="row">
          <label htmlFor={`${device.slot}-plug`} className="soft">
            {t('hall.plugged')}
          </label>
          <Switch
            id={`${device.slot}-plug`}
            size="small"
            checked={device.plugged}
            aria-label={`${t(`light.${device.slot}`)} ${t('hall.plugged')}`}
            data-testid={`${device.slot}-plug`}
            onChange={(plugged) => act({ act: 'plug', device: device.slot, plugged })}
          />
        </span>
      </div>
      {device.plugged && <Inside device={device} act={act} hall={hall} />}
    </section>
  ));
}
