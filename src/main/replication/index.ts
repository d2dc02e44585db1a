// Replication: the counter's enrolment, its sender and its receiver, and how they stand.
import { asFault, Fault, type FaultData } from '../../shared/domain/fault.ts';
import type { CounterRenewed } from '../../shared/domain/settling.ts';
import { visitSchema } from '../../shared/wire/cross-branch.ts';
import { WIRE_VERSION } from '../../shared/wire/envelope.ts';
import type { ClosePaperTable } from '../core/ports/close-papers.ts';
import type { Renewal, Replica } from '../core/ports/replica.ts';
import type { Clock } from '../core/ports/runtime.ts';
import type { Store } from '../core/ports/store.ts';
import type { CardKeyInbox, CounterKey, Sync, SyncState } from '../core/ports/sync.ts';
import type { Authority } from '../core/ports/visits.ts';
import { createCheckIn } from './check-in.ts';
import { enrol, enrolAgain, type Line, lookUp, readDayPapers, readDaySums } from './client.ts';
import { createLoader } from './loader.ts';
import type { NeighbourServer } from './neighbour-server.ts';
import { createNeighbours, type Signed } from './neighbours.ts';
import { backoffMs, REQUEST_TIMEOUT_MS, type ReplicationTimers } from './pace.ts';
import { createPaperSender } from './papers.ts';
import { createReceiver } from './receiver.ts';
import { createRelay } from './relay.ts';
import { askRenewal } from './renewal.ts';
import { createRoster } from './roster.ts';
import { createSender, type SenderStore } from './sender.ts';

export type { ReplicationTimers } from './pace.ts';

/** How long headquarters holds a question open that it has no news for, ms. */
const FEED_WAIT_MS = 25_000;
/** What only says that sending has begun or is done is told when it has lasted so long, ms: it follows every operation. */
const LASTING_MS = 500;
/** A customer waits at the counter, ms. */
const LOOKUP_TIMEOUT_MS = 6_000;
/** Codes with which headquarters says that it does not know this counter (any more). */
const UNKNOWN_COUNTER: readonly unknown[] = ['COUNTER_UNKNOWN', 'SIGNATURE_WRONG'];
/** How often a counter that headquarters has forgotten shows its own word, ms. */
const ENROL_AGAIN_MS = 30_000;

export interface ReplicationOptions {
  readonly store: SenderStore &
    Pick<Store, 'branch'> & {
      readonly replica: Replica;
      readonly authority: Pick<Authority, 'learn' | 'isSigned'>;
      readonly closePapers: ClosePaperTable;
    };
  /** Base address of headquarters; undefined where the branch has none. */
  readonly url: string | undefined;
  readonly key: CounterKey;
  /** A code to enrol with by itself, as for the demo hall's own headquarters; null where a person brings one. */
  readonly ownCode: string | null;
  readonly clock: Clock;
  readonly timers: ReplicationTimers;
  /** A number in [0, 1); spreads the retries of many counters. */
  readonly random: () => number;
  /** Called with changes of `state()`; with what passes in half a second only once it has lasted. */
  readonly publish: (state: SyncState) => void;
  /** Called with the accounts that operations of other counters have touched. */
  readonly followed: (accountIds: ReadonlySet<string>) => void;
  /** Called when a paper of a close has come further. */
  readonly papersChanged?: () => void;
  readonly fetch?: typeof fetch;
  /** false keeps replication from touching the network. */
  readonly online?: () => boolean;
  /** Where the branch's counters exchange among themselves while headquarters is away; left out where they do not. */
  readonly branchNetwork?: {
    /** The counter that IT has chosen to relay; null leaves it to the counters. */
    readonly relay: string | null;
    readonly fetch?: typeof fetch;
    listen(answer: (request: Signed) => Signed): Promise<NeighbourServer>;
  };
  /** What headquarters is told of this counter, and where the card keys go that it sends; left out where it is told nothing. */
  readonly checkIn?: { readonly programVersion: string; readonly cardKeys: CardKeyInbox };
  /** Overrides for simulations, ms. */
  readonly feedWaitMs?: number;
  readonly feedRestMs?: number;
}

export interface Replication extends Sync {
  /** Begins sending and following; does nothing when no headquarters is configured. */
  start(): void;
  /** Ends the exchanges in flight and all timers; resolves when nothing of it touches the store any more. */
  stop(): Promise<void>;
}

