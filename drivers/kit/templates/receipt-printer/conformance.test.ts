// The vendor-model driver keeps what every receipt printer's driver keeps.
import { receiptPrinterConformance } from '../../conformance/receipt-printer.ts';
import driver from './driver.ts';
import manifest from './manifest.json' with { type: 'json' };
import { simulator } from './simulator.ts';

receiptPrinterConformance({ driver, manifest, simulator });
