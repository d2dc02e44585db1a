// A counter that serves its own branch only, for tests that are about something else.
import type { Ports } from '../../src/main/core/ports/index.ts';

export const NO_VISITS: Ports['visits'] = {
  find: async () => [],
  prepare: async () => {},
  note: () => null,
  left: () => null,
  boundsOwnCards: () => false,
};
