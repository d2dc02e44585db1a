// What a customer gets back when the supply ends: deposit, credit, and gas that was bought and not used.
import type { VolumeCreditedPart } from '../../../shared/domain/charging.ts';
import { tariffOn } from '../../../shared/domain/gas-bill.ts';
import { divideHalfUp } from '../../../shared/domain/money.ts';
import { balancesView } from '../charges.ts';
import type { ReadStore } from '../ports/store.ts';
import { type EffectFact, numberOf, type Scene } from './definition.ts';

const LOOK_BACK = 5_000;
const DELIVERED: ReadonlySet<string> = new Set(['verified', 'receipted']);

/**
 * Returns what unused gas was paid for it, purchase by purchase. The rule: gas is used in the order in which it was bought, so what is left is of the
 * last purchases, and within one of them of its last and dearest lines; a part of a line is worth its share, half-up to the fen. What is older than
 * the purchases of the present holder on record is worth the first tier's price of today. Throws TARIFF_MISSING.
 */
export function valueOfUnused(
  store: ReadStore,
  unused: { readonly accountId: string; readonly litres: number; readonly today: string },
): readonly VolumeCreditedPart[] {
  const account = store.account(unused.accountId);
  if (account === null) return [];
  let leftLitres = unused.litres;
  const parts: VolumeCreditedPart[] = [];
  for (const operation of store.operationsOf(unused.accountId, LOOK_BACK)) {
    if (leftLitres === 0) return parts;
    if (operation.kind !== 'topup.paid') continue;
    const { topupId, purchase } = operation.payload;
    if ((purchase.tierHolder ?? 1) !== account.holder || !DELIVERED.has(store.topup(topupId)?.state ?? '')) continue;
    let amountFen = 0;
    let litres = 0;
    for (const line of purchase.lines.toReversed()) {
      const takenLitres = Math.min(line.litres, leftLitres);
      if (takenLitres === 0) continue;
      amountFen += divideHalfUp(BigInt(line.amountFen) * BigInt(takenLitres), BigInt(line.litres));
      litres += takenLitres;
      leftLitres -= takenLitres;
    }
    if (litres > 0) parts.push({ topupId, litres, amountFen: Math.min(amountFen, purchase.amountFen), vatPermille: purchase.vatPermille });
  }
  if (leftLitres === 0) return parts;
  const tariff = tariffOn(store.tariffVersions(account.tariffId), unused.today);
  const amountFen = divideHalfUp(BigInt(leftLitres) * BigInt(tariff.pricesFenPerM3[0] ?? 0), 1_000n);
  return [...parts, { topupId: '', litres: leftLitres, amountFen, vatPermille: tariff.vatPermille }];
}

/** Bought and not used: what the meter shows as left and what its card still carries, litres. */
export function unusedLitres({ form, cardFound }: Scene): number {
  return (numberOf(form, 'meterLeftLitres') ?? 0) + (cardFound?.unusedLitres ?? 0);
}

export interface MoneyBack {
  readonly depositFen: number;
  readonly creditFen: number;
  readonly volume: readonly VolumeCreditedPart[];
  readonly volumeFen: number;
  readonly totalFen: number;
}

/** Returns what goes back at the end of the supply. */
export function moneyBack(scene: Scene): MoneyBack {
  const { store, account, today } = scene;
  const { accountId } = account;
  const { depositFen, creditFen } = balancesView(store, accountId);
  const volume = valueOfUnused(store, { accountId, litres: unusedLitres(scene), today });
  const volumeFen = volume.reduce((sum, part) => sum + part.amountFen, 0);
  return { depositFen, creditFen, volume, volumeFen, totalFen: depositFen + creditFen + volumeFen };
}

/** The deposit becomes credit, from where it is paid out. */
export function applyDeposit(depositFen: number, reason: string): EffectFact[] {
  return depositFen > 0 ? [{ kind: 'deposit.applied', payload: { amountFen: depositFen, reason } }] : [];
}
