// The store of meters: what is in it, away and scrapped; a new meter comes in, and one is verified again.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { useState } from 'react';
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { api, problemOf } from '../../bridge/client.ts';
import { Button } from '../../components/button.tsx';
import { useWords } from '../../components/commodity.tsx';
import { Lines, Panel } from '../../components/facts.tsx';
import { Input } from '../../components/input.tsx';
import { useLayoutName } from '../../components/layout-name.ts';
import { ProblemNote } from '../../components/problem.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import { RegisterForm } from './register-form.tsx';
import { ReverifyForm } from './reverify-form.tsx';

type Meter = Outputs['meters']['get'];
type Place = NonNullable<Inputs['meters']['list']['place']>;
const PLACES = ['in-store', 'in-repair', 'to-maker', 'scrapped'] as const satisfies readonly Place[];

export default function MetersScreen() {
  const { t } = useWords();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const layoutName = useLayoutName();
  const [place, setPlace] = useState<Place>('in-store');
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const [open, setOpen] = useState<'register' | Meter | null>(null);
  const { data: meters, error } = useQuery(api.meters.list.queryOptions({ input: { place, text: text.trim() } }));
  const last = Math.max(0, (meters?.length ?? 0) - 1);
  const chosen = meters?.[Math.min(at, last)];
  const saved = (meter: Meter): void => {
    void message.success(t('meters.saved', { meter: meter.meterNo }));
    setOpen(null);
    void queries.invalidateQueries({ queryKey: api.meters.key() });
  };
  const show = (wanted: Place): void => {
    setPlace(wanted);
    setAt(0);
  };
  const verify = (): unknown => (chosen === undefined || chosen.place === 'scrapped' ? false : setOpen(chosen));
  useKeys(
    {
      ArrowDown: () => setAt(Math.min(last, at + 1)),
      ArrowUp: () => setAt(Math.max(0, at - 1)),
      Enter: verify,
      'Alt+n': () => setOpen('register'),
      ...Object.fromEntries(PLACES.map((one, index) => [`Alt+${index + 1}`, () => show(one)])),
    },
    { active: open === null },
  );
  return (
    <div className="stack-wide">
      <div className="row between wrap">
        <h1>{t('task.meter-store')}</h1>
        <Button type="primary" onClick={() => setOpen('register')} data-testid="register-meter">
          {t('meters.register')}
          <Kbd>Alt N</Kbd>
        </Button>
      </div>
      <div className="row wrap">
        <Input
          style={{ width: 260 }}
          autoFocus
          autoComplete="off"
          maxLength={16}
          aria-label={t('meters.find')}
          placeholder={t('meters.find')}
          value={text}
          data-testid="meter-find"
          onChange={(event) => {
            setText(event.target.value);
            setAt(0);
          }}
        />
        <Segmented<Place>
          aria-label={t('meters.places')}
          value={place}
          onChange={show}
          options={PLACES.map((one) => ({ value: one, label: t(`meters.place.${one}`) }))}
        />
        <Kbd>Alt 1–4</Kbd>
      </div>
      {error !== null && <ProblemNote problem={problemOf(error)} />}
      {meters === undefined && error === null && <Lines count={6} />}
      {meters !== undefined && meters.length === 0 && <div className="panel soft">{t('meters.noneHere')}</div>}
      {meters !== undefined && meters.length > 0 && (
        <Panel title={t(`meters.place.${place === 'installed' ? 'in-store' : place}`)}>
          <div className="table-scroll">
            <table className="plain-table">
              <thead>
                <tr>
                  <th>{t('account.meterNo')}</th>
                  <th>{t('account.make')}</th>
                  <th>{t('meters.model')}</th>
                  <th>{t('meters.kind')}</th>
                  <th>{t('meters.verified')}</th>
                </tr>
              </thead>
              <tbody>
                {meters.map((meter, index) => (
                  <tr
                    key={meter.meterNo}
                    className={meter === chosen ? 'chosen' : ''}
                    aria-current={meter === chosen}
                    data-testid="store-row"
                    onClick={() => setAt(index)}
                    onDoubleClick={verify}
                  >
                    <td className="figures">{meter.meterNo}</td>
                    <td>{meter.make}</td>
                    <td>{meter.model}</td>
                    <td>{`${t(`commodity.${meter.commodity}`)} · ${meter.kind === 'ic' ? layoutName(meter.layoutId) : t('meters.ordinary')}`}</td>
                    <td className="figures">{meter.verifiedUntil === '' ? t('common.none') : meter.verifiedUntil}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {place !== 'scrapped' && (
            <div className="row between">
              <span className="soft">{t('meters.count', { number: meters.length })}</span>
              <Button onClick={verify} data-testid="reverify-meter">
                {t('meters.reverify')}
                <Kbd>Enter</Kbd>
              </Button>
            </div>
          )}
        </Panel>
      )}
      {open === 'register' && <RegisterForm onSaved={saved} onClose={() => setOpen(null)} />}
      {open !== null && open !== 'register' && <ReverifyForm meter={open} onSaved={saved} onClose={() => setOpen(null)} />}
    </div>
  );
}
