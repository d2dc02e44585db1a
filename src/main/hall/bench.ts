// The bench of the demo hall: simulated devices on their cables, cards in hands and slots, meters on the wall.
import { join } from 'node:path';
import type { SimulatedCardReader } from '../../../drivers/kit/simulator.ts';
import { DEVICE_SLOTS } from '../../shared/contract/devices.ts';
import { commodityOf } from '../../shared/domain/commodity.ts';
import { Fault } from '../../shared/domain/fault.ts';
import type { DeviceSlot } from '../core/ports/devices.ts';
import type { HallAct, HallState } from '../core/ports/hall.ts';
import { type BenchDevice, type DeviceBench, refusal } from './bench-device.ts';
import type { Cable } from './cable.ts';
import { type CardFile, type HallCard, openCardFile } from './card-file.ts';
import { type HallFile, type HallMeter, loadHallFile, saveHallFile } from './hall-file.ts';
import type { MeterRules } from './meters.ts';

/** A simulated device and its cable. */
export interface PluggedDevice {
  readonly device: BenchDevice;
  readonly cable: Cable;
}

/** What the bench gives a device that it makes. */
export type BenchSide = Pick<DeviceBench, 'memory' | 'remember' | 'changed'>;

export interface BenchOptions {
  /** The folder with cards.bin and hall.json. */
  readonly folder: string;
  /** Makes the slot's device; null where the settings name none, or a driver without a simulator. `port` is the one of hall.json. */
  device(slot: DeviceSlot, from: BenchSide & { readonly port: number }): PluggedDevice | null;
  readonly meterRules: MeterRules | null;
  /** Called after every change, also those that no hand made: a receipt, a torn card. */
  changed(): void;
}

/** Which device a hand reaches for. */
const SLOT_OF_ACT: Readonly<Partial<Record<HallAct['act'], DeviceSlot>>> = {
  paper: 'printer',
  'printer-silent': 'printer',
  'printer-trouble': 'printer',
  'paper-ends': 'printer',
  'form-paper': 'form-printer',
  'form-online': 'form-printer',
  'form-silent': 'form-printer',
  'drawer-shut': 'drawer',
  'drawer-silent': 'drawer',
  'dock-key': 'dock',
  'dock-file': 'dock',
  'dock-handheld': 'dock',
  'dock-take-out': 'dock',
  'head-meter': 'reading-head',
  'head-trouble': 'reading-head',
  scan: 'scanner',
  'keypad-press': 'keypad',
  'keypad-silent': 'keypad',
};

export class Bench {
  readonly #options: BenchOptions;
  readonly #path: string;
  readonly #cards: CardFile;
  readonly #devices = new Map<DeviceSlot, PluggedDevice>();
  #file: HallFile;
  /** Set once everything stands: what a device does while it is made is no news. */
  #open = false;

