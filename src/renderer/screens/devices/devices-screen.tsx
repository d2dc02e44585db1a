// The device console: every device of the counter, tests, bytes on the line, what is plugged in, and the file for support.
import { DownloadOutlined, LinkOutlined, ReloadOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { useState } from 'react';
import type { DeviceState } from '../../bridge/card.ts';
import { api, problemOf } from '../../bridge/client.ts';
import { useSession } from '../../bridge/session.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Facts, Lines } from '../../components/facts.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { saveFile } from '../../components/take-away.ts';
import { useIdle } from '../../components/use-idle.ts';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import { useTranslation } from '../../text/use-translation.tsx';
import { BindDialog, type Proposal } from './bind-dialog.tsx';
import { cardsAndPaper, useReconnect } from './device-detail.tsx';
import { DeviceTable, inOrder } from './device-table.tsx';
import { DeviceTests } from './device-tests.tsx';
import { FoundDevices } from './found-devices.tsx';
import { TraceView } from './trace-view.tsx';

const LAST_ANSWER_MS = 2_000;
const IDLE_MS = 5 * 60_000;
const VIEWS = ['test', 'trace', 'found'] as const;
type View = (typeof VIEWS)[number];
const VIEW_KEYS: Readonly<Record<View, string>> = { test: 'F7', trace: 'F8', found: 'F9' };
const VIEW_WORDS = { test: 'devices.viewTest', trace: 'devices.viewTrace', found: 'devices.viewFound' } as const;

/** Heading and hands of the selected device. */
function Selected(props: {
  readonly device: DeviceState;
  readonly maySave: boolean;
  readonly onBind: (proposal: Proposal) => void;
  readonly onUnbind: () => void;
}) {
  const { t } = useTranslation();
  const { device, maySave, onBind } = props;
  const reconnect = useReconnect(device.slot);
  const configured = device.state !== 'not-configured';
  const bind = (): void => onBind({ slot: device.slot, driverId: device.driverId, fields: null });
  useKeys({ 'Alt+r': () => (configured ? reconnect.mutate({ slot: device.slot }) : false), ...(maySave ? { 'Alt+b': bind } : {}) });
  return (
    <>
      <div className="row wrap">
        <h2>{t(`light.${device.slot}`)}</h2>
        <span className="grow">
          <Facts items={cardsAndPaper(t, device)} />
        </span>
        {configured && (
          <Button
            size="small"
            icon={<ReloadOutlined />}
            loading={reconnect.isPending}
            aria-keyshortcuts="Alt+R"
            data-testid="reconnect"
            onClick={() => reconnect.mutate({ slot: device.slot })}
          >
            {t(reconnect.isPending ? 'devices.reconnecting' : 'devices.reconnect')}
            <Kbd>Alt R</Kbd>
          </Button>
        )}
        {maySave && (
          <Button size="small" icon={<LinkOutlined />} aria-keyshortcuts="Alt+B" data-testid="bind" onClick={bind}>
            {t('devices.bind')}
            <Kbd>Alt B</Kbd>
          </Button>
        )}
        {maySave && configured && (
          <Button size="small" onClick={props.onUnbind}>
            {t('devices.unbind')}
          </Button>
        )}
      </div>
      {reconnect.error !== null && <ProblemNote problem={problemOf(reconnect.error)} />}
    </>
  );
}

export default function DevicesScreen() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const role = useSession()?.staff.role;
  const maySave = role === 'it';
  const maySupport = role !== 'clerk';
  const [selected, setSelected] = useState<DeviceState['slot']>('reader');
  const [view, setView] = useState<View>('test');
  const [proposal, setProposal] = useState<Proposal | null>(null);
  const [unbinding, setUnbinding] = useState(false);
  const idle = useIdle(IDLE_MS);
  // Events say when a state changes; the time of the last answer moves without one.
  const { data, error } = useQuery({
    ...api.devices.list.queryOptions({ input: {} }),
    refetchOnMount: 'always',
    refetchInterval: idle ? false : LAST_ANSWER_MS,
  });
  const devices = inOrder(data ?? []);
  const device = devices.find(({ slot }) => slot === selected);
  const bundle = useMutation(
    api.devices.supportBundle.mutationOptions({
      onSuccess: ({ fileName, content }) => {
        saveFile({ name: fileName, type: 'application/json', content });
        void message.success(t('devices.bundleSaved'));
      },
    }),
  );
  const unbind = useMutation(
    api.devices.assign.mutationOptions({
      onSettled: () => {
        setUnbinding(false);
        void queries.invalidateQueries({ queryKey: api.devices.key() });
      },
    }),
  );
  const makeBundle = (): void => {
    if (!bundle.isPending) bundle.mutate({});
  };
  const keys: Record<string, () => void> = maySupport ? { 'Ctrl+s': makeBundle } : {};
  for (const one of VIEWS) keys[VIEW_KEYS[one]] = () => setView(one);
  useKeys(keys);

  return (
    <div className="console">
      <div className="row between">
        <h1>{t('devices.title')}</h1>
        <span className="soft">{t('devices.listHint')}</span>
        <span className="grow" />
        {maySupport && (
          <Button
            size="small"
            icon={<DownloadOutlined />}
            loading={bundle.isPending}
            aria-keyshortcuts="Control+S"
            data-testid="support-bundle"
            onClick={makeBundle}
          >
            {t('devices.bundle')}
            <Kbd>Ctrl S</Kbd>
          </Button>
        )}
      </div>
      {error !== null && <ProblemNote problem={problemOf(error)} />}
      {bundle.error !== null && <ProblemNote problem={problemOf(bundle.error)} />}
      {unbind.error !== null && <ProblemNote problem={problemOf(unbind.error)} />}
      {data === undefined && error === null && <Lines count={9} />}
      {data !== undefined && <DeviceTable devices={devices} selected={selected} onSelect={setSelected} />}
      {device !== undefined && (
        <section className="panel stack console-pane" aria-label={t(`light.${device.slot}`)} data-testid={`device-${device.slot}`}>
          <Selected device={device} maySave={maySave} onBind={setProposal} onUnbind={() => setUnbinding(true)} />
          <Segmented<View>
            aria-label={t('devices.views')}
            value={view}
            onChange={setView}
            options={VIEWS.map((value) => ({
              value,
              label: (
                <span data-testid={`view-${value}`}>
                  {t(VIEW_WORDS[value])}
                  <Kbd>{VIEW_KEYS[value]}</Kbd>
                </span>
              ),
            }))}
          />
          {view === 'test' &&
            (device.state === 'not-configured' ? (
              <p className="soft">{t(maySave ? 'devices.bindHint' : 'devices.notConfiguredHint')}</p>
            ) : (
              <>
                {device.lastError !== null && device.state !== 'ready' && (
                  <ProblemNote
                    problem={device.lastError}
                    tone={device.state === 'down' ? 'bad' : 'warn'}
                    heading={t('devices.lastError')}
                  />
                )}
                <DeviceTests key={device.slot} device={device} />
              </>
            ))}
          {view === 'trace' &&
            (maySupport ? <TraceView key={device.slot} slot={device.slot} /> : <p className="soft">{t('devices.traceDenied')}</p>)}
          {view === 'found' && <FoundDevices onBind={setProposal} />}
        </section>
      )}
      {proposal !== null && (
        <BindDialog
          key={JSON.stringify(proposal)}
          proposal={proposal}
          maySave={maySave}
          onClose={() => {
            setProposal(null);
            void queries.invalidateQueries({ queryKey: api.devices.discover.key() });
          }}
        />
      )}
      {unbinding && device !== undefined && (
        <Dialog
          title={t('devices.unbindTitle', { device: t(`light.${device.slot}`) })}
          action={t('devices.unbind')}
          danger
          busy={unbind.isPending}
          onAction={() => unbind.mutate({ slot: device.slot, binding: null })}
          onClose={() => setUnbinding(false)}
        >
          {t('devices.unbindHint')}
        </Dialog>
      )}
    </div>
  );
}
