// What the demo hall remembers besides the cards: lines, who holds which card, the meters.
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { Fault } from '../../shared/domain/fault.ts';
import { writeJsonAtomic } from '../processes/atomic-file.ts';

/** A meter as it hangs on the customer's wall. */
const meterSchema = z.strictObject({
  meterNo: z.string(),
  cardNo: z.string(),
  regionCode: z.string(),
  accountNo: z.string(),
  loadedSequence: z.int(),
  remainingLitres: z.int(),
  cumulativeUseLitres: z.int(),
  faults: z.int(),
  lastResult: z.string(),
});
export type HallMeter = z.infer<typeof meterSchema>;

/** A card that lies at the bench. */
const handCardSchema = z.strictObject({ cardNo: z.string(), customerName: z.string(), accountNo: z.string() });
export type HandCard = z.infer<typeof handCardSchema>;

const hallFileSchema = z.strictObject({
  /** Loopback ports of the simulated devices; the reader's is used on Windows only, which has no PTY. */
  readerPort: z.int(),
  printerPort: z.int(),
  cards: z.array(handCardSchema),
  /** Card numbers in the reader, by slot number. */
  inReader: z.record(z.string(), z.string()),
  meters: z.array(meterSchema),
  readerPlugged: z.boolean(),
  printerPaper: z.enum(['ok', 'near-end', 'out']),
  printerSilent: z.boolean(),
  headquartersOnline: z.boolean(),
});
export type HallFile = z.infer<typeof hallFileSchema>;

/** Throws HALL_UNAVAILABLE when the file is missing or not as it should be. */
export function loadHallFile(file: string): HallFile {
  try {
    return hallFileSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new Fault('HALL_UNAVAILABLE', { reason: 'hall.json' }, { cause });
  }
}

/** Writes the file so that a kill leaves the old or the new one. */
export function saveHallFile(file: string, content: HallFile): void {
  writeJsonAtomic(file, content);
}
