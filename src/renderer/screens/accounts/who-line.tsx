// Whose account a task is about, in one line.
import { useTranslation } from 'react-i18next';
import type { Account } from './account.ts';

export function WhoLine({ account }: { readonly account: Account }) {
  const { t } = useTranslation();
  return (
    <p className="row wrap" data-testid="who">
      <strong>{account.customerName}</strong>
      <span className="figures">
        <span className="soft">{t('account.no')} </span>
        {account.accountNo}
      </span>
      <span className="soft">{account.address}</span>
    </p>
  );
}
