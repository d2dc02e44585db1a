// The ESC/P-K driver keeps what every form printer's driver keeps: of models that answer and that do not, with each way to place and to measure.
import { formPrinterConformance } from '../kit/conformance/form-printer.ts';
import { transcriptConformance } from '../kit/conformance/transcripts.ts';
import driver from './driver.ts';
import manifest from './manifest.json' with { type: 'json' };
import { simulator } from './simulator.ts';

const underTest = { driver, manifest, simulator };
const step = (perInch: number) => ({ xTenthMm: 254 / perInch, yTenthMm: 254 / 180 });

formPrinterConformance({ ...underTest, answers: false, step: step(180) });
formPrinterConformance({ ...underTest, options: { oneWay: false }, answers: true, step: step(180) });
formPrinterConformance({ ...underTest, options: { pageLength: 'units' }, answers: false, step: step(180) });
formPrinterConformance({ ...underTest, options: { finePerInch: 120 }, answers: false, step: step(120) });
formPrinterConformance({ ...underTest, options: { finePerInch: 60 }, answers: false, step: step(60) });
transcriptConformance({ ...underTest, folder: import.meta.dirname });
