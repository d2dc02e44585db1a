// Meters: from the store to the customer's wall and back.
import type { Supplied } from './commodity.ts';

/** Where a meter that comes off goes: from repair and from its maker it comes back into the store with a new verification. */
export const METER_GOES = ['in-store', 'in-repair', 'to-maker', 'scrapped'] as const;
export type MeterGoes = (typeof METER_GOES)[number];

/** Where a meter is. */
export type MeterPlace = MeterGoes | 'installed';

/** `supply`: what it measures; it never hangs at another account. */
export interface MeterDetail extends Supplied {
  readonly model: string;
  /** Layout of the cards it takes; '' for an ordinary meter. */
  readonly layoutId: string;
  /** Date to which its verification holds; '' when not known. */
  readonly verifiedUntil: string;
  readonly installedOn: string;
  /** What it showed when it was installed; ordinary meters count from here. */
  readonly firstReadingLitres: number;
  /** What it showed last, and when; the reading at installation until another is taken. */
  readonly lastReadingLitres: number;
  readonly lastReadOn: string;
  /** The reading up to which the use of an ordinary meter has been billed, and its date; '' when not known. */
  readonly billedLitres: number;
  readonly billedOn: string;
}

export const UNKNOWN_METER_DETAIL: MeterDetail = {
  model: '',
  layoutId: '',
  verifiedUntil: '',
  installedOn: '',
  firstReadingLitres: 0,
  lastReadingLitres: 0,
  lastReadOn: '',
  billedLitres: 0,
  billedOn: '',
};

export interface MeterPayloads {
  'meter.registered': Supplied & {
    readonly meterNo: string;
    readonly make: string;
    readonly model: string;
    readonly kind: 'ic' | 'ordinary';
    readonly layoutId: string;
    readonly verifiedUntil: string;
  };
  'meter.installed': { readonly meterNo: string; readonly readingLitres: number; readonly on: string; readonly requestId: string };
  /** One act: the old meter comes off, the new one goes on, and what the customer had left in the old one is owed in gas. */
  'meter.exchanged': {
    readonly oldMeterNo: string;
    readonly finalReadingLitres: number;
    /** Bought volume that was left in the old meter and on its card. */
    readonly carriedLitres: number;
    readonly newMeterNo: string;
    readonly firstReadingLitres: number;
    readonly on: string;
    readonly reason: string;
    readonly oldMeterGoes: MeterGoes;
    readonly requestId: string;
    /** Who allowed more to be carried over than the ledger knew of; '' where nobody had to. */
    readonly approvedBy?: string;
  };
  'meter.removed': {
    readonly meterNo: string;
    readonly finalReadingLitres: number;
    readonly on: string;
    readonly goes: MeterGoes;
    readonly requestId: string;
  };
  /** `intoStore`: it was in repair or with its maker and is in the store again. */
  'meter.reverified': { readonly meterNo: string; readonly verifiedUntil: string; readonly intoStore?: boolean };
  /** Somebody has read the meter. `billed`: its use up to this reading is on a bill, so that the next one goes on from here. */
  'meter.read': {
    readonly meterNo: string;
    readonly readingLitres: number;
    readonly on: string;
    readonly billed: boolean;
    /** '' where it was no service request. */
    readonly requestId: string;
  };
}
export type MeterKind = keyof MeterPayloads;

export const METER_KINDS = [
  'meter.registered',
  'meter.installed',
  'meter.exchanged',
  'meter.removed',
  'meter.reverified',
  'meter.read',
] as const satisfies readonly MeterKind[];

/** A meter with all that is known of it. */
export interface WholeMeter {
  readonly meterNo: string;
  /** '' while it hangs nowhere. */
  readonly accountId: string;
  readonly make: string;
  readonly kind: 'ic' | 'ordinary';
  readonly loadedSequence: number;
  readonly remainingLitres: number;
  readonly cumulativeUseLitres: number;
  readonly faults: number;
  readonly place: MeterPlace;
  readonly detail: MeterDetail;
}

export interface MeterTables {
  getMeter(meterNo: string): WholeMeter | null;
  insertMeter(meter: WholeMeter): void;
  updateMeter(meter: WholeMeter): void;
  /** Adds to the gas that is owed to an account and not yet on a card, litres. */
  addVolumeOwed(accountId: string, litres: number): void;
}

/** Whether a meter in this place can come back into the store. */
export function isAway(place: MeterPlace): boolean {
  return place === 'in-repair' || place === 'to-maker';
}

/** A fact about meters with what its fold needs. */
export type MeterOperation = {
  [K in MeterKind]: { readonly kind: K; readonly payload: MeterPayloads[K]; readonly accountId: string };
}[MeterKind];

