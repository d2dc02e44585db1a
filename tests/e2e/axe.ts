// axe on the page as it stands.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { HOST } from './counter.ts';

/** Returns what axe finds serious or critical on the screen as it is. */
export async function serious(page: Page): Promise<string[]> {
  // In Electron a page of its own for the report cannot be opened; the older way runs in this one.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(HOST === 'electron').analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
}
