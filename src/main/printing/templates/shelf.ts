// The company's own templates on disk: looked at, checked, tried out with each field standing for itself, kept.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../../../shared/domain/fault.ts';
import {
  PAPER_FIELDS,
  type PaperFields,
  type PaperName,
  type TemplateName,
  type TemplateProblem,
  type TemplateShelf,
} from '../../core/ports/paper-content.ts';
import { writeFileAtomic } from '../../processes/atomic-file.ts';
import { type AnyContent, fillTemplate } from './fill.ts';
import { pictureBeside } from './picture.ts';
import { BUILT_IN_RECEIPT, isReceiptTemplate, readReceiptTemplate } from './receipt-template.ts';
import { isTemplate, PICTURE_FILE, readTemplate, type Template } from './template.ts';
import { BUILT_IN } from './templates.ts';

const SAMPLE_ROWS = 3;

/** First bytes of the pictures that paper can carry. */
const PNG = [0x89, 0x50, 0x4e, 0x47];
const JPEG = [0xff, 0xd8, 0xff];

/** What a paper says when each of its fields stands for itself: texts are their field's name, figures count up. */
function sampleContent(name: PaperName): AnyContent {
  const fields: PaperFields = PAPER_FIELDS[name];
  const rows = (columns: Readonly<Record<string, string>>) =>
    Array.from({ length: SAMPLE_ROWS }, (_, row) =>
      Object.fromEntries(Object.entries(columns).map(([field, kind]) => [field, kind === 'text' ? `〔${field}〕` : (row + 1) * 1_000])),
    );
  return {
    facts: Object.fromEntries(Object.keys(fields.facts).map((fact) => [fact, `〔${fact}〕`])),
    lists: Object.fromEntries(Object.entries(fields.lists).map(([list, columns]) => [list, rows(columns)])),
  };
}

/** Runs what writes; what the disk says becomes TEMPLATE_NOT_SAVED. */
function saving(work: () => void): void {
  try {
    work();
  } catch (error) {
    throw new Fault('TEMPLATE_NOT_SAVED', { reason: error instanceof Error ? error.message : String(error) }, { cause: error });
  }
}

/** Returns the shelf over the folder that `createTemplates` reads. */
export function createTemplateShelf(folder: string): TemplateShelf {
  const fileOf = (name: TemplateName): string => join(folder, `${name}.json`);
  const hasPicture = (file: string): boolean => existsSync(join(folder, file));

  function sound(name: PaperName, text: string): Template {
    const read = readTemplate(name, text, hasPicture);
    if (!isTemplate(read)) throw new Fault('TEMPLATE_INVALID', { ...read });
    return read;
  }

  function troubleOf(name: TemplateName, text: string): TemplateProblem | null {
    if (name === 'receipt') {
      const receipt = readReceiptTemplate(text, (file) => pictureBeside(folder, file));
      return isReceiptTemplate(receipt) ? null : receipt;
    }
    const read = readTemplate(name, text, hasPicture);
    return isTemplate(read) ? null : read;
  }

  return {
    read: (name) => ({
      own: existsSync(fileOf(name)) ? readFileSync(fileOf(name), 'utf8') : null,
      builtIn: `${JSON.stringify(name === 'receipt' ? BUILT_IN_RECEIPT : BUILT_IN[name], null, 2)}\n`,
    }),
    check: troubleOf,
    sample(name, text, head) {
      const picture = (file: string) => pictureBeside(folder, file);
      return fillTemplate(sound(name, text), { name, content: sampleContent(name), head, picture });
    },
    save(name, text) {
      const trouble = troubleOf(name, text);
      if (trouble !== null) throw new Fault('TEMPLATE_INVALID', { ...trouble });
      saving(() => writeFileAtomic(fileOf(name), text));
    },
    remove: (name) => saving(() => rmSync(fileOf(name), { force: true })),
    pictures() {
      mkdirSync(folder, { recursive: true });
      return readdirSync(folder)
        .filter((file) => PICTURE_FILE.test(file))
        .sort()
        .map((file) => ({ file, sizeBytes: statSync(join(folder, file)).size }));
    },
    savePicture(file, bytes) {
      const begins = (mark: readonly number[]) => mark.every((byte, at) => bytes[at] === byte);
      if (!PICTURE_FILE.test(file) || !(begins(PNG) || begins(JPEG))) throw new Fault('TEMPLATE_PICTURE_UNREADABLE', { file });
      saving(() => writeFileAtomic(join(folder, file), bytes));
    },
  };
}
