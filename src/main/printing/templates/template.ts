// What a template may say: its form, and whether every name in it is one that its paper has.
import { z } from 'zod';
import type { PaperLanguage } from '../../core/ports/paper.ts';
import { PAPER_FIELDS, type PaperFields, type PaperName } from '../../core/ports/paper-content.ts';

const wordsSchema = z.union([
  z.string(),
  z.strictObject({ 'zh-CN': z.string(), 'zh-TW': z.string().optional(), en: z.string().optional() }),
]);
/** A text in one language for all, or in several; where a language is missing, Simplified Chinese stands. `{{name}}` is a fact of the paper. */
export type Words = z.infer<typeof wordsSchema>;

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
        z.strictObject({ label: wordsSchema, field: z.string(), width: z.number().positive().max(100), sum: z.boolean().default(false) }),
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
    file: z.string().regex(/^[\w-]+\.(png|jpg|jpeg)$/i),
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

/** What is wrong with one block; '' when nothing is. */
function blockProblem(block: TemplateBlock, fields: PaperFields): string {
  const fact = unknownFact(fields, wordsOf(block));
  if (fact !== undefined) return `unknown field {{${fact}}}`;
  if (block.block === 'title' && block.code !== '' && !(block.code in fields.facts)) return `unknown field ${block.code}`;
  if (block.when !== undefined && !(block.when in fields.facts) && !(block.when in fields.lists)) return `unknown field ${block.when}`;
  const list = 'list' in block ? block.list : undefined;
  if (list === undefined) return '';
  const known = fields.lists[list];
  if (known === undefined) return `unknown list ${list}`;
  const missing = fieldsAsked(block).find((field) => !(field in known));
  if (missing !== undefined) return `unknown field ${list}.${missing}`;
  const summed = block.block === 'table' ? block.columns.find(({ field, sum }) => sum && known[field] === 'text') : undefined;
  return summed === undefined ? '' : `${list}.${summed.field} is text and has no sum`;
}

/** Returns the template that the JSON text holds, or a sentence saying what is wrong with it. */
export function readTemplate(name: PaperName, json: string): Template | string {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    return error instanceof Error ? error.message : 'no JSON';
  }
  const parsed = templateSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'malformed'}`;
  }
  const template = parsed.data;
  if (template.template !== name) return `is a template of ${template.template}`;
  const fields: PaperFields = PAPER_FIELDS[name];
  const head = unknownFact(fields, [template.title, template.foot, template.company ?? '']);
  if (head !== undefined) return `unknown field {{${head}}}`;
  for (const [at, block] of template.blocks.entries()) {
    const problem = blockProblem(block, fields);
    if (problem !== '') return `blocks.${at}: ${problem}`;
  }
  return template;
}
