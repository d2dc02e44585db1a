// The HTTP face of headquarters: health, enrolment, operations in, the feed out, totals.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Socket } from 'node:net';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import Fastify, { type ConnectionError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { z } from 'zod';
import { homeOf } from '../shared/domain/cross-branch.ts';
import { Fault } from '../shared/domain/fault.ts';
import { CHECK_IN_PATH, checkInRequestSchema } from '../shared/wire/check-in.ts';
import { LOOKUP_PATH, lookupRequestSchema } from '../shared/wire/cross-branch.ts';
import { DAY_PAPER_PART_PATH, DAY_PAPERS_PATH, dayPaperPartSchema, dayPapersRequestSchema } from '../shared/wire/day-papers.ts';
import { DAY_SUMS_PATH, daySumsRequestSchema } from '../shared/wire/day-sums.ts';
import { ENROL_PATH, enrolRequestSchema, RENEW_PATH, renewRequestSchema, SIGNATURE_HEADER, signedText } from '../shared/wire/enrolment.ts';
import {
  batchSchema,
  CHAIN_CHECK_PATH,
  chainCheckSchema,
  MAX_BODY_BYTES,
  OPERATIONS_PATH,
  type RefusalCode,
  type Rejection,
  WIRE_VERSION,
} from '../shared/wire/envelope.ts';
import { FEED_CHECK_PATH, FEED_PATH, feedCheckSchema, feedRequestSchema } from '../shared/wire/feed.ts';
import {
  ENROL_AGAIN_PATH,
  enrolAgainSchema,
  enrolmentText,
  FEED_RETURN_PATH,
  FEED_WORD_PATH,
  feedReturnSchema,
  feedText,
  feedWordRequestSchema,
} from '../shared/wire/feed-return.ts';
import { BODY_SHA256_HEADER, LOAD_PATH, LOAD_PIECE_PATH, loadRequestSchema, pieceRequestSchema } from '../shared/wire/first-load.ts';
import { RELAY_PATH, relayRequestSchema } from '../shared/wire/neighbours.ts';
import { branchNoSchema } from '../shared/wire/operation.ts';
import { ROSTER_PATH, rosterRequestSchema } from '../shared/wire/roster.ts';
import { openAuthority } from './authority.ts';
import { checkIn } from './card-keys.ts';
import type { Database } from './database.ts';
import { papersHeld, takePaperPart } from './day-papers.ts';
import { daySums } from './day-sums.ts';
import { counterKeyOf, enrol, enrolAgain, isSignedBy, renew, signatureFault } from './enrolment.ts';
import { createNews, hasEntry, type News, readFeed } from './feed.ts';
import { takeReturned } from './feed-return.ts';
import { loadPiece, loadTarget } from './first-load.ts';
import { forwardWaiting } from './forward.ts';
import { holdsOperation, ingest } from './ingest.ts';
import type { Judged } from './judge.ts';
import type { KeyLock } from './key-file.ts';
import { countLocks, lockedCounters } from './locks.ts';
import { asksTooMuch, lookUp } from './lookup.ts';
import { overview } from './overview.ts';
import { addPages } from './pages.ts';
import { publish, sayDocuments } from './publish.ts';
import { takeRelayed } from './relayed.ts';
import { rosterOf } from './roster.ts';
import { branchTotals } from './totals.ts';

const gunzipBounded = promisify(gunzip);
const gzipAsync = promisify(gzip);
/** A full batch in a few steps: with zlib's own 16 KiB each goes to its thread and back some thirty times. */
const GUNZIP_CHUNK_BYTES = 256 * 1024;
/** Below this an answer travels as it is, bytes. */
const GZIP_FROM_BYTES = 1024;

/** A body as it was signed. */
interface Body {
  readonly json: unknown;
  readonly sha256: string;
}

