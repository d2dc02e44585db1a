// The meter's return record on a Countertop card, as issueCard wants it.
import { MAP } from '../../drivers/countertop-card/records.ts';
import { encodeMeterReturn } from '../../drivers/kit/index.ts';
import type { MeterReturn } from '../../src/shared/domain/card-layout.ts';

export function writeReturn(image: Uint8Array, report: MeterReturn): void {
  image.set(encodeMeterReturn(report), MAP.meterReturn);
}
