// Test projects: unit (beside the files, contract, property, simulation, migrations). End-to-end tests run under playwright.
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Many tests wait for real processes and lines: one more than there are cores keeps the cores busy.
    maxWorkers: availableParallelism() + 1,
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'src/**/*.test.ts',
            'src/**/*.test.tsx',
            'drivers/**/*.test.ts',
            'migrations/**/*.test.ts',
            'tests/{contract,property,simulation,migrations,support}/**/*.test.ts',
          ],
          environment: 'node',
          globalSetup: ['tests/support/postgres-shared.ts'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
    ],
  },
});
