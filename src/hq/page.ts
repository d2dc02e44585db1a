// Headquarters' page for IT and finance: plain HTML without scripts, made anew for every look.
import type { Overview } from './overview.ts';

/** How often the page asks again, s. */
const REFRESH_S = 15;

/** Returns the page. `forProduction` is false for the embedded database, which may lose what it has confirmed. */
export function overviewPage(overview: Overview, now: { readonly nowMs: number; readonly forProduction: boolean }): string {
  const warning = now.forProduction
    ? ''
    : '<p class="warn"><strong>内置数据库，不可用于生产</strong>：断电可能丢失最近的数据（柜台会自动补传）。生产请用 <code>--database URL</code> 接 PostgreSQL。<br>Embedded database, not for production: a power cut may lose the latest data (counters send it again).</p>';
  const operations = new Map(overview.branches.map((branch) => [branch.branchNo, branch.operations]));
  return `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta http-equiv="refresh" content="${REFRESH_S}"><title>柜面通总部</title>
<style>
body{font:14px/1.5 system-ui,"Noto Sans SC",sans-serif;margin:24px;color:#1f1f1f;background:#fff}
h1{font-size:20px}h2{font-size:16px;margin-top:24px}
table{border-collapse:collapse;min-width:480px}th,td{padding:4px 12px;border-bottom:1px solid #d9d9d9;text-align:left}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}.warn{background:#fff7e6;border:1px solid #d48806;padding:8px 12px}
</style></head><body>
<h1>柜面通总部 · Countertop headquarters</h1>
${warning}
${table(
  '柜台 Counters',
  ['网点 Branch', '柜台 Counter', '已收 Held', '网点业务 Operations', '未跟上 Behind', '最近联系 Last contact'],
  [2, 3, 4],
  overview.counters.map((one) => [
    one.branchNo,
    one.counterId,
    one.heldSeq,
    operations.get(one.branchNo) ?? 0,
    one.behind,
    ago(now.nowMs - one.lastContactMs),
  ]),
)}
${table(
  '异常事项 Exception cases',
  ['网点 Branch', '原因 Code', '户 Account', '发现 Found'],
  [],
  overview.cases.map((one) => [one.branchNo, one.code, one.accountId, new Date(one.openedAtMs).toISOString()]),
)}
${table(
  '隔离的业务 Quarantine',
  ['网点 Branch', '柜台 Counter', '序号 No.', '业务 Kind', '原因 Code', '说明 Reason'],
  [2],
  overview.quarantine.map((one) => [one.branchNo, one.counterId, one.seq, one.kind, one.code, one.reason]),
)}
${table(
  '日合计 Day totals (¥)',
  ['日期 Date', '网点 Branch', '科目 Ledger account', '借方为正 Debit positive'],
  [3],
  overview.days.map((one) => [one.businessDate, one.branchNo, one.ledgerAccount, yuan(one.amountFen)]),
)}
</body></html>`;
}

function table(
  title: string,
  heads: readonly string[],
  figures: readonly number[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const cell = (tag: 'td' | 'th') => (value: string | number, index: number) =>
    `<${tag}${figures.includes(index) ? ' class="n"' : ''}>${escaped(String(value))}</${tag}>`;
  const body = rows.map((row) => `<tr>${row.map(cell('td')).join('')}</tr>`).join('\n');
  const content =
    rows.length === 0 ? '<p>—</p>' : `<table><thead><tr>${heads.map(cell('th')).join('')}</tr></thead><tbody>${body}</tbody></table>`;
  return `<h2>${escaped(title)}</h2>\n${content}`;
}

function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

function yuan(amountFen: number): string {
  const sign = amountFen < 0 ? '-' : '';
  const fen = Math.abs(amountFen);
  return `${sign}${Math.floor(fen / 100).toLocaleString('en-US')}.${String(fen % 100).padStart(2, '0')}`;
}

function ago(differenceMs: number): string {
  const seconds = Math.max(0, Math.round(differenceMs / 1000));
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
