// Reading and writing a memory card through a reader: the order that never spends a last attempt and never hides a half write.
import type { MemoryCardReader } from '../../../drivers/kit/card-reader.ts';
import { type Outcome, outcomeOf } from '../../../drivers/kit/outcome.ts';
import { type CardWrite, pscAttemptsLeft, sameBytes } from '../../shared/domain/card-image.ts';
import { Fault } from '../../shared/domain/fault.ts';
import type { CardSnapshot, WriteProgress } from '../core/ports/devices.ts';

/** Main memory of an SLE4442. */
const IMAGE_BYTES = 256;
const PSC_BYTES = 3;
/** What one frame of the common readers carries; also the step of the progress shown. */
const CHUNK_BYTES = 32;

/** A write as the reader's side sees it. */
export interface CardWriteTask {
  readonly cardSlot: number;
  readonly expected: Uint8Array;
  readonly writes: readonly CardWrite[];
  readonly psc: Uint8Array;
  readonly allowLastAttempt: boolean;
}

export interface CardWriteHooks {
  /** Aborted with a Fault as its reason: stops before the next step. */
  readonly signal: AbortSignal;
  progress(progress: WriteProgress): void;
  /** Called right before the first byte of main memory is sent. */
  effectBegins(): void;
}

/** Returns what is in the slot. Needs no secret. Rejects with the reader's faults; a card pulled out meanwhile is simply absent. */
export async function readCard(reader: MemoryCardReader, slot: number): Promise<CardSnapshot> {
  const presence = await reader.status(slot);
  if (presence !== 'present') return { presence, image: null, attemptsLeft: null };
  try {
    const image = await reader.readMain(slot, 0, IMAGE_BYTES);
    return { presence, image, attemptsLeft: pscAttemptsLeft(await reader.readErrorCounter(slot)) };
  } catch (error) {
    if (error instanceof Fault && error.code === 'CARD_ABSENT') return { presence: 'absent', image: null, attemptsLeft: null };
    if (error instanceof Fault && error.code === 'CARD_DAMAGED') return { presence: 'damaged', image: null, attemptsLeft: null };
    throw error;
  }
}

/**
 * Writes a card: compare, error counter, PSC, write, read back. `done` carries the image read back, whatever it holds.
 * Until the first byte of main memory is sent every failure is `refused`, from then on `unknown`.
 * With nothing to write no secret is presented.
 */
export async function writeCard(reader: MemoryCardReader, task: CardWriteTask, hooks: CardWriteHooks): Promise<Outcome<Uint8Array>> {
  let effectBegan = false;
  return outcomeOf(
    async () => {
      checkTask(task);
      const { cardSlot: slot } = task;
      await requireExpectedCard(reader, task);
      if (task.writes.length > 0) {
        await requireAttempts(reader, task);
        hooks.signal.throwIfAborted();
        await reader.presentPsc(slot, task.psc);
      }
      const totalBytes = task.writes.reduce((sum, write) => sum + write.data.length, 0);
      let doneBytes = 0;
      for (const chunk of task.writes.flatMap(chunksOf)) {
        hooks.signal.throwIfAborted();
        if (!effectBegan) {
          effectBegan = true;
          hooks.effectBegins();
        }
        await reader.updateMain(slot, chunk.address, chunk.data);
        doneBytes += chunk.data.length;
        hooks.progress({ doneBytes, totalBytes });
      }
      hooks.signal.throwIfAborted();
      return reader.readMain(slot, 0, IMAGE_BYTES);
    },
    () => effectBegan,
  );
}

function checkTask(task: CardWriteTask): void {
  const invalid = (field: string) => new Fault('INPUT_INVALID', { field });
  if (task.psc.length !== PSC_BYTES) throw invalid('psc');
  if (task.expected.length !== IMAGE_BYTES) throw invalid('expected');
  const outside = task.writes.some((write) => write.data.length === 0 || write.address + write.data.length > IMAGE_BYTES);
  if (outside) throw invalid('writes');
}

async function requireExpectedCard(reader: MemoryCardReader, task: CardWriteTask): Promise<void> {
  const slot = task.cardSlot;
  const presence = await reader.status(slot);
  if (presence === 'absent') throw new Fault('CARD_ABSENT', { slot });
  if (presence === 'damaged') throw new Fault('CARD_DAMAGED', { slot });
  const image = await reader.readMain(slot, 0, IMAGE_BYTES);
  if (!sameBytes(image, task.expected)) throw new Fault('CARD_CHANGED_ELSEWHERE', { slot });
}

async function requireAttempts(reader: MemoryCardReader, task: CardWriteTask): Promise<void> {
  const slot = task.cardSlot;
  const attemptsLeft = pscAttemptsLeft(await reader.readErrorCounter(slot));
  if (attemptsLeft === 0) throw new Fault('CARD_LOCKED', { slot });
  if (attemptsLeft === 1 && !task.allowLastAttempt) throw new Fault('CARD_LAST_ATTEMPT', { slot, attemptsLeft });
}

function chunksOf(write: CardWrite): CardWrite[] {
  const chunks: CardWrite[] = [];
  for (let at = 0; at < write.data.length; at += CHUNK_BYTES) {
    chunks.push({ address: write.address + at, data: write.data.subarray(at, at + CHUNK_BYTES) });
  }
  return chunks;
}
