// Cards of the trade's contract (《天然气销售系统IC卡接口规范 V1.0》): what their fields mean, whichever maker's library reads and writes them.
//
// The image is the kit's canonical one (kit/gas-card-image.ts). `cs` counts purchases and rises by one only when the card holds no volume; the meter
// clears `ql` when it takes the card, so a card with a count and no volume has been taken, or was torn out of the reader between the two. Which of them,
// `judge` says from the meter's own two numbers, whose sum grows by what the meter has loaded. A field that is -1 or empty is not supported by
// the maker: it is never written and never counts as a difference.
import {
  type ByteRange,
  type CardContent,
  type CardLayout,
  type CardPurchase,
  type CardReading,
  decodeGasCard,
  diffImages,
  emptyGasCard,
  encodeGasCard,
  Fault,
  GAS_CARD_IMAGE_BYTES,
  GAS_CARD_METER_RANGE,
  type GasCardFields,
  type ImageVerdict,
} from '../kit/index.ts';

const LITRES_PER_M3 = 1_000;
/** Used and remaining volumes are in 0.01 m³. */
const LITRES_PER_HUNDREDTH = 10;
const HUNDREDTHS_PER_M3 = 100;
const MOST_PURCHASES = 9_999;
const MOST_M3 = 9_999;
const MOST_REISSUES = 255;
const NOT_SUPPORTED = -1;

function supported(value: number): boolean {
  return value !== NOT_SUPPORTED;
}

function isoDate(digits: string): string {
  return digits === '' ? '' : `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6, 8)}`;
}

function requireFields(image: Uint8Array): GasCardFields {
  const card = decodeGasCard(image);
  if (card?.kind !== 'content') throw new RangeError('not a card of this layout');
  return card.fields;
}

function purchaseOf(fields: GasCardFields): CardPurchase | null {
  if (fields.cs <= 0) return null;
  const price = supported(fields.newprice) && fields.sxbj === 1 ? fields.newprice : fields.oldprice;
  return {
    sequence: fields.cs,
    // What the meter has not taken: 0 on a card that it has emptied.
    volumeLitres: Math.max(fields.ql, 0) * LITRES_PER_M3,
    cumulativeLitres: Math.max(fields.ljgql, 0) * LITRES_PER_M3,
    priceFenPerM3: Math.max(price, 0),
    date: isoDate(fields.sqrq),
  };
}

function read(image: Uint8Array, regionCode: string): CardReading {
  if (image.length !== GAS_CARD_IMAGE_BYTES) throw new RangeError(`image of ${image.length} bytes`);
  const card = decodeGasCard(image);
  if (card === null) return { kind: 'other-layout' };
  if (card.kind !== 'content') return card.kind === 'blank' ? { kind: 'blank' } : { kind: 'other-region', regionCode: '' };
  const { fields } = card;
  if (fields.dqdm !== regionCode) return { kind: 'other-region', regionCode: fields.dqdm };
  const takenByMeter = fields.ql <= 0;
  const content: CardContent = {
    cardNo: fields.kh,
    regionCode: fields.dqdm,
    accountNo: fields.yhh,
    purchase: purchaseOf(fields),
    // Without the meter's two numbers it has reported nothing.
    meterReturn:
      supported(fields.ljyql) && supported(fields.syql)
        ? {
            loadedSequence: Math.max(takenByMeter ? fields.cs : fields.cs - 1, 0),
            // A meter that lends has less than nothing left; to us that is nothing.
            remainingLitres: Math.max(fields.syql, 0) * LITRES_PER_HUNDREDTH,
            cumulativeUseLitres: fields.ljyql * LITRES_PER_HUNDREDTH,
            faults: 0,
            meterNo: fields.tm,
          }
        : null,
    takenByMeter,
    tornRecord: false,
  };
  return { kind: 'content', content };
}

/** What the counter writes in a purchase, and by which a write is judged. */
const DECISIVE = ['cs', 'ql', 'ljgql'] as const;
const IDENTITY = ['kh', 'dqdm', 'yhh', 'klx', 'bkcs'] as const;

function judge(images: {
  readonly before: Uint8Array;
  readonly after: Uint8Array;
  readonly found: Uint8Array;
}): ImageVerdict | 'taken-by-meter' {
  const before = decodeGasCard(images.before);
  const after = decodeGasCard(images.after);
  const found = decodeGasCard(images.found);
  if (before?.kind === 'blank' && after?.kind === 'content') return judgeMade(after.fields, found);
  if (before?.kind !== 'content' || after?.kind !== 'content' || found?.kind !== 'content') return 'other';
  const [old, planned, now] = [before.fields, after.fields, found.fields];
  if (IDENTITY.some((name) => now[name] !== old[name])) return 'other';
  const names = DECISIVE.filter((name) => supported(old[name]) && supported(now[name]) && old[name] !== planned[name]);
  const unplanned = DECISIVE.filter((name) => supported(old[name]) && supported(now[name]) && old[name] === planned[name]);
  if (unplanned.some((name) => now[name] !== old[name])) return 'other';
  // A refund clears the volume as a meter does: only its own numbers tell which of them it was.
  const cleared = old.ql > 0 && planned.ql === 0 && now.ql === 0;
  if (cleared && loadedSince(old, now) !== 0) return 'other';
  if (names.every((name) => now[name] === planned[name])) return 'after';
  if (names.every((name) => now[name] === old[name])) return 'before';
  if (names.some((name) => now[name] !== planned[name] && now[name] !== old[name])) return 'other';
  // Everything is as planned but the volume, which is gone: the meter has it, or it was never written.
  const onlyVolumeMissing = now.ql === 0 && planned.ql > 0 && names.every((name) => name === 'ql' || now[name] === planned[name]);
  if (!onlyVolumeMissing) return 'mixture';
  const loaded = loadedSince(old, now);
  if (loaded === planned.ql * HUNDREDTHS_PER_M3) return 'taken-by-meter';
  // Where a maker's meter says nothing, nobody may guess: a second purchase would be given away, or the first one lost.
  return loaded === 0 ? 'mixture' : 'other';
}

