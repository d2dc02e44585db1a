// What a sale does on a loaded card: the company's word counts where the layout can do it, and nowhere else.
import { describe, expect, it } from 'vitest';
import { LOADED_SALES } from './card-layout.ts';
import { loadedSaleOf } from './policy.ts';

describe('a sale on a loaded card', () => {
  const able = { id: 'able', sellWhileLoaded: { byDefault: 'warn', ways: ['warn', 'add'] } } as const;

  it('is as the layout says until the policy names the layout', () => {
    expect(loadedSaleOf(able, {})).toBe('warn');
    expect(loadedSaleOf(able, { sellWhileLoaded: { other: 'add' } })).toBe('warn');
    for (const way of LOADED_SALES) expect(loadedSaleOf(able, { sellWhileLoaded: { able: way } })).toBe(way);
  });

  it('is refused where the layout cannot do what the policy says', () => {
    for (const way of LOADED_SALES) expect(loadedSaleOf({ id: 'able' }, { sellWhileLoaded: { able: way } })).toBe('refuse');
    const onlyWarn = { id: 'able', sellWhileLoaded: { byDefault: 'warn', ways: ['warn'] } } as const;
    expect(loadedSaleOf(onlyWarn, { sellWhileLoaded: { able: 'add' } })).toBe('refuse');
  });
});