  /** Reads the hall's files and makes the devices; throws HALL_UNAVAILABLE when the files are missing or broken. */
  constructor(options: BenchOptions) {
    this.#options = options;
    this.#path = join(options.folder, 'hall.json');
    this.#file = loadHallFile(this.#path);
    this.#cards = openCardFile(join(options.folder, 'cards.bin'));
    for (const slot of DEVICE_SLOTS) {
      const made = options.device(slot, {
        port: this.#file.ports[slot] ?? 0,
        memory: this.#file.devices[slot] ?? {},
        remember: (change) => this.#save({ devices: { ...this.#file.devices, [slot]: { ...this.#file.devices[slot], ...change } } }),
        changed: () => {
          if (this.#open) options.changed();
        },
      });
      if (made !== null) this.#devices.set(slot, made);
    }
  }

  /** Puts everything where it lay and plugs the cables in. Rejects with HALL_UNAVAILABLE when a cable cannot be had. */
  async open(): Promise<void> {
    const reader = this.#reader();
    reader?.onTorn((slot) => this.#forgetSlot(slot));
    for (const [slot, cardNo] of Object.entries(this.#file.inReader)) reader?.insert(Number(slot), this.#card(cardNo));
    for (const slot of this.#devices.keys()) if (this.#isPlugged(slot)) await this.#plug(slot);
    this.#open = true;
  }

  async close(): Promise<void> {
    this.#open = false;
    for (const slot of this.#devices.keys()) await this.#unplug(slot);
    this.#cards.close();
  }

  state(): HallState {
    const devices = [...this.#devices].map(
      ([slot, { device }]) => ({ ...device.view(), plugged: this.#isPlugged(slot) }) as HallState['devices'][number],
    );
    const slotOf = new Map(Object.entries(this.#file.inReader).map(([slot, cardNo]) => [cardNo, slot]));
    return {
      cards: this.#file.cards.map((card) => {
        const place = slotOf.has(card.cardNo) ? `slot:${slotOf.get(card.cardNo)}` : 'hand';
        const whole = this.#cards.get(card.cardNo);
        // A blank card that was made into somebody's is one of theirs.
        const madeFor = whole?.flaw === 'blank' ? this.#accountNoOn(whole) : '';
        if (madeFor !== '') return { ...card, place, accountNo: madeFor, flaw: '' };
        if (whole?.flaw === 'blank' && this.#isTool(whole)) return { ...card, place, flaw: 'tool' };
        return { ...card, place, flaw: whole?.flaw ?? '' };
      }),
      devices,
      headquartersOnline: this.#file.headquartersOnline,
      paper: devices.find((device) => device.slot === 'printer')?.papers ?? [],
      drawerPulses: devices.reduce((sum, device) => sum + ('pulses' in device ? device.pulses : 0), 0),
      meters: this.#file.meters.map(({ regionCode: _, faults: __, supply, prices, ...meter }) => ({
        ...meter,
        commodity: commodityOf({ supply }),
        pricesFrom: prices?.effectiveFrom ?? '',
      })),
    };
  }

  /** Does what a hand would do. Rejects with HALL_REFUSED and the reason when that is not possible. */
  async act(act: HallAct): Promise<void> {
    switch (act.act) {
      case 'insert':
        this.#insert(act.slot, act.cardNo);
        break;
      case 'remove':
        this.#requireTaken(act.slot);
        this.#requireReader().remove(act.slot);
        this.#save({ inReader: without(this.#file.inReader, act.slot) });
        break;
      case 'remove-during-write':
        this.#requireTaken(act.slot);
        this.#requireReader().removeAfterWrittenBytes(act.slot, act.afterBytes);
        break;
      case 'meter-takes-card':
        this.#meterTakesCard(act.cardNo, act.meterNo ?? '');
        break;
      case 'meter-uses':
        this.#meterUses(act.cardNo, act.litres);
        break;
      case 'plug':
        await this.#setPlug(act.device, act.plugged);
        break;
      case 'headquarters':
        // The bench only remembers it: the line to headquarters is the host's to cut.
        this.#save({ headquartersOnline: act.online });
        break;
      default: {
        const slot = SLOT_OF_ACT[act.act];
        const device = slot === undefined ? undefined : this.#devices.get(slot)?.device;
        const hand = device?.hands[act.act] as ((act: HallAct) => void) | undefined;
        if (hand === undefined) throw refusal(`no-simulated-${slot}`);
        hand(act);
      }
    }
    this.#options.changed();
  }

  #insert(slot: number, cardNo: string): void {
    const reader = this.#requireReader();
    const card = this.#card(cardNo);
    if (this.#file.inReader[slot] !== undefined) throw refusal('slot-taken', { slot });
    if (Object.values(this.#file.inReader).includes(cardNo)) throw refusal('card-in-reader', { cardNo });
    try {
      reader.insert(slot, card);
    } catch (cause) {
      throw new Fault('HALL_REFUSED', { reason: 'no-such-slot', slot }, { cause });
    }
    const known = this.#file.cards.some((entry) => entry.cardNo === cardNo);
    const cards = known ? this.#file.cards : [...this.#file.cards, { cardNo, customerName: '', accountNo: '' }];
    this.#save({ cards, inReader: { ...this.#file.inReader, [slot]: cardNo } });
  }

  #meterTakesCard(cardNo: string, meterNo: string): void {
    const card = this.#card(cardNo);
    if (Object.values(this.#file.inReader).includes(cardNo)) throw refusal('card-in-reader', { cardNo });
    const isTool = this.#isTool(card);
    const named = isTool ? this.#file.meters.find((one) => one.meterNo === meterNo) : undefined;
    const found = named ?? (meterNo === '' ? this.#meterOf(cardNo) : this.#hungUp(meterNo, card));
    const meter = isTool ? found : { ...found, cardNo };
    if (card.damaged) {
      this.#saveMeter({ ...meter, lastResult: 'unreadable' });
      return;
    }
    const taken = this.#requireMeterRules().take(meter, card.main);
    // The meter remembers before it writes the card: a kill in between loses the return record only, which the next visit writes.
    this.#saveMeter(taken.meter);
    for (const { address, byte } of taken.writes) {
      card.main[address] = byte;
      card.persist();
    }
  }

  #meterUses(cardNo: string, litres: number): void {
    this.#saveMeter(this.#requireMeterRules().use(this.#meterOf(cardNo), litres));
  }

  #isPlugged(slot: DeviceSlot): boolean {
    return this.#file.devices[slot]?.plugged !== false;
  }

  async #setPlug(slot: DeviceSlot, plugged: boolean): Promise<void> {
    if (!this.#devices.has(slot)) throw refusal(`no-simulated-${slot}`);
    if (plugged !== this.#isPlugged(slot)) await (plugged ? this.#plug(slot) : this.#unplug(slot));
    this.#save({ devices: { ...this.#file.devices, [slot]: { ...this.#file.devices[slot], plugged } } });
  }

  async #plug(slot: DeviceSlot): Promise<void> {
    const entry = this.#devices.get(slot);
    await entry?.cable.plug((line) => entry.device.attach(line));
  }

  async #unplug(slot: DeviceSlot): Promise<void> {
    const entry = this.#devices.get(slot);
    entry?.device.detach();
    await entry?.cable.unplug();
  }

  #forgetSlot(slot: number): void {
    this.#save({ inReader: without(this.#file.inReader, slot) });
    this.#options.changed();
  }

  #save(change: Partial<HallFile>): void {
    this.#file = { ...this.#file, ...change };
    saveHallFile(this.#path, this.#file);
  }

  #saveMeter(meter: HallMeter): void {
    this.#save({ meters: this.#file.meters.map((other) => (other.meterNo === meter.meterNo ? meter : other)) });
  }

  #card(cardNo: string): HallCard {
    const card = this.#cards.get(cardNo);
    if (card === null) throw refusal('no-such-card', { cardNo });
    return card;
  }

  /** Returns the meter that had the card last, else the one of the account that the card is of. */
  #meterOf(cardNo: string): HallMeter {
    const { meters } = this.#file;
    const accountNo = this.#accountNoOn(this.#card(cardNo));
    const meter = meters.find((one) => one.cardNo === cardNo) ?? meters.find((one) => accountNo !== '' && one.accountNo === accountNo);
    if (meter === undefined) throw refusal('no-meter', { cardNo });
    return meter;
  }

  /** Hangs a spare meter up at the card's account in place of its old one, which is gone. Returns it as it hangs. */
  #hungUp(meterNo: string, card: HallCard): HallMeter {
    const accountNo = this.#accountNoOn(card);
    const spare = this.#file.meters.find((one) => one.meterNo === meterNo);
    if (spare === undefined) throw refusal('no-meter', { meterNo });
    if (accountNo !== '' && spare.accountNo === accountNo) return spare;
    if (accountNo === '' || spare.accountNo !== '') throw refusal('meter-of-another', { meterNo });
    const meter = { ...spare, accountNo };
    const others = this.#file.meters.filter((one) => one.accountNo !== accountNo && one !== spare);
    this.#save({ meters: [...others, meter] });
    return meter;
  }

  /** The account that the card's own bytes name; '' for none. */
  #accountNoOn({ main, damaged }: HallCard): string {
    const [{ regionCode } = { regionCode: '' }] = this.#file.meters;
    return damaged ? '' : (this.#options.meterRules?.ownerOf(main, regionCode)?.accountNo ?? '');
  }

  #isTool({ main, damaged }: HallCard): boolean {
    const [{ regionCode } = { regionCode: '' }] = this.#file.meters;
    return !damaged && this.#options.meterRules?.isTool(main, regionCode) === true;
  }

  #requireMeterRules(): MeterRules {
    const rules = this.#options.meterRules;
    if (rules === null) throw refusal('no-meter-simulator');
    return rules;
  }

  #reader(): SimulatedCardReader | undefined {
    return this.#devices.get('reader')?.device.cardReader;
  }

  #requireReader(): SimulatedCardReader {
    const reader = this.#reader();
    if (reader === undefined) throw refusal('no-simulated-reader');
    return reader;
  }

  #requireTaken(slot: number): void {
    if (this.#file.inReader[slot] === undefined) throw refusal('slot-empty', { slot });
  }
}

function without(inReader: Readonly<Record<string, string>>, slot: number): Record<string, string> {
  return Object.fromEntries(Object.entries(inReader).filter(([key]) => key !== String(slot)));
}
