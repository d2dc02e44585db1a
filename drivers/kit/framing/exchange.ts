// Half-duplex exchange: send a frame, await the answer that belongs to it, or say precisely why there is none.
import { Fault, type FaultCode } from '../../../src/shared/domain/fault.ts';
import type { Timers, Transport } from '../transport.ts';
import type { FixedFramer } from './fixed-frame.ts';

export interface ExchangeRequest {
  readonly frame: Uint8Array;
  /** From the moment the frame has left, ms. */
  readonly timeoutMs: number;
  /** Ends the exchange sooner when the line has been silent for so long, ms; for long answers at low rates. */
  readonly silenceMs?: number;
  /** `answer` ends the exchange; a code says what is wrong with a frame that is not the answer. */
  judge(frame: Uint8Array): 'answer' | FaultCode;
}

export interface ExchangeLine {
  /**
   * Sends the frame and resolves with its answer. A frame that is not the answer never ends the exchange, because the answer may still
   * come behind it. Rejects at the time-out with the first thing that was wrong (FRAME_SUM, FRAME_SHORT or `judge`'s code), DEVICE_NO_ANSWER when
   * nothing came, PORT_… when the line is gone, DEVICE_OFFLINE after `close`. One exchange at a time.
   */
  exchange(request: ExchangeRequest): Promise<Uint8Array>;
  /** Stops listening; the exchange in flight rejects with DEVICE_OFFLINE. The transport stays open. */
  close(): void;
}

export interface ExchangeLineOptions {
  readonly transport: Transport;
  readonly timers: Timers;
  readonly framer: FixedFramer;
  /** Longest pause inside a frame, ms. */
  readonly interByteMs: number;
  /** Called with every good frame before it is judged; true when the device sent it by itself and it answers nothing. */
  isUnsolicited(frame: Uint8Array): boolean;
  /** Called with all that passes; `damage` says what is wrong with received bytes. Masking secrets is the caller's part. */
  trace(direction: 'sent' | 'received', bytes: Uint8Array, damage?: 'bad-sum' | 'short'): void;
}

/** Returns an exchange over an open transport. */
export function createExchangeLine(options: ExchangeLineOptions): ExchangeLine {
  const { transport, timers, framer } = options;
  let pending: {
    readonly request: ExchangeRequest;
    wrong: FaultCode | null;
    /** Bytes have passed: the silence begins anew. */
    heard(): void;
    settle(result: Uint8Array | Fault): void;
  } | null = null;
  let silence: unknown = null;
  let gone: Fault | null = null;

  function take(events: ReturnType<FixedFramer['push']>): void {
    for (const event of events) {
      options.trace('received', event.bytes, event.kind === 'frame' ? undefined : event.kind);
      if (event.kind !== 'frame') {
        if (pending) pending.wrong ??= event.kind === 'short' ? 'FRAME_SHORT' : 'FRAME_SUM';
      } else if (!options.isUnsolicited(event.bytes) && pending) {
        const verdict = pending.request.judge(event.bytes);
        if (verdict === 'answer') pending.settle(event.bytes);
        else pending.wrong ??= verdict;
      }
    }
  }

  function end(fault: Fault): void {
    gone ??= fault;
    timers.clearTimeout(silence);
    stopData();
    stopLost();
    pending?.settle(gone);
  }

  const stopData = transport.onData((chunk) => {
    timers.clearTimeout(silence);
    pending?.heard();
    take(framer.push(chunk));
    if (framer.pending > 0) silence = timers.setTimeout(() => take(framer.cut()), options.interByteMs);
  });
  const stopLost = transport.onLost((error) =>
    end(error instanceof Fault ? error : new Fault('PORT_FAILED', { reason: error.name }, { cause: error })),
  );

  return {
    exchange(request) {
      if (gone) return Promise.reject(gone);
      if (pending) return Promise.reject(new Fault('DEVICE_BUSY'));
      return new Promise((resolve, reject) => {
        let deadline: unknown = null;
        let quiet: unknown = null;
        const giveUp = () => {
          take(framer.cut());
          own.settle(new Fault(own.wrong ?? 'DEVICE_NO_ANSWER'));
        };
        const own = {
          request,
          wrong: null as FaultCode | null,
          heard() {
            timers.clearTimeout(quiet);
            if (request.silenceMs !== undefined) quiet = timers.setTimeout(giveUp, request.silenceMs);
          },
          settle(result: Uint8Array | Fault) {
            if (pending !== own) return;
            pending = null;
            timers.clearTimeout(deadline);
            timers.clearTimeout(quiet);
            if (result instanceof Fault) reject(result);
            else resolve(result);
          },
        };
        pending = own;
        options.trace('sent', request.frame);
        transport.write(request.frame).then(
          () => {
            if (pending !== own) return;
            deadline = timers.setTimeout(giveUp, request.timeoutMs);
            own.heard();
          },
          (error) => own.settle(error instanceof Fault ? error : new Fault('PORT_FAILED', {}, { cause: error })),
        );
      });
    },
    close: () => end(new Fault('DEVICE_OFFLINE')),
  };
}
