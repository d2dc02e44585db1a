// A counter without headquarters, for tests that are about something else.

import type { Sync } from '../../src/main/core/ports/sync.ts';
import { Fault } from '../../src/shared/domain/fault.ts';

export const NO_SYNC: Sync = {
  state: () => ({
    state: 'not-configured',
    waiting: 0,
    behind: 0,
    lastContactMs: null,
    clockDifferenceMs: null,
    setAside: 0,
    openCases: 0,
    firstLoad: null,
    neighbours: null,
    lastError: null,
  }),
  nudge: () => {},
  details: () => ({ queue: [], setAside: [], cases: [] }),
  refusedDocuments: () => [],
  lookUp: async () => {
    throw new Fault('HEADQUARTERS_UNREACHABLE', { reason: 'offline' });
  },
  enrol: async () => {},
  sumsOf: async () => {
    throw new Fault('HEADQUARTERS_UNREACHABLE', { reason: 'offline' });
  },
  renew: () => Promise.reject(new Fault('HEADQUARTERS_UNREACHABLE', { reason: 'offline' })),
  papers: {
    nudge: () => {},
    heldOf: () => Promise.reject(new Fault('HEADQUARTERS_UNREACHABLE', { reason: 'offline' })),
  },
  replica: {
    cases: () => [],
    setAside: () => ({ rows: [], total: 0 }),
    operation: () => null,
    operationById: () => null,
    leaveOut: () => {},
  },
};
