// Where the records lie on a Mifare Classic S50. The records themselves are described in drivers/kit/layouts/records.ts.
import type { CardAccess, RecordMap } from '../kit/index.ts';

/** The image: three data blocks of each of these sectors. */
export const ACCESS: CardAccess = { chip: 'MIFARE-S50', sectors: [1, 2, 3, 4] };

//   image      card
//     0–23     sector 1, blocks 4 and 5    identity
//    48–70     sector 2, blocks 8 and 9    purchase record A
//    96–118    sector 3, blocks 12 and 13  purchase record B
//   144–173    sector 4, blocks 16 and 17  return record, written by the meter alone
//   the rest is free and stays as it is
export const MAP: RecordMap = { magic: [0x43, 0x4d], version: 1, identity: 0, purchases: [48, 96], meterReturn: 144 };
