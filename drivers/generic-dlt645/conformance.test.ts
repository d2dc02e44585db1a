// The DL/T 645 driver keeps what every reading head's driver keeps.
import { readingHeadConformance } from '../kit/conformance/reading-head.ts';
import driver from './driver.ts';
import manifest from './manifest.json' with { type: 'json' };
import { simulator } from './simulator.ts';

readingHeadConformance({
  driver,
  manifest,
  simulator,
  meterAddresses: ['202107072529', '202107072530'],
  total: ({ whole, hundredths }) => ({ unit: 'watt-hour', wattHours: whole * 1_000 + hundredths * 10 }),
});
