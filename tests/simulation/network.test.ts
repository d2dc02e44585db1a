// The whole network from seeds: branches, counters with their clerks, a line with every fault, crashes and restored backups on both sides. In the end
// everybody agrees, and with the auditor. `npm run simulate -- --seed N --operations 2000` lives any seed in any size.
import { liveSeeds } from '../support/network/lived-seeds.ts';

liveSeeds({ first: 1, count: 100, on: 'PGlite' });
