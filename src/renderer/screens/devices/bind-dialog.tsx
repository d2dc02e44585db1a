// Binds a slot to a driver over a line: what is chosen here is what the settings file says afterwards.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Select } from 'antd';
import { useState } from 'react';
import { api, problemOf } from '../../bridge/client.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Lines } from '../../components/facts.tsx';
import { Input } from '../../components/input.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { copyText } from '../../components/take-away.ts';
import { useTranslation } from '../../text/use-translation.tsx';
import {
  type ConnectionFields,
  driversFor,
  fieldsOfTransport,
  type Kind,
  kindsOf,
  type Slot,
  settingsLines,
  transportOf,
} from './binding.ts';

const NOTHING: ConnectionFields = { kind: 'serial', place: '', number: '', com: '' };
const PLACE_WORDS = {
  auto: null,
  serial: 'devices.bindPath',
  tcp: 'devices.bindHost',
  hid: null,
  pcsc: 'devices.bindReader',
  'usb-printer': 'devices.bindPath',
  folder: 'devices.bindFolder',
  dll: 'devices.bindFile',
} as const satisfies Readonly<Record<Kind, string | null>>;
const NUMBER_WORDS = {
  auto: null,
  serial: 'devices.bindBaud',
  tcp: 'devices.bindPort',
  hid: 'devices.bindIds',
  pcsc: null,
  'usb-printer': null,
  folder: null,
  dll: 'devices.bindBaud',
} as const satisfies Readonly<Record<Kind, string | null>>;

/** What a found device proposes, and whether this person may save it or only copy the lines. */
export interface Proposal {
  readonly slot: Slot;
  readonly driverId: string;
  readonly fields: ConnectionFields | null;
}

export function BindDialog(props: { readonly proposal: Proposal; readonly maySave: boolean; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const { proposal, maySave, onClose } = props;
  const { slot } = proposal;
  const name = t(`light.${slot}`);
  const [chosen, setChosen] = useState(proposal.driverId);
  const [typed, setTyped] = useState<ConnectionFields | null>(null);
  const all = useQuery(api.devices.drivers.queryOptions({ input: {} }));
  const drivers = driversFor(slot, all.data?.drivers ?? []);
  const driver = drivers.find(({ id }) => id === chosen) ?? drivers[0];
  const kinds = kindsOf(driver);
  const bound = all.data?.bound[slot];
  const start = typed ?? proposal.fields ?? (bound === undefined ? NOTHING : fieldsOfTransport(bound.transport));
  const fields: ConnectionFields = kinds.includes(start.kind) ? start : { ...NOTHING, kind: kinds[0] ?? 'serial' };
  const transport = transportOf(fields);
  const change = (part: Partial<ConnectionFields>): void => setTyped({ ...fields, ...part });
  const save = useMutation(
    api.devices.assign.mutationOptions({
      onSuccess: () => {
        void queries.invalidateQueries({ queryKey: api.devices.key() });
        void message.success(t('devices.bindSaved', { device: name }));
        onClose();
      },
    }),
  );
  // The options that the same driver has been given stay with it.
  const options = bound?.driver === driver?.id ? { options: bound?.options ?? {} } : {};
  const binding = driver === undefined || transport === null ? null : { driver: driver.id, transport, ...options };
  const lines = binding === null ? '' : settingsLines(slot, binding);
  const copy = async (): Promise<void> => {
    const done = await copyText(lines);
    void (done ? message.success(t('devices.copied', { count: lines.split('\n').length })) : message.error(t('devices.copyFailed')));
  };
  const act = (): void => {
    if (binding === null) return;
    if (maySave) save.mutate({ slot, binding });
    else void copy();
  };
  const placeWord = PLACE_WORDS[fields.kind];
  const numberWord = NUMBER_WORDS[fields.kind];
  return (
    <Dialog
      title={t('devices.bindTitle', { device: name })}
      action={t(maySave ? 'devices.bindDo' : 'devices.copy')}
      onAction={act}
      onClose={onClose}
      busy={save.isPending}
      dirty={typed !== null}
    >
      {all.data !== undefined && drivers.length === 0 && <p className="tone-warn">{t('devices.noDriver')}</p>}
      {all.data === undefined ? (
        <Lines />
      ) : (
        <div className="bind-grid">
          <label htmlFor="bind-driver">{t('devices.bindDriver')}</label>
          <Select
            id="bind-driver"
            autoFocus
            value={driver?.id}
            options={drivers.map(({ id, vendor, models }) => ({ value: id, label: `${id} · ${vendor} ${models[0] ?? ''}` }))}
            onChange={(id: string) => setChosen(id)}
          />
          <label htmlFor="bind-kind">{t('devices.bindKind')}</label>
          <Select<Kind>
            id="bind-kind"
            value={fields.kind}
            options={kinds.map((kind) => ({ value: kind, label: t(`devices.kinds.${kind}`) }))}
            onChange={(kind) => setTyped({ ...NOTHING, kind })}
          />
          {placeWord !== null && (
            <>
              <label htmlFor="bind-place">{t(placeWord)}</label>
              <Input
                id="bind-place"
                autoComplete="off"
                value={fields.place}
                data-testid="bind-place"
                onChange={(event) => change({ place: event.target.value })}
              />
            </>
          )}
          {fields.kind === 'dll' && (
            <>
              <label htmlFor="bind-com">{t('devices.bindCom')}</label>
              <Input id="bind-com" autoComplete="off" value={fields.com} onChange={(event) => change({ com: event.target.value })} />
            </>
          )}
          {numberWord !== null && (
            <>
              <label htmlFor="bind-number">{t(numberWord)}</label>
              <Input
                id="bind-number"
                autoComplete="off"
                value={fields.number}
                data-testid="bind-number"
                onChange={(event) => change({ number: event.target.value })}
              />
            </>
          )}
        </div>
      )}
      {all.data !== undefined && transport === null && <p className="tone-warn">{t('devices.bindIncomplete')}</p>}
      {lines !== '' && (
        <div className="stack">
          <div className="row between">
            <span className="soft">{t('devices.settingsLines')}</span>
            {maySave && (
              <Button size="small" onClick={() => void copy()}>
                {t('devices.copy')}
              </Button>
            )}
          </div>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard */}
          <pre className="settings-lines" tabIndex={0}>
            {lines}
          </pre>
        </div>
      )}
      {all.error !== null && <ProblemNote problem={problemOf(all.error)} />}
      {save.error !== null && <ProblemNote problem={problemOf(save.error)} />}
    </Dialog>
  );
}