/** Whether a kind of operation belongs here. */
export function isMeters<T extends { readonly kind: string }>(operation: T): operation is T & { readonly kind: MeterKind } {
  return (METER_KINDS as readonly string[]).includes(operation.kind);
}

/** Applies one fact. Throws RangeError on a meter that is not where the fact needs it. */
export function foldMeters(operation: MeterOperation, tables: MeterTables): void {
  const { accountId } = operation;
  switch (operation.kind) {
    case 'meter.registered': {
      const { meterNo, make, kind, model, layoutId, verifiedUntil, supply } = operation.payload;
      tables.insertMeter({
        ...NEW_METER,
        meterNo,
        make,
        kind,
        detail: { ...UNKNOWN_METER_DETAIL, model, layoutId, verifiedUntil, ...(supply === undefined ? {} : { supply }) },
      });
      return;
    }
    case 'meter.installed': {
      const { meterNo, readingLitres, on } = operation.payload;
      install(tables, { meterNo, accountId, readingLitres, on });
      return;
    }
    case 'meter.exchanged': {
      const { oldMeterNo, finalReadingLitres, carriedLitres, newMeterNo, firstReadingLitres, on, oldMeterGoes } = operation.payload;
      if (oldMeterNo === newMeterNo) throw new RangeError('operation exchanges a meter for itself');
      remove(tables, { meterNo: oldMeterNo, accountId, finalReadingLitres, on, goes: oldMeterGoes });
      install(tables, { meterNo: newMeterNo, accountId, readingLitres: firstReadingLitres, on });
      if (carriedLitres > 0) tables.addVolumeOwed(accountId, carriedLitres);
      return;
    }
    case 'meter.removed':
      remove(tables, { ...operation.payload, accountId });
      return;
    case 'meter.reverified': {
      const { meterNo, verifiedUntil, intoStore = false } = operation.payload;
      const meter = requireMeter(tables, meterNo);
      if (intoStore && !isAway(meter.place)) throw new RangeError(`meter ${meterNo} comes back from ${meter.place}`);
      const place = intoStore ? 'in-store' : meter.place;
      tables.updateMeter({ ...meter, place, detail: { ...meter.detail, verifiedUntil } });
      return;
    }
    case 'meter.read': {
      const { meterNo, readingLitres, on, billed } = operation.payload;
      const meter = requireMeter(tables, meterNo);
      if (meter.accountId !== accountId) throw new RangeError('operation reads a meter that hangs elsewhere');
      const seen = { ...meter.detail, lastReadingLitres: readingLitres, lastReadOn: on };
      tables.updateMeter({ ...meter, detail: billed ? { ...seen, billedLitres: readingLitres, billedOn: on } : seen });
    }
  }
}

const NEW_METER = {
  accountId: '',
  loadedSequence: 0,
  remainingLitres: 0,
  cumulativeUseLitres: 0,
  faults: 0,
  place: 'in-store',
} as const;

function requireMeter(tables: MeterTables, meterNo: string): WholeMeter {
  const meter = tables.getMeter(meterNo);
  if (meter === null) throw new RangeError(`operation names an unknown meter ${meterNo}`);
  return meter;
}

function install(
  tables: MeterTables,
  act: { readonly meterNo: string; readonly accountId: string; readonly readingLitres: number; readonly on: string },
): void {
  const meter = requireMeter(tables, act.meterNo);
  if (meter.place !== 'in-store') throw new RangeError('operation installs a meter that is not in store');
  tables.updateMeter({
    ...meter,
    ...NEW_METER,
    accountId: act.accountId,
    place: 'installed',
    detail: {
      ...meter.detail,
      installedOn: act.on,
      firstReadingLitres: act.readingLitres,
      lastReadingLitres: act.readingLitres,
      lastReadOn: act.on,
      billedLitres: act.readingLitres,
      billedOn: act.on,
    },
  });
}

function remove(
  tables: MeterTables,
  act: {
    readonly meterNo: string;
    readonly accountId: string;
    readonly finalReadingLitres: number;
    readonly on: string;
    readonly goes: MeterGoes;
  },
): void {
  const meter = requireMeter(tables, act.meterNo);
  if (meter.place !== 'installed' || meter.accountId !== act.accountId)
    throw new RangeError('operation removes a meter that hangs elsewhere');
  tables.updateMeter({
    ...meter,
    accountId: '',
    place: act.goes,
    detail: { ...meter.detail, lastReadingLitres: act.finalReadingLitres, lastReadOn: act.on },
  });
}
