// What a technician asks of the devices: what is plugged in, and a test of each that changes nothing but paper and a drawer.
import type { DriverManifest } from '../../../drivers/kit/manifest.ts';
import { done, type Outcome, refused } from '../../../drivers/kit/outcome.ts';
import type { MeterReading } from '../../../drivers/kit/reading-head.ts';
import type { PrinterStatus, PrintResult } from '../../../drivers/kit/receipt-printer.ts';
import type { Timers } from '../../../drivers/kit/transport.ts';
import { DEVICE_SLOTS } from '../../shared/contract/devices.ts';
import { toHex } from '../../shared/domain/card-image.ts';
import type { DeviceTest, DeviceTestResult, Discovery, FactLabel } from '../core/ports/device-console.ts';
import type { CardSnapshot, DeviceSlot, Devices, DrawerState } from '../core/ports/devices.ts';
import type { CallOf, DeviceOp, ResultOf } from './calls.ts';
import { createDeviceGroup, type DeviceGroup } from './device-group.ts';
import { usesDevice } from './discovery/auto.ts';
import { matchFingerprints } from './discovery/fingerprints.ts';
import type { DeviceProcessHandle } from './launch.ts';
import { sightingSchema } from './protocol.ts';
import type { TransportSettings } from './settings.ts';

/** A look costs a process; the next one mostly follows soon or not at all. */
const REST_MS = 60_000;
/** How long a customer may think about a question that only tries the keypad. */
const QUESTION_MS = 10_000;
/** How long a hand may look for something to scan. */
const SCAN_MS = 10_000;
/** A form that every tractor takes; the grid is read against its edges. */
const GRID_SIZE = { widthTenthMm: 2_350, heightTenthMm: 900 };

type Fact = DeviceTestResult['facts'][number];

/** One call by itself on a slot. */
export type SingleCall = <Op extends DeviceOp>(
  op: Op,
  input: Omit<CallOf<Op>, 'op'>,
  how: { readonly slot: DeviceSlot },
) => Promise<Outcome<ResultOf<Op>>>;

export interface DeviceConsoleOptions {
  launch(): DeviceProcessHandle;
  readonly timers: Timers;
  readonly single: SingleCall;
  readonly devices: Pick<Devices, 'withReader'>;
  manifests(): Iterable<DriverManifest>;
  /** The transport that a slot has open or tries; null for one that is not configured. */
  transportOf(slot: DeviceSlot): TransportSettings | null;
  newJobId(): string;
  /** How many frames have come from the slot's device so far. */
  heard(slot: DeviceSlot): number;
  /** Resolves with the next code of the scanner, which then goes nowhere else; null when none came in time. */
  nextCode(limitMs: number): Promise<string | null>;
}

export interface DeviceTests {
  discover(): Promise<Outcome<Discovery>>;
  test(slot: DeviceSlot, test: DeviceTest): Promise<Outcome<DeviceTestResult>>;
  /** Ends the process that looks, if it runs. */
  stop(): Promise<void>;
}

