// The HID reader's driver keeps what every card reader's driver keeps.
import { cardReaderConformance } from '../kit/conformance/card-reader.ts';
import { transcriptConformance } from '../kit/conformance/transcripts.ts';
import { withSum16 } from '../kit/index.ts';
import driver from './driver.ts';
import manifest from './manifest.json' with { type: 'json' };
import { REPORT_BYTES } from './reports.ts';
import { simulator } from './simulator.ts';

cardReaderConformance({ driver, manifest, simulator });

/** Returns the reports, the host's behind its report number, with their sums right again. */
function complete(bytes: Uint8Array): Uint8Array {
  const number = bytes.length % REPORT_BYTES;
  const count = Math.floor(bytes.length / REPORT_BYTES);
  const reports = Array.from({ length: count }, (_, index) => {
    const at = number + index * REPORT_BYTES;
    return withSum16(bytes.slice(at, at + REPORT_BYTES - 2));
  });
  return Uint8Array.from([...bytes.subarray(0, number), ...reports.flatMap((report) => [...report])]);
}

transcriptConformance({ driver, manifest, simulator, folder: import.meta.dirname, complete });
