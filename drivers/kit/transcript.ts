// Transcripts: what passed on a line, kept as lines of JSON, recorded from a real device or a simulator and played back as the device.
import { z } from 'zod';
import { Fault } from '../../src/shared/domain/fault.ts';
import type { DriverContext } from './driver.ts';
import { inWords } from './meaning.ts';
import type { Timers, Transport } from './transport.ts';

const headerSchema = z.strictObject({
  /** Version of this format. */
  transcript: z.literal(1),
  /** Version of the kit that recorded it. */
  kit: z.literal(1),
  /** Id of the driver's manifest. */
  driver: z.string().min(1),
  /** When the recording began, UTC. */
  recordedAt: z.iso.datetime(),
  /** The driver's options at that time. */
  options: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  /** Which scenario of the kit was played; absent in a recording from a counter. */
  scenario: z.string().min(1).optional(),
});
export type TranscriptHeader = z.infer<typeof headerSchema>;

const frameSchema = z.discriminatedUnion('direction', [
  z.strictObject({
    /** Since the recording began, ms. */
    ms: z.int().min(0),
    /** Sent by the driver, or received by it. One frame is one chunk as it passed. */
    direction: z.enum(['sent', 'received']),
    /** Two digits a byte; `..` stands for a byte that is masked, because it is or may be a secret. */
    hex: z.string().regex(/^([0-9A-F]{2}|\.\.)+$/),
    note: z.string().optional(),
  }),
  /** No bytes: what was asked of the driver and how it ended, or a word of the person at the device. */
  z.strictObject({ ms: z.int().min(0), direction: z.literal('note'), note: z.string() }),
]);
export type TranscriptFrame = z.infer<typeof frameSchema>;

export interface Transcript {
  readonly header: TranscriptHeader;
  readonly frames: readonly TranscriptFrame[];
}

/** Reads a transcript. Throws INPUT_INVALID naming the line, counted from 1, and what is wrong in it. */
export function parseTranscript(text: string): Transcript {
  const lines = text.split('\n').map((line) => line.trim());
  while (lines.at(-1) === '') lines.pop();
  const read = <T>(schema: z.ZodType<T>, index: number): T => {
    const refuse = (reason: string) => new Fault('INPUT_INVALID', { field: 'transcript', line: index + 1, reason });
    let value: unknown;
    try {
      value = JSON.parse(lines[index] ?? '');
    } catch {
      throw refuse('no JSON');
    }
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    const [issue] = result.error.issues;
    throw refuse(`${issue?.path.join('.')}: ${issue?.message}`);
  };
  const header = read(headerSchema, 0);
  const frames = lines.slice(1).map((_, index) => read(frameSchema, index + 1));
  const back = frames.findIndex(({ ms }, index) => ms < (frames[index - 1]?.ms ?? 0));
  if (back >= 0) throw new Fault('INPUT_INVALID', { field: 'transcript', line: back + 2, reason: 'ms: goes back in time' });
  return { header, frames };
}

/** Returns the transcript as text, one line each for the header and for every frame. */
export function formatTranscript({ header, frames }: Transcript): string {
  return [header, ...frames].map((line) => `${JSON.stringify(line)}\n`).join('');
}

export interface TranscriptRecorder {
  /** What the driver gets in place of the real ones. */
  readonly transport: Transport;
  readonly trace: DriverContext['trace'];
  /** Writes a line without bytes. */
  note(text: string): void;
  /** Returns what was recorded so far. */
  transcript(): Transcript;
}

interface Chunk {
  readonly ms: number;
  readonly direction: 'sent' | 'received' | 'note';
  readonly bytes: Uint8Array;
  note: string | undefined;
}

interface Traced {
  readonly direction: 'sent' | 'received';
  readonly bytes: Uint8Array;
  readonly note: string | undefined;
}

/**
 * Records what passes on `transport`. A byte that differs from what the driver traces of it is a secret and is masked; of a driver that masks
 * anything, bytes that it does not trace at all are masked too.
 */
