// A whole counter in one process for simulations: real core, real store, real device server, real driver, simulated reader and card.
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { simulator } from '../../drivers/fourslot-sle4442/simulator.ts';
import type { Outcome } from '../../drivers/kit/outcome.ts';
import type { PrintJob, PrintResult } from '../../drivers/kit/receipt-printer.ts';
import type { SimulatedCard, SimulatedCardReader } from '../../drivers/kit/simulator.ts';
import { createMemoryLine } from '../../drivers/kit/testing/line.ts';
import { systemTimers, type Timers } from '../../drivers/kit/transport.ts';
import { createAttachments } from '../../src/main/attachments/index.ts';
import type { UseCaseContext } from '../../src/main/core/actor.ts';
import type { TraceFrame } from '../../src/main/core/ports/device-console.ts';
import type { Devices } from '../../src/main/core/ports/devices.ts';
import type { Ports } from '../../src/main/core/ports/index.ts';
import type { Store } from '../../src/main/core/ports/store.ts';
import { createEvents } from '../../src/main/core/runtime.ts';
import { createDeviceClient } from '../../src/main/devices/client.ts';
import { createDeviceServer } from '../../src/main/devices/server.ts';
import type { DeviceBinding, Settings } from '../../src/main/devices/settings.ts';
import { programFiles } from '../../src/main/hosts/program-files.ts';
import { createPaper } from '../../src/main/printing/pdf/paper.ts';
import { createReceipts } from '../../src/main/printing/receipts.ts';
import { createTableFiles } from '../../src/main/printing/tables/files.ts';
import { createTemplateShelf } from '../../src/main/printing/templates/shelf.ts';
import { createTemplates } from '../../src/main/printing/templates/templates.ts';
import { createChannelPair } from '../../src/main/processes/channel.ts';
import type { ProcessHandle } from '../../src/main/processes/launch.ts';
import { createDrafts } from '../../src/main/secrets/drafts.ts';
import { createKeyVault } from '../../src/main/secrets/key-vault.ts';
import { createPrivateNumbers } from '../../src/main/secrets/private-numbers.ts';
import { openStore, type StoreHandle } from '../../src/main/store/index.ts';
import { fromHex } from '../../src/shared/domain/card-image.ts';
import type { CardLayout, MeterReturn } from '../../src/shared/domain/card-layout.ts';
import { type Commodity, type Supplied, suppliedWith } from '../../src/shared/domain/commodity.ts';
import type { NewOperation } from '../../src/shared/domain/operation.ts';
import type { Tariff } from '../../src/shared/domain/tariff.ts';
import type { CardTruth } from './auditor.ts';
import { createHastyTimers } from './hasty-timers.ts';
import { NO_SYNC } from './no-sync.ts';
import { NO_VISITS } from './no-visits.ts';
import { checkedStore } from './wire-check.ts';

export const BRANCH = { branchNo: '9A01', name: '测试营业厅', regionCode: '9A01', businessDate: '2026-11-21' } as const;
export const ACCOUNT_ID = 'account-1';
export const CARD_NO = '6200000000000001';
export const ACCOUNT_NO = '100000000001';
export const METER_NO = 'MT00000001';
export const SHIFT_ID = '01890000-0000-7000-8000-000000000001';
export const FLOAT_FEN = 50_000;
/** What the card held when the counter took over: purchase 7, loaded by the meter. */
export const ISSUED: CardTruth = { sequence: 7, cumulativeLitres: 700_000 };

export const TARIFF: Tariff = {
  id: 'residential',
  name: '居民阶梯气价',
  effectiveFrom: '2026-01-01',
  limitsLitres: [420_000, 660_000],
  pricesFenPerM3: [198, 238, 297],
  extraPerHead: { above: 4, limitsLitres: [84_000, 150_000] },
  vatPermille: 90,
};

