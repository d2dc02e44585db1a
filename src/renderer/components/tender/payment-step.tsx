// Taking money: what is due in the largest figures of the screen, what is handed over, and the change.

import { memo, useState } from 'react';
import { yuan, yuanInput } from '../../format/format.ts';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import type { Problem } from '../../text/index.ts';
import { useTranslation } from '../../text/use-translation.tsx';
import { Button } from '../button.tsx';
import { Panel } from '../facts.tsx';
import { Input } from '../input.tsx';
import { ProblemNote } from '../problem.tsx';
import { useStable } from '../use-stable.ts';
import { keyed, OTHER_TENDERS, type OtherTender, type Settlement, settle, type TenderFields, type TenderTrouble } from './tenders.ts';

type MoneyField = 'cash' | OtherTender;
const KEYPAD = ['7', '8', '9', '4', '5', '6', '1', '2', '3', '0', '.', 'back'] as const;
const REST_KEYS: Readonly<Record<OtherTender, string>> = { 'bank-card': 'F7', wallet: 'Alt Q' };
const TENDER_WORDS = { 'bank-card': 'topup.bankCard', wallet: 'topup.wallet' } as const;

function withAmount(fields: TenderFields, field: MoneyField, amount: string): TenderFields {
  if (field === 'cash') return { ...fields, cash: amount };
  return { ...fields, other: { ...fields.other, [field]: { ...fields.other[field], amount } } };
}

function useTroubleWords(): (trouble: TenderTrouble, settlement: Settlement) => string {
  const { t } = useTranslation();
  return (trouble, settlement) => {
    const words = {
      'amount-invalid': t('topup.amountInvalid'),
      'reference-needed': t('topup.referenceNeeded'),
      'too-much': t('topup.tenderTooMuch'),
      'cash-not-needed': t('topup.cashNotNeeded'),
      short: `${t('topup.short')} ${yuan(settlement.shortFen)}`,
    };
    return words[trouble.kind];
  };
}

type KeypadKey = (typeof KEYPAD)[number];

const KeypadKeys = memo(function KeypadKeys({ onKey }: { readonly onKey: (key: KeypadKey) => void }) {
  const { t } = useTranslation();
  return KEYPAD.map((key) => (
    <Button
      key={key}
      tabIndex={-1}
      aria-label={key === 'back' ? t('topup.backspace') : key}
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => onKey(key)}
    >
      {key === 'back' ? '⌫' : key}
    </Button>
  ));
});

/** Off as a whole, so that its twelve keys are drawn once. */
function Keypad(props: { readonly disabled: boolean; readonly onKey: (key: KeypadKey) => void }) {
  const { t } = useTranslation();
  return (
    <fieldset className="keypad" aria-label={t('topup.keypad')} disabled={props.disabled}>
      <KeypadKeys onKey={props.onKey} />
    </fieldset>
  );
}