export function recordTranscript({
  transport,
  timers,
  header,
  trace = () => {},
}: {
  readonly transport: Transport;
  readonly timers: Timers;
  readonly header: Omit<TranscriptHeader, 'transcript' | 'kit'>;
  readonly trace?: DriverContext['trace'];
}): TranscriptRecorder {
  const startMs = timers.now();
  const chunks: Chunk[] = [];
  const traced: Traced[] = [];

  function keep(direction: Chunk['direction'], { bytes, note }: { readonly bytes: Uint8Array; readonly note?: string }): void {
    const ms = Math.max(0, Math.round(timers.now() - startMs));
    if (bytes.length > 0 || note !== undefined) chunks.push({ ms, direction, bytes: bytes.slice(), note });
  }

  transport.onData((bytes) => keep('received', { bytes }));
  transport.onLost((error) => keep('note', { bytes: new Uint8Array(0), note: `lost: ${error.message}` }));

  return {
    transport: {
      write(bytes) {
        keep('sent', { bytes });
        return transport.write(bytes);
      },
      onData: (listener) => transport.onData(listener),
      onLost: (listener) => transport.onLost(listener),
      close: () => transport.close(),
    },
    trace(direction, bytes, note) {
      traced.push({ direction, bytes: bytes.slice(), note: note === undefined ? undefined : inWords(note) });
      trace(direction, bytes, note);
    },
    note: (text) => keep('note', { bytes: new Uint8Array(0), note: text }),
    transcript() {
      const overlays = (['sent', 'received'] as const).map((direction) =>
        layTrace(
          chunks.filter((chunk) => chunk.direction === direction),
          traced.filter((entry) => entry.direction === direction),
        ),
      );
      const hidesSecrets = overlays.some((overlay) => overlay.hidesSecrets);
      const shown = new Map(overlays.flatMap((overlay) => overlay.lines(hidesSecrets)));
      const frames = chunks.map((chunk): TranscriptFrame => {
        if (chunk.direction === 'note') return { ms: chunk.ms, direction: 'note', note: chunk.note ?? '' };
        const { hex = '', note } = shown.get(chunk) ?? {};
        return { ms: chunk.ms, direction: chunk.direction, hex, ...(note === undefined ? {} : { note }) };
      });
      return { header: { transcript: 1, kit: 1, ...header }, frames };
    },
  };
}

/** Lays what was traced over what passed in one direction. A byte shows only where the trace has shown it, or where nothing is ever hidden. */
function layTrace(chunks: readonly Chunk[], traced: readonly Traced[]) {
  const bytes = chunks.flatMap((chunk) => [...chunk.bytes]);
  const seen = new Array<'shown' | 'hidden' | 'untraced'>(bytes.length).fill('untraced');
  const notes = new Map<number, string>();
  let from = 0;
  let lostTrack = false;
  for (const { bytes: shown, note } of traced) {
    if (shown.length === 0) continue;
    const at = placeOf(shown, { bytes, from });
    if (at === null) {
      lostTrack = true;
      continue;
    }
    const hides = shown.some((byte, index) => byte !== bytes[at + index]);
    // In a frame that hides something a 00 may be a hidden 00.
    shown.forEach((byte, index) => {
      seen[at + index] = byte !== bytes[at + index] || (hides && byte === 0) ? 'hidden' : 'shown';
    });
    if (note !== undefined) notes.set(at, note);
    from = at + shown.length;
  }

  /** Returns the hex digits and the note of each chunk; `hidesSecrets`: also what was not traced is masked. */
  function lines(hidesSecrets: boolean): (readonly [Chunk, { readonly hex: string; readonly note: string | undefined }])[] {
    let at = 0;
    return chunks.map((chunk) => {
      const first = at;
      at += chunk.bytes.length;
      const hex = Array.from(chunk.bytes, (byte, index) => {
        const isShown = seen[first + index] === 'shown' || (seen[first + index] === 'untraced' && !hidesSecrets);
        return isShown ? byte.toString(16).toUpperCase().padStart(2, '0') : '..';
      }).join('');
      const note = Array.from(chunk.bytes, (_, index) => notes.get(first + index)).find((text) => text !== undefined);
      return [chunk, { hex, note }] as const;
    });
  }
  // What could not be laid anywhere may be the masked form of anything.
  return { hidesSecrets: lostTrack || seen.includes('hidden'), lines };
}

/** Longest check that a trace makes anew over what it has masked. */
const CHECK_BYTES = 2;

/** Returns where traced bytes lie in what passed: where all fit but those that are 00; else right behind the one before, when all but a check fit. */
function placeOf(shown: Uint8Array, { bytes, from }: { readonly bytes: readonly number[]; readonly from: number }): number | null {
  const strangersAt = (at: number) => shown.filter((byte, index) => byte !== 0 && byte !== bytes[at + index]).length;
  for (let at = from; at + shown.length <= bytes.length; at += 1) if (strangersAt(at) === 0) return at;
  return from + shown.length <= bytes.length && strangersAt(from) <= CHECK_BYTES ? from : null;
}

