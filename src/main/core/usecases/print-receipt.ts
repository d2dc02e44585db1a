// Paper with a known fate: an attempt is recorded as unknown before the first byte and as what it was afterwards.
import { Fault, type FaultData } from '../../../shared/domain/fault.ts';
import type { ReceiptRow } from '../../../shared/domain/fold.ts';
import type { Operation } from '../../../shared/domain/operation.ts';
import type { Tender } from '../../../shared/domain/tender.ts';
import { record, recordNow, type UseCaseContext } from '../actor.ts';
import { isConfigured } from '../customer-side.ts';
import { putOpening } from '../drawer.ts';
import { faultFrom } from '../reader.ts';
import { reversalOf } from '../slips.ts';
import { type ReceiptView, receiptView } from '../views.ts';

interface Printing {
  readonly receipt: ReceiptView;
  readonly fault: FaultData | null;
}

export function requireReceipt({ ports }: UseCaseContext, receiptId: string): ReceiptRow {
  const receipt = ports.store.receipt(receiptId);
  if (receipt === null) throw new Fault('RECEIPT_UNKNOWN', { receiptId });
  return receipt;
}

/**
 * Sends one copy to the printer and records what became of it. Returns what stopped it, or null. Of a job that broke off the printer is asked itself
 * before any person is.
 */
async function printCopy(
  context: UseCaseContext,
  receipt: ReceiptRow,
  /** `cash`: why the drawer behind the printer opens with the paper; null where it does not. */
  copy: { readonly copyNo: number; readonly markup: string; readonly cash: 'sale' | 'refund' | null },
): Promise<FaultData | null> {
  const { ports } = context;
  const jobId = ports.ids.uuid();
  const fateOf = (outcome: 'printed' | 'unverified' | 'unknown' | 'not-printed', faultCode: string) =>
    ({
      kind: 'receipt.printed',
      accountId: receipt.accountId,
      payload: { receiptId: receipt.receiptId, copyNo: copy.copyNo, jobId, outcome, faultCode },
    }) as const;
  const recordFate = (...fate: Parameters<typeof fateOf>) => recordNow(context, fateOf(...fate));
  ports.store.write((tx) => {
    record(context, tx, fateOf('unknown', ''));
    if (copy.cash !== null) putOpening(context, tx, { why: copy.cash, subjectId: receipt.topupId });
  });
  ports.sync.nudge();
  const { markup } = ports.receipts.dressed(copy.markup, copy.copyNo === 0 ? 'original' : 'reprint');
  const outcome = await ports.devices.print({ jobId, markup, cut: true, openDrawer: copy.cash !== null });
  if (outcome.kind === 'done') {
    recordFate(outcome.value.proof === 'verified' ? 'printed' : 'unverified', '');
    return null;
  }
  const fault = faultFrom(outcome.fault).toData();
  if (outcome.kind === 'refused') {
    recordFate('not-printed', fault.code);
    if (copy.cash !== null) await openPrinterDrawer(context);
    return fault;
  }
  const proof = await ports.devices.hasPrinted(jobId);
  if (proof.kind !== 'done' || !proof.value) return fault;
  recordFate('printed', '');
  return null;
}

/** The customer waits for the change, with paper or without: opens the drawer behind a printer that did not print. One of its own is open already. */
async function openPrinterDrawer({ ports }: UseCaseContext): Promise<void> {
  const hasOwn = ports.devices.states().some(({ slot, state }) => slot === 'drawer' && state !== 'not-configured');
  // What the drawer answers does not matter here: the receipt waits anyway, and there is a key.
  if (!hasOwn) await ports.devices.openDrawer();
}

/** How far back a receipt's last attempt is looked for among its account's operations. */
const LOOK_BACK = 500;

/** Returns the id of the original's last job whose fate is unknown; '' when there is none. */
function unknownJobOf({ ports }: UseCaseContext, { accountId, receiptId }: ReceiptRow): string {
  for (const { kind, payload } of ports.store.operationsOf(accountId, LOOK_BACK))
    if (kind === 'receipt.printed' && payload.receiptId === receiptId && payload.copyNo === 0)
      return payload.outcome === 'unknown' ? payload.jobId : '';
  return '';
}

/**
 * Asks the printer itself for a receipt whose fate is unknown, and records it where the printer proves that it came out: nobody has to look then. Prints
 * nothing. Returns what keeps the printer from answering, or null. A receipt whose fate is known stays as it is. Throws RECEIPT_UNKNOWN.
 */
