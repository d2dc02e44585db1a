// The last lines that this process wrote to its error log, kept for the support bundle.
import { format } from 'node:util';

const LINES_KEPT = 200;
const LONGEST_LINE = 500;

/** What console.error and console.warn write, besides where it went before. */
export interface LogTail {
  lines(): readonly string[];
  /** Gives the console back. */
  stop(): void;
}

/** Listens to `log` until `stop`; `nowMs` stamps the lines. */
export function tailLog(log: Pick<Console, 'error' | 'warn'>, nowMs: () => number): LogTail {
  const lines: string[] = [];
  const before = { error: log.error, warn: log.warn };
  const keep = (level: string, values: unknown[]) => {
    const at = new Date(nowMs()).toISOString();
    for (const line of format(...values).split('\n')) lines.push(`${at} ${level} ${line}`.slice(0, LONGEST_LINE));
    lines.splice(0, Math.max(0, lines.length - LINES_KEPT));
  };
  for (const level of ['error', 'warn'] as const) {
    log[level] = (...values: unknown[]) => {
      keep(level, values);
      before[level].apply(log, values);
    };
  }
  return { lines: () => [...lines], stop: () => void Object.assign(log, before) };
}
