// Where one was in the overview before going further into it: Esc comes back to the same figure, and to the same line of a list. Nothing of a customer.
interface Kept {
  /** The figure that was opened last. */
  cell: string;
  /** The list that was looked at last, and the line in it. */
  list: string;
  at: number;
}

export const kept: Kept = { cell: '', list: '', at: 0 };
