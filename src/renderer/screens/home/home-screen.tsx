// Home: one big search, what needs attention, the shift, and the card in the reader.
import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useCard } from '../../bridge/card.ts';
import { api } from '../../bridge/client.ts';
import { type CounterEvent, useCounterEvents } from '../../bridge/events.ts';
import { CardStrip } from '../cards/card-strip.tsx';
import { useNavigation } from '../shell/navigation.tsx';
import { Attention } from './attention.tsx';
import { type Hit, Omnibox } from './omnibox.tsx';
import { ShiftPanel } from './shift-panel.tsx';

/** Goes to the account of a card that is inserted while the clerk is here. */
function useInsertedCard(): void {
  const { go } = useNavigation();
  const { view, reading } = useCard();
  const inserted = useRef(false);
  useCounterEvents(
    useCallback((event: CounterEvent) => {
      if (event.type === 'card') inserted.current = event.presence === 'present';
    }, []),
  );
  useEffect(() => {
    if (!inserted.current || reading || view?.presence !== 'present') return;
    inserted.current = false;
    if (view.accountId !== null) go({ screen: 'account', accountId: view.accountId });
  }, [view, reading, go]);
}

/** `text` is searched for at once: a scanned code that is no account's own. */
export function HomeScreen({ text }: { readonly text: string }) {
  const { t } = useTranslation();
  const { go } = useNavigation();
  const { view } = useCard();
  const shift = useQuery(api.shift.current.queryOptions({ input: {} })).data;
  useInsertedCard();
  const open = useCallback((hit: Hit) => go({ screen: 'account', accountId: hit.accountId }), [go]);
  const cardAccount = view?.accountId ?? null;
  return (
    <div className="stack-wide">
      <h1 className="visually-hidden">{t('home.title')}</h1>
      <CardStrip />
      <div className="home-columns">
        <div className="stack-wide">
          {shift !== undefined && (
            <Omnibox
              key={shift === null ? 'closed' : 'open'}
              autoFocus={shift !== null}
              text={text}
              onOpen={open}
              onEmptyEnter={() => {
                if (cardAccount !== null) go({ screen: 'account', accountId: cardAccount });
              }}
            />
          )}
          <Attention />
        </div>
        <ShiftPanel />
      </div>
    </div>
  );
}
