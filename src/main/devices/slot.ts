// One device slot: opens its line and driver, keeps them open, tells how the device is, and runs one call after the other.
import type { CardPresence } from '../../../drivers/kit/card-reader.ts';
import { chipReaderOf } from '../../../drivers/kit/chip-reader.ts';
import type { OpenDevice } from '../../../drivers/kit/driver.ts';
import type { DriverManifest } from '../../../drivers/kit/manifest.ts';
import type { Meaning } from '../../../drivers/kit/meaning.ts';
import { type Outcome, refused, unknown } from '../../../drivers/kit/outcome.ts';
import type { ScannedCode } from '../../../drivers/kit/scanner.ts';
import type { Timers, Transport } from '../../../drivers/kit/transport.ts';
import { toHex } from '../../shared/domain/card-image.ts';
import { asFault, Fault, type FaultData } from '../../shared/domain/fault.ts';
import type { DeviceSlot, DeviceState } from '../core/ports/devices.ts';
import type { DriverRegistry } from '../processes/driver-registry.ts';
import type { CallControl } from './call-kind.ts';
import { findTransport } from './discovery/auto.ts';
import type { lookForDevices } from './discovery/look.ts';
import { type CardTurn, examine } from './examine.ts';
import { type ByteCount, countingBytes, GarbageJudge } from './garbage.ts';
import { ASK_EVERY_MS, isSilence, unlessSilent } from './liveness.ts';
import type { DeviceBinding, TransportSettings } from './settings.ts';
import { withTimeLimit } from './time-limit.ts';
import { describeConnection, type openConnection } from './transports/open.ts';

const PROBE_EVERY_MS = 1_000;
const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 1_000;
/** A driver that does not come up in this time is closed and tried again. */
const OPEN_LIMIT_MS = 10_000;
const CLOSE_LIMIT_MS = 1_000;
/** How long a cancelled call may still take to stop by itself before its line is closed under it. */
const CANCEL_GRACE_MS = 1_000;
/** One lost answer is a disturbance, two in a row are a device that is gone. */
const PROBE_FAILURES_UNTIL_DOWN = 2;

export interface SlotState extends DeviceState {
  readonly columns: number;
  /** The transport that is open or tried: with `auto` that of the device that was found. Null while none was. */
  readonly resolved: TransportSettings | null;
}

export interface SlotEnvironment {
  readonly timers: Timers;
  readonly openConnection: typeof openConnection;
  readonly look: typeof lookForDevices;
  registry(): DriverRegistry;
  /** Transports that other slots use. */
  taken(slot: DeviceSlot): readonly TransportSettings[];
  onState(state: SlotState): void;
  onPresence(cardSlot: number, presence: CardPresence): void;
  onCode(code: ScannedCode): void;
  onTrace(frame: { readonly atMs: number; readonly direction: 'sent' | 'received'; readonly hex: string; readonly note: Meaning }): void;
}

export interface SlotCall<T> {
  readonly abort: AbortController;
  readonly limitMs: number;
  work(device: OpenDevice, control: CallControl): Promise<Outcome<T>>;
}

export class SlotHost {
  readonly #slot: DeviceSlot;
  readonly #environment: SlotEnvironment;
  #binding: DeviceBinding | null = null;
  /** Of the driver's code that was bound last; undefined for one that is not there. */
  #signedVersion: string | null | undefined = null;
  #device: OpenDevice | null = null;
  #transport: Transport | null = null;
  /** Counts openings; whatever an earlier opening still reports is ignored. */
  #generation = 0;
  #opening: Promise<void> | null = null;
  #tail: Promise<void> = Promise.resolve();
  #queued = 0;
  #running: AbortController | null = null;
  #timer: unknown = null;
  #retryMs = FIRST_RETRY_MS;
  #failedProbes = 0;
  /** What has come from a device on the network; null where the bus itself tells that a device is gone. */
  #remote: ByteCount | null = null;
  /** What is wrong with a device that only speaks and is not understood; null while nothing is. */
  #speechFault: () => Fault | null = () => null;
  readonly #garbage = new GarbageJudge();
  /** Whose turn it is among the card slots that are asked one by one. */
  readonly #cards: CardTurn;
  #state: SlotState;

  constructor(slot: DeviceSlot, environment: SlotEnvironment) {
    this.#slot = slot;
    this.#environment = environment;
    this.#state = initialState(slot);
    this.#cards = { next: 1, note: (cardSlot, presence) => this.notePresence(cardSlot, presence) };
  }

