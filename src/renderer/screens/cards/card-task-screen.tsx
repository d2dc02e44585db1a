// A card task from its reason to the card that was read back: make, replace, load, reverse; and one that was left open.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ComponentType, useState } from 'react';
import { v7 as newId } from 'uuid';
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { useCard } from '../../bridge/card.ts';
import { api, client, problemOf } from '../../bridge/client.ts';
import { useProgress } from '../../bridge/events.ts';
import { withReaderTurn } from '../../bridge/reader-turn.ts';
import { Button } from '../../components/button.tsx';
import { useWords } from '../../components/commodity.tsx';
import { Lines, Panel } from '../../components/facts.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { ReasonDialog } from '../../components/reason-dialog.tsx';
import { StepList } from '../../components/steps.tsx';
import { useApproval } from '../../components/use-approval.tsx';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import { OpenShiftForm } from '../home/shift-panel.tsx';
import { useDraft, useLeaveGuard, useNavigation } from '../shell/navigation.tsx';
import type { TaskProps } from '../tasks/task.ts';
import { CardStrip } from './card-strip.tsx';
import {
  type BeginInput,
  beginInput,
  byMachine,
  type CardTask,
  type CardTaskFields,
  callOf,
  giveBackOf,
  makesCard,
  NO_FIELDS,
  type Purpose,
  presentCard,
  refusedField,
} from './card-task.ts';
import { CardTaskForm } from './card-task-form.tsx';
import { CardTaskResult } from './card-task-result.tsx';
import { CardTaskSummary } from './card-task-summary.tsx';
import { GiveBack } from './give-back.tsx';
import { RefundedPurchase } from './open-purchase.tsx';

type Result = Outputs['cardTasks']['continue'];

const isOpen = ({ state }: CardTask): boolean => state !== 'verified' && state !== 'abandoned';

function send(purpose: Purpose, input: BeginInput): Promise<Result> {
  switch (callOf(purpose)) {
    case 'make':
      return client.cardTasks.make(input as Inputs['cardTasks']['make']);
    case 'load':
      return client.cardTasks.load(input as Inputs['cardTasks']['load']);
    case 'reverse':
      return client.cardTasks.reverse(input as Inputs['cardTasks']['reverse']);
  }
}

