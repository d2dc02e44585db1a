// The parts of a receipt that its template says: head, title, fields of the company's own, foot.
import type { Commodity } from '../../shared/domain/commodity.ts';
import { type WordLanguage, wordsFor } from '../../shared/words/commodity.ts';
import type { OptionalReceiptLine, RECEIPT_FACTS, ReceiptContent, ReceiptKind, SlipContent } from '../core/ports/printing.ts';
import { pair, text } from './markup.ts';
import type { ReceiptTemplate, TemplateLine } from './templates/receipt-template.ts';
import { PLACEHOLDER } from './templates/template.ts';

type Facts = Readonly<Record<keyof typeof RECEIPT_FACTS, string>>;
type Head = Pick<ReceiptContent | SlipContent, 'branch' | 'receiptNo' | 'counterId' | 'clerkName' | 'clerkNo'>;

export interface ReceiptParts {
  /** Above everything. */
  readonly head: readonly string[];
  readonly title: string;
  /** Names and values. */
  readonly fields: readonly string[];
  readonly foot: readonly string[];
  /** Whether the template leaves the line out. */
  omits(line: OptionalReceiptLine): boolean;
}

/** Returns the parts in markup. Words are those of gas and follow the commodity; what a fact holds never becomes markup. */
export function receiptParts(
  template: ReceiptTemplate,
  of: {
    readonly kind: ReceiptKind;
    readonly commodity: Commodity;
    readonly language: WordLanguage;
    readonly head: Head;
    readonly account: { readonly accountNo: string; readonly customerName: string };
  },
): ReceiptParts {
  const { branch, receiptNo, counterId, clerkName, clerkNo } = of.head;
  const { branchNo, name: branchName, businessDate } = branch;
  const facts: Facts = { branchNo, branchName, businessDate, receiptNo, counterId, clerkName, clerkNo, ...of.account };
  const say = (words: string): string =>
    wordsFor(of.commodity, of.language, words).replace(PLACEHOLDER, (_, name: string) => facts[name as keyof Facts] ?? '');
  const line = (one: TemplateLine): string => {
    const { text: words, size, bold } = typeof one === 'string' ? { text: one, size: 1, bold: false } : one;
    return `${bold ? '"' : ''}${'^'.repeat(size - 1)}${text(say(words))}`;
  };
  return {
    head: template.head.map(line),
    title: `^^^${text(say(template.titles[of.kind]))}`,
    fields: template.fields.map((field) => pair(say(field.label), say(field.text))),
    foot: template.foot[of.kind].map(line),
    omits: (name) => template.omit.includes(name),
  };
}
