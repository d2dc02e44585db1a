// A printer's line on which its real-time status is asked for: which answer belongs to which question, and the end of the line.
import { Fault } from '../../src/shared/domain/fault.ts';
import {
  decodeStatus,
  describeStatus,
  describeStatusRequest,
  isStatusByte,
  ONE_WAY_STATUS,
  printerTrouble,
  STATUS_KINDS,
  type StatusKind,
  statusRequest,
} from './dle-eot.ts';
import type { DriverContext } from './driver.ts';
import { type JoinedMeaning, type Meaning, type SaidMeaning, say, sayAll } from './meaning.ts';
import type { PrinterStatus } from './receipt-printer.ts';

/** When nothing has been asked for so long, no answer is on its way any more, ms. */
const QUIET_MS = 30_000;
/** With more questions open than this, which only a line has that loses answers for days, it is worth a pause to begin anew, ... */
const MAX_UNANSWERED = 16;
/** ... of so many time-outs. */
const PAUSE_TIMEOUTS = 3;
/** A question with all the repetitions it needs takes at most so many time-outs. */
const MAX_TIMEOUTS = 5;

export interface StatusLineOptions {
  /** Nothing ever comes back: statuses say only that nobody knows. */
  readonly oneWay: boolean;
  /** How long one answer may take, ms. */
  readonly statusTimeoutMs: number;
  /** Takes a byte that cannot be a status; returns whether it was expected. */
  other(byte: number): boolean;
  /** Returns in words what bytes say that are no status, for the trace. */
  describeOther?(bytes: Uint8Array): SaidMeaning;
}

/** Every method rejects with the fault of the line once that is gone. */
export interface StatusLine {
  send(bytes: Uint8Array, note: Meaning): Promise<void>;
  pause(ms: number): Promise<void>;
  /** Returns one status byte. Rejects with PRINTER_NO_ANSWER, or FRAME_UNEXPECTED when only bytes came that are no status. */
  ask(kind: StatusKind): Promise<number>;
  status(): Promise<PrinterStatus>;
  /** Rejects with PRINTER_… unless the printer can print now. */
  requireReady(): Promise<PrinterStatus>;
  /**
   * Asks until `isProven` says so of a clean printer, and returns that status. What a clerk must put right ends the wait at once; being offline or silent
   * may pass while it prints. After `limitMs` rejects with what was last in the way, PRINTER_NO_ANSWER with reason `not-printed` when that was only the proof.
   */
  waitUntil(isProven: (waitedMs: number) => boolean, times: { readonly limitMs: number; readonly pollMs: number }): Promise<PrinterStatus>;
  /** A sign of life. */
  probe(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Returns the line of a printer that answers DLE EOT.
 *
 * A status byte does not say which question it answers, but a line keeps the order. So the questions that went unanswered are counted: with n of them
 * open, a question is asked again until n + 1 bytes have come, and the last of them cannot be older than the question. A late answer thereby never
 * passes for the state of now, however late it is.
 */
export function createStatusLine(context: Pick<DriverContext, 'transport' | 'timers' | 'trace'>, options: StatusLineOptions): StatusLine {
  const { transport, timers } = context;
  const { statusTimeoutMs } = options;
  let gone: Fault | null = null;
  /** What still waits when the line ends. */
  const waiting = new Set<(fault: Fault) => void>();
  let hearing: ((byte: number) => void) | null = null;
  /** What was asked last. */
  let askedKind: StatusKind | null = null;
  /** Questions that were given up and whose answers may still come. */
  let unanswered = 0;
  let askedAtMs = Number.NEGATIVE_INFINITY;

  function end(fault: Fault): void {
    gone ??= fault;
    stopData();
    stopLost();
    for (const abandon of [...waiting]) abandon(gone);
  }

  function receive(byte: number): void {
    if (hearing !== null) hearing(byte);
    else if (isStatusByte(byte)) unanswered = Math.max(0, unanswered - 1);
    else options.other(byte);
  }

  function describe(chunk: Uint8Array): Meaning {
    const said: (SaidMeaning | JoinedMeaning)[] = [];
    let rest: number[] = [];
    const endRest = () => {
      if (rest.length > 0)
        said.push(options.describeOther?.(Uint8Array.from(rest)) ?? say('{count} bytes that are no status', { count: rest.length }));
      rest = [];
    };
    for (const byte of chunk) {
      if (isStatusByte(byte)) {
        endRest();
        const mayBeLate = hearing === null || askedKind === null || unanswered > 0;
        const status = describeStatus(askedKind ?? 1, byte);
        said.push(mayBeLate ? say('late or unasked status, read as {status}', { status }) : status);
      } else rest.push(byte);
    }
    endRest();
    return sayAll(said, '; ');
  }

  const stopData = transport.onData((chunk) => {
    context.trace('received', chunk, describe(chunk));
    for (const byte of chunk) receive(byte);
  });
  const stopLost = transport.onLost((error) =>
    end(error instanceof Fault ? error : new Fault('PORT_FAILED', { reason: error.name }, { cause: error })),
  );

  function send(bytes: Uint8Array, note: Meaning): Promise<void> {
    if (gone) return Promise.reject(gone);
    context.trace('sent', bytes, note);
    return transport.write(bytes);
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve, reject) => {
      if (gone) {
        reject(gone);
        return;
      }
      const abandon = (fault: Fault) => {
        timers.clearTimeout(timer);
        waiting.delete(abandon);
        reject(fault);
      };
      const timer = timers.setTimeout(() => {
        waiting.delete(abandon);
        resolve();
      }, ms);
      waiting.add(abandon);
    });
  }

