// One exchange with headquarters over HTTP: a batch out, a validated answer or a fault back.
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Fault } from '../../shared/domain/fault.ts';
import type { Operation } from '../../shared/domain/operation.ts';
import { type Answer, answerSchema, MAX_BATCH_BYTES, OPERATIONS_PATH, rejectionSchema, WIRE_VERSION } from '../../shared/wire/envelope.ts';

const gzipAsync = promisify(gzip);
/** Below this a body travels as it is, bytes. */
const GZIP_FROM_BYTES = 1024;
/** What an answer may be long at most, characters. */
const MAX_ANSWER_LENGTH = 16_384;

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

/**
 * Sends the batch and returns headquarters' answer. Throws HEADQUARTERS_UNREACHABLE when the line, a time limit or the far side
 * fails or what comes back is not an answer, HEADQUARTERS_REFUSED when the batch as a whole is turned away.
 */
export async function exchange(input: {
  readonly url: string;
  readonly fetch: typeof fetch;
  readonly signal: AbortSignal;
  readonly branchNo: string;
  readonly counterId: string;
  readonly batch: OutgoingBatch;
}): Promise<Answer> {
  const { batch, branchNo, counterId } = input;
  const head = JSON.stringify({ version: WIRE_VERSION, branchNo, counterId, fromSeq: batch.fromSeq, toSeq: batch.toSeq });
  const json = Buffer.from(`${head.slice(0, -1)},"operations":[${batch.operationsJson.join(',')}]}`);
  const zipped = json.length >= GZIP_FROM_BYTES;
  const body = zipped ? await gzipAsync(json) : json;

  let status: number;
  let text: string;
  try {
    const response = await input.fetch(new URL(OPERATIONS_PATH, input.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(zipped ? { 'content-encoding': 'gzip' } : {}) },
      body: new Uint8Array(body),
      redirect: 'error',
      signal: input.signal,
    });
    status = response.status;
    text = await response.text();
  } catch (error) {
    throw new Fault('HEADQUARTERS_UNREACHABLE', { reason: input.signal.aborted ? 'timeout' : 'line' }, { cause: error });
  }
  if (status === 200) {
    const answer = answerSchema.safeParse(jsonOf(text));
    if (answer.success && answer.data.counterId === counterId) return answer.data;
    throw new Fault('HEADQUARTERS_UNREACHABLE', { reason: 'answer-invalid', status });
  }
  const rejection = rejectionSchema.safeParse(jsonOf(text));
  if (status >= 400 && status < 500 && rejection.success) {
    throw new Fault('HEADQUARTERS_REFUSED', { status, seq: batch.fromSeq, code: rejection.data.code, reason: rejection.data.reason });
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
