// Customers, what is noted about them, and every change of an account, as the journal holds them.

import type { AccountOpened } from './account.ts';
import { Fault } from './fault.ts';
import type { IdentityKind } from './identity.ts';
import { type RecordTables, recordArea, requireRecord } from './records.ts';

/** A number of a document or a bank account as the journal may hold it: the number itself is kept apart, encrypted. */
export interface PrivateNumber {
  /** For people: `110***********002X`. */
  readonly masked: string;
  /** Keyed digest (hex), equal for equal numbers within the company: finds duplicates without the number. */
  readonly digest: string;
}

export interface IdentityRef extends PrivateNumber {
  readonly kind: IdentityKind;
}

export interface CustomerFacts {
  readonly customerKind: 'residential' | 'commercial';
  readonly name: string;
  readonly phone: string;
  readonly identity: IdentityRef | null;
  /** Whether the customer allows short messages. */
  readonly smsConsent: boolean;
}

/** Every change of an account says which version of it was seen: of two that saw the same, the later is an exception. */
export interface SeenVersion {
  readonly seenVersion: number;
  /**
   * Id of the operation that wrote that version. The number alone is no identity: where a change is left out, or a restored headquarters orders anew, it
   * is soon another change's. Absent in what was recorded before it was kept.
   */
  readonly seenChangeId?: string;
}

/** A row that changes must have seen. */
interface Versioned {
  /** Rises by one with every change, from 1. */
  readonly version: number;
  /** Id of the operation that wrote this version; '' or absent where it was written before that was kept. */
  readonly changeId?: string;
}

/** Returns what a change that is made on top of this row says it has seen. */
export function seenOf({ version, changeId = '' }: Versioned): SeenVersion {
  return { seenVersion: version, ...(changeId === '' ? {} : { seenChangeId: changeId }) };
}

/** Whether this row is the one that was seen: by what wrote it where both sides know that, else by its number. */
export function isSeen({ version, changeId = '' }: Versioned, { seenVersion, seenChangeId = '' }: SeenVersion): boolean {
  return changeId === '' || seenChangeId === '' ? version === seenVersion : changeId === seenChangeId;
}

/** Throws ACCOUNT_CHANGED { seen, now } where the row is not the one that was seen. */
export function requireRowSeen(row: Versioned, seen: SeenVersion): void {
  if (!isSeen(row, seen)) throw new Fault('ACCOUNT_CHANGED', { seen: seen.seenVersion, now: row.version });
}

export interface CustomerPayloads {
  'customer.registered': CustomerFacts & { readonly customerId: string };
  /** `seenVersion` is absent in what was recorded before records had versions, `reason` and `approvedBy` where name and document stay. */
  'customer.changed': CustomerFacts & {
    readonly customerId: string;
    readonly seenVersion?: number;
    readonly seenChangeId?: string;
    readonly reason?: string;
    readonly approvedBy?: string;
  };
  /** Two records of one person: `mergedId` goes on as `keptId`. */
  'customer.merged': { readonly keptId: string; readonly mergedId: string; readonly reason: string };
  /** `reason` and `approvedBy` are absent where the account had no record before, and in what was recorded before they were asked for. */
  'account.assigned': SeenVersion & { readonly customerId: string; readonly reason?: string; readonly approvedBy?: string };
  'account.corrected': SeenVersion & {
    readonly customerName: string;
    readonly phone: string;
    readonly address: AccountOpened['address'];
    readonly reason: string;
    /** '' where it was no service request. */
    readonly requestId: string;
  };
  'account.transferred': SeenVersion & {
    readonly requestId: string;
    readonly from: { readonly customerId: string; readonly customerName: string };
    readonly to: {
      readonly customerId: string;
      readonly customerKind: 'residential' | 'commercial';
      readonly customerName: string;
      readonly phone: string;
      readonly householdSize: number;
    };
    /** First day of supply to the new holder; its tiers begin with the month of it. */
    readonly since: string;
    /** Null for an IC meter that is not read. */
    readonly readingLitres: number | null;
    readonly contractNo: string;
  };
  'account.household-changed': SeenVersion & {
    readonly size: number;
    readonly from: string;
    /** Last day on which the proof holds; null without an end. */
    readonly until: string | null;
    readonly proof: string;
  };
  'account.plan-changed': SeenVersion & { readonly tariffId: string; readonly from: string };
  'account.suspended': SeenVersion & {
    readonly requestId: string;
    readonly from: string;
    readonly until: string | null;
    readonly sealNo: string;
    readonly readingLitres: number | null;
  };
  'account.reactivated': SeenVersion & { readonly requestId: string; readonly on: string; readonly inspectionNo: string };
  'account.closed': SeenVersion & { readonly requestId: string; readonly on: string; readonly readingLitres: number | null };
  /** `approvedBy` is absent where there were no bank details before. */
  'account.bank-changed': SeenVersion & { readonly bank: BankRef | null; readonly approvedBy?: string };
  'note.added': { readonly noteId: string; readonly text: string };
  'attachment.added': Omit<AttachmentRow, 'accountId' | 'clerk' | 'addedAtMs'>;
  /** Somebody has looked at a number that is hidden otherwise, and why. */
  'number.revealed': { readonly what: RevealedNumber; readonly masked: string; readonly reason: string };
}
export const REVEALED_NUMBERS = ['phone', 'identity', 'bank'] as const;
export type RevealedNumber = (typeof REVEALED_NUMBERS)[number];
export type CustomerKind = keyof CustomerPayloads;

