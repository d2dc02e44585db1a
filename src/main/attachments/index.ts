// Attached files on disk: <folder>/ab/<sha256>, each written whole beside its place, synced, checked, and only then renamed.
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { Fault } from '../../shared/domain/fault.ts';
import type { Attachments, AttachmentType } from '../core/ports/attachments.ts';

const SIGNATURES: readonly { readonly type: AttachmentType; readonly at: number; readonly bytes: readonly number[] }[] = [
  { type: 'image/jpeg', at: 0, bytes: [0xff, 0xd8, 0xff] },
  { type: 'image/png', at: 0, bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] },
  // RIFF container; its form type stands after the length.
  { type: 'image/webp', at: 8, bytes: [0x57, 0x45, 0x42, 0x50] },
  { type: 'application/pdf', at: 0, bytes: [0x25, 0x50, 0x44, 0x46, 0x2d] },
];

/** Returns what the file is by its first bytes; null for what may not be attached. */
export function typeOf(content: Uint8Array): AttachmentType | null {
  return SIGNATURES.find(({ at, bytes }) => bytes.every((byte, index) => content[at + index] === byte))?.type ?? null;
}

/** Returns the files in `folder`, which is made when the first one comes. What an earlier run left unfinished is removed: it is sent again. */
export function createAttachments(folder: string): Attachments {
  const incoming = join(folder, 'incoming');
  rmSync(incoming, { recursive: true, force: true });
  const place = (sha256: string): string => join(folder, sha256.slice(0, 2), sha256);

  function finish(partial: string, sha256: string): AttachmentType {
    const content = readFileSync(partial);
    const type = typeOf(content);
    const digest = createHash('sha256').update(content).digest('hex');
    if (digest !== sha256 || type === null) {
      rmSync(partial);
      throw new Fault(digest === sha256 ? 'ATTACHMENT_TYPE_REFUSED' : 'ATTACHMENT_DAMAGED');
    }
    mkdirSync(dirname(place(sha256)), { recursive: true });
    renameSync(partial, place(sha256));
    return type;
  }

  return {
    take({ attachmentId, sizeBytes, sha256, offset, bytes }) {
      const kept = place(sha256);
      // Equal files are kept once, so the rest of this one need not come.
      if (existsSync(kept) && statSync(kept).size === sizeBytes) {
        return { receivedBytes: sizeBytes, mediaType: typeOf(readHead(kept)) };
      }
      const partial = join(incoming, attachmentId);
      const there = existsSync(partial) ? statSync(partial).size : 0;
      if (offset + bytes.length > sizeBytes) throw new Fault('ATTACHMENT_PART_WRONG', { receivedBytes: there });
      if (offset > there) throw new Fault('ATTACHMENT_PART_WRONG', { receivedBytes: there });
      const fresh = bytes.subarray(there - offset);
      mkdirSync(incoming, { recursive: true });
      append(partial, fresh, there + fresh.length === sizeBytes);
      const receivedBytes = there + fresh.length;
      return { receivedBytes, mediaType: receivedBytes === sizeBytes ? finish(partial, sha256) : null };
    },
    read({ sha256, offset, length }) {
      const file = place(sha256);
      return existsSync(file) ? readPart(file, { offset, length }) : null;
    },
  };
}

function append(file: string, bytes: Uint8Array, isLast: boolean): void {
  const descriptor = openSync(file, 'a', 0o600);
  try {
    writeSync(descriptor, bytes);
    if (isLast) fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

const HEAD_BYTES = 16;
const readHead = (file: string): Uint8Array => readPart(file, { offset: 0, length: HEAD_BYTES });

function readPart(file: string, part: { readonly offset: number; readonly length: number }): Uint8Array {
  const descriptor = openSync(file, 'r');
  try {
    const buffer = new Uint8Array(part.length);
    return buffer.subarray(0, readSync(descriptor, buffer, 0, part.length, part.offset));
  } finally {
    closeSync(descriptor);
  }
}
