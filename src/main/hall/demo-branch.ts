// The demo branch: staff, tariffs and thousands of invented accounts from one seed, and the cards that lie at the bench.
import { hashSync } from '@node-rs/argon2';
import { addDays } from '../../shared/domain/calendar.ts';
import type { AccountOpened, NewOperation, OperationKind, OperationPayloads } from '../../shared/domain/operation.ts';
import type { Tariff } from '../../shared/domain/tariff.ts';
import type { StaffRow } from '../core/ports/store.ts';
import type { DemoCard, DemoHandCard, DemoOptions, DemoSpareMeter } from './demo-cards.ts';
import { demoCharges, demoPolicy } from './demo-charges.ts';
import { type Chance, chanceOf, companyName, type Home, homesOf, personName, phoneNumber } from './demo-people.ts';
import { demoPower, POWER_ACCOUNTS, powerSpares } from './demo-power.ts';

/** What seeding needs of a store. */
export interface DemoStore {
  importOperations(operations: Iterable<NewOperation>): number;
  seedStaff(rows: readonly StaffRow[]): void;
}

export interface DemoStaff {
  readonly staffNo: string;
  readonly name: string;
  readonly role: StaffRow['role'];
  readonly password: string;
}

export interface DemoBranch {
  readonly branch: OperationPayloads['branch.opened'];
  /** Accounts that now exist. */
  readonly accounts: number;
  /** With their pass words, for the sign-in screen of a demo hall. */
  readonly staff: readonly DemoStaff[];
  readonly hand: readonly DemoHandCard[];
  /** In the store, for exchanges. */
  readonly spareMeters: readonly DemoSpareMeter[];
}

export const DEMO_STAFF: readonly DemoStaff[] = [
  { staffNo: '1001', name: '李静', role: 'clerk', password: 'demo-1001' },
  { staffNo: '1002', name: '周建国', role: 'clerk', password: 'demo-1002' },
  { staffNo: '2001', name: '陈慧', role: 'supervisor', password: 'demo-2001' },
  { staffNo: '3001', name: '何志远', role: 'manager', password: 'demo-3001' },
  { staffNo: '4001', name: '罗晓峰', role: 'it', password: 'demo-4001' },
];

/** Limits, prices and the household rule of the first are those of the published check values. */
export const DEMO_TARIFFS: readonly Tariff[] = [
  {
    id: 'residential',
    name: '居民生活用气',
    effectiveFrom: '2025-01-01',
    limitsLitres: [420_000, 660_000],
    pricesFenPerM3: [198, 238, 297],
    extraPerHead: { above: 4, limitsLitres: [84_000, 150_000] },
    vatPermille: 90,
  },
  {
    id: 'heating',
    name: '居民独立采暖用气',
    effectiveFrom: '2025-01-01',
    limitsLitres: [1_600_000, 2_400_000],
    pricesFenPerM3: [198, 238, 297],
    extraPerHead: null,
    vatPermille: 90,
  },
  {
    id: 'commercial',
    name: '工商业用气',
    effectiveFrom: '2025-01-01',
    limitsLitres: [],
    pricesFenPerM3: [386],
    extraPerHead: null,
    vatPermille: 90,
  },
];

/** Invented makers; the number is the first digits of their meters' numbers, `other` those whose meters take cards of the other layout. */
const METER_MAKES = [
  { make: '恒澜', digits: '11', other: false },
  { make: '启衡', digits: '23', other: false },
  { make: '拓川', digits: '35', other: false },
  { make: '瑞泊', digits: '47', other: true },
  { make: '新砚', digits: '59', other: true },
] as const;
const SPARES_OF_A_MAKE = 2;

type Situation = Partial<Pick<AccountOpened, 'customerKind' | 'customerName' | 'householdSize' | 'tariffId' | 'tierUsedLitres'>> & {
  readonly situation: string;
  /** The purchase on the card has not been taken by the meter. */
  readonly loaded?: boolean;
  readonly newCard?: boolean;
  readonly faults?: number;
  /** The meter is of a maker whose cards have the other layout. */
  readonly otherMaker?: boolean;
};

/** The cards at the bench: each shows one thing that a clerk meets. Used volumes are those of the published check values. */
const SITUATIONS: readonly Situation[] = [
  { situation: 'ordinary', customerName: '王小明', tierUsedLitres: 125_000, householdSize: 3 },
  { situation: 'near tier 2', customerName: '赵文静', tierUsedLitres: 400_000, householdSize: 4 },
  { situation: 'near tier 3', customerName: '刘建军', tierUsedLitres: 600_000, householdSize: 4 },
  { situation: 'household of five', customerName: '陈德福', tierUsedLitres: 400_000, householdSize: 5 },
  { situation: 'commercial', customerKind: 'commercial', customerName: '好味来餐饮有限公司', tariffId: 'commercial', tierUsedLitres: 0 },
  { situation: 'heating', customerName: '孙玉兰', tariffId: 'heating', tierUsedLitres: 1_550_000, householdSize: 2 },
  { situation: 'still loaded', customerName: '黄志强', tierUsedLitres: 200_000, householdSize: 3, loaded: true },
  { situation: 'new card', customerName: '周若曦', tierUsedLitres: 0, householdSize: 2, newCard: true },
  { situation: 'compound surname', customerName: '欧阳晓云', tierUsedLitres: 88_000, householdSize: 3, otherMaker: true },
  { situation: 'rare characters', customerName: '单䶮喆', tierUsedLitres: 310_000, householdSize: 4 },
  { situation: 'battery low', customerName: '吴秀英', tierUsedLitres: 150_000, householdSize: 1, faults: 1 },
  { situation: 'top tier', customerName: '皇甫伟', tierUsedLitres: 900_000, householdSize: 4, otherMaker: true },
];

