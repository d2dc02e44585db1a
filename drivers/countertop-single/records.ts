// Where the records of the single-record card lie on an SLE4442. The records themselves are described in drivers/kit/layouts/records.ts.
import type { RecordMap } from '../kit/index.ts';

export const IMAGE_BYTES = 256;

//     0–7    the chip's own (ATR A2 13 10 91 and manufacturer's bytes); never written
//     8–31   identity, all of it protectable
//    48–70   the purchase record
//    80–109  return record, written by the meter alone
//    the rest is free and stays as it is
export const MAP: RecordMap = { magic: [0x43, 0x53], version: 1, identity: 8, purchases: [48], meterReturn: 80 };
