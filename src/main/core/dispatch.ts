// The dispatcher: every call of the contract, guarded once, handed to its use case.
import { accountsArea } from './areas/accounts.ts';
import { approvalsArea } from './areas/approvals.ts';
import { cardTasksArea } from './areas/card-tasks.ts';
import { cardsArea } from './areas/cards.ts';
import { chargingArea } from './areas/charging.ts';
import { customersArea } from './areas/customers.ts';
import { dayArea } from './areas/day.ts';
import { devicesArea } from './areas/devices.ts';
import { draftsArea } from './areas/drafts.ts';
import { eventsArea } from './areas/events.ts';
import { hallArea } from './areas/hall.ts';
import { invoicesArea } from './areas/invoices.ts';
import { metersArea } from './areas/meters.ts';
import { overviewArea } from './areas/overview.ts';
import { paperArea } from './areas/paper.ts';
import { printsArea } from './areas/prints.ts';
import { queueArea } from './areas/queue.ts';
import { receiptsArea } from './areas/receipts.ts';
import { requestsArea } from './areas/requests.ts';
import { sessionArea } from './areas/session.ts';
import { shiftArea } from './areas/shift.ts';
import { syncArea } from './areas/sync.ts';
import { systemArea } from './areas/system.ts';
import { templatesArea } from './areas/templates.ts';
import { toolCardsArea } from './areas/tool-cards.ts';
import { topupsArea } from './areas/topups.ts';
import { visitsArea } from './areas/visits.ts';
import { createClosePapers } from './close-papers.ts';
import { createGuard, type SenderContext } from './guard.ts';
import { createPaperDesk } from './paper-desk.ts';
import type { Ports } from './ports/index.ts';

export { handlerOptions, type SenderContext } from './guard.ts';

/** Returns the router with everything behind it. `connect` is called once per sender; its session ends with sign-out or time. */
export function createDispatcher(ports: Ports) {
  const guard = createGuard(ports);
  const desk = createPaperDesk(ports);
  const closePapers = createClosePapers(ports);
  const router = guard.guarded.router({
    system: systemArea(guard),
    session: sessionArea(guard),
    shift: shiftArea(guard),
    accounts: accountsArea(guard),
    customers: customersArea(guard),
    cards: cardsArea(guard),
    cardTasks: cardTasksArea(guard),
    toolCards: toolCardsArea(guard),
    meters: metersArea(guard),
    topups: topupsArea(guard),
    charging: chargingArea(guard),
    invoices: invoicesArea(guard),
    receipts: receiptsArea(guard),
    requests: requestsArea(guard),
    paper: paperArea(guard, desk, closePapers),
    prints: printsArea(guard, desk),
    day: dayArea(guard, closePapers),
    overview: overviewArea(guard),
    templates: templatesArea(guard),
    queue: queueArea(guard),
    approvals: approvalsArea(guard),
    drafts: draftsArea(guard),
    devices: devicesArea(guard),
    sync: syncArea(guard),
    visits: visitsArea(guard),
    hall: hallArea(guard),
    events: eventsArea(guard),
  });

  return {
    router,
    /** Returns the context of a new sender; pass the same object with every call of that sender. */
    connect: (kind: SenderContext['kind']): SenderContext => {
      const context: SenderContext = { kind, sender: { sessionId: null } };
      guard.senders.add(context);
      return context;
    },
    /** The sender is gone. Its session lives on until it expires, so that a reloaded window can resume it. */
    disconnect: (context: SenderContext): void => {
      context.sender.sessionId = null;
      guard.senders.delete(context);
    },
  };
}

export type Dispatcher = ReturnType<typeof createDispatcher>;
