// Reprinting a receipt of the account: of its last top-ups, payments, deposits and refunds, the newest first.
import { useMutation, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { api, problemOf } from '../../bridge/client.ts';
import { Button } from '../../components/button.tsx';
import { Lines, Panel } from '../../components/facts.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { dateTime, yuan } from '../../format/format.ts';
import { Kbd, type KeyMap, useKeys } from '../../keys/keys.tsx';
import { useTranslation } from '../../text/use-translation.tsx';
import { OpenShiftForm } from '../home/shift-panel.tsx';
import type { TaskProps } from './task.ts';

const MOST_TOPUPS = 5;
const MOST_ROWS = 9;

export default function ReprintScreen({ accountId }: TaskProps) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const shift = useQuery(api.shift.current.queryOptions({ input: {} })).data;
  const account = useQuery(api.accounts.get.queryOptions({ input: { accountId } })).data;
  const topupIds = (account?.timeline ?? []).filter(({ kind }) => kind === 'topup.paid').slice(0, MOST_TOPUPS);
  const topups = useQueries({ queries: topupIds.map(({ reference }) => api.topups.get.queryOptions({ input: { topupId: reference } })) });
  const payments = useQuery(api.charging.payments.queryOptions({ input: { accountId } })).data;
  const handovers = useQuery(api.charging.handovers.queryOptions({ input: { accountId } })).data;
  const rows = [
    ...topups.flatMap(({ data }) =>
      data === undefined ? [] : [{ receipt: data.receipt, amountFen: data.amountFen, atMs: data.paidAtMs }],
    ),
    ...(payments ?? []).map(({ receipt, amountFen, takenAtMs }) => ({ receipt, amountFen, atMs: takenAtMs })),
    ...(handovers ?? []).map(({ receipt, amountFen, atMs }) => ({ receipt, amountFen, atMs })),
  ]
    .flatMap(({ receipt, ...row }) => (receipt?.state === 'printed' || receipt?.state === 'unverified' ? [{ ...row, receipt }] : []))
    .sort((left, right) => right.atMs - left.atMs)
    .slice(0, MOST_ROWS);
  const reprint = useMutation(
    api.receipts.reprint.mutationOptions({
      onSuccess: ({ receipt, fault }) => {
        if (fault === null) void message.success(t('account.reprinted', { no: receipt.reprints }));
      },
      onSettled: () => {
        for (const queryKey of [api.topups.key(), api.charging.key()]) void queries.invalidateQueries({ queryKey });
      },
    }),
  );
  const print = (receiptId: string): unknown => (reprint.isPending || shift == null ? false : reprint.mutate({ receiptId }));
  const keys: Record<string, KeyMap[string]> = {};
  rows.forEach(({ receipt }, index) => {
    keys[`Alt+${index + 1}`] = () => print(receipt.receiptId);
  });
  useKeys({ ...keys, Enter: () => (rows[0] === undefined ? false : print(rows[0].receipt.receiptId)) });
  const known = account !== undefined && payments !== undefined && handovers !== undefined && topups.every(({ isPending }) => !isPending);
  return (
    <div className="stack-wide narrow">
      <h1>{t('task.reprint')}</h1>
      {shift === null && <OpenShiftForm />}
      <Panel title={account === undefined ? t('task.reprint') : `${account.customerName} ${account.accountNo}`} testId="reprints">
        {!known && <Lines />}
        {known && rows.length === 0 && <p>{t('work.reprint.none')}</p>}
        <ul className="stack">
          {rows.map(({ receipt, amountFen, atMs }, index) => (
            <li key={receipt.receiptId} className="row between wrap">
              <span className="row wrap">
                <span className="figures">{t('delivery.receiptNo', { no: receipt.receiptNo })}</span>
                <strong className="figures">{yuan(amountFen)}</strong>
                <span className="soft figures">{dateTime(atMs)}</span>
                {receipt.reprints > 0 && <span className="soft">{t('delivery.reprints', { count: receipt.reprints })}</span>}
              </span>
              <Button
                type={index === 0 ? 'primary' : 'default'}
                disabled={shift == null}
                loading={reprint.isPending && reprint.variables.receiptId === receipt.receiptId}
                onClick={() => print(receipt.receiptId)}
                data-testid="reprint-row"
              >
                {t('delivery.receiptReprint')}
                <Kbd>{index === 0 ? 'Enter' : `Alt ${index + 1}`}</Kbd>
              </Button>
            </li>
          ))}
        </ul>
        {reprint.error !== null && <ProblemNote problem={problemOf(reprint.error)} />}
        {reprint.data?.fault != null && <ProblemNote problem={reprint.data.fault} tone="warn" />}
      </Panel>
    </div>
  );
}
