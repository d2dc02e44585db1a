// Capability: the keypad on which a customer rates the service just received.

export interface RatingQuestion {
  /** How long the customer may think, ms, from the moment the keypad has taken the question. */
  readonly timeoutMs: number;
  /** Withdraws the question, as when the next customer is called. */
  readonly signal?: AbortSignal;
}

/**
 * What a satisfaction keypad can do. A rating belongs to one question: a press that no question asked for, or that comes after its question
 * ended, counts for nothing, so that no customer rates the service of another. No answer is an answer too; nobody is made to press.
 */
export interface SatisfactionKeypad {
  /** How many keys there are, 3 to 5. */
  readonly keys: number;
  /**
   * Asks the customer. Resolves with the key, 1 (the best) to `keys`, or null when none was pressed in time. Rejects with DEVICE_NO_ANSWER when the
   * keypad does not take the question after the retries of the driver (FRAME_… when what it answered was damaged), DEVICE_BUSY while a
   * question is open, INPUT_INVALID for a time that is no positive integer, the signal's Fault or DEVICE_CANCELLED when it aborts, PORT_… and
   * DEVICE_OFFLINE when the line is gone.
   */
  askRating(question: RatingQuestion): Promise<number | null>;
}