  async function ask(kind: StatusKind): Promise<number> {
    const mustPause = unanswered > MAX_UNANSWERED;
    if (mustPause) await pause(PAUSE_TIMEOUTS * statusTimeoutMs);
    if (mustPause || timers.now() - askedAtMs >= QUIET_MS) unanswered = 0;
    return askNow(kind);
  }

  function askNow(kind: StatusKind): Promise<number> {
    const needed = unanswered + 1;
    const lastMs = timers.now() + MAX_TIMEOUTS * statusTimeoutMs;
    return new Promise((resolve, reject) => {
      let asked = 0;
      let heard = 0;
      let wrong = false;
      let deadline: unknown = null;
      const finish = (act: () => void) => {
        timers.clearTimeout(deadline);
        waiting.delete(abandon);
        hearing = null;
        unanswered = Math.max(0, unanswered + asked - heard);
        act();
      };
      const abandon = (fault: Fault) => finish(() => reject(fault));
      const giveUp = () => finish(() => reject(new Fault(wrong ? 'FRAME_UNEXPECTED' : 'PRINTER_NO_ANSWER')));
      const askOnce = () => {
        asked += 1;
        askedKind = kind;
        askedAtMs = timers.now();
        timers.clearTimeout(deadline);
        deadline = timers.setTimeout(giveUp, Math.min(statusTimeoutMs, Math.max(1, lastMs - timers.now())));
        send(statusRequest(kind), describeStatusRequest(kind)).catch((error) => finish(() => reject(error)));
      };
      hearing = (byte) => {
        if (!isStatusByte(byte)) {
          if (!options.other(byte)) wrong = true;
          return;
        }
        heard += 1;
        if (heard >= needed) finish(() => resolve(byte));
        else if (heard >= asked) askOnce();
      };
      waiting.add(abandon);
      askOnce();
    });
  }

  async function status(): Promise<PrinterStatus> {
    if (options.oneWay) return ONE_WAY_STATUS;
    const bytes = { 1: 0, 2: 0, 3: 0, 4: 0 };
    for (const kind of STATUS_KINDS) bytes[kind] = await ask(kind);
    return decodeStatus(bytes);
  }

  async function waitUntil(
    isProven: (waitedMs: number) => boolean,
    { limitMs, pollMs }: { readonly limitMs: number; readonly pollMs: number },
  ): Promise<PrinterStatus> {
    const startMs = timers.now();
    for (;;) {
      let last = new Fault('PRINTER_NO_ANSWER', { reason: 'not-printed' });
      try {
        const now = await status();
        const trouble = printerTrouble(now);
        if (trouble && trouble.code !== 'PRINTER_OFFLINE') throw trouble;
        if (trouble) last = trouble;
        else if (isProven(timers.now() - startMs)) return now;
      } catch (error) {
        if (!(error instanceof Fault) || (error.code !== 'PRINTER_NO_ANSWER' && error.code !== 'FRAME_UNEXPECTED')) throw error;
        last = error;
      }
      if (timers.now() - startMs >= limitMs) throw last;
      await pause(pollMs);
    }
  }

  return {
    send,
    pause,
    ask,
    status,
    waitUntil,
    async requireReady() {
      const now = await status();
      if (gone) throw gone;
      const trouble = printerTrouble(now);
      if (trouble) throw trouble;
      return now;
    },
    async probe() {
      if (gone) throw gone;
      if (!options.oneWay) await ask(1);
    },
    async close() {
      end(new Fault('DEVICE_OFFLINE'));
      await transport.close();
    },
  };
}