/** A request that is turned away before its operations are looked at. */
class Rejected extends Error {
  readonly statusCode: number;
  readonly rejection: Rejection;
  /** Who was turned away, where that is proved. */
  readonly who: { readonly branchNo: string; readonly counterId: string } | null;

  constructor(
    statusCode: number,
    rejection: { readonly code: RefusalCode; readonly reason: string },
    who: { readonly branchNo: string; readonly counterId: string } | null = null,
  ) {
    super(`${rejection.code} ${rejection.reason}`);
    this.statusCode = statusCode;
    this.rejection = rejection;
    this.who = who;
  }
}

/** What a refused paper is answered with; 400 for what is not named. */
const PAPER_STATUS: Partial<Record<RefusalCode, number>> = {
  BATCH_TOO_LARGE: 413,
  CLOSE_UNKNOWN: 409,
  PAPER_DIFFERS: 409,
  HASH_WRONG: 422,
  PAPER_INVALID: 422,
};

/** A document that IT hands in; for all branches where none is named. */
const publishSchema = z.strictObject({
  version: z.literal(WIRE_VERSION),
  document: z.unknown(),
  branches: z.array(branchNoSchema).max(1_000).default([]),
});

/** A line of the service's log; one per refusal and per failure. */
export type Log = (entry: Readonly<Record<string, string | number>>) => void;

export interface ServiceOptions {
  readonly db: Database;
  readonly nowMs: () => number;
  readonly log: Log;
  /** Where several processes serve one database, news must come from it. */
  readonly news?: News;
  /** Pass word of the page for IT and finance, by HTTP Basic with any name; without one only this machine may look. */
  readonly pageWord?: string | undefined;
  /** What the keys in the database are sealed with; without one the page warns, and no card keys are handed out. */
  readonly keyLock?: KeyLock | null;
  /** false warns on the page: the embedded database may lose what it has confirmed. */
  readonly forProduction?: boolean;
  /** How long a request may take to arrive, ms; 30 s unless told. */
  readonly requestTimeoutMs?: number;
}

const REQUEST_TIMEOUT_MS = 30_000;
/** A question that was open for longer is looked at again before it is answered, ms. */
const HELD_OPEN_MS = 1_000;