function CardTaskScreen({ accountId, purpose }: TaskProps & { readonly purpose: Purpose }) {
  const { t } = useWords();
  const { go } = useNavigation();
  const queries = useQueryClient();
  const { slot, view } = useCard();
  const shift = useQuery(api.shift.current.queryOptions({ input: {} })).data;
  const account = useQuery(api.accounts.get.queryOptions({ input: { accountId } })).data;
  const cards = useQuery(api.cardTasks.ofAccount.queryOptions({ input: { accountId } }));
  const [taskId, setTaskId] = useState(() => newId());
  const [fields, setFields] = useState<CardTaskFields>(NO_FIELDS);
  const [task, setTask] = useState<CardTask | null>(null);
  const [givingUp, setGivingUp] = useState(false);
  const [fault, setFault] = useState<Result['fault']>(null);
  const current = task ?? cards.data?.openTask ?? null;
  const open = current !== null && isOpen(current);
  const finished = task !== null && !open;
  const typed = fields !== NO_FIELDS;
  // The id goes with what is typed: after a crash during the write the same id finds what was begun.
  useDraft({ taskId: purpose, accountId }, finished || !typed ? null : { taskId, fields }, (kept) => {
    setTaskId(kept.taskId);
    setFields(kept.fields);
  });
  const progress = useProgress(current?.taskId ?? taskId);
  const taken = (result: Result): void => {
    setTask(result.task);
    setFault(result.fault);
    setGivingUp(false);
    for (const queryKey of [api.cardTasks.key(), api.topups.key(), api.accounts.get.key(), api.shift.key()])
      void queries.invalidateQueries({ queryKey });
  };
  const begin = useApproval({
    call: (input: BeginInput) => withReaderTurn(queries, () => send(purpose, input)),
    hint: t('cardTask.approve'),
    act: `cardTasks.${callOf(purpose)}`,
    onSuccess: taken,
    onError: () => void cards.refetch(),
  });
  const goOn = useApproval({
    call: (input: Inputs['cardTasks']['continue']) => withReaderTurn(queries, () => client.cardTasks.continue(input)),
    hint: t('cardTask.approve'),
    act: 'cardTasks.continue',
    accountId,
    onSuccess: taken,
  });
  const giveUp = useApproval({
    call: (input: Inputs['cardTasks']['abandon']) => withReaderTurn(queries, () => client.cardTasks.abandon(input)),
    hint: t('cardTask.abandonHint'),
    act: 'cardTasks.abandon',
    accountId,
    onSuccess: taken,
  });
  const busy = begin.isPending || goOn.isPending || giveUp.isPending;
  const reversing = current?.purpose === 'reverse';
  const slipMissing = reversing && byMachine(fields.back) && fields.reference.trim() === '';
  const continueTask = (): unknown => {
    if (current === null) return false;
    if (slipMissing) return document.getElementById('card-task-reference')?.focus();
    return goOn.run({
      taskId: current.taskId,
      slot,
      giveBack: reversing ? giveBackOf(fields, current.amountFen) : { refunds: [], toCreditFen: 0 },
    });
  };
  useLeaveGuard(typed && current === null);
  useKeys({ Enter: continueTask, F9: () => setGivingUp(true) }, { active: open && !busy && !givingUp });
  useKeys({ Escape: () => undefined }, { active: busy });
  const problem = begin.problem ?? goOn.problem ?? giveUp.problem ?? fault;
  const shown = current?.purpose ?? purpose;
  const refused = current === null && purpose === 'reverse' && cards.data?.lastTopup?.refusal != null;
  const hint = refused
    ? ''
    : makesCard(shown)
      ? view?.kind === 'blank'
        ? ''
        : t(current?.state === 'writing' ? 'cardTask.insertHalf' : 'cardTask.insertBlank')
      : view?.accountId === accountId
        ? ''
        : t('cardTask.insertOwn', {
            card: (cards.data === undefined ? undefined : presentCard(cards.data)?.cardNo) ?? current?.cardNo ?? '',
          });
  return (
    <div className="stack-wide">
      <h1>{t(`task.${purpose}`)}</h1>
      <div className="topup-columns">
        <StepList
          steps={[t('cardTask.stepWhat'), t('cardTask.stepCard'), t('cardTask.stepDone')]}
          at={finished ? 3 : open || busy ? 1 : 0}
        />
        <div className="stack-wide">
          {shift === null && <OpenShiftForm />}
          <CardStrip accountId={accountId} />
          {cards.error !== null && <ProblemNote problem={problemOf(cards.error)} />}
          {cards.data === undefined && cards.error === null && <Lines count={5} />}
          {cards.data !== undefined && current === null && (
            <CardTaskForm
              purpose={purpose}
              cards={cards.data}
              busy={busy}
              blocked={shift === null}
              problem={begin.problem}
              fields={fields}
              onChange={(next) => {
                setFields(next);
                // What was refused may be right now.
                if (refusedField(begin.problem) !== null) begin.reset();
              }}
              onBegin={(reason) => {
                const input = beginInput(purpose, cards.data, fields, { taskId, slot, reason });
                if (input !== null) begin.run(input);
              }}
            />
          )}
          {busy && (
            <output className="panel" data-testid="card-task-progress">
              {progress !== null && progress.step === 'writing' && progress.totalBytes > 0
                ? t('cardTask.workingBytes', { done: progress.doneBytes, total: progress.totalBytes })
                : t('cardTask.working')}
            </output>
          )}
          {!busy && current !== null && <RefundedPurchase topupId={fields.refundTopupId} />}
          {!busy && finished && task !== null && <CardTaskResult task={task} onDone={() => go({ screen: 'account', accountId })} />}
          {!busy && problem !== null && refusedField(problem) === null && (problem.code !== 'CARD_ABSENT' || hint === '') && (
            <ProblemNote problem={problem} tone={open ? 'warn' : 'bad'} />
          )}
          {!busy && hint !== '' && !finished && (
            <div className="state-undelivered" data-testid="card-wanted">
              {hint}
            </div>
          )}
          {!busy && open && (
            <Panel title={t('cardTask.open')} testId="card-task-open">
              <div>
                {t(`task.${current.purpose === 'carry' ? 'correct' : current.purpose}`)} · <span className="figures">{current.cardNo}</span>
              </div>
              {reversing && (
                <div className="field-grid">
                  <GiveBack fields={fields} wrong={slipMissing} onChange={(change) => setFields({ ...fields, ...change })} />
                </div>
              )}
              <div className="row wrap">
                <Button type="primary" size="large" onClick={continueTask} data-testid="card-task-continue">
                  {t('cardTask.continue')}
                  <Kbd>Enter</Kbd>
                </Button>
                <Button onClick={() => setGivingUp(true)} data-testid="card-task-abandon">
                  {t('cardTask.abandon')}
                  <Kbd>F9</Kbd>
                </Button>
              </div>
            </Panel>
          )}
        </div>
        {cards.data !== undefined && <CardTaskSummary purpose={shown} account={account} cards={cards.data} task={current} />}
      </div>
      {givingUp && current !== null && (
        <ReasonDialog
          title={t('cardTask.abandonTitle')}
          action={t('cardTask.abandon')}
          danger
          busy={giveUp.isPending}
          hidden={giveUp.asking}
          onDo={(reason) => giveUp.run({ taskId: current.taskId, slot, reason })}
          onClose={() => setGivingUp(false)}
        >
          <p>{t('cardTask.abandonHint')}</p>
        </ReasonDialog>
      )}
      {begin.dialog}
      {goOn.dialog}
      {giveUp.dialog}
    </div>
  );
}

/** Returns the screen of one purpose. */
export function screenOf(purpose: Purpose): ComponentType<TaskProps> {
  return (props) => <CardTaskScreen {...props} purpose={purpose} />;
}
