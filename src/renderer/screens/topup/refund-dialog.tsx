// Giving the money of an undelivered top-up back, with a reason.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Inputs } from '../../../shared/contract/index.ts';
import { api, client, problemOf } from '../../bridge/client.ts';
import { withReaderTurn } from '../../bridge/reader-turn.ts';
import { Dialog } from '../../components/dialog.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { yuan, yuanInput } from '../../format/format.ts';
import type { Topup } from '../home/attention.tsx';

export function RefundDialog(props: {
  readonly topup: Topup;
  readonly slot: number;
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const { t } = useTranslation();
  const { topup } = props;
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState(false);
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
  const act = (): void => {
    setMissing(reason.trim() === '');
    if (reason.trim() !== '') refund.mutate({ topupId: topup.topupId, slot: props.slot, reason: reason.trim() });
  };
  return (
    <Dialog
      title={t('delivery.refundTitle', { amount: yuanInput(topup.amountFen) })}
      action={t('delivery.refundDo')}
      danger
      busy={refund.isPending}
      dirty={reason !== ''}
      onAction={act}
      onClose={props.onClose}
    >
      <p>{t('delivery.refundHint')}</p>
      <p>{t('delivery.refundBack', { tenders })}</p>
      <label htmlFor="refund-reason">{t('delivery.refundReason')}</label>
      <Input
        id="refund-reason"
        autoFocus
        autoComplete="off"
        maxLength={200}
        value={reason}
        status={missing ? 'error' : ''}
        aria-describedby={missing ? 'refund-missing' : undefined}
        data-testid="refund-reason"
        onChange={(event) => setReason(event.target.value)}
      />
      {missing && (
        <div id="refund-missing" role="alert" className="tone-bad">
          {t('delivery.refundReasonNeeded')}
        </div>
      )}
      {refund.error !== null && <ProblemNote problem={problemOf(refund.error)} />}
    </Dialog>
  );
}
