// A print queue with nothing in it, for tests that are about something else.
import type { Ports } from '../../src/main/core/ports/index.ts';

export const NO_PRINT_JOBS = { inState: () => [], forget: () => {} } as unknown as Ports['printJobs'];
