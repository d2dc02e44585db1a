// What is the folder dock's own: its settings, and files too large for it.
import { expect, test } from 'vitest';
import { dockBytes, openFolderDock } from '../kit/conformance/dock-bench.ts';
import { createMemoryLine } from '../kit/testing/line.ts';
import { createManualTimers } from '../kit/testing/timers.ts';
import driver from './driver.ts';
import manifest from './manifest.json' with { type: 'json' };
import { simulator } from './simulator.ts';

const underTest = { driver, manifest, simulator };

test('a file that is too large does not hold up the others', async () => {
  const { shared, dock, run } = await openFolderDock({ ...underTest, options: { maxFileBytes: 1_000 } });
  shared.write('readings-1.csv', dockBytes(1_001));
  shared.write('readings-2.csv', dockBytes(1_000));
  const got = await run(dock.receive());
  expect(got).toMatchObject({
    files: [{ name: 'readings-2.csv' }],
    fault: { code: 'FRAME_UNEXPECTED', context: { reason: 'too-large', file: 'readings-1.csv' } },
  });
});

test('the pattern of incoming names stands for any characters, in any case, and for nothing else', async () => {
  const { shared, dock, run } = await openFolderDock({ ...underTest, options: { incoming: 'up*.(1).txt' } });
  for (const name of ['UP07.(1).TXT', 'up.(1).txt', 'up07.1.txt', 'sup07.(1).txt', 'up07.(1).txt.bak']) shared.write(name, dockBytes(3));
  expect((await run(dock.receive())).files.map(({ name }) => name)).toEqual(['UP07.(1).TXT', 'up.(1).txt']);
});

test.each<Readonly<Record<string, string | number>>>([
  { incoming: '*' },
  { incoming: '' },
  { incoming: 'a/b*' },
  { settleMs: 0 },
  { maxFileBytes: 0 },
])('refuses the settings %j', async (options) => {
  await expect(openFolderDock({ ...underTest, options })).rejects.toMatchObject({ code: 'SETTINGS_INVALID' });
});

test('a line in the place of a folder is refused', async () => {
  const timers = createManualTimers();
  const { host } = createMemoryLine(timers);
  const opening = driver.open({ transport: host, timers, options: manifest.options, trace: () => {} });
  await expect(opening).rejects.toMatchObject({ code: 'SETTINGS_INVALID' });
});
