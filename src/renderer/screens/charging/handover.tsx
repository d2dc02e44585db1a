// Money over the counter against a deposit or a credit balance: how much, why, the money, the receipt.
import { CheckCircleOutlined } from '@ant-design/icons';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { v7 as newId } from 'uuid';
import type { Inputs } from '../../../shared/contract/index.ts';
import { api, client } from '../../bridge/client.ts';
import { Button } from '../../components/button.tsx';
import { useWords } from '../../components/commodity.tsx';
import { Facts, Lines, Panel } from '../../components/facts.tsx';
import { Input } from '../../components/input.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { StepList } from '../../components/steps.tsx';
import { PaymentStep } from '../../components/tender/payment-step.tsx';
import { NO_TENDERS, OTHER_TENDERS, type OtherTender, type Settlement } from '../../components/tender/tenders.ts';
import { isUnsure } from '../../components/unsure.ts';
import { useApproval } from '../../components/use-approval.tsx';
import { dateTime, parseYuan, yuan, yuanInput } from '../../format/format.ts';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import { OpenShiftForm } from '../home/shift-panel.tsx';
import { useDraft, useLeaveGuard } from '../shell/navigation.tsx';
import { useAccountCharges } from './account-money.tsx';
import { paperStep, ReceiptPanel } from './receipt-panel.tsx';

export type HandoverKind = 'takeDeposit' | 'returnDeposit' | 'refundCredit';
type HandoverInput = Inputs['charging']['takeDeposit'];
type By = 'cash' | OtherTender;

