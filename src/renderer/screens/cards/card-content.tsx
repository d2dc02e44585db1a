// The card's content in readable form beside the ledger's view, and the difference in words.

import { memo } from 'react';
import type { CardView } from '../../bridge/card.ts';
import { useWords } from '../../components/commodity.tsx';
import { Facts, StateWord } from '../../components/facts.tsx';
import { useLayoutName } from '../../components/layout-name.ts';
import { ProblemNote } from '../../components/problem.tsx';

/** Returns the difference between card and ledger as a sentence. */
export function useDifference(view: CardView): { readonly words: string; readonly tone: 'ok' | 'warn' } {
  const { t } = useWords(view.commodity);
  const numbers = { ledger: view.ledger?.sequence ?? 0, card: view.content?.purchase?.sequence ?? 0 };
  if (view.ledger === null) return { words: t('card.unknownCustomer'), tone: 'warn' };
  switch (view.difference) {
    case 'none':
      return { words: t('card.diffNone'), tone: 'ok' };
    case 'card-behind':
      return { words: t('card.diffBehind', numbers), tone: 'warn' };
    case 'card-ahead':
      return { words: t('card.diffAhead', numbers), tone: 'warn' };
    case 'purchase-open': {
      const verdicts = {
        'no-intent': t('card.verdictNoIntent'),
        before: t('card.verdictBefore'),
        after: t('card.verdictAfter'),
        mixture: t('card.verdictMixture'),
        other: t('card.verdictOther'),
        'taken-by-meter': t('card.verdictTaken'),
      };
      return {
        words: [t('card.diffOpen'), view.open === null ? '' : verdicts[view.open.verdict]].filter(Boolean).join(t('card.join')),
        tone: 'warn',
      };
    }
  }
}

export function Difference({ view }: { readonly view: CardView }) {
  const { words, tone } = useDifference(view);
  return (
    <strong data-testid="card-difference">
      <StateWord tone={tone}>{words}</StateWord>
    </strong>
  );
}

/** The table card against ledger, the meter's return record, and why nothing may be sold if so. */
export const CardContent = memo(function CardContent({ view }: { readonly view: CardView }) {
  const { t, volume } = useWords(view.commodity);
  const layoutName = useLayoutName();
  const { content, ledger } = view;
  const purchase = content?.purchase ?? null;
  return (
    <div className="stack">
      {view.tool === null && <Difference view={view} />}
      {view.tool !== null && (
        <Facts
          items={[
            [t('card.toolKind'), <strong key="kind">{t(`card.tool.${view.tool.tool}`)}</strong>],
            [t('card.toolNo'), view.tool.toolNo],
          ]}
        />
      )}
      {content !== null && (
        <table className="plain-table">
          <thead>
            <tr>
              <th>{t('card.purchase')}</th>
              <th className="right">{t('card.onCard')}</th>
              <th className="right">{t('card.inLedger')}</th>
            </tr>
          </thead>
          <tbody>
            <tr>
              <td>{t('card.sequence')}</td>
              <td className="right figures">{purchase?.sequence ?? 0}</td>
              <td className="right figures">{ledger?.sequence ?? t('common.none')}</td>
            </tr>
            <tr>
              <td>{t('card.cumulative')}</td>
              <td className="right figures">{volume(purchase?.cumulativeLitres ?? 0)}</td>
              <td className="right figures">{ledger === null ? t('common.none') : volume(ledger.cumulativeLitres)}</td>
            </tr>
            <tr>
              <td>{t('card.volume')}</td>
              <td className="right figures">{purchase === null ? t('card.noPurchase') : volume(purchase.volumeLitres)}</td>
              <td />
            </tr>
            {purchase !== null && (
              <tr>
                <td>{t('card.date')}</td>
                <td className="right figures">{purchase.date}</td>
                <td />
              </tr>
            )}
          </tbody>
        </table>
      )}
      {content !== null && (
        <Facts
          twice
          items={[
            [t('account.cardNo'), content.cardNo],
            [t('account.no'), content.accountNo],
            [t('card.region'), content.regionCode],
            [t('card.layout'), layoutName(view.layoutId)],
            [t('card.attempts'), view.attemptsLeft],
            [
              t('sync.state'),
              <StateWord key="taken" tone={content.takenByMeter ? 'ok' : 'warn'}>
                {t(content.takenByMeter ? 'card.taken' : 'card.notTaken')}
              </StateWord>,
            ],
          ]}
        />
      )}
      {content !== null && (
        <Facts
          items={[
            [
              t('card.meterReturn'),
              content.meterReturn === null
                ? t('card.noReturn')
                : [
                    content.meterReturn.meterNo,
                    t('card.loaded', { sequence: content.meterReturn.loadedSequence }),
                    `${t('account.remaining')} ${volume(content.meterReturn.remainingLitres)}`,
                    `${t('account.cumulativeUse')} ${volume(content.meterReturn.cumulativeUseLitres)}`,
                  ].join(' · '),
            ],
          ]}
        />
      )}
      {content?.tornRecord === true && <StateWord tone="warn">{t('card.torn')}</StateWord>}
      {view.obstacle !== null && view.presence !== 'absent' && (
        <ProblemNote
          problem={{ code: view.obstacle, context: view.attemptsLeft === null ? {} : { attemptsLeft: view.attemptsLeft } }}
          tone="warn"
        />
      )}
    </div>
  );
});
