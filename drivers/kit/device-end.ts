// The device's end of a line: what the simulators share whose devices take frames and work them off one after the other.
import type { FixedFramer, FrameEvent } from './framing/framer.ts';
import type { Timers, Transport } from './transport.ts';

export interface DeviceEnd {
  attach(line: Transport): void;
  /** Power or plug gone: a frame that has begun is forgotten. */
  detach(): void;
  /** The host may have gone away meanwhile; a device does not care. */
  send(bytes: Uint8Array): void;
  /** What comes next begins a new frame. */
  dropPart(): void;
}

/** Returns the end, attached to nothing. */
export function createDeviceEnd(options: {
  readonly timers: Timers;
  /** A frame that pauses longer than this is forgotten, ms. */
  readonly interByteMs: number;
  createFramer(): FixedFramer;
  /** Called with what has come, and with what a silence has ended. */
  take(events: readonly FrameEvent[], since: 'data' | 'silence'): void;
  /** The device loses its power. */
  onDetach(): void;
}): DeviceEnd {
  const { timers } = options;
  let line: Transport | null = null;
  let stopListening: () => void = () => {};
  let framer = options.createFramer();
  let silence: unknown = null;

  function receive(chunk: Uint8Array): void {
    timers.clearTimeout(silence);
    options.take(framer.push(chunk), 'data');
    if (framer.pending > 0) silence = timers.setTimeout(() => options.take(framer.cut(), 'silence'), options.interByteMs);
  }

  function detach(): void {
    stopListening();
    stopListening = () => {};
    timers.clearTimeout(silence);
    line = null;
    framer = options.createFramer();
    options.onDetach();
  }

  return {
    attach(newLine) {
      detach();
      line = newLine;
      stopListening = newLine.onData(receive);
    },
    detach,
    send: (bytes) => void line?.write(bytes).catch(() => {}),
    dropPart: () => void framer.cut(),
  };
}

export interface DeviceWork<Request> {
  push(request: Request): void;
  /** Power gone: what waits and what is under way is over. */
  clear(): void;
}

/** Returns a queue that performs one request at a time, at once where it can; a request is over when it has called `done`. */
export function createDeviceWork<Request>(perform: (request: Request, done: () => void) => void): DeviceWork<Request> {
  let waiting: Request[] = [];
  let underWay: symbol | null = null;
  let working = false;

  function work(): void {
    if (working) return;
    working = true;
    while (underWay === null) {
      const [next, ...rest] = waiting;
      if (next === undefined) break;
      waiting = rest;
      const own = Symbol();
      underWay = own;
      perform(next, () => {
        if (underWay !== own) return;
        underWay = null;
        work();
      });
    }
    working = false;
  }

  return {
    push(request) {
      waiting.push(request);
      work();
    },
    clear() {
      waiting = [];
      underWay = null;
    },
  };
}
