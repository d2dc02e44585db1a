// A purchase that was paid for the card a new one stands in for, and is not known to be on it: what becomes of it, chosen in words.
import { useQuery } from '@tanstack/react-query';
import { api } from '../../bridge/client.ts';
import { useWords } from '../../components/commodity.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { yuan } from '../../format/format.ts';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import type { AccountCards, CardTaskFields } from './card-task.ts';

type OpenPurchase = NonNullable<AccountCards['undelivered']>;

/** Returns the top-up with the ways its money came, in words; null while it is not known. */
function useTopup(topupId: string) {
  const { t } = useWords();
  const topup = useQuery({ ...api.topups.get.queryOptions({ input: { topupId } }), enabled: topupId !== '' }).data ?? null;
  const words = { cash: t('topup.cash'), 'bank-card': t('topup.bankCard'), wallet: t('topup.wallet') };
  const tenders = (topup?.tenders ?? []).map(({ kind, amountFen }) => `${words[kind]} ${yuan(amountFen)}`).join(' + ');
  return { topup, tenders };
}

/** The choice, before the new card is begun. */
export function OpenPurchaseChoice(props: {
  readonly open: OpenPurchase;
  readonly owedLitres: number;
  readonly refundTopupId: string;
  readonly onChange: (change: Pick<CardTaskFields, 'refundTopupId'>) => void;
}) {
  const { t, volume: volumeOf } = useWords();
  const { open, owedLitres, onChange } = props;
  const { topupId, litres, amountFen, mayBeOnCard } = open;
  const { tenders } = useTopup(topupId);
  const refunds = !mayBeOnCard && props.refundTopupId === topupId;
  const volume = volumeOf(litres);
  const choose = (choice: 'carry' | 'refund') => (): unknown =>
    choice === 'refund' && mayBeOnCard ? false : onChange({ refundTopupId: choice === 'refund' ? topupId : '' });
  useKeys({ 'Alt+1': choose('carry'), 'Alt+2': choose('refund') });
  return (
    <section className="state-undelivered stack" aria-label={t('cardTask.undelivered.title')} data-testid="open-purchase">
      <div className="row between wrap">
        <strong>{t('cardTask.undelivered.title')}</strong>
        <strong className="figures" data-testid="open-purchase-what">
          {volume} · {yuan(amountFen)}
        </strong>
      </div>
      <div className="row wrap">
        <Segmented<'carry' | 'refund'>
          aria-label={t('cardTask.undelivered.title')}
          value={refunds ? 'refund' : 'carry'}
          onChange={(choice) => choose(choice)()}
          options={[
            { value: 'carry', label: t('cardTask.undelivered.carry') },
            { value: 'refund', label: t('cardTask.undelivered.refund'), disabled: mayBeOnCard },
          ]}
        />
        <Kbd>Alt 1–2</Kbd>
      </div>
      <div role="status" data-testid="open-purchase-means">
        {refunds ? t('cardTask.undelivered.refundMeans', { tenders }) : t('cardTask.undelivered.carryMeans', { volume })}
        {!refunds && owedLitres > 0 && <> {t('cardTask.undelivered.owedWaits', { volume: volumeOf(owedLitres) })}</>}
      </div>
      {mayBeOnCard && <div data-testid="open-purchase-bound">{t('cardTask.undelivered.mayBeOnCard')}</div>}
    </section>
  );
}

/** The money to hand out once the refund stands in the journal, whatever becomes of the new card; nothing until then. */
export function RefundedPurchase({ topupId }: { readonly topupId: string }) {
  const { t } = useWords();
  const { topup, tenders } = useTopup(topupId);
  if (topup?.state !== 'refunded') return null;
  return (
    <div className="state-undelivered" role="status" data-testid="purchase-refunded">
      <div className="soft">{t('cardTask.moneyBack')}</div>
      <div className="amount-due">{yuan(topup.amountFen)}</div>
      <div>{t('delivery.refundBack', { tenders })}</div>
    </div>
  );
}
