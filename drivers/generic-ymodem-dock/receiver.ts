// The receiving side of XMODEM-CRC, XMODEM-1K and YMODEM batch.
import {
  ACK,
  type BatchHeader,
  blockLength,
  CAN,
  type DockFile,
  decodeBatchHeader,
  decodeBlock,
  EOT,
  Fault,
  NAK,
  PADDING,
  type ReceivingNotes,
  START_CRC,
} from '../kit/index.ts';
import { cancelledByDevice, type DockLink } from './link.ts';

export interface ReceiveOptions extends ReceivingNotes {
  readonly protocol: 'xmodem' | 'ymodem';
  /** The name of what XMODEM brings, which has none. */
  readonly fileName: string;
  readonly maxFileBytes: number;
}

interface Block {
  readonly kind: 'block';
  readonly number: number;
  readonly data: Uint8Array;
}
interface End {
  readonly kind: 'end';
  /** Something that may have been a block was refused right before: the sender may have misread the refusal. */
  readonly afterDamage: boolean;
}

/** So many at the end of a block that broke off are a cancel whose beginning was swallowed as data. */
const CANCEL_TAIL = [CAN, CAN, CAN];

function endsInCancel(bytes: Uint8Array): boolean {
  return CANCEL_TAIL.every((byte, index) => bytes[bytes.length - CANCEL_TAIL.length + index] === byte);
}

function sameBlock(one: Block | null, other: Block): boolean {
  return one?.number === other.number && Buffer.compare(one.data, other.data) === 0;
}

