// The queue at this counter as screens see it: the current ticket, and the acts on it. A call is never made twice at once.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { v7 as newId } from 'uuid';
import { TICKET_KINDS, type TicketKind } from '../../../shared/domain/queue.ts';
import { api, client, problemOf } from '../../bridge/client.ts';
import type { Problem } from '../../text/index.ts';

export type QueueAct = 'again' | 'serve' | 'absent' | 'finish';

/** The kind that the clerk called last; the next call begins with it. */
const LAST_KIND = 'countertop.ticket-kind';

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
  const problem: Problem | null = failed === null ? null : problemOf(failed);
  const busy = call.isPending || act.isPending;
  return {
    current,
    today: data?.today ?? [],
    kind,
    chooseKind: (next: TicketKind) => {
      localStorage.setItem(LAST_KIND, next);
      setKind(next);
    },
    busy,
    /** A customer is asked for a rating. */
    rating: act.isPending && act.variables === 'finish',
    problem,
    /** Calls the next customer; the one at the counter is finished first. */
    next: async (ticketNo: string | null): Promise<void> => {
      if (busy) return;
      act.reset();
      call.reset();
      try {
        if (current !== null) await act.mutateAsync('finish');
        await call.mutateAsync(ticketNo);
      } catch {
        // The problem is shown.
      }
    },
    act: (wanted: QueueAct): void => {
      if (busy || current === null) return;
      call.reset();
      act.mutate(wanted);
    },
    skipRating: () => void client.queue.skipRating({}).catch(() => {}),
  };
}

export type Queue = ReturnType<typeof useQueue>;
