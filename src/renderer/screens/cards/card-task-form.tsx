// What a card task needs to know before the card is written, with a reason.

import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { useWords } from '../../components/commodity.tsx';
import { Panel } from '../../components/facts.tsx';
import { Input } from '../../components/input.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { yuan } from '../../format/format.ts';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import type { Problem } from '../../text/index.ts';
import {
  type AccountCards,
  asksCardNo,
  type CardTaskFields,
  carriesOwed,
  type FieldName,
  makesCard,
  newCardLitres,
  openPurchase,
  type Purpose,
  refusedField,
  wrongFields,
} from './card-task.ts';
import { GiveBack } from './give-back.tsx';
import { OpenPurchaseChoice } from './open-purchase.tsx';

export function CardTaskForm(props: {
  readonly purpose: Purpose;
  readonly cards: AccountCards;
  readonly fields: CardTaskFields;
  readonly busy: boolean;
  readonly blocked: boolean;
  /** What the core has refused. */
  readonly problem: Problem | null;
  readonly onChange: (fields: CardTaskFields) => void;
  readonly onBegin: (reason: string) => void;
}) {
  const { t, volume } = useWords();
  const { purpose, cards, fields, onChange } = props;
  const carries = carriesOwed(purpose, cards);
  // What a supervisor answers for wants a reason of its own.
  const usual = carries ? 'carry' : purpose === 'correct' || purpose === 'reverse' ? null : purpose;
  const reason = fields.reason ?? (usual === null ? '' : t(`cardTask.reasonOf.${usual}`));
  const [tried, setTried] = useState(false);
  const change = (some: Partial<CardTaskFields>): void => onChange({ ...fields, ...some });
  const wrong = wrongFields(purpose, cards, fields, reason);
  const last = cards.lastTopup;
  const refusal = purpose === 'reverse' ? (last?.refusal ?? null) : null;
  const impossible = purpose === 'reverse' && (last === null || refusal !== null);
  const begin = (): unknown => {
    if (props.busy || props.blocked || impossible) return false;
    setTried(true);
    if (wrong.length > 0) return document.getElementById(`card-task-${wrong[0]}`)?.focus();
    return props.onBegin(reason);
  };
  const turn = (): unknown => (purpose === 'replace' ? change({ figures: !fields.figures }) : false);
  useKeys({ Enter: begin, 'Alt+f': turn });
  const refused = refusedField(props.problem);
  const isWrong = (name: FieldName): boolean => (tried && wrong.includes(name)) || refused?.name === name;
  const field = (name: FieldName, value: string, trouble: string, rest: { readonly first?: boolean; readonly label: string }) => (
    <>
      <label htmlFor={`card-task-${name}`}>{rest.label}</label>
      <div>
        <Input
          id={`card-task-${name}`}
          autoFocus={rest.first === true}
          autoComplete="off"
          maxLength={name === 'reason' ? 200 : 16}
          inputMode={name === 'reason' ? 'text' : 'decimal'}
          value={value}
          status={isWrong(name) ? 'error' : ''}
          aria-invalid={isWrong(name)}
          data-testid={`card-task-${name}`}
          onChange={(event) => change({ [name]: event.target.value })}
        />
        {isWrong(name) && (
          <div role="alert" className="tone-bad">
            {refused?.name === name && !wrong.includes(name) ? t(`fieldReason.${refused.reason}`) : trouble}
          </div>
        )}
      </div>
    </>
  );
  const printed = asksCardNo(purpose, cards);
  const asksVolume = purpose === 'correct' && !carries;
  const open = openPurchase(purpose, cards);
  const willHoldLitres = makesCard(purpose) ? newCardLitres(purpose, cards, fields) : carries ? cards.volumeOwedLitres : null;
  return (
    <Panel title={t(`task.${purpose}`)}>
      {impossible && last === null && <div className="state-refused">{t('cardTask.noLast')}</div>}
      {refusal !== null && <ProblemNote problem={refusal} />}
      {purpose === 'reverse' && last !== null && (
        <div>
          <div className="soft">{t('cardTask.moneyBack')}</div>
          <div className="amount-due" data-testid="reverse-amount">
            {yuan(last.amountFen)}
          </div>
        </div>
      )}
      {willHoldLitres !== null && (
        <div>
          <div className="soft">{t('cardTask.willHold')}</div>
          <div className="amount-due" data-testid="card-will-hold">
            {volume(willHoldLitres)}
          </div>
        </div>
      )}
      {open !== null && (
        <OpenPurchaseChoice open={open} owedLitres={cards.volumeOwedLitres} refundTopupId={fields.refundTopupId} onChange={change} />
      )}
      {purpose === 'reissue' && <div>{t('cardTask.lostHint')}</div>}
      {purpose === 'replace' && <div>{t('cardTask.damagedHint')}</div>}
      {!impossible && (
        <div className="field-grid">
          {purpose === 'replace' && (
            <>
              <span>{t('cardTask.oldCard')}</span>
              <div>
                <Button
                  type={fields.figures ? 'primary' : 'default'}
                  aria-pressed={fields.figures}
                  onClick={turn}
                  data-testid="card-task-figures"
                >
                  {t('cardTask.figures')}
                  <Kbd>Alt F</Kbd>
                </Button>
              </div>
            </>
          )}
          {printed && field('cardNo', fields.cardNo, t('cardTask.cardNoWrong'), { label: t('cardTask.cardNoPrinted'), first: true })}
          {fields.figures &&
            field('sequence', fields.sequence, t('cardTask.figureWrong'), { label: t('cardTask.figureSequence'), first: true })}
          {fields.figures && field('remaining', fields.remaining, t('cardTask.figureWrong'), { label: t('cardTask.figureRemaining') })}
          {asksVolume && field('volume', fields.volume, t('cardTask.volumeWrong'), { label: t('cardTask.volume'), first: true })}
          {purpose === 'reverse' && last !== null && <GiveBack fields={fields} wrong={isWrong('reference')} onChange={change} />}
          {field('reason', reason, t('cardTask.reasonNeeded'), { label: t('cardTask.reason'), first: !asksVolume && !printed })}
        </div>
      )}
      <div className="row between">
        <span />
        <Button
          type="primary"
          size="large"
          loading={props.busy}
          disabled={props.blocked || impossible}
          onClick={begin}
          data-testid="card-task-begin"
        >
          {t('cardTask.begin')}
          <Kbd>Enter</Kbd>
        </Button>
      </div>
    </Panel>
  );
}
