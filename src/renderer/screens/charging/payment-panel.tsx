// One payment: the result as a sentence, the change, what it paid, its receipt, and taking it back.
import { CheckCircleOutlined, RollbackOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Outputs } from '../../../shared/contract/index.ts';
import { api, problemOf } from '../../bridge/client.ts';
import { Button } from '../../components/button.tsx';
import { useWords } from '../../components/commodity.tsx';
import { Lines, Panel } from '../../components/facts.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { useFocusOnAppearing } from '../../components/take-focus.ts';
import { dateTime, yuan } from '../../format/format.ts';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import { useNavigation } from '../shell/navigation.tsx';
import { paperStep, ReceiptPanel } from './receipt-panel.tsx';
import { ReverseDialog } from './reverse-dialog.tsx';

type Payment = Outputs['charging']['payment'];

const TENDER_WORDS = { cash: 'topup.cash', 'bank-card': 'topup.bankCard', wallet: 'topup.wallet' } as const;

/** How it was paid, in words. */
export function useTenderWords(): (tenders: Payment['tenders']) => string {
  const { t } = useWords();
  return (tenders) => tenders.map(({ kind, amountFen }) => `${t(TENDER_WORDS[kind])} ${yuan(amountFen)}`).join(' + ');
}

function Sentence({ payment, handOver }: { readonly payment: Payment; readonly handOver: boolean }) {
  const { t } = useWords();
  const words = useTenderWords();
  const ref = useFocusOnAppearing<HTMLDivElement>();
  const reversed = payment.state === 'reversed';
  return (
    <div
      ref={ref}
      tabIndex={-1}
      className="state-done"
      data-testid="payment-result"
      data-state={payment.state}
      data-payment={payment.paymentId}
    >
      <div className="sentence" role="status">
        {reversed ? <RollbackOutlined /> : <CheckCircleOutlined className="tone-ok" />}{' '}
        {reversed
          ? t('charging.resultReversed', { amount: yuan(payment.amountFen) })
          : t('charging.resultPaid', { amount: yuan(payment.amountFen), count: payment.paid.length })}
      </div>
      <div className="row wrap soft" style={{ gap: 16 }}>
        <span className="figures">{dateTime(payment.takenAtMs)}</span>
        <span className="figures">{words(payment.tenders)}</span>
      </div>
      {handOver && !reversed && payment.changeFen > 0 && (
        <div className="row" style={{ gap: 12 }}>
          <span className="soft">{t('topup.change')}</span>
          <span className="amount-due" data-testid="change-given">
            {yuan(payment.changeFen)}
          </span>
        </div>
      )}
    </div>
  );
}

/** `handOver`: the money was taken on this very screen, so the change is still to be given. `printNow`: its receipt is printed by itself, once. */
export function PaymentPanel(props: {
  readonly paymentId: string;
  readonly printNow?: boolean;
  readonly handOver?: boolean;
  readonly onDone?: () => void;
}) {
  const { paymentId, printNow = false, handOver = false } = props;
  const { t } = useWords();
  const { go } = useNavigation();
  const shift = useQuery(api.shift.current.queryOptions({ input: {} })).data;
  const { data: payment, error } = useQuery(api.charging.payment.queryOptions({ input: { paymentId } }));
  const [reversing, setReversing] = useState(false);
  const [justReversed, setJustReversed] = useState(false);
  const canReverse = payment?.state === 'taken' && shift !== null && shift !== undefined;
  useKeys({
    'Alt+r': () => (canReverse ? setReversing(true) : false),
    'Alt+i': () => (payment?.state === 'taken' ? invoice() : false),
  });
  const invoice = (): void => {
    if (payment !== undefined) go({ screen: 'task', taskId: 'invoice', accountId: payment.accountId, subjectId: paymentId });
  };
  if (error !== null) return <ProblemNote problem={problemOf(error)} />;
  if (payment === undefined) return <Lines count={5} />;
  const reversed = payment.state === 'reversed';
  const receipt = reversed ? payment.reversalReceipt : payment.receipt;
  const done = props.onDone === undefined ? {} : { onDone: props.onDone };
  return (
    <div className="stack-wide">
      <Sentence key={payment.state} payment={payment} handOver={handOver} />
      <Panel title={t('charging.whatPaid')}>
        <table className="plain-table">
          <caption className="visually-hidden">{t('charging.whatPaid')}</caption>
          <tbody>
            {payment.paid.map((part) => (
              <tr key={part.receivableId}>
                <td className="figures">{part.accountNo}</td>
                <td>{part.description}</td>
                <td className="right figures">{yuan(part.principalFen)}</td>
                <td className="right figures soft">
                  {part.lateFeeFen > 0 && `${t('charging.lateFee')} ${yuan(part.lateFeeFen)}`}
                  {part.lateFeeWaivedFen > 0 && `${t('charging.waivedFee')} ${yuan(part.lateFeeWaivedFen)}`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <div className="row wrap soft" style={{ gap: 16 }}>
          {payment.fromCreditFen > 0 && <span>{`${t('charging.fromCredit')} ${yuan(payment.fromCreditFen)}`}</span>}
          {payment.toCreditFen > 0 && <span>{`${t('charging.toCredit')} ${yuan(payment.toCreditFen)}`}</span>}
        </div>
        {!reversed && (
          <div className="row">
            <Button danger disabled={!canReverse} onClick={() => setReversing(true)} data-testid="reverse">
              {t('charging.reverse')}
              <Kbd>Alt R</Kbd>
            </Button>
            <Button onClick={invoice} data-testid="to-invoice">
              {t('task.invoice')}
              <Kbd>Alt I</Kbd>
            </Button>
          </div>
        )}
      </Panel>
      <ReceiptPanel
        key={receipt?.receiptId ?? ''}
        receipt={receipt}
        nextStep={paperStep(receipt)}
        printNow={printNow || justReversed}
        {...done}
      />
      {reversing && (
        <ReverseDialog
          payment={payment}
          onClose={() => setReversing(false)}
          onDone={() => {
            setReversing(false);
            setJustReversed(true);
          }}
        />
      )}
    </div>
  );
}
