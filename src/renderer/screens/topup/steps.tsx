// The steps at the left and the summary at the right of a purchase.
import { memo } from 'react';
import { useWords } from '../../components/commodity.tsx';
import { Facts, Panel } from '../../components/facts.tsx';
import { StepList } from '../../components/steps.tsx';
import { yuan } from '../../format/format.ts';

export const STEPS = ['amount', 'pay', 'write', 'receipt'] as const;
export type Step = (typeof STEPS)[number];

export const Steps = memo(function Steps({ current, finished = false }: { readonly current: Step; readonly finished?: boolean }) {
  const { t } = useWords();
  const words = { amount: t('topup.stepAmount'), pay: t('topup.stepPay'), write: t('topup.stepWrite'), receipt: t('topup.stepReceipt') };
  return <StepList steps={STEPS.map((step) => words[step])} at={finished ? STEPS.length : STEPS.indexOf(current)} />;
});

export interface SummaryFacts {
  readonly customerName: string;
  readonly accountNo: string;
  readonly cardNo: string;
  readonly litres: number | null;
  readonly amountFen: number | null;
}

export const Summary = memo(function Summary(facts: SummaryFacts) {
  const { t, volume } = useWords();
  return (
    <Panel title={t('topup.summary')} testId="summary">
      <Facts
        figures
        items={[
          [t('topup.customer'), <strong key="name">{facts.customerName}</strong>],
          [
            t('account.no'),
            <span key="no" className="figures">
              {facts.accountNo}
            </span>,
          ],
          [t('account.cardNo'), facts.cardNo === '' ? t('common.none') : facts.cardNo],
          [
            t('card.volume'),
            facts.litres === null ? null : (
              <span key="litres" className="figures">
                {volume(facts.litres)}
              </span>
            ),
          ],
          [
            t('topup.due'),
            facts.amountFen === null ? null : (
              <strong key="due" className="figures">
                {yuan(facts.amountFen)}
              </strong>
            ),
          ],
          [t('topup.willPrint'), t('topup.willPrintReceipt')],
        ]}
      />
    </Panel>
  );
});
