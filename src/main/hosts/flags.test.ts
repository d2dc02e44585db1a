// Tests of the command line.
import { expect, test } from 'vitest';
import { readFlags, writeFlags } from './flags.ts';

test('flags are read and can be passed on', () => {
  const flags = readFlags(['--no-open', '--port', '0', '--data', '/d', '--loopback']);
  expect(flags).toEqual({ dataDir: '/d', port: 0, open: false, host: 'loopback', demoAccounts: null, prepareOnly: false });
  expect(readFlags(writeFlags(flags))).toEqual({ ...flags, host: null });
  expect(readFlags([])).toMatchObject({ port: null, open: true, host: null });
  expect(writeFlags(readFlags(['--demo-accounts', '300', '--data', '/d']))).toEqual(['--data', '/d', '--demo-accounts', '300']);
  expect(readFlags(['--prepare-only']).prepareOnly).toBe(true);
  expect(readFlags(['--host', 'electron']).host).toBe('electron');
});

test.each([
  [['--port', 'x'], '--port'],
  [['--port', '70000'], '--port'],
  [['--demo-accounts', '3'], '--demo-accounts'],
  [['--host', '0.0.0.0'], '127.0.0.1 only'],
  [['--surprise'], '--surprise'],
])('%j is refused with a sentence', (args, sentence) => {
  expect(() => readFlags(args)).toThrow(sentence);
});