/** Returns the service, not yet listening. It does not close the database. */
export function createService(options: ServiceOptions): FastifyInstance {
  const { db, nowMs, news = createNews(), keyLock = null, requestTimeoutMs = REQUEST_TIMEOUT_MS } = options;
  /** What was turned away and set aside since the start, by code. */
  const refused = new Map<string, number>();
  const log: Log = (entry) => {
    const { code } = entry;
    if (typeof code === 'string') refused.set(code, (refused.get(code) ?? 0) + 1);
    options.log(entry);
  };
  const app = Fastify({
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: requestTimeoutMs,
    // Node looks for slow requests only as long as the limit of the headers is not the longer one.
    http: {
      headersTimeout: requestTimeoutMs,
      requestTimeout: requestTimeoutMs,
      connectionsCheckingInterval: Math.ceil(requestTimeoutMs / 10),
    },
    keepAliveTimeout: 60_000,
    forceCloseConnections: true,
    clientErrorHandler: (error, socket) => hangUp(error, socket, log),
  });

  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (request: FastifyRequest, sent: Buffer): Promise<Body> => {
    const body = await inflate(request.headers['content-encoding'], sent);
    return { json: parseJson(body), sha256: createHash('sha256').update(body).digest('hex') };
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const isLong = typeof payload === 'string' && payload.length >= GZIP_FROM_BYTES;
    if (!isLong || !/\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))) return payload;
    reply.header('content-encoding', 'gzip').removeHeader('content-length');
    return gzipAsync(payload);
  });
  app.setErrorHandler((error: Error & { readonly statusCode?: number }, _request, reply) => {
    const { statusCode, rejection } = rejectionOf(error);
    const who = error instanceof Rejected ? error.who : null;
    log({ event: 'rejected', ...who, statusCode, code: rejection.code, reason: statusCode === 500 ? error.message : rejection.reason });
    return reply.code(statusCode).send(rejection);
  });
  app.setNotFoundHandler((_request, reply) => {
    const rejection: Rejection = { code: 'BATCH_INVALID', reason: 'no such address' };
    log({ event: 'rejected', statusCode: 404, ...rejection });
    return reply.code(404).send(rejection);
  });

  /** Returns a request's content, of the schema and signed by the counter that it names. */
  async function signed<T extends { readonly branchNo: string; readonly counterId: string }>(
    request: FastifyRequest,
    schema: z.ZodType<T>,
  ): Promise<T> {
    const content = contentOf(request, schema);
    const { branchNo, counterId } = content;
    const signature = String(request.headers[SIGNATURE_HEADER] ?? '');
    const bodySha256 = (request.body as Body).sha256;
    const fault = await signatureFault(db, { branchNo, counterId, path: request.url, bodySha256, signature });
    if (fault?.code === 'COUNTER_LOCKED') throw new Rejected(403, fault, { branchNo, counterId });
    if (fault !== null) throw new Rejected(401, fault);
    return content;
  }

  /** A question may have been held open while its counter was locked out: those whom one piece of news has woken ask together. */
  async function stillIn({ branchNo, counterId }: { readonly branchNo: string; readonly counterId: string }): Promise<void> {
    const locked = await news.together(`locked ${news.count(branchNo)} ${branchNo}`, () => lockedCounters(db, branchNo));
    if (locked.has(counterId)) throw new Rejected(403, { code: 'COUNTER_LOCKED', reason: 'locked out meanwhile' }, { branchNo, counterId });
  }

  /** Books are for those at this machine, or with the word of the page where one is set. */
  async function mayLook(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { pageWord } = options;
    const isHere = /^(?:127\.|::1$|::ffff:127\.)/.test(request.ip);
    if (pageWord === undefined ? isHere : isWord(request.headers.authorization, pageWord)) return;
    reply.header('www-authenticate', 'Basic realm="Countertop headquarters"');
    await reply.code(401).send({ code: 'SIGNATURE_WRONG', reason: 'sign in to look at the books' } satisfies Rejection);
  }

  let opened: ReturnType<typeof openAuthority> | null = null;
  const authority = () => {
    if (opened === null) {
      opened = openAuthority(db, keyLock);
      // A database that was away for a moment is asked again by the next request.
      opened.catch(() => {
        opened = null;
      });
    }
    return opened;
  };
  /** Whether facts for other branches may wait: from before this start, or because carrying them failed. */
  let mayWait = true;
  async function carry(): Promise<void> {
    mayWait = false;
    try {
      await forwardWaiting(db, { news, nowMs });
    } catch (error) {
      mayWait = true;
      log({ event: 'forward-failed', reason: String(error) });
    }
  }

  /** Tells everybody what has been ordered. */
  async function ordered(branchNo: string, judged: readonly Judged[]): Promise<void> {
    for (const { sound, verdict, code, reason } of judged) {
      const { counterId, seq } = sound.link;
      if (verdict !== 'applied') log({ event: verdict, branchNo, counterId, seq, code, reason });
    }
    if (judged.length > 0) news.publish(branchNo);
    if (mayWait || judged.some(({ sound, verdict }) => verdict !== 'quarantined' && homeOf(sound.link) !== null)) await carry();
  }

  app.get('/health', async (_request, reply) => {
    const said = { version: WIRE_VERSION, refused: Object.fromEntries(refused) };
    try {
      return { status: 'ok', ...said, lockedCounters: await countLocks(db) };
    } catch (error) {
      log({ event: 'database-away', reason: String(error) });
      return reply.code(503).send({ status: 'database-away', ...said });
    }
  });
  app.get('/v1/branches', { preHandler: mayLook }, async () => ({ branches: await branchTotals(db) }));
  app.get('/v1/overview', { preHandler: mayLook }, () => overview(db, nowMs()));
  addPages(app, { db, nowMs, mayLook, forProduction: options.forProduction ?? false, hasKeyFile: keyLock !== null });
  app.post(ENROL_PATH, async (request) => {
    const content = contentOf(request, enrolRequestSchema);
    const answer = await enrol(db, { request: content, nowMs: nowMs() });
    if ('refused' in answer) throw new Rejected(403, { code: answer.code ?? 'ENROLMENT_REFUSED', reason: answer.refused });
    const { branchNo, counterId } = answer;
    log({ event: 'enrolled', branchNo, counterId });
    if ((await sayDocuments(db, { branchNo, nowMs: nowMs() })) > 0) news.publish(branchNo);
    return { ...answer, headquartersKey: (await authority()).publicKey };
  });
  app.post(RENEW_PATH, async (request) => {
    const content = await signed(request, renewRequestSchema);
    const answer = await renew(db, { request: content, nowMs: nowMs() });
    if ('refused' in answer) throw new Rejected(403, { code: 'ENROLMENT_REFUSED', reason: answer.refused });
    log({ event: 'renewed', branchNo: answer.branchNo, counterId: answer.counterId, formerId: answer.formerId });
    return answer;
  });
  app.post(CHAIN_CHECK_PATH, async (request) => ({
    version: WIRE_VERSION,
    same: await holdsOperation(db, await signed(request, chainCheckSchema)),
  }));
  app.post(OPERATIONS_PATH, async (request) => {
    const batch = await signed(request, batchSchema);
    const { branchNo, counterId } = batch;
    const { answer, judged } = await ingest(db, { batch, receivedAtMs: nowMs() });
    if (answer.refused !== undefined) log({ event: 'refused', branchNo, counterId, ...answer.refused });
    await ordered(branchNo, judged);
    return answer;
  });
  app.post(RELAY_PATH, async (request) => {
    const content = await signed(request, relayRequestSchema);
    const taken = await takeRelayed(db, { request: content, receivedAtMs: nowMs() });
    if ('refused' in taken) throw new Rejected(403, taken.refused);
    const { branchNo, counterId, run } = content;
    if (taken.judged.length > 0) log({ event: 'relayed', branchNo, counterId, writer: run.counterId, operations: taken.judged.length });
    await ordered(branchNo, taken.judged);
    return taken.answer;
  });
  app.post(LOOKUP_PATH, async (request) => {
    const content = await signed(request, lookupRequestSchema);
    const { branchNo, counterId, clerk, question } = content;
    if (await asksTooMuch(db, { request: content, nowMs: nowMs() }))
      throw new Rejected(429, { code: 'LOOKUPS_TOO_MANY', reason: `counter ${counterId} of ${branchNo} asks too often` });
    const answer = await lookUp(db, { request: content, authority: await authority(), nowMs: nowMs() });
    log({ event: 'looked-up', branchNo, counterId, clerk, by: question.by, found: answer.found.length });
    return answer;
  });
  app.post('/v1/documents', { preHandler: mayLook }, async (request) => {
    const { document: json, branches } = contentOf(request, publishSchema);
    try {
      const done = await publish(db, { json, branches, authority: await authority(), news, nowMs: nowMs() });
      const { documentId, version } = done.document;
      log({ event: 'published', documentId, version, branches: done.branches });
      return { documentId, version, branches: done.branches };
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'DOCUMENT_INVALID') throw error;
      throw new Rejected(400, { code: 'BATCH_INVALID', reason: `${error.context.field}: ${error.context.reason}`.slice(0, 500) });
    }
  });
  app.post(FEED_PATH, async (request) => {
    const content = await signed(request, feedRequestSchema);
    const askedMs = nowMs();
    const gone = new AbortController();
    const leave = () => gone.abort();
    const { socket } = request.raw;
    socket.once('close', leave);
    // The connection is kept for the next question, and the next.
    const page = await readFeed(db, { request: content, news, nowMs, signal: gone.signal }).finally(() => socket.off('close', leave));
    if (page === null) throw new Rejected(409, { code: 'FEED_UNKNOWN', reason: 'this feed does not hold that position' });
    if (nowMs() > askedMs + HELD_OPEN_MS) await stillIn(content);
    return page;
  });
  app.post(DAY_SUMS_PATH, async (request) => daySums(db, await signed(request, daySumsRequestSchema)));
  app.post(DAY_PAPERS_PATH, async (request) => papersHeld(db, await signed(request, dayPapersRequestSchema)));
  app.post(DAY_PAPER_PART_PATH, async (request) => {
    const part = await signed(request, dayPaperPartSchema);
    const answer = await takePaperPart(db, { part, nowMs: nowMs() });
    if ('refused' in answer) throw new Rejected(PAPER_STATUS[answer.refused.code] ?? 400, answer.refused);
    const { branchNo, counterId, closeId, paper, sizeBytes } = part;
    if (answer.isHeld && part.part !== '') log({ event: 'paper-held', branchNo, counterId, closeId, paper, sizeBytes });
    return answer;
  });
  app.post(LOAD_PATH, async (request) => loadTarget(db, await signed(request, loadRequestSchema)));
  app.post(LOAD_PIECE_PATH, async (request, reply) => {
    const piece = await loadPiece(db, await signed(request, pieceRequestSchema));
    if (piece === null) throw new Rejected(409, { code: 'FEED_UNKNOWN', reason: 'this feed does not hold that position' });
    const json = JSON.stringify(piece);
    reply.type('application/json').header(BODY_SHA256_HEADER, createHash('sha256').update(json).digest('hex'));
    return json;
  });
  app.post(ROSTER_PATH, async (request) => rosterOf(db, { request: await signed(request, rosterRequestSchema), nowMs: nowMs() }));
  app.post(CHECK_IN_PATH, async (request) => {
    const content = await signed(request, checkInRequestSchema);
    const { answer, sent } = await checkIn(db, { request: content, lock: keyLock, authority: await authority(), nowMs: nowMs() });
    const { branchNo, counterId } = content;
    for (const { version, fingerprint } of sent) log({ event: 'card-key-sent', branchNo, counterId, version, fingerprint });
    return answer;
  });
  app.post(FEED_WORD_PATH, async (request) => {
    const content = await signed(request, feedWordRequestSchema);
    const { branchNo, counterId } = content;
    if (!(await hasEntry(db, content))) throw new Rejected(409, { code: 'FEED_UNKNOWN', reason: 'this feed does not hold that position' });
    const { sign } = await authority();
    const { publicKey } = await counterKeyOf(db, content);
    return {
      version: WIRE_VERSION,
      signature: sign(feedText(content)),
      enrolment: sign(enrolmentText({ branchNo, counterId, publicKey })),
    };
  });
  app.post(FEED_RETURN_PATH, async (request) => {
    const content = await signed(request, feedReturnSchema);
    const taken = await takeReturned(db, { request: content, authority: await authority(), nowMs: nowMs() });
    if ('refused' in taken) throw new Rejected(403, taken.refused);
    const { branchNo, counterId } = content;
    log({ event: 'returned', branchNo, counterId, operations: taken.judged.length });
    await ordered(branchNo, taken.judged);
    return { version: WIRE_VERSION, same: taken.same };
  });
  app.post(ENROL_AGAIN_PATH, async (request) => {
    const content = contentOf(request, enrolAgainSchema);
    const text = signedText({ path: request.url, bodySha256: (request.body as Body).sha256 });
    const signature = String(request.headers[SIGNATURE_HEADER] ?? '');
    if (!isSignedBy({ publicKey: content.publicKey, text, signature }))
      throw new Rejected(401, { code: 'SIGNATURE_WRONG', reason: 'not signed with the key of this counter' });
    const { branchNo, counterId } = content;
    const answer = await enrolAgain(db, { request: content, authority: await authority(), nowMs: nowMs() });
    if ('refused' in answer)
      throw new Rejected(403, { code: answer.code ?? 'ENROLMENT_REFUSED', reason: answer.refused }, { branchNo, counterId });
    log({ event: 'enrolled-again', branchNo: answer.branchNo, counterId: answer.counterId });
    return answer;
  });
  app.post(FEED_CHECK_PATH, async (request) => ({
    version: WIRE_VERSION,
    same: await hasEntry(db, await signed(request, feedCheckSchema)),
  }));
  return app;
}

