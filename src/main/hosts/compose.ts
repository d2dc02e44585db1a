// Composes a counter from its parts; the same for every host. What differs between hosts comes in as options.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { systemTimers } from '../../../drivers/kit/transport.ts';
import { Fault } from '../../shared/domain/fault.ts';
import { createAttachments } from '../attachments/index.ts';
import { createDispatcher, type Dispatcher } from '../core/dispatch.ts';
import type { SystemPrinter } from '../core/ports/print-jobs.ts';
import type { CounterEvent } from '../core/ports/runtime.ts';
import { createEvents, systemClock, systemIds } from '../core/runtime.ts';
import { allowedDriverKeys } from '../core/signed-document.ts';
import { createVisits } from '../core/visits.ts';
import { createDeviceClient } from '../devices/client.ts';
import { loadLayouts } from '../devices/registry.ts';
import type { Settings } from '../devices/settings.ts';
import { loadSettings } from '../devices/settings-file.ts';
import { createDeviceSetup } from '../devices/setup.ts';
import { DEMO_STAFF } from '../hall/demo-branch.ts';
import { createHallClient, type HallClient } from '../hall/hall-client.ts';
import { createPaper } from '../printing/pdf/paper.ts';
import { createReceipts } from '../printing/receipts.ts';
import { createSystemPrinter } from '../printing/system-printer.ts';
import { createTableFiles } from '../printing/tables/files.ts';
import { createTemplateShelf } from '../printing/templates/shelf.ts';
import { createTemplates } from '../printing/templates/templates.ts';
import { tailLog } from '../processes/log-tail.ts';
import { createReplication } from '../replication/index.ts';
import { listenForNeighbours } from '../replication/neighbour-server.ts';
import { openCounterKey } from '../secrets/counter-key.ts';
import { openDeliveredKeys } from '../secrets/delivered-keys.ts';
import { createDrafts } from '../secrets/drafts.ts';
import { createKeyVault } from '../secrets/key-vault.ts';
import { createPasswords } from '../secrets/passwords.ts';
import { createPrivateNumbers } from '../secrets/private-numbers.ts';
import { fileLock, openVaultFile, type VaultLock } from '../secrets/vault-file.ts';
import { openStore, type StoreHandle } from '../store/index.ts';
import { lockDataFolder } from './data-folder.ts';
import { createDemoHall, DEMO_ACCOUNTS, DEMO_COUNTER, prepareDemoFolder } from './demo-hall.ts';
import { createGate, type Gate } from './gate.ts';
import { headquartersOf } from './headquarters.ts';
import type { Launchers } from './launchers.ts';
import { programFiles } from './program-files.ts';

export interface CounterOptions {
  readonly dataDir: string;
  readonly host: 'electron' | 'loopback';
  readonly version: string;
  readonly driverRoots: readonly string[];
  readonly launchers: Launchers;
  /** A lock for the card keys that the host's system keeps; a file beside them where there is none, and in the demo hall, which every host opens. */
  readonly systemLock?: VaultLock;
  /** Accounts of the demo hall that an empty data folder is given. */
  readonly demoAccounts?: number;
}

export interface Counter {
  readonly gate: Gate;
  readonly dispatcher: Dispatcher;
  /** Sentences for whoever started the counter: what is not as it should be. */
  readonly notices: readonly string[];
  /** Starts what need not be there before the first screen: headquarters of the demo hall, and replication. */
  startLater(): void;
  /** Ends everything in the order of its needs; resolves when no child runs and the data folder is free. */
  close(): Promise<void>;
}

/** A byte of card memory in the demo hall: as slow as the chip, so that a hand can pull the card out in between. */
const BYTE_TIME_MS = 4;

/** What operations of other counters may have changed. */
const FOLLOWED_AREAS = ['accounts', 'topups', 'charging', 'cards', 'meters', 'requests'] as const;

/** What was opened, to be closed in the opposite order. */
type Closers = (() => unknown)[];

/** Starts a counter on its data folder. Throws DataFolderInUse, DATABASE_NEWER, DATABASE_FAILED; wrong settings only keep devices away. */
export function composeCounter(options: CounterOptions): Promise<Counter> {
  return closingOnFailure((closers, close) => compose(options, closers, close));
}

/** Makes an empty data folder ready, with the demo hall in it, and closes it again. Does nothing to one that is in use already. */
export async function prepareDataFolder(options: Omit<CounterOptions, 'launchers'>): Promise<void> {
  await closingOnFailure(async (closers, close) => {
    await openBranch(options, closers);
    await close();
  });
}

async function closingOnFailure<T>(open: (closers: Closers, close: () => Promise<void>) => Promise<T>): Promise<T> {
  const closers: Closers = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    return await open(closers, close);
  } catch (error) {
    await close();
    throw error;
  }
}