export const CUSTOMER_KINDS = [
  'customer.registered',
  'customer.changed',
  'customer.merged',
  'account.assigned',
  'account.corrected',
  'account.transferred',
  'account.household-changed',
  'account.plan-changed',
  'account.suspended',
  'account.reactivated',
  'account.closed',
  'account.bank-changed',
  'note.added',
  'attachment.added',
  'number.revealed',
] as const satisfies readonly CustomerKind[];

export interface BankRef extends PrivateNumber {
  readonly bankName: string;
  readonly holder: string;
}

/** Records of customers. */
export const CUSTOMERS = recordArea<CustomerRow>('customer');

export interface CustomerRow extends CustomerFacts, Versioned {
  readonly customerId: string;
  /** Where this record went on; '' while it stands for itself. */
  readonly mergedInto: string;
}

/** Records of notes. */
export const NOTES = recordArea<NoteRow>('note');

export interface NoteRow {
  readonly noteId: string;
  readonly accountId: string;
  readonly text: string;
  readonly clerk: string;
  readonly addedAtMs: number;
}

/** Records of attachments. */
export const ATTACHMENTS = recordArea<AttachmentRow>('attachment');

export interface AttachmentRow {
  readonly attachmentId: string;
  readonly accountId: string;
  /** The request it belongs to; '' for the account itself. */
  readonly requestId: string;
  readonly name: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  /** Hex; the file is kept under it. */
  readonly sha256: string;
  readonly clerk: string;
  readonly addedAtMs: number;
}

/** A household as proved: from a day, perhaps to a day. */
export interface HouseholdProof {
  readonly size: number;
  readonly from: string;
  readonly until: string | null;
  readonly proof: string;
}

/** What an account carries besides what every counter has from its opening. */
export interface AccountDetail {
  readonly customerId: string;
  /** First day of supply to the present holder; '' for one from before this system. */
  readonly suppliedSince: string;
  /** In the order in which they were recorded; the size at opening holds where none does. */
  readonly households: readonly HouseholdProof[];
  readonly suspension: { readonly from: string; readonly until: string | null; readonly sealNo: string } | null;
  readonly closedOn: string;
  readonly bank: BankRef | null;
}

export const NEW_ACCOUNT_DETAIL: AccountDetail = {
  customerId: '',
  suppliedSince: '',
  households: [],
  suspension: null,
  closedOn: '',
  bank: null,
};

/** What of an account can change. */
export interface ChangingAccount extends Versioned {
  readonly accountId: string;
  readonly customerKind: 'residential' | 'commercial';
  readonly customerName: string;
  readonly phone: string;
  readonly address: AccountOpened['address'];
  readonly householdSize: number;
  readonly tariffId: string;
  readonly status: 'active' | 'suspended' | 'closed';
  /** Counts the holders of the account from 1; tier use belongs to a holder. */
  readonly holder: number;
  readonly detail: AccountDetail;
}

export interface CustomerTables extends RecordTables {
  getAccount(accountId: string): ChangingAccount | null;
  updateAccount(account: ChangingAccount): void;
}

/** A fact about customers with what its fold needs. */
export type CustomerOperation = {
  [K in CustomerKind]: {
    readonly id: string;
    readonly kind: K;
    readonly payload: CustomerPayloads[K];
    readonly accountId: string;
    readonly clerk: string;
    readonly recordedAtMs: number;
  };
}[CustomerKind];

