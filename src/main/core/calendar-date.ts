// The civil date of a moment by the counter's clock.

/** Returns the date as 2026-11-21. Shown and compared, never stamped on anything. */
export function calendarDate(atMs: number): string {
  const date = new Date(atMs);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
}
