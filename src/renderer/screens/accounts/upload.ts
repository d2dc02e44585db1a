// Sends a file to the counter in parts that each fit into one call; a part that is lost is sent again and changes nothing.
import { v7 as newId } from 'uuid';
import { ATTACHMENT_PART_BYTES, MAX_ATTACHMENT_BYTES } from '../../../shared/contract/accounts.ts';
import type { Outputs } from '../../../shared/contract/index.ts';
import { client } from '../../bridge/client.ts';

export type Attachment = NonNullable<Outputs['accounts']['attach']['attachment']>;

export const isTooLarge = (file: File): boolean => file.size > MAX_ATTACHMENT_BYTES;

function base64(bytes: Uint8Array): string {
  let text = '';
  // In pieces: a call takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 8_192) text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return btoa(text);
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Attaches the file to the account. `progress` is told the share that is there, 0 to 1. Throws what the call throws. */
export async function uploadFile(options: {
  readonly accountId: string;
  readonly requestId?: string;
  readonly file: File;
  readonly progress: (share: number) => void;
}): Promise<Attachment | null> {
  const { accountId, file, progress, requestId = '' } = options;
  const content = new Uint8Array(await file.arrayBuffer());
  const sha256 = hex(new Uint8Array(await crypto.subtle.digest('SHA-256', content)));
  const whole = { attachmentId: newId(), accountId, requestId, name: file.name, sizeBytes: content.length, sha256 };
  for (let offset = 0; ; ) {
    const part = base64(content.subarray(offset, offset + ATTACHMENT_PART_BYTES));
    const { receivedBytes, attachment } = await client.accounts.attach({ ...whole, offset, part });
    progress(content.length === 0 ? 1 : receivedBytes / content.length);
    if (attachment !== null || receivedBytes <= offset) return attachment;
    offset = receivedBytes;
  }
}

/** Returns an attached file whole. Throws what the call throws. */
export async function downloadFile(attachmentId: string): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let type = '';
  for (let offset: number | null = 0; offset !== null; ) {
    const answer: Outputs['accounts']['attachment'] = await client.accounts.attachment({ attachmentId, offset });
    parts.push(Uint8Array.from(atob(answer.part), (sign) => sign.charCodeAt(0)));
    type = answer.mediaType;
    offset = answer.nextOffset;
  }
  return new Blob(parts, { type });
}
