// Faults to plant into the played day, by name: each must be found, and named, by the books or by the auditor.
import Database from 'better-sqlite3';

export const DAY_FAULTS = {
  'short-drawer': 'ten yuan are missing from the last drawer',
  'card-left': 'customers leave with torn cards',
  'paper-left': 'nobody does what the list of the day says',
  'receipt-burnt': 'a printed receipt is not in the tray',
  'altered-payment': 'somebody changes an amount in the journal by hand',
  'altered-posting': 'somebody changes an amount in the ledger by hand',
} as const;
export type DayFault = keyof typeof DAY_FAULTS;

export function isDayFault(name: string): name is DayFault {
  return Object.hasOwn(DAY_FAULTS, name);
}

/** Changes the database as somebody does who gets round the program: its triggers are taken away first. */
export function alterJournal(file: string, fault: 'altered-payment' | 'altered-posting'): void {
  const database = new Database(file);
  try {
    const triggers = database
      .prepare("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ('operation', 'posting')")
      .all() as { readonly name: string }[];
    for (const { name } of triggers) database.exec(`DROP TRIGGER "${name}"`);
    database.exec(
      fault === 'altered-payment'
        ? `UPDATE operation SET payload = json_set(payload, '$.tenders[0].amountFen', json_extract(payload, '$.tenders[0].amountFen') - 100)
             WHERE seq = (SELECT max(seq) FROM operation WHERE kind = 'deposit.taken')`
        : `UPDATE posting SET amount_fen = amount_fen + 100
             WHERE line = 1 AND seq = (SELECT max(seq) FROM operation WHERE kind = 'payment.taken')`,
    );
  } finally {
    database.close();
  }
}
