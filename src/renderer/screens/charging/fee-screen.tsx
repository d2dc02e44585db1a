// Charging a fee of the catalogue: chosen by arrows, with a quantity, and from there to its payment.
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { v7 as newId } from 'uuid';
import type { Inputs } from '../../../shared/contract/index.ts';
import { api, client, problemOf } from '../../bridge/client.ts';
import { Button } from '../../components/button.tsx';
import { useWords } from '../../components/commodity.tsx';
import { Lines, Panel } from '../../components/facts.tsx';
import { Input } from '../../components/input.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { yuan } from '../../format/format.ts';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import { useDraft, useNavigation } from '../shell/navigation.tsx';
import type { TaskProps } from '../tasks/task.ts';

const MAX_QUANTITY = 999;

/** Returns the quantity as typed; null for anything but a whole number from 1: what stands in the field is what is charged. */
function quantityOf(typed: string): number | null {
  return /^[1-9]\d{0,2}$/.test(typed.trim()) ? Number(typed) : null;
}

export default function FeeScreen({ accountId }: TaskProps) {
  const { t } = useWords();
  const { replace } = useNavigation();
  const { data: fees, error } = useQuery(api.charging.fees.queryOptions({ input: {} }));
  const [receivableId, setReceivableId] = useState(() => newId());
  const [at, setAt] = useState(0);
  const [typed, setTyped] = useState('1');
  const [tried, setTried] = useState(false);
  const quantity = quantityOf(typed);
  const raise = useMutation({
    mutationFn: (input: Inputs['charging']['raiseFee']) => client.charging.raiseFee(input),
    onSuccess: () => replace({ screen: 'task', taskId: 'bills', accountId }),
  });
  const fee = fees?.[at];
  const kept = { receivableId, at, quantity: typed };
  useDraft({ taskId: 'fee', accountId }, raise.isSuccess || (at === 0 && typed === '1') ? null : kept, (draft: typeof kept) => {
    setReceivableId(draft.receivableId);
    setAt(draft.at);
    setTyped(String(draft.quantity));
  });
  const charge = (): unknown => {
    if (fee === undefined || raise.isPending) return false;
    setTried(true);
    if (quantity === null) return document.getElementById('fee-quantity')?.focus();
    return raise.mutate({ receivableId, accountId, code: fee.code, quantity });
  };
  const move = (step: 1 | -1): void => setAt(Math.min((fees?.length ?? 1) - 1, Math.max(0, at + step)));
  useKeys({
    Enter: charge,
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    '+': () => setTyped(String(Math.min(MAX_QUANTITY, (quantity ?? 0) + 1))),
    '-': () => setTyped(String(Math.max(1, (quantity ?? 2) - 1))),
  });
  return (
    <div className="stack-wide">
      <h1>{t('task.fee')}</h1>
      {error !== null && <ProblemNote problem={problemOf(error)} />}
      {fees === undefined && error === null && <Lines count={5} />}
      {fees !== undefined && (
        <Panel title={t('charging.catalogue')} extra={<span className="soft">{t('charging.feeHint')}</span>}>
          <table className="plain-table">
            <caption className="visually-hidden">{t('charging.catalogue')}</caption>
            <thead>
              <tr>
                <th>{t('charging.item')}</th>
                <th>{t('charging.waivableBy')}</th>
                <th className="right">{t('charging.amount')}</th>
              </tr>
            </thead>
            <tbody>
              {fees.map((one, index) => (
                <tr key={one.code} aria-selected={index === at} className={index === at ? 'chosen' : ''} data-testid="fee">
                  <td>
                    <label className="row">
                      <input type="radio" name="fee" tabIndex={-1} checked={index === at} onChange={() => setAt(index)} />
                      {one.name}
                    </label>
                  </td>
                  <td>{one.waiver === null ? t('charging.waivableNever') : t(`role.${one.waiver}`)}</td>
                  <td className="right figures">{yuan(one.amountFen)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <div className="row wrap between">
            <div className="row">
              <label htmlFor="fee-quantity">{t('charging.quantity')}</label>
              <Input
                id="fee-quantity"
                inputMode="numeric"
                autoComplete="off"
                maxLength={6}
                style={{ width: 72 }}
                value={typed}
                status={tried && quantity === null ? 'error' : ''}
                data-testid="fee-quantity"
                onChange={(event) => setTyped(event.target.value)}
              />
              <Kbd>+ −</Kbd>
              {tried && quantity === null && (
                <span role="alert" className="tone-bad" data-testid="fee-quantity-wrong">
                  {t('fieldReason.range')}
                </span>
              )}
            </div>
            <div className="amount-due" data-testid="fee-total">
              {quantity === null ? '—' : yuan((fee?.amountFen ?? 0) * quantity)}
            </div>
            <Button
              type="primary"
              size="large"
              loading={raise.isPending}
              disabled={fee === undefined}
              onClick={charge}
              data-testid="charge-fee"
            >
              {t('charging.chargeAndPay')}
              <Kbd>Enter</Kbd>
            </Button>
          </div>
          {raise.error !== null && <ProblemNote problem={problemOf(raise.error)} />}
        </Panel>
      )}
    </div>
  );
}
