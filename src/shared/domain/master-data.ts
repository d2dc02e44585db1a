// Master data: what headquarters publishes and every counter takes over, signed, versioned, from a date on.
import { canonicalJson } from './canonical.ts';
import { POLICIES, type Policy } from './policy.ts';
import { type RecordTables, recordArea } from './records.ts';
import type { Tariff } from './tariff.ts';

/** A member of the staff as headquarters says; `left` may no longer sign in. */
export interface PublishedStaff {
  readonly staffNo: string;
  readonly name: string;
  readonly role: 'clerk' | 'supervisor' | 'manager' | 'it' | 'left';
  /** Argon2id in PHC string form; '' keeps the branch's. */
  readonly passwordHash: string;
}

/** What may be used of something without the line, for one business day. */
export interface OfflineAllowance {
  readonly amountFen: number;
  readonly count: number;
}

export interface OfflineLimit {
  /** Of one counter. */
  readonly perDay: OfflineAllowance;
  /** Of one clerk at one counter. */
  readonly perClerk: OfflineAllowance;
  /** Of one card, counted by its account, at the counters of one branch as far as they know of each other. */
  readonly perCard: OfflineAllowance;
  /** Whether it bounds sales to the branch's own cards too. */
  readonly ownCards: boolean;
}

/** Content by kind of document. */
export interface MasterDataContents {
  tariff: { readonly tariff: Tariff };
  /** With its fee catalogue. */
  policy: { readonly policy: Policy };
  staff: { readonly staff: readonly PublishedStaff[] };
  'offline-limit': { readonly limit: OfflineLimit };
  /** Ed25519 keys of those who may deliver drivers. */
  'driver-keys': { readonly keys: readonly { readonly name: string; readonly publicKey: string }[] };
}
export type MasterDataKind = keyof MasterDataContents;
export const MASTER_DATA_KINDS = ['tariff', 'policy', 'staff', 'offline-limit', 'driver-keys'] as const satisfies readonly MasterDataKind[];

/** A document before it is signed. */
export type UnsignedDocument = {
  [K in MasterDataKind]: {
    readonly documentKind: K;
    /** The same over all versions. */
    readonly documentId: string;
    readonly version: number;
    /** First business date that it holds on. */
    readonly effectiveFrom: string;
    /** Last business date; '' until another version takes its place. */
    readonly validUntil: string;
    readonly content: MasterDataContents[K];
  };
}[MasterDataKind];

export type MasterDataPublished = UnsignedDocument & {
  /** Headquarters' Ed25519 signature over `documentText`, base64. */
  readonly signature: string;
};

export interface MasterDataPayloads {
  'master-data.published': MasterDataPublished;
}
export type MasterDataOperationKind = keyof MasterDataPayloads;
/** Only headquarters puts these into a feed. */
export const MASTER_DATA_OPERATION_KINDS = ['master-data.published'] as const satisfies readonly MasterDataOperationKind[];

/** Documents by id and version, their state being their kind. */
export const MASTER_DATA = recordArea<MasterDataPublished>('master-data');
/** What is known of one staff number, by the documents that name it. */
export const STAFF = recordArea<StaffRecord>('staff');
export interface StaffRecord {
  readonly versions: readonly (PublishedStaff & { readonly effectiveFrom: string; readonly version: number })[];
}

/** Returns the text that a document's signature covers. */
export function documentText({ documentKind, documentId, version, effectiveFrom, validUntil, content }: UnsignedDocument): string {
  return `countertop master data\n${canonicalJson({ documentKind, documentId, version, effectiveFrom, validUntil, content })}`;
}

/** Whether a kind of operation belongs here. */
export function isMasterData<T extends { readonly kind: string }>(
  operation: T,
): operation is T & { readonly kind: MasterDataOperationKind } {
  return (MASTER_DATA_OPERATION_KINDS as readonly string[]).includes(operation.kind);
}

interface MasterDataTables extends RecordTables {
  putTariff(tariff: Tariff): void;
}

/** Applies one document. Whether it is signed by headquarters was asked before. */
export function foldMasterData(payload: MasterDataPublished, tables: MasterDataTables): void {
  const { documentId, documentKind, version, effectiveFrom } = payload;
  const recordId = `${documentId}/${version}`;
  tables.putRecord(MASTER_DATA, { recordId, accountId: '', state: documentKind }, payload);
  if (payload.documentKind === 'tariff') tables.putTariff(payload.content.tariff);
  if (payload.documentKind === 'policy') {
    const { policy } = payload.content;
    tables.putRecord(POLICIES, { recordId, accountId: '', state: 'published' }, { policyId: recordId, effectiveFrom, policy });
  }
  if (payload.documentKind !== 'staff') return;
  for (const one of payload.content.staff) {
    const { versions = [] } = tables.getRecord(STAFF, one.staffNo) ?? {};
    const row = { versions: [...versions, { ...one, effectiveFrom, version }] };
    tables.putRecord(STAFF, { recordId: one.staffNo, accountId: '', state: 'published' }, row);
  }
}

/** Returns the document of a kind that holds on the date: the latest that has begun, of the highest version, unless its validity is over. */
export function documentOn<K extends MasterDataKind>(
  documents: readonly MasterDataPublished[],
  wanted: { readonly kind: K; readonly date: string },
): (MasterDataPublished & { readonly documentKind: K }) | null {
  let found: MasterDataPublished | null = null;
  for (const one of documents) {
    if (one.documentKind !== wanted.kind || one.effectiveFrom > wanted.date) continue;
    const later = found === null || one.effectiveFrom > found.effectiveFrom;
    if (later || (one.effectiveFrom === found?.effectiveFrom && one.version > found.version)) found = one;
  }
  if (found === null || (found.validUntil !== '' && found.validUntil < wanted.date)) return null;
  return found as MasterDataPublished & { readonly documentKind: K };
}
