// Test projects: unit (beside the files, contract, property, simulation, migrations). End-to-end tests run under playwright.
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The files that take minutes come first, else the last of them runs alone while the other cores wait. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) =>
      /simulation\/network/.test(moduleId) ? 0 : /tests\/(simulation|property)\//.test(moduleId) ? 1 : 2;
    return (await super.sort(files)).toSorted((left, right) => rank(left) - rank(right));
  }
}

export default defineConfig({
  test: {
    // Many tests wait for real processes and lines: one more than there are cores keeps the cores busy.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: LongestFirst },
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
