// How a card task ended: one sentence, and for a reversal the money to give back in the largest figures.
import { CheckCircleOutlined, RollbackOutlined } from '@ant-design/icons';
import { Button } from '../../components/button.tsx';
import { useWords } from '../../components/commodity.tsx';
import { Facts } from '../../components/facts.tsx';
import { useLayoutName } from '../../components/layout-name.ts';
import { useFocusOnAppearing } from '../../components/take-focus.ts';
import { cubicMetres, yuan } from '../../format/format.ts';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import { PaperButton } from '../paper/paper-dialog.tsx';
import type { CardTask } from './card-task.ts';

export function CardTaskResult({ task, onDone }: { readonly task: CardTask; readonly onDone: () => void }) {
  const { t, volume } = useWords(task.commodity);
  const layoutName = useLayoutName();
  const ref = useFocusOnAppearing<HTMLDivElement>();
  useKeys({ Enter: onDone });
  const given = task.state === 'abandoned';
  const words = { cash: t('topup.cash'), 'bank-card': t('topup.bankCard'), wallet: t('topup.wallet') };
  const numbers = { card: task.cardNo, volume: cubicMetres(task.volumeLitres) };
  return (
    <div ref={ref} tabIndex={-1} className="state-done stack" data-testid="card-task-result" data-state={task.state}>
      <div className="sentence" role="status">
        {given ? <RollbackOutlined /> : <CheckCircleOutlined className="tone-ok" />}{' '}
        {given ? t('cardTask.abandoned') : t(`cardTask.done.${task.purpose}`, numbers)}
      </div>
      {task.purpose === 'reverse' && !given && (
        <>
          <div>
            <div className="soft">{t('cardTask.moneyBack')}</div>
            <div className="amount-due" data-testid="money-back">
              {yuan(task.amountFen)}
            </div>
          </div>
          <Facts
            figures
            items={[
              ...task.refunds.map(({ kind, amountFen, reference }) => [`${words[kind]} ${reference}`.trim(), yuan(amountFen)] as const),
              [t('cardTask.toCredit'), task.toCreditFen === 0 ? null : yuan(task.toCreditFen)],
            ]}
          />
        </>
      )}
      {task.purpose !== 'reverse' && !given && (
        <Facts
          items={[
            [
              t('cardTask.newCardNo'),
              <span key="card" className="figures">
                {task.cardNo}
              </span>,
            ],
            [t('cardTask.layout'), layoutName(task.layoutId)],
            [t('cardTask.owed'), task.volumeLitres === 0 ? null : volume(task.volumeLitres)],
          ]}
        />
      )}
      <div className="row wrap">
        <Button type="primary" size="large" onClick={onDone} data-testid="card-task-done">
          {t('cardTask.back')}
          <Kbd>Enter</Kbd>
        </Button>
        {!given && <PaperButton subject={{ kind: 'card-task', taskId: task.taskId }} word={t('paper.form')} letter="P" />}
      </div>
    </div>
  );
}
