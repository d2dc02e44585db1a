// A service request of one kind: its form while it is new, then the work on it until it is done.
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { v7 as newId } from 'uuid';
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import type { RequestKind } from '../../../shared/domain/requests.ts';
import { api, client, problemOf } from '../../bridge/client.ts';
import { Button } from '../../components/button.tsx';
import { useWords } from '../../components/commodity.tsx';
import { Facts, Lines, Panel } from '../../components/facts.tsx';
import { focusWrong } from '../../components/field.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { StepList } from '../../components/steps.tsx';
import { useDebounced } from '../../components/use-debounced.ts';
import { yuan } from '../../format/format.ts';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import { useDraft, useLeaveGuard, useNavigation } from '../shell/navigation.tsx';
import type { TaskProps } from '../tasks/task.ts';
import { FormFields, formOf, initialOf, keepableOf } from './form-fields.tsx';
import { Bills, EffectWords, Obstacles } from './request-parts.tsx';
import { RequestWork } from './request-work.tsx';

type KindForm = Outputs['requests']['kinds'][number];

function NewRequest({ accountId, form: definition }: { readonly accountId: string; readonly form: KindForm }) {
  const { t } = useWords();
  const { replace } = useNavigation();
  const { kind, seenVersion, seenChangeId } = definition;
  const fields = definition.fields.filter(({ step }) => step === 'open');
  const account = useQuery(api.accounts.get.queryOptions({ input: { accountId } })).data;
  const [requestId, setRequestId] = useState(() => newId());
  const [typed, setTyped] = useState(() => initialOf(fields));
  const form = formOf(fields, typed);
  const asked = useDebounced(JSON.stringify(form), 250);
  const preview = useQuery({
    ...api.requests.preview.queryOptions({ input: { accountId, kind, form: JSON.parse(asked) as typeof form } }),
    staleTime: 0,
    placeholderData: (previous: Outputs['requests']['preview'] | undefined) => previous,
  }).data;
  const open = useMutation({
    mutationFn: (input: Inputs['requests']['open']) => client.requests.open(input),
    onSuccess: () => replace({ screen: 'task', taskId: kind, accountId, subjectId: requestId }),
    onError: (error) => focusWrong(problemOf(error)),
  });
  const problem = open.error === null ? null : problemOf(open.error);
  const ofField = problem?.code === 'INPUT_INVALID';
  const anyTyped = !open.isSuccess && JSON.stringify(typed) !== JSON.stringify(initialOf(fields));
  useLeaveGuard(anyTyped);
  const kept = { requestId, typed: keepableOf(fields, typed) };
  useDraft({ taskId: kind, accountId }, anyTyped ? kept : null, (draft: typeof kept) => {
    setRequestId(draft.requestId);
    setTyped({ ...initialOf(fields), ...draft.typed });
  });
  const submit = (): unknown => (open.isPending ? false : open.mutate({ requestId, accountId, kind, seenVersion, seenChangeId, form }));
  useKeys({ Enter: submit });
  return (
    <div className="topup-columns">
      <StepList steps={(preview?.path ?? ['open']).map((state) => t(`requests.state.${state}`))} at={0} />
      <div className="stack-wide">
        <Panel title={t('requests.form')}>
          <FormFields
            fields={fields}
            typed={typed}
            problem={problem}
            onChange={(next) => {
              setTyped(next);
              open.reset();
            }}
          />
          {problem !== null && !ofField && <ProblemNote problem={problem} />}
          <div className="row between wrap">
            {preview === undefined ? <Lines count={1} /> : <Obstacles obstacles={preview.obstacles} told={problem?.code ?? ''} />}
            <Button type="primary" size="large" loading={open.isPending} onClick={submit} data-testid="open-request">
              {t('requests.open')}
              <Kbd>Enter</Kbd>
            </Button>
          </div>
        </Panel>
        <Bills bills={preview?.bills ?? []} />
      </div>
      <Panel title={t('topup.summary')} testId="summary">
        <Facts
          figures
          items={[
            [t('topup.customer'), <strong key="name">{account?.customerName ?? ''}</strong>],
            [t('account.no'), account?.accountNo ?? ''],
            [t('requests.kindWord'), t(`requests.kind.${kind}`)],
            [t('requests.fee'), preview === undefined ? null : yuan(preview.feeFen)],
            [t('requests.refund'), preview === undefined || preview.refundFen === 0 ? null : yuan(preview.refundFen)],
            [t('requests.deadline'), preview?.deadline ?? null],
          ]}
        />
        <h3>{t('requests.effectTitle')}</h3>
        <EffectWords words={preview?.words ?? []} />
      </Panel>
    </div>
  );
}

function RequestOfKind({ kind, accountId, subjectId }: TaskProps & { readonly kind: RequestKind }) {
  const { t } = useWords();
  const kinds = useQuery({ ...api.requests.kinds.queryOptions({ input: { accountId } }), enabled: subjectId === '' });
  const mine = useQuery({ ...api.requests.list.queryOptions({ input: { accountId, kind } }), enabled: subjectId === '' });
  const under = mine.data?.find(({ state }) => state !== 'completed' && state !== 'cancelled')?.requestId ?? '';
  const requestId = subjectId === '' ? under : subjectId;
  const form = kinds.data?.find((one) => one.kind === kind);
  const error = kinds.error ?? mine.error;
  const asking = subjectId === '' && (kinds.data === undefined || mine.data === undefined);
  return (
    <div className="stack-wide">
      <h1>{t(`requests.kind.${kind}`)}</h1>
      {error !== null && <ProblemNote problem={problemOf(error)} />}
      {asking && error === null && <Lines count={6} />}
      {!asking && requestId !== '' && <RequestWork key={requestId} requestId={requestId} />}
      {!asking && requestId === '' && form !== undefined && <NewRequest accountId={accountId} form={form} />}
      {!asking && requestId === '' && form === undefined && <ProblemNote problem={{ code: 'ACCOUNT_STATUS_REFUSES', context: {} }} />}
    </div>
  );
}

/** The screen of one kind of request. */
export function screenOf(kind: RequestKind) {
  return (props: TaskProps) => <RequestOfKind kind={kind} {...props} />;
}
