// A number that is shown masked, and whole to somebody who says why; what was shown goes with the screen.
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { Inputs } from '../../../shared/contract/index.ts';
import { client, problemOf } from '../../bridge/client.ts';
import { useSession } from '../../bridge/session.ts';
import { useWords } from '../../components/commodity.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { ReasonDialog } from '../../components/reason-dialog.tsx';

type What = Inputs['accounts']['reveal']['what'];

export function Masked(props: { readonly accountId: string; readonly what: What; readonly text: string }) {
  const { t } = useWords();
  const { accountId, what, text } = props;
  const role = useSession()?.staff.role;
  const [asking, setAsking] = useState(false);
  const reveal = useMutation({
    mutationFn: (reason: string) => client.accounts.reveal({ accountId, what, reason }),
    onSuccess: () => setAsking(false),
  });
  const may = what === 'phone' || role === 'supervisor' || role === 'manager';
  const word = t(`detail.${what}`);
  if (reveal.data !== undefined) return <span className="figures">{reveal.data.number}</span>;
  if (text === '' || !may) return <span className="figures">{text}</span>;
  return (
    <>
      <button
        type="button"
        className="link-button figures"
        title={t('people.revealTitle', { what: word })}
        aria-label={`${text} ${t('people.revealTitle', { what: word })}`}
        data-testid={`reveal-${what}`}
        onClick={() => setAsking(true)}
      >
        {text}
      </button>
      {asking && (
        <ReasonDialog
          title={t('people.revealTitle', { what: word })}
          action={t('people.reveal')}
          busy={reveal.isPending}
          onDo={(reason) => reveal.mutate(reason)}
          onClose={() => setAsking(false)}
        >
          <p>{t('people.revealHint')}</p>
          {reveal.error !== null && <ProblemNote problem={problemOf(reveal.error)} />}
        </ReasonDialog>
      )}
    </>
  );
}
