// What a template may say: its form, and whether every name in it is one that its paper has.
import { z } from 'zod';
import type { PaperLanguage } from '../../core/ports/paper.ts';
import { PAPER_FIELDS, type PaperFields, type PaperName, type TemplateProblem } from '../../core/ports/paper-content.ts';

const wordsSchema = z.union([
  z.string(),
  z.strictObject({ 'zh-CN': z.string(), 'zh-TW': z.string().optional(), en: z.string().optional() }),
]);
/** A text in one language for all, or in several; where a language is missing, Simplified Chinese stands. `{{name}}` is a fact of the paper. */
export type Words = z.infer<typeof wordsSchema>;

/** Name of a picture beside a template. */
export const PICTURE_FILE = /^[\w-]{1,40}\.(png|jpg|jpeg)$/i;

const common = {
  /** A fact or list: without anything in it the block is left out. */
  when: z.string().optional(),
};

const blockSchema = z.discriminatedUnion('block', [
  z.strictObject({
    block: z.literal('title'),
    text: wordsSchema,
    lines: z.array(wordsSchema).default([]),
    code: z.string().default(''),
    ...common,
  }),
  z.strictObject({ block: z.literal('heading'), text: wordsSchema, ...common }),
  z.strictObject({
    block: z.literal('facts'),
    columns: z.union([z.literal(1), z.literal(2), z.literal(3)]),
    items: z.array(z.strictObject({ label: wordsSchema, text: wordsSchema })).min(1),
    ...common,
  }),
  /** The rows of a list as names and values: its fields `name` and `value`. */
  z.strictObject({ block: z.literal('pairs'), columns: z.union([z.literal(1), z.literal(2), z.literal(3)]), list: z.string(), ...common }),
  z.strictObject({ block: z.literal('text'), text: wordsSchema, small: z.boolean().default(false), ...common }),
  /** Each row of a list as a paragraph: its field `text`. */
  z.strictObject({ block: z.literal('texts'), list: z.string(), ...common }),
  /** Each row of a list as a box: its fields `text` and `ticked`. */
  z.strictObject({ block: z.literal('boxes'), list: z.string(), ...common }),
  z.strictObject({
    block: z.literal('table'),
    list: z.string(),
    numbered: z.boolean().default(false),
    columns: z
      .array(
        z.strictObject({
          ...{ label: wordsSchema, field: z.string(), width: z.number().positive().max(100), sum: z.boolean().default(false) },
          /** Left out of a paper that has rows and nothing in this column. */
          ifAny: z.boolean().default(false),
        }),
      )
      .min(1)
      .max(14),
    ...common,
  }),
  /** Lines to sign on: those of a list by its field `name`, then the others. */
  z.strictObject({ block: z.literal('signatures'), list: z.string().optional(), items: z.array(wordsSchema).default([]), ...common }),
  /** A picture (PNG or JPEG) beside the template. */
  z.strictObject({
    block: z.literal('picture'),
    file: z.string().regex(PICTURE_FILE),
    heightPt: z.number().min(8).max(200),
    ...common,
  }),
]);
export type TemplateBlock = z.infer<typeof blockSchema>;

export const templateSchema = z.strictObject({
  template: z.string(),
  title: wordsSchema,
  /** In place of the branch's name at the head of each page. */
  company: wordsSchema.optional(),
  foot: wordsSchema.default(''),
  landscape: z.boolean().default(false),
  /** How many the printer is asked for. */
  copies: z.int().min(1).max(9).default(1),
  blocks: z.array(blockSchema).min(1),
});
export type Template = z.infer<typeof templateSchema>;

export function inLanguage(words: Words, language: PaperLanguage): string {
  return typeof words === 'string' ? words : (words[language] ?? words['zh-CN']);
}

/** All texts of a value in all languages. */
function textsIn(words: Words): string[] {
  return typeof words === 'string' ? [words] : Object.values(words).filter((text) => text !== undefined);
}

export const PLACEHOLDER = /\{\{(\w+)\}\}/g;

function unknownFact(fields: PaperFields, texts: readonly Words[]): string | undefined {
  return texts
    .flatMap(textsIn)
    .flatMap((text) => Array.from(text.matchAll(PLACEHOLDER), ([, name = '']) => name))
    .find((name) => !(name in fields.facts));
}

/** Fields that a block asks of its list. */
function fieldsAsked(block: TemplateBlock): readonly string[] {
  switch (block.block) {
    case 'pairs':
      return ['name', 'value'];
    case 'texts':
      return ['text'];
    case 'boxes':
      return ['text', 'ticked'];
    case 'table':
      return block.columns.map(({ field }) => field);
    case 'signatures':
      return ['name'];
    default:
      return [];
  }
}

function wordsOf(block: TemplateBlock): readonly Words[] {
  switch (block.block) {
    case 'title':
      return [block.text, ...block.lines];
    case 'heading':
    case 'text':
      return [block.text];
    case 'facts':
      return block.items.flatMap(({ label, text }) => [label, text]);
    case 'table':
      return block.columns.map(({ label }) => label);
    case 'signatures':
      return block.items;
    default:
      return [];
  }
}

type Trouble = Omit<TemplateProblem, 'where'>;
const unknown = (what: string): Trouble => ({ problem: 'unknown-field', what });

/** What is wrong with one block; null when nothing is. */
function blockTrouble(block: TemplateBlock, fields: PaperFields, hasPicture: (file: string) => boolean): Trouble | null {
  const fact = unknownFact(fields, wordsOf(block));
  if (fact !== undefined) return unknown(`{{${fact}}}`);
  if (block.block === 'title' && block.code !== '' && !(block.code in fields.facts)) return unknown(block.code);
  if (block.block === 'picture' && !hasPicture(block.file)) return { problem: 'no-picture', what: block.file };
  if (block.when !== undefined && !(block.when in fields.facts) && !(block.when in fields.lists)) return unknown(block.when);
  const list = 'list' in block ? block.list : undefined;
  if (list === undefined) return null;
  const known = fields.lists[list];
  if (known === undefined) return unknown(list);
  const missing = fieldsAsked(block).find((field) => !(field in known));
  if (missing !== undefined) return unknown(`${list}.${missing}`);
  const summed = block.block === 'table' ? block.columns.find(({ field, sum }) => sum && known[field] === 'text') : undefined;
  return summed === undefined ? null : { problem: 'text-summed', what: `${list}.${summed.field}` };
}

/** Returns the template that the JSON text holds, or what is wrong with it. */
export function readTemplate(
  name: PaperName,
  json: string,
  hasPicture: (file: string) => boolean = () => true,
): Template | TemplateProblem {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    return { problem: 'no-json', where: '', what: error instanceof Error ? error.message : '' };
  }
  const parsed = templateSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { problem: 'malformed', where: issue?.path.join('.') ?? '', what: issue?.message ?? '' };
  }
  const template = parsed.data;
  if (template.template !== name) return { problem: 'other-paper', where: 'template', what: template.template };
  const fields: PaperFields = PAPER_FIELDS[name];
  const head = unknownFact(fields, [template.title, template.foot, template.company ?? '']);
  if (head !== undefined) return { ...unknown(`{{${head}}}`), where: 'title' };
  for (const [at, block] of template.blocks.entries()) {
    const trouble = blockTrouble(block, fields, hasPicture);
    if (trouble !== null) return { ...trouble, where: `blocks.${at}` };
  }
  return template;
}

export function isTemplate(read: Template | TemplateProblem): read is Template {
  return 'blocks' in read;
}