/** The folder's lock, the store and what the store's cards need; an empty folder becomes a demo hall. */
async function openBranch(options: Omit<CounterOptions, 'launchers'>, closers: Closers) {
  const { dataDir, driverRoots } = options;
  closers.push(lockDataFolder(dataDir));
  const becomesDemo = prepareDemoFolder(dataDir);
  const layouts = await loadLayouts(driverRoots);
  const store = await openStore({
    file: join(dataDir, 'branch.sqlite'),
    backupDir: join(dataDir, 'backups'),
    clock: systemClock,
    // A demo hall has its own headquarters, so no other counter can bear this number.
    ...(becomesDemo ? { counterId: DEMO_COUNTER } : {}),
  });
  closers.push(() => store.close());
  const isDemo = becomesDemo || existsSync(join(dataDir, 'hall'));
  const locks = [fileLock(dataDir), ...(options.systemLock === undefined ? [] : [options.systemLock])];
  const isNewBranch = store.lastSeq() === 0;
  const masters = await openVaultFile({ dataDir, locks: isDemo ? locks : locks.reverse(), isNewBranch });
  const delivered = openDeliveredKeys({ dataDir, masters, hasMadeCards: () => hasMadeCards(store) });
  const keys = createKeyVault(delivered.masters);
  const numbers = createPrivateNumbers({ masters, table: store.sealedNumbers });
  const drafts = createDrafts({ masters, table: store.drafts });
  const counterKey = openCounterKey({ dataDir, masters });
  if (becomesDemo) {
    const accounts = options.demoAccounts ?? DEMO_ACCOUNTS;
    await createDemoHall({ dataDir, store, keys, driverRoots, accounts, nowMs: systemClock.nowMs() });
  }
  return { layouts, store, keys, cardKeys: delivered.inbox, numbers, drafts, counterKey };
}

/** Operations that mean that a card bears keys of this counter. */
const CARD_MAKING = new Set<string>(['topup.intended', 'card-task.intended', 'tool-card.intended', 'counter.renewed']);
const READ_AT_ONCE = 500;

/** Whether there may be cards with this counter's own keys: it has written one, was given accounts that have some, or goes on from an earlier journal. */
function hasMadeCards(store: Pick<StoreHandle, 'operationsAfter'>): boolean {
  for (let seq = 0; ; ) {
    const operations = store.operationsAfter(seq, READ_AT_ONCE);
    if (operations.some((one) => CARD_MAKING.has(one.kind) || (one.kind === 'account.opened' && one.payload.card !== null))) return true;
    if (operations.length < READ_AT_ONCE) return false;
    seq = operations.at(-1)?.seq ?? seq;
  }
}

