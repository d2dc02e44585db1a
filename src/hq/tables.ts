// Headquarters' tables as kysely sees them; the migrations in migrations/hq make them. Every key begins with the branch.
import type { Generated } from 'kysely';
import type { DayPaperName } from '../shared/domain/close-papers.ts';
import type { Verdict } from '../shared/domain/feed.ts';
import type { LedgerAccount } from '../shared/domain/ledger.ts';

export interface Tables {
  /** One row per branch; locked while a batch of the branch is ordered. */
  readonly branches: { readonly branch_no: string; readonly last_position: number; readonly feed_hash: string };
  readonly counters: {
    readonly branch_no: string;
    readonly counter_id: string;
    /** Base64 Ed25519; '' for one that has not enrolled. */
    readonly public_key: string;
    readonly held_seq: number;
    readonly held_hash: string;
    /** The number it had before its journal forked; '' for the most. */
    readonly former_id: Generated<string>;
    /** When it was given this number in place of the former one; 0 for the most. */
    readonly renewed_at_ms: Generated<number>;
    /** How far the counter has followed the feed. */
    readonly seen_position: number;
    readonly last_contact_ms: number;
  };
  /** Counters that are locked out, and those that were. */
  readonly counter_locks: {
    readonly branch_no: string;
    readonly counter_id: string;
    readonly locked_at_ms: number;
    /** The key that was withdrawn, so that it is good under no other number either; '' where none was known. */
    readonly public_key: string;
    readonly reason: string;
    /** 0 while it holds. */
    readonly ended_at_ms: number;
    readonly end_reason: string;
  };
  readonly enrolment_codes: {
    readonly branch_no: string;
    readonly code_hash: string;
    readonly expires_at_ms: number;
    /** The counter that used it; '' while it is good. */
    readonly used_by: string;
  };
  readonly operations: {
    readonly branch_no: string;
    readonly counter_id: string;
    readonly seq: number;
    readonly id: string;
    readonly kind: string;
    readonly business_date: string;
    readonly shift_id: string;
    readonly clerk: string;
    readonly account_id: string;
    /** The counter's clock. */
    readonly recorded_at_ms: number;
    /** Headquarters' clock. */
    readonly received_at_ms: number;
    /** Canonical JSON, as hashed. */
    readonly payload_json: string;
    readonly previous_hash: string;
    readonly hash: string;
    readonly verdict: Verdict;
    readonly code: string;
    readonly reason: string;
  };
  /** The feed: what was ordered, in order. */
  readonly entries: {
    readonly branch_no: string;
    readonly position: number;
    readonly hash: string;
    readonly counter_id: string;
    readonly seq: number;
    readonly operation_hash: string;
    readonly verdict: Verdict;
    readonly code: string;
    readonly reason: string;
  };
  readonly postings: {
    readonly branch_no: string;
    readonly counter_id: string;
    readonly seq: number;
    /** 0-based within the operation. */
    readonly line: number;
    readonly ledger_account: LedgerAccount;
    readonly dimension: string;
    readonly amount_fen: number;
  };
  readonly balances: {
    readonly branch_no: string;
    readonly ledger_account: LedgerAccount;
    readonly dimension: string;
    readonly amount_fen: number;
  };
  /** Sums of the postings of a branch's feed up to `day_total_ends`: made out of it, and made anew where it has changed. */
  readonly day_totals: {
    readonly branch_no: string;
    readonly business_date: string;
    readonly ledger_account: LedgerAccount;
    /** Of the inter-branch clearing, the other branch; '' of the rest, whose dimensions are many. */
    readonly dimension: string;
    /** Posted by what headquarters says of another branch's counter. */
    readonly is_told: boolean;
    readonly amount_fen: number;
  };
  readonly day_total_ends: { readonly branch_no: string; readonly position: number; readonly hash: string };
  /** What each counter has told of itself last. */
  readonly counter_reports: {
    readonly branch_no: string;
    readonly counter_id: string;
    readonly program_version: string;
    /** Its clock less headquarters', when it was told. */
    readonly clock_difference_ms: number;
    /** Operations of its journal that headquarters had not confirmed. */
    readonly waiting: number;
    /** JSON of version and fingerprint of each card key that it holds. */
    readonly card_keys: string;
    readonly reported_at_ms: number;
  };
  /** Master keys of a branch's cards, sealed under the key file of headquarters. */
  readonly card_keys: {
    readonly branch_no: string;
    readonly version: number;
    readonly sealed: string;
    readonly fingerprint: string;
    readonly put_at_ms: number;
  };
  /** Which counter was sent which card key. */
  readonly card_key_deliveries: {
    readonly branch_no: string;
    readonly counter_id: string;
    readonly version: number;
    readonly fingerprint: string;
    readonly delivered_at_ms: number;
  };
  readonly projections: {
    readonly branch_no: string;
    /** Area and id, `account/…`. */
    readonly row_key: string;
    readonly account_id: string;
    /** The operation that wrote it last. */
    readonly counter_id: string;
    readonly seq: number;
    /** JSON. */
    readonly body: string;
  };
  /** Facts of this branch about accounts of another one, until that branch's feed has them. */
  readonly forwards: {
    readonly branch_no: string;
    readonly counter_id: string;
    readonly seq: number;
    readonly home_branch_no: string;
    readonly state: 'waiting' | 'done';
  };
  /** By what an account is found from other branches: its number and its phone. */
  readonly lookup_keys: {
    readonly branch_no: string;
    readonly account_id: string;
    readonly kind: 'account-no' | 'phone';
    readonly value: string;
  };
  /** Who has looked up what. */
  readonly lookups: {
    readonly lookup_id: Generated<number>;
    /** The branch that asked. */
    readonly branch_no: string;
    readonly counter_id: string;
    readonly clerk: string;
    readonly asked_by: string;
    /** What was asked, masked. */
    readonly asked: string;
    /** '' where nothing was found. */
    readonly home_branch_no: string;
    readonly account_id: string;
    readonly at_ms: number;
  };
  /** Headquarters' own Ed25519 key, sealed where there is a key file. */
  readonly authority: { readonly only_row: number; readonly private_key: string };
  /** Documents as they were signed. */
  readonly documents: {
    readonly document_id: string;
    readonly version: number;
    /** JSON of the branches; '' for all. */
    readonly branches: string;
    readonly body: string;
    readonly published_at_ms: number;
  };
  readonly cases: {
    readonly branch_no: string;
    readonly case_id: string;
    readonly code: string;
    readonly state: 'open' | 'settled';
    readonly account_id: string;
    readonly opened_at_ms: number;
    readonly later_json: string;
    /** '' where the earlier side is not known. */
    readonly earlier_json: string;
    readonly note: string;
  };
  /** Papers of closes; of one that is on its way the PDF is in parts yet. */
  readonly day_papers: {
    readonly branch_no: string;
    readonly close_id: string;
    readonly paper: DayPaperName;
    /** Who has sent it. */
    readonly counter_id: string;
    readonly sha256: string;
    readonly size_bytes: number;
    readonly received_bytes: number;
    readonly state: 'open' | 'held';
    readonly received_at_ms: number;
    readonly pdf: Uint8Array | null;
  };
  readonly day_paper_parts: {
    readonly branch_no: string;
    readonly close_id: string;
    readonly paper: DayPaperName;
    readonly from_byte: number;
    readonly bytes: Uint8Array;
  };
  readonly staff: {
    readonly branch_no: string;
    readonly staff_no: string;
    readonly name: string;
    readonly role: 'clerk' | 'supervisor' | 'manager' | 'it';
    /** Argon2id in PHC string form. */
    readonly password_hash: string;
  };
  /** Where a counter is in its branch's own network, as it has told last. */
  readonly counter_places: {
    readonly branch_no: string;
    readonly counter_id: string;
    readonly place_json: string;
    readonly seen_at_ms: number;
  };
  /** Changes left out that their counter has not heard of; what it appended up to `until_seq` was made without knowing. */
  readonly unseen_conflicts: {
    readonly branch_no: string;
    readonly counter_id: string;
    readonly row_key: string;
    /** The operation whose change was left out. */
    readonly seq: number;
    readonly until_seq: number;
  };
}
