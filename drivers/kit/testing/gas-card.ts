// A maker's library of the trade's contract in memory: a card that follows its rules, for tests of drivers and of the suite.
import { Fault, type FaultCode } from '../../../src/shared/domain/fault.ts';
import { emptyGasCard } from '../gas-card-image.ts';
import type { GasCardFields, GasCardLibrary } from '../gas-card-library.ts';

/** What lies in the library's reader. */
export interface GasCardInReader {
  state: 'absent' | 'blank' | 'foreign' | 'user';
  fields: GasCardFields;
}

const MOST_PURCHASES = 9_999;

/** Returns the fields of a user card whose meter has taken everything. */
export function gasCard(fields: Partial<GasCardFields> = {}): GasCardFields {
  const numbers = { klx: 1, kzt: 1, ql: 0, cs: 0, ljgql: 0, bkcs: 0, ljyql: 0, syql: 0, bjql: 5, czsx: 2_000, tzed: 0 };
  const prices = { oldprice: 198, newprice: 198, sxbj: 0, sqrq: '20261001', sxrq: '20260101' };
  return { ...emptyGasCard(), ...numbers, ...prices, kh: '10000001', dqdm: '9A01', yhh: '20000001', kmm: '01', ...fields };
}

/** Returns a library and the card in its reader, which a test may change at any time. */
export function createGasCardSimulator(): { readonly library: GasCardLibrary; readonly card: GasCardInReader } {
  const card: GasCardInReader = { state: 'absent', fields: gasCard() };
  const fault = (code: FaultCode, returnCode: number) => new Fault(code, { returnCode });

  function requireUserCard(): GasCardFields {
    if (card.state === 'absent') throw fault('CARD_ABSENT', -4);
    if (card.state === 'blank') throw fault('CARD_BLANK', -13);
    if (card.state === 'foreign') throw fault('CARD_OTHER_REGION', -14);
    return card.fields;
  }

  function requireOwn(named: Pick<GasCardFields, 'kh' | 'dqdm'>): GasCardFields {
    const own = requireUserCard();
    if (own.kh !== named.kh || own.dqdm !== named.dqdm) throw fault('CARD_MISMATCH', -16);
    return own;
  }

  const library: GasCardLibrary = {
    async check() {
      if (card.state === 'absent') return 'absent';
      return card.state === 'foreign' ? 'foreign' : 'own';
    },
    read: async () => ({ ...requireUserCard() }),
    async write(fields) {
      const own = requireOwn(fields);
      const counts = fields.cs === own.cs || (own.ql === 0 && fields.cs === own.cs + 1);
      const inLimits = fields.cs <= MOST_PURCHASES && fields.ql >= 0 && (fields.czsx <= 0 || fields.ql <= fields.czsx);
      if (!counts || !inLimits) throw fault('AMOUNT_OUT_OF_RANGE', -18);
      // The meter's own stay.
      card.fields = { ...fields, kzt: own.kzt, ljyql: own.ljyql, syql: own.syql };
    },
    async writeNew(fields) {
      if (card.state === 'absent') throw fault('CARD_ABSENT', -4);
      if (card.state !== 'blank') throw fault('CARD_CHANGED_ELSEWHERE', -15);
      card.state = 'user';
      card.fields = { ...fields, ljyql: 0, syql: 0 };
    },
    async format(identity) {
      requireOwn(identity);
      card.state = 'blank';
    },
  };
  return { library, card };
}
