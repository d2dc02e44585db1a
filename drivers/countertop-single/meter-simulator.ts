// The meter of a customer with a single-record card.
import { createRecordMeter, type Meter, type MeterOptions } from '../kit/index.ts';
import layout from './layout.ts';
import { MAP } from './records.ts';

export type { Meter, MeterCard, MeterOptions } from '../kit/index.ts';

/** Returns a meter. Throws RangeError on values no meter can hold. */
export function createMeter(options: MeterOptions): Meter {
  return createRecordMeter({ layout, map: MAP }, options);
}
