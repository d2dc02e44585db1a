// The keys of cards, derived from the branch's master keys; what is derived is never kept.
import { createHmac } from 'node:crypto';
import type { CardAccess } from '../../shared/domain/card-access.ts';
import { fromHex, toHex } from '../../shared/domain/card-image.ts';
import { Fault } from '../../shared/domain/fault.ts';
import type { CardKeys, KeyVault } from '../core/ports/cards.ts';

/** A master key of the branch. */
export interface MasterKey {
  /** 0 is the key of cards from before versions were counted. */
  readonly version: number;
  /** 32 bytes. */
  readonly key: Uint8Array;
}

const MIFARE_KEY_BYTES = 6;
const CARD_NO_DIGITS = 16;

/** Returns the vault over these keys, of which there is at least one; a function tells those of the moment. */
export function createKeyVault(masters: readonly MasterKey[] | (() => readonly MasterKey[])): KeyVault {
  const now = typeof masters === 'function' ? masters : () => masters;
  return {
    get versions() {
      return now()
        .map(({ version }) => version)
        .sort((left, right) => right - left);
    },
    cardKeys({ layoutId, access, cardNo, uid, keyVersion }): CardKeys {
      // What lives in a chip or a library beside the reader needs no key of ours.
      if (access.chip === 'AT24C02' || access.chip === 'TRADE-DLL') return { chip: access.chip };
      if (access.chip === 'CPU') return { chip: 'CPU', diversifier: diversifierOf(cardNo), keyVersion };
      const master = now().find(({ version }) => version === keyVersion)?.key;
      if (master === undefined) throw new Fault('CARD_KEY_REFUSED', { reason: 'version', keyVersion });
      if (access.chip === 'SLE4442') return { chip: 'SLE4442', psc: pscOf(master, layoutId, cardNo) };
      if (uid === null) throw new Fault('CARD_KEY_REFUSED', { reason: 'uid' });
      return { chip: access.chip, sectors: access.sectors.map((sector) => sectorKeys(master, { layoutId, uid, sector })) };
    },
    transportKeys: (access) => transportKeys(access),
  };
}

function hmac(key: Uint8Array, text: string): Uint8Array {
  return Uint8Array.from(createHmac('sha256', key).update(text).digest());
}

/** The first three bytes over layout and card number. */
function pscOf(master: Uint8Array, layoutId: string, cardNo: string): Uint8Array {
  const digest = hmac(master, `${layoutId}\n${cardNo}`);
  const psc = digest.slice(0, 3);
  // FF FF FF is the transport code of a new card; a personalised card never keeps it.
  return psc.every((byte) => byte === 0xff) ? digest.slice(3, 6) : psc;
}

function sectorKeys(master: Uint8Array, place: { readonly layoutId: string; readonly uid: Uint8Array; readonly sector: number }) {
  const { layoutId, uid, sector } = place;
  const digest = hmac(master, `${layoutId}\nMIFARE-S50\n${toHex(uid)}\n${sector}`);
  return { sector, keyA: digest.slice(0, MIFARE_KEY_BYTES), keyB: digest.slice(MIFARE_KEY_BYTES, 2 * MIFARE_KEY_BYTES) };
}

/** Eight bytes for the PSAM: the last 16 digits of the card number as BCD, zeros in front. No secret. */
function diversifierOf(cardNo: string): Uint8Array {
  return fromHex(cardNo.replace(/\D/g, '').slice(-CARD_NO_DIGITS).padStart(CARD_NO_DIGITS, '0'));
}

function transportKeys(access: CardAccess): CardKeys {
  switch (access.chip) {
    case 'SLE4442':
      return { chip: 'SLE4442', psc: new Uint8Array(3).fill(0xff) };
    case 'MIFARE-S50': {
      const key = new Uint8Array(MIFARE_KEY_BYTES).fill(0xff);
      return { chip: 'MIFARE-S50', sectors: access.sectors.map((sector) => ({ sector, keyA: key, keyB: key })) };
    }
    case 'CPU':
      return { chip: 'CPU', diversifier: new Uint8Array(8), keyVersion: 0 };
    case 'AT24C02':
    case 'TRADE-DLL':
      return { chip: access.chip };
  }
}
