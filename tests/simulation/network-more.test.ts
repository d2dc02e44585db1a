// The other hundred seeds of the network, and a few with headquarters on a real PostgreSQL.
import { liveSeeds } from '../support/network/lived-seeds.ts';

liveSeeds({ first: 101, count: 100, on: 'PGlite' });
liveSeeds({ first: 201, count: 5, on: 'PostgreSQL' });
