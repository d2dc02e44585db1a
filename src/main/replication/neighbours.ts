// The counters of a branch among themselves while headquarters is away: one relays, the smallest number that answers; everything is signed.
import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto';
import { asFault, Fault } from '../../shared/domain/fault.ts';
import type { Neighbour, PeerRun } from '../../shared/domain/neighbours.ts';
import { publicJwk, SIGNATURE_HEADER, signedText } from '../../shared/wire/enrolment.ts';
import { WIRE_VERSION } from '../../shared/wire/envelope.ts';
import {
  EXCHANGE_PATH,
  type Exchange,
  type ExchangeAnswer,
  exchangeAnswerSchema,
  exchangeSchema,
  headText,
} from '../../shared/wire/neighbours.ts';
import type { HeldJournals, NeighbourStore } from '../core/ports/neighbours.ts';
import type { Clock } from '../core/ports/runtime.ts';
import type { CounterKey, NeighbourState } from '../core/ports/sync.ts';
import type { ReplicationTimers } from './pace.ts';
import { createRounds } from './rounds.ts';

/** How often a counter asks its relay for news, ms; a sale is seen next door within two of these. */
export const ROUND_MS = 1_000;
const EXCHANGE_TIMEOUT_MS = 3_000;
/** A neighbour that did not answer is left alone for so long, ms: whoever waits for it serves nobody. */
const SILENT_MS = 10_000;
/** A neighbour was here if it was heard of within this time, ms. */
const SEEN_MS = 15_000;
/** More exchanges in one round than any backlog needs: the next round goes on. */
const MAX_EXCHANGES = 20;
/** Path in what the signature of an answer covers. */
const ANSWER_PATH = `${EXCHANGE_PATH}/answer`;

export interface NeighboursOptions {
  /** This counter's number now: it can be given another. */
  readonly counterId: () => string;
  readonly store: NeighbourStore;
  readonly key: CounterKey;
  readonly branchNo: () => string | null;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  readonly timers: ReplicationTimers;
  /** The counter that IT has chosen to relay; null leaves it to the smallest number that answers. */
  readonly relay: string | null;
  /** Headquarters cannot be reached from here, and there are books to exchange. */
  readonly isAway: () => boolean;
  readonly changed: () => void;
  /** Called with the accounts that operations of other counters have touched. */
  readonly followed: (accountIds: ReadonlySet<string>) => void;
}

/** What the network has brought or is given. */
export interface Signed {
  readonly json: string;
  readonly signature: string;
}