/** Deterministic UUIDv7-shaped ids from a counter: the simulation's only source of identity. */
export function countingIds(prefix: number) {
  let count = 0;
  return {
    uuid: () => {
      count += 1;
      return `0189${prefix.toString(16).padStart(4, '0')}-0000-7000-8000-${count.toString(16).padStart(12, '0')}`;
    },
    token: () => {
      count += 1;
      return `token-${count}`;
    },
  };
}

export const CARD_KEY = fromHex('00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF');
export const VAULT = createKeyVault([{ version: 0, key: CARD_KEY }]);

export type WriteReturn = (image: Uint8Array, report: MeterReturn) => void;

/** Whose card it is. */
export interface CardHolder extends Supplied {
  readonly cardNo: string;
  readonly accountNo: string;
  readonly meterNo: string;
}
const HOLDER: CardHolder = { cardNo: CARD_NO, accountNo: ACCOUNT_NO, meterNo: METER_NO };

/** Returns the image of a personalised card that holds purchase 7, taken by the meter. `writeReturn` is how a meter of that layout reports. */
export function issuedImage(layout: CardLayout, writeReturn: WriteReturn, { cardNo, accountNo, meterNo, supply } = HOLDER): Uint8Array {
  const blank = new Uint8Array(layout.imageBytes).fill(0xff);
  const identity = { cardNo, regionCode: BRANCH.regionCode, accountNo, ...(supply === undefined ? {} : { supply }) };
  const image = layout.planPurchase(layout.planIssue(blank, identity), {
    sequence: ISSUED.sequence,
    volumeLitres: 100_000,
    cumulativeLitres: ISSUED.cumulativeLitres,
    priceFenPerM3: 198,
    date: '2026-10-01',
  });
  writeReturn(image, {
    loadedSequence: ISSUED.sequence,
    remainingLitres: 12_000,
    cumulativeUseLitres: 688_000,
    faults: 0,
    meterNo,
  });
  return image;
}

/** Returns the holder of the one card, supplied with gas or power. */
export function holderOf(commodity: Commodity): CardHolder {
  return { ...HOLDER, ...suppliedWith(commodity) };
}

/** Returns that card on an SLE4442. */
export function issueCard(layout: CardLayout, writeReturn: WriteReturn, holder = HOLDER): SimulatedCard {
  const keys = VAULT.cardKeys({ layoutId: layout.id, access: layout.access, cardNo: holder.cardNo, uid: null, keyVersion: 0 });
  if (keys.chip !== 'SLE4442') throw new Error('not a layout of SLE4442');
  return {
    main: issuedImage(layout, writeReturn, holder),
    errorCounter: 7,
    psc: keys.psc,
    protectedBytes: new Array<boolean>(32).fill(false),
    persist() {},
  };
}

const FOUNDED_AT_MS = 1_795_000_000_000;

interface Founding {
  readonly layoutId: string;
  readonly commodity: Commodity;
  readonly atMs: number;
}

/** The facts every simulation starts from; the same figures are watt-hours and prices per kWh where it is power. */
function foundingOperations({ layoutId, commodity, atMs }: Founding): NewOperation[] {
  const facts = { businessDate: BRANCH.businessDate, shiftId: '', clerk: 'system', accountId: '', recordedAtMs: atMs };
  return [
    { ...facts, id: 'f-1', kind: 'branch.opened', payload: BRANCH },
    { ...facts, id: 'f-2', kind: 'tariff.published', payload: { tariff: { ...TARIFF, ...suppliedWith(commodity) } } },
    {
      ...facts,
      id: 'f-3',
      kind: 'account.opened',
      accountId: ACCOUNT_ID,
      payload: {
        accountId: ACCOUNT_ID,
        accountNo: ACCOUNT_NO,
        customerKind: 'residential',
        customerName: '欧阳明',
        phone: '13800000000',
        address: { district: '江东区', road: '人民路88号', community: '阳光花园', unit: '3栋2单元501室' },
        householdSize: 4,
        tariffId: TARIFF.id,
        tierUsedLitres: 400_000,
        meter: { meterNo: METER_NO, make: 'test', kind: 'ic', ...suppliedWith(commodity) },
        card: { cardNo: CARD_NO, layoutId, ...ISSUED },
      },
    },
    {
      ...facts,
      id: SHIFT_ID,
      kind: 'shift.opened',
      clerk: '1001',
      shiftId: SHIFT_ID,
      payload: { shiftId: SHIFT_ID, floatFen: FLOAT_FEN },
    },
  ];
}

