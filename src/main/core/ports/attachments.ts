// Port to attached files: bytes kept once under their SHA-256, beside the journal that names them.

/** Kinds of files that may be attached, told from their first bytes. */
export type AttachmentType = 'image/jpeg' | 'image/png' | 'image/webp' | 'application/pdf';

export interface Attachments {
  /**
   * Takes the next part of a file that is being sent. Returns how many bytes are there now, and once they are all there the file's type.
   * A part that was sent before changes nothing. Throws ATTACHMENT_PART_WRONG { receivedBytes } when parts are missing in between,
   * ATTACHMENT_TYPE_REFUSED, ATTACHMENT_DAMAGED when the whole is not what was announced; the file is then forgotten.
   */
  take(part: {
    readonly attachmentId: string;
    readonly sizeBytes: number;
    readonly sha256: string;
    readonly offset: number;
    readonly bytes: Uint8Array;
  }): { readonly receivedBytes: number; readonly mediaType: AttachmentType | null };
  /** Returns up to `length` bytes from `offset`; null when the file is not in this branch. */
  read(from: { readonly sha256: string; readonly offset: number; readonly length: number }): Uint8Array | null;
}
