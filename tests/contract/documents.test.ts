// The pages people read first: every path and script they name exists.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const PAGES = ['README.md', 'README.zh-CN.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md'];
const TOP_FOLDERS = /^(src|drivers|migrations|resources|tests|scripts)\//;

const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { readonly scripts: Record<string, string> };

/** Paths in code spans and links; a path with a placeholder names no file. */
function pathsIn(text: string): string[] {
  const spans = [...text.matchAll(/`([^`\s]+)`/g)].map((match) => match[1] ?? '').filter((span) => TOP_FOLDERS.test(span));
  const links = [...text.matchAll(/\]\(([^)#\s]+)\)/g)].map((match) => match[1] ?? '').filter((link) => !link.includes('://'));
  return [...spans, ...links].filter((path) => !/[<>*]|NNNN/.test(path));
}

describe.each(PAGES)('%s', (page) => {
  const text = readFileSync(join(ROOT, page), 'utf8');

  it('names only paths that exist', () => {
    expect(pathsIn(text).filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('names only scripts that exist', () => {
    const named = [...text.matchAll(/npm (?:run )?([a-z][a-z:0-9]*)/g)]
      .map((match) => match[1] ?? '')
      .filter((name) => name !== 'run' && name !== 'ci');
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});

it('the README shows where the commonest changes are made', () => {
  expect(pathsIn(readFileSync(join(ROOT, 'README.md'), 'utf8')).length).toBeGreaterThan(15);
});
