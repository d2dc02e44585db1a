// The queue at this counter as screens see it: the current ticket, and the acts on it. A call is never made twice at once.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { v7 as newId } from 'uuid';
import { TICKET_KINDS, type TicketKind } from '../../../shared/domain/queue.ts';
import { api, client, problemOf } from '../../bridge/client.ts';
import { useStable } from '../../components/use-stable.ts';
import type { Problem } from '../../text/index.ts';

export type QueueAct = 'again' | 'serve' | 'absent' | 'finish';

/** The kind that the clerk called last; the next call begins with it. */
const LAST_KIND = 'countertop.ticket-kind';

const skipRating = (): void => void client.queue.skipRating({}).catch(() => {});

function rememberedKind(): TicketKind {
  const kept = localStorage.getItem(LAST_KIND);
  return TICKET_KINDS.find((kind) => kind === kept) ?? 'topup';
}

/** Returns the queue's state and what can be done; `problem` is the last refusal. */
export function useQueue() {
  const queries = useQueryClient();
  const { data } = useQuery(api.queue.state.queryOptions({ input: {} }));
  const [kind, setKind] = useState(rememberedKind);
  const settle = { onSettled: () => void queries.invalidateQueries({ queryKey: api.queue.key() }) };
  const current = data?.current ?? null;
  const call = useMutation({
    mutationFn: (ticketNo: string | null) => client.queue.next({ ticketId: newId(), ticketKind: kind, ticketNo }),
    ...settle,
  });
  const act = useMutation({
    mutationFn: async (wanted: QueueAct): Promise<void> => {
      if (current !== null) await client.queue[wanted]({ ticketId: current.ticketId });
    },
    ...settle,
  });
  const failed = call.error ?? act.error;
  const busy = call.isPending || act.isPending;
  /** A customer is asked for a rating. */
  const rating = act.isPending && act.variables === 'finish';
  const chooseKind = useStable((next: TicketKind): void => {
    localStorage.setItem(LAST_KIND, next);
    setKind(next);
  });
  /** Calls the next customer; the one at the counter is finished first. */
  const next = useStable(async (ticketNo: string | null): Promise<void> => {
    if (busy) return;
    act.reset();
    call.reset();
    try {
      if (current !== null) await act.mutateAsync('finish');
      await call.mutateAsync(ticketNo);
    } catch {
      // The problem is shown.
    }
  });
  const doAct = useStable((wanted: QueueAct): void => {
    if (busy || current === null) return;
    call.reset();
    act.mutate(wanted);
  });
  const today = data?.today;
  // The same while nothing of it changes: it stands in the top bar of every screen.
  return useMemo(() => {
    const problem: Problem | null = failed === null ? null : problemOf(failed);
    return { current, today: today ?? [], kind, busy, rating, problem, chooseKind, next, act: doAct, skipRating };
  }, [current, today, kind, busy, rating, failed, chooseKind, next, doAct]);
}

export type Queue = ReturnType<typeof useQueue>;
