// Exchanges with headquarters over HTTP: a signed request out, a validated answer or a fault back.

import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { z } from 'zod';
import { Fault } from '../../shared/domain/fault.ts';
import type { Heard } from '../../shared/domain/feed.ts';
import type { Operation } from '../../shared/domain/operation.ts';
import { CHECK_IN_PATH, type CheckInAnswer, type CheckInRequest, checkInAnswerSchema } from '../../shared/wire/check-in.ts';
import { LOOKUP_PATH, type LookupAnswer, type LookupRequest, lookupAnswerSchema } from '../../shared/wire/cross-branch.ts';
import {
  DAY_PAPER_PART_PATH,
  DAY_PAPERS_PATH,
  type DayPaperPart,
  type DayPaperPartAnswer,
  type DayPapersAnswer,
  type DayPapersRequest,
  dayPaperPartAnswerSchema,
  dayPapersAnswerSchema,
} from '../../shared/wire/day-papers.ts';
import { DAY_SUMS_PATH, type DaySumsAnswer, type DaySumsRequest, daySumsAnswerSchema } from '../../shared/wire/day-sums.ts';
import {
  ENROL_PATH,
  type EnrolAnswer,
  type EnrolRequest,
  enrolAnswerSchema,
  RENEW_PATH,
  type RenewAnswer,
  type RenewRequest,
  renewAnswerSchema,
  SIGNATURE_HEADER,
  signedText,
} from '../../shared/wire/enrolment.ts';
import {
  type Answer,
  answerSchema,
  CHAIN_CHECK_PATH,
  type ChainCheck,
  chainCheckAnswerSchema,
  MAX_BATCH_BYTES,
  OPERATIONS_PATH,
  rejectionSchema,
  WIRE_VERSION,
} from '../../shared/wire/envelope.ts';
import {
  FEED_CHECK_PATH,
  FEED_PATH,
  type FeedCheck,
  type FeedRequest,
  feedCheckAnswerSchema,
  type Page,
  pageSchema,
} from '../../shared/wire/feed.ts';
import {
  ENROL_AGAIN_PATH,
  type EnrolAgainRequest,
  FEED_RETURN_PATH,
  FEED_WORD_PATH,
  type FeedReturn,
  type FeedWordAnswer,
  feedReturnAnswerSchema,
  feedWordAnswerSchema,
} from '../../shared/wire/feed-return.ts';
import {
  BODY_SHA256_HEADER,
  LOAD_PATH,
  LOAD_PIECE_PATH,
  type LoadAnswer,
  type LoadRequest,
  loadAnswerSchema,
  type Piece,
  type PieceRequest,
  pieceSchema,
} from '../../shared/wire/first-load.ts';
import { RELAY_PATH, type RelayRequest } from '../../shared/wire/neighbours.ts';
import { ROSTER_PATH, type RosterAnswer, type RosterRequest, rosterAnswerSchema } from '../../shared/wire/roster.ts';
import type { CounterKey } from '../core/ports/sync.ts';

const gzipAsync = promisify(gzip);
/** Below this a body travels as it is, bytes. */
const GZIP_FROM_BYTES = 1024;
/** What an answer may be long at most, characters: a page of the feed with one large operation. */
const MAX_ANSWER_LENGTH = 8 * 1024 * 1024;

/** Refusals that the person at the counter can do something about; the others are IT's and come as HEADQUARTERS_REFUSED. */
const NAMED_REFUSALS = ['ENROLMENT_REFUSED', 'LOOKUPS_TOO_MANY'] as const;

/** How to reach headquarters. */
export interface Line {
  readonly url: string;
  readonly fetch: typeof fetch;
  readonly key: CounterKey;
}

export interface OutgoingBatch {
  readonly fromSeq: number;
  /** `fromSeq − 1` when there is nothing to send and only the position is asked for. */
  readonly toSeq: number;
  readonly operationsJson: readonly string[];
}

/** Returns as many of the operations, from the front, as one batch holds by size; a first one that is too large goes alone. */
export function cutBatch(operations: readonly Operation[], afterSeq: number): OutgoingBatch {
  const operationsJson: string[] = [];
  let bytes = 0;
  for (const operation of operations) {
    const json = JSON.stringify(operation);
    bytes += Buffer.byteLength(json) + 1;
    if (operationsJson.length > 0 && bytes > MAX_BATCH_BYTES) break;
    operationsJson.push(json);
  }
  return { fromSeq: afterSeq + 1, toSeq: afterSeq + operationsJson.length, operationsJson };
}

