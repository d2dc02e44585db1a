// A card task from its reason to the card that was read back: make, replace, load, reverse; and one that was left open.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { type ComponentType, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { v7 as newId } from 'uuid';
import type { Outputs } from '../../../shared/contract/index.ts';
import { useCard } from '../../bridge/card.ts';
import { api, client, problemOf } from '../../bridge/client.ts';
import { useProgress } from '../../bridge/events.ts';
import { withReaderTurn } from '../../bridge/reader-turn.ts';
import { Lines, Panel } from '../../components/facts.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { ReasonDialog } from '../../components/reason-dialog.tsx';
import { StepList } from '../../components/steps.tsx';
import { useApproval } from '../../components/use-approval.tsx';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import { OpenShiftForm } from '../home/shift-panel.tsx';
import { useLeaveGuard, useNavigation } from '../shell/navigation.tsx';
import type { TaskProps } from '../tasks/task.ts';
import { CardStrip } from './card-strip.tsx';
import type { CardTask, Purpose } from './card-task.ts';
import { CardTaskForm, type CardTaskInput } from './card-task-form.tsx';
import { CardTaskResult } from './card-task-result.tsx';

const isOpen = ({ state }: CardTask): boolean => state !== 'verified' && state !== 'abandoned';

function CardTaskScreen({ accountId, purpose }: TaskProps & { readonly purpose: Purpose }) {
  const { t } = useTranslation();
  const { go } = useNavigation();
  const queries = useQueryClient();
  const { slot, view } = useCard();
  const shift = useQuery(api.shift.current.queryOptions({ input: {} })).data;
  const cards = useQuery(api.cardTasks.ofAccount.queryOptions({ input: { accountId } }));
  const [taskId] = useState(() => newId());
  const [task, setTask] = useState<CardTask | null>(null);
  const [dirty, setDirty] = useState(false);
  const [givingUp, setGivingUp] = useState(false);
  const [fault, setFault] = useState<{ readonly code: string; readonly context: Record<string, string | number | boolean | null> } | null>(
    null,
  );
  const current = task ?? cards.data?.openTask ?? null;
  const progress = useProgress(current?.taskId ?? taskId);
  const taken = (result: Outputs['cardTasks']['continue']): void => {
    setTask(result.task);
    setFault(result.fault);
    setGivingUp(false);
    void queries.invalidateQueries({ queryKey: api.cardTasks.key() });
    void queries.invalidateQueries({ queryKey: api.accounts.get.key() });
    void queries.invalidateQueries({ queryKey: api.shift.key() });
  };
  const begin = useApproval({
    call: (input: CardTaskInput & { readonly approval?: object }) =>
      withReaderTurn(queries, () => {
        const { call, ...rest } = input;
        const sent = { ...rest, taskId, accountId, slot } as never;
        return client.cardTasks[call](sent) as Promise<Outputs['cardTasks']['continue']>;
      }),
    hint: t('cardTask.approve'),
    onSuccess: taken,
    onError: () => void cards.refetch(),
  });
  const goOn = useApproval({
    call: (input: { readonly taskId: string }) => withReaderTurn(queries, () => client.cardTasks.continue({ ...input, slot })),
    hint: t('cardTask.approve'),
    onSuccess: taken,
  });
  const giveUp = useApproval({
    call: (input: { readonly taskId: string; readonly reason: string }) =>
      withReaderTurn(queries, () => client.cardTasks.abandon({ ...input, slot })),
    hint: t('cardTask.abandonHint'),
    onSuccess: taken,
  });
  const busy = begin.isPending || goOn.isPending || giveUp.isPending;
  const open = current !== null && isOpen(current);
  const finished = task !== null && !open;
  useLeaveGuard(dirty && current === null);
  useKeys(
    { Enter: () => goOn.run({ taskId: current?.taskId ?? '' }), F9: () => setGivingUp(true) },
    { active: open && !busy && !givingUp },
  );
  useKeys({ Escape: () => undefined }, { active: busy });
  const problem = begin.problem ?? goOn.problem ?? giveUp.problem ?? fault;
  const blankWanted = ['issue', 'reissue', 'replace'].includes(current?.purpose ?? purpose);
  const active = cards.data?.cards.find(({ status }) => status === 'active');
  const hint = blankWanted
    ? view?.kind === 'blank'
      ? ''
      : t('cardTask.insertBlank')
    : view?.accountId === accountId
      ? ''
      : t('cardTask.insertOwn', { card: active?.cardNo ?? current?.cardNo ?? '' });
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
              onTyped={setDirty}
              onBegin={(input) => begin.run(input)}
            />
          )}
          {busy && (
            <output className="panel" data-testid="card-task-progress">
              {progress !== null && progress.step === 'writing' && progress.totalBytes > 0
                ? t('cardTask.workingBytes', { done: progress.doneBytes, total: progress.totalBytes })
                : t('cardTask.working')}
            </output>
          )}
          {!busy && finished && task !== null && <CardTaskResult task={task} onDone={() => go({ screen: 'account', accountId })} />}
          {!busy && problem !== null && <ProblemNote problem={problem} tone={open ? 'warn' : 'bad'} />}
          {!busy && hint !== '' && !finished && <div className="soft">{hint}</div>}
          {!busy && open && (
            <Panel title={t('cardTask.open')} testId="card-task-open">
              <div>
                {t(`task.${current.purpose === 'carry' ? 'correct' : current.purpose}`)} · <span className="figures">{current.cardNo}</span>
              </div>
              <div className="row wrap">
                <Button type="primary" size="large" onClick={() => goOn.run({ taskId: current.taskId })} data-testid="card-task-continue">
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
      </div>
      {givingUp && current !== null && (
        <ReasonDialog
          title={t('cardTask.abandonTitle')}
          action={t('cardTask.abandon')}
          danger
          busy={giveUp.isPending}
          onDo={(reason) => giveUp.run({ taskId: current.taskId, reason })}
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
