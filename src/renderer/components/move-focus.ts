// Walking through rows with the arrow keys.

/** Moves the focus to the row before (−1) or after (1) the one that has it, among the elements that match; false where there are none. */
export function moveFocus(selector: string, step: 1 | -1): unknown {
  const rows = [...document.querySelectorAll<HTMLElement>(selector)];
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  if (rows.length === 0) return false;
  return rows[Math.min(rows.length - 1, Math.max(0, at + step))]?.focus();
}
