// A request under way: what was asked, what stands in the way, what is filled in now, and the one next step on Enter.
import { CheckCircleOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { v7 as newId } from 'uuid';
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { useCard } from '../../bridge/card.ts';
import { api, client, problemOf } from '../../bridge/client.ts';
import { withReaderTurn } from '../../bridge/reader-turn.ts';
import type { UseBill } from '../../components/bill-lines.tsx';
import { Button } from '../../components/button.tsx';
import { useWords } from '../../components/commodity.tsx';
import { Facts, Lines, Panel } from '../../components/facts.tsx';
import { focusWrong, refusalOf } from '../../components/field.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { ReasonDialog } from '../../components/reason-dialog.tsx';
import { StepList } from '../../components/steps.tsx';
import { useApproval } from '../../components/use-approval.tsx';
import { useDebounced } from '../../components/use-debounced.ts';
import { yuan } from '../../format/format.ts';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import { CardStrip } from '../cards/card-strip.tsx';
import { PaperButton } from '../paper/paper-dialog.tsx';
import { useLeaveGuard, useNavigation } from '../shell/navigation.tsx';
import { FormFields, type FormValues, formOf, initialOf, useFieldWords } from './form-fields.tsx';
import { NO_CHOICE, RefundWay, refundsOf, SUM_FIELD } from './refund-way.tsx';
import { Bills, DeadlineClock, EffectWords, Obstacles } from './request-parts.tsx';

type Request = Outputs['requests']['get'];
type StepInput = Inputs['requests']['advance'];

/** What a payment takes away. */
const TO_PAY: ReadonlySet<string> = new Set(['REQUEST_FEE_OPEN', 'ARREARS_OPEN']);

function isOver({ state }: Request): boolean {
  return state === 'completed' || state === 'cancelled';
}

/** The customer, the clock, the fee and the effect, at the right. */
function RequestSummary({ request }: { readonly request: Request }) {
  const { t } = useWords();
  const openFen = request.fees.reduce((sum, fee) => sum + Math.max(0, fee.openFen), 0);
  const feeWord = openFen > 0 ? t('requests.feeOpen', { amount: yuan(openFen) }) : t('requests.feePaid');
  return (
    <Panel title={t('topup.summary')} testId="summary">
      <Facts
        figures
        items={[
          [t('topup.customer'), <strong key="name">{request.customerName}</strong>],
          [t('account.no'), request.accountNo],
          [t('requests.no'), request.requestNo],
          [t('requests.deadline'), request.deadline],
          [t('requests.fee'), request.fees.length === 0 ? null : feeWord],
          [t('requests.refund'), request.refundFen === 0 ? null : yuan(request.refundFen)],
          [t('requests.clerk'), request.openedBy],
        ]}
      />
      {!isOver(request) && (
        <>
          <DeadlineClock daysLeft={request.daysLeft} />
          <h3>{t('requests.effectTitle')}</h3>
          <EffectWords words={request.words} />
        </>
      )}
      <PaperButton subject={{ kind: 'request', requestId: request.requestId }} word={t('paper.form')} letter="P" />
    </Panel>
  );
}

/** The bills that the request has raised, or those that what is typed for this step will raise. */
function useComingBills(request: Request, form: FormValues): readonly Pick<UseBill, 'bill' | 'amountFen'>[] {
  const { accountId, kind, requestId } = request;
  const asked = useDebounced(JSON.stringify(form), 250);
  const preview = useQuery({
    ...api.requests.preview.queryOptions({ input: { accountId, kind, requestId, form: JSON.parse(asked) as FormValues } }),
    staleTime: 0,
    enabled: 'readingLitres' in form,
    placeholderData: (previous: Outputs['requests']['preview'] | undefined) => previous,
  }).data;
  const raised = request.bills.flatMap(({ bill, amountFen }) => (bill === null ? [] : [{ bill, amountFen }]));
  return 'readingLitres' in form ? (preview?.bills ?? []) : raised;
}

function Work({ request }: { readonly request: Request }) {
  const { t } = useWords();
  const { go } = useNavigation();
  const queries = useQueryClient();
  const card = useCard();
  const { fieldWord, valueWord } = useFieldWords();
  const { requestId, accountId, state, path } = request;
  const next = path[path.indexOf(state) + 1] ?? 'completed';
  const completes = next === 'completed';
  const fields = state === 'open' ? [] : request.fields.filter(({ step }) => step === state);
  const [typed, setTyped] = useState(() => initialOf(fields));
  const [stepId] = useState(() => newId());
  const [cancelling, setCancelling] = useState(false);
  const keep = (after: Request): void => {
    queries.setQueryData(api.requests.get.queryKey({ input: { requestId } }), after);
  };
  // What goes back is worked out with the card, shown, and sent: another sum is refused.
  const givesBack = completes && (request.needsCard || request.refundFen > 0);
  const refundInput = { requestId, slot: card.slot };
  const refund = useQuery({
    ...api.requests.refund.queryOptions({ input: refundInput }),
    queryKey: [...api.requests.refund.queryKey({ input: refundInput }), request.accountVersion, card.view?.presence ?? ''],
    enabled: givesBack && (!request.needsCard || card.view?.presence === 'present'),
    retry: false,
  });
  const [choice, setChoice] = useState(NO_CHOICE);
  const [tried, setTried] = useState(false);
  const refunds = refund.data === undefined ? [] : refundsOf(choice, refund.data);
  const step = useApproval({
    call: (input: StepInput) =>
      completes
        ? withReaderTurn(queries, () =>
            client.requests.complete({
              ...input,
              slot: card.slot,
              expectedRefundFen: refund.data?.totalFen ?? null,
              refunds: refunds ?? [],
            }),
          )
        : client.requests.advance(input),
    hint: t('requests.approveHint', { no: request.requestNo }),
    onSuccess: keep,
    onError: (problem) => {
      focusWrong(problem);
      if (
        refusalOf(problem, SUM_FIELD) !== null ||
        problem.code === 'PRICE_CHANGED' ||
        problem.code === 'ACCOUNT_CHANGED' ||
        problem.code === 'REQUEST_STATE_REFUSES'
      )
        void queries.invalidateQueries({ queryKey: api.requests.key() });
    },
  });
  const seen = { seenVersion: request.accountVersion, seenChangeId: request.accountChangeId };
  const cancel = useMutation({
    mutationFn: (note: string) => client.requests.cancel({ requestId, stepId: newId(), from: state, ...seen, note }),
    onSuccess: keep,
  });
  const unpaid = request.obstacles.some(({ code }) => TO_PAY.has(code));
  const bills = useComingBills(request, formOf(fields, typed));
  const payFirst = unpaid && (completes || state === 'open');
  useLeaveGuard(JSON.stringify(typed) !== JSON.stringify(initialOf(fields)));
  const pay = (): unknown => go({ screen: 'task', taskId: 'bills', accountId });
  const move = (): unknown => {
    if (step.isPending) return false;
    // Nobody gives back what has not been shown.
    if (givesBack && refund.data === undefined) return refund.refetch();
    setTried(true);
    if (refunds === null) return document.getElementById('refund-reference')?.focus();
    return step.run({ requestId, stepId, from: state, ...seen, note: '', form: formOf(fields, typed) });
  };
  useKeys({ Enter: payFirst ? pay : move, F9: move });
  const moveWord = completes
    ? (refund.data?.totalFen ?? 0) > 0
      ? t('requests.completeRefund', { amount: yuan(refund.data?.totalFen ?? 0) })
      : t('requests.complete')
    : t('requests.advance', { state: t(`requests.state.${next}`) });
  const showsRefund = givesBack && refund.data !== undefined;
  const beside = [...fields.map(({ name }) => `form.${name}`), ...(showsRefund ? [SUM_FIELD] : [])];
  const ofField = beside.some((field) => refusalOf(step.problem, field) !== null);
  return (
    <>
      {completes && request.needsCard && (
        <>
          <p className="soft">{t('requests.cardNeeded')}</p>
          <CardStrip accountId={accountId} />
        </>
      )}
      <Panel title={t('requests.given')}>
        <Facts
          twice
          items={request.fields
            .filter(({ name }) => request.form[name] !== undefined)
            .map((field) => [fieldWord(field.name), valueWord(field, request.form[field.name])])}
        />
      </Panel>
      {fields.length > 0 && (
        <Panel title={t('requests.stepForm')}>
          <FormFields
            fields={fields}
            typed={typed}
            problem={step.problem}
            onChange={(after) => {
              setTyped(after);
              step.reset();
            }}
          />
        </Panel>
      )}
      <Bills bills={bills} />
      {showsRefund && (
        <RefundWay refund={refund.data} choice={choice} wrong={tried && refunds === null} problem={step.problem} onChange={setChoice} />
      )}
      <Panel title={t('requests.obstacles')}>
        <Obstacles obstacles={request.obstacles} />
        {givesBack && refund.error !== null && <ProblemNote problem={problemOf(refund.error)} />}
        {step.problem !== null && !ofField && <ProblemNote problem={step.problem} />}
        {cancel.error !== null && <ProblemNote problem={problemOf(cancel.error)} />}
        <div className="row between wrap">
          <Button onClick={() => setCancelling(true)} data-testid="cancel-request">
            {t('requests.cancel')}
          </Button>
          <span className="row">
            {unpaid && (
              <Button type={payFirst ? 'primary' : 'default'} size="large" onClick={pay} data-testid="pay-fee">
                {t('requests.pay')}
                {payFirst && <Kbd>Enter</Kbd>}
              </Button>
            )}
            <Button type={payFirst ? 'default' : 'primary'} size="large" loading={step.isPending} onClick={move} data-testid="move-request">
              {moveWord}
              <Kbd>{payFirst ? 'F9' : 'Enter'}</Kbd>
            </Button>
          </span>
        </div>
      </Panel>
      {cancelling && (
        <ReasonDialog
          title={t('requests.cancelTitle')}
          action={t('requests.cancel')}
          danger
          busy={cancel.isPending}
          onDo={(reason) => cancel.mutate(reason)}
          onClose={() => setCancelling(false)}
        >
          <p>{t('requests.cancelHint')}</p>
        </ReasonDialog>
      )}
      {step.dialog}
    </>
  );
}

/** What became of it, and the way back to the customer. */
function Over({ request }: { readonly request: Request }) {
  const { t } = useWords();
  const { replace } = useNavigation();
  const back = (): void => replace({ screen: 'account', accountId: request.accountId });
  useKeys({ Enter: back });
  return (
    <Panel title={t(`requests.state.${request.state}`)} testId="request-result">
      <div className="row" role="status">
        <CheckCircleOutlined className={request.state === 'completed' ? 'tone-ok' : 'tone-idle'} />
        <strong>{t(request.state === 'completed' ? 'requests.done' : 'requests.cancelled', { no: request.requestNo })}</strong>
      </div>
      <Button type="primary" onClick={back} data-testid="to-account">
        {t('requests.toAccount')}
        <Kbd>Enter</Kbd>
      </Button>
    </Panel>
  );
}

export function RequestWork({ requestId }: { readonly requestId: string }) {
  const { t } = useWords();
  const { data: request, error } = useQuery(api.requests.get.queryOptions({ input: { requestId } }));
  if (request === undefined) return error === null ? <Lines count={6} /> : <ProblemNote problem={problemOf(error)} />;
  const at = isOver(request) ? request.path.length : request.path.indexOf(request.state);
  return (
    <div className="topup-columns" data-testid="request" data-state={request.state}>
      <StepList steps={request.path.map((state) => t(`requests.state.${state}`))} at={at} />
      <div className="stack-wide">
        {/* A key per state: nothing typed for one step stands in the next. */}
        {isOver(request) ? <Over request={request} /> : <Work key={request.state} request={request} />}
      </div>
      <RequestSummary request={request} />
    </div>
  );
}
