// Calls of the area receipts: receipts on paper.
import type { Guard } from '../guard.ts';
import { checkReceipt, confirmReceipt, printReceipt, reprintReceipt, requireReceipt } from '../usecases/print-receipt.ts';

export const receiptsArea = ({ guarded, who, ports }: Guard) => ({
  preview: guarded.receipts.preview.handler(({ input, context }) => {
    const receipt = requireReceipt(who(context), input.receiptId);
    const { markup, warning } = ports.receipts.dressed(receipt.markup, 'original');
    return { receiptNo: receipt.receiptNo, svg: ports.receipts.svg(markup, ports.devices.printerColumns()), templateWarning: warning };
  }),
  print: guarded.receipts.print.handler(({ input, context }) => printReceipt(who(context), input)),
  check: guarded.receipts.check.handler(({ input, context }) => checkReceipt(who(context), input)),
  confirm: guarded.receipts.confirm.handler(({ input, context }) => confirmReceipt(who(context), input)),
  reprint: guarded.receipts.reprint.handler(({ input, context }) => reprintReceipt(who(context), input)),
});