/** What of the state is more than one operation on its way, as text. */
function lastingOf(state: SyncState): string {
  const isWell = state.state === 'sending' || state.state === 'up-to-date';
  return JSON.stringify({ ...state, ...(isWell ? { state: '', waiting: 0, behind: 0 } : {}), lastContactMs: 0, clockDifferenceMs: 0 });
}

/** Returns replication of one counter, not yet started. */
export function createReplication(options: ReplicationOptions): Replication {
  const { store, url, clock, timers, key } = options;
  const { replica } = store;
  const online = options.online ?? (() => true);
  const line: Line = { url: url ?? '', fetch: options.fetch ?? fetch, key };
  let running = false;
  let published = '';
  let publishedLasting = '';
  let publishing: { readonly timer: unknown } | null = null;
  let clockDifferenceMs: number | null = null;
  let enrolling: { readonly timer: unknown } | null = null;
  /** Exchanges under way beside those of sender and receiver. */
  const underWay = new Map<AbortController, Promise<unknown>>();
  let enrolmentProblem: FaultData | null = null;
  let enrolFailures = 0;
  let enrolAgainMs = Number.NEGATIVE_INFINITY;

  const parts = { branchNo: () => replica.enrolledBranch(), clock, timers, random: options.random, online, line };
  const sender = createSender({
    ...parts,
    store,
    changed: tell,
    heardOf: () => replica.heard(),
    followedMs: () => receiver.followedMs(),
    heard({ theirsMs, oursMs }) {
      clockDifferenceMs = theirsMs - oursMs;
    },
  });
  const loader = createLoader({ store, replica, line, clock, timers, changed: tell });
  const receiver = createReceiver({
    ...parts,
    store,
    replica,
    loader,
    changed: tell,
    followed: options.followed,
    wentBack: () => sender.nudge(),
    waitMs: options.feedWaitMs ?? FEED_WAIT_MS,
    restMs: options.feedRestMs ?? 0,
  });

  const papers = createPaperSender({
    ...parts,
    ...{ papers: store.closePapers, counterId: () => store.counterId(), changed: () => options.papersChanged?.() },
  });

  const { branchNetwork } = options;
  let server: Promise<NeighbourServer | null> | null = null;
  let place: NeighbourServer['place'] = null;
  const isUnreachable = (problem: FaultData | null) => problem?.code === 'HEADQUARTERS_UNREACHABLE';
  const neighbours =
    branchNetwork === undefined
      ? null
      : createNeighbours({
          ...{ counterId: () => store.counterId(), store: replica.neighbours, key, clock, timers, branchNo: parts.branchNo },
          ...{ fetch: branchNetwork.fetch ?? fetch, relay: branchNetwork.relay, changed: tell, followed: options.followed },
          isAway: () => replica.firstLoad() === null && (isUnreachable(sender.state().problem) || isUnreachable(receiver.state().problem)),
        });
  const ownCounter = { counterId: () => store.counterId(), authority: store.authority, waiting: () => sender.state().waiting };
  const checkIn = options.checkIn === undefined ? null : createCheckIn({ ...parts, ...ownCounter, ...options.checkIn });
  const relay = createRelay({
    ...{ counterId: () => store.counterId(), store: replica.neighbours, line, clock, timers, branchNo: parts.branchNo },
    isUpToDate: () => online() && replica.firstLoad() === null && receiver.followedMs() !== null && receiver.state().problem === null,
  });
  const roster = createRoster({ ...parts, counterId: () => store.counterId(), replica, place: () => place });

  /** Opens the door for the neighbours; a port that is taken leaves this counter asking only. */
  function openDoor(): void {
    if (branchNetwork === undefined || neighbours === null) return;
    server = branchNetwork.listen(neighbours.answer).then(
      (opened) => {
        place = opened.place;
        return opened;
      },
      () => null,
    );
    neighbours.start();
    relay.start();
  }

  function state(): SyncState {
    const sent = sender.state();
    const received = receiver.state();
    const problem = sent.problem ?? received.problem ?? enrolmentProblem;
    const isUnknown = problem?.code === 'HEADQUARTERS_REFUSED' && UNKNOWN_COUNTER.includes(problem.context.code);
    const aside = replica.setAside(0).total;
    return {
      state: phase({ waiting: sent.waiting, problem, isUnknown }),
      waiting: sent.waiting,
      behind: received.behind,
      lastContactMs: sent.lastContactMs,
      lastError: problem,
      clockDifferenceMs,
      setAside: aside,
      firstLoad: loader.progress(),
      neighbours: neighbours?.state() ?? null,
      openCases: replica.cases().filter((one) => one.state === 'open').length,
    };
  }

  function phase(now: { readonly waiting: number; readonly problem: FaultData | null; readonly isUnknown: boolean }): SyncState['state'] {
    if (url === undefined) return 'not-configured';
    if (now.problem?.context.code === 'COUNTER_LOCKED') return 'locked';
    if (now.isUnknown || replica.enrolledBranch() === null) return 'not-enrolled';
    if (now.problem !== null) return now.problem.code === 'HEADQUARTERS_UNREACHABLE' ? 'waiting' : 'refused';
    return now.waiting > 0 ? 'sending' : 'up-to-date';
  }

  function publish(current: SyncState): void {
    if (publishing !== null) timers.clearTimeout(publishing.timer);
    publishing = null;
    const text = JSON.stringify(current);
    if (text === published) return;
    published = text;
    publishedLasting = lastingOf(current);
    options.publish(current);
  }

  function tell(): void {
    const current = state();
    if (lastingOf(current) !== publishedLasting) publish(current);
    else if (running) publishing ??= { timer: timers.setTimeout(() => publish(state()), LASTING_MS) };
    if (!running || current.state !== 'not-enrolled') return;
    if (options.ownCode !== null && enrolling === null) enrolSoon(0);
    if (clock.nowMs() >= enrolAgainMs && current.lastError?.context.code === 'COUNTER_UNKNOWN') showWord();
  }

  /** Headquarters has forgotten this counter's enrolment: it is shown its own word for it. Where it has none, a person brings a code. */
  function showWord(): void {
    const branchNo = replica.enrolledBranch();
    const enrolment = replica.enrolmentWord();
    if (branchNo === null || enrolment === null) return;
    enrolAgainMs = clock.nowMs() + ENROL_AGAIN_MS;
    const { publicKey } = key;
    void within(async (signal) => {
      await enrolAgain(line, { version: WIRE_VERSION, branchNo, counterId: store.counterId(), publicKey, enrolment }, signal);
      if (running && !signal.aborted) await beginAnew();
    })
      // The light says that the counter is not enrolled, and why.
      .catch(() => undefined)
      .then(() => running && tell());
  }

  /** What was refused before may pass now, and nobody wants to wait a minute for it. */
  async function beginAnew(): Promise<void> {
    await Promise.all([sender.stop(), receiver.stop()]);
    if (!running) return;
    sender.start();
    receiver.start();
  }

  /** Tries by itself with the code that the host has brought. */
  function enrolSoon(delayMs: number): void {
    enrolling = { timer: timers.setTimeout(() => void enrolByItself(), delayMs) };
  }

  async function enrolByItself(): Promise<void> {
    try {
      await enrolWith(options.ownCode ?? '');
      enrolling = null;
    } catch (error) {
      if (!running) return;
      enrolmentProblem = asFault(error).toData();
      enrolFailures += 1;
      enrolSoon(backoffMs(enrolFailures, options.random));
    }
    if (running) tell();
  }

  async function renewWith(code: string, operation: Renewal['operation']): Promise<CounterRenewed> {
    const branchNo = replica.enrolledBranch();
    if (url === undefined || !online()) throw new Fault('HEADQUARTERS_UNREACHABLE', { reason: 'offline' });
    if (branchNo === null) throw new Fault('HEADQUARTERS_REFUSED', { seq: 0, code: 'COUNTER_UNKNOWN', reason: 'not enrolled' });
    const abort = new AbortController();
    const timeout = timers.setTimeout(() => abort.abort(), REQUEST_TIMEOUT_MS);
    await Promise.all([sender.stop(), receiver.stop()]);
    try {
      const given = await askRenewal(line, { store, branchNo, code, signal: abort.signal });
      return replica.renew({ ...given, operation });
    } finally {
      timers.clearTimeout(timeout);
      if (running) {
        sender.start();
        receiver.start();
      }
    }
  }

  async function enrolWith(code: string): Promise<void> {
    await within(async (signal) => {
      const request = { version: WIRE_VERSION, code, counterId: store.counterId(), publicKey: key.publicKey } as const;
      const { branchNo, headquartersKey } = await enrol(line, request, signal);
      // Stopped meanwhile: the store may be closed already. The same request again gives the same answer.
      if (signal.aborted) throw new Fault('HEADQUARTERS_UNREACHABLE', { reason: 'stopped' });
      const own = store.branch()?.branchNo ?? branchNo;
      if (own !== branchNo) {
        throw new Fault('HEADQUARTERS_REFUSED', { seq: 0, code: 'BRANCH_WRONG', reason: `the code is of branch ${branchNo}` });
      }
      if (headquartersKey !== undefined) store.authority.learn(headquartersKey);
      replica.setEnrolledBranch(branchNo);
      enrolmentProblem = null;
      enrolFailures = 0;
      if (running) await beginAnew();
    });
  }

  /** Runs one exchange within its time. */
  async function within<T>(act: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (url === undefined || !online()) throw new Fault('HEADQUARTERS_UNREACHABLE', { reason: 'offline' });
    const abort = new AbortController();
    const timeout = timers.setTimeout(() => abort.abort(), REQUEST_TIMEOUT_MS);
    const acted = act(abort.signal);
    underWay.set(
      abort,
      acted.catch(() => undefined),
    );
    try {
      return await acted;
    } finally {
      underWay.delete(abort);
      timers.clearTimeout(timeout);
    }
  }

  return {
    state,
    async sumsOf({ counterId, fromSeq, toSeq }) {
      const branchNo = replica.enrolledBranch();
      if (branchNo === null || counterId !== store.counterId()) throw new Fault('HEADQUARTERS_UNREACHABLE', { reason: 'not-enrolled' });
      return within((signal) => readDaySums(line, { version: WIRE_VERSION, branchNo, counterId, fromSeq, toSeq }, signal));
    },
    papers: {
      nudge: () => papers.nudge(),
      async heldOf(closeId) {
        const branchNo = replica.enrolledBranch();
        if (branchNo === null) throw new Fault('HEADQUARTERS_UNREACHABLE', { reason: 'not-enrolled' });
        const request = { version: WIRE_VERSION, branchNo, counterId: store.counterId(), closeId } as const;
        return (await within((signal) => readDayPapers(line, request, signal))).held;
      },
    },
    nudge: () => sender.nudge(),
    replica,
    details: (limit) => ({
      queue: store.operationsAfter(store.acknowledgedSeq(), limit),
      setAside: replica.setAside(limit).rows,
      cases: replica.cases().slice(0, limit),
    }),
    refusedDocuments: () => replica.refusedDocuments(),
    async lookUp(question, clerk) {
      const branchNo = replica.enrolledBranch();
      if (url === undefined || !online() || branchNo === null) throw new Fault('HEADQUARTERS_UNREACHABLE', { reason: 'offline' });
      const abort = new AbortController();
      const timeout = timers.setTimeout(() => abort.abort(), LOOKUP_TIMEOUT_MS);
      try {
        const caller = { version: WIRE_VERSION, branchNo, counterId: store.counterId() } as const;
        const { found } = await lookUp(line, { ...caller, clerk, question }, abort.signal);
        const sound = found.every(({ json }) => visitSchema.safeParse(JSON.parse(json)).success);
        if (!sound) throw new Fault('HEADQUARTERS_UNREACHABLE', { reason: 'answer-invalid' });
        return found;
      } finally {
        timers.clearTimeout(timeout);
      }
    },
    async enrol(code) {
      await enrolWith(code);
      tell();
    },
    async renew(code, operation) {
      const renewed = await renewWith(code, operation);
      options.followed(new Set());
      tell();
      return renewed;
    },
    start() {
      if (running || url === undefined) return;
      running = true;
      sender.start();
      receiver.start();
      openDoor();
      roster.start();
      checkIn?.start();
      papers.start();
      tell();
    },
    async stop() {
      running = false;
      if (enrolling !== null) timers.clearTimeout(enrolling.timer);
      enrolling = null;
      if (publishing !== null) timers.clearTimeout(publishing.timer);
      publishing = null;
      for (const abort of underWay.keys()) abort.abort();
      const network = [neighbours?.stop(), relay.stop(), server?.then((opened) => opened?.close())];
      await Promise.all([sender.stop(), receiver.stop(), roster.stop(), checkIn?.stop(), papers.stop(), ...network, ...underWay.values()]);
    },
  };
}
