// Cards on other chips pulled inside every page, block and piece: see tests/support/tear-suite.ts.
import { CHIP_LAYOUTS } from '../support/hall-cards.ts';
import { describeTears } from '../support/tear-suite.ts';

for (const kind of CHIP_LAYOUTS) describeTears(kind, { first: 9, second: 10 });
