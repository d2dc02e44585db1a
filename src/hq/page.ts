// Headquarters' pages for IT and finance: plain HTML without scripts, made anew for every look.
import type { CaseSide } from '../shared/domain/feed.ts';
import type { LedgerAccount } from '../shared/domain/ledger.ts';
import { OPERATION_WORDS } from '../shared/words/operations.ts';
import type { Clearing } from './clearing.ts';
import type { ClosedDay } from './day-closes.ts';
import { FONT_FAMILY, FONT_STYLE } from './fonts.ts';
import type { Overview } from './overview.ts';
import { PAGE_LANGUAGES, type PageLanguage, type PageWords } from './page-words.ts';

/** How often the overview asks again, s. */
const REFRESH_S = 15;
const NAMES: Readonly<Record<PageLanguage, string>> = { 'zh-CN': '简体中文', 'zh-TW': '繁體中文', en: 'English' };
/** The address of a paper, with its branch, close and name behind it. */
export const PAPER_ADDRESS = '/days/paper';
export const TABS = { overview: '/', search: '/search', clearing: '/clearing', days: '/days' } as const;

export interface PageFrame {
  readonly language: PageLanguage;
  readonly nowMs: number;
  /** false for the embedded database, which may lose what it has confirmed. */
  readonly forProduction: boolean;
  /** false where the keys in the database are not sealed. */
  readonly hasKeyFile: boolean;
  /** What else the address asks for, as it stands in one: it stays when the language changes. */
  readonly asked?: string;
}

/** Returns the page of counters, cases, quarantine and day totals. */
export function overviewPage(overview: Overview, frame: PageFrame): string {
  const { language, nowMs } = frame;
  const words = PAGE_LANGUAGES[language];
  const code = (name: string) => words.codes[name] ?? name;
  const hasKeys = overview.counters.some(({ cardKeys: { held, lacking } }) => held.length + lacking.length > 0);
  return whole(frame, 'overview', [
    table(words.counters, {
      heads: [
        ...[words.branch, words.counter, words.program, words.held, words.toSend, words.behind, words.clock],
        ...(hasKeys ? [words.cardKeys] : []),
        words.lastContact,
      ],
      figures: [3, 4, 5],
      rows: overview.counters.map((one) => [
        ...[one.branchNo, one.isLocked ? `▲ ${filled(words.lockedOut, { counter: one.counterId })}` : one.counterId],
        ...[one.report?.programVersion ?? words.noReport, one.heldSeq],
        toSend(one, frame),
        one.behindMs === null ? one.behind : filled(words.since, { ops: one.behind, time: span(one.behindMs, words) }),
        clockOf(one, words),
        ...(hasKeys ? [keysOf(one, words)] : []),
        ago(nowMs - one.lastContactMs, words),
      ]),
      words,
    }),
    overview.locks.length === 0 ? '' : locksTable(overview, frame),
    table(words.cases, {
      heads: [words.branch, words.reason, words.account, words.earlier, words.later, words.found],
      sentences: [1, 3, 4],
      hint: words.casesHint,
      rows: overview.cases.map((one) => [
        ...[one.branchNo, code(one.code), one.accountNo === '' ? one.accountId : one.accountNo],
        ...[sideOf(one.earlier, language), sideOf(one.later, language), localTime(one.openedAtMs)],
      ]),
      words,
    }),
    table(words.quarantine, {
      heads: [words.branch, words.counter, words.seq, words.kind, words.clerk, words.received, words.reason, words.technical],
      figures: [2],
      sentences: [6, 7],
      hint: words.quarantineHint,
      rows: overview.quarantine.map((one) => [
        ...[one.branchNo, one.counterId, one.seq, kindName(one.kind, language), who(one.clerk, words)],
        ...[localTime(one.receivedAtMs), code(one.code), `${one.code}: ${one.reason}`],
      ]),
      words,
    }),
    overview.isSummed ? '' : `<p class="warn">${escaped(words.notSummed)}</p>`,
    table(words.dayTotals, {
      heads: [words.date, words.branch, words.ledgerAccount, words.debit],
      figures: [3],
      rows: overview.days.map((one) => [
        ...[one.businessDate, one.branchNo, words.ledger[one.ledgerAccount as LedgerAccount] ?? one.ledgerAccount],
        yuan(one.amountFen),
      ]),
      words,
    }),
    overview.deliveries.length === 0
      ? ''
      : table(words.deliveries, {
          heads: [words.delivered, words.branch, words.counter, words.keyVersion, words.fingerprint],
          figures: [3],
          rows: overview.deliveries.map((one) => [localTime(one.atMs), one.branchNo, one.counterId, one.version, one.fingerprint]),
          words,
        }),
  ]);
}

