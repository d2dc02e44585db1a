// Fills a template with what a paper says.
import type { Commodity } from '../../../shared/domain/commodity.ts';
import { wordsFor } from '../../../shared/words/commodity.ts';
import type { ColumnKind, PaperBlock, PaperCell, PaperDocument, PaperLanguage } from '../../core/ports/paper.ts';
import { PAPER_FIELDS, type PaperFields, type PaperHead, type PaperName } from '../../core/ports/paper-content.ts';
import { inLanguage, PLACEHOLDER, type Template, type TemplateBlock, type Words } from './template.ts';

/** Facts and lists of any paper; that they are those of its name is the business of whoever hands them over. */
export interface AnyContent {
  readonly commodity?: Commodity | undefined;
  readonly facts: Readonly<Record<string, PaperCell>>;
  readonly lists: Readonly<Record<string, readonly Readonly<Record<string, PaperCell>>[]>>;
}

interface Filling {
  readonly content: AnyContent;
  readonly fields: PaperFields;
  readonly language: PaperLanguage;
  /** Returns the bytes of a picture beside the template; null where it is not there. */
  readonly picture: (file: string) => Uint8Array | null;
}

function say({ content, language }: Filling, words: Words): string {
  return wordsFor(content.commodity ?? 'gas', language, inLanguage(words, language)).replace(PLACEHOLDER, (_, name: string) =>
    String(content.facts[name] ?? ''),
  );
}

function isThere({ content }: Filling, name: string): boolean {
  const fact = content.facts[name];
  return (fact !== undefined && fact !== '') || (content.lists[name]?.length ?? 0) > 0;
}

function blockOf(filling: Filling, block: TemplateBlock): PaperBlock | null {
  if (block.when !== undefined && !isThere(filling, block.when)) return null;
  const rows = 'list' in block && block.list !== undefined ? (filling.content.lists[block.list] ?? []) : [];
  const text = (value: PaperCell | undefined): string => String(value ?? '');
  switch (block.block) {
    case 'title':
      return {
        kind: 'title',
        text: say(filling, block.text),
        lines: block.lines.map((line) => say(filling, line)),
        code: block.code === '' ? '' : text(filling.content.facts[block.code]),
      };
    case 'heading':
      return { kind: 'heading', text: say(filling, block.text) };
    case 'facts':
      return {
        kind: 'facts',
        columns: block.columns,
        items: block.items.map((item) => [say(filling, item.label), say(filling, item.text)]),
      };
    case 'pairs':
      return { kind: 'facts', columns: block.columns, items: rows.map(({ name, value }) => [text(name), text(value)]) };
    case 'text':
      return { kind: 'text', text: say(filling, block.text), small: block.small };
    case 'texts':
      return { kind: 'text', text: rows.map((row) => text(row.text)).join('\n') };
    case 'boxes':
      return { kind: 'boxes', items: rows.map((row) => ({ text: text(row.text), ticked: row.ticked === 1 })) };
    case 'table': {
      const kinds: Readonly<Record<string, ColumnKind>> = filling.fields.lists[block.list] ?? {};
      const columns = block.columns.filter(({ field, ifAny }) => !ifAny || rows.some((row) => (row[field] ?? '') !== ''));
      return {
        kind: 'table',
        numbered: block.numbered,
        columns: columns.map(({ label, field, width, sum }) => ({
          title: say(filling, label),
          kind: kinds[field] ?? 'text',
          width,
          sum,
        })),
        rows: rows.map((row) => columns.map(({ field }) => row[field] ?? '')),
      };
    }
    case 'signatures':
      return { kind: 'signatures', items: [...rows.map(({ name }) => text(name)), ...block.items.map((item) => say(filling, item))] };
    case 'picture': {
      const bytes = filling.picture(block.file);
      return bytes === null ? null : { kind: 'picture', bytes, heightPt: block.heightPt };
    }
  }
}

/** Returns the document that the template makes of the content. */
export function fillTemplate(
  template: Template,
  from: { readonly name: PaperName; readonly content: AnyContent; readonly head: PaperHead; readonly picture: Filling['picture'] },
): PaperDocument {
  const { name, content, head, picture } = from;
  const filling: Filling = { content, fields: PAPER_FIELDS[name], language: head.language, picture };
  return {
    language: head.language,
    company: template.company === undefined ? head.company : say(filling, template.company),
    title: say(filling, template.title),
    number: head.number,
    foot: say(filling, template.foot),
    landscape: template.landscape,
    madeAtMs: head.madeAtMs,
    copies: template.copies,
    blocks: template.blocks.map((block) => blockOf(filling, block)).filter((block) => block !== null),
  };
}
