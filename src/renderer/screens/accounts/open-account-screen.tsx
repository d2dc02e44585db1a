// Opening an account: the customer with possible duplicates, the place and plan of the supply, and a look at all of it before it is saved.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { App, Checkbox } from 'antd';
import { useState } from 'react';
import { v7 as newId } from 'uuid';
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { type IdentityKind, isPhone } from '../../../shared/domain/identity.ts';
import { api, client, problemOf } from '../../bridge/client.ts';
import { Button } from '../../components/button.tsx';
import { useWords } from '../../components/commodity.tsx';
import { Facts, Lines, Panel } from '../../components/facts.tsx';
import { Choice, Field, focusWrong, wrong } from '../../components/field.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { StepList } from '../../components/steps.tsx';
import { useDebounced } from '../../components/use-debounced.ts';
import { parseCubicMetres } from '../../format/format.ts';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import type { Problem } from '../../text/index.ts';
import { useDraft, useLeaveGuard, useNavigation } from '../shell/navigation.tsx';
import { AddressInputs, addressProblem, IdentityInputs, NO_ADDRESS, phoneProblem, typedIdentityProblem } from './customer-fields.tsx';
import { AcceptDuplicates, type Duplicate, Duplicates, duplicateKeys } from './duplicates.tsx';
import { useForm } from './use-form.ts';

type Plan = Outputs['accounts']['plans'][number];
type Kind = 'residential' | 'commercial';

interface Typed {
  readonly accountId: string;
  readonly customerId: string;
  /** The known customer who is taken instead of a new one; null for a new one. */
  readonly known: { readonly customerId: string; readonly name: string } | null;
  readonly kind: Kind;
  readonly name: string;
  readonly phone: string;
  readonly smsConsent: boolean;
  readonly address: typeof NO_ADDRESS;
  readonly household: string;
  readonly tariffId: string;
  readonly suppliedSince: string;
  readonly meterNo: string;
  readonly reading: string;
}
interface Identity {
  readonly kind: IdentityKind;
  readonly number: string;
}

export default function OpenAccountScreen() {
  const plans = useQuery(api.accounts.plans.queryOptions({ input: {} })).data;
  const info = useQuery(api.system.info.queryOptions({ input: {} })).data;
  if (plans === undefined || info === undefined) return <Lines count={6} />;
  return <Wizard plans={plans} today={info.businessDate} />;
}

