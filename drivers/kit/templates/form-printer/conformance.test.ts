// The vendor-model driver keeps what every form printer's driver keeps.
import { formPrinterConformance } from '../../conformance/form-printer.ts';
import { transcriptConformance } from '../../conformance/transcripts.ts';
import driver from './driver.ts';
import manifest from './manifest.json' with { type: 'json' };
import { simulator } from './simulator.ts';

const underTest = { driver, manifest, simulator };
formPrinterConformance({ ...underTest, answers: true, step: { xTenthMm: 1, yTenthMm: 1 } });
transcriptConformance({ ...underTest, folder: import.meta.dirname });