/** Sends the batch and returns headquarters' answer. Throws as `post`. */
export async function sendBatch(
  line: Line,
  input: {
    readonly branchNo: string;
    readonly counterId: string;
    readonly heard: Heard;
    readonly batch: OutgoingBatch;
    readonly signal: AbortSignal;
  },
): Promise<Answer> {
  const { batch, branchNo, counterId, heard, signal } = input;
  const head = JSON.stringify({ version: WIRE_VERSION, branchNo, counterId, fromSeq: batch.fromSeq, toSeq: batch.toSeq, heard });
  const json = `${head.slice(0, -1)},"operations":[${batch.operationsJson.join(',')}]}`;
  const answer = await post(line, { path: OPERATIONS_PATH, json, schema: answerSchema, signal });
  if (answer.counterId !== counterId) throw new Fault('HEADQUARTERS_UNREACHABLE', { reason: 'answer-invalid' });
  return answer;
}

/** Returns what follows in the feed. Throws as `post`; HEADQUARTERS_REFUSED with code FEED_UNKNOWN when headquarters has no such position. */
export function readFeed(line: Line, request: FeedRequest, signal: AbortSignal): Promise<Page> {
  return post(line, { path: FEED_PATH, json: JSON.stringify(request), schema: pageSchema, signal });
}

/** Whether headquarters has the entry. Throws as `post`. */
export async function checkFeed(line: Line, request: FeedCheck, signal: AbortSignal): Promise<boolean> {
  const { same } = await post(line, { path: FEED_CHECK_PATH, json: JSON.stringify(request), schema: feedCheckAnswerSchema, signal });
  return same;
}

/** Asks headquarters to sign the entry. Throws as `post`; HEADQUARTERS_REFUSED with code FEED_UNKNOWN when it has no such position. */
export function askFeedWord(line: Line, request: FeedCheck, signal: AbortSignal): Promise<FeedWordAnswer> {
  return post(line, { path: FEED_WORD_PATH, json: JSON.stringify(request), schema: feedWordAnswerSchema, signal });
}

/** Gives back what headquarters has said and forgotten. Returns whether it now has the last entry in its old place. Throws as `post`. */
export async function returnFeed(line: Line, request: FeedReturn, signal: AbortSignal): Promise<boolean> {
  const { same } = await post(line, { path: FEED_RETURN_PATH, json: JSON.stringify(request), schema: feedReturnAnswerSchema, signal });
  return same;
}

/** Enrols once more by headquarters' own word. Throws as `post`, and ENROLMENT_REFUSED. */
export function enrolAgain(line: Line, request: EnrolAgainRequest, signal: AbortSignal): Promise<EnrolAnswer> {
  return post(line, { path: ENROL_AGAIN_PATH, json: JSON.stringify(request), schema: enrolAnswerSchema, signal });
}

/** Returns what headquarters holds of a run of the counter's operations. Throws as `post`. */
export function readDaySums(line: Line, request: DaySumsRequest, signal: AbortSignal): Promise<DaySumsAnswer> {
  return post(line, { path: DAY_SUMS_PATH, json: JSON.stringify(request), schema: daySumsAnswerSchema, signal });
}

/** Sends a part of a paper and returns how far headquarters is with it. Throws as `post`. */
export function sendPaperPart(line: Line, request: DayPaperPart, signal: AbortSignal): Promise<DayPaperPartAnswer> {
  return post(line, { path: DAY_PAPER_PART_PATH, json: JSON.stringify(request), schema: dayPaperPartAnswerSchema, signal });
}

/** Returns which papers of a close headquarters holds. Throws as `post`. */
export function readDayPapers(line: Line, request: DayPapersRequest, signal: AbortSignal): Promise<DayPapersAnswer> {
  return post(line, { path: DAY_PAPERS_PATH, json: JSON.stringify(request), schema: dayPapersAnswerSchema, signal });
}

/** Asks what there is to load. Throws as `post`. */
export function askLoad(line: Line, request: LoadRequest, signal: AbortSignal): Promise<LoadAnswer> {
  return post(line, { path: LOAD_PATH, json: JSON.stringify(request), schema: loadAnswerSchema, signal });
}

/**
 * Returns the next piece of a first load, whose bytes are those that headquarters has made. Throws as `post`; HEADQUARTERS_REFUSED with code
 * FEED_UNKNOWN when headquarters has no such position.
 */
export function loadPiece(line: Line, request: PieceRequest, signal: AbortSignal): Promise<Piece> {
  return post(line, { path: LOAD_PIECE_PATH, json: JSON.stringify(request), schema: pieceSchema, signal, hasChecksum: true });
}

/** Hands in a run of another counter's journal. Returns what headquarters then holds of it. Throws as `post`. */
export function relay(line: Line, request: RelayRequest, signal: AbortSignal): Promise<Answer> {
  return post(line, { path: RELAY_PATH, json: JSON.stringify(request), schema: answerSchema, signal });
}

