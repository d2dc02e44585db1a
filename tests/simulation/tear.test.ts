// Cards on SLE4442 pulled after every byte: see tests/support/tear-suite.ts.
import { LAYOUTS } from '../support/hall-cards.ts';
import { describeTears } from '../support/tear-suite.ts';

for (const kind of LAYOUTS) describeTears(kind, { first: 5, second: 3 });
