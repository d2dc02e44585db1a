// Whose card it is and what will stand on it, beside the form of a card task.

import type { Outputs } from '../../../shared/contract/index.ts';
import { useWords } from '../../components/commodity.tsx';
import { Facts, Panel } from '../../components/facts.tsx';
import { useLayoutName } from '../../components/layout-name.ts';
import { type AccountCards, type CardTask, makesCard, presentCard } from './card-task.ts';

export function CardTaskSummary(props: {
  readonly purpose: string;
  readonly account: Outputs['accounts']['get'] | undefined;
  readonly cards: AccountCards;
  /** Null until the task has begun. */
  readonly task: CardTask | null;
}) {
  const { t, volume } = useWords();
  const layoutName = useLayoutName();
  const { purpose, account, cards, task } = props;
  const old = presentCard(cards);
  const makes = makesCard(purpose);
  const litres = volume;
  const oldCardNo = task === null ? (purpose === 'issue' ? '' : (old?.cardNo ?? '')) : makes ? task.oldCardNo : task.cardNo;
  const layoutId = task?.layoutId ?? (makes ? cards.layoutId : (old?.layoutId ?? ''));
  return (
    <Panel title={t('topup.summary')} testId="summary">
      <Facts
        items={[
          [t('topup.customer'), <strong key="name">{account?.customerName ?? ''}</strong>],
          [t('account.no'), account?.accountNo ?? ''],
          [t(makes ? 'cardTask.oldCard' : 'account.cardNo'), oldCardNo === '' ? null : oldCardNo],
          [t('cardTask.newCardNo'), makes ? (task?.cardNo ?? t('cardTask.byItself')) : null],
          [t('cardTask.layout'), layoutId === '' ? null : layoutName(layoutId)],
          [t('cardTask.unused'), task === null && makes && cards.unusedLitres > 0 ? litres(cards.unusedLitres) : null],
          [
            t('cardTask.owed'),
            task === null && cards.volumeOwedLitres > 0 && purpose !== 'reverse' ? litres(cards.volumeOwedLitres) : null,
          ],
          [t('card.volume'), purpose === 'reverse' && cards.lastTopup !== null ? litres(cards.lastTopup.litres) : null],
        ]}
      />
    </Panel>
  );
}
