// The other hundred seeds of the network.
import { liveSeeds } from '../support/network/lived-seeds.ts';

liveSeeds({ first: 101, count: 100 });
