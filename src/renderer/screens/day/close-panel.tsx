// One close: its papers, whether headquarters holds the same, and its figures.
import { useQuery } from '@tanstack/react-query';
import { DAY_PAPERS } from '../../../shared/domain/close-papers.ts';
import { api, problemOf } from '../../bridge/client.ts';
import { Button } from '../../components/button.tsx';
import { Facts, Lines, Panel, StateWord } from '../../components/facts.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { useTranslation } from '../../text/use-translation.tsx';
import { ExportButton } from '../overview/export-dialog.tsx';
import { PaperButton } from '../paper/paper-dialog.tsx';
import { FiguresPanels } from './figures-panels.tsx';
import { HandedPapers } from './handed-papers.tsx';

const TONES = { confirmed: 'ok', differs: 'bad', 'not-held': 'warn', unknown: 'idle' } as const;

export function ClosePanel({ closeId }: { readonly closeId: string }) {
  const { t } = useTranslation();
  const { data: close, error } = useQuery(api.day.get.queryOptions({ input: { closeId } }));
  const agreement = useQuery(api.day.agree.queryOptions({ input: { closeId } }));
  if (error !== null) return <ProblemNote problem={problemOf(error)} />;
  if (close === undefined) return <Lines count={6} />;
  const { data: held } = agreement;
  const different = (held?.kinds ?? []).filter(({ ours, theirs }) => JSON.stringify(ours) !== JSON.stringify(theirs));
  return (
    <>
      <Panel title={t('day.closeShown', { no: close.closeNo, date: close.closedDate })} testId="day-close-shown">
        <Facts
          items={[
            [t('day.hash'), <code key="hash">{close.hash}</code>],
            [
              t('day.headquarters'),
              <span key="hq" className="row wrap">
                {held === undefined ? (
                  <Lines count={1} />
                ) : (
                  <StateWord tone={TONES[held.state]}>{t(`day.agreement.${held.state}`)}</StateWord>
                )}
                <Button size="small" loading={agreement.isFetching} onClick={() => void agreement.refetch()}>
                  {t('day.ask')}
                </Button>
              </span>,
            ],
            [t('day.handed.title'), <HandedPapers key="papers" closeId={closeId} />],
          ]}
        />
        {held?.state === 'differs' && <p className="soft">{different.map(({ kind }) => kind).join(', ')}</p>}
        {held?.fault != null && <ProblemNote problem={held.fault} tone="warn" />}
        <div className="row wrap">
          {DAY_PAPERS.map((paper, index) => (
            <PaperButton key={paper} subject={{ kind: 'day', paper, closeId }} word={t(`day.paper.${paper}`)} letter={String(index + 1)} />
          ))}
          <PaperButton subject={{ kind: 'month', month: close.closedDate.slice(0, 7) }} word={t('day.paper.monthly-summary')} letter="6" />
          <ExportButton subject={{ kind: 'close', closeId, table: 'business' }} letter="7" />
        </div>
      </Panel>
      <FiguresPanels figures={close} />
    </>
  );
}
