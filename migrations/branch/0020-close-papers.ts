// Papers of this counter's closes on their way to headquarters: neither journal nor projection. The PDF lies here until headquarters has confirmed it.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE TABLE close_paper (
    close_id TEXT NOT NULL,
    paper TEXT NOT NULL,
    state TEXT NOT NULL,
    changed_at_ms INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    fault TEXT,
    pdf BLOB,
    PRIMARY KEY (close_id, paper)
  ) STRICT`.execute(db);
  await sql`CREATE INDEX close_paper_in_state ON close_paper (state) WHERE state IN ('due', 'waiting')`.execute(db);
}