/** Answers what is no HTTP, or does not arrive in time, and closes the connection. */
function hangUp(error: ConnectionError, socket: Socket, log: Log): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const isSlow = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  const rejection: Rejection = isSlow
    ? { code: 'REQUEST_TOO_SLOW', reason: 'the request did not arrive in time' }
    : { code: 'BATCH_INVALID', reason: 'not HTTP' };
  const [statusCode, status] = isSlow ? [408, 'Request Timeout'] : [400, 'Bad Request'];
  log({ event: 'rejected', statusCode, ...rejection });
  const body = JSON.stringify(rejection);
  const head = `HTTP/1.1 ${statusCode} ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close`;
  if (socket.writable) socket.end(`${head}\r\n\r\n${body}`);
  else socket.destroy();
}

/** Whether a Basic authorization bears the word; compared by hash, so that the time tells nothing. */
function isWord(authorization: string | undefined, word: string): boolean {
  const given = Buffer.from(authorization?.replace(/^Basic /, '') ?? '', 'base64')
    .toString('utf8')
    .replace(/^[^:]*:/, '');
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(word));
}

/** Returns a request's content when it is of the schema. */
function contentOf<T>(request: FastifyRequest, schema: z.ZodType<T>): T {
  const json = (request.body as Body | null | undefined)?.json;
  const version = (json as { readonly version?: unknown } | null | undefined)?.version;
  if (Number.isInteger(version) && version !== WIRE_VERSION) {
    throw new Rejected(400, { code: 'VERSION_UNSUPPORTED', reason: `this headquarters speaks version ${WIRE_VERSION}` });
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Rejected(400, { code: 'BATCH_INVALID', reason: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`.slice(0, 500) });
}

/** Returns the body as sent; a gzip body is unpacked up to the body limit and no further. */
async function inflate(encoding: string | undefined, body: Buffer): Promise<Buffer> {
  if (encoding === undefined || encoding === 'identity') return body;
  if (encoding !== 'gzip') throw new Rejected(415, { code: 'BATCH_INVALID', reason: 'only gzip is understood' });
  try {
    return await gunzipBounded(body, { maxOutputLength: MAX_BODY_BYTES, chunkSize: GUNZIP_CHUNK_BYTES });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new Rejected(413, { code: 'BATCH_TOO_LARGE', reason: `more than ${MAX_BODY_BYTES} bytes` });
    }
    throw new Rejected(400, { code: 'BATCH_INVALID', reason: 'not gzip' });
  }
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new Rejected(400, { code: 'BATCH_INVALID', reason: 'not JSON' });
  }
}

function rejectionOf(error: Error & { readonly statusCode?: number }): { readonly statusCode: number; readonly rejection: Rejection } {
  if (error instanceof Rejected) return { statusCode: error.statusCode, rejection: error.rejection };
  const statusCode = error.statusCode ?? 500;
  if (statusCode === 413) return { statusCode, rejection: { code: 'BATCH_TOO_LARGE', reason: `more than ${MAX_BODY_BYTES} bytes` } };
  if (statusCode < 500) return { statusCode, rejection: { code: 'BATCH_INVALID', reason: error.message.slice(0, 500) } };
  return { statusCode: 500, rejection: { code: 'INTERNAL', reason: '' } };
}
