// Port to replication: the core only asks how it stands.
import type { z } from 'zod';
import type { syncStateSchema } from '../../../shared/contract/sync.ts';

export type SyncState = z.infer<typeof syncStateSchema>;

export interface Sync {
  state(): SyncState;
  /** Something was appended; send soon. */
  nudge(): void;
}
