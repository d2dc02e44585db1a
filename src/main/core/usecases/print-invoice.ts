// An invoice on its form: an attempt is recorded as unknown before the first byte and as what it was afterwards.
import { Fault, type FaultData } from '../../../shared/domain/fault.ts';
import { branchOf, recordNow, type UseCaseContext } from '../actor.ts';
import { policyNow } from '../approval.ts';
import { type InvoiceView, invoiceView, labelOf, requireInvoice } from '../invoices.ts';
import { faultFrom } from '../reader.ts';

interface Printed {
  readonly invoice: InvoiceView;
  readonly fault: FaultData | null;
}

function finish(context: UseCaseContext, invoiceId: string, fault: FaultData | null): Printed {
  const row = requireInvoice(context.ports.store, invoiceId);
  context.ports.events.publish({ type: 'changed', area: 'charging', accountId: row.accountId });
  return { invoice: invoiceView(context.ports.store, row), fault };
}

/** Prints an invoice that has not come out. Returns what stopped it, or null. Throws INVOICE_UNKNOWN, INVOICE_STATE_REFUSES where it has or may have. */
export async function printInvoice(context: UseCaseContext, input: { readonly invoiceId: string }): Promise<Printed> {
  const { ports, actor } = context;
  const row = requireInvoice(ports.store, input.invoiceId);
  if (row.state !== 'issued' && row.state !== 'not-printed') throw new Fault('INVOICE_STATE_REFUSES', { state: row.state });
  const jobId = ports.ids.uuid();
  const recordFate = (outcome: 'printed' | 'unverified' | 'unknown' | 'not-printed', faultCode: string) =>
    recordNow(context, {
      kind: 'invoice.printed',
      accountId: row.accountId,
      payload: { invoiceId: row.invoiceId, jobId, outcome, faultCode },
    });
  const branch = branchOf(ports.store);
  const form = ports.receipts.invoiceForm({
    number: labelOf(ports.store, row),
    branchName: branch.name,
    businessDate: branch.businessDate,
    accountNo: ports.store.account(row.accountId)?.accountNo ?? '',
    buyer: row.buyer,
    lines: row.lines,
    amountFen: row.amountFen,
    vatFen: row.vatFen,
    clerkName: actor.name,
  });
  recordFate('unknown', '');
  const offset = policyNow(ports.store).formOffset ?? { xTenthMm: 0, yTenthMm: 0 };
  const outcome = await ports.devices.printForm({ jobId, ...form, offset });
  if (outcome.kind === 'done') {
    recordFate(outcome.value.proof === 'verified' ? 'printed' : 'unverified', '');
    return finish(context, row.invoiceId, null);
  }
  const fault = faultFrom(outcome.fault).toData();
  if (outcome.kind === 'refused') recordFate('not-printed', fault.code);
  return finish(context, row.invoiceId, fault);
}

/** Records what the clerk saw of a form whose fate was unknown. Throws INVOICE_UNKNOWN, INVOICE_STATE_REFUSES. */
export function confirmInvoice(context: UseCaseContext, input: { readonly invoiceId: string; readonly cameOut: boolean }): InvoiceView {
  const row = requireInvoice(context.ports.store, input.invoiceId);
  if (row.state !== 'unknown') throw new Fault('INVOICE_STATE_REFUSES', { state: row.state });
  recordNow(context, {
    kind: 'invoice.printed',
    accountId: row.accountId,
    payload: {
      invoiceId: row.invoiceId,
      jobId: context.ports.ids.uuid(),
      outcome: input.cameOut ? 'printed' : 'not-printed',
      faultCode: '',
    },
  });
  return finish(context, row.invoiceId, null).invoice;
}
