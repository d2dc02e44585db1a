// Where the records of the plain card lie on an AT24C02. The records themselves are described in drivers/kit/layouts/records.ts.
import type { CardAccess, RecordMap } from '../kit/index.ts';

export const ACCESS: CardAccess = { chip: 'AT24C02' };

//     0–23   identity, pages 0 to 2
//    32–54   the purchase record, pages 4 to 6
//    64–93   return record, written by the meter alone, pages 8 to 11
//    the rest is free and stays as it is
export const MAP: RecordMap = { magic: [0x43, 0x50], version: 1, identity: 0, purchases: [32], meterReturn: 64 };