function locksTable({ locks }: Overview, { language }: PageFrame): string {
  const words = PAGE_LANGUAGES[language];
  return table(words.locks, {
    heads: [words.branch, words.counter, words.reason, words.lockedSince, words.lockHeld, words.state],
    figures: [4],
    sentences: [2, 5],
    hint: words.locksHint,
    rows: locks.map((one) => [
      ...[one.branchNo, one.counterId, one.reason, localTime(one.lockedAtMs), one.held],
      one.endedAtMs === null
        ? `▲ ${words.lockHolds}`
        : `● ${filled(words.lockEnded, { when: localTime(one.endedAtMs), why: one.endReason })}`,
    ]),
    words,
  });
}

type CounterLine = Overview['counters'][number];

/** A report that is older says how old, ms: a counter tells once a minute. */
const FRESH_REPORT_MS = 180_000;
/** Clocks that differ by less are the same to a person, ms. */
const SAME_CLOCK_MS = 2_000;

function toSend({ report }: CounterLine, { language, nowMs }: PageFrame): string | number {
  const words = PAGE_LANGUAGES[language];
  if (report === null) return '';
  const ageMs = nowMs - report.atMs;
  return ageMs < FRESH_REPORT_MS ? report.waiting : `${report.waiting} (${filled(words.asOf, { ago: ago(ageMs, words) })})`;
}

function clockOf({ report }: CounterLine, words: PageWords): string {
  if (report === null) return '';
  const { clockDifferenceMs } = report;
  if (Math.abs(clockDifferenceMs) < SAME_CLOCK_MS) return words.clockSame;
  return filled(clockDifferenceMs > 0 ? words.clockAhead : words.clockBehind, { seconds: Math.round(Math.abs(clockDifferenceMs) / 1000) });
}

function keysOf({ cardKeys }: CounterLine, words: PageWords): string {
  const named = (versions: readonly number[]) => versions.map((version) => `v${version}`).join(', ');
  const { held, lacking, other } = cardKeys;
  return [
    named(held),
    ...(lacking.length > 0 ? [`▲ ${filled(words.keysMissing, { versions: named(lacking) })}`] : []),
    ...(other.length > 0 ? [`▲ ${filled(words.keysOther, { versions: named(other) })}`] : []),
  ]
    .filter((part) => part !== '')
    .join('; ');
}

/** Returns one side of a case in words. */
export function sideOf(side: CaseSide | null, language: PageLanguage): string {
  const words = PAGE_LANGUAGES[language];
  if (side === null) return words.unknownSide;
  const { counterId, seq, kind, clerk, recordedAtMs } = side;
  const place = { counter: counterId, seq, clerk: who(clerk, words), when: localTime(recordedAtMs) };
  return filled(words.side, { what: kindName(kind, language), ...place });
}

/** The program itself has no number. */
export const who = (clerk: string, words: PageWords) => (clerk === 'system' ? words.system : clerk);

/** What a kind of operation is called; one of a newer program by its own name. */
export function kindName(kind: string, language: PageLanguage): string {
  const words: Readonly<Record<string, string>> = OPERATION_WORDS[language];
  return words[kind.replaceAll('.', '-')] ?? kind;
}

