// The demo branch's customers of power: a few beside the many of gas, with card meters and ordinary ones, prices, bills and spare meters of their own.
import { addDays } from '../../shared/domain/calendar.ts';
import type { AccountOpened, NewOperation } from '../../shared/domain/operation.ts';
import type { Tariff } from '../../shared/domain/tariff.ts';
import type { DemoHandCard, DemoOptions, DemoSpareMeter } from './demo-cards.ts';
import type { MakeOperation } from './demo-charges.ts';
import { chanceOf, type Home, phoneNumber } from './demo-people.ts';

/** Two tiers' limits and three prices a kWh as residents commonly have them; watt-hours in place of litres. */
export const POWER_TARIFFS: readonly Tariff[] = [
  {
    id: 'residential-power',
    name: '居民阶梯电价',
    supply: 'power',
    effectiveFrom: '2025-01-01',
    limitsLitres: [2_760_000, 4_800_000],
    pricesFenPerM3: [55, 60, 85],
    extraPerHead: null,
    vatPermille: 130,
  },
  {
    id: 'commercial-power',
    name: '工商业用电',
    supply: 'power',
    effectiveFrom: '2025-01-01',
    limitsLitres: [],
    pricesFenPerM3: [78],
    extraPerHead: null,
    vatPermille: 130,
  },
];

interface PowerCustomer {
  readonly customerName: string;
  readonly customerKind: AccountOpened['customerKind'];
  readonly householdSize: number;
  /** Of the tier year. */
  readonly usedWattHours: number;
  /** What its card at the bench shows; '' for an ordinary meter. */
  readonly situation: string;
  /** Kilowatt-hours of each month that is owed, the latest last. */
  readonly owedKwh: readonly number[];
}

const CUSTOMERS: readonly PowerCustomer[] = [
  { customerName: '林晓梅', customerKind: 'residential', householdSize: 3, usedWattHours: 1_240_000, situation: 'power', owedKwh: [] },
  {
    customerName: '郑国栋',
    customerKind: 'residential',
    householdSize: 4,
    usedWattHours: 2_700_000,
    situation: 'power near tier 2',
    owedKwh: [],
  },
  { customerName: '唐桂芳', customerKind: 'residential', householdSize: 2, usedWattHours: 860_000, situation: '', owedKwh: [186] },
  { customerName: '蒋立群', customerKind: 'residential', householdSize: 5, usedWattHours: 2_310_000, situation: '', owedKwh: [] },
  { customerName: '明远五金商行', customerKind: 'commercial', householdSize: 1, usedWattHours: 0, situation: '', owedKwh: [1_420, 1_365] },
];
/** Accounts of power in every demo branch. */
export const POWER_ACCOUNTS = CUSTOMERS.length;

const MAKE = '澄电';
const METER_DIGITS = '71';
const SEED = 7_100;

const isPaidAhead = ({ situation }: PowerCustomer): boolean => situation !== '';

/** Spare card meters for power. */
export function powerSpares({ layoutId }: DemoOptions): readonly (DemoSpareMeter & { readonly make: string })[] {
  return [0, 1].map((index) => ({ meterNo: `${METER_DIGITS}26${90_000_000 + index}`, make: MAKE, layoutId, supply: 'power' as const }));
}

