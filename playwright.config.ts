// End-to-end tests: the same spec files on the host named by COUNTERTOP_HOST (loopback or electron). Run through scripts/test-e2e.ts.
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'tests/e2e',
  // What the hosts can differ in; the business behind the screens is the same core and is tested on the loopback host.
  testMatch: process.env.COUNTERTOP_HOST === 'electron' ? /(accessibility|devices|host|topup)\.spec\.ts$/ : '*.spec.ts',
  // One counter at a time: the machines that run this are small, and a counter is several processes.
  workers: 1,
  fullyParallel: false,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  // A slow machine gets a second try. What needed it is named "flaky" at the end of the run: a fault to look into, not noise.
  retries: 1,
  reporter: [['list']],
  outputDir: 'test-results',
  // A trace costs every step as much again: ask for one with --trace retain-on-failure.
  use: { screenshot: 'only-on-failure', trace: 'off', locale: 'zh-CN' },
});
