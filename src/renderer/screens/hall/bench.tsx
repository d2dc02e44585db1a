// The demo hall's bench: what a customer's or a technician's hand would do, and what comes out of the printer.
import { CloseOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { InputNumber } from 'antd';
import { useState } from 'react';
import type { Inputs } from '../../../shared/contract/index.ts';
import { useDevice } from '../../bridge/card.ts';
import { api, client, problemOf } from '../../bridge/client.ts';
import { Button } from '../../components/button.tsx';
import { useWords } from '../../components/commodity.tsx';
import { Lines } from '../../components/facts.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { cubicMetres } from '../../format/format.ts';
import { Kbd } from '../../keys/keys.tsx';
import { type Act, type Hall, useMeterResult } from './acts.ts';
import { BenchCards } from './bench-cards.tsx';
import { BenchDevices, Section, Toggle } from './bench-devices.tsx';

function Tear({ act, slot }: { readonly act: Act; readonly slot: number }) {
  const { t } = useWords();
  const [afterBytes, setAfterBytes] = useState(8);
  const [armed, setArmed] = useState<number | null>(null);
  return (
    <div className="stack">
      <div className="row between">
        <label htmlFor="tear-bytes">{t('hall.tearAfter')}</label>
        <span className="row">
          <InputNumber
            id="tear-bytes"
            size="small"
            min={0}
            max={600}
            precision={0}
            value={afterBytes}
            style={{ width: 72 }}
            data-testid="tear-bytes"
            onChange={(value) => setAfterBytes(value ?? 0)}
          />
          <Button
            size="small"
            data-testid="tear-arm"
            onClick={() => {
              setArmed(afterBytes);
              act({ act: 'remove-during-write', slot, afterBytes });
            }}
          >
            {t('hall.tearArm')}
          </Button>
        </span>
      </div>
      {armed !== null && <output className="tone-warn">{t('hall.tearArmed', { count: armed })}</output>}
    </div>
  );
}

function MeterLine({ meter }: { readonly meter: Hall['meters'][number] }) {
  const { t } = useWords(meter.commodity);
  const result = useMeterResult(meter);
  return (
    <li className="row wrap between">
      <span className="figures">{meter.meterNo}</span>
      <span className="figures">{t('hall.loaded', { sequence: meter.loadedSequence })}</span>
      <span className="figures">{t('hall.remaining', { value: cubicMetres(meter.remainingLitres) })}</span>
      <span className="soft">{result}</span>
    </li>
  );
}

export default function Bench({ onClose }: { readonly onClose: () => void }) {
  const { t } = useWords();
  const queries = useQueryClient();
  const reader = useDevice('reader');
  const { data: hall, error } = useQuery(api.hall.state.queryOptions({ input: {} }));
  const move = useMutation({
    mutationFn: async (acts: readonly Inputs['hall']['act'][]) => {
      for (const one of acts) queries.setQueryData(api.hall.state.queryKey({ input: {} }), await client.hall.act(one));
    },
    onSuccess: () => void queries.invalidateQueries({ queryKey: api.sync.key() }),
  });
  const act: Act = (...acts) => move.mutate(acts);
  const problem = move.error ?? error;
  const found = reader?.cards.findIndex((card) => card !== 'absent') ?? -1;
  return (
    <aside className="bench stack-wide" aria-label={t('hall.title')} data-testid="bench">
      <div className="row between">
        <h2>{t('hall.title')}</h2>
        <Button size="small" icon={<CloseOutlined />} onClick={onClose}>
          {t('common.close')}
          <Kbd>Ctrl B</Kbd>
        </Button>
      </div>
      <p className="soft">{t('hall.hint')}</p>
      {problem !== null && <ProblemNote problem={problemOf(problem)} />}
      {hall === undefined && <Lines count={6} />}
      {hall !== undefined && (
        <>
          <Section title={t('hall.tear')}>
            <Tear act={act} slot={found < 0 ? 1 : found + 1} />
          </Section>
          <Section title={t('hall.cards')}>
            <BenchCards hall={hall} act={act} />
          </Section>
          <Toggle
            id="headquarters-online"
            label={t('hall.headquarters')}
            checked={hall.headquartersOnline}
            onChange={(online) => act({ act: 'headquarters', online })}
          />
          <BenchDevices hall={hall} act={act} />
          {hall.meters.length > 0 && (
            <Section title={t('hall.meters')}>
              <ul className="stack">
                {hall.meters.slice(0, 24).map((meter) => (
                  <MeterLine key={meter.meterNo} meter={meter} />
                ))}
              </ul>
            </Section>
          )}
        </>
      )}
    </aside>
  );
}
