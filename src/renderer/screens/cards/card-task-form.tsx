// What a card task needs to know before the card is written: shown as it is now and as it will be, with a reason.
import { Button, Input, Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { Facts, Panel } from '../../components/facts.tsx';
import { cubicMetres, parseCubicMetres, yuan } from '../../format/format.ts';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import type { Purpose } from './card-task.ts';

type Shared = 'taskId' | 'accountId' | 'slot' | 'approval';
export type CardTaskInput =
  | ({ readonly call: 'make' } & Omit<Inputs['cardTasks']['make'], Shared>)
  | ({ readonly call: 'load' } & Omit<Inputs['cardTasks']['load'], Shared>)
  | ({ readonly call: 'reverse' } & Omit<Inputs['cardTasks']['reverse'], Shared>);

type Back = 'cash' | 'bank-card' | 'wallet' | 'credit';
const BACK = ['cash', 'bank-card', 'wallet', 'credit'] as const;

export function CardTaskForm(props: {
  readonly purpose: Purpose;
  readonly cards: Outputs['cardTasks']['ofAccount'];
  readonly busy: boolean;
  readonly blocked: boolean;
  readonly onTyped: (typed: boolean) => void;
  readonly onBegin: (input: CardTaskInput) => void;
}) {
  const { t } = useTranslation();
  const { purpose, cards } = props;
  const carries = purpose === 'correct' && cards.volumeOwedLitres > 0;
  // What a supervisor answers for wants a reason of its own.
  const usual = carries ? 'carry' : purpose === 'correct' || purpose === 'reverse' ? null : purpose;
  const [reason, setReason] = useState<string>(() => (usual === null ? '' : t(`cardTask.reasonOf.${usual}`)));
  const [volume, setVolume] = useState('');
  const [back, setBack] = useState<Back>('cash');
  const [reference, setReference] = useState('');
  const [figures, setFigures] = useState(false);
  const [sequence, setSequence] = useState('');
  const [remaining, setRemaining] = useState('');
  const [tried, setTried] = useState(false);
  const typed =
    <T,>(set: (value: T) => void) =>
    (value: T) => {
      props.onTyped(true);
      set(value);
    };
  const old = cards.cards.find(({ status }) => status === 'active') ?? cards.cards.find(({ status }) => status === 'blacklisted');
  const last = cards.lastTopup;
  const volumeLitres = carries ? 0 : (parseCubicMetres(volume) ?? 0);
  const remainingLitres = remaining === '0' ? 0 : parseCubicMetres(remaining);
  const wrong = {
    volume: purpose === 'correct' && !carries && volumeLitres < 1,
    sequence: figures && (!/^\d{1,5}$/.test(sequence) || remainingLitres === null),
    reference: purpose === 'reverse' && (back === 'bank-card' || back === 'wallet') && reference.trim() === '',
    reason: reason.trim() === '',
  };
  const impossible = purpose === 'reverse' && last === null;
  const makes = purpose === 'issue' || purpose === 'reissue' || purpose === 'replace';
  const begin = (): unknown => {
    if (props.busy || props.blocked || impossible) return false;
    setTried(true);
    const first = (['volume', 'sequence', 'reference', 'reason'] as const).find((field) => wrong[field]);
    if (first !== undefined) return document.getElementById(`card-task-${first}`)?.focus();
    const why = reason.trim();
    if (makes) {
      const meterFigures = figures ? { loadedSequence: Number(sequence), remainingLitres: remainingLitres ?? 0 } : null;
      const oldCardNo = purpose === 'issue' ? '' : (old?.cardNo ?? '');
      return props.onBegin({ call: 'make', purpose, oldCardNo, cardNo: '', meterFigures, requestId: '', reason: why });
    }
    if (purpose === 'correct') return props.onBegin({ call: 'load', purpose: carries ? 'carry' : 'correct', volumeLitres, reason: why });
    if (last === null) return false;
    const refunds =
      back === 'bank-card' || back === 'wallet' ? [{ kind: back, amountFen: last.amountFen, reference: reference.trim() }] : [];
    const giveBack = { refunds, toCreditFen: back === 'credit' ? last.amountFen : 0 };
    return props.onBegin({ call: 'reverse', topupId: last.topupId, giveBack, reason: why });
  };
  const turn = (): unknown => (purpose === 'replace' ? setFigures(!figures) : false);
  const choose = (index: number) => (): unknown => (purpose === 'reverse' ? setBack(BACK[index] ?? 'cash') : false);
  useKeys({ Enter: begin, 'Alt+f': turn, 'Alt+1': choose(0), 'Alt+2': choose(1), 'Alt+3': choose(2), 'Alt+4': choose(3) });
  const litres = (value: number): string => t('common.cubicMetres', { value: cubicMetres(value) });
  const words = { cash: t('topup.cash'), 'bank-card': t('topup.bankCard'), wallet: t('topup.wallet'), credit: t('cardTask.toCredit') };
  const field = (name: keyof typeof wrong, label: string, value: string, set: (value: string) => void, trouble: string, first = false) => (
    <div>
      <label htmlFor={`card-task-${name}`}>{label}</label>
      <Input
        id={`card-task-${name}`}
        autoFocus={first}
        autoComplete="off"
        maxLength={200}
        value={value}
        status={tried && wrong[name] ? 'error' : ''}
        data-testid={`card-task-${name}`}
        onChange={(event) => typed(set)(event.target.value)}
      />
      {tried && wrong[name] && (
        <div role="alert" className="tone-bad">
          {trouble}
        </div>
      )}
    </div>
  );
  const asksVolume = purpose === 'correct' && !carries;
  return (
    <Panel title={t(`task.${purpose}`)}>
      {impossible && <div className="state-refused">{t('cardTask.noLast')}</div>}
      {purpose === 'reverse' && last !== null && (
        <div>
          <div className="soft">{t('cardTask.moneyBack')}</div>
          <div className="amount-due" data-testid="reverse-amount">
            {yuan(last.amountFen)}
          </div>
        </div>
      )}
      <Facts
        items={[
          [t(makes ? 'cardTask.oldCard' : 'account.cardNo'), purpose === 'issue' ? null : (old?.cardNo ?? null)],
          [t('cardTask.newCardNo'), makes ? t('cardTask.byItself') : null],
          [t('cardTask.layout'), makes ? cards.layoutId : (old?.layoutId ?? null)],
          [t('cardTask.unused'), makes && cards.unusedLitres > 0 ? litres(cards.unusedLitres) : null],
          [t('cardTask.owed'), cards.volumeOwedLitres > 0 && purpose !== 'reverse' ? litres(cards.volumeOwedLitres) : null],
          [t('card.volume'), purpose === 'reverse' && last !== null ? litres(last.litres) : null],
          [t('cardTask.willHold'), makes ? litres(cards.unusedLitres + cards.volumeOwedLitres) : null],
        ]}
      />
      {purpose === 'reissue' && <div className="soft">{t('cardTask.lostHint')}</div>}
      {purpose === 'replace' && (
        <div>
          <div className="soft">{t('cardTask.damagedHint')}</div>
          <Button size="small" type={figures ? 'primary' : 'default'} onClick={turn} data-testid="card-task-figures">
            {t('cardTask.figures')}
            <Kbd>Alt F</Kbd>
          </Button>
        </div>
      )}
      {figures && field('sequence', t('cardTask.figureSequence'), sequence, setSequence, t('cardTask.figureWrong'))}
      {figures && (
        <div>
          <label htmlFor="card-task-remaining">{t('cardTask.figureRemaining')}</label>
          <Input
            id="card-task-remaining"
            autoComplete="off"
            value={remaining}
            onChange={(event) => typed(setRemaining)(event.target.value)}
          />
        </div>
      )}
      {asksVolume && field('volume', t('cardTask.volume'), volume, setVolume, t('cardTask.volumeWrong'), true)}
      {purpose === 'reverse' && last !== null && (
        <div className="row wrap">
          <Segmented<Back>
            aria-label={t('cardTask.howBack')}
            value={back}
            onChange={setBack}
            options={BACK.map((one) => ({ value: one, label: words[one] }))}
          />
          <Kbd>Alt 1 2 3 4</Kbd>
        </div>
      )}
      {(back === 'bank-card' || back === 'wallet') &&
        field('reference', t('topup.reference', { kind: words[back] }), reference, setReference, t('topup.referenceNeeded'))}
      {field('reason', t('cardTask.reason'), reason, setReason, t('cardTask.reasonNeeded'), !asksVolume)}
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
