// The drafts of the screens that are open, and how they come and go: kept while typing, put aside with a parked customer, dropped when left. Pure but for
// the calls it is given.

/** Whose draft of what. */
export interface DraftPlace {
  readonly taskId: string;
  readonly accountId: string;
  /** '' where the task is about the account itself. */
  readonly subjectId: string;
}

export interface HeldDraft extends DraftPlace {
  /** JSON. */
  readonly text: string;
}

/** The calls of the core; they are made in this order and answered by nobody. */
export interface DraftCalls {
  save(draft: DraftPlace & { readonly value: unknown }): void;
  drop(place: DraftPlace): void;
}

const keyOf = ({ taskId, accountId, subjectId }: DraftPlace): string => JSON.stringify([taskId, accountId, subjectId]);

export class DraftDesk {
  readonly #calls: DraftCalls;
  /** What is typed in the open screens; `saved` is what the core has of it. */
  readonly #open = new Map<string, { place: DraftPlace; text: string; saved: string }>();
  readonly #waiting = new Map<string, string>();

  constructor(calls: DraftCalls) {
    this.#calls = calls;
  }

  /** A screen has typed this; '' for nothing. The core has it after the next `flush`. */
  typed(place: DraftPlace, text: string): void {
    const key = keyOf(place);
    const open = this.#open.get(key);
    if (open !== undefined) open.text = text;
    else this.#open.set(key, { place, text, saved: '' });
  }

  /** Brings what was typed to the core. */
  flush(place: DraftPlace): void {
    const open = this.#open.get(keyOf(place));
    if (open === undefined || open.text === open.saved) return;
    open.saved = open.text;
    if (open.text === '') this.#calls.drop(place);
    else this.#calls.save({ ...place, value: JSON.parse(open.text) });
  }

  /** The screen is gone; what the core has of it stays. */
  closed(place: DraftPlace): void {
    this.#open.delete(keyOf(place));
  }

  /** The open screens are left for good: finished, or given up. */
  leave(): void {
    for (const { place, saved } of this.#open.values()) if (saved !== '') this.#calls.drop(place);
    this.#open.clear();
  }

  /** Puts the open drafts aside, with everything typed until now, and returns them. */
  putAside(): readonly HeldDraft[] {
    const held = [...this.#open.values()].filter(({ text }) => text !== '');
    for (const { place } of held) this.flush(place);
    this.#open.clear();
    return held.map(({ place, text }) => ({ ...place, text }));
  }

  /** The next screen for this place is to start with it. */
  bringBack({ text, ...place }: HeldDraft): void {
    this.#waiting.set(keyOf(place), text);
  }

  /** Returns what the screen is to start with, once; null for nothing. */
  take(place: DraftPlace): unknown {
    const text = this.#waiting.get(keyOf(place));
    this.#waiting.delete(keyOf(place));
    if (text === undefined) return null;
    // The core has it already, or had it before a crash: leaving drops it there.
    this.#open.set(keyOf(place), { place, text, saved: text });
    return JSON.parse(text);
  }
}
