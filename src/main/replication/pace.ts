// How often headquarters is tried: time limits and back-off that both directions share.

/** Timers as a parameter, so that tests turn the hands. */
export interface ReplicationTimers {
  setTimeout(callback: () => void, delayMs: number): unknown;
  clearTimeout(handle: unknown): void;
}

/** How often the switch is looked at while it says off line. */
export const OFFLINE_CHECK_MS = 1_000;
/** A refusal stands until somebody repairs something; asking more often changes nothing. */
export const REFUSED_INTERVAL_MS = 60_000;
export const REQUEST_TIMEOUT_MS = 15_000;
const BACKOFF_FIRST_MS = 1_000;
const BACKOFF_LIMIT_MS = 60_000;

/** Returns the delay before the `failures`-th retry in ms: 1 s doubling to 60 s, of which the upper half is left to chance. */
export function backoffMs(failures: number, random: () => number): number {
  const fullMs = Math.min(BACKOFF_LIMIT_MS, BACKOFF_FIRST_MS * 2 ** Math.min(failures - 1, 10));
  return Math.round(fullMs / 2 + (fullMs / 2) * random());
}