export function createDeviceConsole(options: DeviceConsoleOptions): DeviceTests {
  const { timers, single } = options;
  let looking: DeviceGroup | null = null;
  let looks = 0;
  let rest: unknown = null;

  /** The process that looks at the buses: a library that crashes on a strange device takes no open line with it. */
  function looker(): DeviceGroup {
    timers.clearTimeout(rest);
    if (looking !== null) return looking;
    looking = createDeviceGroup({ launch: options.launch, timers, started: () => {}, news: () => {}, lost: () => {} });
    looking.start();
    return looking;
  }

  async function stop(): Promise<void> {
    timers.clearTimeout(rest);
    const ending = looking;
    looking = null;
    await ending?.stop();
  }

  async function discover(): Promise<Outcome<Discovery>> {
    const group = looker();
    looks += 1;
    const seen = await group.ask({ slot: null, hasEffect: false, isCall: false, message: (id) => ({ type: 'discover', id }) });
    looks -= 1;
    if (looks === 0 && looking === group) rest = timers.setTimeout(() => void stop(), REST_MS);
    if (seen.kind !== 'done') return seen;
    const sighting = sightingSchema.safeParse(seen.value);
    if (!sighting.success) return refused({ code: 'INTERNAL', context: { reason: 'discovery' } });
    const manifests = [...options.manifests()];
    const slotOf = (device: Parameters<typeof usesDevice>[1]): DeviceSlot | null =>
      DEVICE_SLOTS.find((slot) => {
        const transport = options.transportOf(slot);
        return transport !== null && usesDevice(transport, device);
      }) ?? null;
    const { devices, faults } = sighting.data;
    return done({
      devices: devices.map((device) => ({ ...device, matches: matchFingerprints(device, manifests), slot: slotOf(device) })),
      faults,
    });
  }

  /** Runs one call on the slot and gives its facts. */
  async function facts<Op extends DeviceOp>(
    slot: DeviceSlot,
    op: Op,
    { input, say }: { readonly input: Omit<CallOf<Op>, 'op'>; readonly say: (result: ResultOf<Op>) => Fact[] },
  ): Promise<Outcome<DeviceTestResult>> {
    const outcome = await single(op, input, { slot });
    return outcome.kind === 'done' ? done({ facts: say(outcome.value) }) : outcome;
  }

  async function probe(slot: DeviceSlot): Promise<Outcome<DeviceTestResult>> {
    const startedMs = timers.now();
    const heardBefore = options.heard(slot);
    const probed = await single('device.probe', {}, { slot });
    if (probed.kind !== 'done') return probed;
    // Some devices have nothing to answer: their line is open, and that is all that is known.
    const kind = options.transportOf(slot)?.kind;
    const hasAnswered = kind === 'dll' || kind === 'folder' || options.heard(slot) > heardBefore;
    const answered = hasAnswered
      ? [fact('answer', 'yes'), fact('answer-ms', String(timers.now() - startedMs))]
      : [fact('line', 'open'), fact('answer', 'says-nothing')];
    const op = slot === 'printer' ? 'printer.status' : slot === 'form-printer' ? 'form.status' : null;
    if (op === null) return done({ facts: answered });
    return facts(slot, op, { input: {}, say: (status) => [...answered, ...statusFacts(status)] });
  }

  async function readCard(cardSlot: number): Promise<Outcome<DeviceTestResult>> {
    // Only kinds of card that can be read without a key: nothing is presented.
    const choices = (['SLE4442', 'AT24C02'] as const).map((chip) => ({ layoutId: '', access: { chip }, keyVersion: null, keys: null }));
    const held = await options.devices.withReader((reader) => reader.read(cardSlot, choices));
    const read = held.kind === 'done' ? held.value : held;
    return read.kind === 'done' ? done({ facts: cardFacts(cardSlot, read.value) }) : read;
  }

  async function scanCode(slot: DeviceSlot): Promise<Outcome<DeviceTestResult>> {
    // A scanner that is down is said to be so, not waited for.
    const probed = await single('device.probe', {}, { slot });
    if (probed.kind !== 'done') return probed;
    const code = await options.nextCode(SCAN_MS);
    return done({ facts: [fact('code', code ?? 'none')] });
  }

  function test(slot: DeviceSlot, wanted: DeviceTest): Promise<Outcome<DeviceTestResult>> {
    switch (wanted.test) {
      case 'probe':
        return probe(slot);
      case 'read-card':
        return readCard(wanted.cardSlot);
      case 'print-page': {
        const job = { jobId: options.newJobId(), markup: wanted.markup, cut: true, openDrawer: false };
        return facts(slot, 'printer.print', { input: { job }, say: printFacts });
      }
      case 'print-grid': {
        const job = { jobId: options.newJobId(), size: GRID_SIZE, offset: { xTenthMm: 0, yTenthMm: 0 } };
        return facts(slot, 'form.print-grid', { input: { job }, say: printFacts });
      }
      case 'open-drawer':
        return facts(slot, 'drawer.open', { input: {}, say: drawerFacts });
      case 'dock-handshake':
        return facts(slot, 'dock.handshake', { input: {}, say: (readiness) => [fact('handheld', readiness)] });
      case 'read-meter':
        return facts(slot, 'meter.read', { input: { meterAddress: wanted.meterAddress }, say: meterFacts });
      case 'show-text': {
        const { upper, lower } = wanted;
        return facts(slot, 'display.show', { input: { upper, lower }, say: () => [fact('shown', 'sent')] });
      }
      case 'ask-rating':
        return facts(slot, 'keypad.ask', {
          input: { timeoutMs: QUESTION_MS },
          say: (rating) => [fact('rating', rating === null ? 'none' : String(rating))],
        });
      case 'scan-code':
        return scanCode(slot);
    }
  }

  return { discover, test, stop };
}

function fact(label: FactLabel, value: string): Fact {
  return { label, value };
}

function said(value: boolean | null, words: { readonly yes: string; readonly no: string }): string {
  if (value === null) return 'unknown';
  return value ? words.yes : words.no;
}

function statusFacts({ paperOut, paperNearEnd, coverOpen }: PrinterStatus): Fact[] {
  const paper = paperOut === true ? 'out' : said(paperNearEnd, { yes: 'near-end', no: 'ok' });
  return [fact('paper', paper), fact('cover', said(coverOpen, { yes: 'open', no: 'closed' }))];
}

function printFacts({ proof, paperNearEnd }: PrintResult): Fact[] {
  return [fact('proof', proof), fact('paper', said(paperNearEnd, { yes: 'near-end', no: 'ok' }))];
}

function drawerFacts({ isOpen }: DrawerState): Fact[] {
  return [fact('drawer', said(isOpen, { yes: 'open', no: 'closed' }))];
}

function cardFacts(cardSlot: number, { presence, chip, uid, image, attemptsLeft }: CardSnapshot): Fact[] {
  return [
    fact('card-slot', String(cardSlot)),
    fact('card', presence),
    ...(chip === null ? [] : [fact('chip', chip)]),
    ...(uid === null ? [] : [fact('answer-to-reset', toHex(uid))]),
    ...(attemptsLeft === null ? [] : [fact('attempts-left', String(attemptsLeft))]),
    ...(image === null ? [] : [fact('bytes', String(image.length))]),
  ];
}

function meterFacts({ meterAddress, total, clock, flags }: MeterReading): Fact[] {
  return [
    fact('meter', meterAddress ?? 'unknown'),
    fact('total', total.unit === 'litre' ? `${total.litres / 1_000} m³` : `${total.wattHours / 1_000} kWh`),
    fact('clock', clock ?? 'none'),
    fact('flags', flags.length === 0 ? 'none' : flags.join(', ')),
  ];
}