function Wizard({ plans, today }: { readonly plans: readonly Plan[]; readonly today: string }) {
  const { message } = App.useApp();
  const { replace } = useNavigation();
  const [typed, setTyped] = useState<Typed>(() => ({
    accountId: newId(),
    customerId: newId(),
    known: null,
    kind: 'residential',
    name: '',
    phone: '',
    smsConsent: false,
    address: NO_ADDRESS,
    household: '3',
    tariffId: plans.find(({ id }) => id === 'residential')?.id ?? plans[0]?.id ?? '',
    suppliedSince: today,
    meterNo: '',
    reading: '0',
  }));
  const plan = plans.find(({ id }) => id === typed.tariffId);
  const { t } = useWords(plan?.commodity);
  // A number of a document is kept out of drafts.
  const [identity, setIdentity] = useState<Identity>({ kind: 'resident-id', number: '' });
  const [accepted, setAccepted] = useState(false);
  const [step, setStep] = useState(0);
  const form = useForm(
    (input: Inputs['accounts']['open']) => client.accounts.open(input),
    ({ accountId, accountNo }) => {
      void message.success(t('people.opened', { no: accountNo }));
      replace({ screen: 'account', accountId });
    },
  );
  const dirty = !form.isSaved && (typed.name !== '' || typed.phone !== '' || typed.known !== null);
  useLeaveGuard(dirty);
  useDraft<Typed>({ taskId: 'open-account', accountId: '' }, dirty ? typed : null, setTyped);
  const change = (part: Partial<Typed>): void => {
    form.touched();
    setAccepted(false);
    setTyped({ ...typed, ...part });
  };

  const path = 'customer.identity';
  const identityTrouble = typedIdentityProblem(identity, { path, today });
  const like = useDebounced(
    JSON.stringify({
      phone: isPhone(typed.phone.trim()) ? typed.phone.trim() : null,
      identity: identity.number.trim() !== '' && identityTrouble === null ? identity : null,
      address: addressProblem(typed.address) === null ? typed.address : null,
    }),
    200,
  );
  const asked = JSON.parse(like) as Pick<Inputs['customers']['duplicates'], 'phone' | 'identity' | 'address'>;
  const duplicates = useQuery({
    ...api.customers.duplicates.queryOptions({ input: asked }),
    enabled: typed.known === null && (asked.phone != null || asked.identity != null || asked.address != null),
    placeholderData: keepPreviousData,
  });
  const found = typed.known === null ? (duplicates.data ?? []) : [];
  const offers = (one: Duplicate): boolean => one.customerId !== '';
  const take = (one: Duplicate): void => {
    change({ known: { customerId: one.customerId, name: one.name } });
    setStep(1);
  };

  const customerTrouble = (): Problem | null => {
    if (typed.known !== null) return null;
    if (typed.name.trim() === '') return wrong('customer.name', 'empty');
    return phoneProblem(typed.phone, 'customer.phone') ?? identityTrouble;
  };
  const supplyTrouble = (): Problem | null => {
    const address = addressProblem(typed.address);
    if (address !== null) return address;
    if (!/^[1-9]\d?$/.test(typed.household.trim())) return wrong('householdSize', 'range');
    if (typed.suppliedSince === '') return wrong('suppliedSince', 'empty');
    return typed.meterNo.trim() !== '' && parseCubicMetres(typed.reading) === null ? wrong('meter.readingLitres', 'form') : null;
  };
  const input = (): Inputs['accounts']['open'] => ({
    accountId: typed.accountId,
    customer:
      typed.known === null
        ? {
            is: 'new',
            customerId: typed.customerId,
            customerKind: typed.kind,
            name: typed.name.trim(),
            phone: typed.phone.trim(),
            identity: identity.number.trim() === '' ? null : identity,
            smsConsent: typed.smsConsent,
          }
        : { is: 'known', customerId: typed.known.customerId },
    address: typed.address,
    householdSize: Number(typed.household),
    tariffId: typed.tariffId,
    suppliedSince: typed.suppliedSince,
    meter: typed.meterNo.trim() === '' ? null : { meterNo: typed.meterNo.trim(), readingLitres: parseCubicMetres(typed.reading) ?? 0 },
    acceptDuplicates: accepted,
  });
  const [trouble, setTrouble] = useState<Problem | null>(null);
  const next = (): void => {
    if (step === 2) {
      const refused = form.problem;
      const field = refused?.code === 'INPUT_INVALID' ? String(refused.context.field ?? '') : '';
      // A field that the core refuses stands on an earlier step.
      if (field !== '') setStep(field.startsWith('customer.') ? 0 : 1);
      else form.submit(null, input);
      return;
    }
    const here = step === 0 ? customerTrouble() : supplyTrouble();
    setTrouble(here);
    if (here === null) setStep(step + 1);
    else focusWrong(here);
  };
  useKeys({
    Enter: next,
    Escape: () => (step === 0 ? false : setStep(step - 1)),
    ...duplicateKeys(found, offers, take),
    'Alt+y': () => setAccepted(!accepted),
  });
  const problem = trouble ?? form.problem;
  const typedChange = (part: Partial<Typed>): void => {
    setTrouble(null);
    change(part);
  };

  return (
    <div className="stack-wide">
      <h1>{t('task.open-account')}</h1>
      <div className="topup-columns">
        <StepList steps={[t('people.stepCustomer'), t('people.stepSupply'), t('people.stepCheck')]} at={step} />
        <div className="stack-wide">
          {step === 0 && (
            <Panel title={t('people.stepCustomer')}>
              {typed.known === null ? (
                <div className="field-grid">
                  <Choice
                    field="customer.customerKind"
                    label={t('people.kind')}
                    value={typed.kind}
                    options={(['residential', 'commercial'] as const).map((value) => ({ value, label: t(`customerKind.${value}`) }))}
                    onChange={(kind) => {
                      typedChange({ kind, tariffId: plans.find(({ id }) => id === kind)?.id ?? typed.tariffId });
                      setIdentity({ ...identity, kind: kind === 'commercial' ? 'company' : 'resident-id' });
                    }}
                  />
                  <Field
                    field="customer.name"
                    label={t('people.name')}
                    value={typed.name}
                    autoFocus
                    problem={problem}
                    onChange={(name) => typedChange({ name })}
                  />
                  <Field
                    field="customer.phone"
                    label={t('people.phone')}
                    value={typed.phone}
                    numeric
                    maxLength={20}
                    problem={problem}
                    onChange={(phone) => typedChange({ phone })}
                  />
                  <IdentityInputs
                    {...identity}
                    path={path}
                    problem={problem}
                    onChange={(value) => {
                      setTrouble(null);
                      form.touched();
                      setAccepted(false);
                      setIdentity(value);
                    }}
                  />
                  <span />
                  <Checkbox checked={typed.smsConsent} onChange={(event) => typedChange({ smsConsent: event.target.checked })}>
                    {t('people.smsConsent')}
                  </Checkbox>
                </div>
              ) : (
                <p className="row wrap">
                  {t('people.taken')}: <strong>{typed.known.name}</strong>
                  <Button size="small" onClick={() => typedChange({ known: null })}>
                    {t('people.notTaken')}
                  </Button>
                </p>
              )}
            </Panel>
          )}
          {step === 1 && (
            <Panel title={t('people.stepSupply')}>
              <div className="field-grid">
                <AddressInputs value={typed.address} autoFocus problem={problem} onChange={(address) => typedChange({ address })} />
                <Field
                  field="householdSize"
                  label={t('people.householdSize')}
                  value={typed.household}
                  numeric
                  maxLength={2}
                  problem={problem}
                  onChange={(household) => typedChange({ household })}
                />
                <Choice
                  field="tariffId"
                  label={t('people.plan')}
                  value={typed.tariffId}
                  options={plans.map(({ id, name }) => ({ value: id, label: name }))}
                  problem={problem}
                  onChange={(tariffId) => typedChange({ tariffId })}
                />
                <Field
                  field="suppliedSince"
                  label={t('people.suppliedSince')}
                  type="date"
                  value={typed.suppliedSince}
                  problem={problem}
                  onChange={(suppliedSince) => typedChange({ suppliedSince })}
                />
                <Field
                  field="meter.meterNo"
                  label={t('people.meterNo')}
                  value={typed.meterNo}
                  maxLength={40}
                  hint={t('people.meterNoHint')}
                  problem={problem}
                  onChange={(meterNo) => typedChange({ meterNo })}
                />
                {typed.meterNo.trim() !== '' && (
                  <Field
                    field="meter.readingLitres"
                    label={t('people.reading')}
                    value={typed.reading}
                    numeric
                    problem={problem}
                    onChange={(reading) => typedChange({ reading })}
                  />
                )}
              </div>
            </Panel>
          )}
          {step === 2 && (
            <Panel title={t('people.summary')} testId="open-check">
              <Facts
                items={[
                  [t('people.name'), typed.known?.name ?? typed.name],
                  [t('people.phone'), typed.known === null ? typed.phone : null],
                  [t('people.identity'), typed.known === null && identity.number !== '' ? t(`identityKind.${identity.kind}`) : null],
                  [t('people.unit'), `${typed.address.district}${typed.address.road}${typed.address.community}${typed.address.unit}`],
                  [t('people.householdSize'), typed.household],
                  [t('people.plan'), plan?.name ?? ''],
                  [t('people.suppliedSince'), typed.suppliedSince],
                  [t('people.meterNo'), typed.meterNo === '' ? t('common.none') : typed.meterNo],
                ]}
              />
            </Panel>
          )}
          {found.length > 0 && (
            <Duplicates found={found} hint={t('people.duplicateHint')} action={t('people.take')} offers={offers} onAct={take} />
          )}
          {found.length > 0 && step === 2 && <AcceptDuplicates accepted={accepted} onChange={setAccepted} />}
          {form.problem !== null && step === 2 && <ProblemNote problem={form.problem} />}
          {duplicates.error !== null && <ProblemNote problem={problemOf(duplicates.error)} />}
          <div className="row between">
            <span />
            <Button type="primary" size="large" loading={form.isPending} onClick={next} data-testid="next">
              {t(step === 2 ? 'people.openDo' : 'people.next')}
              <Kbd>Enter</Kbd>
            </Button>
          </div>
        </div>
        <Panel title={t('people.summary')}>
          <Facts
            items={[
              [t('people.name'), typed.known?.name ?? typed.name],
              [t('people.phone'), typed.known === null ? typed.phone : null],
              [t('people.plan'), plan?.name ?? ''],
              [t('people.householdSize'), typed.household],
            ]}
          />
        </Panel>
      </div>
    </div>
  );
}
