// Step one: how much, by money or by volume, with the price by tiers as it is typed.

import { memo } from 'react';
import type { Outputs } from '../../../shared/contract/index.ts';
import { Button } from '../../components/button.tsx';
import { useWords } from '../../components/commodity.tsx';
import { Panel } from '../../components/facts.tsx';
import { Input } from '../../components/input.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { cubicMetres, parseCubicMetres, parseYuan, yuan, yuanInput } from '../../format/format.ts';
import { Kbd, type KeyMap, useKeys } from '../../keys/keys.tsx';
import type { Problem } from '../../text/index.ts';

export type Quote = Outputs['topups']['quote'];
export type By = 'money' | 'volume';
export type Purchase = { readonly by: 'money'; readonly amountFen: number } | { readonly by: 'volume'; readonly litres: number };

const QUICK: Readonly<Record<By, readonly string[]>> = {
  money: ['50', '100', '200', '300', '500'],
  volume: ['10', '20', '50', '100', '200'],
};

/** Returns the purchase that is typed, or null while it is none. */
export function purchaseOf(by: By, text: string): Purchase | null {
  if (by === 'money') {
    const amountFen = parseYuan(text);
    return amountFen === null || amountFen < 1 ? null : { by, amountFen };
  }
  const litres = parseCubicMetres(text);
  return litres === null || litres < 1 ? null : { by, litres };
}

export const TierTable = memo(function TierTable({ quote, stale }: { readonly quote: Quote; readonly stale: boolean }) {
  const { t } = useWords();
  return (
    <div style={{ opacity: stale ? 0.55 : 1 }} aria-busy={stale}>
      <table className="plain-table" data-testid="tier-table">
        <caption className="visually-hidden">{t('topup.tiers')}</caption>
        <thead>
          <tr>
            <th>{t('topup.tier')}</th>
            <th className="right">{t('topup.litres')}</th>
            <th className="right">{t('topup.price')}</th>
            <th className="right">{t('topup.lineAmount')}</th>
          </tr>
        </thead>
        <tbody>
          {quote.lines.map((line) => (
            <tr key={line.tier}>
              <td>{t('topup.tierN', { tier: line.tier })}</td>
              <td className="right figures">{cubicMetres(line.litres)}</td>
              <td className="right figures">{yuan(line.priceFenPerM3)}</td>
              <td className="right figures">{yuan(line.amountFen)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <td>{t('common.total')}</td>
            <td className="right figures">{cubicMetres(quote.litres)}</td>
            <td />
            <td className="right figures" data-testid="quote-total">
              {yuan(quote.amountFen)}
            </td>
          </tr>
        </tfoot>
      </table>
      <div className="row wrap soft" style={{ gap: 16, marginTop: 8 }}>
        <span>{quote.tariffName}</span>
        <span className="figures">{t('topup.usedBefore', { value: cubicMetres(quote.usedBeforeLitres) })}</span>
        <span className="figures">
          {t('topup.vat')} {yuan(quote.vatFen)}
        </span>
        {quote.remainderFen > 0 && <span className="figures">{t('topup.remainder', { amount: yuanInput(quote.remainderFen) })}</span>}
      </div>
    </div>
  );
});

/** By money or by volume, and amounts that are asked for often: the same whatever is typed. */
const ByChoice = memo(function ByChoice({ by, onChange }: { readonly by: By; readonly onChange: (by: By, text: string) => void }) {
  const { t } = useWords();
  return (
    <span className="row">
      <Segmented<By>
        aria-label={t('topup.by')}
        value={by}
        onChange={(next) => onChange(next, '')}
        options={[
          { value: 'money', label: t('topup.byMoney') },
          { value: 'volume', label: t('topup.byVolume') },
        ]}
      />
      <Kbd>F7</Kbd>
    </span>
  );
});

const QuickAmounts = memo(function QuickAmounts({ by, onChange }: { readonly by: By; readonly onChange: (by: By, text: string) => void }) {
  const { t, unit } = useWords();
  return (
    <div className="row wrap">
      <span className="soft">{t('topup.quick')}</span>
      {QUICK[by].map((amount, index) => (
        <Button key={amount} size="small" onClick={() => onChange(by, amount)}>
          <span className="figures">{by === 'money' ? `¥${amount}` : `${amount} ${unit}`}</span>
          <Kbd>{`Alt ${index + 1}`}</Kbd>
        </Button>
      ))}
    </div>
  );
});

export const AmountStep = memo(function AmountStep(props: {
  readonly by: By;
  readonly text: string;
  readonly onChange: (by: By, text: string) => void;
  readonly quote: Quote | null;
  readonly stale: boolean;
  readonly problem: Problem | null;
  /** What an accepted press still waits for; null while none does. */
  readonly waiting: 'insert' | 'reading' | null;
  readonly ready: boolean;
  readonly onNext: () => void;
}) {
  const { t, unit } = useWords();
  const { by, text, quote, problem, onChange } = props;
  const invalid = text.trim() !== '' && purchaseOf(by, text) === null;
  const keys: Record<string, KeyMap[string]> = {
    // A key that is held down has been pressed once.
    Enter: ({ repeat }) => (repeat ? undefined : props.onNext()),
    F7: () => onChange(by === 'money' ? 'volume' : 'money', ''),
  };
  QUICK[by].forEach((amount, index) => {
    keys[`Alt+${index + 1}`] = () => onChange(by, amount);
  });
  useKeys(keys);
  return (
    <Panel title={t('topup.stepAmount')} extra={<ByChoice by={by} onChange={onChange} />}>
      <label htmlFor="topup-amount">{t(by === 'money' ? 'topup.amount' : 'topup.volume')}</label>
      <Input
        key={by}
        id="topup-amount"
        size="large"
        autoFocus
        className="big-field"
        prefix={by === 'money' ? '¥' : undefined}
        suffix={by === 'volume' ? unit : undefined}
        inputMode="decimal"
        autoComplete="off"
        value={text}
        status={invalid ? 'error' : ''}
        aria-invalid={invalid}
        aria-describedby={invalid ? 'topup-amount-wrong' : undefined}
        data-testid="topup-amount"
        onChange={(event) => onChange(by, event.target.value)}
      />
      {invalid && (
        <div id="topup-amount-wrong" role="alert" className="tone-bad">
          {t(by === 'money' ? 'topup.amountInvalid' : 'topup.volumeInvalid')}
        </div>
      )}
      <QuickAmounts by={by} onChange={onChange} />
      {problem !== null && <ProblemNote problem={problem} />}
      {quote !== null && <TierTable quote={quote} stale={props.stale} />}
      <div className="row between">
        <output className="soft">
          {props.waiting === 'insert'
            ? t('topup.waitInsert')
            : props.stale
              ? t('topup.pricing')
              : props.waiting === null
                ? ''
                : t('topup.waitCard')}
        </output>
        <Button
          type="primary"
          size="large"
          disabled={!props.ready}
          loading={props.waiting !== null}
          onClick={props.onNext}
          data-testid="to-payment"
        >
          {t('topup.toPay')}
          <Kbd>Enter</Kbd>
        </Button>
      </div>
    </Panel>
  );
});
