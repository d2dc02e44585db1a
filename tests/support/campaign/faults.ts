// What the fault campaign does to a line, drawn from a seed: one misfortune per case, at one message of one call.

import { delay, type MemoryLine, type Mishap, replace } from '../../../drivers/kit/testing/line.ts';
import type { Timers } from '../../../drivers/kit/transport.ts';

/** How long a message takes on the campaign's lines, ms. */
const TRAVEL_MS = 2;

export const usual: Mishap = delay(TRAVEL_MS);

/** Whatever can befall bytes. */
const BYTE_FAULTS = ['cut', 'byte lost', 'corrupted', 'garbage before', 'garbage after', 'in pieces'] as const;
/** What befalls whole messages, also on buses that check bytes themselves. */
const MESSAGE_FAULTS = [
  'message lost',
  'late',
  'doubled',
  'half-open',
  'echo',
  'line lost',
  'device without power',
  'driver closed',
  'process killed',
] as const;

export type FaultKind = (typeof BYTE_FAULTS)[number] | (typeof MESSAGE_FAULTS)[number];

export interface LineFault {
  readonly kind: FaultKind;
  readonly direction: 'toHost' | 'toDevice';
  /** Which message of the call, counted from 0. */
  readonly message: number;
  /** Which byte of it; drawn when left out. */
  readonly at?: number;
  /** Draws whatever else the fault needs. */
  readonly random: () => number;
}

/** Returns the kinds that can befall a bus; PC/SC, folders and libraries carry whole messages or none. */
export function kindsOf({ carriesBytes }: { readonly carriesBytes: boolean }): readonly FaultKind[] {
  return carriesBytes ? [...BYTE_FAULTS, ...MESSAGE_FAULTS] : MESSAGE_FAULTS.filter((kind) => kind !== 'echo' && kind !== 'doubled');
}

export interface FaultTargets {
  readonly line: MemoryLine;
  readonly timers: Timers;
  /** Takes the device's power. */
  detach(): void;
  /** Closes the driver in the middle of its call. */
  close(): void;
  /** Ends the driver's process: nothing more leaves it, nothing reaches it. */
  kill(): void;
}

const below = (random: () => number, limit: number) => Math.floor(random() * limit);

function noise(random: () => number): Uint8Array {
  return Uint8Array.from({ length: 1 + below(random, 12) }, () => below(random, 256));
}

/** Makes a line bring back what the driver sends, before the device has heard it. */
export function makeEcho(line: MemoryLine): void {
  line.toDevice.always((bytes) => {
    line.device.write(bytes).catch(() => {});
    return usual(bytes);
  });
}

/** Makes ready for the fault to happen when its message passes; returns the function that ends it. */
export function unleash(fault: LineFault, { line, timers, detach, close, kill }: FaultTargets): () => void {
  const { kind, random } = fault;
  let healed = false;
  /** Bytes keep their order: what is late makes late whatever is behind it. */
  let freeAtMs = 0;
  const travelling = (mishap: Mishap): Mishap => {
    return (bytes) =>
      mishap(bytes).map((piece) => {
        freeAtMs = Math.max(freeAtMs, timers.now() + piece.delayMs + TRAVEL_MS);
        return { ...piece, delayMs: freeAtMs - timers.now() };
      });
  };
  const onTime = travelling((bytes) => [{ bytes, delayMs: 0 }]);
  const after = (act: () => void): Mishap => {
    return (bytes) => {
      // Once the message is out: what follows is the fault's.
      queueMicrotask(act);
      return [{ bytes, delayMs: 0 }];
    };
  };

  const place = (length: number) => fault.at ?? below(random, length);

  function mishap(): Mishap {
    switch (kind) {
      case 'cut':
        return replace((bytes) => bytes.slice(0, place(bytes.length)));
      case 'byte lost':
        return replace((bytes) => {
          const at = place(bytes.length);
          return bytes.filter((_, index) => index !== at);
        });
      case 'corrupted':
        return replace((bytes) => {
          const at = place(bytes.length);
          if (at >= bytes.length) return bytes;
          return bytes.with(at, (bytes[at] ?? 0) ^ (1 + below(random, 255)));
        });
      case 'garbage before':
        return replace((bytes) => Uint8Array.of(...noise(random), ...bytes));
      case 'garbage after':
        return replace((bytes) => Uint8Array.of(...bytes, ...noise(random)));
      case 'in pieces': {
        const size = 1 + below(random, 8);
        const pauseMs = [0, 1, 20, 150, 900][below(random, 5)] ?? 0;
        return (bytes) =>
          Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => ({
            bytes: bytes.slice(index * size, (index + 1) * size),
            delayMs: index * pauseMs,
          }));
      }
      case 'message lost':
        return () => [];
      case 'late':
        return delay([20, 300, 700, 2_000, 6_000, 60_000][below(random, 6)] ?? 0);
      case 'doubled':
        return (bytes) => [
          { bytes, delayMs: 0 },
          { bytes, delayMs: below(random, 3) * 40 },
        ];
      case 'half-open':
        return () => {
          line[fault.direction].always((bytes) => (healed ? onTime(bytes) : []));
          return [];
        };
      case 'echo':
        return usual;
      case 'line lost':
        return after(() => line.lose());
      case 'device without power':
        return after(detach);
      case 'driver closed':
        return after(close);
      case 'process killed':
        return (bytes) => {
          kill();
          // A write may be half done; what the device sends meets nobody.
          return fault.direction === 'toDevice' ? [{ bytes: bytes.slice(0, below(random, bytes.length + 1)), delayMs: 0 }] : [];
        };
    }
  }

  if (kind !== 'echo') {
    const misfortune = travelling(mishap());
    const passing = new Array<Mishap>(fault.message).fill(onTime);
    // Until the call has come that far; what was planned and never came about is not to meet another call.
    line[fault.direction].next(...passing, (bytes) => (healed ? onTime(bytes) : misfortune(bytes)));
    line[fault.direction].always(onTime);
  }
  return () => {
    healed = true;
  };
}
