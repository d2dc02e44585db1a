// Taking a payment back whole: why, and how the money goes back.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { api, client } from '../../bridge/client.ts';
import { useWords } from '../../components/commodity.tsx';
import { Input } from '../../components/input.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { ReasonDialog } from '../../components/reason-dialog.tsx';
import { useApproval } from '../../components/use-approval.tsx';
import { yuan } from '../../format/format.ts';

type Payment = Outputs['charging']['payment'];

type Other = Inputs['charging']['reversePayment']['refunds'][number];

export function ReverseDialog(props: { readonly payment: Payment; readonly onClose: () => void; readonly onDone: () => void }) {
  const { t } = useWords();
  const { payment } = props;
  const queries = useQueryClient();
  const [slips, setSlips] = useState<Readonly<Record<number, string>>>({});
  const reverse = useApproval({
    call: (input: Inputs['charging']['reversePayment']) => client.charging.reversePayment(input),
    hint: t('charging.approveReversal', { amount: yuan(payment.amountFen) }),
    act: 'charging.reversePayment',
    onSuccess: (next) => {
      queries.setQueryData(api.charging.payment.queryKey({ input: { paymentId: payment.paymentId } }), next);
      props.onDone();
    },
  });
  const words = { 'bank-card': t('topup.bankCard'), wallet: t('topup.wallet') };
  const others = payment.tenders.flatMap((tender, index) =>
    tender.kind === 'cash' ? [] : [{ index, kind: tender.kind, amountFen: tender.amountFen }],
  );
  const refunds = others.flatMap(({ index, kind, amountFen }): Other[] => {
    const reference = (slips[index] ?? '').trim();
    return reference === '' ? [] : [{ kind, amountFen, reference }];
  });
  const cashFen = payment.amountFen - refunds.reduce((sum, tender) => sum + tender.amountFen, 0);
  return (
    <>
      <ReasonDialog
        title={t('charging.reverseTitle', { amount: yuan(payment.amountFen) })}
        action={t('charging.reverse')}
        danger
        busy={reverse.isPending}
        hidden={reverse.asking}
        dirty={Object.values(slips).some((slip) => slip !== '')}
        onDo={(reason) => reverse.run({ paymentId: payment.paymentId, reason, refunds })}
        onClose={props.onClose}
      >
        <p>{t('charging.reverseHint')}</p>
        {others.map(({ index, kind, amountFen }) => (
          <div key={index} className="stack">
            <label htmlFor={`refund-slip-${index}`}>{t('charging.refundSlip', { kind: words[kind], amount: yuan(amountFen) })}</label>
            <Input
              id={`refund-slip-${index}`}
              autoComplete="off"
              maxLength={64}
              value={slips[index] ?? ''}
              data-testid="refund-slip"
              onChange={(event) => setSlips({ ...slips, [index]: event.target.value })}
            />
          </div>
        ))}
        <p>
          {t('charging.cashBack')} <strong className="figures">{yuan(cashFen)}</strong>
        </p>
        {reverse.problem !== null && <ProblemNote problem={reverse.problem} />}
      </ReasonDialog>
      {reverse.dialog}
    </>
  );
}