export interface TranscriptPlayer {
  /** The driver's end of a line at whose other end the recorded device answers. */
  readonly transport: Transport;
  /** Returns where the driver first asked something else than was recorded: FRAME_SEQUENCE with line, expected and found; else null. */
  mismatch(): Fault | null;
  /** Returns the numbers of the transcript's lines that have not been played, counted from 1. */
  unplayed(): readonly number[];
}

interface Step {
  /** In the file, counted from 1. */
  readonly line: number;
  readonly ms: number;
  readonly direction: 'sent' | 'received';
  /** Null for a byte that is masked. */
  readonly bytes: readonly (number | null)[];
  /** When it was played. */
  atMs: number | null;
}

/**
 * Plays the device of a transcript: what was recorded as received arrives when all that was sent before it has been sent again, after the time
 * it took then. What the driver sends is compared byte by byte, however it is cut; a masked byte may be any. The first difference rejects that
 * write and every later one with FRAME_SEQUENCE. `complete` puts masked bytes of an answer (00 until then) and its check sum right.
 */
export function playTranscript({
  transcript,
  timers,
  complete = (bytes) => bytes,
}: {
  readonly transcript: Transcript;
  readonly timers: Timers;
  complete?(bytes: Uint8Array): Uint8Array;
}): TranscriptPlayer {
  const steps = transcript.frames.flatMap((frame, index): Step[] => {
    if (frame.direction === 'note') return [];
    const bytes = (frame.hex.match(/../g) ?? []).map((pair) => (pair === '..' ? null : Number.parseInt(pair, 16)));
    return [{ line: index + 2, ms: frame.ms, direction: frame.direction, bytes, atMs: null }];
  });
  const startMs = timers.now();
  const listeners = new Set<(chunk: Uint8Array) => void>();
  let mismatch: Fault | null = null;
  let closed = false;
  /** Bytes of the step that is being sent. */
  let sentBytes = 0;
  let timer: unknown = null;

  const nextSent = () => steps.find(({ direction, atMs }) => direction === 'sent' && atMs === null);

  /** Plans the next answer once everything before it has happened. */
  function plan(): void {
    const index = steps.findIndex(({ direction, atMs }) => direction === 'received' && atMs === null);
    const step = steps[index];
    if (!step || closed || timer !== null || steps.slice(0, index).some(({ atMs }) => atMs === null)) return;
    const before = steps[index - 1];
    const dueMs = (before?.atMs ?? startMs) + step.ms - (before?.ms ?? 0);
    timer = timers.setTimeout(
      () => {
        timer = null;
        step.atMs = timers.now();
        const bytes = Uint8Array.from(step.bytes, (byte) => byte ?? 0);
        const chunk = step.bytes.includes(null) ? complete(bytes) : bytes;
        for (const listener of [...listeners]) listener(chunk);
        plan();
      },
      Math.max(0, dueMs - timers.now()),
    );
  }

  function differ(found: Uint8Array, step: Step | undefined): Fault {
    const hex = (bytes: readonly (number | null)[]) =>
      bytes.map((byte) => byte?.toString(16).toUpperCase().padStart(2, '0') ?? '..').join('');
    const last = transcript.frames.length + 1;
    mismatch = new Fault('FRAME_SEQUENCE', {
      reason: step ? 'not as recorded' : 'nothing more was recorded',
      line: step?.line ?? last,
      expected: step ? hex(step.bytes) : '',
      found: hex([...found]),
    });
    return mismatch;
  }

  plan();
  return {
    transport: {
      async write(bytes) {
        if (mismatch) throw mismatch;
        if (closed) throw new Fault('DEVICE_OFFLINE');
        for (const byte of bytes) {
          const step = nextSent();
          const expected = step?.bytes[sentBytes];
          if (!step || (expected !== null && expected !== byte)) throw differ(bytes, step);
          sentBytes += 1;
          if (sentBytes < step.bytes.length) continue;
          sentBytes = 0;
          step.atMs = timers.now();
        }
        plan();
      },
      onData(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      onLost: () => () => {},
      async close() {
        closed = true;
        timers.clearTimeout(timer);
        listeners.clear();
      },
    },
    mismatch: () => mismatch,
    unplayed: () => steps.filter(({ atMs }) => atMs === null).map(({ line }) => line),
  };
}
