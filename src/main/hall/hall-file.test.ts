// The hall's file: what the first demo halls wrote still opens.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { loadHallFile, saveHallFile } from './hall-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'countertop-hall-file-'));
const file = join(folder, 'hall.json');
afterAll(() => rmSync(folder, { recursive: true }));

const COMMON = {
  cards: [{ cardNo: 'A', customerName: '', accountNo: '1' }],
  inReader: { '1': 'A' },
  meters: [],
  headquartersOnline: false,
};

it('opens the form that had two devices, and is written in the new one', () => {
  writeFileSync(
    file,
    JSON.stringify({ ...COMMON, readerPort: 41, printerPort: 42, readerPlugged: false, printerPaper: 'out', printerSilent: true }),
  );
  const content = loadHallFile(file);
  const expected = {
    ...COMMON,
    ports: { reader: 41, printer: 42 },
    devices: { reader: { plugged: false }, printer: { paper: 'out', silent: true } },
  };
  expect(content).toEqual(expected);
  saveHallFile(file, content);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(expected);
  expect(loadHallFile(file)).toEqual(expected);
});

it('refuses a file of neither form', () => {
  writeFileSync(file, JSON.stringify({ ...COMMON, ports: { toaster: 1 }, devices: {} }));
  expect(() => loadHallFile(file)).toThrow('HALL_UNAVAILABLE');
});
