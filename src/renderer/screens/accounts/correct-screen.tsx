// What an account and its customer carry, put right: telephone, the customer's record, bank details, price plan.
import { useQuery } from '@tanstack/react-query';
import { App } from 'antd';
import { useState } from 'react';
import { api } from '../../bridge/client.ts';
import { useWords } from '../../components/commodity.tsx';
import { Lines, Panel } from '../../components/facts.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { useKeys } from '../../keys/keys.tsx';
import { useNavigation } from '../shell/navigation.tsx';
import type { TaskProps } from '../tasks/task.ts';
import type { SectionProps } from './account.ts';
import { AssignForm } from './assign-form.tsx';
import { BankForm, PhoneForm, PlanForm } from './correct-forms.tsx';
import { CustomerForm } from './customer-form.tsx';

const SECTIONS = ['phone', 'customer', 'bank', 'plan', 'assign'] as const;
type Section = (typeof SECTIONS)[number];

export default function CorrectScreen({ accountId }: TaskProps) {
  const { t } = useWords();
  const { message } = App.useApp();
  const { replace } = useNavigation();
  const { data: account } = useQuery(api.accounts.get.queryOptions({ input: { accountId } }));
  const [section, setSection] = useState<Section>('phone');
  useKeys(Object.fromEntries(SECTIONS.map((one, index) => [`Alt+${index + 1}`, () => setSection(one)])));
  if (account === undefined) return <Lines count={6} />;
  const words = {
    phone: t('people.sectionPhone'),
    customer: t('people.sectionCustomer'),
    bank: t('people.sectionBank'),
    plan: t('people.sectionPlan'),
    assign: t('people.sectionAssign'),
  };
  const look = (): void => replace({ screen: 'account', accountId });
  const given: SectionProps = {
    account,
    onLook: look,
    onSaved: () => {
      void message.success(t('people.saved'));
      look();
    },
  };
  return (
    <div className="stack-wide">
      <h1>{t('task.correct-account')}</h1>
      <Segmented<Section>
        aria-label={t('people.sections')}
        value={section}
        onChange={setSection}
        options={SECTIONS.map((value, index) => ({ value, label: `${words[value]} · Alt ${index + 1}` }))}
      />
      <Panel title={words[section]}>
        {section === 'phone' && <PhoneForm {...given} />}
        {section === 'customer' && <CustomerForm {...given} />}
        {section === 'bank' && <BankForm {...given} />}
        {section === 'plan' && <PlanForm {...given} />}
        {section === 'assign' && <AssignForm {...given} />}
      </Panel>
    </div>
  );
}
