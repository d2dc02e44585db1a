// Paying what is owed: lines are chosen, money is taken once, one receipt comes out. The payment's id is made before and kept through every retry.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { v7 as newId } from 'uuid';
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { api, client, problemOf } from '../../bridge/client.ts';
import { Button } from '../../components/button.tsx';
import { useWords } from '../../components/commodity.tsx';
import { Facts, Lines, Panel } from '../../components/facts.tsx';
import { Input } from '../../components/input.tsx';
import { moveFocus } from '../../components/move-focus.ts';
import { ProblemNote } from '../../components/problem.tsx';
import { ReasonDialog } from '../../components/reason-dialog.tsx';
import { StepList } from '../../components/steps.tsx';
import { PaymentStep } from '../../components/tender/payment-step.tsx';
import { anyTyped, NO_TENDERS, type Settlement, type TenderFields } from '../../components/tender/tenders.ts';
import { isUnsure } from '../../components/unsure.ts';
import { useApproval } from '../../components/use-approval.tsx';
import { useDebounced } from '../../components/use-debounced.ts';
import { parseYuan, yuan } from '../../format/format.ts';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import { VisitNote } from '../accounts/visit-note.tsx';
import { OpenShiftForm } from '../home/shift-panel.tsx';
import { useDraft, useLeaveGuard } from '../shell/navigation.tsx';
import type { TaskProps } from '../tasks/task.ts';
import { AddAccount, isAdding } from './add-account.tsx';
import { BillTable, billsOf, focusedBill } from './bill-table.tsx';
import { PaymentPanel } from './payment-panel.tsx';
import { WaiveDialog } from './waive-dialog.tsx';

type Quote = Outputs['charging']['quote'];
type Wanted = Inputs['charging']['quote'];

/** What a draft holds: the payment's id with everything chosen and typed. */
interface Kept {
  readonly paymentId: string;
  readonly others: readonly string[];
  readonly left: readonly string[];
  readonly part: string;
  readonly useCredit: boolean;
  readonly waiver: string;
  readonly fields: TenderFields;
}

/** The price of what is chosen; `fresh` when it belongs to exactly that. */
function useQuote(wanted: Wanted | null) {
  const typed = JSON.stringify(wanted);
  const asked = useDebounced(typed, 120);
  const query = useQuery({
    ...api.charging.quote.queryOptions({ input: JSON.parse(asked) ?? { accountId: '-', receivableIds: [] } }),
    enabled: asked !== 'null',
    staleTime: 0,
    placeholderData: (previous: Quote | undefined) => previous,
  });
  return {
    quote: wanted === null || query.error !== null ? null : (query.data ?? null),
    fresh: wanted !== null && typed === asked && !query.isPlaceholderData && !query.isFetching && query.data !== undefined,
    problem: typed === asked && query.error !== null ? problemOf(query.error) : null,
  };
}

function focus(id: string): void {
  document.getElementById(id)?.focus();
}

