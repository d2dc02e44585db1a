// Opening an account: customer, place of supply, price plan and a meter out of the store, in one transaction.
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { accountNumber } from '../../../shared/domain/account-number.ts';
import { addDays } from '../../../shared/domain/calendar.ts';
import { Fault } from '../../../shared/domain/fault.ts';
import { tariffOn } from '../../../shared/domain/gas-bill.ts';
import { branchOf, record, type UseCaseContext } from '../actor.ts';
import { commodityOfPlan, requireMeterFits } from '../commodity.ts';
import { checkedIdentity, customerFacts, duplicatesOf, identityDigest, requireStandingCustomer, wrongField } from '../people.ts';
import type { WriteTx } from '../ports/store.ts';

type Input = Required<Inputs['accounts']['open']>;

/** How far ahead a supply may be promised, and how far back one may have begun, days. */
const AHEAD_DAYS = 60;
const BACK_DAYS = 366;

/**
 * Opens the account and returns its number; the same id again returns it as it stands. Throws INPUT_INVALID { field, reason }, DUPLICATES_FOUND,
 * CUSTOMER_UNKNOWN, CUSTOMER_MERGED, TARIFF_MISSING, METER_OTHER_SUPPLY; nothing is saved then.
 */
export function openAccount(context: UseCaseContext, input: Input): Outputs['accounts']['open'] {
  const { ports } = context;
  const opened = ports.store.write((tx) => {
    const before = tx.account(input.accountId);
    if (before !== null) return { accountNo: before.accountNo, customerId: before.detail.customerId };
    checkSupply(tx, input);
    const customer = customerOf(context, tx, input);
    // The number is taken last: what was refused leaves no gap.
    const accountNo = accountNumber({ counterId: tx.counterId(), sequence: tx.nextNumber('account') });
    record(context, tx, {
      id: input.accountId,
      kind: 'account.opened',
      accountId: input.accountId,
      payload: {
        accountId: input.accountId,
        accountNo,
        customerKind: customer.customerKind,
        customerName: customer.name,
        phone: customer.phone,
        address: input.address,
        householdSize: input.householdSize,
        tariffId: input.tariffId,
        tierUsedLitres: 0,
        suppliedSince: input.suppliedSince,
        customerId: customer.customerId,
        meter: null,
        card: null,
      },
    });
    if (input.meter !== null) {
      const { meterNo, readingLitres } = input.meter;
      const payload = { meterNo, readingLitres, on: input.suppliedSince, requestId: '' };
      record(context, tx, { kind: 'meter.installed', accountId: input.accountId, payload });
    }
    return { accountNo, customerId: customer.customerId };
  });
  ports.sync.nudge();
  ports.events.publish({ type: 'changed', area: 'accounts', accountId: input.accountId });
  return { accountId: input.accountId, ...opened };
}

function checkSupply(tx: WriteTx, input: Input): void {
  const today = branchOf(tx).businessDate;
  if (input.suppliedSince > addDays(today, AHEAD_DAYS)) throw wrongField('suppliedSince', 'range');
  if (input.suppliedSince < addDays(today, -BACK_DAYS)) throw wrongField('suppliedSince', 'early');
  tariffOn(tx.tariffVersions(input.tariffId), input.suppliedSince < today ? today : input.suppliedSince);
  if (input.meter === null) return;
  const meter = tx.meter(input.meter.meterNo);
  if (meter?.place !== 'in-store') throw wrongField('meter.meterNo', 'not-in-store');
  requireMeterFits(tx, meter, input.tariffId);
}

interface Holder {
  readonly customerId: string;
  readonly customerKind: 'residential' | 'commercial';
  readonly name: string;
  readonly phone: string;
}

function customerOf(context: UseCaseContext, tx: WriteTx, input: Input): Holder {
  const { ports } = context;
  const { customer, address } = input;
  if (customer.is === 'known') return requireStandingCustomer(tx, customer.customerId);
  const { is: _, customerId, ...typed } = customer;
  if (typed.identity !== null) checkedIdentity(ports, typed.identity, 'customer.identity.number');
  const count = input.acceptDuplicates
    ? 0
    : duplicatesOf(ports.store, { phone: typed.phone, identityDigest: identityDigest(ports, typed.identity), address, except: customerId })
        .length;
  if (count > 0) throw new Fault('DUPLICATES_FOUND', { count });
  const facts = customerFacts(ports, typed, 'customer.identity.number');
  record(context, tx, { kind: 'customer.registered', accountId: input.accountId, payload: { customerId, ...facts } });
  return { customerId, ...facts };
}

/** Returns the plans of which a version holds today, by name. */
export function listPlans({ ports }: UseCaseContext): Outputs['accounts']['plans'] {
  const { store } = ports;
  const today = branchOf(store).businessDate;
  const plans = new Set(store.tariffs().map((tariff) => tariff.planId ?? tariff.id));
  return [...plans].flatMap((id) => {
    const versions = store.tariffVersions(id).filter((version) => version.effectiveFrom <= today);
    if (versions.length === 0) return [];
    const { name, limitsLitres, pricesFenPerM3 } = tariffOn(versions, today);
    return [{ id, name, commodity: commodityOfPlan(store, id), limitsLitres: [...limitsLitres], pricesFenPerM3: [...pricesFenPerM3] }];
  });
}