export interface Neighbours {
  state(): NeighbourState;
  /** Answers another counter. Throws HEADQUARTERS_REFUSED with a code when it is none of the branch or its request is not its own. */
  answer(request: Signed): Signed;
  /** Finds the relay and exchanges until neither side lacks anything; does nothing while headquarters is there. */
  round(): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

const refused = (code: string, reason: string) => new Fault('HEADQUARTERS_REFUSED', { seq: 0, code, reason });

/** Whether the base64 signature over `text` is by the key. */
function isSignedBy(publicKey: string, text: string, signature: string): boolean {
  const bytes = Buffer.from(signature, 'base64');
  const key = createPublicKey({ key: publicJwk('Ed25519', publicKey), format: 'jwk' });
  return bytes.length === 64 && verify(null, Buffer.from(text), key, bytes);
}

const textOf = (path: string, json: string) => signedText({ path, bodySha256: createHash('sha256').update(json).digest('hex') });

/** Returns a counter's part in its branch's own network, not yet started. */
export function createNeighbours(options: NeighboursOptions): Neighbours {
  const { store, key, clock, timers } = options;
  const ownId = options.counterId;
  /** When a neighbour was heard of last, and until when it is not asked because it was silent, ms. */
  const seenMs = new Map<string, number>();
  const silentUntilMs = new Map<string, number>();
  /** The address of a neighbour that answered last. */
  const goodAddress = new Map<string, string>();
  let relay: string | null = null;
  const rounds = createRounds(timers, ({ signal }) =>
    round(signal)
      .catch((error: unknown) => console.error('exchange with a neighbour failed', error))
      .then(() => ROUND_MS),
  );

  const neighbourOf = (of: string): Neighbour | undefined => store.roster().find((one) => one.counterId === of);

  function branch(): string {
    const branchNo = options.branchNo();
    if (branchNo === null) throw refused('COUNTER_UNKNOWN', 'this counter is not enrolled');
    return branchNo;
  }

  function setRelay(to: string | null): void {
    if (relay === to) return;
    relay = to;
    options.changed();
  }

  /** Takes runs whose ends their writers have signed; one that is not good does not keep the others away. Returns how many had something new. */
  function takeAll(runs: readonly PeerRun[]): number {
    let taken = 0;
    for (const run of runs) {
      const writer = neighbourOf(run.counterId);
      if (writer === undefined || run.counterId === ownId()) continue;
      const text = headText({ branchNo: branch(), counterId: run.counterId, seq: run.head.seq, hash: run.head.hash });
      if (!isSignedBy(writer.publicKey, text, run.head.signature)) continue;
      try {
        const accountIds = store.take(run);
        if (accountIds.size === 0) continue;
        taken += 1;
        options.followed(accountIds);
      } catch (error) {
        // A journal that has forked or is damaged: headquarters names it; here its operations are simply not shown.
        if (asFault(error).code === 'DATABASE_FAILED') throw error;
      }
    }
    return taken;
  }

  function signOwn(): void {
    const branchNo = branch();
    store.signHeads((head) => key.sign(headText({ branchNo, counterId: ownId(), ...head })));
  }

  function answer(request: Signed): Signed {
    const parsed = exchangeSchema.safeParse(jsonOf(request.json));
    if (!parsed.success) throw refused('BATCH_INVALID', 'not an exchange');
    const { branchNo, counterId: caller, to, nonce, held, runs } = parsed.data;
    const neighbour = neighbourOf(caller);
    if (branchNo !== branch() || to !== ownId() || neighbour === undefined) throw refused('COUNTER_UNKNOWN', 'not of this branch');
    if (!isSignedBy(neighbour.publicKey, textOf(EXCHANGE_PATH, request.json), request.signature)) {
      throw refused('SIGNATURE_WRONG', 'not signed with the key of this counter');
    }
    see(caller);
    takeAll(runs);
    signOwn();
    const body: ExchangeAnswer = {
      version: WIRE_VERSION,
      counterId: ownId(),
      nonce,
      held: store.held(),
      runs: copied(store.runsFor(held)),
    };
    const json = JSON.stringify(body);
    return { json, signature: key.sign(textOf(ANSWER_PATH, json)) };
  }

  function see(of: string): void {
    const was = isSeen(of);
    seenMs.set(of, clock.nowMs());
    silentUntilMs.delete(of);
    if (!was) options.changed();
  }
  const isSeen = (of: string) => clock.nowMs() - (seenMs.get(of) ?? Number.NEGATIVE_INFINITY) < SEEN_MS;

  /** Sends one exchange to whichever address of the neighbour answers. Throws HEADQUARTERS_UNREACHABLE when none does, or what comes is not its answer. */
  async function ask(neighbour: Neighbour, theirs: HeldJournals | null, signal: AbortSignal): Promise<ExchangeAnswer> {
    const { place } = neighbour;
    signOwn();
    const nonce = randomBytes(16).toString('hex');
    const body: Exchange = {
      ...{ version: WIRE_VERSION, branchNo: branch(), counterId: ownId(), to: neighbour.counterId, nonce, held: store.held() },
      runs: theirs === null ? [] : copied(store.runsFor(theirs)),
    };
    const json = JSON.stringify(body);
    const headers = { 'content-type': 'application/json', [SIGNATURE_HEADER]: key.sign(textOf(EXCHANGE_PATH, json)) };
    const known = goodAddress.get(neighbour.counterId);
    const addresses = (place?.addresses ?? []).toSorted((left, right) => Number(right === known) - Number(left === known));
    for (const address of addresses) {
      const own = new AbortController();
      const end = () => own.abort();
      signal.addEventListener('abort', end);
      const timeout = timers.setTimeout(end, EXCHANGE_TIMEOUT_MS);
      try {
        const url = new URL(EXCHANGE_PATH, `http://${address}:${place?.port}`);
        const response = await options.fetch(url, { method: 'POST', headers, body: json, redirect: 'error', signal: own.signal });
        const text = await response.text();
        const answered = exchangeAnswerSchema.safeParse(response.status === 200 ? jsonOf(text) : undefined);
        const signature = response.headers.get(SIGNATURE_HEADER) ?? '';
        if (!answered.success || !isSignedBy(neighbour.publicKey, textOf(ANSWER_PATH, text), signature)) continue;
        if (answered.data.nonce !== nonce || answered.data.counterId !== neighbour.counterId) continue;
        goodAddress.set(neighbour.counterId, address);
        return answered.data;
      } catch (error) {
        if (signal.aborted) throw error;
        // The next address, or nobody there.
      } finally {
        timers.clearTimeout(timeout);
        signal.removeEventListener('abort', end);
      }
    }
    throw new Fault('HEADQUARTERS_UNREACHABLE', { reason: 'neighbour' });
  }

  /** Whoever could relay before this counter does, in the order in which they are asked. */
  function before(): readonly Neighbour[] {
    if (options.relay === ownId()) return [];
    return store
      .roster()
      .filter((one) => one.place !== null && one.counterId !== ownId())
      .filter((one) => one.counterId === options.relay || one.counterId < ownId())
      .toSorted((left, right) =>
        left.counterId === options.relay ? -1 : right.counterId === options.relay ? 1 : left.counterId < right.counterId ? -1 : 1,
      );
  }

  async function round(signal: AbortSignal): Promise<void> {
    if (!options.isAway() || options.branchNo() === null) return setRelay(null);
    for (const candidate of before()) {
      if ((silentUntilMs.get(candidate.counterId) ?? 0) > clock.nowMs()) continue;
      try {
        await exchangeAll(candidate, signal);
        return setRelay(candidate.counterId);
      } catch (error) {
        if (signal.aborted) return;
        if (asFault(error).code !== 'HEADQUARTERS_UNREACHABLE') throw error;
        silentUntilMs.set(candidate.counterId, clock.nowMs() + SILENT_MS);
      }
    }
    setRelay(ownId());
  }

  /** Exchanges until neither side lacks anything. */
  async function exchangeAll(neighbour: Neighbour, signal: AbortSignal): Promise<void> {
    let theirs: HeldJournals | null = null;
    for (let exchanges = 0; exchanges < MAX_EXCHANGES; exchanges += 1) {
      const { held, runs } = await ask(neighbour, theirs, signal);
      if (signal.aborted) return;
      see(neighbour.counterId);
      const taken = takeAll(runs);
      const grew = theirs === null || Object.entries(held).some(([of, seq]) => seq > (theirs?.[of] ?? 0));
      theirs = held;
      if (taken === 0 && (!grew || store.runsFor(held).length === 0)) return;
    }
  }

  return {
    answer,
    round: () => round(new AbortController().signal),
    state: () => ({
      relay: relay ?? '',
      isRelay: relay === ownId(),
      counters: store
        .roster()
        .filter((one) => one.counterId !== ownId())
        .map((one) => ({ counterId: one.counterId, address: one.place?.addresses[0] ?? '', isSeen: isSeen(one.counterId) })),
    }),
    start: rounds.start,
    stop: rounds.stop,
  };
}

/** The wire's lists may be written to, the port's may not. */
const copied = (runs: readonly PeerRun[]): Exchange['runs'] => runs.map((run) => ({ ...run, operations: [...run.operations] }));

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
