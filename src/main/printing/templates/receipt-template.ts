// The template of receipts: the company's mark, the lines at head and foot, titles, fields of its own, what is left out, and copies.
// What a receipt is for, number, amounts, tenders, clerk and code are no part of it: they stand on every receipt, whatever a template says.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import receiptline from 'receiptline';
import { z } from 'zod';
import builtInEn from '../../../../resources/templates/receipt.en.json' with { type: 'json' };
import builtIn from '../../../../resources/templates/receipt.json' with { type: 'json' };
import builtInZhTW from '../../../../resources/templates/receipt.zh-TW.json' with { type: 'json' };
import type { WordLanguage } from '../../../shared/words/commodity.ts';
import type { TemplateProblem, TemplateWarning } from '../../core/ports/paper-content.ts';
import { OPTIONAL_RECEIPT_LINES, RECEIPT_FACTS, RECEIPT_KINDS, type ReceiptKind } from '../../core/ports/printing.ts';
import { pictureBeside } from './picture.ts';
import { PICTURE_FILE, PLACEHOLDER } from './template.ts';

/** Dots across paper of 58 mm: a wider mark would be cut off there. */
const WIDEST_LOGO_DOTS = 384;

const wordsSchema = z.string().max(200);
const lineSchema = z.union([
  wordsSchema,
  z.strictObject({ text: wordsSchema, size: z.literal([1, 2, 3]).default(1), bold: z.boolean().default(false) }),
]);
export type TemplateLine = z.infer<typeof lineSchema>;
const linesSchema = z.array(lineSchema).max(12);
const byKind = <T extends z.ZodType>(schema: T) =>
  z.strictObject(Object.fromEntries(RECEIPT_KINDS.map((kind) => [kind, schema])) as Record<ReceiptKind, T>);

export const receiptTemplateSchema = z.strictObject({
  template: z.string(),
  /** Of everything that the template does not say itself; the branch's where it is left out. */
  language: z.enum(['zh-CN', 'zh-TW', 'en']).optional(),
  /** A PNG beside the template, at most 384 dots wide; '' for none. */
  logo: z.union([z.literal(''), z.string().regex(PICTURE_FILE).endsWith('.png')]),
  head: linesSchema,
  titles: byKind(wordsSchema.min(1)),
  /** Lines of the company's own above the clerk, such as its telephone number. */
  fields: z.array(z.strictObject({ label: wordsSchema.min(1), text: wordsSchema })).max(8),
  omit: z.array(z.enum(OPTIONAL_RECEIPT_LINES)),
  foot: byKind(linesSchema),
  /** Each copy of an original by its name, cut off by itself; one alone bears none. */
  copies: z.array(wordsSchema.min(1)).min(1).max(3),
});
export type ReceiptTemplate = z.infer<typeof receiptTemplateSchema>;

export const BUILT_IN_RECEIPT: ReceiptTemplate = receiptTemplateSchema.parse(builtIn);
const BUILT_IN_RECEIPTS: Readonly<Record<WordLanguage, ReceiptTemplate>> = {
  'zh-CN': BUILT_IN_RECEIPT,
  'zh-TW': receiptTemplateSchema.parse(builtInZhTW),
  en: receiptTemplateSchema.parse(builtInEn),
};

/** A template, and the language of all other words. */
export interface ReceiptForm {
  readonly template: ReceiptTemplate;
  readonly language: WordLanguage;
}

const textOf = (line: TemplateLine): string => (typeof line === 'string' ? line : line.text);

const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Whether every chunk is there with its right sum, from IHDR to IEND: what decodes the picture later takes one that is cut off for noise. */
function isWholePng(png: Buffer): boolean {
  if (PNG_SIGNATURE.some((byte, at) => png[at] !== byte) || png.toString('latin1', 12, 16) !== 'IHDR') return false;
  for (let at = PNG_SIGNATURE.length; at + 12 <= png.length; ) {
    // Length, kind, data, sum of kind and data.
    const end = at + 8 + png.readUInt32BE(at);
    if (end + 4 > png.length || crc32(png.subarray(at + 4, end)) !== png.readUInt32BE(end)) return false;
    if (png.toString('latin1', at + 4, at + 8) === 'IEND') return true;
    at = end + 4;
  }
  return false;
}

