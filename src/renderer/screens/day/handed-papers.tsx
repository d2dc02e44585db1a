// Whether the papers of a close are at headquarters: green only when it has just said so itself, and what is missing by name.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Outputs } from '../../../shared/contract/index.ts';
import { api, client, problemOf } from '../../bridge/client.ts';
import { Button } from '../../components/button.tsx';
import { Lines, StateWord } from '../../components/facts.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { dateTime } from '../../format/format.ts';
import { useTranslation } from '../../text/use-translation.tsx';

type Papers = Outputs['day']['papers'];
type Paper = Papers['papers'][number];

const isThere = ({ state }: Paper): boolean => state === 'held' || state === 'said-held';
type Missing = Exclude<Paper['state'], 'held' | 'said-held'> | 'failed';

/** A paper that is being made and has a fault could not be made. */
const wordOf = ({ state, fault }: Paper): Missing => (state === 'due' && fault !== null ? 'failed' : (state as Missing));

export function HandedPapers({ closeId }: { readonly closeId: string }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { data, error } = useQuery(api.day.papers.queryOptions({ input: { closeId } }));
  const hand = useMutation({
    mutationFn: () => client.day.handOver({ closeId }),
    onSuccess: (papers) => queries.setQueryData(api.day.papers.queryKey({ input: { closeId } }), papers),
  });
  const problem = error ?? hand.error;
  if (problem !== null) return <ProblemNote problem={problemOf(problem)} tone="warn" />;
  if (data === undefined) return <Lines count={1} />;
  const { papers, hasHeadquarters } = data;
  const missing = papers.filter((paper) => !isThere(paper));
  const refusal = missing.find(({ state }) => state === 'refused')?.fault ?? null;
  const mayHand = hasHeadquarters && missing.some((paper) => ['none', 'failed'].includes(wordOf(paper)));
  return (
    <span className="stack" data-testid="day-papers">
      <span className="row wrap">
        <StateWord tone={toneOf(data)}>{summaryOf(data, t)}</StateWord>
        {mayHand && (
          <Button size="small" loading={hand.isPending} onClick={() => hand.mutate()}>
            {t('day.handed.hand')}
          </Button>
        )}
      </span>
      {hasHeadquarters &&
        [...new Set(missing.map(wordOf))].map((word) => (
          <span key={word} className="soft">
            {`${t(`day.handed.state.${word}`)}: ${missing
              .filter((paper) => wordOf(paper) === word)
              .map(({ paper }) => t(`day.paper.${paper}`))
              .join(' · ')}`}
          </span>
        ))}
      {refusal !== null && <ProblemNote problem={refusal} tone="warn" />}
    </span>
  );
}

function toneOf({ hasHeadquarters, papers }: Papers): 'ok' | 'warn' | 'bad' | 'idle' {
  if (!hasHeadquarters) return 'idle';
  if (papers.some(({ state }) => state === 'refused')) return 'bad';
  if (papers.every(({ state }) => state === 'held')) return 'ok';
  return papers.every(isThere) ? 'idle' : 'warn';
}

function summaryOf({ hasHeadquarters, papers }: Papers, t: ReturnType<typeof useTranslation>['t']): string {
  if (!hasHeadquarters) return t('day.handed.none');
  const total = papers.length;
  if (papers.every(({ state }) => state === 'held')) return t('day.handed.all', { total });
  const held = papers.filter(isThere).length;
  if (held < total) return t('day.handed.some', { held, total });
  return t('day.handed.saidAll', { total, at: dateTime(Math.max(...papers.map(({ changedAtMs }) => changedAtMs))) });
}
