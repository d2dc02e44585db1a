// The customer's record: written down for an account that has none, changed otherwise, and joined with another record of the same person.
import { useMutation, useQuery } from '@tanstack/react-query';
import { Checkbox } from 'antd';
import { useState } from 'react';
import { v7 as newId } from 'uuid';
import type { Inputs } from '../../../shared/contract/index.ts';
import type { IdentityKind } from '../../../shared/domain/identity.ts';
import { api, client, problemOf } from '../../bridge/client.ts';
import { useSession } from '../../bridge/session.ts';
import { useWords } from '../../components/commodity.tsx';
import { Field, focusWrong, wrong } from '../../components/field.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { ReasonDialog } from '../../components/reason-dialog.tsx';
import { useApproval } from '../../components/use-approval.tsx';
import { useKeys } from '../../keys/keys.tsx';
import type { Problem } from '../../text/index.ts';
import { useLeaveGuard } from '../shell/navigation.tsx';
import type { SectionProps } from './account.ts';
import { ChangedNote } from './changed-note.tsx';
import { SaveRow } from './correct-forms.tsx';
import { IdentityInputs, phoneProblem, typedIdentityProblem } from './customer-fields.tsx';
import { AcceptDuplicates, type Duplicate, Duplicates, duplicateKeys } from './duplicates.tsx';
import { useForm } from './use-form.ts';

const FIELDS = ['name', 'phone', 'identity.number', 'reason'] as const;

export function CustomerForm({ account, onSaved, onLook }: SectionProps) {
  const { t } = useWords();
  const { customer, accountId } = account;
  const info = useQuery(api.system.info.queryOptions({ input: {} })).data;
  const [ids] = useState(() => ({ changeId: newId(), customerId: newId() }));
  const [seen] = useState(() => {
    const { version, changeId } = customer ?? account;
    return { seenVersion: version, seenChangeId: changeId };
  });
  const [typed, setTyped] = useState({
    name: customer?.name ?? account.customerName,
    phone: '',
    smsConsent: customer?.smsConsent ?? false,
    reason: '',
  });
  const [identity, setIdentity] = useState<{ readonly kind: IdentityKind; readonly number: string }>({
    kind: customer?.identity?.kind ?? (account.customerKind === 'commercial' ? 'company' : 'resident-id'),
    number: '',
  });
  const [accepted, setAccepted] = useState(false);
  const form = useForm((input: Inputs['customers']['register']) => client.customers.register(input), onSaved);
  const change = useApproval({
    call: (input: Inputs['customers']['change']) => client.customers.change(input),
    hint: t('people.otherPersonApprove'),
    act: 'customers.change',
    onSuccess: onSaved,
    onError: (found) => void setTimeout(() => focusWrong(found), 0),
  });
  const problem = form.problem ?? change.problem;
  const isSame = typed.phone === '' && identity.number === '' && typed.name === (customer?.name ?? account.customerName);
  // Another name or document is another party to the contract.
  const isOther =
    customer !== null && (typed.name.trim() !== customer.name || (customer.identity !== null && identity.number.trim() !== ''));
  useLeaveGuard(!form.isSaved && change.data === undefined && !isSame);
  const touched = (): void => {
    form.touched();
    if (!change.isPending) change.reset();
  };
  const put = (part: Partial<typeof typed>): void => {
    touched();
    setTyped({ ...typed, ...part });
  };
  const trouble = (): Problem | null => {
    if (typed.name.trim() === '') return wrong('name', 'empty');
    const phone = customer !== null && typed.phone.trim() === '' ? null : phoneProblem(typed.phone, 'phone');
    const document = typedIdentityProblem(identity, { path: 'identity', today: info?.businessDate ?? '' });
    return phone ?? document ?? (isOther && typed.reason.trim() === '' ? wrong('reason', 'empty') : null);
  };
  const name = typed.name.trim();
  const { smsConsent } = typed;
  const number = identity.number.trim();
  const registering = (): Inputs['customers']['register'] => ({
    customerId: ids.customerId,
    accountId,
    ...seen,
    customerKind: account.customerKind,
    name,
    phone: typed.phone.trim(),
    identity: number === '' ? null : identity,
    smsConsent,
    acceptDuplicates: accepted,
  });
  const save = (): void => {
    const found = trouble();
    if (customer === null || found !== null) form.submit(found, registering);
    else if (!change.isPending && !change.asking)
      change.run({
        changeId: ids.changeId,
        customerId: customer.customerId,
        accountId,
        ...seen,
        name,
        phone: typed.phone.trim() === '' ? null : typed.phone.trim(),
        ...(number === '' ? {} : { identity }),
        smsConsent,
        reason: isOther ? typed.reason.trim() : '',
      });
  };
  return (
    <>
      <div className="field-grid">
        <Field field="name" label={t('people.name')} value={typed.name} autoFocus problem={problem} onChange={(name) => put({ name })} />
        <Field
          field="phone"
          label={t('people.phone')}
          value={typed.phone}
          numeric
          maxLength={20}
          problem={problem}
          {...(customer === null ? {} : { hint: t('people.phoneKeep', { phone: customer.phoneMasked }) })}
          onChange={(phone) => put({ phone })}
        />
        <IdentityInputs
          {...identity}
          path="identity"
          problem={problem}
          {...(customer?.identity == null ? {} : { hint: `${customer.identity.masked} · ${t('people.identityKeep')}` })}
          onChange={(value) => {
            touched();
            setIdentity(value);
          }}
        />
        {isOther && (
          <Field
            field="reason"
            label={t('people.reason')}
            value={typed.reason}
            maxLength={200}
            hint={t('people.otherPersonHint')}
            problem={problem}
            onChange={(reason) => put({ reason })}
          />
        )}
        <span />
        <Checkbox checked={typed.smsConsent} onChange={(event) => put({ smsConsent: event.target.checked })}>
          {t('people.smsConsent')}
        </Checkbox>
      </div>
      <ChangedNote problem={problem} fields={FIELDS} onLook={onLook} />
      {problem?.code === 'DUPLICATES_FOUND' && <AcceptDuplicates accepted={accepted} onChange={setAccepted} />}
      <SaveRow busy={form.isPending || change.isPending} onSave={save} />
      {change.dialog}
      <OtherRecords account={account} onSaved={onSaved} onAccept={() => setAccepted(true)} />
    </>
  );
}

