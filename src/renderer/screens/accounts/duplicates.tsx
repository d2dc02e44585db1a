// Customers who may be the same person, with what is the same, and what can be done about each.

import { Checkbox } from 'antd';
import type { Outputs } from '../../../shared/contract/index.ts';
import { Button } from '../../components/button.tsx';
import { useWords } from '../../components/commodity.tsx';
import { Panel } from '../../components/facts.tsx';
import { Kbd } from '../../keys/keys.tsx';

export type Duplicate = Outputs['customers']['duplicates'][number];

export function Duplicates(props: {
  readonly found: readonly Duplicate[];
  /** What to do with them, in a sentence. */
  readonly hint: string;
  readonly action: string;
  /** Whether something can be done with this one. */
  readonly offers: (one: Duplicate) => boolean;
  readonly onAct: (one: Duplicate) => void;
}) {
  const { t } = useWords();
  if (props.found.length === 0) return <p className="soft">{t('people.noDuplicates')}</p>;
  return (
    <Panel title={t('people.duplicates')} testId="duplicates">
      <p className="soft">{props.hint}</p>
      <ul className="stack">
        {props.found.map((one, index) => (
          <li key={`${one.customerId}${one.accounts[0]?.accountId ?? ''}`} className="row between wrap" data-testid="duplicate">
            <span className="row wrap">
              <strong>{one.name}</strong>
              <span className="figures">{one.phoneMasked}</span>
              {one.identityMasked !== '' && <span className="figures">{one.identityMasked}</span>}
              {one.by.map((by) => (
                <span key={by} className="tag warn">
                  {t(`people.by-${by}`)}
                </span>
              ))}
              <span className="soft">{one.accounts.map(({ accountNo, address }) => `${accountNo} ${address}`).join(' · ')}</span>
            </span>
            {props.offers(one) && (
              <Button size="small" onClick={() => props.onAct(one)} data-testid="duplicate-take">
                {props.action}
                <Kbd>{`Alt ${index + 1}`}</Kbd>
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** Returns the keys Alt+1 to Alt+9 for what can be done with each. */
export function duplicateKeys(
  found: readonly Duplicate[],
  offers: (one: Duplicate) => boolean,
  act: (one: Duplicate) => void,
): Record<string, () => unknown> {
  return Object.fromEntries(found.slice(0, 9).map((one, index) => [`Alt+${index + 1}`, () => (offers(one) ? act(one) : false)] as const));
}

/** The clerk's word that those found are somebody else. */
export function AcceptDuplicates({ accepted, onChange }: { readonly accepted: boolean; readonly onChange: (accepted: boolean) => void }) {
  const { t } = useWords();
  return (
    <Checkbox checked={accepted} data-testid="accept-duplicates" onChange={(event) => onChange(event.target.checked)}>
      {t('people.acceptDuplicates')}
      <Kbd>Alt Y</Kbd>
    </Checkbox>
  );
}
