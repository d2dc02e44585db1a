// A top-up from the amount to the receipt. Its id is made once, before paying, and kept through every retry.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { v7 as newId } from 'uuid';
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { useCard } from '../../bridge/card.ts';
import { api, client, problemOf } from '../../bridge/client.ts';
import { withReaderTurn } from '../../bridge/reader-turn.ts';
import { Button } from '../../components/button.tsx';
import { useCommodity, useWords } from '../../components/commodity.tsx';
import { Lines } from '../../components/facts.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { PaymentStep } from '../../components/tender/payment-step.tsx';
import { anyTyped, NO_TENDERS, type Settlement, type TenderFields } from '../../components/tender/tenders.ts';
import { isUnsure } from '../../components/unsure.ts';
import { useDebounced } from '../../components/use-debounced.ts';
import { useStable } from '../../components/use-stable.ts';
import { VisitNote } from '../accounts/visit-note.tsx';
import { CardStrip } from '../cards/card-strip.tsx';
import { OpenShiftForm } from '../home/shift-panel.tsx';
import { useDraft, useLeaveGuard, useNavigation } from '../shell/navigation.tsx';
import { AmountStep, type By, purchaseOf, type Quote } from './amount-step.tsx';
import { LoadedDialog, LoadedNote, type Unloaded } from './loaded-card.tsx';
import { obstacleOf, pressFate } from './obstacle.ts';
import { Steps, Summary } from './steps.tsx';

type Account = Outputs['accounts']['get'];

function useQuote(accountId: string, by: By, text: string) {
  const purchase = purchaseOf(by, text);
  const typed = JSON.stringify(purchase);
  const asked = useDebounced(typed, 180);
  const query = useQuery({
    ...api.topups.quote.queryOptions({ input: { accountId, purchase: JSON.parse(asked) ?? { by: 'money', amountFen: 1 } } }),
    enabled: asked !== 'null',
    staleTime: 0,
    placeholderData: (previous: Quote | undefined) => previous,
  });
  const fresh = typed === asked && typed !== 'null' && !query.isPlaceholderData && !query.isFetching && query.data !== undefined;
  return {
    purchase,
    /** The last price; of an older text while `fresh` is false. */
    quote: typed === 'null' || query.error !== null ? null : (query.data ?? null),
    fresh: fresh && query.error === null,
    problem: typed === asked && query.error !== null ? problemOf(query.error) : null,
  };
}

/** Lets the customer read what is due while the clerk takes the money, and nothing of it when that is given up. */
function useCustomerDue(agreed: Quote | null, paid: boolean): void {
  const commodity = useCommodity();
  const latestPaid = useRef(paid);
  latestPaid.current = paid;
  useEffect(() => {
    if (agreed === null) return;
    const { amountFen, litres } = agreed;
    void client.topups.show({ due: { amountFen, litres, commodity } }).catch(() => {});
    return () => {
      // After the payment the core shows the change.
      if (!latestPaid.current) void client.topups.show({ due: null }).catch(() => {});
    };
  }, [agreed, commodity]);
}