/** Whether a kind of operation belongs here. */
export function isCustomers<T extends { readonly kind: string }>(operation: T): operation is T & { readonly kind: CustomerKind } {
  return (CUSTOMER_KINDS as readonly string[]).includes(operation.kind);
}

/** Applies one fact. Throws ACCOUNT_CHANGED when it saw another one, RangeError on a reference to nothing. */
export function foldCustomers(operation: CustomerOperation, tables: CustomerTables): void {
  const { id: changeId, accountId, clerk, recordedAtMs } = operation;
  switch (operation.kind) {
    case 'customer.registered':
      putCustomer(tables, { ...operation.payload, version: 1, changeId, mergedInto: '' });
      return;
    case 'customer.changed': {
      const { seenVersion, seenChangeId = '', reason: _, approvedBy: __, ...facts } = operation.payload;
      const before = requireRecord(tables, CUSTOMERS, facts.customerId);
      if (seenVersion !== undefined) requireRowSeen(before, { seenVersion, seenChangeId });
      putCustomer(tables, { ...before, ...facts, version: before.version + 1, changeId });
      return;
    }
    case 'customer.merged': {
      const { keptId, mergedId } = operation.payload;
      requireRecord(tables, CUSTOMERS, keptId);
      putCustomer(tables, { ...requireRecord(tables, CUSTOMERS, mergedId), mergedInto: keptId });
      return;
    }
    case 'note.added': {
      const { noteId, text } = operation.payload;
      tables.putRecord(NOTES, { recordId: noteId, accountId, state: '' }, { noteId, accountId, text, clerk, addedAtMs: recordedAtMs });
      return;
    }
    case 'attachment.added': {
      const { attachmentId } = operation.payload;
      const row = { ...operation.payload, accountId, clerk, addedAtMs: recordedAtMs };
      tables.putRecord(ATTACHMENTS, { recordId: attachmentId, accountId, state: '' }, row);
      return;
    }
    case 'number.revealed':
      return;
    default: {
      const account = tables.getAccount(accountId);
      if (account === null) throw new RangeError('operation names an unknown account');
      requireRowSeen(account, operation.payload);
      tables.updateAccount({ ...changed(account, operation), version: account.version + 1, changeId });
    }
  }
}

function putCustomer(tables: RecordTables, row: CustomerRow): void {
  const keys = [
    { kind: 'phone', value: row.phone },
    { kind: 'identity', value: row.identity?.digest ?? '' },
    { kind: 'name', value: row.name },
  ].filter(({ value }) => value !== '');
  tables.putRecord(CUSTOMERS, { recordId: row.customerId, accountId: '', state: row.mergedInto === '' ? 'own' : 'merged', keys }, row);
}

type AccountChange = Extract<CustomerOperation, { readonly payload: SeenVersion }>;

function changed(account: ChangingAccount, operation: AccountChange): ChangingAccount {
  const { detail } = account;
  switch (operation.kind) {
    case 'account.assigned':
      return { ...account, detail: { ...detail, customerId: operation.payload.customerId } };
    case 'account.corrected': {
      const { customerName, phone, address } = operation.payload;
      return { ...account, customerName, phone, address };
    }
    case 'account.transferred': {
      const { to, since } = operation.payload;
      const { customerId, ...holder } = to;
      return {
        ...account,
        ...holder,
        holder: account.holder + 1,
        detail: { ...detail, customerId, suppliedSince: since, households: [], bank: null },
      };
    }
    case 'account.household-changed': {
      const { size, from, until, proof } = operation.payload;
      return { ...account, detail: { ...detail, households: [...detail.households, { size, from, until, proof }] } };
    }
    case 'account.plan-changed':
      return { ...account, tariffId: operation.payload.tariffId };
    case 'account.suspended': {
      const { from, until, sealNo } = operation.payload;
      return { ...account, status: 'suspended', detail: { ...detail, suspension: { from, until, sealNo } } };
    }
    case 'account.reactivated':
      return { ...account, status: 'active', detail: { ...detail, suspension: null } };
    case 'account.closed':
      return { ...account, status: 'closed', detail: { ...detail, closedOn: operation.payload.on } };
    case 'account.bank-changed':
      return { ...account, detail: { ...detail, bank: operation.payload.bank } };
  }
}
