// The clerk takes the money: from here on the customer has a right to gas that the ledger carries as undelivered.
import type { Inputs } from '../../../shared/contract/index.ts';
import { Fault } from '../../../shared/domain/fault.ts';
import type { TopupRow } from '../../../shared/domain/fold.ts';
import type { Tender } from '../../../shared/domain/operation.ts';
import { record, type UseCaseContext } from '../actor.ts';
import { policyNow } from '../approval.ts';
import { openTaskOf, saleObstacle, unloadedSaleOf } from '../card-assessment.ts';
import { requireActiveAccount } from '../charges.ts';
import { tellCustomer } from '../customer-side.ts';
import { openOwnDrawer, putOwnOpening } from '../drawer.ts';
import { holdReader, readAndAssess } from '../reader.ts';
import { type TopupView, topupView } from '../views.ts';
import { pricePurchase } from './quote-topup.ts';

type Pay = Inputs['topups']['pay'];
type PayInput = Required<Omit<Pay, 'unloaded'>> & Pick<Pay, 'unloaded'>;

/** Returns the tenders as kept and the change, fen. Throws TENDER_SHORT { missingFen }, TENDER_MISMATCH { overFen }. */
export function settle(
  input: Pick<PayInput, 'tenders' | 'cashTenderedFen'>,
  amountFen: number,
): { readonly tenders: readonly Tender[]; readonly changeFen: number } {
  const electronicFen = input.tenders.reduce((sum, tender) => sum + tender.amountFen, 0);
  if (electronicFen > amountFen) throw new Fault('TENDER_MISMATCH', { overFen: electronicFen - amountFen });
  const cashDueFen = amountFen - electronicFen;
  if (input.cashTenderedFen < cashDueFen) throw new Fault('TENDER_SHORT', { missingFen: cashDueFen - input.cashTenderedFen });
  if (cashDueFen === 0 && input.cashTenderedFen > 0) throw new Fault('TENDER_MISMATCH', { overFen: input.cashTenderedFen });
  const cash: Tender[] = cashDueFen > 0 ? [{ kind: 'cash', amountFen: cashDueFen, reference: '' }] : [];
  return { tenders: [...cash, ...input.tenders], changeFen: input.cashTenderedFen - cashDueFen };
}

/** The top-up recorded earlier under the same id, if it is the same sale; throws TOPUP_ID_REUSED if it is another. */
function recordedBefore(existing: TopupRow | null, input: PayInput): TopupRow | null {
  if (existing === null) return null;
  if (existing.accountId !== input.accountId || existing.payment.purchase.amountFen !== input.expectedAmountFen) {
    throw new Fault('TOPUP_ID_REUSED', { topupId: input.topupId });
  }
  return existing;
}

/**
 * Records the payment once and returns the top-up. Reads the card first, so that no money is taken for a card that cannot be written.
 * Throws the faults listed in the contract; none of them leaves money recorded.
 */
export async function payTopup(context: UseCaseContext, input: PayInput): Promise<TopupView> {
  const { ports } = context;
  const before = recordedBefore(ports.store.topup(input.topupId), input);
  if (before !== null) return topupView(ports.store, before);
  // What the account is comes before which card lies in the reader.
  requireActiveAccount(ports.store, input.accountId);
  const cards = ports.store.cardsOf(input.accountId).filter((card) => card.status === 'active');
  if (cards.length === 0) throw new Fault('ACCOUNT_HAS_NO_CARD');

  let recorded = false;
  await holdReader(ports, async (reader) => {
    // While this call waited for the reader, its twin (a double click, a repeated answer) may have been recorded.
    if (recordedBefore(ports.store.topup(input.topupId), input) !== null) return;
    const assessment = await readAndAssess(ports, reader, input.slot);
    const { row } = assessment;
    if (row !== null && row.accountId !== input.accountId)
      throw new Fault('CARD_MISMATCH', { found: row.cardNo, expected: cards[0]?.cardNo ?? '' });
    const unloaded = unloadedSaleOf(assessment, policyNow(ports.store));
    const obstacle = saleObstacle(assessment, unloaded?.way);
    if (obstacle !== null || row === null) throw new Fault(obstacle ?? 'CARD_NOT_IN_LEDGER');
    if (unloaded !== null && (unloaded.litres !== input.unloaded?.litres || unloaded.way !== input.unloaded.way))
      throw new Fault('CARD_STILL_LOADED', { litres: unloaded.litres });
    const { layout, snapshot } = assessment;
    const addedLitres = unloaded?.way === 'add' ? unloaded.litres : 0;
    const mostLitres = (snapshot.image === null ? undefined : layout?.maxVolumeOf?.(snapshot.image)) ?? layout?.maxVolumeLitres;
    const maxLitres = mostLitres === undefined ? undefined : Math.max(mostLitres - addedLitres, 0);

    ports.store.write((tx) => {
      if (tx.undeliveredOfCard(row.cardNo) !== null) throw new Fault('TOPUP_OPEN_ON_CARD');
      if (openTaskOf(tx, row.cardNo) !== null) throw new Fault('CARD_TASK_OPEN');
      if (tx.card(row.cardNo)?.status === 'blacklisted') throw new Fault('CARD_BLACKLISTED');
      const { account, tariff, year, usedLitres, priced } = pricePurchase({ store: tx, layouts: ports.layouts }, input);
      if (priced.amountFen !== input.expectedAmountFen) {
        throw new Fault('PRICE_CHANGED', { expectedFen: input.expectedAmountFen, nowFen: priced.amountFen });
      }
      if (maxLitres !== undefined && priced.litres > maxLitres) throw new Fault('AMOUNT_OUT_OF_RANGE', { maxLitres });
      const { tenders, changeFen } = settle(input, priced.amountFen);
      record(context, tx, {
        id: input.topupId,
        kind: 'topup.paid',
        accountId: input.accountId,
        payload: {
          topupId: input.topupId,
          cardNo: row.cardNo,
          purchase: {
            litres: priced.litres,
            amountFen: priced.amountFen,
            lines: priced.lines,
            tariffId: tariff.id,
            vatPermille: tariff.vatPermille,
            tierYear: year,
            usedBeforeLitres: usedLitres,
            ...(account.holder === 1 ? {} : { tierHolder: account.holder }),
          },
          tenders,
          cashTenderedFen: input.cashTenderedFen,
          changeFen,
          ...(unloaded === null ? {} : { unloaded }),
        },
      });
      if (input.cashTenderedFen > 0) putOwnOpening(context, tx, { why: 'sale', subjectId: input.topupId });
    });
    recorded = true;
  });
  ports.sync.nudge();
  ports.events.publish({ type: 'changed', area: 'topups', accountId: input.accountId });
  const topup = ports.store.topup(input.topupId);
  if (topup === null) throw new Fault('TOPUP_UNKNOWN', { topupId: input.topupId });
  if (recorded) {
    const { tenders, cashTenderedFen, changeFen } = topup.payment;
    const electronicFen = tenders.reduce((sum, tender) => sum + (tender.kind === 'cash' ? 0 : tender.amountFen), 0);
    tellCustomer(ports, { news: 'paid', tenderedFen: electronicFen + cashTenderedFen, changeFen });
    if (cashTenderedFen > 0) openOwnDrawer(ports);
  }
  return topupView(ports.store, topup);
}