const REGION_CODE = '9A01';
const DAY_MS = 86_400_000;

/**
 * Fills an empty store with the demo branch: the branch, three tariffs, five staff with cheap Argon2id hashes, `accounts` accounts of gas and a few of power, a
 * policy and what some of the accounts owe.
 * The same options give the same operations. Throws what the store throws.
 */
export function seedDemoBranch(store: DemoStore, options: DemoOptions): DemoBranch {
  const branch = { branchNo: '01', name: '城北营业厅', regionCode: REGION_CODE, businessDate: options.businessDate };
  const hand: DemoHandCard[] = [];
  store.seedStaff(
    DEMO_STAFF.map(({ password, ...person }, index) => ({
      ...person,
      // Demo pass words stand on the sign-in screen: 8 MiB and one pass hide nothing and keep the first start short.
      passwordHash: hashSync(password, {
        memoryCost: 8_192,
        timeCost: 1,
        parallelism: 1,
        salt: Uint8Array.from({ length: 16 }, (_, byte) => (options.seed + index * 16 + byte) & 0xff),
      }),
    })),
  );
  store.importOperations(demoOperations({ branch, options, hand }));
  const spares = [...spareMeters(options), ...powerSpares(options)];
  return { branch, accounts: options.accounts + POWER_ACCOUNTS, staff: DEMO_STAFF, hand, spareMeters: spares };
}

function* demoOperations(into: {
  readonly branch: OperationPayloads['branch.opened'];
  readonly options: DemoOptions;
  readonly hand: DemoHandCard[];
}): Generator<NewOperation> {
  const { branch, options, hand } = into;
  const chance = chanceOf(options.seed);
  const newId = options.newId ?? seededIds(chance, options.nowMs);
  const operation = <K extends OperationKind>(kind: K, payload: OperationPayloads[K], accountId = ''): NewOperation =>
    ({
      id: newId(),
      kind,
      payload,
      accountId,
      businessDate: options.businessDate,
      shiftId: '',
      clerk: 'system',
      recordedAtMs: options.nowMs,
    }) as NewOperation;
  yield operation('branch.opened', branch);
  for (const tariff of DEMO_TARIFFS) yield operation('tariff.published', { tariff });
  const accounts: AccountOpened[] = [];
  const nextHome = homesOf(chance, Math.min(2_000, Math.ceil(options.accounts / 160)));
  for (let index = 0; index < options.accounts; index += 1) {
    const situation = SITUATIONS[index];
    const account = demoAccount({ chance, index, accountId: newId(), home: nextHome(), options, situation });
    accounts.push(account);
    yield operation('account.opened', account, account.accountId);
    const card = demoCard({ chance, account, options, situation });
    if (card === null) continue;
    options.writeCard?.(card);
    if (situation !== undefined) hand.push({ ...card, situation: situation.situation });
  }
  yield* demoPolicy(operation, newId);
  for (const meter of [...spareMeters(options), ...ordinarySpares()]) {
    yield operation('meter.registered', {
      kind: 'ic',
      model: 'G2.5',
      verifiedUntil: `${Number(options.businessDate.slice(0, 4)) + 10}-12-31`,
      ...meter,
    });
  }
  const { businessDate } = options;
  for (const [index, account] of accounts.entries())
    yield* demoCharges({ account, atBench: index < SITUATIONS.length, businessDate, chance, make: operation, newId });
  const home = accounts[0]?.address ?? nextHome();
  yield* demoPower({ options, regionCode: branch.regionCode, home, hand, make: operation, newId });
}

const layoutOf = ({ other }: { readonly other: boolean }, { layoutId, otherLayoutId }: DemoOptions): string =>
  other ? (otherLayoutId ?? layoutId) : layoutId;

/** Numbers of spare meters lie above those of the accounts' meters. */
const spareNo = (digits: string, index: number): string => `${digits}26${90_000_000 + index}`;

function spareMeters(options: DemoOptions): (DemoSpareMeter & { readonly make: string })[] {
  return METER_MAKES.flatMap((maker) =>
    Array.from({ length: SPARES_OF_A_MAKE }, (_, index) => ({
      meterNo: spareNo(maker.digits, index),
      make: maker.make,
      layoutId: layoutOf(maker, options),
    })),
  );
}

