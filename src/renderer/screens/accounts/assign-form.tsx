// Moving an account to another customer's record: found by one of that customer's accounts, looked at, and saved.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { v7 as newId } from 'uuid';
import type { Inputs } from '../../../shared/contract/index.ts';
import { api, client } from '../../bridge/client.ts';
import { useWords } from '../../components/commodity.tsx';
import { Facts } from '../../components/facts.tsx';
import { Field, wrong } from '../../components/field.tsx';
import { useDebounced } from '../../components/use-debounced.ts';
import type { Problem } from '../../text/index.ts';
import { useLeaveGuard } from '../shell/navigation.tsx';
import type { SectionProps } from './account.ts';
import { ChangedNote } from './changed-note.tsx';
import { SaveRow } from './correct-forms.tsx';
import { useApprovedForm } from './use-form.ts';

/** Returns the account of that number with its customer; null while there is none, undefined while it is looked for. */
function useOther(accountNo: string) {
  const wanted = useDebounced(accountNo.trim(), 200);
  const found = useQuery({
    ...api.accounts.search.queryOptions({ input: { text: wanted } }),
    enabled: wanted !== '',
    placeholderData: keepPreviousData,
  });
  const hit = found.data?.hits.find((one) => one.accountNo === wanted);
  const accountId = hit?.accountId ?? '';
  const other = useQuery({ ...api.accounts.get.queryOptions({ input: { accountId } }), enabled: hit !== undefined }).data;
  if (wanted !== accountNo.trim() || found.isFetching || (hit !== undefined && other === undefined)) return undefined;
  return hit === undefined ? null : other;
}

export function AssignForm({ account, onSaved, onLook }: SectionProps) {
  const { t } = useWords();
  const [change] = useState(() => ({
    changeId: newId(),
    accountId: account.accountId,
    seenVersion: account.version,
    seenChangeId: account.changeId,
  }));
  const [accountNo, setAccountNo] = useState('');
  const [reason, setReason] = useState('');
  const [hurried, setHurried] = useState(false);
  const form = useApprovedForm({
    call: (input: Inputs['accounts']['assign']) => client.accounts.assign(input),
    hint: t('people.assignApprove'),
    act: 'accounts.assign',
    onSuccess: onSaved,
  });
  useLeaveGuard(!form.isSaved && (accountNo !== '' || reason !== ''));
  const other = useOther(accountNo);
  const customer = other?.customer ?? null;
  const trouble = (): Problem | null => {
    if (accountNo.trim() === '') return wrong('accountNo', 'empty');
    if (customer === null) return wrong('accountNo', 'no-customer');
    if (customer.customerId === account.customer?.customerId) return wrong('accountNo', 'same');
    return reason.trim() === '' ? wrong('reason', 'empty') : null;
  };
  const save = (): void => {
    const isLooking = other === undefined && accountNo.trim() !== '';
    setHurried(isLooking);
    if (!isLooking) form.submit(trouble(), () => ({ ...change, customerId: customer?.customerId ?? '', reason: reason.trim() }));
  };
  const latest = useRef(save);
  latest.current = save;
  useEffect(() => {
    // Saved while the number was still looked for: what is wrong is told once it is known. Whom it is moved to is looked at first.
    if (hurried && other === null) latest.current();
  }, [hurried, other]);
  return (
    <>
      <p className="soft">{t('people.assignHint')}</p>
      <div className="field-grid">
        <Field
          field="accountNo"
          label={t('people.assignAccountNo')}
          value={accountNo}
          numeric
          autoFocus
          maxLength={20}
          problem={form.problem}
          onChange={(next) => {
            form.touched();
            setHurried(false);
            setAccountNo(next);
          }}
        />
        <Field
          field="reason"
          label={t('people.reason')}
          value={reason}
          maxLength={200}
          problem={form.problem}
          onChange={(next) => {
            form.touched();
            setReason(next);
          }}
        />
      </div>
      {customer !== null && (
        <div data-testid="assign-to">
          <Facts
            items={[
              [t('people.customer'), <strong key="name">{customer.name}</strong>],
              [t('people.phone'), customer.phoneMasked],
              [t('people.identity'), customer.identity?.masked ?? null],
              [t('people.assignAccounts'), customer.accounts.map((one) => `${one.accountNo} ${one.address}`).join(' · ')],
            ]}
          />
        </div>
      )}
      <ChangedNote problem={form.problem} fields={['accountNo', 'reason']} onLook={onLook} />
      <SaveRow busy={form.isPending} onSave={save} />
      {form.dialog}
    </>
  );
}
