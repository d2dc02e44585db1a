// The page of the search: a field, and what is known under the number in it.
import { escaped, filled, kindName, localTime, type PageFrame, sideOf, TABS, table, who, whole, yuan } from './page.ts';
import { PAGE_LANGUAGES, type PageWords } from './page-words.ts';
import { type FoundCase, type FoundOperation, isNumber, type SearchResult } from './search.ts';

/** Returns the page; `text` is what was asked for, '' for nothing yet. */
export function searchPage({ text, found }: { readonly text: string; readonly found: SearchResult | null }, frame: PageFrame): string {
  const words = PAGE_LANGUAGES[frame.language];
  const { accounts, operations, cases, isCut } = found ?? { accounts: [], operations: [], cases: [], isCut: false };
  const isEmpty = accounts.length + operations.length + cases.length === 0;
  return whole({ ...frame, asked: text === '' ? '' : new URLSearchParams({ q: text }).toString() }, 'search', [
    `<form method="get" action="${TABS.search}"><label>${escaped(words.searchFor)} ` +
      `<input type="search" name="q" value="${escaped(text)}" maxlength="64" size="32" required autofocus></label> ` +
      `<input type="hidden" name="lang" value="${frame.language}"><button>${escaped(words.search)}</button></form>`,
    said(words, { text, isEmpty, isCut }),
    ...(isEmpty
      ? []
      : [
          table(words.accounts, {
            heads: [words.branch, words.account, words.customer],
            rows: accounts.map((one) => [one.branchNo, one.accountNo, one.customerName]),
            words,
          }),
          casesTable(cases, frame),
          operationsTable({ text, operations, cases }, frame),
        ]),
  ]);
}

function said(
  words: PageWords,
  { text, isEmpty, isCut }: { readonly text: string; readonly isEmpty: boolean; readonly isCut: boolean },
): string {
  const sentence = (of: string) => `<p class="soft">${escaped(of)}</p>`;
  if (text === '') return sentence(words.searchHint);
  if (!isNumber(text)) return `<p class="warn" role="alert">${escaped(words.searchInvalid)}</p>`;
  if (isEmpty) return sentence(filled(words.searchNone, { number: text }));
  return isCut ? sentence(words.searchCut) : '';
}

function casesTable(cases: readonly FoundCase[], frame: PageFrame): string {
  const words = PAGE_LANGUAGES[frame.language];
  return table(words.cases, {
    heads: [words.branch, words.state, words.reason, words.earlier, words.later, words.found],
    sentences: [1, 3, 4],
    rows: cases.map((one) => [
      one.branchNo,
      one.state === 'open' ? `▲ ${words.caseOpen}` : `● ${filled(words.caseSettled, { note: one.note })}`,
      ...[words.codes[one.code] ?? one.code, sideOf(one.earlier, frame.language), sideOf(one.later, frame.language)],
      localTime(one.openedAtMs),
    ]),
    words,
  });
}

function operationsTable(
  {
    text,
    operations,
    cases,
  }: { readonly text: string; readonly operations: readonly FoundOperation[]; readonly cases: readonly FoundCase[] },
  frame: PageFrame,
): string {
  const words = PAGE_LANGUAGES[frame.language];
  const sameAs = (one: FoundOperation) => (side: FoundCase['earlier']) => side?.counterId === one.counterId && side.seq === one.seq;
  const hasCase = (one: FoundOperation) =>
    cases.some(({ branchNo, earlier, later }) => branchNo === one.branchNo && [earlier, later].some(sameAs(one)));
  return table(words.foundOperations, {
    heads: [words.recorded, words.branch, words.counter, words.seq, words.kind, words.receiptNo, words.amount, words.clerk, words.verdict],
    figures: [3, 6],
    sentences: [8],
    rows: operations.map((one) => [
      ...[localTime(one.recordedAtMs), one.branchNo, one.counterId, one.seq, kindName(one.kind, frame.language)],
      one.receiptNo === text ? `▶ ${text}` : one.receiptNo,
      ...[one.amountFen === null ? '' : yuan(one.amountFen), who(one.clerk, words)],
      [verdictOf(one, words), ...(hasCase(one) ? [words.hasCase] : [])].join('; '),
    ]),
    words,
  });
}

function verdictOf({ verdict, code, reason }: FoundOperation, words: PageWords): string {
  const name = words.verdicts[verdict];
  if (verdict === 'applied') return `● ${name}`;
  return `▲ ${name}: ${words.codes[code] ?? code} (${reason})`;
}
