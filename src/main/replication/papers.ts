// Papers of closes on their way to headquarters, beside the operations and never before them: part by part, each signed, going on where the line was cut.
import { asFault, Fault } from '../../shared/domain/fault.ts';
import { DAY_PAPER_PART_BYTES, type DayPaperPartAnswer } from '../../shared/wire/day-papers.ts';
import { WIRE_VERSION } from '../../shared/wire/envelope.ts';
import type { ClosePaper, ClosePaperTable } from '../core/ports/close-papers.ts';
import type { Clock } from '../core/ports/runtime.ts';
import { type Line, sendPaperPart } from './client.ts';
import { backoffMs, OFFLINE_CHECK_MS, REFUSED_INTERVAL_MS, REQUEST_TIMEOUT_MS, type ReplicationTimers } from './pace.ts';
import { createRounds, type Rounds } from './rounds.ts';

/** Headquarters will say so again however often it is asked. */
const FINAL: readonly unknown[] = ['PAPER_DIFFERS', 'PAPER_INVALID', 'BATCH_TOO_LARGE'];

export interface PaperSenderOptions {
  readonly papers: ClosePaperTable;
  readonly counterId: () => string;
  readonly branchNo: () => string | null;
  readonly line: Line;
  readonly online: () => boolean;
  readonly clock: Clock;
  readonly timers: ReplicationTimers;
  readonly random: () => number;
  /** Called when a paper has come further. */
  readonly changed: () => void;
}

/** Returns what sends the papers that wait, not yet started; `nudge` it when there is one more. Without one it sets no timer. */
export function createPaperSender(options: PaperSenderOptions): Rounds {
  const { papers, timers, clock } = options;
  const rounds = createRounds(timers, run);
  let failures = 0;

  async function run(abort: AbortController): Promise<number | null> {
    for (const paper of papers.inState('waiting')) {
      const branchNo = options.branchNo();
      if (branchNo === null || !options.online()) return OFFLINE_CHECK_MS;
      try {
        await send(paper, { branchNo, abort });
        if (!rounds.isRunning()) return null;
        papers.settle(paper, { atMs: clock.nowMs(), state: 'held', fault: null });
        failures = 0;
      } catch (error) {
        if (!rounds.isRunning()) return null;
        const fault = asFault(error).toData();
        const isFinal = fault.code === 'HEADQUARTERS_REFUSED' && FINAL.includes(fault.context.code);
        if (isFinal) papers.settle(paper, { atMs: clock.nowMs(), state: 'refused', fault });
        else {
          papers.note(paper, fault);
          // A line that is away is away for all of them.
          if (fault.code !== 'HEADQUARTERS_REFUSED') return retryDelayMs();
        }
      } finally {
        if (rounds.isRunning()) options.changed();
      }
    }
    // Refused for now: its close may still be on the way, or somebody repairs something.
    return papers.inState('waiting').length === 0 ? null : Math.min(REFUSED_INTERVAL_MS, retryDelayMs());
  }

  function retryDelayMs(): number {
    failures += 1;
    return backoffMs(failures, options.random);
  }

  /** Sends what headquarters does not have of the paper yet. Throws as `sendPaperPart`. */
  async function send(paper: ClosePaper, { branchNo, abort }: { readonly branchNo: string; readonly abort: AbortController }) {
    const { closeId, sha256, sizeBytes } = paper;
    const pdf = Buffer.from(papers.pdf(paper) ?? []);
    const caller = { version: WIRE_VERSION, branchNo, counterId: options.counterId() } as const;
    const about = { ...caller, closeId, paper: paper.paper, sha256, sizeBytes };
    const part = async (fromByte: number, untilByte: number): Promise<DayPaperPartAnswer> => {
      const timeout = timers.setTimeout(() => abort.abort(), REQUEST_TIMEOUT_MS);
      try {
        const request = { ...about, fromByte, part: pdf.subarray(fromByte, untilByte).toString('base64') };
        return await sendPaperPart(options.line, request, abort.signal);
      } finally {
        timers.clearTimeout(timeout);
      }
    };
    // How far it is already.
    let { receivedBytes, isHeld } = await part(0, 0);
    while (!isHeld) {
      const fromByte = receivedBytes;
      ({ receivedBytes, isHeld } = await part(fromByte, fromByte + DAY_PAPER_PART_BYTES));
      if (!isHeld && receivedBytes <= fromByte) throw new Fault('HEADQUARTERS_UNREACHABLE', { reason: 'answer-invalid' });
    }
  }

  return rounds;
}
