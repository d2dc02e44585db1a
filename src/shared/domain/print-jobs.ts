// Jobs of paper in A4: their way from the queue to the printer, and what is known of their fate. Pure.

/**
 * `queued`: written down, no byte has left. `handed`: the printer has it and has not answered. `unverified`: it took all of it, and nobody looked.
 * `unknown`: it broke off in between; somebody has to look. `not-printed`: nothing came out.
 */
export const PRINT_JOB_STATES = ['queued', 'handed', 'printed', 'unverified', 'unknown', 'not-printed', 'given-up'] as const;
export type PrintJobState = (typeof PRINT_JOB_STATES)[number];

const NEXT: Readonly<Record<PrintJobState, readonly PrintJobState[]>> = {
  queued: ['handed', 'not-printed', 'given-up'],
  handed: ['printed', 'unverified', 'unknown', 'not-printed'],
  unknown: ['printed', 'unverified', 'not-printed'],
  'not-printed': ['queued', 'given-up'],
  printed: [],
  unverified: [],
  'given-up': [],
};

/** Whether a job may go from one state to the other: what is out never goes to the printer again. */
export function mayFollow(step: { readonly from: PrintJobState; readonly to: PrintJobState }): boolean {
  return NEXT[step.from].includes(step.to);
}

/** Whether the paper is out, or has to be taken for it. */
export function isOut(state: PrintJobState): boolean {
  return state === 'printed' || state === 'unverified';
}

/** Whether the paper may still come out, or may have: the same content is not printed beside it. */
export function isPending(state: PrintJobState): boolean {
  return state === 'queued' || state === 'handed' || state === 'unknown';
}

/** Returns the number that the next printing of the same content bears: 0 for the original, then 1 for its first reprint. */
export function nextCopyNo(earlier: readonly { readonly state: PrintJobState; readonly copyNo: number }[]): number {
  return earlier.reduce((next, { state, copyNo }) => (isOut(state) ? Math.max(next, copyNo + 1) : next), 0);
}
