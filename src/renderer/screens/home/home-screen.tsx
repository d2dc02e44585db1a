// Home: one big search, what needs attention, the shift, and the card in the reader.
import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';
import { useCard } from '../../bridge/card.ts';
import { api } from '../../bridge/client.ts';
import { type CounterEvent, useCounterEvents } from '../../bridge/events.ts';
import { useStable } from '../../components/use-stable.ts';
import { useTranslation } from '../../text/use-translation.tsx';
import { CardStrip } from '../cards/card-strip.tsx';
import { PrintsNote } from '../prints/prints-note.tsx';
import { QueuePanel } from '../queue/queue-panel.tsx';
import type { Queue } from '../queue/use-queue.ts';
import { useMoves } from '../shell/navigation.tsx';
import { entryOf, type MenuEntry } from '../tasks/menu.ts';
import { useStartTask, useTaskName } from '../tasks/task-menu.tsx';
import { Attention } from './attention.tsx';
import { DraftsPanel } from './drafts-panel.tsx';
import { type Hit, Omnibox } from './omnibox.tsx';
import { ShiftPanel } from './shift-panel.tsx';

/** Goes to the account of a card that is inserted while the clerk is here, or to the task that waits for its customer. */
function useInsertedCard(wanted: MenuEntry | null): void {
  const { go } = useMoves();
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
    if (view.accountId !== null) go(wanted?.place(view.accountId) ?? { screen: 'account', accountId: view.accountId });
  }, [view, reading, go, wanted]);
}

/** `text` is searched for at once: a scanned code that is no account's own. `taskId`: what is to be done for whoever is found, '' for none. */
export function HomeScreen(props: { readonly text: string; readonly taskId: string; readonly queue: Queue | null }) {
  const { t } = useTranslation();
  const { text, queue } = props;
  const { go } = useMoves();
  const nameOf = useTaskName();
  const wanted = entryOf(props.taskId);
  const { view } = useCard();
  const shift = useQuery(api.shift.current.queryOptions({ input: {} })).data;
  useInsertedCard(wanted);
  const open = useCallback((hit: Hit) => go(wanted?.place(hit.accountId) ?? { screen: 'account', accountId: hit.accountId }), [go, wanted]);
  const start = useStartTask();
  const command = useStable((entry: MenuEntry): void => start(entry, ''));
  const cardAccount = view?.accountId ?? null;
  const openCard = useStable((): void => {
    if (cardAccount !== null) go(wanted?.place(cardAccount) ?? { screen: 'account', accountId: cardAccount });
  });
  return (
    <div className="stack-wide">
      <h1 className="visually-hidden">{t('home.title')}</h1>
      <CardStrip />
      <div className="home-columns">
        <div className="stack-wide">
          {wanted !== null && (
            <p className="state-undelivered" data-testid="wanted-task">
              {t('work.menu.choose', { task: nameOf(wanted.id) })}
            </p>
          )}
          {shift !== undefined && (
            <Omnibox
              key={shift === null ? 'closed' : 'open'}
              autoFocus={shift !== null || wanted !== null}
              text={text}
              onOpen={open}
              {...(wanted === null ? { onCommand: command } : {})}
              onEmptyEnter={openCard}
            />
          )}
          <DraftsPanel />
          <PrintsNote />
          <Attention />
        </div>
        <div className="stack-wide">
          <ShiftPanel />
          {queue !== null && <QueuePanel queue={queue} />}
        </div>
      </div>
    </div>
  );
}
