// The bench of the demo hall: simulated devices on their cables, cards in hands and slots, meters on the wall.
import { join } from 'node:path';
import type { SimulatedCardReader, SimulatedReceiptPrinter } from '../../../drivers/kit/simulator.ts';
import { Fault } from '../../shared/domain/fault.ts';
import type { HallAct, HallState } from '../core/ports/hall.ts';
import type { Cable } from './cable.ts';
import { type CardFile, type HallCard, openCardFile } from './card-file.ts';
import { type HallFile, type HallMeter, loadHallFile, saveHallFile } from './hall-file.ts';
import type { MeterRules } from './meters.ts';

const RECEIPTS_KEPT = 20;

/** A simulated device and its cable; null where the settings name a driver without a simulator. */
export interface BenchReader {
  readonly device: SimulatedCardReader;
  readonly cable: Cable;
}
export interface BenchPrinter {
  readonly device: SimulatedReceiptPrinter;
  readonly cable: Cable;
}

export interface BenchOptions {
  /** The folder with cards.bin and hall.json. */
  readonly folder: string;
  /** Called with the hall's files once they are read: the ports are in them. */
  readonly reader: (file: HallFile) => BenchReader | null;
  readonly printer: (file: HallFile) => BenchPrinter | null;
  readonly meterRules: MeterRules | null;
  /** Called after every change, also those that no hand made: a receipt, a torn card. */
  changed(): void;
}

export class Bench {
  readonly #options: BenchOptions;
  readonly #path: string;
  readonly #cards: CardFile;
  readonly #reader: BenchReader | null;
  readonly #printer: BenchPrinter | null;
  #file: HallFile;
  #paper: string[][] = [];
  #drawerPulses = 0;

  /** Reads the hall's files; throws HALL_UNAVAILABLE when they are missing or broken. */
  constructor(options: BenchOptions) {
    this.#options = options;
    this.#path = join(options.folder, 'hall.json');
    this.#file = loadHallFile(this.#path);
    this.#cards = openCardFile(join(options.folder, 'cards.bin'));
    this.#reader = options.reader(this.#file);
    this.#printer = options.printer(this.#file);
  }