export interface Bench {
  readonly store: Store;
  readonly context: UseCaseContext;
  /** What the printer does with the next jobs; `done` when it is empty. */
  readonly printer: { next: Outcome<PrintResult>[]; jobs: PrintJob[] };
  /** What has passed on the reader's line. */
  trace(): readonly TraceFrame[];
  close(): Promise<void>;
}

/** A simulated reader's end of its line. */
type LineEnd = Pick<SimulatedCardReader, 'attach' | 'detach'>;

export interface BenchOptions {
  readonly dir: string;
  readonly layout: CardLayout;
  /** What the one account is supplied with; gas where it is left out. */
  readonly commodity?: Commodity;
  /** When the hall was founded and its shift opened; left out where no clock is looked at. */
  readonly foundedAtMs?: number;
  readonly idPrefix: number;
  /** A simulated reader in this process, the port where one listens on loopback, or what else the reader's slot is bound to. */
  readonly reader: LineEnd | { readonly port: number } | { readonly binding: DeviceBinding; readonly simulator?: LineEnd };
  /** Starts a real device process; without it the device server runs in this process. */
  readonly launch?: () => ProcessHandle;
  /** Wraps the store, for instance to stop the core at a commit. */
  readonly wrapStore?: (store: Store) => Store;
}

/** `byteTimeMs` is the time a byte takes in card memory; 0 writes at once. */
export function createReaderSimulator(byteTimeMs = 0): SimulatedCardReader {
  if (simulator.createCardReader === undefined) throw new Error('the reader ships no simulator');
  return simulator.createCardReader({ timers: systemTimers, byteTimeMs });
}

export const DRIVER_ROOT = new URL('../../drivers', import.meta.url).pathname;

function settingsFor(reader: BenchOptions['reader']): Settings {
  if ('binding' in reader) return { devices: { reader: reader.binding }, demo: false };
  const port = 'port' in reader ? reader.port : 1;
  return {
    devices: { reader: { driver: 'fourslot-sle4442', transport: { kind: 'tcp', host: '127.0.0.1', port }, options: {} } },
    demo: false,
  };
}

const SILENT: LineEnd = { attach() {}, detach() {} };

/** The device server inside this process, with the simulator on a line in memory. */
function launchHere(reader: LineEnd, timers: Timers): ProcessHandle {
  const { left, right } = createChannelPair();
  const exits: (() => void)[] = [];
  const ended = () => {
    reader.detach();
    for (const listener of exits) listener();
  };
  const server = createDeviceServer({
    channel: right,
    timers,
    ended,
    openConnection: async () => {
      const line = createMemoryLine(timers);
      reader.attach(line.device);
      return { transport: line.host };
    },
  });
  return {
    channel: left,
    pid: undefined,
    kill() {
      void server.stop().then(ended);
    },
    onExit: (listener) => exits.push(listener),
    onErrorLine: () => {},
  };
}

const clock = { nowMs: () => FOUNDED_AT_MS };

async function openBranch(file: string): Promise<StoreHandle> {
  return checkedStore(await openStore({ file, backupDir: join(dirname(file), 'backup'), counterId: 'C01', clock }));
}

function found(store: Store, founding: Founding): void {
  for (const operation of foundingOperations(founding)) store.write((tx) => tx.append(operation));
}

const founded = new Map<string, Promise<string>>();

