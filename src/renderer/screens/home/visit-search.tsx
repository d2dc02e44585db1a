// Nothing found in this branch: the same words asked at headquarters, exactly, by Enter.
import { useMutation } from '@tanstack/react-query';
import { client, problemOf } from '../../bridge/client.ts';
import { Button } from '../../components/button.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import { useTranslation } from '../../text/use-translation.tsx';
import { useNavigation } from '../shell/navigation.tsx';

/** Asks headquarters for `text`; a single account is opened at once. */
export function VisitSearch({ text }: { readonly text: string }) {
  const { t } = useTranslation();
  const { go } = useNavigation();
  const search = useMutation({
    mutationFn: () => client.visits.find({ text }),
    onSuccess({ found }) {
      const [only] = found;
      if (only !== undefined && found.length === 1) go({ screen: 'account', accountId: only.accountId });
    },
  });
  const ask = (): unknown => (search.isPending ? undefined : search.mutate());
  useKeys({ Enter: ask });
  return (
    <div className="stack" data-testid="visit-search">
      <div className="row wrap">
        <Button type="primary" loading={search.isPending} onClick={ask} data-testid="visit-search-button">
          {t(search.isPending ? 'visit.searching' : 'visit.search')}
          <Kbd>Enter</Kbd>
        </Button>
        <span className="soft">{t('visit.searchHint')}</span>
      </div>
      {search.error !== null && <ProblemNote problem={problemOf(search.error)} />}
      {search.data !== undefined && search.data.found.length > 1 && (
        <ul className="stack" aria-label={t('visit.choose')}>
          {search.data.found.map((one) => (
            <li key={one.accountId}>
              <Button block onClick={() => go({ screen: 'account', accountId: one.accountId })}>
                <span className="figures">{one.accountNo}</span> {one.customerName} · {one.address} · {one.homeBranchName}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
