// The company's own templates: checked before they are kept, kept whole or not at all, and told what is wrong in parts that a screen can say.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PAPER_FIELDS, type PaperName } from '../../core/ports/paper-content.ts';
import { createTemplateShelf } from './shelf.ts';
import { createTemplates } from './templates.ts';

const NAMES = Object.keys(PAPER_FIELDS) as PaperName[];
const head = { language: 'en', company: 'Binjiang Gas', number: '1', madeAtMs: 0 } as const;
const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countertop-templates-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The built-in template with another title. */
function titled(name: PaperName, title: string): string {
  return JSON.stringify({ ...JSON.parse(createTemplateShelf(folder).read(name).builtIn), title });
}

describe('the template shelf', () => {
  it.each(NAMES)('%s: the built-in text is sound and makes a paper of every field', (name) => {
    const shelf = createTemplateShelf(folder);
    const { own, builtIn } = shelf.read(name);
    expect(own).toBeNull();
    expect(shelf.check(name, builtIn)).toBeNull();
    const said = JSON.stringify(shelf.sample(name, builtIn, head));
    for (const fact of said.matchAll(/〔(\w+)〕/g)) expect(JSON.stringify(PAPER_FIELDS[name])).toContain(`"${fact[1]}"`);
    expect(said).toMatch(/〔\w+〕/);
  });

  it('a text that is saved makes the next paper, and the built-in one comes back when it is removed', () => {
    const shelf = createTemplateShelf(folder);
    const templates = createTemplates({ folder, language: () => 'en' });
    const title = () => templates.report('exceptions', { facts: {}, lists: { entries: [] } } as never, head).document.title;
    const builtIn = title();
    shelf.save('exceptions', titled('exceptions', 'Our own exceptions'));
    expect(title()).toBe('Our own exceptions');
    expect(shelf.read('exceptions').own).toContain('Our own exceptions');
    shelf.remove('exceptions');
    expect(title()).toBe(builtIn);
  });

  it('a text with an error is refused with the place of it, and the one in use stays', () => {
    const shelf = createTemplateShelf(folder);
    shelf.save('tender-list', titled('tender-list', 'Ours'));
    expect(() => shelf.save('tender-list', titled('tender-list', '{{salary}}'))).toThrow(
      expect.objectContaining({ code: 'TEMPLATE_INVALID', context: { problem: 'unknown-field', where: 'title', what: '{{salary}}' } }),
    );
    expect(shelf.read('tender-list').own).toContain('Ours');
    expect(() => shelf.sample('tender-list', '{', head)).toThrow(expect.objectContaining({ code: 'TEMPLATE_INVALID' }));
  });

  it('a picture must be there before a template may name it', () => {
    const shelf = createTemplateShelf(folder);
    const parts = JSON.parse(shelf.read('service-form').builtIn);
    const text = JSON.stringify({ ...parts, blocks: [{ block: 'picture', file: 'mark.png', heightPt: 30 }, ...parts.blocks] });
    expect(shelf.check('service-form', text)).toEqual({ problem: 'no-picture', where: 'blocks.0', what: 'mark.png' });
    shelf.savePicture('mark.png', PNG);
    expect(shelf.check('service-form', text)).toBeNull();
    expect(shelf.pictures()).toEqual([{ file: 'mark.png', sizeBytes: PNG.length }]);
  });

  it.each([
    ['a path', '../mark.png', PNG],
    ['a name of another kind', 'mark.svg', PNG],
    ['bytes that are no picture', 'mark.png', Uint8Array.of(1, 2, 3, 4)],
    ['nothing', 'mark.png', new Uint8Array()],
  ])('refuses %s as a picture', (_, file, bytes) => {
    expect(() => createTemplateShelf(folder).savePicture(file, bytes)).toThrow(
      expect.objectContaining({ code: 'TEMPLATE_PICTURE_UNREADABLE', context: { file } }),
    );
    expect(createTemplateShelf(folder).pictures()).toEqual([]);
  });

  it('a disk that does not take the file leaves what was there', () => {
    // A file stands where the folder should be: nothing can be written below it.
    const blocked = join(folder, 'templates');
    writeFileSync(blocked, 'in the way');
    const shelf = createTemplateShelf(blocked);
    expect(() => shelf.save('exceptions', titled('exceptions', 'Ours'))).toThrow(expect.objectContaining({ code: 'TEMPLATE_NOT_SAVED' }));
    expect(readFileSync(blocked, 'utf8')).toBe('in the way');
    expect(existsSync(`${blocked}.new`)).toBe(false);
  });
});