export function Handover(props: {
  readonly accountId: string;
  readonly title: 'task.deposit' | 'task.credit';
  readonly kinds: readonly HandoverKind[];
}) {
  const { accountId, title, kinds } = props;
  const { t } = useWords();
  const queries = useQueryClient();
  const shift = useQuery(api.shift.current.queryOptions({ input: {} })).data;
  const money = useAccountCharges(accountId);
  const past = useQuery(api.charging.handovers.queryOptions({ input: { accountId } })).data ?? [];
  const [handoverId, setHandoverId] = useState(() => newId());
  const [kind, setKind] = useState<HandoverKind>(kinds[0] ?? 'takeDeposit');
  const [amount, setAmount] = useState('');
  const [reason, setReason] = useState('');
  const [by, setBy] = useState<By>('cash');
  const [reference, setReference] = useState('');
  const [tried, setTried] = useState(false);
  const [paying, setPaying] = useState(false);
  const [fields, setFields] = useState(NO_TENDERS);
  const [sent, setSent] = useState<HandoverInput | null>(null);
  const act = useApproval({
    call: (input: HandoverInput) => client.charging[kind](input),
    hint: t('charging.approveRefund'),
    act: `charging.${kind}`,
    onSuccess: () => void queries.invalidateQueries({ queryKey: api.charging.key() }),
  });
  const done = act.data;
  const locked = act.problem !== null && isUnsure(act.problem);
  const out = kind !== 'takeDeposit';
  const heldFen = kind === 'refundCredit' ? (money?.creditFen ?? 0) : (money?.depositFen ?? 0);
  const amountFen = parseYuan(amount) ?? 0;
  const amountWrong = amountFen < 1 || (out && amountFen > heldFen);
  const reasonWrong = reason.trim() === '';
  const referenceWrong = out && by !== 'cash' && reference.trim() === '';
  const anyTyped = done === undefined && (amount !== '' || reason !== '');
  useLeaveGuard(anyTyped);
  const kept = { handoverId, kind, amount, reason, by, reference, paying, fields };
  useDraft({ taskId: title.slice('task.'.length), accountId }, anyTyped ? kept : null, (draft: typeof kept) => {
    setHandoverId(draft.handoverId);
    setKind(draft.kind);
    setAmount(draft.amount);
    setReason(draft.reason);
    setBy(draft.by);
    setReference(draft.reference);
    setPaying(draft.paying);
    setFields(draft.fields);
  });
  const send = (tenders: HandoverInput['tenders'], cashTenderedFen: number): void => {
    const input = locked && sent !== null ? sent : { handoverId, accountId, amountFen, tenders, cashTenderedFen, reason: reason.trim() };
    setSent(input);
    act.run(input);
  };
  const next = (): unknown => {
    if (shift === null || act.isPending) return false;
    setTried(true);
    if (amountWrong) return document.getElementById('handover-amount')?.focus();
    if (reasonWrong) return document.getElementById('handover-reason')?.focus();
    if (referenceWrong) return document.getElementById('handover-reference')?.focus();
    if (!out) return setPaying(true);
    return send(by === 'cash' ? [] : [{ kind: by, amountFen, reference: reference.trim() }], 0);
  };
  const editing = done === undefined && !paying;
  useKeys(
    {
      Enter: next,
      'Alt+1': () => setKind(kinds[0] ?? kind),
      'Alt+2': () => setKind(kinds[1] ?? kind),
      'Alt+a': () => (out ? setAmount(yuanInput(heldFen)) : false),
    },
    { active: editing },
  );
  const words = { cash: t('topup.cash'), 'bank-card': t('topup.bankCard'), wallet: t('topup.wallet') };
  const steps = [t('charging.stepAmount'), t('topup.stepPay'), t('topup.stepReceipt')];
  return (
    <div className="stack-wide">
      <h1>{t(title)}</h1>
      <div className="topup-columns">
        <StepList steps={steps} at={done !== undefined ? 2 : paying ? 1 : 0} />
        <div className="stack-wide">
          {shift === null && <OpenShiftForm />}
          {money === undefined && <Lines count={4} />}
          {editing && money !== undefined && (
            <Panel
              title={t(`charging.handover.${kind}`)}
              extra={
                kinds.length > 1 && (
                  <span className="row">
                    <Segmented<HandoverKind>
                      aria-label={t(title)}
                      value={kind}
                      onChange={setKind}
                      options={kinds.map((one) => ({ value: one, label: t(`charging.handover.${one}`) }))}
                    />
                    <Kbd>Alt 1 2</Kbd>
                  </span>
                )
              }
            >
              <label htmlFor="handover-amount">{t('charging.amount')}</label>
              <Input
                id="handover-amount"
                autoFocus
                size="large"
                className="big-field"
                prefix="¥"
                inputMode="decimal"
                autoComplete="off"
                value={amount}
                status={tried && amountWrong ? 'error' : ''}
                data-testid="handover-amount"
                onChange={(event) => setAmount(event.target.value)}
              />
              {out && (
                <div className="row soft">
                  {t('charging.heldNow', { amount: yuan(heldFen) })}
                  <Button size="small" onClick={() => setAmount(yuanInput(heldFen))}>
                    {t('charging.all')}
                    <Kbd>Alt A</Kbd>
                  </Button>
                </div>
              )}
              {tried && amountWrong && (
                <div role="alert" className="tone-bad">
                  {out && amountFen > heldFen ? t('charging.amountUpTo', { amount: yuan(heldFen) }) : t('topup.amountInvalid')}
                </div>
              )}
              <label htmlFor="handover-reason">{t('charging.reason')}</label>
              <Input
                id="handover-reason"
                autoComplete="off"
                maxLength={200}
                value={reason}
                status={tried && reasonWrong ? 'error' : ''}
                data-testid="handover-reason"
                onChange={(event) => setReason(event.target.value)}
              />
              {tried && reasonWrong && (
                <div role="alert" className="tone-bad">
                  {t('charging.reasonNeeded')}
                </div>
              )}
              {out && (
                <div className="row wrap">
                  <Segmented<By>
                    aria-label={t('charging.howBack')}
                    value={by}
                    onChange={setBy}
                    options={(['cash', ...OTHER_TENDERS] as const).map((one) => ({ value: one, label: words[one] }))}
                  />
                  {by !== 'cash' && (
                    <Input
                      id="handover-reference"
                      style={{ width: 220 }}
                      aria-label={t('topup.reference', { kind: words[by] })}
                      placeholder={t('topup.reference', { kind: words[by] })}
                      autoComplete="off"
                      maxLength={64}
                      value={reference}
                      status={tried && referenceWrong ? 'error' : ''}
                      onChange={(event) => setReference(event.target.value)}
                    />
                  )}
                </div>
              )}
              {act.problem !== null && <ProblemNote problem={act.problem} />}
              <div className="row between">
                <span />
                <Button
                  type="primary"
                  size="large"
                  loading={act.isPending}
                  disabled={shift === null}
                  onClick={next}
                  data-testid="handover-next"
                >
                  {out ? t(`charging.handover.${kind}`) : t('topup.toPay')}
                  <Kbd>Enter</Kbd>
                </Button>
              </div>
            </Panel>
          )}
          {paying && done === undefined && (
            <PaymentStep
              dueFen={amountFen}
              action={t('charging.take')}
              fields={fields}
              onChange={(nextFields) => {
                setFields(nextFields);
                act.reset();
              }}
              busy={act.isPending}
              locked={locked}
              problem={act.problem}
              onPay={({ tenders, cashTenderedFen }: Settlement) => send([...tenders], cashTenderedFen)}
              onBack={() => {
                act.reset();
                setPaying(false);
              }}
            />
          )}
          {done !== undefined && (
            <>
              <div className="state-done" data-testid="handover-result">
                <div className="sentence" role="status">
                  <CheckCircleOutlined className="tone-ok" /> {t(`charging.handed.${kind}`, { amount: yuan(done.handover.amountFen) })}
                </div>
                {done.handover.changeFen > 0 && (
                  <div className="row" style={{ gap: 12 }}>
                    <span className="soft">{t('topup.change')}</span>
                    <span className="amount-due">{yuan(done.handover.changeFen)}</span>
                  </div>
                )}
              </div>
              <HandoverReceipt handover={past.find((one) => one.handoverId === handoverId) ?? done.handover} printNow />
            </>
          )}
          {editing && past.length > 0 && (
            <Panel title={t('charging.pastHandovers')}>
              <table className="plain-table">
                <caption className="visually-hidden">{t('charging.pastHandovers')}</caption>
                <tbody>
                  {past.map((one) => (
                    <tr key={one.handoverId}>
                      <td className="figures">{dateTime(one.atMs)}</td>
                      <td>{t(`charging.handoverKind.${one.kind.replace('.', '-') as 'deposit-taken'}`)}</td>
                      <td>{one.reason}</td>
                      <td className="figures">{one.receipt?.receiptNo ?? ''}</td>
                      <td className="right figures">{yuan(one.amountFen)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Panel>
          )}
        </div>
        <Panel title={t('charging.summary')} testId="summary">
          <Facts
            figures
            items={[
              [t('topup.customer'), <strong key="name">{money?.customerName ?? ''}</strong>],
              [t('account.no'), money?.accountNo ?? ''],
              [t('charging.deposit'), money === undefined ? null : yuan(money.depositFen)],
              [t('charging.credit'), money === undefined ? null : yuan(money.creditFen)],
              [t('topup.willPrint'), t('charging.willPrint')],
            ]}
          />
        </Panel>
      </div>
      {act.dialog}
    </div>
  );
}

function HandoverReceipt(props: {
  readonly handover: Awaited<ReturnType<typeof client.charging.takeDeposit>>['handover'];
  readonly printNow: boolean;
}) {
  const { receipt } = props.handover;
  return <ReceiptPanel receipt={receipt} nextStep={paperStep(receipt)} printNow={props.printNow} />;
}
