// Calls of the area invoices: numbers, invoices, their print.
import type { Guard } from '../guard.ts';
import { issueInvoice, listInvoices, listSubjects } from '../usecases/issue-invoice.ts';
import { assignSegment, listSegments, voidBlank, voidInvoice } from '../usecases/number-segments.ts';
import { confirmInvoice, printInvoice } from '../usecases/print-invoice.ts';

export const invoicesArea = ({ guarded, who, approverOf }: Guard) => ({
  segments: guarded.invoices.segments.handler(({ context }) => listSegments(who(context))),
  assignSegment: guarded.invoices.assignSegment.handler(({ input, context }) => assignSegment(who(context), input)),
  subjects: guarded.invoices.subjects.handler(({ input, context }) => listSubjects(who(context), input)),
  list: guarded.invoices.list.handler(({ input, context }) => listInvoices(who(context), input)),
  issue: guarded.invoices.issue.handler(({ input, context }) => issueInvoice(who(context), input)),
  print: guarded.invoices.print.handler(({ input, context }) => printInvoice(who(context), input)),
  confirm: guarded.invoices.confirm.handler(({ input, context }) => confirmInvoice(who(context), input)),
  void: guarded.invoices.void.handler(async ({ input, context }) => voidInvoice(who(context), input, await approverOf(input.approval))),
  voidBlank: guarded.invoices.voidBlank.handler(({ input, context }) => voidBlank(who(context), input)),
});
