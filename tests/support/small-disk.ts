// A disk of a few pages, mounted where root can mount one: to be full in earnest.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';

/** Mounts a file system of 64 KiB at `path`; null where that is not allowed here. */
export function mountSmallDisk(path: string): { readonly path: string; unmount(): void } | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return null;
  mkdirSync(path, { recursive: true });
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', path]);
  if (mounted.status !== 0) return null;
  return { path, unmount: () => void spawnSync('umount', [path]) };
}