  get state(): SlotState {
    return this.#state;
  }

  get busy(): boolean {
    return this.#running !== null;
  }

  /**
   * Binds the slot to a driver and a line; an unchanged binding stays open. Where only the driver's code is another now, or may not run any more,
   * the calls under way are done first.
   */
  async configure(binding: DeviceBinding | null): Promise<void> {
    const signedVersion = binding === null ? null : this.#environment.registry().drivers.get(binding.driver)?.signedVersion;
    const sameBinding = JSON.stringify(binding) === JSON.stringify(this.#binding);
    const sameCode = signedVersion === this.#signedVersion;
    this.#binding = binding;
    this.#signedVersion = signedVersion;
    if (sameBinding && sameCode) {
      this.#emit({});
      return;
    }
    this.#garbage.reset();
    if (sameBinding) await this.#exclusive(() => this.reopen());
    else await this.reopen();
  }

  /** Closes the line and opens it again; resolves when it is open or has failed. */
  async reopen(): Promise<void> {
    await this.#closeDevice(new Fault('DEVICE_OFFLINE', { slot: this.#slot, reason: 'reopened' }));
    const overtaken = this.#opening;
    // An opening under way finds itself overtaken and closes again; until then it holds the line.
    if (overtaken !== null) await withTimeLimit({ work: overtaken, limitMs: CLOSE_LIMIT_MS, timers: this.#environment.timers });
    this.#retryMs = FIRST_RETRY_MS;
    if (this.#binding === null) this.#emit(initialState(this.#slot));
    else await this.#open(this.#binding);
  }

  async close(): Promise<void> {
    this.#binding = null;
    await this.#closeDevice(new Fault('DEVICE_OFFLINE', { slot: this.#slot, reason: 'closed' }));
    this.#environment.timers.clearTimeout(this.#timer);
  }

  /**
   * Runs a call after those before it. Aborted before its effect it ends refused at once; after that it may take a moment to stop
   * by itself, then its line is closed and it ends unknown. The slot stays occupied until the driver has let go.
   */
  run<T>(call: SlotCall<T>): Promise<Outcome<T>> {
    const result = Promise.withResolvers<Outcome<T>>();
    this.#exclusive(() => this.#runNow(call, result.resolve)).catch((error: unknown) => result.resolve(refused(asFault(error).toData())));
    return result.promise;
  }

  async #runNow<T>(call: SlotCall<T>, answer: (outcome: Outcome<T>) => void): Promise<void> {
    const { timers } = this.#environment;
    const { signal } = call.abort;
    signal.throwIfAborted();
    const device = await this.#ready();
    signal.throwIfAborted();
    let effectBegan = false;
    const limit = timers.setTimeout(() => call.abort.abort(new Fault('DEVICE_TIMEOUT', { slot: this.#slot })), call.limitMs);
    this.#running = call.abort;
    const aborted = new Promise<'aborted'>((resolve) => signal.addEventListener('abort', () => resolve('aborted'), { once: true }));
    const work = call
      .work(device, {
        signal,
        effectBegins: () => {
          signal.throwIfAborted();
          effectBegan = true;
        },
      })
      .catch((error: unknown) => {
        const fault = asFault(error).toData();
        return effectBegan ? unknown(fault) : refused(fault);
      });
    const first = await Promise.race([work, aborted]);
    timers.clearTimeout(limit);
    if (first === 'aborted') {
      const fault = asFault(signal.reason).toData();
      if (!effectBegan) answer(refused(fault));
      const late = await withTimeLimit({ work, limitMs: CANCEL_GRACE_MS, timers });
      answer(late ?? unknown(fault));
      this.#running = null;
      if (late === null && this.#device === device) await this.reopen();
    } else {
      this.#running = null;
      answer(first);
      if (first.kind === 'done') this.#seen();
      // A line that is gone does not always say so by itself: the next write finds out, so let it come now.
      else if (this.#device === device) this.#schedule(() => this.#probe(), 0);
    }
  }

  /** Learns the presence of a card from a call's answer. */
  notePresence(cardSlot: number, presence: CardPresence): void {
    if (this.#state.cards[cardSlot - 1] === presence) return;
    const cards = this.#state.cards.slice();
    cards[cardSlot - 1] = presence;
    this.#environment.onPresence(cardSlot, presence);
    this.#emit({ cards });
  }

  async #ready(): Promise<OpenDevice> {
    if (this.#binding === null) throw new Fault('DEVICE_NOT_CONFIGURED', { slot: this.#slot });
    if (this.#opening !== null) await this.#opening;
    if (this.#device === null) throw new Fault('DEVICE_OFFLINE', { slot: this.#slot, reason: this.#state.lastError?.code ?? '' });
    return this.#device;
  }

  async #exclusive(work: () => Promise<void>): Promise<void> {
    this.#queued += 1;
    const turn = this.#tail.then(work);
    this.#tail = turn.catch(() => {});
    try {
      await turn;
    } finally {
      this.#queued -= 1;
    }
  }

  #open(binding: DeviceBinding): Promise<void> {
    this.#generation += 1;
    const opening = this.#openNow(binding, this.#generation).finally(() => {
      if (this.#opening === opening) this.#opening = null;
    });
    this.#opening = opening;
    return opening;
  }

  async #openNow(binding: DeviceBinding, generation: number): Promise<void> {
    const { timers } = this.#environment;
    const entry = this.#environment.registry().drivers.get(binding.driver);
    const describe = (transport: TransportSettings) => describeConnection(transport, entry?.manifest ?? null);
    const received = { bytes: 0 };
    let settings = binding.transport;
    // While a line is tried again and again it stays 'down' with its reason; 'starting' is for the first try.
    this.#emit({
      state: this.#state.state === 'down' ? 'down' : 'starting',
      driverId: binding.driver,
      connection: describe(settings),
      resolved: settings.kind === 'auto' ? null : settings,
    });
    let opened: { transport: Transport; device: OpenDevice | null } | null = null;
    try {
      if (entry === undefined) throw missingDriver(this.#environment.registry(), binding.driver);
      const driver = await entry.driver();
      const options = { ...entry.manifest.options, ...binding.options };
      settings = await this.#transportOf(binding, entry.manifest);
      this.#emit({ resolved: settings, connection: describe(settings) });
      const connection = await this.#environment.openConnection(settings, { ...entry.manifest, options }, timers);
      const transport = countingBytes(connection.transport, received);
      opened = { transport, device: null };
      transport.onLost((error) => this.#lost(asFault(error), generation));
      const opening = driver.open({
        ...connection,
        timers,
        options,
        trace: (direction, bytes, note = '') => this.#environment.onTrace({ atMs: timers.now(), direction, hex: toHex(bytes), note }),
      });
      const device = await withTimeLimit({ work: opening, limitMs: OPEN_LIMIT_MS, timers });
      if (device === null) throw new Fault('DEVICE_TIMEOUT', { slot: this.#slot });
      opened = { transport, device };
      const first = await examine(device, this.#cards, 'all');
      if (generation !== this.#generation) throw new Fault('DEVICE_OFFLINE', { slot: this.#slot });
      this.#transport = transport;
      this.#device = device;
      this.#remote = settings.kind === 'tcp' ? received : null;
      this.#retryMs = FIRST_RETRY_MS;
      this.#garbage.reset();
      const line = { transport: settings, baudRate: baudRateOf(settings, entry.manifest) };
      this.#speechFault = device.scanner === undefined ? () => null : () => this.#garbage.judgeSpeech({ bytes: received.bytes, ...line });
      chipReaderOf(device)?.onPresence((cardSlot, presence) => {
        if (generation === this.#generation) this.notePresence(cardSlot, presence);
      });
      device.scanner?.onCode((code) => {
        if (generation !== this.#generation) return;
        this.#garbage.understood();
        this.#environment.onCode(code);
      });
      this.#emit({ columns: device.receiptPrinter?.columns ?? 0, lastSeenMs: timers.now(), ...first });
      this.#scheduleProbe();
    } catch (error) {
      if (opened !== null) await this.#shut(opened.device, opened.transport);
      if (generation !== this.#generation) return;
      const baudRate = baudRateOf(settings, entry?.manifest);
      const fault = this.#garbage.judge({ fault: asFault(error), bytes: received.bytes, transport: settings, baudRate });
      this.#down(fault.toData());
    }
  }

  /** The transport that the settings name, or that of the device that is found. */
  async #transportOf({ transport }: DeviceBinding, manifest: DriverManifest): Promise<TransportSettings> {
    if (transport.kind !== 'auto') return transport;
    const { look } = this.#environment;
    return findTransport({ settings: transport, manifest, look, taken: this.#environment.taken(this.#slot) });
  }

  #lost(fault: Fault, generation: number): void {
    if (generation !== this.#generation) return;
    // While it is still being opened the opening itself fails and says so.
    if (this.#device === null) return;
    void this.#giveUp(fault);
  }

  /** Says at once that the device is gone, lets go of the line, and begins to try again. */
  async #giveUp(fault: Fault): Promise<void> {
    this.#emit({ state: 'down', lastError: fault.toData(), cards: [], paperNearEnd: null });
    const closing = this.#closeDevice(fault);
    const generation = this.#generation;
    await closing;
    if (generation === this.#generation) this.#down(fault.toData());
  }

  #down(lastError: FaultData): void {
    this.#emit({ state: 'down', lastError, cards: [], paperNearEnd: null });
    const binding = this.#binding;
    if (binding === null) return;
    this.#schedule(() => this.#open(binding), this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
  }

  async #closeDevice(fault: Fault): Promise<void> {
    this.#generation += 1;
    const { timers } = this.#environment;
    timers.clearTimeout(this.#timer);
    const device = this.#device;
    const transport = this.#transport;
    this.#device = null;
    this.#transport = null;
    this.#failedProbes = 0;
    this.#running?.abort(fault);
    if (transport !== null) await this.#shut(device, transport);
  }

  async #shut(device: OpenDevice | null, transport: Transport): Promise<void> {
    const closing = (async () => {
      // The line may already be gone; closing is then a formality that may fail.
      await device?.close().catch(() => {});
      await transport.close().catch(() => {});
    })();
    await withTimeLimit({ work: closing, limitMs: CLOSE_LIMIT_MS, timers: this.#environment.timers });
  }

  async #probe(): Promise<void> {
    const device = this.#device;
    if (device === null) return;
    if (this.#queued === 0) await this.#exclusive(() => this.#probeNow(device));
    if (this.#device === device) this.#scheduleProbe();
  }

  #scheduleProbe(): void {
    this.#schedule(() => this.#probe(), this.#remote === null ? PROBE_EVERY_MS : ASK_EVERY_MS);
  }

  async #probeNow(device: OpenDevice): Promise<void> {
    try {
      const { timers } = this.#environment;
      const examining = examine(device, this.#cards, 'next');
      const found = await (this.#remote === null ? examining : unlessSilent(examining, { received: this.#remote, timers }));
      if (this.#device !== device) return;
      this.#failedProbes = 0;
      const notUnderstood = this.#speechFault();
      const trouble = notUnderstood === null ? {} : ({ state: 'degraded', lastError: notUnderstood.toData() } as const);
      this.#emit({ lastSeenMs: timers.now(), ...found, ...trouble });
    } catch (error) {
      if (this.#device !== device) return;
      this.#failedProbes += 1;
      const fault = asFault(error);
      if (this.#failedProbes < PROBE_FAILURES_UNTIL_DOWN && !isSilence(fault)) {
        this.#emit({ state: 'degraded', lastError: fault.toData() });
        return;
      }
      await this.#giveUp(fault);
    }
  }

  #seen(): void {
    this.#failedProbes = 0;
    this.#emit({ lastSeenMs: this.#environment.timers.now() });
  }

  #schedule(act: () => Promise<void>, delayMs: number): void {
    this.#environment.timers.clearTimeout(this.#timer);
    this.#timer = this.#environment.timers.setTimeout(() => void act(), delayMs);
  }

  #emit(change: Partial<SlotState>): void {
    this.#state = { ...this.#state, ...change };
    this.#environment.onState(this.#state);
  }
}

/** Why a driver that the settings name cannot be used. */
function missingDriver({ broken, untrusted }: DriverRegistry, driver: string): Fault {
  const reason = broken.find(({ folder }) => folder === driver)?.reason;
  if (reason === undefined) return new Fault('DRIVER_UNKNOWN', { driver });
  return new Fault(untrusted.has(driver) ? 'DRIVER_UNTRUSTED' : 'DRIVER_UNKNOWN', { driver, reason });
}

/** The rate of a serial line; 0 for any other. */
function baudRateOf(settings: TransportSettings, manifest: DriverManifest | undefined): number {
  return settings.kind === 'serial' ? (settings.line?.baudRate ?? manifest?.transports.serial?.baudRate ?? 0) : 0;
}

function initialState(slot: DeviceSlot): SlotState {
  return {
    slot,
    state: 'not-configured',
    driverId: '',
    connection: '',
    lastError: null,
    lastSeenMs: null,
    paperNearEnd: null,
    cards: [],
    columns: 0,
    resolved: null,
  };
}
