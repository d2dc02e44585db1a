// The strip across the top while a card is in the reader: whose it is, what is on it, how it differs from the ledger.

import { CreditCardOutlined } from '@ant-design/icons';
import { memo } from 'react';
import { useCard } from '../../bridge/card.ts';
import { Button } from '../../components/button.tsx';
import { useWords } from '../../components/commodity.tsx';
import { problemWords } from '../../text/index.ts';
import { useNavigation } from '../shell/navigation.tsx';
import { Difference } from './card-content.tsx';
import { LookUpCard } from './look-up-card.tsx';

/** What is told of a card that is read well: nobody is served on it. */
const OUT_OF_USE: ReadonlySet<string> = new Set(['CARD_BLACKLISTED', 'CARD_RETURNED', 'CARD_LOCKED']);

/** `accountId`: the account on the screen, so that another customer's card is called so. */
export const CardStrip = memo(function CardStrip({ accountId }: { readonly accountId?: string }) {
  const { go } = useNavigation();
  const { view, slot, readAgain } = useCard();
  // The words are the card's, whoever is on the screen.
  const { t, i18n, volume, commodity } = useWords(view?.commodity);
  if (view === null || view.presence === 'absent') return null;
  const { content } = view;
  const mine = accountId !== undefined && view.accountId === accountId;
  const other = accountId !== undefined && view.accountId !== null && !mine;
  const refused =
    view.obstacle !== null && (view.kind !== 'content' || OUT_OF_USE.has(view.obstacle))
      ? problemWords(i18n.language, { code: view.obstacle, context: {} }, commodity)
      : null;
  const owner = other
    ? t('card.otherCustomer', { name: view.customerName })
    : mine
      ? t('card.thisCustomer')
      : view.accountId === null
        ? (refused?.title ?? t('card.unknownCustomer'))
        : t('card.ofCustomer', { name: view.customerName });
  return (
    <section
      className={other || view.accountId === null ? 'state-undelivered' : 'panel'}
      aria-label={t('card.title')}
      data-testid="card-strip"
    >
      <div className="row wrap between">
        <div className="row wrap" style={{ gap: 16 }}>
          <strong>
            <CreditCardOutlined /> {owner}
          </strong>
          <span className="soft">{t('common.slot', { slot })}</span>
          {content !== null && (
            <>
              <span className="figures">{content.cardNo}</span>
              <span>
                {t('card.onCard')}{' '}
                <span className="figures">
                  {content.purchase === null
                    ? t('card.noPurchase')
                    : `${t('card.nth', { sequence: content.purchase.sequence })} · ${volume(content.purchase.volumeLitres)}`}
                </span>
              </span>
              <span>
                {t('card.inLedger')}{' '}
                <span className="figures">
                  {view.ledger === null ? t('common.none') : t('card.nth', { sequence: view.ledger.sequence })}
                </span>
              </span>
              <span>{t(content.takenByMeter ? 'card.taken' : 'card.notTaken')}</span>
              <Difference view={view} />
            </>
          )}
          {content === null && refused !== null && <span>{refused.next}</span>}
          {content !== null && refused !== null && (
            <span role="alert" data-testid="card-out-of-use">
              <strong className="tone-bad">{refused.title}</strong> {refused.next}
            </span>
          )}
        </div>
        {view.accountId === null && content !== null && view.obstacle === 'CARD_NOT_IN_LEDGER' && (
          <LookUpCard cardNo={content.cardNo} found={readAgain} />
        )}
        {!mine && view.accountId !== null && (
          <Button
            data-testid="open-card-account"
            onClick={() => {
              if (view.accountId !== null) go({ screen: 'account', accountId: view.accountId });
            }}
          >
            {t('card.openAccount')}
          </Button>
        )}
      </div>
    </section>
  );
});
