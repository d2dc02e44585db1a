// The payments of an account: a list to walk through, and one of them at a time.
import { useQuery } from '@tanstack/react-query';
import { api, problemOf } from '../../bridge/client.ts';
import { useWords } from '../../components/commodity.tsx';
import { Lines, Panel, StateWord } from '../../components/facts.tsx';
import { moveFocus } from '../../components/move-focus.ts';
import { ProblemNote } from '../../components/problem.tsx';
import { dateTime, yuan } from '../../format/format.ts';
import { useKeys } from '../../keys/keys.tsx';
import { useNavigation } from '../shell/navigation.tsx';
import type { TaskProps } from '../tasks/task.ts';
import { PaymentPanel, useTenderWords } from './payment-panel.tsx';

export default function PaymentsScreen({ accountId, subjectId }: TaskProps) {
  const { t } = useWords();
  const { go, back } = useNavigation();
  const words = useTenderWords();
  const { data: payments, error } = useQuery(api.charging.payments.queryOptions({ input: { accountId } }));
  useKeys(
    { ArrowDown: () => moveFocus('[data-payment-row]', 1), ArrowUp: () => moveFocus('[data-payment-row]', -1) },
    { active: subjectId === '' },
  );
  if (subjectId !== '')
    return (
      <div className="stack-wide">
        <h1>{t('task.payments')}</h1>
        <PaymentPanel paymentId={subjectId} onDone={back} />
      </div>
    );
  return (
    <div className="stack-wide">
      <h1>{t('task.payments')}</h1>
      {error !== null && <ProblemNote problem={problemOf(error)} />}
      {payments === undefined && error === null && <Lines count={5} />}
      {payments !== undefined && (
        <Panel title={t('task.payments')} extra={<span className="soft">{t('charging.rowsHint')}</span>}>
          {payments.length === 0 && <p className="soft">{t('charging.noPayments')}</p>}
          {payments.length > 0 && (
            <table className="plain-table">
              <caption className="visually-hidden">{t('task.payments')}</caption>
              <thead>
                <tr>
                  <th>{t('charging.when')}</th>
                  <th>{t('charging.whatPaid')}</th>
                  <th>{t('charging.howPaid')}</th>
                  <th>{t('charging.receiptNo')}</th>
                  <th>{t('charging.state')}</th>
                  <th className="right">{t('charging.amount')}</th>
                </tr>
              </thead>
              <tbody>
                {payments.map((payment, index) => (
                  <tr key={payment.paymentId}>
                    <td className="figures">
                      <button
                        type="button"
                        className="link"
                        data-payment-row
                        data-testid="payment-row"
                        ref={(element) => {
                          if (index === 0 && document.activeElement === document.body) element?.focus();
                        }}
                        onClick={() => go({ screen: 'task', taskId: 'payments', accountId, subjectId: payment.paymentId })}
                      >
                        {dateTime(payment.takenAtMs)}
                      </button>
                    </td>
                    <td>{payment.paid.map(({ description }) => description).join('、') || t('charging.toCredit')}</td>
                    <td className="figures">{words(payment.tenders)}</td>
                    <td className="figures">{payment.receipt?.receiptNo ?? ''}</td>
                    <td>
                      <StateWord tone={payment.state === 'taken' ? 'ok' : 'idle'}>{t(`charging.paymentState.${payment.state}`)}</StateWord>
                    </td>
                    <td className="right figures">{yuan(payment.amountFen)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </Panel>
      )}
    </div>
  );
}
