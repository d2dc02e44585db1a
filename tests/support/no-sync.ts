// A counter without headquarters, for tests that are about something else.
import type { Sync } from '../../src/main/core/ports/sync.ts';

export const NO_SYNC: Sync = {
  state: () => ({
    state: 'not-configured',
    waiting: 0,
    behind: 0,
    lastContactMs: null,
    clockDifferenceMs: null,
    setAside: 0,
    openCases: 0,
    lastError: null,
  }),
  nudge: () => {},
  details: () => ({ queue: [], setAside: [], cases: [] }),
  enrol: async () => {},
};
