// Capability: the two-line display that faces the customer.

export interface CustomerText {
  readonly upper: string;
  readonly lower: string;
}

/**
 * What a customer display can do. Only what concerns the customer in front of it goes there: greeting, amount due, amount received, change,
 * volume bought; closing the device darkens it. Everybody in the queue can read it, so no name, address or account number in full, no balance, nothing about the counter
 * itself (faults, shift totals, clerks). Nothing depends on it: a broken display never stops a top-up.
 */
export interface CustomerDisplay {
  /** Half-width columns per line; a Chinese character takes two. */
  readonly columns: number;
  /**
   * Replaces both lines. A line that is too long is cut at its end, never in the middle of a character; what the glass cannot show becomes `?`.
   * Of several quick calls only the last needs to reach the glass; all of them resolve when it has left. Rejects with PORT_… or DEVICE_OFFLINE.
   * The display does not answer: that the customer sees the text cannot be known.
   */
  show(text: CustomerText): Promise<void>;
  /** Darkens both lines; takes its turn as `show` does. */
  clear(): Promise<void>;
}
