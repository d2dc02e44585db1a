// Whose account a task is about, in one line: the same place above every task's screen.
import { useQuery } from '@tanstack/react-query';
import { api } from '../../bridge/client.ts';
import { useWords } from '../../components/commodity.tsx';

export function WhoLine({ accountId }: { readonly accountId: string }) {
  const { t } = useWords();
  const account = useQuery(api.accounts.get.queryOptions({ input: { accountId } })).data;
  return (
    <p className="row wrap who-line" data-testid="who">
      <strong>{account?.customerName}</strong>
      <span className="figures">
        <span className="soft">{t('account.no')} </span>
        {account?.accountNo}
      </span>
      <span className="soft">{account?.address}</span>
    </p>
  );
}
