// Records: projections that are kept whole under an id and found again by account, state or a key.

/** A kind of record; the type says what a row of it looks like. */
export interface RecordArea<Row> {
  readonly name: string;
  /** Only for the compiler. */
  readonly row?: Row;
}

/** Returns the area of that name. */
export function recordArea<Row>(name: string): RecordArea<Row> {
  return { name };
}

/** By what a record is found again. */
export interface RecordPlace {
  readonly recordId: string;
  /** '' where it belongs to no account. */
  readonly accountId: string;
  readonly state: string;
  /** Further keys, such as a phone number or a card number; several records may share one. */
  readonly keys?: readonly { readonly kind: string; readonly value: string }[];
}

/** The tables of records as the fold uses them. */
export interface RecordTables {
  getRecord<Row>(area: RecordArea<Row>, recordId: string): Row | null;
  /** Puts the row in place of one with the same id; its keys replace the earlier ones. */
  putRecord<Row>(area: RecordArea<Row>, place: RecordPlace, row: Row): void;
}

/** Returns the record an operation names; throws RangeError when it is not there. */
export function requireRecord<Row>(tables: RecordTables, area: RecordArea<Row>, recordId: string): Row {
  const row = tables.getRecord(area, recordId);
  if (row === null) throw new RangeError(`operation names an unknown ${area.name} ${recordId}`);
  return row;
}
