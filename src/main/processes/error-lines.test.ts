// The lines of a child's standard error: whole, bounded, however they come.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createErrorLines } from './error-lines.ts';
import { launchForked } from './launch.ts';

function linesOf(...chunks: readonly string[]): readonly string[] {
  const heard: string[] = [];
  const lines = createErrorLines((line) => void heard.push(line));
  for (const chunk of chunks) lines.push(chunk);
  lines.end();
  return heard;
}

it('gives whole lines however they are cut, the unfinished one at the end, and no empty ones', () => {
  expect(linesOf('libu', 'sb: ba', 'd\r\n\n\nsecond\nthi', 'rd')).toEqual(['libusb: bad', 'second', 'third']);
});

it('cuts a line that is too long, and one that never ends', () => {
  expect(linesOf(`${'x'.repeat(1000)}\nnext\n`)).toEqual(['x'.repeat(300), 'next']);
  expect(linesOf(...Array.from({ length: 50 }, () => 'y'.repeat(100)))).toEqual(['y'.repeat(300)]);
});

it('hears the last words of a process that crashes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'countertop-error-lines-'));
  const entry = join(folder, 'crash.mjs');
  writeFileSync(entry, "process.stderr.write('half a'); throw new Error('library lost');\n");
  const heard: string[] = [];
  const handle = launchForked(entry);
  const said = new Promise<void>((resolve) => {
    handle.onErrorLine((line) => {
      heard.push(line);
      if (line.includes('library lost')) resolve();
    });
  });
  await said;
  expect(heard[0]).toMatch(/^half a/);
  rmSync(folder, { recursive: true });
});