/** Records that may be the same person as the account's customer; a supervisor can join them. */
function OtherRecords(props: Pick<SectionProps, 'account' | 'onSaved'> & { readonly onAccept: () => void }) {
  const { t } = useWords();
  const { account, onSaved } = props;
  const role = useSession()?.staff.role;
  const [changeId] = useState(() => newId());
  const [chosen, setChosen] = useState<Duplicate | null>(null);
  const keptId = account.customer?.customerId ?? '';
  const { data: found = [] } = useQuery(
    api.customers.duplicates.queryOptions({ input: { address: account.addressParts, except: keptId } }),
  );
  const merge = useMutation({
    mutationFn: (input: Inputs['customers']['merge']) => client.customers.merge(input),
    onSuccess: onSaved,
  });
  const offers = ({ customerId }: Duplicate): boolean =>
    customerId !== '' && keptId !== '' && (role === 'supervisor' || role === 'manager');
  // A record may have lost its last account to another one; the account itself is no other record.
  const others = found.filter((one) => one.customerId !== '' || one.accounts.some(({ accountId }) => accountId !== account.accountId));
  useKeys({ ...duplicateKeys(others, offers, setChosen), 'Alt+y': props.onAccept });
  return (
    <>
      <Duplicates
        found={others}
        hint={t(keptId === '' ? 'people.duplicateHint' : 'people.mergeOffer')}
        action={t('people.merge')}
        offers={offers}
        onAct={setChosen}
      />
      {chosen !== null && (
        <ReasonDialog
          title={t('people.mergeTitle')}
          action={t('people.merge')}
          danger
          busy={merge.isPending}
          onDo={(reason) => merge.mutate({ changeId, keptId, mergedId: chosen.customerId, reason, accountId: account.accountId })}
          onClose={() => setChosen(null)}
        >
          <p>{t('people.mergeHint', { name: chosen.name })}</p>
          {merge.error !== null && <ProblemNote problem={problemOf(merge.error)} />}
        </ReasonDialog>
      )}
    </>
  );
}
