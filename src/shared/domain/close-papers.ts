// The papers of a day close, and how far each is on its way to headquarters.

/** The papers that a close has, in the order in which they are printed. */
export const DAY_PAPERS = ['daily-reconciliation', 'tender-list', 'receipt-register', 'card-register', 'exceptions'] as const;
export type DayPaperName = (typeof DAY_PAPERS)[number];

/** `due`: to be made. `waiting`: made, and headquarters has not confirmed it. `refused`: headquarters will never take it. */
export const CLOSE_PAPER_STATES = ['due', 'waiting', 'held', 'refused'] as const;
export type ClosePaperState = (typeof CLOSE_PAPER_STATES)[number];
