// How a bill of an ordinary meter comes to its amount: the readings, each tier line of each part of the period, the standing charges.

import type { Outputs } from '../../shared/contract/index.ts';
import { cubicMetres, yuan } from '../format/format.ts';
import { useWords } from './commodity.tsx';

export type UseBill = Outputs['requests']['preview']['bills'][number];

export function BillLines({ bill, amountFen }: Pick<UseBill, 'bill' | 'amountFen'>) {
  const { t } = useWords();
  const { readFrom, readTo, fromLitres, toLitres, parts, charges } = bill;
  const litres = parts.reduce((sum, part) => sum + part.litres, 0);
  return (
    <div data-testid="bill-lines">
      <p className="figures soft">
        {t('requests.bill.readings', { from: cubicMetres(fromLitres), to: cubicMetres(toLitres) })} ·{' '}
        {t('requests.bill.span', { from: readFrom, to: readTo })}
      </p>
      <table className="plain-table">
        <caption className="visually-hidden">{t('requests.bill.title')}</caption>
        <thead>
          <tr>
            <th>{t('topup.tier')}</th>
            <th className="right">{t('topup.litres')}</th>
            <th className="right">{t('topup.price')}</th>
            <th className="right">{t('topup.lineAmount')}</th>
          </tr>
        </thead>
        <tbody>
          {parts.flatMap((part) =>
            part.lines.map((line) => (
              <tr key={`${part.from} ${line.tier}`}>
                <td>
                  {t('topup.tierN', { tier: line.tier })}
                  {parts.length > 1 && <div className="soft figures">{t('requests.bill.span', { from: part.from, to: part.to })}</div>}
                </td>
                <td className="right figures">{cubicMetres(line.litres)}</td>
                <td className="right figures">{yuan(line.priceFenPerM3)}</td>
                <td className="right figures">{yuan(line.amountFen)}</td>
              </tr>
            )),
          )}
          {charges.map((charge) => (
            <tr key={`${charge.kind} ${charge.tariffId}`}>
              <td colSpan={3}>{t(`requests.bill.${charge.kind}`, { count: charge.months })}</td>
              <td className="right figures">{yuan(charge.amountFen)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <td>{t('requests.bill.total')}</td>
            <td className="right figures">{cubicMetres(litres)}</td>
            <td />
            <td className="right figures" data-testid="bill-total">
              {yuan(amountFen)}
            </td>
          </tr>
        </tfoot>
      </table>
    </div>
  );
}