export default function BillsScreen({ accountId }: TaskProps) {
  const { t } = useWords();
  const queries = useQueryClient();
  const shift = useQuery(api.shift.current.queryOptions({ input: {} })).data;
  const [paymentId, setPaymentId] = useState(() => newId());
  const [others, setOthers] = useState<readonly string[]>([]);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [part, setPart] = useState('');
  const [useCredit, setUseCredit] = useState(false);
  const [waiver, setWaiver] = useState('');
  const [asking, setAsking] = useState<'late-fee' | { readonly billId: string } | null>(null);
  const [advance, setAdvance] = useState(false);
  const [agreed, setAgreed] = useState<{ readonly wanted: Wanted; readonly quote: Quote } | null>(null);
  const [fields, setFields] = useState<TenderFields>(NO_TENDERS);
  const [sent, setSent] = useState<Inputs['charging']['pay'] | null>(null);

  const open = useQuery(api.charging.open.queryOptions({ input: { accountIds: [accountId, ...others] } }));
  const charges = open.data;
  const bills = billsOf(charges);
  const chosen = new Set(bills.map(({ receivableId }) => receivableId).filter((id) => !left.has(id)));
  const creditFen = charges?.accounts.find((one) => one.accountId === accountId)?.creditFen ?? 0;
  const partFen = part.trim() === '' ? null : parseYuan(part);
  const partWrong = part.trim() !== '' && (partFen === null || partFen < 1);
  const wanted: Wanted | null =
    chosen.size === 0 || partWrong
      ? null
      : { accountId, receivableIds: [...chosen], settleFen: partFen, waiveLateFee: waiver !== '', useCredit: useCredit && creditFen > 0 };
  const price = useQuote(wanted);

  const pay = useApproval({
    call: (input: Inputs['charging']['pay']) => client.charging.pay(input),
    hint: t('charging.approveWaiver'),
    act: 'charging.pay',
    onSuccess: (payment) => queries.setQueryData(api.charging.payment.queryKey({ input: { paymentId } }), payment),
    onError: ({ code }) => {
      if (code !== 'PRICE_CHANGED' && code !== 'RECEIVABLE_SETTLED') return;
      setAgreed(null);
      void queries.invalidateQueries({ queryKey: api.charging.key() });
    },
  });
  const paid = pay.data !== undefined;
  const locked = pay.problem !== null && isUnsure(pay.problem);
  const typed = agreed !== null || part !== '' || anyTyped(fields) || others.length > 0 || left.size > 0;
  useLeaveGuard(!paid && typed);
  const kept: Kept | null = paid || !typed ? null : { paymentId, others, left: [...left], part, useCredit, waiver, fields };
  useDraft({ taskId: 'bills', accountId }, kept, (draft: Kept) => {
    setPaymentId(draft.paymentId);
    setOthers(draft.others);
    setLeft(new Set(draft.left));
    setPart(draft.part);
    setUseCredit(draft.useCredit);
    setWaiver(draft.waiver);
    setFields(draft.fields);
  });
  const canPay = wanted !== null && shift !== null;
  useEffect(() => {
    if (!advance || !price.fresh || price.quote === null || wanted === null) return;
    setAdvance(false);
    setAgreed({ wanted, quote: price.quote });
  }, [advance, price.fresh, price.quote, wanted]);

  const toggle = (receivableId: string): void => {
    const next = new Set(left);
    if (!next.delete(receivableId)) next.add(receivableId);
    setLeft(next);
  };
  const toggleWaiver = (): void => (waiver === '' ? setAsking('late-fee') : setWaiver(''));
  const choosing = agreed === null && !paid;
  useKeys(
    {
      // Of an account that is being typed Enter looks it up first: nothing is paid without it.
      Enter: (event) => (isAdding(event) ? false : setAdvance(canPay)),
      ArrowDown: () => moveFocus('[data-bill]', 1),
      ArrowUp: () => moveFocus('[data-bill]', -1),
      'Alt+a': () => focus('bills-add'),
      'Alt+p': () => focus('bills-part'),
      'Alt+c': () => setUseCredit(creditFen > 0 && !useCredit),
      'Alt+w': toggleWaiver,
      'Alt+x': () => (focusedBill() === '' ? false : setAsking({ billId: focusedBill() })),
    },
    { active: choosing && asking === null },
  );
  const take = (settlement: Settlement): void => {
    if (agreed === null) return;
    // After a lost answer the very same call is repeated: the same id returns the payment as it stands.
    const input =
      locked && sent !== null
        ? sent
        : {
            ...agreed.wanted,
            paymentId,
            expectedAmountFen: agreed.quote.amountFen,
            waiverReason: waiver,
            tenders: [...settlement.tenders],
            cashTenderedFen: settlement.cashTenderedFen,
          };
    setSent(input);
    pay.run(input);
  };

  const quote = agreed?.quote ?? price.quote;
  const customers = charges?.accounts.map(({ customerName }) => customerName).join('、') ?? '';
  const steps = [t('charging.stepChoose'), t('topup.stepPay'), t('topup.stepReceipt')];
  const marked = typeof asking === 'object' ? bills.find(({ receivableId }) => receivableId === asking?.billId) : undefined;
  return (
    <div className="stack-wide">
      <h1>{t('task.bills')}</h1>
      <VisitNote accountId={accountId} />
      <div className="topup-columns">
        <StepList steps={steps} at={paid ? 2 : agreed === null ? 0 : 1} />
        <div className="stack-wide">
          {shift === null && <OpenShiftForm />}
          {open.error !== null && <ProblemNote problem={problemOf(open.error)} />}
          {choosing && charges === undefined && open.error === null && <Lines count={5} />}
          {choosing && charges !== undefined && (
            <Panel title={t('charging.stepChoose')}>
              {bills.length === 0 ? (
                <p data-testid="owes-nothing">{t('charging.owesNothing')}</p>
              ) : (
                <BillTable charges={charges} chosen={chosen} waived={waiver !== ''} onToggle={toggle} />
              )}
              <div className="row wrap soft" style={{ gap: 16 }}>
                <span>{t('charging.keysHint')}</span>
              </div>
              <div className="row wrap" style={{ gap: 16 }}>
                <label htmlFor="bills-part">{t('charging.part')}</label>
                <Input
                  id="bills-part"
                  style={{ width: 140 }}
                  prefix="¥"
                  inputMode="decimal"
                  autoComplete="off"
                  placeholder={t('charging.partAll')}
                  value={part}
                  status={partWrong ? 'error' : ''}
                  data-testid="bills-part"
                  onChange={(event) => setPart(event.target.value)}
                />
                <Kbd>Alt P</Kbd>
                {creditFen > 0 && (
                  <Button aria-pressed={useCredit} type={useCredit ? 'primary' : 'default'} onClick={() => setUseCredit(!useCredit)}>
                    {t('charging.useCredit', { amount: yuan(creditFen) })}
                    <Kbd>Alt C</Kbd>
                  </Button>
                )}
                {bills.some(({ lateFeeFen }) => lateFeeFen > 0) && (
                  <Button aria-pressed={waiver !== ''} type={waiver === '' ? 'default' : 'primary'} onClick={toggleWaiver}>
                    {t(waiver === '' ? 'charging.waiveLateFee' : 'charging.lateFeeWaived')}
                    <Kbd>Alt W</Kbd>
                  </Button>
                )}
                {bills.length > 0 && (
                  <span className="soft">
                    {t('charging.waiveBillHint')} <Kbd>Alt X</Kbd>
                  </span>
                )}
              </div>
              {partWrong && (
                <div role="alert" className="tone-bad" data-testid="part-wrong">
                  {t('topup.amountInvalid')}
                </div>
              )}
              <AddAccount onAdd={(added) => setOthers(added === accountId ? others : [...new Set([...others, added])])} />
              {price.problem !== null && <ProblemNote problem={price.problem} />}
              {pay.problem !== null && <ProblemNote problem={pay.problem} />}
              <div className="row between wrap">
                <div aria-live="polite">
                  <div className="soft">{t('topup.due')}</div>
                  <div className="amount-due" data-testid="bills-due">
                    {yuan(quote?.amountFen ?? 0)}
                  </div>
                </div>
                <Button
                  type="primary"
                  size="large"
                  disabled={!canPay}
                  loading={advance && price.problem === null}
                  onClick={() => setAdvance(canPay)}
                  data-testid="to-payment"
                >
                  {t('topup.toPay')}
                  <Kbd>Enter</Kbd>
                </Button>
              </div>
            </Panel>
          )}
          {agreed !== null && !paid && (
            <PaymentStep
              dueFen={agreed.quote.amountFen}
              action={t('charging.take')}
              fields={fields}
              onChange={(next) => {
                setFields(next);
                pay.reset();
              }}
              busy={pay.isPending}
              locked={locked}
              problem={pay.problem}
              onPay={take}
              onBack={() => {
                pay.reset();
                setAgreed(null);
              }}
            />
          )}
          {paid && <PaymentPanel paymentId={paymentId} printNow handOver />}
        </div>
        <Panel title={t('charging.summary')} testId="summary">
          <Facts
            figures
            items={[
              [t('topup.customer'), <strong key="name">{customers}</strong>],
              [t('charging.lines'), quote === null ? null : String(quote.paid.length)],
              [t('charging.principal'), quote === null ? null : yuan(quote.paid.reduce((sum, one) => sum + one.principalFen, 0))],
              [t('charging.lateFee'), quote === null || quote.lateFeeFen === 0 ? null : yuan(quote.lateFeeFen)],
              [t('charging.waivedFee'), quote === null || quote.lateFeeWaivedFen === 0 ? null : yuan(quote.lateFeeWaivedFen)],
              [t('charging.fromCredit'), quote === null || quote.fromCreditFen === 0 ? null : yuan(-quote.fromCreditFen)],
              [t('charging.toCredit'), quote === null || quote.toCreditFen === 0 ? null : yuan(quote.toCreditFen)],
              [t('topup.due'), quote === null ? null : <strong key="due">{yuan(quote.amountFen)}</strong>],
              [t('topup.willPrint'), t('charging.willPrint')],
            ]}
          />
        </Panel>
      </div>
      {asking === 'late-fee' && (
        <ReasonDialog
          title={t('charging.waiveLateFee')}
          action={t('charging.waiveDo')}
          onDo={(reason) => {
            setWaiver(reason);
            setAsking(null);
          }}
          onClose={() => setAsking(null)}
        />
      )}
      {marked !== undefined && <WaiveDialog bill={marked} onClose={() => setAsking(null)} />}
      {pay.dialog}
    </div>
  );
}
