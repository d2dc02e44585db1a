// The ESC/POS driver keeps what every receipt printer's and every cash drawer's driver keeps: at each paper width, and through HID reports.
import { cashDrawerConformance } from '../kit/conformance/cash-drawer.ts';
import { receiptPrinterConformance } from '../kit/conformance/receipt-printer.ts';
import { transcriptConformance } from '../kit/conformance/transcripts.ts';
import driver from './driver.ts';
import manifest from './manifest.json' with { type: 'json' };
import { simulator } from './simulator.ts';
import { behindReports } from './test-bench.ts';

const underTest = { driver, manifest, simulator };
receiptPrinterConformance(underTest);
// 80 mm paper with wider characters, and 58 mm.
for (const columns of [42, 32]) receiptPrinterConformance({ ...underTest, options: { columns } });
// Printers that know less than the one simulated: as the driver finds out by itself, and as it is told.
receiptPrinterConformance({ ...underTest, options: { jobNumbers: false } });
for (const reportLengthByte of [true, false])
  receiptPrinterConformance({
    ...underTest,
    simulator: behindReports(simulator, { reportBytes: 64, lengthByte: reportLengthByte }),
    options: { reportBytes: 64, reportLengthByte },
    wholeMessages: true,
  });
cashDrawerConformance({ ...underTest, answers: true });
cashDrawerConformance({ ...underTest, options: { oneWay: true }, answers: false });
transcriptConformance({ ...underTest, folder: import.meta.dirname });
