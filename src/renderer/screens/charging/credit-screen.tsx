// Money paid ahead, given back.
import type { TaskProps } from '../tasks/task.ts';
import { Handover } from './handover.tsx';

export default function CreditScreen({ accountId }: TaskProps) {
  return <Handover accountId={accountId} title="task.credit" kinds={['refundCredit']} />;
}
