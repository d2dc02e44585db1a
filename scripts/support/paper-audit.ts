// The auditor of paper: what lies in the trays of the printers, against the numbers in the journal's rows. Every number is on paper exactly once.
import Database from 'better-sqlite3';

/** Returns what does not agree, in words. `receipts` and `forms` are what came out, as lines and as texts. */
export function auditPaper(
  file: string,
  came: { readonly receipts: readonly (readonly string[])[]; readonly forms: readonly (readonly string[])[] },
): readonly string[] {
  const database = new Database(file, { readonly: true });
  try {
    const column = (sql: string) => (database.prepare(sql).all() as { readonly number: string }[]).map(({ number }) => number);
    return [
      ...compare(
        'receipt',
        came.receipts.map((lines) => numberIn(lines, /收据号\s*(\S+)/)),
        column("SELECT json_extract(payload, '$.receiptNo') AS number FROM operation WHERE kind = 'receipt.issued'"),
      ),
      ...compare(
        'form',
        came.forms.map((texts) => numberIn(texts, /^No\.?\s*(\S+)|^(A\d{8})$/)),
        column(`SELECT 'A' || printf('%08d', json_extract(payload, '$.number')) AS number FROM operation WHERE kind = 'invoice.issued'`),
      ),
    ];
  } finally {
    database.close();
  }
}

function numberIn(lines: readonly string[], pattern: RegExp): string {
  for (const line of lines) {
    const found = pattern.exec(line);
    if (found !== null) return found.slice(1).find((part) => part !== undefined) ?? '';
  }
  return '';
}

function compare(what: string, onPaper: readonly string[], inJournal: readonly string[]): string[] {
  const times = new Map<string, number>();
  for (const number of onPaper) times.set(number, (times.get(number) ?? 0) + 1);
  const isKnown = new Set(inJournal);
  return [
    ...inJournal.filter((number) => !times.has(number)).map((number) => `${what} ${number} is in the journal and not on paper`),
    ...[...times].filter(([, count]) => count > 1).map(([number, count]) => `${what} ${number} is on paper ${count} times`),
    ...[...times.keys()].filter((number) => !isKnown.has(number)).map((number) => `${what} ${number} is on paper and not in the journal`),
  ];
}
