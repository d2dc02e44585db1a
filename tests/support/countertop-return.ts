// The meter's return record on a Countertop card, as issueCard wants it.
import { encodeMeterReturn, METER_RETURN } from '../../drivers/countertop-card/records.ts';
import type { MeterReturn } from '../../src/shared/domain/card-layout.ts';

export function writeReturn(image: Uint8Array, report: MeterReturn): void {
  image.set(encodeMeterReturn(report), METER_RETURN.from);
}
