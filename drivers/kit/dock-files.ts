// What every dock does with files before and after they move: tells them apart, and refuses what cannot be sent.
import { createHash } from 'node:crypto';
import { Fault } from '../../src/shared/domain/fault.ts';
import { isPlainFileName } from './file-name.ts';
import type { DockFile, DockFileIdentity } from './meter-dock.ts';

/** Returns what makes this file that file. */
export function identifyFile({ name, data }: DockFile): DockFileIdentity {
  return { name, sizeBytes: data.length, sha256: createHash('sha256').update(data).digest('hex') };
}

/** Whether the file is one of these: name, size and SHA-256 are the same. */
export function includesFile(files: readonly DockFileIdentity[], file: DockFileIdentity): boolean {
  return files.some((other) => other.name === file.name && other.sizeBytes === file.sizeBytes && other.sha256 === file.sha256);
}

/** Throws INPUT_INVALID for no file at all, a name that is none, a name twice (the handheld would keep one of them), and a file too large. */
export function requireSendableFiles(files: readonly DockFile[], { maxFileBytes }: { readonly maxFileBytes: number }): void {
  const refuse = (reason: string) => new Fault('INPUT_INVALID', { field: 'files', reason });
  if (files.length === 0) throw refuse('none');
  if (new Set(files.map(({ name }) => name.toLowerCase())).size < files.length) throw refuse('name-twice');
  for (const { name, data } of files) {
    if (!isPlainFileName(name)) throw refuse('name');
    if (data.length > maxFileBytes) throw refuse('too-large');
  }
}
