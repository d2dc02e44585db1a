// The CJ/T 188 driver keeps what every reading head's driver keeps.
import { readingHeadConformance } from '../kit/conformance/reading-head.ts';
import driver from './driver.ts';
import manifest from './manifest.json' with { type: 'json' };
import { simulator } from './simulator.ts';

readingHeadConformance({
  driver,
  manifest,
  simulator,
  meterAddresses: ['33780012345678', '33780012345687'],
  total: ({ whole, hundredths }) => ({ unit: 'litre', litres: whole * 1_000 + hundredths * 10 }),
});
