// Calls of the area queue: tickets at this counter.
import type { Guard } from '../guard.ts';
import {
  type Arrivals,
  callAgain,
  callNext,
  finishTicket,
  missTicket,
  type QueueContext,
  serveTicket,
  viewQueue,
} from '../usecases/serve-queue.ts';

export function queueArea({ guarded, who, ports }: Guard) {
  const arrivals: Arrivals = new Map();
  const queue = (context: Parameters<typeof who>[0]): QueueContext => ({ ...who(context), arrivals });
  return {
    state: guarded.queue.state.handler(({ context }) => viewQueue(queue(context))),
    next: guarded.queue.next.handler(({ input, context }) => callNext(queue(context), input)),
    again: guarded.queue.again.handler(({ input, context }) => callAgain(queue(context), input.ticketId)),
    serve: guarded.queue.serve.handler(({ input, context }) => serveTicket(queue(context), input.ticketId)),
    absent: guarded.queue.absent.handler(({ input, context }) => missTicket(queue(context), input.ticketId)),
    finish: guarded.queue.finish.handler(({ input, context }) => finishTicket(queue(context), input.ticketId)),
    skipRating: guarded.queue.skipRating.handler(() => {
      ports.devices.cancel('keypad');
      return {};
    }),
  };
}
