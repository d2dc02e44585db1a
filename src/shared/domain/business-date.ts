// The business date: the open day of the branch, never the wall clock.

declare const dateBrand: unique symbol;
/** YYYY-MM-DD of the branch's open day. */
export type BusinessDate = string & { readonly [dateBrand]: 'business-date' };

/** Returns `text` as a business date; throws RangeError when it is not a calendar date of the years 2000 to 2127. */
export function businessDate(text: string): BusinessDate {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  const date = match === null ? null : new Date(`${text}T00:00:00Z`);
  if (date === null || Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== text) {
    throw new RangeError(`not a date: ${text}`);
  }
  const year = date.getUTCFullYear();
  if (year < 2000 || year > 2127) throw new RangeError(`year out of range: ${text}`);
  return text as BusinessDate;
}

/** The year in which tiers are counted. */
export function tierYear(date: BusinessDate): number {
  return Number(date.slice(0, 4));
}