/** Returns what keeps a picture from being printed by a receipt printer; null when nothing does. */
function logoTrouble(picture: Uint8Array | null): 'no-picture' | 'picture-unprintable' | null {
  if (picture === null) return 'no-picture';
  const png = Buffer.from(picture);
  // The width stands behind the signature and the head of the first chunk.
  if (!isWholePng(png) || png.readUInt32BE(16) > WIDEST_LOGO_DOTS) return 'picture-unprintable';
  try {
    receiptline.transform(`{image:${png.toString('base64')}}`, { cpl: 32, encoding: 'gb18030', command: 'escpos' });
    return null;
  } catch {
    return 'picture-unprintable';
  }
}

/** Returns the template that the JSON text holds, or what is wrong with it. `picture` gives the bytes of a picture beside it, null where there is none. */
export function readReceiptTemplate(json: string, picture: (file: string) => Uint8Array | null): ReceiptTemplate | TemplateProblem {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    return { problem: 'no-json', where: '', what: error instanceof Error ? error.message : '' };
  }
  const parsed = receiptTemplateSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { problem: 'malformed', where: issue?.path.join('.') ?? '', what: issue?.message ?? '' };
  }
  const template = parsed.data;
  if (template.template !== 'receipt') return { problem: 'other-paper', where: 'template', what: template.template };
  for (const [where, words] of wordsIn(template))
    for (const [placeholder, name = ''] of words.matchAll(PLACEHOLDER))
      if (!(name in RECEIPT_FACTS)) return { problem: 'unknown-field', where, what: placeholder };
  const trouble = template.logo === '' ? null : logoTrouble(picture(template.logo));
  return trouble === null ? template : { problem: trouble, where: 'logo', what: template.logo };
}

/** Every text of a template with its place. */
function wordsIn({ head, titles, fields, foot, copies }: ReceiptTemplate): (readonly [where: string, words: string])[] {
  return [
    ...head.map((line, at) => [`head.${at}`, textOf(line)] as const),
    ...Object.entries(titles).map(([kind, words]) => [`titles.${kind}`, words] as const),
    ...fields.map(({ label, text }, at) => [`fields.${at}`, `${label} ${text}`] as const),
    ...Object.entries(foot).flatMap(([kind, lines]) => lines.map((line, at) => [`foot.${kind}.${at}`, textOf(line)] as const)),
    ...copies.map((words, at) => [`copies.${at}`, words] as const),
  ];
}

export function isReceiptTemplate(read: ReceiptTemplate | TemplateProblem): read is ReceiptTemplate {
  return 'titles' in read;
}

/**
 * The company's own template of receipts in the folder, the built-in one of the branch's language without it or with a warning where it is broken. Read
 * each time.
 */
export function receiptTemplateIn(
  folder: string,
  branchLanguage: WordLanguage,
): ReceiptForm & { readonly warning: TemplateWarning | null } {
  const builtInForm = { template: BUILT_IN_RECEIPTS[branchLanguage], language: branchLanguage };
  const fallback = (problem: TemplateProblem) => ({ ...builtInForm, warning: { template: 'receipt' as const, ...problem } });
  const file = join(folder, 'receipt.json');
  if (!existsSync(file)) return { ...builtInForm, warning: null };
  try {
    const read = readReceiptTemplate(readFileSync(file, 'utf8'), (name) => pictureBeside(folder, name));
    return isReceiptTemplate(read) ? { template: read, language: read.language ?? branchLanguage, warning: null } : fallback(read);
  } catch (error) {
    return fallback({ problem: 'unreadable', where: '', what: error instanceof Error ? error.message : String(error) });
  }
}
