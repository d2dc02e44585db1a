// What the demo hall remembers besides the cards: lines, who holds which card, the meters.
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { deviceSlotSchema } from '../../shared/contract/devices.ts';
import { Fault } from '../../shared/domain/fault.ts';
import { writeJsonAtomic } from '../processes/atomic-file.ts';

/** A meter as it hangs on the customer's wall, or a spare one. */
const meterSchema = z.strictObject({
  meterNo: z.string(),
  /** Layout of the cards that it takes; '' in the files of the first demo halls, which had one. */
  layoutId: z.string().default(''),
  /** The card that it had last; '' on a spare one. */
  cardNo: z.string(),
  regionCode: z.string(),
  /** '' on a spare one: the first card it takes says whose it is. */
  accountNo: z.string(),
  /** What it measures; left out for gas. */
  supply: z.literal('power').optional(),
  loadedSequence: z.int(),
  remainingLitres: z.int(),
  cumulativeUseLitres: z.int(),
  faults: z.int(),
  /** What a price-set card has brought. */
  prices: z
    .strictObject({
      effectiveFrom: z.string(),
      supply: z.literal('power').optional(),
      limitsLitres: z.array(z.int()),
      pricesFenPerM3: z.array(z.int()),
    })
    .optional(),
  lastResult: z.string(),
});
export type HallMeter = z.infer<typeof meterSchema>;

/** A card that lies at the bench. */
const handCardSchema = z.strictObject({ cardNo: z.string(), customerName: z.string(), accountNo: z.string() });
export type HandCard = z.infer<typeof handCardSchema>;

const deviceMemorySchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
/** What the bench remembers of one device, by name: its plug, its paper. */
export type DeviceMemory = z.infer<typeof deviceMemorySchema>;

const hallFileSchema = z.strictObject({
  /** Loopback ports of the simulated devices; where a device has a pseudo terminal the port is used on Windows only. */
  ports: z.partialRecord(deviceSlotSchema, z.int()),
  cards: z.array(handCardSchema),
  /** Card numbers in the reader, by slot number. */
  inReader: z.record(z.string(), z.string()),
  meters: z.array(meterSchema),
  devices: z.partialRecord(deviceSlotSchema, deviceMemorySchema),
  headquartersOnline: z.boolean(),
});
export type HallFile = z.infer<typeof hallFileSchema>;

/** The form of the first demo halls, which had two devices. */
const firstFormSchema = z
  .strictObject({
    ...hallFileSchema.omit({ ports: true, devices: true }).shape,
    readerPort: z.int(),
    printerPort: z.int(),
    readerPlugged: z.boolean(),
    printerPaper: z.string(),
    printerSilent: z.boolean(),
  })
  .transform(
    ({ readerPort, printerPort, readerPlugged, printerPaper, printerSilent, ...rest }): HallFile => ({
      ...rest,
      ports: { reader: readerPort, printer: printerPort },
      devices: { reader: { plugged: readerPlugged }, printer: { paper: printerPaper, silent: printerSilent } },
    }),
  );

/** Returns the file's content, also of an older form. Throws HALL_UNAVAILABLE when it is missing or not as it should be. */
export function loadHallFile(file: string): HallFile {
  try {
    return z.union([hallFileSchema, firstFormSchema]).parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new Fault('HALL_UNAVAILABLE', { reason: 'hall.json' }, { cause });
  }
}

/** Writes the file so that a kill leaves the old or the new one. */
export function saveHallFile(file: string, content: HallFile): void {
  writeJsonAtomic(file, content);
}
