// The papers of a close for headquarters: made once, in the branch's language, and put on their way; made before anybody asks and while nobody waits.
import { createHash } from 'node:crypto';
import type { Outputs } from '../../shared/contract/index.ts';
import { DAY_PAPERS } from '../../shared/domain/close-papers.ts';
import { asFault, Fault, type FaultData } from '../../shared/domain/fault.ts';
import { branchOf } from './actor.ts';
import { lastClose } from './day-desk.ts';
import type { ClosePaper } from './ports/close-papers.ts';
import type { Ports } from './ports/index.ts';
import { requireClose } from './usecases/close-day.ts';
import { composeDayPaper } from './usecases/make-day-paper.ts';

type View = Outputs['day']['papers'];

export interface ClosePapers {
  /** Puts all papers of the close on their way that are not; where there is a headquarters. Throws DAY_CLOSE_UNKNOWN. */
  handOver(closeId: string): void;
  /** Returns how far the papers of the close are; `held` only where headquarters has just said so. Throws DAY_CLOSE_UNKNOWN. */
  view(closeId: string): Promise<View>;
  /** Resolves when none is being made. */
  idle(): Promise<void>;
}

/** Returns what makes the papers. What was to be made when the counter ended is made now. */
export function createClosePapers(ports: Ports): ClosePapers {
  const { store, closePapers: table, clock, sync } = ports;
  let working: Promise<void> | null = null;
  const changed = (): void => ports.events.publish({ type: 'changed', area: 'day', accountId: '' });
  const hasHeadquarters = () => sync.state().state !== 'not-configured';

  async function make(one: ClosePaper): Promise<void> {
    try {
      const { closeId, paper } = one;
      const language = ports.templates.language();
      // The moment of the close, not of the drawing: drawn again it is the same paper.
      const { closedAtMs: madeAtMs } = requireClose(store, closeId);
      const { document } = composeDayPaper({ ports }, { paper, closeId }, { language, company: branchOf(store).name, madeAtMs });
      const { pdf } = await ports.paper.draw(document);
      table.made(one, { atMs: clock.nowMs(), sha256: createHash('sha256').update(pdf).digest('hex'), pdf });
      sync.papers.nudge();
    } catch (error) {
      table.note(one, asFault(error).toData());
    }
    changed();
  }

  /** One after the other, until none is left that has not been tried. */
  function work(): void {
    if (working !== null || table.inState('due').length === 0) return;
    const all = async (): Promise<void> => {
      try {
        const tried = new Set<string>();
        const next = () => table.inState('due').find(({ closeId, paper }) => !tried.has(`${closeId}/${paper}`));
        for (let one = next(); one !== undefined; one = next()) {
          tried.add(`${one.closeId}/${one.paper}`);
          await make(one);
        }
      } finally {
        working = null;
      }
    };
    working = all().catch((error: unknown) => console.error('the papers of a close could not be made', error));
  }

  function handOver(closeId: string): void {
    requireClose(store, closeId);
    if (!hasHeadquarters()) return;
    for (const paper of DAY_PAPERS) table.due({ closeId, paper }, { atMs: clock.nowMs() });
    work();
  }

  function rowsOf(
    closeId: string,
    told: { readonly held: readonly { readonly paper: string; readonly sha256: string }[] } | null,
  ): View['papers'] {
    const rows = table.of(closeId);
    return DAY_PAPERS.map((paper) => {
      const row = rows.find((one) => one.paper === paper);
      if (row === undefined) return { paper, state: 'none', sizeBytes: 0, changedAtMs: 0, fault: null };
      const { sizeBytes, changedAtMs, fault } = row;
      const isConfirmed = told?.held.some((one) => one.paper === paper && one.sha256 === row.sha256) === true;
      const state = row.state === 'held' && !isConfirmed ? 'said-held' : row.state;
      return { paper, state, sizeBytes, changedAtMs, fault };
    });
  }

  // A close whose papers the end of the counter came before; older ones wait for somebody to ask.
  if (hasHeadquarters()) {
    const last = lastClose(store);
    if (last !== null) handOver(last.closeId);
    work();
  }

  return {
    handOver,
    async view(closeId) {
      requireClose(store, closeId);
      if (!hasHeadquarters()) return { hasHeadquarters: false, papers: rowsOf(closeId, null), fault: null };
      let told: Parameters<typeof rowsOf>[1] = null;
      let fault: FaultData | null = null;
      try {
        told = { held: await sync.papers.heldOf(closeId) };
        // A headquarters restored from a backup has forgotten them.
        const forgotten = table.of(closeId).filter((row) => row.state === 'held' && !told?.held.some(({ paper }) => paper === row.paper));
        for (const row of forgotten) table.due(row, { atMs: clock.nowMs(), again: true });
        if (forgotten.length > 0) work();
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        fault = error.toData();
      }
      return { hasHeadquarters: true, papers: rowsOf(closeId, told), fault };
    },
    idle: () => working ?? Promise.resolve(),
  };
}
