// How the money of a reversal goes back: cash, by a terminal with its slip number, or to the account's credit.

import { useWords } from '../../components/commodity.tsx';
import { Input } from '../../components/input.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import { BACK, type Back, byMachine, type CardTaskFields } from './card-task.ts';

/** Two cells of a `field-grid`, four with a slip number. */
export function GiveBack(props: {
  readonly fields: CardTaskFields;
  readonly wrong: boolean;
  readonly onChange: (change: Partial<CardTaskFields>) => void;
}) {
  const { t } = useWords();
  const { fields, wrong, onChange } = props;
  const { back, reference } = fields;
  const words = { cash: t('topup.cash'), 'bank-card': t('topup.bankCard'), wallet: t('topup.wallet'), credit: t('cardTask.toCredit') };
  const choose = (index: number) => (): void => onChange({ back: BACK[index] ?? 'cash' });
  useKeys({ 'Alt+1': choose(0), 'Alt+2': choose(1), 'Alt+3': choose(2), 'Alt+4': choose(3) });
  return (
    <>
      <span>{t('cardTask.howBack')}</span>
      <div className="row wrap">
        <Segmented<Back>
          aria-label={t('cardTask.howBack')}
          value={back}
          onChange={(next) => onChange({ back: next })}
          options={BACK.map((one) => ({ value: one, label: words[one] }))}
        />
        <Kbd>Alt 1–4</Kbd>
      </div>
      {byMachine(back) && (
        <>
          <label htmlFor="card-task-reference">{t('topup.reference', { kind: words[back] })}</label>
          <div>
            <Input
              id="card-task-reference"
              autoComplete="off"
              maxLength={64}
              value={reference}
              status={wrong ? 'error' : ''}
              aria-invalid={wrong}
              data-testid="card-task-reference"
              onChange={(event) => onChange({ reference: event.target.value })}
            />
            {wrong && (
              <div role="alert" className="tone-bad">
                {t('topup.referenceNeeded')}
              </div>
            )}
          </div>
        </>
      )}
    </>
  );
}
