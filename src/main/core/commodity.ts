// What an account is supplied with, and the rule that nothing of the other commodity is ever bound to it.
import { type Commodity, commodityOf } from '../../shared/domain/commodity.ts';
import { Fault } from '../../shared/domain/fault.ts';
import type { MeterRow } from '../../shared/domain/fold.ts';
import type { ReadStore } from './ports/store.ts';

/** Returns what a price plan prices; all its versions price the same. Gas for a plan that is not there. */
export function commodityOfPlan(store: ReadStore, tariffId: string): Commodity {
  const [version = {}] = store.tariffVersions(tariffId);
  return commodityOf(version);
}

/** Returns what the account is supplied with: what its plan prices. A plan is only ever changed for one of the same commodity. */
export function commodityOfAccount(store: ReadStore, account: { readonly tariffId: string } | null): Commodity {
  return account === null ? 'gas' : commodityOfPlan(store, account.tariffId);
}

/** Throws METER_OTHER_SUPPLY { meterNo } when the meter does not measure what the plan prices. */
export function requireMeterFits(store: ReadStore, meter: MeterRow, tariffId: string): void {
  if (commodityOf(meter.detail) !== commodityOfPlan(store, tariffId)) throw new Fault('METER_OTHER_SUPPLY', { meterNo: meter.meterNo });
}
