// Deposits: taken and given back.
import type { TaskProps } from '../tasks/task.ts';
import { Handover } from './handover.tsx';

export default function DepositScreen({ accountId }: TaskProps) {
  return <Handover accountId={accountId} title="task.deposit" kinds={['takeDeposit', 'returnDeposit']} />;
}
