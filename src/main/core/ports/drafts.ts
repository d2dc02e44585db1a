// Port to drafts: what a clerk has typed in a task and not yet finished, kept over a crash of the counter and no longer.

/** Whose draft of what it is. */
export interface DraftKey {
  readonly clerk: string;
  readonly accountId: string;
  readonly taskId: string;
  /** '' where the task is about the account itself. */
  readonly subjectId: string;
}

export interface Draft extends DraftKey {
  readonly businessDate: string;
  readonly savedAtMs: number;
  /** JSON. */
  readonly text: string;
}

export interface Drafts {
  /** Keeps the draft in place of an earlier one of the same key. */
  save(draft: Draft): void;
  get(key: DraftKey): Draft | null;
  /** The clerk's drafts, newest first. One that cannot be opened any more is left out. */
  of(clerk: string): readonly Draft[];
  drop(key: DraftKey): void;
  /** Drops every draft of another business date. */
  keepOnly(businessDate: string): void;
}

/** A draft as it lies in the table. */
export interface SealedDraft extends Omit<Draft, 'text'> {
  readonly sealed: string;
}

/** Where sealed drafts lie: a table that is neither journal nor projection and never leaves the branch. */
export interface DraftTable {
  put(draft: SealedDraft): void;
  get(key: DraftKey): SealedDraft | null;
  of(clerk: string): readonly SealedDraft[];
  drop(key: DraftKey): void;
  keepOnly(businessDate: string): void;
}
