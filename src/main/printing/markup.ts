// Pieces of receiptline markup that every paper shares.

// receiptline columns: a fixed one in half-width characters, the other takes what is left of 32 or 48.
export const WHOLE_LINE = '{border:space; width:auto}';
export const NAME_AND_VALUE = '{border:space; width:10,*}';

/** Escapes what receiptline reads as markup: | { } ~ _ ` ^ " \ . */
export function text(value: string): string {
  return value.replace(/[\\|{}~_`^"]/g, (mark) => `\\${mark}`).replace(/[\r\n\t]+/g, ' ');
}

/** Wall clock in the counter's own time zone as 2026-11-21 14:05. */
export function localTime(atMs: number): string {
  const date = new Date(atMs);
  const two = (value: number) => value.toString().padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** A line with a name on the left and a value on the right. */
export function pair(name: string, value: string): string {
  return `${text(name)} | ${text(value)}`;
}
