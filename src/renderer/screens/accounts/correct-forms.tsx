// The forms that put an account right: telephone, bank details, price plan.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { v7 as newId } from 'uuid';
import type { Inputs } from '../../../shared/contract/index.ts';
import { bankNumberProblem, normaliseNumber } from '../../../shared/domain/identity.ts';
import { api, client } from '../../bridge/client.ts';
import { Button } from '../../components/button.tsx';
import { useWords } from '../../components/commodity.tsx';
import { Choice, Field, wrong } from '../../components/field.tsx';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import type { Problem } from '../../text/index.ts';
import { useDraft, useLeaveGuard, useNavigation } from '../shell/navigation.tsx';
import type { SectionProps } from './account.ts';
import { ChangedNote } from './changed-note.tsx';
import { phoneProblem } from './customer-fields.tsx';
import { useApprovedForm, useForm } from './use-form.ts';

/** The button that saves a form, and Enter. */
export function SaveRow({ busy, onSave }: { readonly busy: boolean; readonly onSave: () => void }) {
  const { t } = useWords();
  useKeys({ Enter: onSave });
  return (
    <div className="row between">
      <span />
      <Button type="primary" loading={busy} onClick={onSave} data-testid="save">
        {t('people.save')}
        <Kbd>Enter</Kbd>
      </Button>
    </div>
  );
}

/** The change's own id and the version that was on the screen when the form opened: a later one is somebody else's change. */
function useChange(account: SectionProps['account']) {
  return useChangeState(account)[0];
}

/** The same, for a form that can be brought back from a draft. */
function useChangeState(account: SectionProps['account']) {
  return useState(() => ({
    changeId: newId(),
    accountId: account.accountId,
    seenVersion: account.version,
    seenChangeId: account.changeId,
  }));
}

export function PhoneForm({ account, onSaved, onLook }: SectionProps) {
  const { t } = useWords();
  const { go } = useNavigation();
  const [change, setChange] = useChangeState(account);
  const [typed, setTyped] = useState({ phone: '', reason: '' });
  const form = useForm((input: Inputs['accounts']['changePhone']) => client.accounts.changePhone(input), onSaved);
  const anyTyped = !form.isSaved && (typed.phone !== '' || typed.reason !== '');
  useLeaveGuard(anyTyped);
  const kept = { change, typed };
  useDraft({ taskId: 'correct-account', accountId: account.accountId }, anyTyped ? kept : null, (draft: typeof kept) => {
    // With the version that was on the screen then: what somebody else has changed since is told, not overwritten.
    setChange(draft.change);
    setTyped(draft.typed);
  });
  const put = (part: Partial<typeof typed>): void => {
    form.touched();
    setTyped({ ...typed, ...part });
  };
  const trouble = (): Problem | null =>
    phoneProblem(typed.phone, 'phone') ?? (typed.reason.trim() === '' ? wrong('reason', 'empty') : null);
  const save = (): void => form.submit(trouble(), () => ({ ...change, phone: typed.phone.trim(), reason: typed.reason.trim() }));
  // Name and address stand on contracts and bills: they change by a service request, which asks whoever must be asked.
  const ask = (): void => go({ screen: 'task', taskId: 'correction', accountId: account.accountId });
  useKeys({ 'Alt+q': ask });
  return (
    <>
      <div className="row between wrap">
        <p className="soft">{t('people.correctHint')}</p>
        <Button size="small" onClick={ask} data-testid="ask-correction">
          {t('people.correctAsk')}
          <Kbd>Alt Q</Kbd>
        </Button>
      </div>
      <div className="field-grid">
        <Field
          field="phone"
          label={t('people.phone')}
          value={typed.phone}
          numeric
          autoFocus
          maxLength={20}
          hint={t('people.phoneNow', { phone: account.phoneMasked })}
          problem={form.problem}
          onChange={(phone) => put({ phone })}
        />
        <Field
          field="reason"
          label={t('people.reason')}
          value={typed.reason}
          maxLength={200}
          problem={form.problem}
          onChange={(reason) => put({ reason })}
        />
      </div>
      <ChangedNote problem={form.problem} fields={['phone', 'reason']} onLook={onLook} />
      <SaveRow busy={form.isPending} onSave={save} />
    </>
  );
}

export function BankForm({ account, onSaved, onLook }: SectionProps) {
  const { t } = useWords();
  const change = useChange(account);
  const [typed, setTyped] = useState({ bankName: '', holder: account.customerName, number: '' });
  const form = useApprovedForm({
    call: (input: Inputs['accounts']['changeBank']) => client.accounts.changeBank(input),
    hint: t('people.otherBankApprove'),
    act: 'accounts.changeBank',
    onSuccess: onSaved,
  });
  const { problem } = form;
  useLeaveGuard(!form.isSaved && (typed.bankName !== '' || typed.number !== ''));
  const put = (part: Partial<typeof typed>): void => {
    form.touched();
    setTyped({ ...typed, ...part });
  };
  const trouble = (): Problem | null => {
    if (typed.bankName.trim() === '') return wrong('bank.bankName', 'empty');
    if (typed.holder.trim() === '') return wrong('bank.holder', 'empty');
    const reason = bankNumberProblem(normaliseNumber(typed.number));
    return reason === null ? null : wrong('bank.number', typed.number.trim() === '' ? 'empty' : reason);
  };
  const save = (): void => form.submit(trouble(), () => ({ ...change, bank: typed }));
  return (
    <>
      {account.bank !== null && (
        <p className="soft">
          {account.bank.bankName} · {account.bank.holder} · <span className="figures">{account.bank.masked}</span>
        </p>
      )}
      <div className="field-grid">
        <Field
          field="bank.bankName"
          label={t('people.bankName')}
          value={typed.bankName}
          autoFocus
          problem={problem}
          onChange={(bankName) => put({ bankName })}
        />
        <Field
          field="bank.holder"
          label={t('people.bankHolder')}
          value={typed.holder}
          problem={problem}
          onChange={(holder) => put({ holder })}
        />
        <Field
          field="bank.number"
          label={t('people.bankNumber')}
          value={typed.number}
          numeric
          maxLength={40}
          problem={problem}
          onChange={(number) => put({ number })}
        />
      </div>
      <ChangedNote problem={problem} fields={['bank.bankName', 'bank.holder', 'bank.number']} onLook={onLook} />
      <SaveRow busy={form.isPending} onSave={save} />
      {form.dialog}
    </>
  );
}

export function PlanForm({ account, onSaved, onLook }: SectionProps) {
  const { t } = useWords();
  const change = useChange(account);
  const plans = useQuery(api.accounts.plans.queryOptions({ input: {} })).data ?? [];
  const [tariffId, setTariffId] = useState(account.tariff.id);
  const form = useForm((input: Inputs['accounts']['changePlan']) => client.accounts.changePlan(input), onSaved);
  useLeaveGuard(!form.isSaved && tariffId !== account.tariff.id);
  const save = (): void => form.submit(tariffId === account.tariff.id ? wrong('tariffId', 'same') : null, () => ({ ...change, tariffId }));
  return (
    <>
      <div className="field-grid">
        <Choice
          field="tariffId"
          label={t('people.plan')}
          value={tariffId}
          autoFocus
          options={plans.filter(({ commodity }) => commodity === account.commodity).map(({ id, name }) => ({ value: id, label: name }))}
          problem={form.problem}
          onChange={(next) => {
            form.touched();
            setTariffId(next);
          }}
        />
      </div>
      <ChangedNote problem={form.problem} fields={['tariffId']} onLook={onLook} />
      <SaveRow busy={form.isPending} onSave={save} />
    </>
  );
}
