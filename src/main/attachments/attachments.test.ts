// Attached files: whole or not there, once however often they come, and only of the kinds that may be attached.
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAttachments } from './index.ts';

const PNG = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, ...Array.from({ length: 92 }, (_, index) => index)]);
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countertop-attachments-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const part = (from: number, to: number, content = PNG, attachmentId = 'one') => ({
  attachmentId,
  sizeBytes: content.length,
  sha256: sha256(content),
  offset: from,
  bytes: content.subarray(from, to),
});
const files = () =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);

describe('a file in parts', () => {
  it('is there once its last part is, and is read back in parts', () => {
    const kept = createAttachments(folder);
    expect(kept.take(part(0, 40))).toEqual({ receivedBytes: 40, mediaType: null });
    expect(kept.read({ sha256: sha256(PNG), offset: 0, length: 10 })).toBeNull();
    expect(kept.take(part(40, 100))).toEqual({ receivedBytes: 100, mediaType: 'image/png' });
    expect(kept.read({ sha256: sha256(PNG), offset: 8, length: 4 })).toEqual(Uint8Array.of(0, 1, 2, 3));
    expect(kept.read({ sha256: sha256(PNG), offset: 96, length: 50 })).toHaveLength(4);
    expect(files()).toEqual([sha256(PNG)]);
  });

  it('takes a part that came before without harm, and refuses one that leaves a hole or runs over', () => {
    const kept = createAttachments(folder);
    kept.take(part(0, 40));
    expect(kept.take(part(0, 40)).receivedBytes).toBe(40);
    expect(kept.take(part(20, 60)).receivedBytes).toBe(60);
    expect(() => kept.take(part(80, 100))).toThrow('ATTACHMENT_PART_WRONG');
    expect(() => kept.take({ ...part(60, 100), sizeBytes: 99 })).toThrow('ATTACHMENT_PART_WRONG');
    expect(kept.take(part(60, 100)).mediaType).toBe('image/png');
  });

  it('is kept once when it comes again, and begins anew after a crash', () => {
    createAttachments(folder).take(part(0, 40));
    const again = createAttachments(folder);
    expect(() => again.take(part(40, 100))).toThrow('ATTACHMENT_PART_WRONG');
    again.take(part(0, 100));
    expect(again.take(part(0, 1, PNG, 'two'))).toEqual({ receivedBytes: 100, mediaType: 'image/png' });
    expect(files()).toHaveLength(1);
  });

  it('that is damaged or of another kind leaves nothing behind', () => {
    const kept = createAttachments(folder);
    expect(() => kept.take({ ...part(0, 100), sha256: sha256(Uint8Array.of(1)) })).toThrow('ATTACHMENT_DAMAGED');
    const program = Uint8Array.from([0x4d, 0x5a, 0x90, 0x00]);
    expect(() => kept.take(part(0, 4, program))).toThrow('ATTACHMENT_TYPE_REFUSED');
    expect(files()).toEqual([]);
  });

  it.each([
    ['image/jpeg', [0xff, 0xd8, 0xff, 0xe0]],
    ['application/pdf', [0x25, 0x50, 0x44, 0x46, 0x2d, 0x31]],
    ['image/webp', [0x52, 0x49, 0x46, 0x46, 9, 0, 0, 0, 0x57, 0x45, 0x42, 0x50]],
  ])('may be %s', (type, bytes) => {
    expect(createAttachments(folder).take(part(0, 100, Uint8Array.from(bytes))).mediaType).toBe(type);
  });
});
