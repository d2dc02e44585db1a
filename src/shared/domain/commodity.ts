// What an account is supplied with. Gas is counted in litres and power in watt-hours: the same integers, a thousand to the unit that people read and pay.

export const COMMODITIES = ['gas', 'power'] as const;
export type Commodity = (typeof COMMODITIES)[number];

/** How a record says its commodity: left out for gas, so that what was written before power reads the same. */
export interface Supplied {
  readonly supply?: 'power';
}

export function commodityOf({ supply }: Supplied): Commodity {
  return supply ?? 'gas';
}

/** Returns what a record of that commodity carries. */
export function suppliedWith(commodity: Commodity): Supplied {
  return commodity === 'power' ? { supply: 'power' } : {};
}

/** The sign of the unit that people read and pay: a thousand litres, or a thousand watt-hours. */
export function unitOf(commodity: Commodity): 'm³' | 'kWh' {
  return commodity === 'power' ? 'kWh' : 'm³';
}
