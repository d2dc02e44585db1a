// Giving the money of an undelivered top-up back, with a reason.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Inputs } from '../../../shared/contract/index.ts';
import { api, client, problemOf } from '../../bridge/client.ts';
import { withReaderTurn } from '../../bridge/reader-turn.ts';
import { useWords } from '../../components/commodity.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { ReasonDialog } from '../../components/reason-dialog.tsx';
import { yuan, yuanInput } from '../../format/format.ts';
import type { Topup } from '../home/attention.tsx';

export function RefundDialog(props: {
  readonly topup: Topup;
  readonly slot: number;
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const { t } = useWords();
  const { topup } = props;
  const queries = useQueryClient();
  const refund = useMutation({
    mutationFn: (input: Inputs['topups']['refund']) => withReaderTurn(queries, () => client.topups.refund(input)),
    onSuccess: (next) => {
      queries.setQueryData(api.topups.get.queryKey({ input: { topupId: topup.topupId } }), next);
      props.onDone();
    },
    onError: () => void queries.invalidateQueries({ queryKey: api.topups.key() }),
  });
  const words = { cash: t('topup.cash'), 'bank-card': t('topup.bankCard'), wallet: t('topup.wallet') };
  const tenders = topup.tenders.map((tender) => `${words[tender.kind]} ${yuan(tender.amountFen)}`).join(' + ');
  return (
    <ReasonDialog
      title={t('delivery.refundTitle', { amount: yuanInput(topup.amountFen) })}
      action={t('delivery.refundDo')}
      field="refund-reason"
      label={t('delivery.refundReason')}
      danger
      busy={refund.isPending}
      onDo={(reason) => refund.mutate({ topupId: topup.topupId, slot: props.slot, reason })}
      onClose={props.onClose}
    >
      <p>{t('delivery.refundHint')}</p>
      <p>{t('delivery.refundBack', { tenders })}</p>
      {refund.error !== null && <ProblemNote problem={problemOf(refund.error)} />}
    </ReasonDialog>
  );
}