/** Receives until the sender has ended; rejects with the fault that stopped it. Whole files were handed over by then. */
export async function receiveFiles(link: DockLink, options: ReceiveOptions): Promise<void> {
  const { timing } = link;
  const send = (byte: number, ...more: number[]) => link.send(Uint8Array.of(byte, ...more));
  const startTries = Math.ceil(timing.startTimeoutMs / timing.startEveryMs);

  /** Returns the next good block or end; asks again, a bounded number of times, for what is damaged or does not come. */
  async function next(prompt: typeof START_CRC | typeof NAK): Promise<Block | End> {
    let silences = 0;
    let refusals = 0;
    let afterDamage = false;
    for (;;) {
      const firstMs = prompt === START_CRC ? timing.startEveryMs : timing.blockTimeoutMs;
      const [start] = await link.take({ count: 1, firstMs, nextMs: firstMs });
      if (start === undefined) {
        silences += 1;
        if (silences > (prompt === START_CRC ? startTries : timing.retries)) throw new Fault('DEVICE_NO_ANSWER');
        await send(prompt);
        continue;
      }
      // A real end comes alone: the sender waits for its answer.
      if (start === EOT && link.waiting === 0) return { kind: 'end', afterDamage };
      const length = blockLength(start);
      let bytes = Uint8Array.of(start);
      let short = false;
      if (length !== null) {
        const rest = await link.take({ count: length - 1, firstMs: timing.interByteMs, nextMs: timing.interByteMs });
        bytes = Uint8Array.from([start, ...rest]);
        const block = decodeBlock(bytes);
        if (block.kind === 'block') return block;
        short = block.kind === 'short';
      } else if (start === CAN) {
        const [second] = await link.take({ count: 1, firstMs: timing.interByteMs, nextMs: timing.interByteMs });
        if (second === CAN) throw cancelledByDevice();
      }
      // The next block starts after a silence only; what comes before is the rest of this one.
      const swallowed = await link.drain(timing.interByteMs);
      if (endsInCancel(Uint8Array.from([...bytes, ...swallowed]))) throw cancelledByDevice();
      // A damaged end is one byte; anything longer may have been a block.
      afterDamage ||= bytes.length + swallowed.length > 1;
      refusals += 1;
      if (refusals > timing.retries) throw new Fault(short ? 'FRAME_SHORT' : 'FRAME_SUM');
      await send(NAK);
    }
  }

  /** Receives the blocks of one file up to its end, which the caller acknowledges. `headerBlock` may come again when its ACK was lost. */
  async function receiveData(header: BatchHeader, headerBlock: Block | null): Promise<Uint8Array> {
    const { name, sizeBytes } = header;
    const parts: Uint8Array[] = [];
    let received = 0;
    let expected = 1;
    let last = headerBlock;
    let endsRefused = 0;
    let damageBeforeEnd = false;
    for (;;) {
      const got = await next(received === 0 && endsRefused === 0 ? START_CRC : NAK);
      if (got.kind === 'end') {
        damageBeforeEnd ||= got.afterDamage;
        const early = sizeBytes === null ? damageBeforeEnd : received < sizeBytes;
        // The first end is always refused, so that a damaged start of a block cannot end a file.
        if (endsRefused > 0 && !early) break;
        endsRefused += 1;
        if (endsRefused > timing.retries) throw new Fault('FRAME_SHORT', { reason: 'file', file: name });
        await send(NAK);
      } else if (sameBlock(last, got)) {
        damageBeforeEnd = false;
        // Our ACK was lost: it is acknowledged again and not taken again.
        await (parts.length === 0 ? send(ACK, START_CRC) : send(ACK));
      } else if (got.number === (expected & 0xff)) {
        if (sizeBytes !== null && received >= sizeBytes)
          throw new Fault('FRAME_UNEXPECTED', { reason: 'longer-than-declared', file: name });
        if (received + got.data.length > options.maxFileBytes + 1024)
          throw new Fault('FRAME_UNEXPECTED', { reason: 'too-large', file: name });
        parts.push(got.data);
        received += got.data.length;
        last = got;
        expected += 1;
        endsRefused = 0;
        damageBeforeEnd = false;
        options.onProgress({
          fileName: name,
          fileBytes: sizeBytes === null ? received : Math.min(received, sizeBytes),
          fileSizeBytes: sizeBytes,
        });
        await send(ACK);
      } else {
        throw new Fault('FRAME_UNEXPECTED', { reason: 'block-number', expected: expected & 0xff, got: got.number });
      }
    }
    const data = new Uint8Array(Buffer.concat(parts));
    return sizeBytes === null ? stripPadding(data, last?.data.length ?? 0) : data.slice(0, sizeBytes);
  }

  /** Receives the header of the next file; null at the end of the batch. The call for it has been sent. */
  async function receiveHeader(first: boolean): Promise<{ readonly header: BatchHeader; readonly block: Block } | null> {
    for (let endsAgain = 0; ; ) {
      const got = await next(START_CRC);
      if (got.kind === 'end') {
        endsAgain += 1;
        if (endsAgain > timing.retries) throw new Fault('FRAME_UNEXPECTED', { reason: 'end-of-file' });
        // Before the first file there is nothing to end; later our ACK of the end was lost.
        await (first ? send(NAK) : send(ACK, START_CRC));
        continue;
      }
      if (got.number !== 0) throw new Fault('FRAME_UNEXPECTED', { reason: 'no-header', got: got.number });
      const header = decodeBatchHeader(got.data);
      if (header === 'end') return null;
      if (header === 'invalid') throw new Fault('FRAME_UNEXPECTED', { reason: 'file-name' });
      if ((header.sizeBytes ?? 0) > options.maxFileBytes) throw new Fault('FRAME_UNEXPECTED', { reason: 'too-large', file: header.name });
      return { header, block: got };
    }
  }

  /** While the file is stored, an impatient sender may say its end again. */
  async function handOver(file: DockFile, length: 'declared' | 'stripped'): Promise<void> {
    await options.onWhole(file, length);
    while (link.waiting > 0) {
      const bytes = await link.take({ count: link.waiting, firstMs: 0, nextMs: 0 });
      if (endsInCancel(bytes)) throw cancelledByDevice();
    }
  }

  await send(START_CRC);
  if (options.protocol === 'xmodem') {
    const data = await receiveData({ name: options.fileName, sizeBytes: null }, null);
    await handOver({ name: options.fileName, data }, 'stripped');
    await send(ACK);
    return;
  }
  for (let first = true; ; first = false) {
    const found = await receiveHeader(first);
    if (found === null) break;
    options.onProgress({ fileName: found.header.name, fileBytes: 0, fileSizeBytes: found.header.sizeBytes });
    await send(ACK, START_CRC);
    const data = await receiveData(found.header, found.block);
    await handOver({ name: found.header.name, data }, found.header.sizeBytes === null ? 'stripped' : 'declared');
    await send(ACK, START_CRC);
  }
  await send(ACK);
}

/** Takes the 1Ah off the end of the last block; its first byte belongs to the file, or the block would not have been sent. */
function stripPadding(data: Uint8Array, lastBlockBytes: number): Uint8Array {
  const floor = lastBlockBytes === 0 ? 0 : data.length - lastBlockBytes + 1;
  let end = data.length;
  while (end > floor && data[end - 1] === PADDING) end -= 1;
  return data.slice(0, end);
}
