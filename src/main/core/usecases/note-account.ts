// What is kept with an account beside its business: notes, attached files, and who has looked at a hidden number.
import { ATTACHMENT_PART_BYTES } from '../../../shared/contract/accounts.ts';
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { ATTACHMENTS, type AttachmentRow, CUSTOMERS, NOTES, type NoteRow } from '../../../shared/domain/customers.ts';
import { Fault } from '../../../shared/domain/fault.ts';
import type { AccountRow } from '../../../shared/domain/fold.ts';
import { record, type UseCaseContext } from '../actor.ts';
import { requireAccount } from '../charges.ts';
import { maskPhone } from '../views.ts';
import { announceAccount } from './change-account.ts';

type NoteView = Outputs['accounts']['addNote'];
type AttachmentView = Outputs['accounts']['get']['attachments'][number];

export function noteView({ noteId, text, clerk, addedAtMs }: NoteRow): NoteView {
  return { noteId, text, clerk, addedAtMs };
}

export function attachmentView({ accountId: _, sha256: __, ...row }: AttachmentRow): AttachmentView {
  return row;
}

/** Adds a note, once per id. Throws ACCOUNT_UNKNOWN. */
export function addNote(context: UseCaseContext, input: Inputs['accounts']['addNote']): NoteView {
  const { ports } = context;
  const { noteId, accountId, text } = input;
  ports.store.write((tx) => {
    requireAccount(tx, accountId);
    record(context, tx, { id: noteId, kind: 'note.added', accountId, payload: { noteId, text } });
  });
  announceAccount(context, accountId);
  const row = ports.store.record(NOTES, noteId);
  if (row === null) throw new Fault('INTERNAL', { reason: 'note' });
  return noteView(row);
}

/**
 * Takes the next part of a file; with the last one the file is attached to the account, once per id.
 * Throws ACCOUNT_UNKNOWN, ATTACHMENT_PART_WRONG, ATTACHMENT_TYPE_REFUSED, ATTACHMENT_DAMAGED.
 */
export function attachFile(context: UseCaseContext, input: Required<Inputs['accounts']['attach']>): Outputs['accounts']['attach'] {
  const { ports } = context;
  const { attachmentId, accountId, requestId, name, sizeBytes, sha256, offset, part } = input;
  requireAccount(ports.store, accountId);
  const known = ports.store.record(ATTACHMENTS, attachmentId);
  if (known !== null) return { receivedBytes: known.sizeBytes, attachment: attachmentView(known) };
  const bytes = Uint8Array.from(Buffer.from(part, 'base64'));
  const { receivedBytes, mediaType } = ports.attachments.take({ attachmentId, sizeBytes, sha256, offset, bytes });
  if (mediaType === null) return { receivedBytes, attachment: null };
  const payload = { attachmentId, requestId, name, mediaType, sizeBytes, sha256 };
  ports.store.write((tx) => record(context, tx, { id: attachmentId, kind: 'attachment.added', accountId, payload }));
  announceAccount(context, accountId);
  const row = ports.store.record(ATTACHMENTS, attachmentId);
  return { receivedBytes, attachment: row === null ? null : attachmentView(row) };
}

/** Returns a part of an attached file. Throws ATTACHMENT_UNKNOWN where its bytes are not in this branch. */
export function readAttachment(
  { ports }: UseCaseContext,
  input: Required<Inputs['accounts']['attachment']>,
): Outputs['accounts']['attachment'] {
  const row = ports.store.record(ATTACHMENTS, input.attachmentId);
  const { offset } = input;
  const bytes = row === null ? null : ports.attachments.read({ sha256: row.sha256, offset, length: ATTACHMENT_PART_BYTES });
  if (row === null || bytes === null) throw new Fault('ATTACHMENT_UNKNOWN');
  const next = offset + bytes.length;
  return {
    mediaType: row.mediaType,
    sizeBytes: row.sizeBytes,
    part: Buffer.from(bytes).toString('base64'),
    nextOffset: bytes.length === 0 || next >= row.sizeBytes ? null : next,
  };
}

/**
 * Returns a hidden number to somebody who says why; the journal keeps who, when and why, never the number. A document's or a bank's number takes a
 * supervisor. Throws ACCOUNT_UNKNOWN, ROLE_DENIED, NUMBER_NOT_KEPT.
 */
export function revealNumber(context: UseCaseContext, input: Inputs['accounts']['reveal']): Outputs['accounts']['reveal'] {
  const { ports, actor } = context;
  const { what, reason, accountId } = input;
  if (what !== 'phone' && actor.role !== 'supervisor' && actor.role !== 'manager') throw new Fault('ROLE_DENIED', { role: actor.role });
  const account = requireAccount(ports.store, accountId);
  const { number, masked } =
    what === 'phone' ? { number: account.phone, masked: maskPhone(account.phone) } : keptNumber(context, account, what);
  if (number === '') throw new Fault('NUMBER_NOT_KEPT');
  ports.store.write((tx) => record(context, tx, { kind: 'number.revealed', accountId, payload: { what, masked, reason } }));
  announceAccount(context, accountId);
  return { number };
}

function keptNumber({ ports }: UseCaseContext, account: AccountRow, what: 'identity' | 'bank') {
  const kept = what === 'bank' ? account.detail.bank : (ports.store.record(CUSTOMERS, account.detail.customerId)?.identity ?? null);
  const number = kept === null ? null : ports.numbers.reveal(kept.digest);
  return { number: number ?? '', masked: kept?.masked ?? '' };
}
