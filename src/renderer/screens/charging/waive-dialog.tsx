// Letting a charge or a part of it off, with a reason.

import { useState } from 'react';
import { v7 as newId } from 'uuid';
import type { Inputs } from '../../../shared/contract/index.ts';
import { client } from '../../bridge/client.ts';
import { useWords } from '../../components/commodity.tsx';
import { Input } from '../../components/input.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { ReasonDialog } from '../../components/reason-dialog.tsx';
import { useApproval } from '../../components/use-approval.tsx';
import { parseYuan, yuan, yuanInput } from '../../format/format.ts';
import type { Bill } from './bill-table.tsx';

export function WaiveDialog({ bill, onClose }: { readonly bill: Bill; readonly onClose: () => void }) {
  const { t } = useWords();
  const [waiverId] = useState(() => newId());
  const [amount, setAmount] = useState(yuanInput(bill.openFen));
  const waive = useApproval({
    call: (input: Inputs['charging']['waive']) => client.charging.waive(input),
    hint: t('charging.approveWaiver'),
    act: 'charging.waive',
    onSuccess: onClose,
  });
  const amountFen = parseYuan(amount);
  const wrong = amountFen === null || amountFen < 1 || amountFen > bill.openFen;
  return (
    <>
      <ReasonDialog
        title={t('charging.waiveBill', { item: bill.description })}
        action={t('charging.waiveDo')}
        danger
        busy={waive.isPending}
        hidden={waive.asking}
        ready={!wrong}
        onDo={(reason) => waive.run({ waiverId, receivableId: bill.receivableId, amountFen: amountFen ?? 0, reason })}
        onClose={onClose}
      >
        <label htmlFor="waive-amount">{t('charging.waiveAmount')}</label>
        <Input
          id="waive-amount"
          prefix="¥"
          inputMode="decimal"
          autoComplete="off"
          value={amount}
          status={wrong ? 'error' : ''}
          data-testid="waive-amount"
          onChange={(event) => setAmount(event.target.value)}
        />
        {wrong && (
          <div role="alert" className="tone-bad">
            {t('charging.amountUpTo', { amount: yuan(bill.openFen) })}
          </div>
        )}
        {waive.problem !== null && <ProblemNote problem={waive.problem} />}
      </ReasonDialog>
      {waive.dialog}
    </>
  );
}
