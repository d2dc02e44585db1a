// What was done with a meter, and what comes next: a card for the new one.
import { CheckCircleOutlined } from '@ant-design/icons';
import type { Outputs } from '../../../shared/contract/index.ts';
import { Button } from '../../components/button.tsx';
import { useWords } from '../../components/commodity.tsx';
import { Facts } from '../../components/facts.tsx';
import { useLayoutName } from '../../components/layout-name.ts';
import { useFocusOnAppearing } from '../../components/take-focus.ts';
import { yuan } from '../../format/format.ts';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import type { MeterAct } from './meter-act.ts';

export interface Done {
  readonly act: MeterAct;
  readonly meter: Outputs['meters']['get'];
  readonly owedLitres: number;
  readonly needsNewCard: boolean;
  /** What the use of an ordinary meter costs up to its final reading. */
  readonly billedFen: number;
}

export function MeterResult({ done, onNext }: { readonly done: Done; readonly onNext: () => void }) {
  const { t, volume } = useWords();
  const layoutName = useLayoutName();
  const ref = useFocusOnAppearing<HTMLDivElement>();
  useKeys({ Enter: onNext });
  const { meter, owedLitres, needsNewCard, billedFen } = done;
  const numbers = { meter: meter.meterNo };
  const words = {
    exchange: t('meters.doneExchange', numbers),
    install: t('meters.doneInstall', numbers),
    remove: t('meters.doneRemove', numbers),
  };
  return (
    <div ref={ref} tabIndex={-1} className="state-done stack" data-testid="meter-result">
      <div className="sentence" role="status">
        <CheckCircleOutlined className="tone-ok" /> {words[done.act]}
      </div>
      {owedLitres > 0 && (
        <div>
          <div className="soft">{t('cardTask.owed')}</div>
          <div className="amount-due">{volume(owedLitres)}</div>
        </div>
      )}
      {billedFen > 0 && (
        <div>
          <div className="soft">{t('meters.billedNow')}</div>
          <div className="amount-due">{yuan(billedFen)}</div>
        </div>
      )}
      <Facts
        items={[
          [t('cardTask.layout'), needsNewCard ? layoutName(meter.layoutId) : null],
          [t('meters.verified'), meter.verifiedUntil === '' ? null : meter.verifiedUntil],
          [t('meters.whereTo'), meter.place === 'installed' ? null : t(`meters.goes.${meter.place}`)],
        ]}
      />
      {needsNewCard && <div>{t('meters.nextCard')}</div>}
      <div>
        <Button type="primary" size="large" onClick={onNext} data-testid="meter-next">
          {t(needsNewCard ? 'meters.goCard' : billedFen > 0 ? 'meters.goBills' : 'cardTask.back')}
          <Kbd>Enter</Kbd>
        </Button>
      </div>
    </div>
  );
}
