// The invoice on its pre-printed form: where each text stands.
import type { FormField, FormJob } from '../../../drivers/kit/form-printer.ts';
import type { InvoiceLine } from '../../shared/domain/documents.ts';
import { capitalYuan, fen, formatYuan } from '../../shared/domain/money.ts';
import type { InvoiceContent } from '../core/ports/printing.ts';

/** 241 mm paper between its tractor holes, a third of an 11 inch page. */
const SIZE = { widthTenthMm: 2_100, heightTenthMm: 930 } as const;
const ROWS = 5;
const FIRST_ROW_TENTH_MM = 360;
const ROW_TENTH_MM = 60;

/** As many lines as the form has rows; what is left over becomes one of them, so that they still add up. */
function rowsOf(lines: readonly InvoiceLine[]): readonly InvoiceLine[] {
  if (lines.length <= ROWS) return lines;
  const rest = lines.slice(ROWS - 1);
  const amountFen = rest.reduce((sum, line) => sum + line.amountFen, 0);
  return [...lines.slice(0, ROWS - 1), { name: `其他 ${rest.length} 项`, unit: '', quantity: '', amountFen, vatPermille: 0 }];
}

function at(xTenthMm: number, yTenthMm: number, text: string): FormField {
  return { xTenthMm, yTenthMm, text, pitch: 12 };
}

function figures(xTenthMm: number, yTenthMm: number, amountFen: number): FormField {
  return { xTenthMm, yTenthMm, text: formatYuan(fen(amountFen)), align: 'right', pitch: 12 };
}

/** Returns the texts of an invoice; amounts end at the right edge of their column. */
export function invoiceForm(content: InvoiceContent): Pick<FormJob, 'size' | 'fields'> {
  const rows = rowsOf(content.lines).flatMap((line, index) => {
    const y = FIRST_ROW_TENTH_MM + index * ROW_TENTH_MM;
    return [
      at(100, y, line.name),
      at(950, y, line.unit),
      ...(line.quantity === '' ? [] : [{ ...at(1_300, y, line.quantity), align: 'right' as const }]),
      figures(1_950, y, line.amountFen),
    ].filter(({ text }) => text !== '');
  });
  return {
    size: SIZE,
    fields: [
      at(1_500, 60, content.number),
      at(100, 140, content.branchName),
      at(1_500, 140, content.businessDate),
      at(100, 210, content.buyer.name),
      ...(content.buyer.taxNo === '' ? [] : [at(1_050, 210, content.buyer.taxNo)]),
      at(100, 280, content.accountNo),
      ...rows,
      at(100, 700, capitalYuan(fen(content.amountFen))),
      figures(1_500, 700, content.vatFen),
      figures(1_950, 700, content.amountFen),
      at(100, 800, content.clerkName),
    ],
  };
}