async function compose(options: CounterOptions, closers: Closers, close: () => Promise<void>): Promise<Counter> {
  const { dataDir, launchers } = options;
  const log = tailLog(console, systemClock.nowMs);
  closers.push(() => log.stop());
  const { layouts, store, keys, cardKeys, numbers, drafts, counterKey } = await openBranch(options, closers);
  const settingsFile = join(dataDir, 'settings.json');
  const settings = (): Settings | Fault => {
    try {
      return loadSettings(settingsFile);
    } catch (error) {
      if (error instanceof Fault) return error;
      throw error;
    }
  };
  const atStart = settings();
  const events = createEvents();
  const allowedKeys = () => allowedDriverKeys({ store, authority: store.authority });
  let allowedBefore = String(allowedKeys());
  const devices = createDeviceClient({
    launch: launchers.devices,
    allowedKeys,
    settings,
    driverRoots: options.driverRoots,
    dataDir,
    publish: (event) => events.publish(event),
    timers: systemTimers,
    newLeaseId: systemIds.uuid,
  });
  // A slip in the settings file must not take the demo hall away.
  const demo = atStart instanceof Fault ? existsSync(join(dataDir, 'hall')) : atStart.demo;
  const hall = demo ? openHall({ options, settings, publish: (event) => events.publish(event) }) : null;
  const headquarters = await headquartersOf(
    { configured: atStart instanceof Fault ? undefined : atStart.headquarters?.url, demo, branchNo: store.branch()?.branchNo ?? '' },
    options,
  );
  const neighbours = atStart instanceof Fault ? undefined : atStart.headquarters?.neighbours;
  const replication = createReplication({
    store,
    url: headquarters.url,
    key: counterKey,
    checkIn: { programVersion: options.version, cardKeys },
    ownCode: headquarters.ownCode,
    clock: systemClock,
    timers: systemTimers,
    random: Math.random,
    publish: (sync) => events.publish({ type: 'sync', sync }),
    followed() {
      const allowed = String(allowedKeys());
      if (allowed !== allowedBefore) devices.configure();
      allowedBefore = allowed;
      for (const area of FOLLOWED_AREAS) events.publish({ type: 'changed', area, accountId: '' });
    },
    papersChanged: () => events.publish({ type: 'changed', area: 'day', accountId: '' }),
    online: () => hall?.headquartersOnline() ?? true,
    ...(neighbours === undefined
      ? {}
      : {
          branchNetwork: {
            relay: neighbours.relay ?? null,
            listen: (answer) => listenForNeighbours({ port: neighbours.port, answer }),
          },
        }),
  });
  const visits = createVisits({ store, table: store.visits, authority: store.authority, sync: replication, clock: systemClock });
  const paper = createPaper({ workerFile: programFiles().paperWorker });
  closers.push(() => paper.close());
  const dispatcher = createDispatcher({
    clock: systemClock,
    ids: systemIds,
    events,
    store: visits.store,
    visits,
    devices,
    deviceConsole: devices,
    deviceSetup: createDeviceSetup({
      ...{ settingsFile, driverRoots: options.driverRoots, version: options.version, logLines: log.lines },
      allowedKeys,
    }),
    layouts,
    keys,
    numbers,
    drafts,
    printJobs: store.printJobs,
    closePapers: store.closePapers,
    systemPrinter: systemPrinterOf(atStart, dataDir),
    attachments: createAttachments(join(dataDir, 'attachments')),
    passwords: createPasswords(),
    receipts: createReceipts(join(dataDir, 'templates'), () => languageOf(settings())),
    paper,
    tables: createTableFiles({ workerFile: programFiles().tableWorker }),
    templateShelf: createTemplateShelf(join(dataDir, 'templates')),
    templates: createTemplates({ folder: join(dataDir, 'templates'), language: () => languageOf(settings()) }),
    sync: replication,
    hall: hall?.client ?? null,
    demoStaff: demo ? DEMO_STAFF : [],
    host: options.host,
    version: options.version,
  });
  if (hall !== null) {
    hall.client.start();
    closers.push(() => hall.client.stop());
  }
  devices.start();
  closers.push(() => devices.stop());
  return {
    gate: createGate(dispatcher),
    dispatcher,
    notices: atStart instanceof Fault ? [settingsNotice(atStart)] : [],
    startLater() {
      let closed = false;
      closers.push(headquarters.start());
      closers.push(() => replication.stop());
      closers.push(() => {
        closed = true;
      });
      // Our own headquarters takes a moment to open its database; a failed first attempt would show as trouble that is none.
      void headquarters
        .ready(() => closed)
        .then(() => {
          if (!closed) replication.start();
        });
    },
    close,
  };
}

/** The printer that the counter drives itself; null where the clerk's page prints, also after a slip in the settings. */
function systemPrinterOf(settings: Settings | Fault, dataDir: string): SystemPrinter | null {
  if (settings instanceof Fault || settings.paperPrinter === undefined) return null;
  const { paperPrinter } = settings;
  const folder = join(dataDir, 'printing');
  if (paperPrinter.kind === 'program') return createSystemPrinter(paperPrinter, { folder });
  return createSystemPrinter({ kind: 'folder', path: resolve(dataDir, paperPrinter.path) }, { folder });
}

/** The language of the branch's paper; a slip in the settings leaves it Chinese. */
function languageOf(settings: Settings | Fault): NonNullable<Settings['language']> {
  return settings instanceof Fault ? 'zh-CN' : (settings.language ?? 'zh-CN');
}

function settingsNotice(fault: Fault): string {
  const { file, line, field, reason } = fault.context;
  return `The settings file is wrong, so no device is configured: ${file} line ${line}${field === '' ? '' : `, ${field}`}: ${reason}`;
}

/** What the hall process is to simulate: the drivers that the settings name. */
export function simulatedDevices({ devices }: Settings): ReturnType<Parameters<typeof createHallClient>[0]['devices']> {
  return Object.fromEntries(Object.entries(devices).map(([slot, { driver, options }]) => [slot, { driver, options }]));
}

/** The bench of the demo hall: its process, and what it says about the line to headquarters. */
function openHall(from: {
  readonly options: CounterOptions;
  readonly settings: () => Settings | Fault;
  readonly publish: (event: CounterEvent) => void;
}): { readonly client: HallClient; headquartersOnline(): boolean } {
  let online = true;
  const { options, settings } = from;
  const client = createHallClient({
    launch: options.launchers.hall,
    dataFolder: options.dataDir,
    driverRoots: options.driverRoots,
    devices() {
      const current = settings();
      return current instanceof Fault ? {} : simulatedDevices(current);
    },
    timers: systemTimers,
    byteTimeMs: BYTE_TIME_MS,
  });
  client.onChange((state) => {
    online = state.headquartersOnline;
    from.publish({ type: 'changed', area: 'hall', accountId: '' });
  });
  return { client, headquartersOnline: () => online };
}
