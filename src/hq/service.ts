// The HTTP face of headquarters: health, operations in, totals out.
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { batchSchema, MAX_BODY_BYTES, OPERATIONS_PATH, type RefusalCode, type Rejection, WIRE_VERSION } from '../shared/wire/envelope.ts';
import type { Database } from './database.ts';
import { ingest } from './ingest.ts';
import { branchTotals } from './totals.ts';

const gunzipBounded = promisify(gunzip);

/** A request that is turned away before its operations are looked at. */
class Rejected extends Error {
  readonly statusCode: number;
  readonly rejection: Rejection;

  constructor(statusCode: number, rejection: { readonly code: RefusalCode; readonly reason: string }) {
    super(`${rejection.code} ${rejection.reason}`);
    this.statusCode = statusCode;
    this.rejection = rejection;
  }
}

/** A line of the service's log; one per refusal and per failure. */
export type Log = (entry: Readonly<Record<string, string | number>>) => void;

/** Returns the service, not yet listening. It does not close the database. */
export function createService(options: { readonly db: Database; readonly nowMs: () => number; readonly log: Log }): FastifyInstance {
  const { db, nowMs, log } = options;
  const app = Fastify({ bodyLimit: MAX_BODY_BYTES, requestTimeout: 30_000, forceCloseConnections: 'idle' });

  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (request: FastifyRequest, body: Buffer) =>
    parseJson(await inflate(request.headers['content-encoding'], body)),
  );

  app.setErrorHandler((error: Error & { readonly statusCode?: number }, _request, reply) => {
    const { statusCode, rejection } = rejectionOf(error);
    log({ event: 'rejected', statusCode, code: rejection.code, reason: statusCode === 500 ? error.message : rejection.reason });
    return reply.code(statusCode).send(rejection);
  });
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ code: 'BATCH_INVALID', reason: 'no such address' } satisfies Rejection),
  );

  app.get('/health', async () => ({ status: 'ok', version: WIRE_VERSION }));
  app.get('/v1/branches', async () => ({ branches: await branchTotals(db) }));
  app.post(OPERATIONS_PATH, async (request) => {
    const version = (request.body as { readonly version?: unknown } | null)?.version;
    if (Number.isInteger(version) && version !== WIRE_VERSION) {
      throw new Rejected(400, { code: 'VERSION_UNSUPPORTED', reason: `this headquarters speaks version ${WIRE_VERSION}` });
    }
    const parsed = batchSchema.safeParse(request.body);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw new Rejected(400, { code: 'BATCH_INVALID', reason: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`.slice(0, 500) });
    }
    const answer = await ingest(db, { batch: parsed.data, receivedAtMs: nowMs() });
    if (answer.refused !== undefined) {
      log({ event: 'refused', branchNo: parsed.data.branchNo, counterId: parsed.data.counterId, ...answer.refused });
    }
    return answer;
  });
  return app;
}

/** Returns the body as sent; a gzip body is unpacked up to the body limit and no further. */
async function inflate(encoding: string | undefined, body: Buffer): Promise<Buffer> {
  if (encoding === undefined || encoding === 'identity') return body;
  if (encoding !== 'gzip') throw new Rejected(415, { code: 'BATCH_INVALID', reason: 'only gzip is understood' });
  try {
    return await gunzipBounded(body, { maxOutputLength: MAX_BODY_BYTES });
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
