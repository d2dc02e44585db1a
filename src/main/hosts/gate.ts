// The gate before the dispatcher, the same for every transport: size, form and name of a call are checked before anything acts on it.
import { type AnyRouter, ORPCError } from '@orpc/server';
import { RPCHandler } from '@orpc/server/message-port';
import { MAX_CALL_BYTES } from '../../shared/contract/index.ts';
import { type FaultCode, type FaultContext, isFaultCode } from '../../shared/domain/fault.ts';
import { handlerOptions, type SenderContext } from '../core/dispatch.ts';

export type SenderKind = SenderContext['kind'];

/** One sender's line: text messages both ways. */
export interface Line {
  send(text: string): void;
  onMessage(listener: (message: unknown) => void): void;
  onClose(listener: () => void): void;
}

/** What the gate needs of the core's dispatcher. */
export interface Dispatching {
  readonly router: AnyRouter;
  connect(kind: SenderKind): SenderContext;
  disconnect(context: SenderContext): void;
}

export interface Gate {
  /** Serves calls that arrive on the line until it closes. */
  serve(line: Line, kind: SenderKind): void;
}

const STATUS: Partial<Record<FaultCode, number>> = { CALL_TOO_LARGE: 413, INTERNAL: 500 };
/** Message types of the wire: absent or 1 a call, 3 an event of a stream, 4 a cancellation. */
const EVENT = 3;
const CANCEL = 4;
const MAX_ID_LENGTH = 40;

interface Message {
  readonly i: string;
  readonly t?: number;
  readonly p?: { readonly u: string; readonly m?: string; readonly b?: unknown };
}

/** Returns the gate that serves `dispatcher` over any number of lines. */
export function createGate(dispatcher: Dispatching): Gate {
  const handler = new RPCHandler<SenderContext>(dispatcher.router, {
    ...handlerOptions,
    interceptors: [
      async ({ next }) => {
        try {
          return await next();
        } catch (error) {
          throw asWireFault(error);
        }
      },
    ],
  });
  return {
    serve(line, kind) {
      const context = dispatcher.connect(kind);
      const port = {
        onMessage: {
          addListener(listener: (message: unknown) => void) {
            line.onMessage((raw) => {
              const admitted = admit(raw);
              if ('fault' in admitted) line.send(faultAnswer(admitted));
              else listener(admitted.message);
            });
          },
        },
        onDisconnect: { addListener: (listener: () => void) => line.onClose(listener) },
        postMessage: (text: unknown) => line.send(String(text)),
      };
      handler.upgrade(port, { context });
      line.onClose(() => dispatcher.disconnect(context));
    },
  };
}

type Admitted = { readonly message: object } | { readonly id: string; readonly fault: FaultCode; readonly context: FaultContext };

/** Decides over one raw message. Whatever it admits is plain parsed JSON of the wire's form, so that nothing behind it can throw on form. */
function admit(raw: unknown): Admitted {
  if (typeof raw !== 'string') return { id: '', fault: 'INPUT_INVALID', context: { reason: 'not-text' } };
  if (raw.length > MAX_CALL_BYTES || (raw.length * 3 > MAX_CALL_BYTES && Buffer.byteLength(raw) > MAX_CALL_BYTES))
    return { id: idAtStart(raw), fault: 'CALL_TOO_LARGE', context: { limitBytes: MAX_CALL_BYTES } };
  let parsed: unknown;
  try {
    parsed = JSON.parse(raw);
  } catch {
    return { id: '', fault: 'INPUT_INVALID', context: { reason: 'not-json' } };
  }
  const id = isRecord(parsed) && isId(parsed.i) ? parsed.i : '';
  if (!isMessage(parsed)) return { id, fault: 'INPUT_INVALID', context: { reason: 'not-a-call' } };
  return { message: parsed };
}

function isMessage(value: unknown): value is Message {
  if (!isRecord(value) || !isId(value.i)) return false;
  if (value.t === CANCEL) return true;
  if (value.t === EVENT) return isRecord(value.p);
  if (value.t !== undefined && value.t !== 1) return false;
  const call = value.p;
  if (!isRecord(call) || typeof call.u !== 'string' || !call.u.startsWith('/') || call.m !== undefined) return false;
  return call.h === undefined && (call.b === undefined || isRecord(call.b));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_ID_LENGTH;
}

/** The id of a message too large to parse: clients put it first. '' when it is not there. */
function idAtStart(raw: string): string {
  return /^\{"i":"([\w-]{1,40})"/.exec(raw.slice(0, 60))?.[1] ?? '';
}

function faultAnswer(refusal: { readonly id: string; readonly fault: FaultCode; readonly context: FaultContext }): string {
  const status = STATUS[refusal.fault] ?? 400;
  const json = { defined: true, code: refusal.fault, status, message: refusal.fault, data: refusal.context };
  return JSON.stringify({ i: refusal.id, p: { s: status, b: { json } } });
}

/** Only our own codes leave the counter: what the call layer itself refuses is bad input, everything else INTERNAL without detail. */
function asWireFault(error: unknown): unknown {
  if (error instanceof ORPCError && isFaultCode(error.code)) return error;
  const badInput =
    error instanceof ORPCError ? error.status < 500 : error instanceof TypeError && error.message.startsWith('Invalid RPC serialized data');
  const code = badInput ? 'INPUT_INVALID' : 'INTERNAL';
  return new ORPCError(code, { defined: true, status: STATUS[code] ?? 400, message: code, data: { reason: 'call-layer' }, cause: error });
}
