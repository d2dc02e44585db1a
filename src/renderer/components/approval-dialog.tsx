// A supervisor's own sign-in for one act.
import { Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Problem } from '../text/index.ts';
import { Dialog } from './dialog.tsx';
import { ProblemNote } from './problem.tsx';

export interface Approval {
  readonly staffNo: string;
  readonly password: string;
}

export function ApprovalDialog(props: {
  /** What is to be allowed, in a sentence. */
  readonly hint: string;
  readonly busy: boolean;
  readonly problem: Problem | null;
  readonly onApprove: (approval: Approval) => void;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const [staffNo, setStaffNo] = useState('');
  const [password, setPassword] = useState('');
  const approve = (): void => {
    if (staffNo.trim() === '') document.getElementById('approval-staff')?.focus();
    else if (password === '') document.getElementById('approval-password')?.focus();
    else props.onApprove({ staffNo: staffNo.trim(), password });
  };
  return (
    <Dialog
      title={t('delivery.approvalTitle')}
      action={t('delivery.approvalDo')}
      busy={props.busy}
      dirty={staffNo !== '' || password !== ''}
      onAction={approve}
      onClose={props.onClose}
    >
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
