// The sending side of XMODEM-CRC, XMODEM-1K and YMODEM batch.
import {
  ACK,
  type BlockBytes,
  CAN,
  type DockFile,
  EOT,
  encodeBatchEnd,
  encodeBatchHeader,
  encodeBlock,
  Fault,
  inWords,
  type Meaning,
  NAK,
  nextBlockBytes,
  type SendingNotes,
  START_CRC,
  say,
} from '../kit/index.ts';
import { cancelledByDevice, type DockLink } from './link.ts';

export interface SendOptions extends SendingNotes {
  readonly protocol: 'xmodem' | 'ymodem';
  readonly blockBytes: BlockBytes;
  readonly files: readonly DockFile[];
}

/** A C that comes sooner than this after a block was called before the block arrived, and asks for nothing. */
const STALE_START_MS = 1500;
/** How long a second answer to a block sent twice may lag behind the first. */
const SETTLE_MS = 300;
/**
 * The end of a file is tried four times, the first of which many refuse by custom. A receiver that has confirmed it may have gone for good, and
 * its confirmation with it: more patience would tell nothing.
 */
const END_RETRIES = 3;
/** A receiver only has to close its file before it answers an end; lrzsz takes 1 s. */
const END_REPLY_MS = 3000;
/** The end of the batch is a courtesy: each file was acknowledged by itself. */
const BATCH_END_RETRIES = 1;

function cancels(bytes: Uint8Array): boolean {
  return bytes.some((byte, index) => byte === CAN && bytes[index + 1] === CAN);
}

/** Sends the files; rejects with the fault that stopped it. XMODEM carries one file and neither its name nor its size. */
export async function sendFiles(link: DockLink, options: SendOptions): Promise<void> {
  const { timing } = link;
  let startHeard = false;
  const endReplyMs = Math.min(END_REPLY_MS, timing.replyTimeoutMs);

  /** Waits for one of these bytes; null when none came in time. */
  async function hear(wanted: readonly number[], timeoutMs: number): Promise<number | null> {
    const endMs = link.now() + timeoutMs;
    let previous = 0;
    for (;;) {
      const leftMs = endMs - link.now();
      const [byte] = leftMs > 0 ? await link.take({ count: 1, firstMs: leftMs, nextMs: leftMs }) : [];
      if (byte === undefined) return null;
      if (byte === CAN && previous === CAN) throw cancelledByDevice();
      if (wanted.includes(byte)) return byte;
      previous = byte;
    }
  }

  /** Waits for the receiver's C. */
  async function awaitStart(timeoutMs: number): Promise<void> {
    if (!startHeard && (await hear([START_CRC], timeoutMs)) === null) throw new Fault('DEVICE_NO_ANSWER', { reason: 'not-started' });
    startHeard = false;
  }

  /** What has come before it was asked for answers nothing; more calls that have piled up ask for the same start. */
  async function dropWaiting(): Promise<void> {
    if (link.waiting === 0) return;
    if (cancels(await link.take({ count: link.waiting, firstMs: 0, nextMs: 0 }))) throw cancelledByDevice();
  }

  async function answer(timeoutMs: number): Promise<'ack' | 'nak' | 'silent'> {
    const startMs = link.now();
    for (;;) {
      const byte = await hear([ACK, NAK, START_CRC], startMs + timeoutMs - link.now());
      if (byte === ACK) return 'ack';
      if (byte === NAK) return 'nak';
      // Some receivers call again instead of refusing a first block.
      if (byte === null || link.now() - startMs >= STALE_START_MS) return 'silent';
    }
  }

  /**
   * An ACK for the end may be the late one of the last block. By YMODEM only the call for the next file proves that this one is whole; by XMODEM
   * an earlier refusal of the end does, and without one nothing more may come for a moment.
   */
  async function confirmEnd(refusedBefore: boolean): Promise<'ack' | 'nak' | 'silent'> {
    if (options.protocol === 'xmodem') return refusedBefore || (await hear([NAK], timing.interByteMs)) === null ? 'ack' : 'nak';
    const byte = await hear([START_CRC, NAK], endReplyMs);
    startHeard = byte === START_CRC;
    return byte === null ? 'silent' : startHeard ? 'ack' : 'nak';
  }

  interface Delivery {
    readonly bytes: Uint8Array;
    readonly note: Meaning;
    /** `timing.retries` and `timing.replyTimeoutMs` unless given. */
    readonly retries?: number;
    readonly replyMs?: number;
    readonly confirm?: typeof confirmEnd;
  }

  /** Sends until it is acknowledged. */
  async function deliver(delivery: Delivery): Promise<void> {
    const { bytes, note, retries = timing.retries, replyMs = timing.replyTimeoutMs, confirm } = delivery;
    let last: 'ack' | 'nak' | 'silent' = 'silent';
    let refused = false;
    let twoAnswersDue = false;
    await dropWaiting();
    for (let attempt = 0; attempt <= retries; attempt += 1) {
      await link.send(bytes, note);
      last = await answer(replyMs);
      if (last === 'ack' && confirm) last = await confirm(refused);
      if (last === 'ack') return twoAnswersDue ? swallowSecondAnswer() : undefined;
      refused ||= last === 'nak';
      twoAnswersDue ||= last === 'silent';
    }
    const unanswered = inWords(note);
    throw last === 'nak'
      ? new Fault('FRAME_SUM', { reason: 'refused', note: unanswered })
      : new Fault('DEVICE_NO_ANSWER', { note: unanswered });
  }

  /** A late ACK of the same block must not be taken for the next one's. */
  async function swallowSecondAnswer(): Promise<void> {
    const bytes = await link.drain(SETTLE_MS);
    if (cancels(bytes)) throw cancelledByDevice();
    startHeard ||= bytes.includes(START_CRC);
  }

  async function sendOne(file: DockFile, index: number): Promise<void> {
    const fileSizeBytes = file.data.length;
    if (options.protocol === 'ymodem') {
      await awaitStart(timing.startTimeoutMs);
      await deliver({ bytes: encodeBatchHeader({ name: file.name, sizeBytes: fileSizeBytes }), note: say('header') });
    }
    await awaitStart(timing.startTimeoutMs);
    options.onProgress({ fileName: file.name, fileBytes: 0, fileSizeBytes });
    let sent = 0;
    for (let number = 1; sent < fileSizeBytes; number += 1) {
      const blockBytes = nextBlockBytes({ restBytes: fileSizeBytes - sent, maxBytes: options.blockBytes });
      const data = file.data.subarray(sent, sent + blockBytes);
      await deliver({ bytes: encodeBlock({ number, data, blockBytes }), note: say('block {number}', { number }) });
      sent += data.length;
      options.onProgress({ fileName: file.name, fileBytes: sent, fileSizeBytes });
    }
    options.onEnding(index);
    await deliver({ bytes: Uint8Array.of(EOT), note: say('end of file'), retries: END_RETRIES, replyMs: endReplyMs, confirm: confirmEnd });
    options.onAcknowledged(index);
  }

  for (const [index, file] of options.files.entries()) await sendOne(file, index);
  if (options.protocol === 'xmodem') return;
  try {
    await awaitStart(timing.replyTimeoutMs);
    await deliver({ bytes: encodeBatchEnd(), note: say('end of batch'), retries: BATCH_END_RETRIES, replyMs: endReplyMs });
  } catch (error) {
    if (options.files.length === 0 || !(error instanceof Fault) || error.code !== 'DEVICE_NO_ANSWER') throw error;
  }
}