/** A blank card that was to be made: one call makes it whole, or it is blank still. */
function judgeMade(planned: GasCardFields, found: ReturnType<typeof decodeGasCard>): ImageVerdict {
  if (found?.kind === 'blank') return 'before';
  if (found?.kind !== 'content') return 'other';
  const now = found.fields;
  return [...IDENTITY, ...DECISIVE].every((name) => now[name] === planned[name] || now[name] === NOT_SUPPORTED) ? 'after' : 'other';
}

/** Returns what the meter has loaded between two looks at the card, 0.01 m³; null where the maker does not support its numbers. */
function loadedSince(old: GasCardFields, now: GasCardFields): number | null {
  const known = [old.ljyql, old.syql, now.ljyql, now.syql].every(supported);
  return known ? now.ljyql + now.syql - (old.ljyql + old.syql) : null;
}

function wholeM3(litres: number): number {
  if (!Number.isSafeInteger(litres) || litres < 0 || litres % LITRES_PER_M3 !== 0) {
    throw new Fault('AMOUNT_OUT_OF_RANGE', { stepLitres: LITRES_PER_M3 });
  }
  return litres / LITRES_PER_M3;
}

/**
 * A volume of 0 is a refund: it takes back what the card still holds. Throws AMOUNT_OUT_OF_RANGE when the volume is not in whole m³ or above what the
 * meter takes (czsx), or when the count would pass 9999; RangeError when the count may not rise: a card that holds gas keeps its count.
 */
function planPurchase(image: Uint8Array, purchase: CardPurchase): Uint8Array {
  const old = requireFields(image);
  const ql = wholeM3(purchase.volumeLitres);
  if (old.czsx > 0 && ql > old.czsx) throw new Fault('AMOUNT_OUT_OF_RANGE', { maxLitres: old.czsx * LITRES_PER_M3 });
  if (purchase.sequence > MOST_PURCHASES) throw new Fault('AMOUNT_OUT_OF_RANGE', { field: 'cs', max: MOST_PURCHASES });
  const next = old.ql > 0 ? old.cs : old.cs + 1;
  if (purchase.sequence !== next) throw new RangeError(`purchase ${purchase.sequence} after ${old.cs}`);
  // What a maker does not support stays so. Whether it keeps a date shows when the first purchase has been written.
  const sqrq = old.sqrq === '' && old.cs > 0 ? '' : purchase.date.replaceAll('-', '');
  const ljgql = supported(old.ljgql) ? wholeM3(purchase.cumulativeLitres) : old.ljgql;
  return encodeGasCard({ kind: 'content', fields: { ...old, ql, cs: purchase.sequence, ljgql, sqrq } });
}

const meterRanges: readonly ByteRange[] = [GAS_CARD_METER_RANGE];

const layout: CardLayout = {
  id: 'trade-contract',
  access: { chip: 'TRADE-DLL' },
  imageBytes: GAS_CARD_IMAGE_BYTES,
  meterRanges,
  volumeStepLitres: LITRES_PER_M3,
  maxVolumeLitres: MOST_M3 * LITRES_PER_M3,
  maxVolumeOf(image) {
    const card = decodeGasCard(image);
    return card?.kind === 'content' && card.fields.czsx > 0 ? card.fields.czsx * LITRES_PER_M3 : MOST_M3 * LITRES_PER_M3;
  },
  read,
  planIssue(_blank, identity) {
    const numbers = { klx: 1, kzt: 0, bkcs: 0, cs: 0, ql: 0, ljgql: 0, bjql: 0, czsx: 0, tzed: 0, oldprice: 0, newprice: 0, sxbj: 0 };
    const fields: GasCardFields = {
      ...emptyGasCard(),
      ...numbers,
      kh: identity.cardNo,
      dqdm: identity.regionCode,
      yhh: identity.accountNo,
      cs: identity.begins?.sequence ?? 0,
      ljgql: wholeM3(identity.begins?.cumulativeLitres ?? 0),
      bkcs: Math.min(identity.begins?.reissues ?? 0, MOST_REISSUES),
    };
    return encodeGasCard({ kind: 'content', fields });
  },
  planPurchase,
  // ql=0 is the contract's refund: the card keeps its count, and the next purchase has the next one.
  planRefund(image, cumulativeLitres) {
    const old = requireFields(image);
    return encodeGasCard({
      kind: 'content',
      fields: { ...old, ql: 0, ljgql: supported(old.ljgql) ? wholeM3(cumulativeLitres) : old.ljgql },
    });
  },
  // One call writes everything: there is no order, and nothing of the meter's is part of it.
  orderWrites: (found, after) => diffImages(found, after),
  judge,
};

export default layout;
