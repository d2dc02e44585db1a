// A further account for the same payment: found by number, name or a scan.
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { client, problemOf } from '../../bridge/client.ts';
import { Button } from '../../components/button.tsx';
import { useWords } from '../../components/commodity.tsx';
import { Input } from '../../components/input.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { Kbd, useKeys } from '../../keys/keys.tsx';

/** Whether the key was pressed in the field of the further account with something typed in it. */
export function isAdding({ target }: KeyboardEvent): boolean {
  return target instanceof HTMLInputElement && target.id === 'bills-add' && target.value.trim() !== '';
}

export function AddAccount({ onAdd }: { readonly onAdd: (accountId: string) => void }) {
  const { t } = useWords();
  const [text, setText] = useState('');
  const add = (accountId: string): void => {
    setText('');
    search.reset();
    onAdd(accountId);
  };
  const search = useMutation({
    mutationFn: (wanted: string) => client.accounts.search({ text: wanted }),
    onSuccess: ({ hits }) => {
      const [only] = hits;
      if (only !== undefined && hits.length === 1) add(only.accountId);
    },
  });
  useKeys({
    Enter: (event) => {
      return isAdding(event) ? search.mutate(text.trim()) : false;
    },
  });
  const hits = search.data?.hits.slice(0, 5) ?? [];
  return (
    <div className="stack">
      <div className="row">
        <label htmlFor="bills-add">{t('charging.addAccount')}</label>
        <Input
          id="bills-add"
          style={{ width: 220 }}
          autoComplete="off"
          maxLength={64}
          placeholder={t('charging.addHint')}
          value={text}
          data-takes-scans
          data-testid="bills-add"
          onChange={(event) => setText(event.target.value)}
        />
        <Kbd>Alt A</Kbd>
      </div>
      {search.error !== null && <ProblemNote problem={problemOf(search.error)} />}
      {search.data !== undefined && hits.length === 0 && <output className="tone-warn">{t('charging.addNone')}</output>}
      {hits.length > 1 && (
        <div className="row wrap">
          {hits.map((hit) => (
            <Button key={hit.accountId} size="small" onClick={() => add(hit.accountId)}>
              {hit.customerName} <span className="figures">{hit.accountNo}</span>
            </Button>
          ))}
        </div>
      )}
    </div>
  );
}