/** Returns the operations of the branch's power, and lays its cards at the bench. */
export function* demoPower(from: {
  readonly options: DemoOptions;
  readonly regionCode: string;
  readonly home: Home;
  readonly hand: DemoHandCard[];
  readonly make: MakeOperation;
  readonly newId: () => string;
}): Generator<NewOperation> {
  const { options, regionCode, home, hand, make, newId } = from;
  const { businessDate } = options;
  const chance = chanceOf(options.seed + SEED);
  for (const tariff of POWER_TARIFFS) yield make('tariff.published', { tariff });
  for (const [index, customer] of CUSTOMERS.entries()) {
    const account: AccountOpened = {
      accountId: newId(),
      accountNo: (1_500_000_000 + index * 7 + chance(7)).toString(),
      customerKind: customer.customerKind,
      customerName: customer.customerName,
      phone: phoneNumber(chance),
      address: { ...home, unit: `${index + 1}号` },
      householdSize: customer.householdSize,
      tariffId: customer.customerKind === 'commercial' ? 'commercial-power' : 'residential-power',
      tierUsedLitres: customer.usedWattHours,
      meter: {
        meterNo: `${METER_DIGITS}24${(index * 3 + chance(3)).toString().padStart(8, '0')}`,
        make: MAKE,
        kind: isPaidAhead(customer) ? 'ic' : 'ordinary',
        supply: 'power',
        ...(isPaidAhead(customer)
          ? {}
          : { billed: { readingLitres: (3_000 + index * 811) * 1_000, on: addDays(`${businessDate.slice(0, 7)}-01`, -1) } }),
      },
      card: isPaidAhead(customer)
        ? {
            cardNo: (6_300_000_000 + index * 9 + chance(9)).toString(),
            layoutId: options.layoutId,
            sequence: 4 + index,
            cumulativeLitres: 1_900_000,
          }
        : null,
    };
    yield make('account.opened', account, account.accountId);
    const card = cardOf(account, { customer, options, regionCode });
    if (card !== null) {
      options.writeCard?.(card);
      hand.push(card);
    }
    yield* billsOf(account, { customer, businessDate, make, newId });
  }
  const stored = { model: 'DDZY', verifiedUntil: `${Number(businessDate.slice(0, 4)) + 8}-12-31`, supply: 'power' as const };
  for (const spare of powerSpares(options)) yield make('meter.registered', { ...stored, ...spare, kind: 'ic' });
  yield make('meter.registered', { ...stored, meterNo: `${METER_DIGITS}2690000009`, make: MAKE, kind: 'ordinary', layoutId: '' });
}

/** The card with its last purchase, which the meter has taken. */
function cardOf(
  account: AccountOpened,
  { customer, options, regionCode }: { readonly customer: PowerCustomer; readonly options: DemoOptions; readonly regionCode: string },
): DemoHandCard | null {
  const { card, meter, accountId, accountNo, customerName } = account;
  if (card === null || meter === null) return null;
  const { cardNo, layoutId, sequence, cumulativeLitres } = card;
  const remainingLitres = 37_500;
  return {
    cardNo,
    regionCode,
    accountId,
    accountNo,
    customerName,
    layoutId,
    supply: 'power',
    meterNo: meter.meterNo,
    purchase: {
      sequence,
      volumeLitres: 200_000,
      cumulativeLitres,
      priceFenPerM3: POWER_TARIFFS[0]?.pricesFenPerM3[0] ?? 0,
      date: addDays(options.businessDate, -21),
    },
    meterReturn: {
      loadedSequence: sequence,
      remainingLitres,
      cumulativeUseLitres: cumulativeLitres - remainingLitres,
      faults: 0,
      meterNo: meter.meterNo,
    },
    situation: customer.situation,
  };
}

function* billsOf(
  account: AccountOpened,
  from: {
    readonly customer: PowerCustomer;
    readonly businessDate: string;
    readonly make: MakeOperation;
    readonly newId: () => string;
  },
): Generator<NewOperation> {
  const { customer, businessDate, make, newId } = from;
  const tariff = POWER_TARIFFS.find(({ id }) => id === account.tariffId);
  for (const [index, kwh] of customer.owedKwh.entries()) {
    const back = customer.owedKwh.length - index;
    let lastDay = addDays(`${businessDate.slice(0, 7)}-01`, -1);
    for (let left = back; left > 1; left -= 1) lastDay = addDays(`${lastDay.slice(0, 7)}-01`, -1);
    const terms = {
      receivableId: newId(),
      kind: 'gas' as const,
      itemCode: 'reading',
      description: `${lastDay.slice(0, 7)} 电费 ${kwh} kWh`,
      amountFen: kwh * (tariff?.pricesFenPerM3[0] ?? 0),
      vatPermille: tariff?.vatPermille ?? 0,
      dueDate: addDays(lastDay, 20),
      bearsLateFee: true,
    };
    yield make('receivable.raised', terms, account.accountId);
  }
}
