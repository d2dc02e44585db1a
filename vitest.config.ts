// Test projects: unit (beside the files, contract, property, simulation, migrations). End-to-end tests run under playwright.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
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
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
    ],
  },
});