export const PaymentStep = memo(function PaymentStep(props: {
  readonly dueFen: number;
  readonly fields: TenderFields;
  readonly onChange: (fields: TenderFields) => void;
  readonly busy: boolean;
  /** The outcome of the last try is unknown: nothing may be changed until it is known. */
  readonly locked: boolean;
  readonly problem: Problem | null;
  /** Said on the button instead of “receive”. */
  readonly action?: string;
  readonly onPay: (settlement: Settlement) => void;
  readonly onBack: () => void;
}) {
  const { t } = useTranslation();
  const { dueFen, fields, onChange, busy, locked } = props;
  const [field, setField] = useState<MoneyField>('cash');
  const [tried, setTried] = useState(false);
  const troubleWords = useTroubleWords();
  const settlement = settle(dueFen, fields);
  const { trouble } = settlement;
  const frozen = busy || locked;
  const change = (next: TenderFields): void => {
    setTried(false);
    if (!frozen) onChange(next);
  };
  const focus = (id: string): void => {
    setTimeout(() => document.getElementById(id)?.focus(), 0);
  };
  const rest = (kind: OtherTender): void => {
    const without = settle(dueFen, withAmount({ ...fields, cash: '' }, kind, ''));
    change(withAmount({ ...fields, cash: '' }, kind, yuanInput(without.shortFen)));
    focus(`tender-${kind}-reference`);
  };
  const exact = (): void => {
    change(withAmount(fields, 'cash', yuanInput(settlement.cashDueFen)));
    focus('tender-cash');
  };
  const pay = (): void => {
    if (busy) return;
    setTried(true);
    if (trouble === null || locked) props.onPay(settlement);
    else if (trouble.kind === 'reference-needed') focus(`tender-${trouble.field}-reference`);
    else if (trouble.kind === 'amount-invalid' && trouble.field !== 'cash') focus(`tender-${trouble.field}`);
    else focus('tender-cash');
  };
  useKeys({
    // The key that led here may still be down.
    Enter: ({ repeat }) => (repeat ? undefined : pay()),
    F7: () => rest('bank-card'),
    'Alt+q': () => rest('wallet'),
    F9: exact,
    Escape: () => (frozen ? undefined : props.onBack()),
  });
  const moneyValue = (name: MoneyField): string => (name === 'cash' ? fields.cash : fields.other[name].amount);
  const press = useStable((key: KeypadKey): void => change(withAmount(fields, field, keyed(moneyValue(field), key))));
  const wrong = (name: MoneyField): boolean => trouble?.kind === 'amount-invalid' && trouble.field === name;

  return (
    <Panel title={t('topup.stepPay')}>
      <div className="row wrap between" style={{ alignItems: 'flex-start', gap: 16 }}>
        <div>
          <div className="soft">{t('topup.due')}</div>
          <div className="amount-due" data-testid="amount-due">
            {yuan(dueFen)}
          </div>
        </div>
        <div aria-live="polite">
          <div className="soft">{t(settlement.shortFen > 0 ? 'topup.short' : 'topup.change')}</div>
          <div
            className={`amount-due right ${settlement.shortFen > 0 ? 'tone-warn' : 'tone-ok'}`}
            data-testid={settlement.shortFen > 0 ? 'short-due' : 'change-due'}
          >
            {yuan(settlement.shortFen > 0 ? settlement.shortFen : settlement.changeFen)}
          </div>
        </div>
      </div>
      <div className="tender-columns">
        <div className="tender-grid">
          <label htmlFor="tender-cash">{t('topup.cashReceived')}</label>
          <Input
            id="tender-cash"
            size="large"
            autoFocus
            className="big-field"
            prefix="¥"
            inputMode="decimal"
            autoComplete="off"
            readOnly={frozen}
            value={fields.cash}
            status={wrong('cash') ? 'error' : ''}
            data-testid="tender-cash"
            onFocus={() => setField('cash')}
            onChange={(event) => change(withAmount(fields, 'cash', event.target.value))}
          />
          <Button disabled={frozen} onClick={exact}>
            {t('topup.exact')}
            <Kbd>F9</Kbd>
          </Button>
          {OTHER_TENDERS.map((kind) => (
            <div key={kind} style={{ display: 'contents' }}>
              <label htmlFor={`tender-${kind}`}>{t('topup.tenderAmount', { kind: t(TENDER_WORDS[kind]) })}</label>
              <Input
                id={`tender-${kind}`}
                prefix="¥"
                inputMode="decimal"
                autoComplete="off"
                readOnly={frozen}
                value={fields.other[kind].amount}
                status={wrong(kind) ? 'error' : ''}
                data-testid={`tender-${kind}`}
                onFocus={() => setField(kind)}
                onChange={(event) => change(withAmount(fields, kind, event.target.value))}
              />
              <Button disabled={frozen} onClick={() => rest(kind)}>
                {t('topup.rest')}
                <Kbd>{REST_KEYS[kind]}</Kbd>
              </Button>
              {fields.other[kind].amount !== '' && (
                <>
                  <label htmlFor={`tender-${kind}-reference`}>{t('topup.reference', { kind: t(TENDER_WORDS[kind]) })}</label>
                  <Input
                    id={`tender-${kind}-reference`}
                    autoComplete="off"
                    maxLength={64}
                    readOnly={frozen}
                    value={fields.other[kind].reference}
                    data-takes-scans
                    data-testid={`tender-${kind}-reference`}
                    onChange={(event) =>
                      change({ ...fields, other: { ...fields.other, [kind]: { ...fields.other[kind], reference: event.target.value } } })
                    }
                  />
                  <span />
                </>
              )}
            </div>
          ))}
        </div>
        <Keypad disabled={frozen} onKey={press} />
      </div>
      {tried && trouble !== null && !locked && (
        <div role="alert" className="tone-bad" data-testid="tender-trouble">
          {troubleWords(trouble, settlement)}
        </div>
      )}
      {props.problem !== null && (
        <ProblemNote problem={props.problem} tone={locked ? 'warn' : 'bad'} {...(locked ? { heading: t('topup.lostLocked') } : {})} />
      )}
      <div className="row between">
        <Button onClick={props.onBack} disabled={frozen}>
          {t('common.back')}
          <Kbd>Esc</Kbd>
        </Button>
        <Button type="primary" size="large" loading={busy} onClick={pay} data-testid="pay-button">
          {busy ? t('topup.paying') : locked ? t('topup.payAgain') : (props.action ?? t('topup.pay'))}
          <Kbd>Enter</Kbd>
        </Button>
      </div>
    </Panel>
  );
});
