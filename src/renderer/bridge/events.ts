// What the core pushes: keeps cached answers fresh, and carries the live progress of a delivery.
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import type { Outputs } from '../../shared/contract/index.ts';
import type { DeviceState } from './card.ts';
import { api, client, noticeExpiry } from './client.ts';

type EventStream = Outputs['events']['stream'];
export type CounterEvent = EventStream extends AsyncIterator<infer E, unknown, unknown> ? E : never;
export type Progress = Extract<CounterEvent, { type: 'topup-progress' }>;

type Listener = (event: CounterEvent) => void;
const listeners = new Set<Listener>();

/** Calls `listener` for every pushed event while the component is there. */
export function useCounterEvents(listener: Listener): void {
  useEffect(() => {
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }, [listener]);
}

const progress = new Map<string, Progress>();
const progressListeners = new Set<() => void>();

function setProgress(topupId: string, event: Progress | null): void {
  if (event === null) progress.delete(topupId);
  else progress.set(topupId, event);
  for (const listener of progressListeners) listener();
}

/** Forgets what was pushed about earlier attempts, before a new one begins. */
export function clearProgress(topupId: string): void {
  setProgress(topupId, null);
}

/** Returns the latest step of the top-up's delivery, or null. */
export function useProgress(topupId: string): Progress | null {
  return useSyncExternalStore(
    (listener) => {
      progressListeners.add(listener);
      return () => progressListeners.delete(listener);
    },
    () => progress.get(topupId) ?? null,
  );
}

/** Changes what is known of the devices. A list that is on its way may be of before, so it is asked for again. */
function changeDevices(queries: QueryClient, change: (state: DeviceState) => DeviceState): void {
  const queryKey = api.devices.list.queryKey({ input: {} });
  const overtaken = queries.isFetching({ queryKey }) > 0;
  void queries.cancelQueries({ queryKey });
  queries.setQueryData(queryKey, (states) => states?.map(change));
  if (overtaken) void queries.invalidateQueries({ queryKey });
}

const isReachable = ({ state }: DeviceState): boolean => state === 'ready' || state === 'degraded';

/** Puts one event into the cache: replaces what it carries, marks stale what it touches. */
export function applyEvent(queries: QueryClient, event: CounterEvent): void {
  const stale = (queryKey: readonly unknown[]): void => {
    // A first answer that is on its way may be of before: without this it would come to stay.
    void queries.cancelQueries({ queryKey });
    void queries.invalidateQueries({ queryKey });
  };
  switch (event.type) {
    case 'device': {
      const before = queries.getQueryData(api.devices.list.queryKey({ input: {} }))?.find(({ slot }) => slot === event.device.slot);
      changeDevices(queries, (state) => (state.slot === event.device.slot ? event.device : state));
      if (event.device.slot !== 'reader') return;
      if (!isReachable(event.device)) void queries.resetQueries({ queryKey: api.cards.key() });
      // Whatever card was there may be another one when the reader is back. Of one that was there all the time a card's own event tells.
      else if (before === undefined || !isReachable(before) || String(before.cards) !== String(event.device.cards)) stale(api.cards.key());
      return;
    }
    case 'card':
      changeDevices(queries, (state) =>
        state.slot === 'reader'
          ? { ...state, cards: state.cards.map((card, index) => (index === event.slot - 1 ? event.presence : card)) }
          : state,
      );
      // Forgotten at once: nothing of a card that is gone may be seen while the next look is under way.
      void queries.resetQueries({ queryKey: api.cards.key() });
      stale(api.hall.key());
      return;
    case 'scan':
      // Whoever shows the search field takes it.
      return;
    case 'sync':
      queries.setQueryData(api.sync.state.queryKey({ input: {} }), event.sync);
      return;
    case 'topup-progress':
      setProgress(event.topupId, event);
      // The reader is held during a write; asking it then would only hear that it is busy.
      if (event.step === 'done' || event.step === 'stopped') stale(api.cards.key());
      return;
    case 'changed':
      if (event.area !== 'prints') {
        stale(api.day.now.key());
        stale(api.overview.key());
      }
      if (event.area === 'day') stale(api.day.key());
      if (event.area === 'topups') {
        stale(api.topups.key());
        stale(api.shift.key());
      }
      if (event.area === 'charging') {
        stale(api.charging.key());
        stale(api.invoices.key());
        stale(api.shift.key());
        // An invoice stands in the way of a reversal until it is voided.
        stale(api.cardTasks.key());
      }
      if (event.area === 'topups' || event.area === 'accounts' || event.area === 'charging') stale(api.accounts.get.key());
      // What can be done with cards and meters hangs on the purchases and on what a card that was read has told of its meter.
      if (event.area === 'topups' || event.area === 'accounts' || event.area === 'cards' || event.area === 'meters') {
        stale(api.cardTasks.key());
        stale(api.meters.key());
      }
      if (event.area === 'cards' || event.area === 'meters') {
        stale(api.toolCards.key());
        stale(api.cards.key());
        stale(api.accounts.get.key());
      }
      // A request shows what is left to pay of its fee.
      if (event.area === 'requests' || event.area === 'charging') stale(api.requests.key());
      if (event.area === 'shift') stale(api.shift.key());
      if (event.area === 'hall') stale(api.hall.key());
      if (event.area === 'queue') stale(api.queue.key());
      if (event.area === 'approvals') stale(api.approvals.key());
      // Receipts and invoices stand in the list of what is printed.
      if (event.area === 'prints' || event.area === 'topups' || event.area === 'charging') stale(api.prints.key());
  }
}

/**
 * Listens to the core for as long as somebody is signed in; after a break everything cached is asked again.
 * Screens rely on this instead of asking in turns, which would keep the session of an empty chair alive.
 */
export function useEventStream(): void {
  const queries = useQueryClient();
  useEffect(() => {
    const end = new AbortController();
    const listen = async (): Promise<void> => {
      for (let first = true; !end.signal.aborted; first = false) {
        try {
          const stream = await client.events.stream({}, { signal: end.signal });
          if (!first) void queries.invalidateQueries();
          for await (const event of stream) {
            applyEvent(queries, event);
            for (const listener of listeners) listener(event);
          }
        } catch (error) {
          // The line comes back by itself; then the stream is asked for again. A session that is over does not.
          noticeExpiry(error);
        }
        if (!end.signal.aborted) await new Promise((resolve) => setTimeout(resolve, 300));
      }
    };
    void listen();
    return () => end.abort();
  }, [queries]);
}
