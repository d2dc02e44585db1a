// The first start of a counter without books: the one-time code, then how far the books are and how long it may still take.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Progress } from 'antd';
import { useEffect, useState } from 'react';
import type { Outputs } from '../../../shared/contract/index.ts';
import { api, client, problemOf } from '../../bridge/client.ts';
import { Button } from '../../components/button.tsx';
import { Facts } from '../../components/facts.tsx';
import { Input } from '../../components/input.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { Kbd } from '../../keys/keys.tsx';
import { useTranslation } from '../../text/use-translation.tsx';
import { Entrance } from './entrance.tsx';

type FirstStart = NonNullable<Outputs['system']['firstStart']>;
type Load = NonNullable<FirstStart['load']>;

const MINUTE_MS = 60_000;
const CODE_LENGTH = 8;

const grouped = (count: number): string => count.toLocaleString('en');

export function FirstStartScreen({ state }: { readonly state: FirstStart }) {
  const { t } = useTranslation();
  useEffect(() => {
    document.title = `${t('firstStart.title')} · ${t('app.name')}`;
  }, [t]);
  const { load } = state;
  const counter = t('shell.counter', { counter: state.counterId });
  return (
    <Entrance where={state.branchName === '' ? counter : `${state.branchName} · ${counter}`}>
      <section className="panel stack-wide" aria-label={t('firstStart.title')} data-testid="first-start" data-phase={load?.phase ?? ''}>
        <h1>{t('firstStart.title')}</h1>
        <p>{t('firstStart.closed')}</p>
        {state.state === 'not-configured' && <p className="tone-bad">{t('firstStart.noHeadquarters')}</p>}
        {state.state === 'not-enrolled' && <CodeForm />}
        {load !== null && state.state !== 'not-enrolled' && <Loading load={load} />}
        {state.lastError !== null && <ProblemNote problem={state.lastError} tone="warn" heading={t('firstStart.goesOn')} />}
      </section>
    </Entrance>
  );
}

function CodeForm() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [code, setCode] = useState('');
  const begin = useMutation({
    mutationFn: () => client.system.begin({ code: code.trim() }),
    onSuccess: (state) => queries.setQueryData(api.system.firstStart.queryKey({ input: {} }), state),
  });
  const isWhole = code.trim().length >= CODE_LENGTH;
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (isWhole && !begin.isPending) begin.mutate();
      }}
    >
      <label htmlFor="first-code">{t('sync.code')}</label>
      <Input
        id="first-code"
        size="large"
        autoFocus
        autoComplete="off"
        maxLength={64}
        value={code}
        aria-describedby="first-code-hint"
        data-testid="first-code"
        onChange={(event) => setCode(event.target.value)}
      />
      <p id="first-code-hint" className="soft">
        {t('sync.codeHint')}
      </p>
      {begin.error !== null && <ProblemNote problem={problemOf(begin.error)} />}
      <Button type="primary" size="large" block htmlType="submit" disabled={!isWhole} loading={begin.isPending} data-testid="first-begin">
        {t('firstStart.begin')}
        <Kbd>Enter</Kbd>
      </Button>
    </form>
  );
}

/** How far the first load is; also on the page of F6. */
export function Loading({ load }: { readonly load: Load }) {
  const { t } = useTranslation();
  const { phase, position, of, accounts, remainingMs } = load;
  const left = (ms: number): string =>
    ms < MINUTE_MS ? t('firstStart.underMinute') : t('firstStart.minutes', { count: Math.ceil(ms / MINUTE_MS) });
  // The index is the last tenth: the bar must not stand at the end while there is something to do.
  const percent = of === 0 ? 0 : Math.floor((position / of) * 90) + (phase === 'indexing' ? 5 : 0);
  return (
    <div className="stack">
      <div role="status">{t(`firstStart.phase.${phase}`)}</div>
      <Progress percent={percent} status="active" aria-label={t('firstStart.title')} />
      {of > 0 && (
        <Facts
          items={[
            [t('firstStart.entries'), t('firstStart.ofAll', { position: grouped(position), of: grouped(of) })],
            [t('firstStart.accounts'), grouped(accounts)],
            [t('firstStart.left'), remainingMs === null || phase !== 'loading' ? null : left(remainingMs)],
          ]}
        />
      )}
      <p className="soft">{t('firstStart.hint')}</p>
    </div>
  );
}
