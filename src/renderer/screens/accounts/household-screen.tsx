// The household as proved: how many people, from when, until when, and by what.
import { useQuery } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { v7 as newId } from 'uuid';
import type { Inputs } from '../../../shared/contract/index.ts';
import { api, client } from '../../bridge/client.ts';
import { Lines, Panel } from '../../components/facts.tsx';
import { Field, wrong } from '../../components/field.tsx';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import type { Problem } from '../../text/index.ts';
import { useDraft, useLeaveGuard, useNavigation } from '../shell/navigation.tsx';
import type { TaskProps } from '../tasks/task.ts';
import type { Account } from './account.ts';
import { ChangedNote } from './changed-note.tsx';
import { useForm } from './use-form.ts';

const FIELDS = ['size', 'from', 'until', 'proof'] as const;
type Typed = Readonly<Record<(typeof FIELDS)[number], string>>;

function troubleOf({ size, from, until, proof }: Typed): Problem | null {
  if (size.trim() === '') return wrong('size', 'empty');
  if (!/^[1-9]\d?$/.test(size.trim())) return wrong('size', 'range');
  if (from === '') return wrong('from', 'empty');
  if (until !== '' && until < from) return wrong('until', 'order');
  return proof.trim() === '' ? wrong('proof', 'empty') : null;
}

export default function HouseholdScreen({ accountId }: TaskProps) {
  const { data: account } = useQuery(api.accounts.get.queryOptions({ input: { accountId } }));
  const info = useQuery(api.system.info.queryOptions({ input: {} })).data;
  if (account === undefined || info === undefined) return <Lines count={5} />;
  return <HouseholdForm account={account} today={info.businessDate} />;
}

function HouseholdForm({ account, today }: { readonly account: Account; readonly today: string }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { replace } = useNavigation();
  const { accountId } = account;
  const [typed, setTyped] = useState<Typed>({ size: '', from: today, until: '', proof: '' });
  const [changeId] = useState(() => newId());
  // The version that was on the screen when typing began: a later one is somebody else's change.
  const [seenVersion] = useState(account.version);
  const form = useForm(
    (input: Inputs['accounts']['changeHousehold']) => client.accounts.changeHousehold(input),
    () => {
      void message.success(t('people.saved'));
      replace({ screen: 'account', accountId });
    },
  );
  const dirty = !form.isSaved && (typed.size !== '' || typed.until !== '' || typed.proof !== '');
  useLeaveGuard(dirty);
  useDraft<Typed>({ taskId: 'change-household', accountId }, dirty ? typed : null, setTyped);
  const change = (field: keyof Typed) => (value: string) => {
    form.touched();
    setTyped({ ...typed, [field]: value });
  };
  const submit = (): void =>
    form.submit(troubleOf(typed), () => ({
      changeId,
      accountId,
      seenVersion,
      size: Number(typed.size),
      from: typed.from,
      until: typed.until === '' ? null : typed.until,
      proof: typed.proof.trim(),
    }));
  useKeys({ Enter: submit });
  const last = account.households.at(-1);
  return (
    <div className="stack-wide">
      <h1>{t('task.change-household')}</h1>
      <Panel title={t('people.household')}>
        <p>
          {t('common.persons', { count: account.householdSize })}
          {last?.until != null && <span className="soft"> · {t('people.householdUntil', { date: last.until })}</span>}
        </p>
        <div className="field-grid">
          <Field
            field="size"
            label={t('people.householdSize')}
            value={typed.size}
            numeric
            autoFocus
            maxLength={4}
            problem={form.problem}
            onChange={change('size')}
          />
          <Field field="from" label={t('people.from')} type="date" value={typed.from} problem={form.problem} onChange={change('from')} />
          <Field
            field="until"
            label={t('people.until')}
            type="date"
            value={typed.until}
            problem={form.problem}
            hint={t('people.untilHint')}
            onChange={change('until')}
          />
          <Field
            field="proof"
            label={t('people.proof')}
            value={typed.proof}
            maxLength={200}
            problem={form.problem}
            onChange={change('proof')}
          />
        </div>
        <ChangedNote problem={form.problem} fields={FIELDS} onLook={() => replace({ screen: 'account', accountId })} />
        <div className="row between">
          <span />
          <Button type="primary" loading={form.isPending} onClick={submit} data-testid="save">
            {t('people.save')}
            <Kbd>Enter</Kbd>
          </Button>
        </div>
      </Panel>
    </div>
  );
}