function ordinarySpares() {
  return METER_MAKES.slice(0, 2).map(({ make, digits }) => ({
    meterNo: spareNo(digits, 9),
    make,
    kind: 'ordinary' as const,
    layoutId: '',
  }));
}

/** Readers come round at the end of a month. */
const lastOfMonthBefore = (date: string): string => addDays(`${date.slice(0, 7)}-01`, -1);

function demoAccount(from: {
  readonly chance: Chance;
  readonly index: number;
  readonly accountId: string;
  readonly home: Home;
  readonly options: DemoOptions;
  readonly situation: Situation | undefined;
}): AccountOpened {
  const { chance, index, home, situation, options } = from;
  const commercial =
    (situation?.customerKind ?? (situation === undefined && chance(25) === 0 ? 'commercial' : 'residential')) === 'commercial';
  const name = commercial ? companyName(chance) : personName(chance);
  const withCard = situation !== undefined || chance(100) < 85;
  const makes = METER_MAKES.filter(({ other }) => situation === undefined || other === (situation.otherMaker === true));
  const maker = makes[chance(METER_MAKES.length) % makes.length] ?? METER_MAKES[0];
  const sequence = situation?.newCard === true ? 0 : 1 + chance(60);
  return {
    accountId: from.accountId,
    // Numbers count up in steps that leave room, as after years of openings and removals.
    accountNo: (1_000_000_000 + index * 7 + chance(7)).toString(),
    customerKind: commercial ? 'commercial' : 'residential',
    customerName: situation?.customerName ?? name,
    phone: phoneNumber(chance),
    address: home,
    householdSize: situation?.householdSize ?? (commercial ? 1 : 1 + chance(6)),
    tariffId: situation?.tariffId ?? (commercial ? 'commercial' : chance(12) === 0 ? 'heating' : 'residential'),
    tierUsedLitres: situation?.tierUsedLitres ?? (commercial ? 0 : chance(700) * 1_000),
    meter: {
      meterNo: `${maker.digits}${20 + chance(6)}${(index * 3 + chance(3)).toString().padStart(8, '0')}`,
      make: maker.make,
      kind: withCard ? 'ic' : 'ordinary',
      ...(withCard
        ? {}
        : { billed: { readingLitres: (200 + ((index * 37) % 3_000)) * 1_000, on: lastOfMonthBefore(options.businessDate) } }),
    },
    card: withCard
      ? {
          cardNo: (6_200_000_000 + index * 9 + chance(9)).toString(),
          layoutId: layoutOf(maker, options),
          sequence,
          cumulativeLitres: sequence === 0 ? 0 : sequence * 60_000 + chance(40_000),
        }
      : null,
  };
}

function demoCard(from: {
  readonly chance: Chance;
  readonly account: AccountOpened;
  readonly options: DemoOptions;
  readonly situation: Situation | undefined;
}): DemoCard | null {
  const { chance, account, options, situation } = from;
  const { card, meter } = account;
  if (card === null || meter === null) return null;
  const identity = {
    cardNo: card.cardNo,
    regionCode: REGION_CODE,
    accountId: account.accountId,
    accountNo: account.accountNo,
    customerName: account.customerName,
    layoutId: card.layoutId,
    meterNo: meter.meterNo,
  };
  if (card.sequence === 0) return { ...identity, purchase: null, meterReturn: null };
  const volumeLitres = Math.min(card.cumulativeLitres, (2 + chance(9)) * 10_000);
  const tariff = DEMO_TARIFFS.find(({ id }) => id === account.tariffId);
  const loaded = situation?.loaded === true || (situation === undefined && chance(40) === 0);
  const taken = loaded ? card.cumulativeLitres - volumeLitres : card.cumulativeLitres;
  const remainingLitres = Math.min(taken, chance(30_000));
  return {
    ...identity,
    purchase: {
      sequence: card.sequence,
      volumeLitres,
      cumulativeLitres: card.cumulativeLitres,
      priceFenPerM3: tariff?.pricesFenPerM3[0] ?? 0,
      date: new Date(Date.parse(`${options.businessDate}T00:00:00Z`) - (1 + chance(90)) * DAY_MS).toISOString().slice(0, 10),
    },
    meterReturn: {
      loadedSequence: loaded ? card.sequence - 1 : card.sequence,
      remainingLitres,
      cumulativeUseLitres: taken - remainingLitres,
      faults: situation?.faults ?? 0,
      meterNo: meter.meterNo,
    },
  };
}

/** Returns UUIDs of version 7 that all carry `nowMs` and count up, with chance from the seed: the same in every run. */
function seededIds(chance: Chance, nowMs: number): () => string {
  const time = nowMs.toString(16).padStart(12, '0');
  let count = 0;
  return () => {
    count += 1;
    const hex = (digits: number): string =>
      chance(16 ** digits)
        .toString(16)
        .padStart(digits, '0');
    const high = (0x7000 + (Math.floor(count / 0x4000) & 0xfff)).toString(16);
    const low = (0x8000 + (count % 0x4000)).toString(16);
    return `${time.slice(0, 8)}-${time.slice(8)}-${high}-${low}-${hex(6)}${hex(6)}`;
  };
}