/** Puts values into a text, where their names stand in braces. */
export function filled(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** Returns the page of what branches owe each other. */
export function clearingPage({ period, days, positions }: Clearing, frame: PageFrame): string {
  const words = PAGE_LANGUAGES[frame.language];
  const date = (name: 'from' | 'to') =>
    `<label>${escaped(words[name])} <input type="date" name="${name}" value="${escaped(period[name])}" required></label>`;
  const address = `/clearing.csv?from=${period.from}&to=${period.to}&lang=${frame.language}`;
  return whole(frame, 'clearing', [
    `<form method="get" action="${TABS.clearing}">${date('from')} ${date('to')} <input type="hidden" name="lang" value="${frame.language}">` +
      `<button>${escaped(words.show)}</button> <a href="${escaped(address)}">${escaped(words.csv)}</a></form>`,
    table(words.clearing, {
      heads: clearingHeads(words),
      figures: [3, 4, 5, 6],
      hint: words.clearingHint,
      rows: days.map((day) => [
        ...[day.businessDate, day.debtorNo, day.creditorNo],
        ...[day.takenFen, day.takenBackFen, day.owedFen, day.underWayFen].map(yuan),
      ]),
      words,
    }),
    table(words.positions, {
      heads: [words.branch, words.net],
      figures: [1],
      rows: positions.map(({ branchNo, netFen }) => [branchNo, yuan(netFen)]),
      words,
    }),
  ]);
}

/** Headings of the clearing, on the page and in the file. */
export function clearingHeads(words: PageWords): readonly string[] {
  return [words.date, words.debtor, words.creditor, words.taken, words.takenBack, words.owed, words.underWay];
}

/** Returns the page of closed days against headquarters' own sums. */
export function daysPage(days: readonly ClosedDay[], frame: PageFrame): string {
  const words = PAGE_LANGUAGES[frame.language];
  return whole(frame, 'days', [
    table(words.days, {
      heads: [
        ...[words.date, words.branch, words.counter, words.closeNo, words.operations, words.taking, words.clerk],
        ...[words.approvedBy, words.differences, words.open, words.agreed, words.hash, words.papers],
      ],
      figures: [3, 4, 5, 8, 9],
      sentences: [10],
      codes: [11],
      hint: words.daysHint,
      rows: days.map((day) => [
        ...[day.closedDate, day.branchNo, day.counterId, day.closeNo, day.operations, yuan(day.takenFen), day.clerk],
        ...[day.approvedBy, day.differences, day.open],
        day.unequal.length === 0
          ? `● ${words.same}`
          : `▲ ${words.unequal}${day.unequal.map((kind) => kindName(kind, frame.language)).join(', ')}`,
        day.hash,
        day.papers.map((paper) => ({ text: words.paper[paper], href: paperAddress({ ...day, paper }) })),
      ]),
      words,
    }),
  ]);
}

/** Where a paper of a close is opened. */
function paperAddress(of: { readonly branchNo: string; readonly closeId: string; readonly paper: string }): string {
  return `${PAPER_ADDRESS}?${new URLSearchParams({ branch: of.branchNo, close: of.closeId, paper: of.paper })}`;
}

/** Returns a whole page: head, tabs, languages, warnings and its parts. */
export function whole(frame: PageFrame, tab: keyof typeof TABS, parts: readonly string[]): string {
  const words = PAGE_LANGUAGES[frame.language];
  const warning = (what: string, why: string) => `<p class="warn"><strong>${escaped(what)}</strong><br>${escaped(why)}</p>`;
  const link = (name: string, to: { readonly href: string; readonly isHere: boolean }) =>
    `<a href="${escaped(to.href)}"${to.isHere ? ' aria-current="page"' : ''}>${escaped(name)}</a>`;
  const tabs = (Object.keys(TABS) as (keyof typeof TABS)[]).map((one) =>
    link(words[one], { href: `${TABS[one]}?lang=${frame.language}`, isHere: one === tab }),
  );
  const languages = (Object.keys(NAMES) as PageLanguage[]).map((one) =>
    link(NAMES[one], { href: `${TABS[tab]}?lang=${one}${frame.asked ? `&${frame.asked}` : ''}`, isHere: one === frame.language }),
  );
  return `<!doctype html>
<html lang="${frame.language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">${
    tab === 'overview' ? `<meta http-equiv="refresh" content="${REFRESH_S}">` : ''
  }<title>${escaped(words[tab])} · ${escaped(words.title)}</title>
<link rel="stylesheet" href="${FONT_STYLE}">
<style>
:root{color-scheme:light dark;--text:#1f1f1f;--soft:#595959;--back:#fff;--line:#d9d9d9;--warn:#fff7e6;--warn-line:#d48806;--link:#0958d9}
@media(prefers-color-scheme:dark){:root{--text:#e6e6e6;--soft:#a6a6a6;--back:#141414;--line:#424242;--warn:#2b2111;--warn-line:#d89614;--link:#69b1ff}}
body{font:14px/1.5 "${FONT_FAMILY}",system-ui,sans-serif;margin:24px;color:var(--text);background:var(--back)}
h1{font-size:20px;margin:0}h2{font-size:16px;margin:24px 0 4px}a{color:var(--link)}.soft{color:var(--soft);margin:4px 0}
header,nav{display:flex;gap:16px;flex-wrap:wrap;align-items:baseline}header{justify-content:space-between;border-bottom:1px solid var(--line);padding-bottom:8px}
a[aria-current]{color:var(--text);font-weight:600;text-decoration:none}form{margin-top:16px;display:flex;gap:12px;flex-wrap:wrap;align-items:center}
.scroll{overflow-x:auto}table{border-collapse:collapse;min-width:480px}th,td{padding:4px 10px;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
td{font-variant-numeric:tabular-nums}td.n,th.n{text-align:right}
button,input{font:inherit}td,th{white-space:nowrap}td.t{white-space:normal;overflow-wrap:anywhere;min-width:10em}td.h{white-space:normal;overflow-wrap:anywhere;min-width:12em;font-size:12px}@media(max-width:600px){body{margin:12px}table{min-width:0}th,td{padding:4px 8px}}
.warn{background:var(--warn);border:1px solid var(--warn-line);padding:8px 12px}
</style></head><body>
<header><h1>${escaped(words.title)}</h1><nav>${tabs.join('')}</nav><nav>${languages.join('')}</nav></header>
${frame.forProduction ? '' : warning(words.embedded, words.embeddedWhy)}${frame.hasKeyFile ? '' : warning(words.noKeyFile, words.noKeyFileWhy)}
${parts.join('\n')}
</body></html>`;
}

/** What stands in a field of a table: a value, or links one below the other. */
type Cell = string | number | readonly { readonly text: string; readonly href: string }[];

/** Returns a table under its title, or the word that there is nothing. */
export function table(
  title: string,
  content: {
    readonly heads: readonly string[];
    /** Columns of figures. */
    readonly figures?: readonly number[];
    /** Columns of sentences, which take several lines. */
    readonly sentences?: readonly number[];
    /** Columns of long codes, which are compared digit by digit. */
    readonly codes?: readonly number[];
    /** What to do about it; shown with rows only. */
    readonly hint?: string;
    readonly rows: readonly (readonly Cell[])[];
    readonly words: PageWords;
  },
): string {
  const { heads, figures = [], sentences = [], codes = [], hint = '', rows, words } = content;
  const classes = { n: figures, t: sentences, h: codes };
  const classOf = (index: number): string =>
    Object.entries(classes)
      .filter(([, columns]) => columns.includes(index))
      .map(([name]) => ` class="${name}"`)
      .join('');
  const shownIn = (value: Cell): string =>
    typeof value === 'object'
      ? value.map(({ text, href }) => `<a href="${escaped(href)}">${escaped(text)}</a>`).join('<br>')
      : escaped(String(value));
  const cell = (tag: 'td' | 'th') => (value: Cell, index: number) => `<${tag}${classOf(index)}>${shownIn(value)}</${tag}>`;
  const body = rows.map((row) => `<tr>${row.map(cell('td')).join('')}</tr>`).join('\n');
  const shown =
    rows.length === 0
      ? `<p class="soft">${escaped(words.none)}</p>`
      : `<div class="scroll" tabindex="0" role="region" aria-label="${escaped(title)}"><table><thead><tr>${heads.map(cell('th')).join('')}</tr></thead><tbody>${body}</tbody></table></div>`;
  return `<h2>${escaped(title)}</h2>\n${rows.length === 0 || hint === '' ? '' : `<p class="soft">${escaped(hint)}</p>`}${shown}`;
}

/** Returns a text as HTML shows it. */
export function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

/** Returns an amount of fen as yuan. */
export function yuan(amountFen: number): string {
  const sign = amountFen < 0 ? '-' : '';
  const fen = Math.abs(amountFen);
  return `${sign}${Math.floor(fen / 100).toLocaleString('en-US')}.${String(fen % 100).padStart(2, '0')}`;
}

/** By the clock of the place where headquarters stands. */
export function localTime(atMs: number): string {
  const at = new Date(atMs);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

function ago(differenceMs: number, words: PageWords): string {
  const { unit, n } = rounded(differenceMs);
  return `${n} ${words.ago[unit]}`;
}

function span(differenceMs: number, words: PageWords): string {
  const { unit, n } = rounded(differenceMs);
  return filled(words.span[unit], { n });
}

function rounded(differenceMs: number): { readonly unit: 's' | 'min' | 'h' | 'd'; readonly n: number } {
  const seconds = Math.max(0, Math.round(differenceMs / 1000));
  if (seconds < 120) return { unit: 's', n: seconds };
  if (seconds < 7_200) return { unit: 'min', n: Math.round(seconds / 60) };
  return seconds < 172_800 ? { unit: 'h', n: Math.round(seconds / 3_600) } : { unit: 'd', n: Math.round(seconds / 86_400) };
}