/** Tells where this counter is and returns the roster of its branch. Throws as `post`. */
export function askRoster(line: Line, request: RosterRequest, signal: AbortSignal): Promise<RosterAnswer> {
  return post(line, { path: ROSTER_PATH, json: JSON.stringify(request), schema: rosterAnswerSchema, signal });
}

/** Tells how this counter is and returns what it is given. Throws as `post`. */
export function checkIn(line: Line, request: CheckInRequest, signal: AbortSignal): Promise<CheckInAnswer> {
  return post(line, { path: CHECK_IN_PATH, json: JSON.stringify(request), schema: checkInAnswerSchema, signal });
}

/** Whether headquarters holds the operation under its seq. Throws as `post`. */
export async function checkChain(line: Line, request: ChainCheck, signal: AbortSignal): Promise<boolean> {
  const { same } = await post(line, { path: CHAIN_CHECK_PATH, json: JSON.stringify(request), schema: chainCheckAnswerSchema, signal });
  return same;
}

/** Asks for another number with a one-time code. Throws as `post`, and ENROLMENT_REFUSED. */
export function requestRenewal(line: Line, request: RenewRequest, signal: AbortSignal): Promise<RenewAnswer> {
  return post(line, { path: RENEW_PATH, json: JSON.stringify(request), schema: renewAnswerSchema, signal });
}

/** Enrols with a one-time code. Throws as `post`, and ENROLMENT_REFUSED. */
export function enrol(line: Line, request: EnrolRequest, signal: AbortSignal): Promise<EnrolAnswer> {
  return post(line, { path: ENROL_PATH, json: JSON.stringify(request), schema: enrolAnswerSchema, signal });
}

/** Looks an account of another branch up. Throws as `post`, and LOOKUPS_TOO_MANY. */
export function lookUp(line: Line, request: LookupRequest, signal: AbortSignal): Promise<LookupAnswer> {
  return post(line, { path: LOOKUP_PATH, json: JSON.stringify(request), schema: lookupAnswerSchema, signal });
}

/**
 * Posts JSON, signed and packed, and returns the answer. Throws HEADQUARTERS_UNREACHABLE when the line, a time limit or the far side
 * fails or what comes back is not an answer, HEADQUARTERS_REFUSED when the request as a whole is turned away.
 */
async function post<T>(
  line: Line,
  request: {
    readonly path: string;
    readonly json: string;
    readonly schema: z.ZodType<T>;
    readonly signal: AbortSignal;
    /** The answer bears the checksum of its bytes. */
    readonly hasChecksum?: boolean;
  },
): Promise<T> {
  const { path, signal } = request;
  const json = Buffer.from(request.json);
  const zipped = json.length >= GZIP_FROM_BYTES;
  const bodySha256 = createHash('sha256').update(json).digest('hex');
  const body = zipped ? await gzipAsync(json) : json;

  let status: number;
  let text: string;
  let checksum: string | null;
  try {
    const response = await line.fetch(new URL(path, line.url), {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        [SIGNATURE_HEADER]: line.key.sign(signedText({ path, bodySha256 })),
        ...(zipped ? { 'content-encoding': 'gzip' } : {}),
      },
      body: new Uint8Array(body),
      redirect: 'error',
      signal,
    });
    status = response.status;
    checksum = response.headers.get(BODY_SHA256_HEADER);
    text = await response.text();
  } catch (error) {
    throw new Fault('HEADQUARTERS_UNREACHABLE', { reason: signal.aborted ? 'timeout' : 'line' }, { cause: error });
  }
  if (status === 200) {
    if (request.hasChecksum === true && createHash('sha256').update(text).digest('hex') !== checksum) {
      throw new Fault('HEADQUARTERS_UNREACHABLE', { reason: 'answer-damaged' });
    }
    const answer = request.schema.safeParse(jsonOf(text));
    if (answer.success) return answer.data;
    throw new Fault('HEADQUARTERS_UNREACHABLE', { reason: 'answer-invalid', status });
  }
  const rejection = rejectionSchema.safeParse(jsonOf(text));
  if (status >= 400 && status < 500 && rejection.success) {
    const named = NAMED_REFUSALS.find((code) => code === rejection.data.code);
    if (named !== undefined) throw new Fault(named, { reason: rejection.data.reason });
    throw new Fault('HEADQUARTERS_REFUSED', { status, seq: 0, code: rejection.data.code, reason: rejection.data.reason });
  }
  throw new Fault('HEADQUARTERS_UNREACHABLE', { reason: 'status', status });
}

function jsonOf(text: string): unknown {
  if (text.length > MAX_ANSWER_LENGTH) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
