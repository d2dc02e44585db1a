// Card keys that headquarters has handed to this counter: opened here, and kept sealed in `delivered-keys.json`. They go before the vault's own of the same
// version, unless cards were made with those here.
import { createDecipheriv, createHmac, createPublicKey, diffieHellman, generateKeyPairSync, hkdfSync } from 'node:crypto';
import { join } from 'node:path';
import { fromHex, sameBytes, toHex } from '../../shared/domain/card-image.ts';
import { Fault } from '../../shared/domain/fault.ts';
import { cardKeysSchema, FINGERPRINT_TEXT, type HeldKey } from '../../shared/wire/check-in.ts';
import { publicJwk } from '../../shared/wire/enrolment.ts';
import type { CardKeyInbox } from '../core/ports/sync.ts';
import type { MasterKey } from './key-vault.ts';
import { sealedFile } from './sealed-file.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const PUBLIC_KEY_BYTES = 32;

export interface DeliveredKeys {
  /** The keys as cards are made and read with them: those of headquarters, and the vault's own beside them. */
  masters(): readonly MasterKey[];
  readonly inbox: CardKeyInbox;
}

const heldKey = ({ version, key }: MasterKey): HeldKey => ({
  version,
  fingerprint: createHmac('sha256', key).update(FINGERPRINT_TEXT).digest('hex').slice(0, 16),
});

/** Returns the keys over the vault's own. Throws KEY_VAULT_FAILED when what was kept cannot be opened; headquarters sends it again once the file is gone. */
export function openDeliveredKeys(options: {
  readonly dataDir: string;
  readonly masters: readonly MasterKey[];
  /** Whether this counter has made a card: then its own keys are no longer free to be replaced. Asked when a version is held otherwise, at most. */
  readonly hasMadeCards: () => boolean;
}): DeliveredKeys {
  const { masters } = options;
  const file = sealedFile({ file: join(options.dataDir, 'delivered-keys.json'), masters, purpose: 'delivered keys' });
  let delivered = parsed(file.read());
  /** Versions of the vault's own that cards were made with. */
  const inUse = new Set<number>();

  return {
    masters: () => [...delivered, ...masters.filter(({ version }) => delivered.every((one) => one.version !== version))],
    inbox: {
      held: () => [...delivered, ...masters.filter(({ version }) => inUse.has(version))].map(heldKey),
      begin() {
        const own = generateKeyPairSync('x25519');
        const sealTo = own.publicKey.export({ format: 'der', type: 'spki' }).subarray(-PUBLIC_KEY_BYTES).toString('base64');
        return {
          sealTo,
          take({ header, publicKey, sealed }) {
            const theirs = createPublicKey({ key: publicJwk('X25519', publicKey), format: 'jwk' });
            const secret = diffieHellman({ privateKey: own.privateKey, publicKey: theirs });
            const keys = parsed(opened({ key: Buffer.from(hkdfSync('sha256', secret, '', header, 32)), header, sealed }));
            const isRefused = ({ version, key }: MasterKey): boolean => {
              const before = masters.find((one) => one.version === version);
              return before !== undefined && !sameBytes(before.key, key) && options.hasMadeCards();
            };
            const refused = keys.filter(isRefused).map(({ version }) => version);
            for (const version of refused) inUse.add(version);
            const taken = keys.filter(({ version }) => !refused.includes(version) && delivered.every((one) => one.version !== version));
            if (taken.length > 0) {
              const all = [...delivered, ...taken];
              file.write(Buffer.from(JSON.stringify({ keys: all.map(({ version, key }) => ({ version, key: toHex(key) })) }), 'utf8'));
              delivered = all;
            }
            return { taken: taken.map(({ version }) => version), refused };
          },
        };
      },
    },
  };
}

function opened({ key, header, sealed }: { readonly key: Buffer; readonly header: string; readonly sealed: string }): Buffer {
  const bytes = Buffer.from(sealed, 'base64');
  try {
    const cipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(header, 'utf8')).setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    return Buffer.concat([cipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), cipher.final()]);
  } catch {
    // Without its cause: what a cipher says of a key belongs in no log.
    throw new Fault('KEY_VAULT_FAILED', { reason: 'delivery-damaged' });
  }
}

function parsed(text: Buffer | null): readonly MasterKey[] {
  if (text === null) return [];
  try {
    return cardKeysSchema.parse(JSON.parse(text.toString('utf8'))).keys.map(({ version, key }) => ({ version, key: fromHex(key) }));
  } catch {
    throw new Fault('KEY_VAULT_FAILED', { reason: 'delivered-keys' });
  }
}