/** Returns the file of a store that holds the facts every simulation starts from. It is made once, and copied for each. */
function foundedStore(founding: Founding): Promise<string> {
  const make = async (): Promise<string> => {
    const dir = mkdtempSync(join(tmpdir(), 'countertop-founded-'));
    process.once('exit', () => rmSync(dir, { recursive: true, force: true }));
    const file = join(dir, 'branch.sqlite');
    const store = await openBranch(file);
    found(store, founding);
    store.close();
    return file;
  };
  const key = JSON.stringify(founding);
  const file = founded.get(key) ?? make();
  founded.set(key, file);
  return file;
}

/** Opens (or opens again) the counter of `dir` with the given reader on its line. */
export async function openBench(options: BenchOptions): Promise<Bench> {
  mkdirSync(options.dir, { recursive: true });
  const file = join(options.dir, 'branch.sqlite');
  const { reader, commodity = 'gas', foundedAtMs = FOUNDED_AT_MS } = options;
  const founding = { layoutId: options.layout.id, commodity, atMs: foundedAtMs };
  const inThisProcess = options.launch === undefined && !('port' in reader);
  // A process that a test may kill makes its own, and leaves nothing behind.
  if (inThisProcess && !existsSync(file)) copyFileSync(await foundedStore(founding), file);
  const handle = await openBranch(file);
  if (handle.lastSeq() === 0) found(handle, founding);
  const store = options.wrapStore?.(handle) ?? handle;
  const events = createEvents();
  const ids = countingIds(options.idPrefix);

  const settings = settingsFor(reader);
  const timers = createHastyTimers();
  const client = createDeviceClient({
    launch: options.launch ?? (() => launchHere('binding' in reader ? (reader.simulator ?? SILENT) : (reader as LineEnd), timers)),
    settings: () => settings,
    driverRoots: [DRIVER_ROOT],
    publish: (event) => events.publish(event),
    timers,
    newLeaseId: () => ids.token(),
  });
  const ready = new Promise<void>((resolve) => {
    events.subscribe((event) => {
      if (event.type === 'device' && event.device.slot === 'reader' && event.device.state === 'ready') resolve();
    });
  });
  if (inThisProcess) {
    // The driver's module is the only thing that is waited for in earnest.
    for (const bound of Object.values(settings.devices)) await import(join(DRIVER_ROOT, bound.driver, 'driver.ts'));
    timers.hurry();
  }
  client.start();
  await ready;

  const printer: Bench['printer'] = { next: [], jobs: [] };
  const devices: Devices = {
    ...client,
    print: async (job) => {
      printer.jobs.push(job);
      return printer.next.shift() ?? { kind: 'done', value: { proof: 'verified', paperNearEnd: false } };
    },
  };
  const ports: Ports = {
    clock,
    ids,
    events,
    store,
    devices,
    deviceConsole: null,
    deviceSetup: null,
    layouts: { get: (id) => (id === options.layout.id ? options.layout : null), all: () => [options.layout] },
    keys: VAULT,
    numbers: createPrivateNumbers({ masters: [{ version: 0, key: new Uint8Array(32).fill(7) }], table: handle.sealedNumbers }),
    drafts: createDrafts({ masters: [{ version: 0, key: new Uint8Array(32).fill(7) }], table: handle.drafts }),
    attachments: createAttachments(join(options.dir, 'attachments')),
    passwords: { verify: async () => false },
    receipts: createReceipts(),
    paper: createPaper({ workerFile: programFiles().paperWorker }),
    printJobs: handle.printJobs,
    closePapers: handle.closePapers,
    systemPrinter: null,
    tables: createTableFiles({ workerFile: programFiles().tableWorker }),
    templates: createTemplates({ folder: '', language: () => 'zh-CN' }),
    templateShelf: createTemplateShelf(''),
    sync: NO_SYNC,
    visits: NO_VISITS,
    hall: null,
    demoStaff: [],
    host: 'loopback',
    version: 'test',
  };
  return {
    store,
    context: { ports, actor: { staffNo: '1001', name: '李', role: 'clerk', shiftId: SHIFT_ID } },
    printer,
    trace: () => client.trace('reader', 'en'),
    async close() {
      await client.stop();
      handle.close();
    },
  };
}
