// What an account owes and has, small enough for a header, and what of it needs attention.
import { useQuery } from '@tanstack/react-query';
import type { Outputs } from '../../../shared/contract/index.ts';
import { api } from '../../bridge/client.ts';
import { Button } from '../../components/button.tsx';
import { useWords } from '../../components/commodity.tsx';
import { yuan } from '../../format/format.ts';
import { Kbd } from '../../keys/keys.tsx';
import { useNavigation } from '../shell/navigation.tsx';

type Charges = Outputs['charging']['open'];
type AccountCharges = Charges['accounts'][number];

/** Returns what the account owes and has; undefined while it is asked for. */
export function useAccountCharges(accountId: string): (AccountCharges & { readonly dueFen: number }) | undefined {
  const { data } = useQuery(api.charging.open.queryOptions({ input: { accountIds: [accountId] } }));
  const [account] = data?.accounts ?? [];
  return data === undefined || account === undefined ? undefined : { ...account, dueFen: data.dueFen };
}

/** Marks for the header of an account: arrears, credit, deposit; nothing where there is none of them. */
export function MoneyMarks({ accountId }: { readonly accountId: string }) {
  const { t } = useWords();
  const charges = useAccountCharges(accountId);
  if (charges === undefined) return null;
  const { dueFen, creditFen, depositFen } = charges;
  return (
    <>
      {dueFen > 0 && (
        <span className="tag warn figures" data-testid="arrears">
          {t('charging.owes')} {yuan(dueFen)}
        </span>
      )}
      {creditFen > 0 && (
        <span className="tag figures" data-testid="credit">
          {t('charging.credit')} {yuan(creditFen)}
        </span>
      )}
      {depositFen > 0 && (
        <span className="tag figures" data-testid="deposit">
          {t('charging.deposit')} {yuan(depositFen)}
        </span>
      )}
    </>
  );
}

/** One row for what needs attention: what is owed and since when, with the way to its payment; nothing where nothing is owed. */
export function ArrearsRow({ accountId }: { readonly accountId: string }) {
  const { t } = useWords();
  const { go } = useNavigation();
  const charges = useAccountCharges(accountId);
  if (charges === undefined || charges.dueFen === 0) return null;
  const late = charges.receivables.filter(({ lateDays }) => lateDays > 0).length;
  return (
    <li className="row between wrap" data-testid="arrears-row">
      <span>
        {t('charging.arrears', { count: charges.receivables.length, amount: yuan(charges.dueFen) })}
        {late > 0 && <span className="tone-warn"> · {t('charging.lateCount', { count: late })}</span>}
      </span>
      <Button size="small" onClick={() => go({ screen: 'task', taskId: 'bills', accountId })}>
        {t('task.bills')}
        <Kbd>Alt B</Kbd>
      </Button>
    </li>
  );
}
