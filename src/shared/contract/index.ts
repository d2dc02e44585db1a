// The contract: every call between a screen (or script) and the core, by area. Written once; all else is derived.
import type { ContractRouterClient, InferContractRouterInputs, InferContractRouterOutputs } from '@orpc/contract';
import { accountsContract } from './accounts.ts';
import { approvalsContract } from './approvals.ts';
import { cardTasksContract } from './card-tasks.ts';
import { cardsContract } from './cards.ts';
import { chargingContract } from './charging.ts';
import { customersContract } from './customers.ts';
import { dayContract } from './day.ts';
import { devicesContract } from './devices.ts';
import { draftsContract } from './drafts.ts';
import { eventsContract } from './events.ts';
import { hallContract } from './hall.ts';
import { invoicesContract } from './invoices.ts';
import { metersContract } from './meters.ts';
import { overviewContract } from './overview.ts';
import { paperContract } from './paper.ts';
import { printsContract } from './prints.ts';
import { queueContract } from './queue.ts';
import { receiptsContract } from './receipts.ts';
import { requestsContract } from './requests.ts';
import { sessionContract } from './session.ts';
import { shiftContract } from './shift.ts';
import { syncContract } from './sync.ts';
import { systemContract } from './system.ts';
import { templatesContract } from './templates.ts';
import { toolCardsContract } from './tool-cards.ts';
import { topupsContract } from './topups.ts';
import { visitsContract } from './visits.ts';

export const contract = {
  system: systemContract,
  session: sessionContract,
  shift: shiftContract,
  accounts: accountsContract,
  customers: customersContract,
  cards: cardsContract,
  cardTasks: cardTasksContract,
  toolCards: toolCardsContract,
  meters: metersContract,
  topups: topupsContract,
  charging: chargingContract,
  invoices: invoicesContract,
  receipts: receiptsContract,
  requests: requestsContract,
  paper: paperContract,
  prints: printsContract,
  day: dayContract,
  overview: overviewContract,
  templates: templatesContract,
  queue: queueContract,
  approvals: approvalsContract,
  drafts: draftsContract,
  devices: devicesContract,
  sync: syncContract,
  visits: visitsContract,
  hall: hallContract,
  events: eventsContract,
};

export type Contract = typeof contract;
export type CounterClient = ContractRouterClient<Contract>;
export type Inputs = InferContractRouterInputs<Contract>;
export type Outputs = InferContractRouterOutputs<Contract>;

/** A call larger than this is refused with CALL_TOO_LARGE before it is parsed, in bytes. */
export const MAX_CALL_BYTES = 256 * 1024;
