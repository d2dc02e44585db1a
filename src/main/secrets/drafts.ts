// Drafts at rest: AES-256-GCM under a key derived from the branch's first master key, bound to whose draft of what it is.
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { Fault } from '../../shared/domain/fault.ts';
import type { Draft, DraftKey, Drafts, DraftTable, SealedDraft } from '../core/ports/drafts.ts';
import type { MasterKey } from './key-vault.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Returns the drafts over these master keys; throws KEY_VAULT_FAILED without one. */
export function createDrafts(options: { readonly masters: readonly MasterKey[]; readonly table: DraftTable }): Drafts {
  const { table } = options;
  const [first] = [...options.masters].sort((left, right) => left.version - right.version);
  if (first === undefined) throw new Fault('KEY_VAULT_FAILED', { reason: 'no-key' });
  const key = createHmac('sha256', first.key).update('drafts').digest();
  const nameOf = ({ clerk, accountId, taskId, subjectId }: DraftKey) =>
    Buffer.from(JSON.stringify([clerk, accountId, taskId, subjectId]), 'utf8');

  function sealed({ text, ...draft }: Draft): SealedDraft {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES }).setAAD(nameOf(draft));
    const content = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return { ...draft, sealed: Buffer.concat([nonce, cipher.getAuthTag(), content]).toString('base64') };
  }

  /** Null for one that was sealed under another key or has been touched: a draft is a convenience and stops nothing. */
  function opened({ sealed: bytes64, ...draft }: SealedDraft): Draft | null {
    const bytes = Buffer.from(bytes64, 'base64');
    try {
      const cipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
      cipher.setAAD(nameOf(draft)).setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      const text = Buffer.concat([cipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), cipher.final()]).toString('utf8');
      return { ...draft, text };
    } catch {
      return null;
    }
  }

  return {
    save: (draft) => table.put(sealed(draft)),
    get(draftKey) {
      const row = table.get(draftKey);
      return row === null ? null : opened(row);
    },
    of: (clerk) => table.of(clerk).flatMap((row) => opened(row) ?? []),
    drop: (draftKey) => table.drop(draftKey),
    keepOnly: (businessDate) => table.keepOnly(businessDate),
  };
}
