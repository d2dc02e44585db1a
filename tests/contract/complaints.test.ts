// What clerks and managers complain about elsewhere, each with the tests that show it cannot happen here. The tests exist, under these very titles.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const CHARGING = 'tests/contract/complaints-charging.test.ts';

/** File and title of each test, by complaint. Complaints about sessions, cash and updates are not the counter's business of today. */
const COMPLAINTS: Readonly<Record<string, readonly (readonly [file: string, title: string])[]>> = {
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