/** `renewing`: the account is being asked for again, so that what is shown may be of before. */
function Purchase({ account, renewing }: { readonly account: Account; readonly renewing: boolean }) {
  const { t } = useWords();
  const { go, replace } = useNavigation();
  const queries = useQueryClient();
  const card = useCard();
  const shift = useQuery(api.shift.current.queryOptions({ input: {} })).data;
  const [topupId, setTopupId] = useState(() => newId());
  const [by, setBy] = useState<By>('money');
  const [text, setText] = useState('');
  /** The clerk has asked for the payment step and it has not come yet. */
  const [pressed, setPressed] = useState(false);
  const [agreed, setAgreed] = useState<Quote | null>(null);
  /** What the card still held as the payment step was reached; a clerk has confirmed it where it is given up. */
  const [seen, setSeen] = useState<Unloaded | null>(null);
  const [confirming, setConfirming] = useState<Unloaded | null>(null);
  const [fields, setFields] = useState<TenderFields>(NO_TENDERS);
  const [sent, setSent] = useState<Inputs['topups']['pay'] | null>(null);
  const price = useQuote(account.accountId, by, text);
  // The id goes with what is typed: after a crash during the payment the same id finds what was recorded.
  useDraft(
    { taskId: 'topup', accountId: account.accountId },
    text === '' && !anyTyped(fields) ? null : { topupId, by, text, fields },
    (kept: { readonly topupId: string; readonly by: By; readonly text: string; readonly fields: TenderFields }) => {
      setTopupId(kept.topupId);
      setBy(kept.by);
      setText(kept.text);
      setFields(kept.fields);
    },
  );
  const pay = useMutation({
    mutationFn: (input: Inputs['topups']['pay']) => withReaderTurn(queries, () => client.topups.pay(input)),
    onSuccess: (topup) => queries.setQueryData(api.topups.get.queryKey({ input: { topupId } }), topup),
    onError: (error) => {
      if (problemOf(error).code !== 'PRICE_CHANGED') return;
      setAgreed(null);
      void queries.invalidateQueries({ queryKey: api.topups.quote.key() });
    },
  });
  const problem = pay.error === null ? null : problemOf(pay.error);
  const locked = problem !== null && isUnsure(problem);
  const paid = pay.data !== undefined;
  const expectedCardNo = account.cards.find((one) => one.status === 'active')?.cardNo ?? '';
  const obstacle = obstacleOf({
    accountId: account.accountId,
    accountStatus: account.status,
    expectedCardNo,
    shiftOpen: shift !== null,
    card: card.view,
    cardProblem: card.problem,
  });
  const fate = pressFate({
    price: price.purchase === null ? 'none' : price.problem !== null ? 'refused' : price.fresh ? 'fresh' : 'coming',
    obstacle,
    card: card.view,
    reading: card.reading || renewing,
  });
  const unloaded = card.view?.accountId === account.accountId ? card.view.unloaded : null;
  const goOn = (still: Unloaded | null): void => {
    setSeen(still);
    setAgreed(price.quote);
  };
  useLeaveGuard(!paid && (text !== '' || anyTyped(fields)));
  useEffect(() => {
    if (!pressed || fate === 'wait') return;
    setPressed(false);
    if (fate === 'drop') return;
    pay.reset();
    if (unloaded?.way === 'warn') setConfirming(unloaded);
    else goOn(unloaded);
  });

  useCustomerDue(agreed, paid);
  const confirmed = (): void => {
    if (confirming === null) return;
    setConfirming(null);
    goOn(confirming);
  };

  const take = useStable((settlement: Settlement): void => {
    if (agreed === null || price.purchase === null) return;
    // After a lost answer the very same call is repeated: the same id returns the top-up as it stands.
    const input =
      locked && sent !== null
        ? sent
        : {
            topupId,
            accountId: account.accountId,
            slot: card.slot,
            purchase: price.purchase,
            expectedAmountFen: agreed.amountFen,
            tenders: [...settlement.tenders],
            cashTenderedFen: settlement.cashTenderedFen,
            ...(seen === null ? {} : { unloaded: seen }),
          };
    setSent(input);
    pay.mutate(input);
  });
  const changeAmount = useStable((nextBy: By, nextText: string): void => {
    setBy(nextBy);
    setText(nextText);
    setPressed(false);
    pay.reset();
  });
  const next = useStable((): void => setPressed(fate !== 'drop'));
  const changeTender = useStable((nextFields: TenderFields): void => {
    setFields(nextFields);
    pay.reset();
  });
  const stepBack = useStable((): void => {
    pay.reset();
    setAgreed(null);
  });

  const shown = agreed ?? price.quote;
  return (
    <div className="topup-columns">
      <Steps current={paid ? 'write' : agreed === null ? 'amount' : 'pay'} />
      <div className="stack-wide">
        {shift === null && <OpenShiftForm />}
        {!paid && obstacle !== null && (agreed === null || !locked) && (
          <ProblemNote problem={obstacle} tone="warn" heading={t('topup.obstacle')}>
            {obstacle.code === 'TOPUP_OPEN_ON_CARD' && card.view?.open != null && (
              <Button
                type="primary"
                onClick={() => card.view?.open != null && replace({ screen: 'delivery', topupId: card.view.open.topupId })}
              >
                {t('step.goInsert')}
              </Button>
            )}
            {obstacle.code.startsWith('DEVICE_') && <Button onClick={() => go({ screen: 'devices' })}>{t('devices.title')}</Button>}
          </ProblemNote>
        )}
        {!paid && obstacle === null && <LoadedNote unloaded={agreed === null ? unloaded : seen} litres={shown?.litres ?? null} />}
        {agreed === null && (
          <AmountStep
            by={by}
            text={text}
            onChange={changeAmount}
            quote={price.quote}
            stale={!price.fresh && price.purchase !== null && price.problem === null}
            problem={price.problem ?? problem}
            waiting={!pressed ? null : obstacle?.code === 'CARD_ABSENT' && !card.reading ? 'insert' : 'reading'}
            ready={fate !== 'drop'}
            onNext={next}
          />
        )}
        {agreed !== null && !paid && (
          <PaymentStep
            dueFen={agreed.amountFen}
            fields={fields}
            onChange={changeTender}
            busy={pay.isPending}
            locked={locked}
            problem={problem?.code === obstacle?.code && !locked ? null : problem}
            onPay={take}
            onBack={stepBack}
          />
        )}
      </div>
      <Summary
        customerName={account.customerName}
        accountNo={account.accountNo}
        cardNo={expectedCardNo}
        litres={shown?.litres ?? null}
        amountFen={shown?.amountFen ?? null}
      />
      {confirming !== null && (
        <LoadedDialog unloaded={confirming} litres={shown?.litres ?? 0} onConfirm={confirmed} onClose={() => setConfirming(null)} />
      )}
      {paid && <Forward topupId={topupId} />}
    </div>
  );
}

/** Once money is taken the screen is the top-up's own: leaving and coming back shows the same. */
function Forward({ topupId }: { readonly topupId: string }) {
  const { replace } = useNavigation();
  useEffect(() => replace({ screen: 'delivery', topupId, start: true }), [replace, topupId]);
  return null;
}

export default function TopupScreen({ accountId }: { readonly accountId: string }) {
  const { t } = useWords();
  const { data: account, error, isFetching } = useQuery(api.accounts.get.queryOptions({ input: { accountId } }));
  return (
    <div className="stack-wide">
      <h1>{t('task.topup')}</h1>
      <CardStrip accountId={accountId} />
      <VisitNote accountId={accountId} />
      {error !== null && <ProblemNote problem={problemOf(error)} />}
      {account === undefined ? <Lines count={6} /> : <Purchase account={account} renewing={isFetching} />}
    </div>
  );
}