export async function checkReceipt(context: UseCaseContext, input: { readonly receiptId: string }): Promise<Printing> {
  const { ports } = context;
  const receipt = requireReceipt(context, input.receiptId);
  const jobId = receipt.state === 'unknown' ? unknownJobOf(context, receipt) : '';
  if (jobId === '') return { receipt: receiptView(receipt), fault: null };
  const proof = await ports.devices.hasPrinted(jobId);
  if (proof.kind !== 'done') return { receipt: receiptView(receipt), fault: faultFrom(proof.fault).toData() };
  // A clerk at another window may have answered meanwhile, and another attempt may have followed.
  const isStillUnknown = requireReceipt(context, input.receiptId).state === 'unknown' && unknownJobOf(context, receipt) === jobId;
  if (proof.value && isStillUnknown)
    recordNow(context, {
      kind: 'receipt.printed',
      accountId: receipt.accountId,
      payload: { receiptId: receipt.receiptId, copyNo: 0, jobId, outcome: 'printed', faultCode: '' },
    });
  return finish(context, input.receiptId, null);
}

/** Whether cash goes into the drawer with the receipt, or out of it; null where none moves. */
function cashOf({ ports }: UseCaseContext, { topupId: subjectId, accountId }: ReceiptRow): 'sale' | 'refund' | null {
  const fact = ports.store.topup(subjectId)?.payment ?? ports.store.payment(subjectId)?.payment;
  const { tenders, isRefund } =
    fact === undefined ? handoverTenders(ports.store.operationsOf(accountId, LOOK_BACK), subjectId) : { ...fact, isRefund: false };
  if (!tenders.some((tender) => tender.kind === 'cash')) return null;
  return isRefund ? 'refund' : 'sale';
}

/** The money of a reversal, a deposit or a refund among an account's operations. */
function handoverTenders(
  operations: readonly Operation[],
  subjectId: string,
): { readonly tenders: readonly Tender[]; readonly isRefund: boolean } {
  for (const operation of operations) {
    if (operation.kind === 'payment.reversed' && subjectId === reversalOf(operation.payload.paymentId))
      return { tenders: operation.payload.refunds, isRefund: true };
    if (operation.id === subjectId && 'tenders' in operation.payload)
      return { tenders: operation.payload.tenders, isRefund: operation.kind !== 'deposit.taken' };
  }
  return { tenders: [], isRefund: false };
}

/** Prints the original of a receipt that has not come out. Returns what stopped it, or null. */
export async function printOriginal(context: UseCaseContext, receipt: ReceiptRow): Promise<FaultData | null> {
  // A drawer of its own has opened when the cash was taken.
  const cash = isConfigured(context.ports, 'drawer') ? null : cashOf(context, receipt);
  return printCopy(context, receipt, { copyNo: 0, markup: receipt.markup, cash });
}

/** Prints an issued receipt. Throws RECEIPT_UNKNOWN, RECEIPT_STATE_REFUSES where it has or may have come out. */
export async function printReceipt(context: UseCaseContext, input: { readonly receiptId: string }): Promise<Printing> {
  const receipt = requireReceipt(context, input.receiptId);
  if (receipt.state !== 'issued' && receipt.state !== 'not-printed') throw new Fault('RECEIPT_STATE_REFUSES', { state: receipt.state });
  const fault = await printOriginal(context, receipt);
  return finish(context, input.receiptId, fault);
}

/** Prints the same content marked with its count. Throws RECEIPT_UNKNOWN, RECEIPT_STATE_REFUSES before the original is out. */
export async function reprintReceipt(context: UseCaseContext, input: { readonly receiptId: string }): Promise<Printing> {
  const receipt = requireReceipt(context, input.receiptId);
  if (receipt.state !== 'printed' && receipt.state !== 'unverified') throw new Fault('RECEIPT_STATE_REFUSES', { state: receipt.state });
  const copyNo = receipt.reprints + 1;
  const markup = context.ports.receipts.reprintMarkup(receipt.markup, copyNo);
  const fault = await printCopy(context, receipt, { copyNo, markup, cash: null });
  return finish(context, input.receiptId, fault);
}

/** Records what the clerk saw of a job whose fate was unknown. Throws RECEIPT_UNKNOWN, RECEIPT_STATE_REFUSES. */
export function confirmReceipt(context: UseCaseContext, input: { readonly receiptId: string; readonly cameOut: boolean }): ReceiptView {
  const receipt = requireReceipt(context, input.receiptId);
  if (receipt.state !== 'unknown') throw new Fault('RECEIPT_STATE_REFUSES', { state: receipt.state });
  recordNow(context, {
    kind: 'receipt.printed',
    accountId: receipt.accountId,
    payload: {
      receiptId: receipt.receiptId,
      copyNo: 0,
      jobId: unknownJobOf(context, receipt) || context.ports.ids.uuid(),
      outcome: input.cameOut ? 'printed' : 'not-printed',
      faultCode: '',
    },
  });
  return finish(context, input.receiptId, null).receipt;
}

function finish(context: UseCaseContext, receiptId: string, fault: FaultData | null): Printing {
  const receipt = requireReceipt(context, receiptId);
  const area = context.ports.store.topup(receipt.topupId) === null ? 'charging' : 'topups';
  context.ports.events.publish({ type: 'changed', area, accountId: receipt.accountId });
  return { receipt: receiptView(receipt), fault };
}
