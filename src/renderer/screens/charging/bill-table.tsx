// What is owed, line by line: chosen by space, with the late fee and how it comes about.

import type { Outputs } from '../../../shared/contract/index.ts';
import { BillLines } from '../../components/bill-lines.tsx';
import { SuppliedWith, useWords } from '../../components/commodity.tsx';
import { yuan } from '../../format/format.ts';

export type Charges = Outputs['charging']['open'];
export type Bill = Charges['accounts'][number]['receivables'][number];

/** Returns everything that is owed by the accounts, oldest due date first. */
export function billsOf(charges: Charges | undefined): readonly Bill[] {
  const bills = (charges?.accounts ?? []).flatMap((account) => account.receivables.filter(({ openFen }) => openFen > 0));
  return [...bills].sort((left, right) => (left.dueDate === right.dueDate ? 0 : left.dueDate < right.dueDate ? -1 : 1));
}

/** Returns the id of the line that has the focus; '' when none has. */
export function focusedBill(): string {
  const { activeElement } = document;
  return activeElement instanceof HTMLElement ? (activeElement.dataset.bill ?? '') : '';
}

export function BillTable(props: {
  readonly charges: Charges;
  readonly chosen: ReadonlySet<string>;
  readonly waived: boolean;
  readonly onToggle: (receivableId: string) => void;
}) {
  const { t } = useWords();
  const { charges, chosen, waived, onToggle } = props;
  const bills = billsOf(charges);
  const several = charges.accounts.length > 1;
  const nameOf = (accountId: string): string => {
    const account = charges.accounts.find((one) => one.accountId === accountId);
    return account === undefined ? '' : `${account.customerName} ${account.accountNo}`;
  };
  const rate = `${charges.lateFeePerDayPpm / 10_000} %`;
  return (
    <table className="plain-table" data-testid="bills">
      <caption className="visually-hidden">{t('charging.billList')}</caption>
      <thead>
        <tr>
          <th>
            <span className="visually-hidden">{t('charging.choose')}</span>
          </th>
          {several && <th>{t('topup.customer')}</th>}
          <th>{t('charging.item')}</th>
          <th>{t('charging.dueDate')}</th>
          <th className="right">{t('charging.open')}</th>
          <th className="right">{t('charging.lateFee')}</th>
          <th className="right">{t('common.total')}</th>
        </tr>
      </thead>
      <tbody>
        {bills.map((bill, index) => {
          const fee = waived ? 0 : bill.lateFeeFen;
          return (
            <tr key={bill.receivableId} data-testid="bill">
              <td>
                <input
                  type="checkbox"
                  data-bill={bill.receivableId}
                  aria-label={t('charging.chooseOne', { item: bill.description })}
                  ref={(element) => {
                    // The first line takes the keys as soon as it is there.
                    if (index === 0 && document.activeElement === document.body) element?.focus();
                  }}
                  checked={chosen.has(bill.receivableId)}
                  onChange={() => onToggle(bill.receivableId)}
                />
              </td>
              {several && <td>{nameOf(bill.accountId)}</td>}
              <td>
                {bill.description}
                {bill.bill !== null && (
                  <details>
                    <summary>{t('topup.tiers')}</summary>
                    <SuppliedWith commodity={charges.accounts.find((one) => one.accountId === bill.accountId)?.commodity ?? 'gas'}>
                      <BillLines bill={bill.bill} amountFen={bill.amountFen} />
                    </SuppliedWith>
                  </details>
                )}
              </td>
              <td className="figures">{bill.dueDate}</td>
              <td className="right figures">{yuan(bill.openFen)}</td>
              <td className="right figures">
                {bill.lateFeeFen === 0 ? (
                  '—'
                ) : (
                  <span style={waived ? { textDecoration: 'line-through' } : {}}>{yuan(bill.lateFeeFen)}</span>
                )}
                {bill.lateDays > 0 && (
                  <div className="soft">{t('charging.lateHow', { open: yuan(bill.openFen), count: bill.lateDays, rate })}</div>
                )}
              </td>
              <td className="right figures">{yuan(bill.openFen + fee)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
