// Meters in the store, beside the form that takes one of them.

import type { Outputs } from '../../../shared/contract/index.ts';
import { useWords } from '../../components/commodity.tsx';
import { Panel } from '../../components/facts.tsx';
import { useLayoutName } from '../../components/layout-name.ts';

const SHOWN = 12;

export function StoreList(props: {
  readonly meters: Outputs['meters']['list'];
  readonly chosen: string;
  readonly onChoose: (meterNo: string) => void;
}) {
  const { t } = useWords();
  const layoutName = useLayoutName();
  const { meters, chosen } = props;
  return (
    <Panel title={t('meters.inStore')}>
      {meters.length === 0 && <div className="soft">{t('meters.none')}</div>}
      <ul className="stack">
        {meters.slice(0, SHOWN).map((meter) => {
          const kind = meter.kind === 'ic' ? layoutName(meter.layoutId) : t('meters.ordinary');
          return (
            <li key={meter.meterNo}>
              <button
                type="button"
                className={meter.meterNo === chosen ? 'store-meter chosen' : 'store-meter'}
                aria-pressed={meter.meterNo === chosen}
                data-testid="store-meter"
                onClick={() => props.onChoose(meter.meterNo)}
              >
                <span className="figures">{meter.meterNo}</span>
                <span className="soft">{[meter.make, meter.model, kind].filter(Boolean).join(' · ')}</span>
                {meter.verifiedUntil !== '' && (
                  <span className="soft figures">
                    {t('meters.verified')} {meter.verifiedUntil}
                  </span>
                )}
              </button>
            </li>
          );
        })}
      </ul>
      {meters.length > SHOWN && <div className="soft">{t('meters.more', { number: meters.length - SHOWN })}</div>}
    </Panel>
  );
}
