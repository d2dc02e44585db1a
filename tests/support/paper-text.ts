// What stands on a PDF, read back by poppler's tools where they are installed.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const HAS_POPPLER = spawnSync('pdftotext', ['-v']).status === 0;

function withFile<T>(pdf: Uint8Array, work: (file: string, folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'countertop-paper-'));
  try {
    const file = join(folder, 'paper.pdf');
    writeFileSync(file, pdf);
    return work(file, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Returns the text of each page, columns kept apart by spaces, runs of spaces as two. */
export function pagesOf(pdf: Uint8Array): string[] {
  const text = withFile(pdf, (file) =>
    execFileSync('pdftotext', ['-layout', '-nopgbrk', file, '-'], { encoding: 'utf8', maxBuffer: 1 << 28 }),
  );
  const whole = withFile(pdf, (file) => execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8', maxBuffer: 1 << 28 }));
  return text === '' ? [] : whole.split('\f').slice(0, -1).map(tidy);
}

function tidy(page: string): string {
  return page
    .split('\n')
    .map((line) => line.trim().replace(/ {3,}/g, '  '))
    .filter((line) => line !== '')
    .join('\n');
}

/** Returns names of the fonts of a PDF, each with whether it is embedded and leads back to characters. */
export function fontsOf(pdf: Uint8Array): { readonly name: string; readonly embedded: boolean; readonly unicode: boolean }[] {
  const table = withFile(pdf, (file) => execFileSync('pdffonts', [file], { encoding: 'utf8' }));
  return table
    .split('\n')
    .slice(2)
    .filter((line) => line !== '')
    .map((line) => {
      const [name = ''] = line.split(/\s+/);
      const [embedded, , unicode] = line.match(/\b(yes|no)\b/g) ?? [];
      return { name, embedded: embedded === 'yes', unicode: unicode === 'yes' };
    });
}

/** Returns how dark the edges of each page are outside its margins: a page on which nothing is cut off has none. */
export function inkInMargins(pdf: Uint8Array, marginPt: number): number[] {
  return withFile(pdf, (file, folder) => {
    execFileSync('pdftoppm', ['-r', '36', '-gray', file, join(folder, 'page')]);
    const names = execFileSync('ls', [folder], { encoding: 'utf8' })
      .split('\n')
      .filter((name) => name.endsWith('.pgm'));
    return names.map((name) => {
      const { width, height, pixels } = readPgm(readFileSync(join(folder, name)));
      const margin = Math.floor(marginPt / 2);
      let dark = 0;
      for (let y = 0; y < height; y += 1)
        for (let x = 0; x < width; x += 1) {
          const outside = x < margin || x >= width - margin || y < margin || y >= height - margin;
          if (outside && (pixels[y * width + x] ?? 255) < 200) dark += 1;
        }
      return dark;
    });
  });
}

/** Netpbm's binary grey map: "P5 width height maximum" and a byte for each pixel. */
function readPgm(file: Buffer): { readonly width: number; readonly height: number; readonly pixels: Uint8Array } {
  const [head = '', width = '', height = ''] = /^P5\s+(\d+)\s+(\d+)\s+\d+\s/.exec(file.subarray(0, 40).toString('latin1')) ?? [];
  return { width: Number(width), height: Number(height), pixels: file.subarray(head.length) };
}
