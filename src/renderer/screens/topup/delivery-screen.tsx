// A paid top-up: its write, its receipt, and, where it is stuck, the way out of it.
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api, client, problemOf } from '../../bridge/client.ts';
import { SuppliedWith } from '../../components/commodity.tsx';
import { Lines } from '../../components/facts.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { useTranslation } from '../../text/use-translation.tsx';
import { CardStrip } from '../cards/card-strip.tsx';
import { open } from '../home/attention.tsx';
import { Delivery } from './delivery.tsx';
import { Steps, Summary } from './steps.tsx';

export default function DeliveryScreen({ topupId, start }: { readonly topupId: string; readonly start: boolean }) {
  const { t } = useTranslation();
  // The next customer reads nothing of this one.
  useEffect(() => () => void client.topups.show({ due: null }).catch(() => {}), []);
  const { data: topup, error } = useQuery(api.topups.get.queryOptions({ input: { topupId } }));
  if (error !== null && topup === undefined) return <ProblemNote problem={problemOf(error)} />;
  if (topup === undefined) return <Lines count={6} />;
  const finished = topup.state === 'refunded' || topup.nextStep === 'none';
  return (
    <SuppliedWith commodity={topup.commodity}>
      <div className="stack-wide">
        <h1>{t('delivery.title')}</h1>
        {!start && open(topup) && <CardStrip accountId={topup.accountId} />}
        <div className="topup-columns">
          <Steps current={open(topup) ? 'write' : 'receipt'} finished={finished} />
          <Delivery topup={topup} start={start} />
          <Summary
            customerName={topup.customerName}
            accountNo={topup.accountNo}
            cardNo={topup.cardNo}
            litres={topup.litres}
            amountFen={topup.amountFen}
          />
        </div>
      </div>
    </SuppliedWith>
  );
}
