// Capability: an optical or RS-485 head that reads a meter at the counter or on the bench.

/** What a meter has counted since it was made, in whole units; what is less than one is cut off and stays in `registers`. */
export type MeterTotal =
  | { readonly unit: 'litre'; readonly litres: number }
  /** Negative only for a meter that nets what was fed in against what was drawn. */
  | { readonly unit: 'watt-hour'; readonly wattHours: number };

/** What a meter says about itself. */
export type MeterFlag = 'battery-low' | 'clock-battery-low' | 'valve-closed' | 'valve-fault';

/** One register as the meter sent it, before any conversion. */
export interface MeterRegister {
  /** The protocol's own name of it: data identifier or OBIS code. */
  readonly code: string;
  readonly value: string;
  /** The protocol's own word for the unit; empty where it has none. */
  readonly unit: string;
}

export interface MeterReading {
  /** Address or serial number as printed on the meter; null when the meter does not give it. */
  readonly meterAddress: string | null;
  readonly total: MeterTotal;
  readonly registers: readonly MeterRegister[];
  /** The meter's own clock as `YYYY-MM-DDThh:mm:ss`, local time of the meter; null when it gives none. */
  readonly clock: string | null;
  readonly flags: readonly MeterFlag[];
}

/** What a reading head can do. Reading changes nothing in the meter and may be repeated at will. */
export interface ReadingHead {
  /**
   * Reads the meter with this address; `any` reads the only meter that is within reach. Rejects with FRAME_SUM, FRAME_SHORT or FRAME_UNEXPECTED
   * (an answer of another meter) after the retries of the driver, DEVICE_NO_ANSWER when nothing answers, DEVICE_REJECTED with the meter's
   * own `meterCode` when it refuses, INPUT_INVALID for an address of another form, PORT_… when the line is gone, and the signal's reason
   * at once when it aborts.
   */
  read(meterAddress: string | 'any', signal: AbortSignal): Promise<MeterReading>;
}
