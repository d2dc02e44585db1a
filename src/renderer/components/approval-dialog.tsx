// A second person for one act: a supervisor signs in here, or is asked on the own screen while the clerk waits.

import { useState } from 'react';
import type { Inputs } from '../../shared/contract/index.ts';
import { Kbd } from '../keys/keys.tsx';
import type { Problem } from '../text/index.ts';
import { useTranslation } from '../text/use-translation.tsx';
import type { ActToApprove } from './act-name.ts';
import { AskSupervisor } from './ask-supervisor.tsx';
import { Dialog } from './dialog.tsx';
import { Input } from './input.tsx';
import { ProblemNote } from './problem.tsx';
import { Segmented } from './segmented.tsx';

export type Approval = NonNullable<Inputs['topups']['deliver']['approval']>;

export function ApprovalDialog(props: {
  /** What is to be allowed, in a sentence. */
  readonly hint: string;
  readonly busy: boolean;
  readonly problem: Problem | null;
  /** Left out where a supervisor can only sign in here. */
  readonly ask?: ActToApprove;
  readonly onApprove: (approval: Approval) => void;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const { ask } = props;
  const [way, setWay] = useState<'here' | 'ask'>('here');
  const [staffNo, setStaffNo] = useState('');
  const [password, setPassword] = useState('');
  const approve = (): void => {
    if (staffNo.trim() === '') document.getElementById('approval-staff')?.focus();
    else if (password === '') document.getElementById('approval-password')?.focus();
    else props.onApprove({ staffNo: staffNo.trim(), password });
  };
  const choice = ask !== undefined && (
    <div className="row">
      <Segmented<'here' | 'ask'>
        aria-label={t('delivery.approvalTitle')}
        value={way}
        disabled={props.busy}
        onChange={setWay}
        options={[
          { value: 'here', label: t('work.approvals.signInHere') },
          { value: 'ask', label: t('work.approvals.ask') },
        ]}
      />
      <Kbd>F9</Kbd>
    </div>
  );
  if (way === 'ask' && ask !== undefined) {
    return (
      <AskSupervisor
        ask={ask}
        busy={props.busy}
        problem={props.problem}
        onApprove={props.onApprove}
        onClose={props.onClose}
        onOther={() => setWay('here')}
      >
        {choice}
      </AskSupervisor>
    );
  }
  return (
    <Dialog
      title={t('delivery.approvalTitle')}
      action={t('delivery.approvalDo')}
      busy={props.busy}
      dirty={staffNo !== '' || password !== ''}
      keys={ask === undefined ? {} : { F9: () => setWay('ask') }}
      onAction={approve}
      onClose={props.onClose}
    >
      {choice}
      <p>{props.hint}</p>
      <label htmlFor="approval-staff">{t('signIn.staffNo')}</label>
      <Input
        id="approval-staff"
        autoFocus
        autoComplete="off"
        maxLength={20}
        value={staffNo}
        data-testid="approval-staff"
        onChange={(event) => setStaffNo(event.target.value)}
      />
      <label htmlFor="approval-password">{t('signIn.password')}</label>
      <Input
        id="approval-password"
        type="password"
        autoComplete="off"
        maxLength={200}
        value={password}
        data-testid="approval-password"
        onChange={(event) => setPassword(event.target.value)}
      />
      {props.problem !== null && !props.busy && <ProblemNote problem={props.problem} />}
    </Dialog>
  );
}
