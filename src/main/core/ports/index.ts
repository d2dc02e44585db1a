// All ports of the core in one type: what a host must bring.
import type { Attachments } from './attachments.ts';
import type { CardLayouts, KeyVault } from './cards.ts';
import type { ClosePaperTable } from './close-papers.ts';
import type { DeviceConsole } from './device-console.ts';
import type { DeviceSetup } from './device-setup.ts';
import type { Devices } from './devices.ts';
import type { Drafts } from './drafts.ts';
import type { Hall } from './hall.ts';
import type { Paper } from './paper.ts';
import type { PaperTemplates, TemplateShelf } from './paper-content.ts';
import type { Passwords } from './passwords.ts';
import type { PrintJobTable, SystemPrinter } from './print-jobs.ts';
import type { Receipts } from './printing.ts';
import type { PrivateNumbers } from './private-numbers.ts';
import type { Clock, Events, Ids } from './runtime.ts';
import type { Store } from './store.ts';
import type { Sync } from './sync.ts';
import type { TableFiles } from './tables.ts';
import type { Visits } from './visits.ts';

export interface Ports {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly events: Events;
  readonly store: Store;
  readonly devices: Devices;
  /** Null where nobody sets devices up or looks for faults: simulations. */
  readonly deviceConsole: DeviceConsole | null;
  readonly deviceSetup: DeviceSetup | null;
  readonly layouts: CardLayouts;
  readonly keys: KeyVault;
  readonly numbers: PrivateNumbers;
  readonly drafts: Drafts;
  readonly attachments: Attachments;
  readonly passwords: Passwords;
  readonly receipts: Receipts;
  readonly paper: Paper;
  readonly printJobs: PrintJobTable;
  readonly closePapers: ClosePaperTable;
  /** Null where paper goes through the dialog of the clerk's page. */
  readonly systemPrinter: SystemPrinter | null;
  readonly templates: PaperTemplates;
  readonly tables: TableFiles;
  readonly templateShelf: TemplateShelf;
  readonly sync: Sync;
  /** Accounts of other branches; `store` has them in it. */
  readonly visits: Omit<Visits, 'store'>;
  readonly hall: Hall | null;
  /** Sign-ins offered on the sign-in screen of the demo hall; empty on a real counter. */
  readonly demoStaff: readonly { readonly staffNo: string; readonly name: string; readonly role: string; readonly password: string }[];
  readonly host: 'electron' | 'loopback';
  readonly version: string;
}
