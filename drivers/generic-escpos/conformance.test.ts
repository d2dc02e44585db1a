// The ESC/POS driver keeps what every receipt printer's driver keeps.
import { receiptPrinterConformance } from '../kit/conformance/receipt-printer.ts';
import { transcriptConformance } from '../kit/conformance/transcripts.ts';
import driver from './driver.ts';
import manifest from './manifest.json' with { type: 'json' };
import { simulator } from './simulator.ts';

const underTest = { driver, manifest, simulator };
receiptPrinterConformance(underTest);
transcriptConformance({ ...underTest, folder: import.meta.dirname });
