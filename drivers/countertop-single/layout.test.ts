// The layout keeps what every layout keeps.
import { cardLayoutConformance } from '../kit/conformance/card-layout.ts';
import layout from './layout.ts';
import manifest from './manifest.json' with { type: 'json' };
import { createMeter } from './meter-simulator.ts';

cardLayoutConformance({ layout, manifest, createMeter });
