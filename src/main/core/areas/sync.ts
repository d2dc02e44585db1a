// Calls of the area sync: replication.
import type { Guard } from '../guard.ts';

export const syncArea = ({ guarded, ports }: Guard) => ({ state: guarded.sync.state.handler(() => ports.sync.state()) });
