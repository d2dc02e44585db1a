// The application of the CPU card and where its records lie. The records themselves are described in drivers/kit/layouts/records.ts.
import type { AccessOf, RecordMap } from '../kit/index.ts';

/** Proprietary identifiers: F0, then CTGAS or CTSAM in ASCII, then the version. */
export const ACCESS: AccessOf<'CPU'> = {
  chip: 'CPU',
  applicationId: 'F0435447415301',
  files: [
    { sfi: 0x15, bytes: 32 },
    { sfi: 0x16, bytes: 64 },
    { sfi: 0x17, bytes: 32 },
  ],
  keyId: 0x01,
  psamApplicationId: 'F0435453414D01',
};

//   image      file
//     0–23     15, from 0    identity
//    32–54     16, from 0    purchase record A
//    64–86     16, from 32   purchase record B
//    96–125    17, from 0    return record, written by the meter alone
export const MAP: RecordMap = { magic: [0x43, 0x43], version: 1, identity: 0, purchases: [32, 64], meterReturn: 96 };
