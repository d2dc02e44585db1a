// Dates as the business counts them: civil days and months without clock or time zone. Dates are YYYY-MM-DD.

const DAY_MS = 86_400_000;

/** Returns the number of the day, counted from 1970-01-01 as 0; throws RangeError when the text is no calendar date. */
export function dayNumber(date: string): number {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN;
  // Date.parse takes 2026-02-30 for 2 March.
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== date) throw new RangeError(`not a date: ${date}`);
  return time / DAY_MS;
}

/** Returns the date of a day number. */
export function dateOfDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** Returns the date so many days later (earlier for a negative number). */
export function addDays(date: string, days: number): string {
  return dateOfDay(dayNumber(date) + days);
}

/** Returns how many days `to` comes after `from`; negative when it comes before. */
export function daysBetween(span: { readonly from: string; readonly to: string }): number {
  return dayNumber(span.to) - dayNumber(span.from);
}

/** Returns the number of the month, counted from January of the year 0 as 0. */
export function monthNumber(date: string): number {
  dayNumber(date);
  return Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1;
}
