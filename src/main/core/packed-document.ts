// A paper's document as text for the list of print jobs: the same content again, whatever has changed since.
import { gunzipSync, gzipSync } from 'node:zlib';
import type { PaperDocument } from './ports/paper.ts';

const BYTES = '$bytes';

/** Returns the document with its pictures as text, small. */
export function packDocument(document: PaperDocument): string {
  const text = JSON.stringify(document, (_name, value: unknown) =>
    value instanceof Uint8Array ? { [BYTES]: Buffer.from(value).toString('base64') } : value,
  );
  return gzipSync(text).toString('base64');
}

/** Returns the document that was packed. */
export function unpackDocument(packed: string): PaperDocument {
  const text = gunzipSync(Buffer.from(packed, 'base64')).toString('utf8');
  return JSON.parse(text, (_name, value: unknown) =>
    typeof value === 'object' && value !== null && BYTES in value ? new Uint8Array(Buffer.from(String(value[BYTES]), 'base64')) : value,
  ) as PaperDocument;
}
