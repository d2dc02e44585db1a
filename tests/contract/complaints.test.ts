// What clerks and managers complain about elsewhere, each with the tests that show it cannot happen here. The tests exist, under these very titles.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const CHARGING = 'tests/contract/complaints-charging.test.ts';

/** File and title of each test, by complaint. Those about updates are the fleet's. */
const COMPLAINTS: Readonly<Record<string, readonly (readonly [file: string, title: string])[]>> = {
  'same invoice synchronised twice after an outage': [
    ['tests/simulation/synchronised-once.test.ts', 'the same invoice synchronised twice after an outage'],
  ],
  'one bad row blocks the whole queue until somebody edits JSON': [
    ['tests/simulation/synchronised-once.test.ts', 'one bad row blocks the whole queue'],
    ['tests/simulation/settling.test.ts', 'stays where it was made until it is settled, and is made again with its text corrected'],
  ],
  'unsynchronised sales land in a later session and its cash no longer matches': [
    ['tests/contract/shifts.test.ts', 'unsynchronised sales land in a later session and its cash no longer matches'],
    ['tests/simulation/day-close.test.ts', 'sends late enters the next close once, named by its origin'],
  ],
  'second close of the day counts the first again': [
    ['tests/simulation/day-close.test.ts', 'a second close of the day counts only what is new'],
  ],
  'Chinese printed as garbage': [
    ['tests/simulation/printer-over-serial.test.ts', 'prints a Chinese receipt, opens the drawer and proves that the paper came out'],
    [
      'drivers/generic-escpos/render.test.ts',
      'begins with initialise, switches Chinese mode on before Chinese and off at the end, and cuts',
    ],
  ],
  'the drawer does not open because another device is offline': [
    [CHARGING, 'without paper the drawer opens all the same'],
    ['tests/simulation/receipt-proof.test.ts', 'opens the drawer for the change although the printer refuses the job'],
  ],
  "the next customer sees the previous one's data": [
    ['tests/e2e/accounts.spec.ts', 'the next customer sees the previous one’s data after a card swap'],
    [CHARGING, 'a receipt names the accounts it is for and nobody else'],
  ],
  'a reversal does not give the balance back': [
    [CHARGING, 'charges, late fee, credit, drawer and ledger are as before, with a receipt of its own'],
    ['tests/property/business-calls.test.ts', 'reverses a top-up: balance, card and tier use are as before'],
  ],
  "a meter exchange keeps the old vendor's card parameters": [
    [
      'tests/simulation/card-refusals.test.ts',
      'a meter exchange keeps the old vendor’s card parameters so that the new meter rejects the card',
    ],
  ],
  'three print prompts in a row': [[CHARGING, 'a payment prints by one call, and a lost job is asked about once and never printed again']],
  'receipt duplicated by a reprint': [
    [CHARGING, 'a reprint bears its count, the same number and the same content, and is no second receipt'],
  ],
  '"connected" although the device is off': [
    ['tests/simulation/device-lines.test.ts', 'unplugged in the middle of a write: unknown, down, and ready again with the plug'],
  ],
  '"error" although the receipt was printed': [
    [
      'tests/simulation/receipt-proof.test.ts',
      'asks the printer as soon as a job has broken off, and no clerk when it proves that the paper came out',
    ],
  ],
};

describe.each(Object.entries(COMPLAINTS))('complaint: %s', (_complaint, tests) => {
  it.each(tests)('is answered in %s by "%s"', (file, title) => {
    expect(existsSync(join(ROOT, file))).toBe(true);
    expect(readFileSync(join(ROOT, file), 'utf8')).toContain(title);
  });
});
