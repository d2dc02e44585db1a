// Cash to the bank: what the safe holds, the deposits since the last close, and one more of them, before two people.
import { useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { useState } from 'react';
import { v7 as newId } from 'uuid';
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { api, client } from '../../bridge/client.ts';
import { useSession } from '../../bridge/session.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Facts } from '../../components/facts.tsx';
import { Field, focusWrong, wrong } from '../../components/field.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { useApproval } from '../../components/use-approval.tsx';
import { parseYuan, yuan } from '../../format/format.ts';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import type { Problem } from '../../text/index.ts';
import { useTranslation } from '../../text/use-translation.tsx';
import { useDraft } from '../shell/navigation.tsx';
import { DayTable, Money } from './figures-panels.tsx';

type Now = Outputs['day']['now'];

/** What is typed of a deposit, under the id that it will have. */
interface Deposit {
  readonly depositId: string;
  readonly amount: string;
  readonly slipNo: string;
  readonly bankedOn: string;
  readonly bankAccount: string;
}

function BankDialog(props: {
  readonly now: Now;
  readonly deposit: Deposit;
  readonly onDeposit: (deposit: Deposit) => void;
  readonly onClose: () => void;
}) {
  const { now, deposit, onDeposit, onClose } = props;
  const { depositId, amount, slipNo, bankedOn, bankAccount } = deposit;
  const change = (fields: Partial<Deposit>): void => onDeposit({ ...deposit, ...fields });
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [found, setFound] = useState<Problem | null>(null);
  const amountFen = parseYuan(amount);
  const act = useApproval({
    call: (input: Inputs['day']['bank']) => client.day.bank(input),
    hint: t('day.bank.approve', { amount: yuan(amountFen ?? 0) }),
    onSuccess: ({ safeFen }) => {
      void queries.invalidateQueries({ queryKey: api.day.key() });
      void message.success(t('day.bank.done', { amount: yuan(safeFen) }));
      onClose();
    },
    onError: focusWrong,
  });
  const submit = (): void => {
    const problem =
      amountFen === null || amountFen === 0
        ? wrong('amountFen', 'form')
        : amountFen > now.safeFen
          ? wrong('amountFen', 'range')
          : slipNo.trim() === ''
            ? wrong('slipNo', 'empty')
            : bankedOn === ''
              ? wrong('bankedOn', 'empty')
              : bankAccount.trim() === ''
                ? wrong('bankAccount', 'empty')
                : null;
    setFound(problem);
    focusWrong(problem);
    if (problem === null && amountFen !== null)
      act.run({ depositId, amountFen, slipNo: slipNo.trim(), bankedOn, bankAccount: bankAccount.trim() });
  };
  const problem = found ?? act.problem;
  return (
    <>
      <Dialog
        title={t('day.bank.title')}
        action={t('day.bank.do')}
        busy={act.isPending}
        hidden={act.asking}
        dirty={isTyped(deposit)}
        onAction={submit}
        onClose={onClose}
      >
        <Facts items={[[t('day.safe'), yuan(now.safeFen)]]} />
        <div className="field-grid">
          <Field
            field="amountFen"
            label={t('day.amount')}
            value={amount}
            numeric
            autoFocus
            maxLength={12}
            problem={problem}
            onChange={(value) => change({ amount: value })}
          />
          <Field
            field="slipNo"
            label={t('day.bank.slipNo')}
            value={slipNo}
            maxLength={60}
            problem={problem}
            onChange={(value) => change({ slipNo: value })}
          />
          <Field
            field="bankedOn"
            label={t('day.bank.on')}
            type="date"
            value={bankedOn}
            problem={problem}
            onChange={(value) => change({ bankedOn: value })}
          />
          <Field
            field="bankAccount"
            label={t('day.bank.account')}
            value={bankAccount}
            maxLength={60}
            hint={t('day.bank.accountHint')}
            problem={problem}
            onChange={(value) => change({ bankAccount: value })}
          />
        </div>
        {act.problem !== null && <ProblemNote problem={act.problem} />}
      </Dialog>
      {act.dialog}
    </>
  );
}

const isTyped = ({ amount, slipNo }: Deposit): boolean => amount !== '' || slipNo !== '';

/** The deposits since the last close. */
export function BankPanel({ now }: { readonly now: Now }) {
  const { t } = useTranslation();
  const isManager = useSession()?.staff.role === 'manager';
  const [deposit, setDeposit] = useState<Deposit | null>(null);
  const mayBank = isManager && now.safeFen > 0;
  // A hall has one account at the bank, as a rule.
  const usual = now.banked.at(-1)?.bankAccount ?? now.lastBankAccount;
  // The customer at the counter does not wait until the slip is found. A draft has no long numbers in it: what a deposit begins with stands in their place.
  useDraft({ taskId: 'bank-deposit', accountId: '' }, deposit !== null && isTyped(deposit) ? deposit : null, (kept: Deposit) =>
    setDeposit({ ...kept, bankedOn: kept.bankedOn || now.businessDate, bankAccount: kept.bankAccount || usual }),
  );
  const begin = (): void => setDeposit({ depositId: newId(), amount: '', slipNo: '', bankedOn: now.businessDate, bankAccount: usual });
  useKeys({ 'Alt+b': () => (mayBank && deposit === null ? begin() : false) });
  return (
    <>
      <DayTable
        title={t('day.bank.list')}
        none={t('day.bank.none')}
        testId="day-bank"
        headings={[[t('day.bank.slipNo')], [t('day.bank.on')], [t('day.bank.account')], [t('day.amount'), true]]}
        rows={now.banked.map(({ depositId, slipNo, bankedOn = '', bankAccount = '', amountFen }) => (
          <tr key={depositId}>
            <td className="figures">{slipNo}</td>
            <td className="figures">{bankedOn}</td>
            <td className="figures">{bankAccount}</td>
            <Money fen={amountFen} />
          </tr>
        ))}
        extra={
          isManager && (
            <Button size="small" disabled={!mayBank} onClick={begin} data-testid="day-bank-open">
              {t('day.bank.do')}
              <Kbd>Alt B</Kbd>
            </Button>
          )
        }
      />
      {deposit !== null && isManager && <BankDialog now={now} deposit={deposit} onDeposit={setDeposit} onClose={() => setDeposit(null)} />}
    </>
  );
}
