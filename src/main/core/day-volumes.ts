// What a day sold, in a column for each commodity: figures of gas and power never stand in one sum.
import type { Commodity } from '../../shared/domain/commodity.ts';

/** Gas in litres; power in watt-hours, '' where there was none, so that a branch without it has no column for it. */
export interface Volumes {
  readonly litres: number;
  readonly wattHours: number | '';
}

export const NO_VOLUME: Volumes = { litres: 0, wattHours: '' };

/** Returns the volume in the column of its commodity, the other one empty; both empty for what sells nothing. */
export function inColumns(sold: { readonly litres: number; readonly commodity: Commodity } | null): {
  readonly litres: number | '';
  readonly wattHours: number | '';
} {
  if (sold === null) return { litres: '', wattHours: '' };
  return sold.commodity === 'power' ? { litres: '', wattHours: sold.litres } : { litres: sold.litres, wattHours: '' };
}

export function plus(total: Volumes, more: { readonly litres: number | ''; readonly wattHours: number | '' }): Volumes {
  return {
    litres: total.litres + (more.litres === '' ? 0 : more.litres),
    wattHours: more.wattHours === '' ? total.wattHours : (total.wattHours === '' ? 0 : total.wattHours) + more.wattHours,
  };
}