  /** Puts everything where it lay and plugs the cables in. Rejects with HALL_UNAVAILABLE when a cable cannot be had. */
  async open(): Promise<void> {
    const reader = this.#reader?.device;
    reader?.onTorn((slot) => this.#forgetSlot(slot));
    for (const [slot, cardNo] of Object.entries(this.#file.inReader)) reader?.insert(Number(slot), this.#card(cardNo));
    const printer = this.#printer?.device;
    printer?.setPaper(this.#file.printerPaper);
    printer?.setSilent(this.#file.printerSilent);
    printer?.onReceipt((lines) => {
      this.#paper = [[...lines], ...this.#paper].slice(0, RECEIPTS_KEPT);
      this.#options.changed();
    });
    printer?.onDrawer(() => {
      this.#drawerPulses += 1;
      this.#options.changed();
    });
    await this.#printer?.cable.plug((line) => printer?.attach(line));
    if (this.#file.readerPlugged) await this.#plugReader();
  }

  async close(): Promise<void> {
    await this.#unplugReader();
    this.#printer?.device.detach();
    await this.#printer?.cable.unplug();
    this.#cards.close();
  }

  state(): HallState {
    const slotOf = new Map(Object.entries(this.#file.inReader).map(([slot, cardNo]) => [cardNo, slot]));
    return {
      cards: this.#file.cards.map((card) => ({
        ...card,
        place: slotOf.has(card.cardNo) ? `slot:${slotOf.get(card.cardNo)}` : 'hand',
        flaw: this.#cards.get(card.cardNo)?.flaw ?? '',
      })),
      readerPlugged: this.#reader !== null && this.#file.readerPlugged,
      printerPaper: this.#file.printerPaper,
      printerSilent: this.#file.printerSilent,
      headquartersOnline: this.#file.headquartersOnline,
      paper: this.#paper.map((lines) => [...lines]),
      drawerPulses: this.#drawerPulses,
      meters: this.#file.meters.map(({ meterNo, cardNo, loadedSequence, remainingLitres, cumulativeUseLitres, lastResult }) => ({
        meterNo,
        cardNo,
        loadedSequence,
        remainingLitres,
        cumulativeUseLitres,
        lastResult,
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
        this.#requireReader().device.remove(act.slot);
        this.#save({ inReader: without(this.#file.inReader, act.slot) });
        break;
      case 'remove-during-write':
        this.#requireTaken(act.slot);
        this.#requireReader().device.removeAfterWrittenBytes(act.slot, act.afterBytes);
        break;
      case 'meter-takes-card':
        this.#meterTakesCard(act.cardNo);
        break;
      case 'meter-uses':
        this.#meterUses(act.cardNo, act.litres);
        break;
      case 'paper':
        this.#requirePrinter().device.setPaper(act.state);
        this.#save({ printerPaper: act.state });
        break;
      case 'printer-silent':
        this.#requirePrinter().device.setSilent(act.silent);
        this.#save({ printerSilent: act.silent });
        break;
      case 'reader-plug':
        this.#requireReader();
        if (act.plugged !== this.#file.readerPlugged) await (act.plugged ? this.#plugReader() : this.#unplugReader());
        this.#save({ readerPlugged: act.plugged });
        break;
      case 'headquarters':
        // The bench only remembers it: the line to headquarters is the host's to cut.
        this.#save({ headquartersOnline: act.online });
        break;
    }
    this.#options.changed();
  }

  #insert(slot: number, cardNo: string): void {
    const reader = this.#requireReader();
    const card = this.#card(cardNo);
    if (this.#file.inReader[slot] !== undefined) throw refusal('slot-taken', { slot });
    if (Object.values(this.#file.inReader).includes(cardNo)) throw refusal('card-in-reader', { cardNo });
    try {
      reader.device.insert(slot, card);
    } catch (cause) {
      throw new Fault('HALL_REFUSED', { reason: 'no-such-slot', slot }, { cause });
    }
    const known = this.#file.cards.some((entry) => entry.cardNo === cardNo);
    const cards = known ? this.#file.cards : [...this.#file.cards, { cardNo, customerName: '', accountNo: '' }];
    this.#save({ cards, inReader: { ...this.#file.inReader, [slot]: cardNo } });
  }

  #meterTakesCard(cardNo: string): void {
    const card = this.#card(cardNo);
    if (Object.values(this.#file.inReader).includes(cardNo)) throw refusal('card-in-reader', { cardNo });
    const meter = this.#meterOf(cardNo);
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

  async #plugReader(): Promise<void> {
    const reader = this.#reader;
    await reader?.cable.plug((line) => reader.device.attach(line));
  }

  async #unplugReader(): Promise<void> {
    this.#reader?.device.detach();
    await this.#reader?.cable.unplug();
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
    this.#save({ meters: this.#file.meters.map((other) => (other.cardNo === meter.cardNo ? meter : other)) });
  }

  #card(cardNo: string): HallCard {
    const card = this.#cards.get(cardNo);
    if (card === null) throw refusal('no-such-card', { cardNo });
    return card;
  }

  #meterOf(cardNo: string): HallMeter {
    const meter = this.#file.meters.find((candidate) => candidate.cardNo === cardNo);
    if (meter === undefined) throw refusal('no-meter', { cardNo });
    return meter;
  }

  #requireMeterRules(): MeterRules {
    const rules = this.#options.meterRules;
    if (rules === null) throw refusal('no-meter-simulator');
    return rules;
  }

  #requireReader(): BenchReader {
    if (this.#reader === null) throw refusal('no-simulated-reader');
    return this.#reader;
  }

  #requirePrinter(): BenchPrinter {
    if (this.#printer === null) throw refusal('no-simulated-printer');
    return this.#printer;
  }

  #requireTaken(slot: number): void {
    if (this.#file.inReader[slot] === undefined) throw refusal('slot-empty', { slot });
  }
}

function refusal(reason: string, context: Readonly<Record<string, string | number>> = {}): Fault {
  return new Fault('HALL_REFUSED', { reason, ...context });
}

function without(inReader: Readonly<Record<string, string>>, slot: number): Record<string, string> {
  return Object.fromEntries(Object.entries(inReader).filter(([key]) => key !== String(slot)));
}
