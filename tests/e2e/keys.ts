// Hands on the keyboard: strokes are counted, text is typed no faster than a person types, and a clerk stands at an account with an open shift.
import type { Page } from '@playwright/test';
import type { CounterClient } from '../../src/shared/contract/index.ts';
import { type CounterUnderTest, expect } from './counter.ts';

export interface CountedKeys {
  /** Each key pressed is one, letters typed too. */
  count(): number;
  press(...keys: readonly string[]): Promise<void>;
  type(text: string, ...then: readonly string[]): Promise<void>;
}

export function countedKeys(page: Page): CountedKeys {
  let count = 0;
  const press = async (...keys: readonly string[]): Promise<void> => {
    for (const key of keys) {
      count += 1;
      await page.keyboard.press(key);
    }
  };
  return {
    count: () => count,
    press,
    async type(text, ...then) {
      count += [...text].length;
      // As fast as a person: quicker than this is a scanner.
      await page.keyboard.type(text, { delay: 60 });
      await press(...then);
    },
  };
}

export async function staffOf(client: CounterClient, role: string): Promise<{ readonly staffNo: string; readonly password: string }> {
  const found = (await client.system.info({})).demoStaff.find((staff) => staff.role === role);
  if (found === undefined) throw new Error(`no ${role}`);
  return found;
}

/** Signs a clerk in on the page and beside it, and opens a shift with 2,000 yuan. */
export async function startShift({ page, connect }: CounterUnderTest): Promise<CounterClient> {
  const client = await connect();
  const clerk = await staffOf(client, 'clerk');
  await client.session.signIn({ staffNo: clerk.staffNo, password: clerk.password });
  await expect(page.getByTestId('staff-no')).toBeFocused();
  await page.keyboard.type(clerk.staffNo);
  await page.keyboard.press('Tab');
  await page.keyboard.type(clerk.password);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('shift-float')).toBeFocused();
  await page.keyboard.type('2000');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('open-shift')).toBeHidden();
  return client;
}

/** The one who is asked signs in at the counter. */
export async function signsHere(
  page: Page,
  keys: CountedKeys,
  who: { readonly staffNo: string; readonly password: string },
): Promise<void> {
  await expect(page.getByTestId('approval-staff')).toBeFocused();
  await keys.type(who.staffNo, 'Tab');
  await keys.type(who.password, 'Enter');
}
