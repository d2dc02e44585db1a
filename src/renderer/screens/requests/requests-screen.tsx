// The work list: open requests by their deadline, chosen by arrows.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, problemOf } from '../../bridge/client.ts';
import { useWords } from '../../components/commodity.tsx';
import { Lines, Panel } from '../../components/facts.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { useKeys } from '../../keys/keys.tsx';
import { useNavigation } from '../shell/navigation.tsx';
import { DeadlineClock } from './request-parts.tsx';

const VIEWS = ['all', 'mine', 'overdue'] as const;
type View = (typeof VIEWS)[number];

export default function RequestsScreen() {
  const { t } = useWords();
  const { go } = useNavigation();
  const [view, setView] = useState<View>('all');
  const [at, setAt] = useState(0);
  const { data: rows, error } = useQuery({
    ...api.requests.list.queryOptions({ input: { mine: view === 'mine', overdue: view === 'overdue' } }),
    // Never the list of before: Enter would open a request that is long done.
    gcTime: 0,
  });
  const last = Math.max(0, (rows?.length ?? 0) - 1);
  const chosen = Math.min(at, last);
  const open = (index: number): unknown => {
    const row = rows?.[index];
    if (row === undefined) return false;
    return go({ screen: 'task', taskId: row.kind, accountId: row.accountId, subjectId: row.requestId });
  };
  useKeys({
    ArrowDown: () => setAt(Math.min(last, chosen + 1)),
    ArrowUp: () => setAt(Math.max(0, chosen - 1)),
    Enter: () => open(chosen),
    '1': () => setView('all'),
    '2': () => setView('mine'),
    '3': () => setView('overdue'),
  });
  return (
    <div className="stack-wide">
      <h1>{t('requests.title')}</h1>
      <div className="row between wrap">
        <Segmented<View>
          aria-label={t('requests.title')}
          value={view}
          onChange={setView}
          options={VIEWS.map((value) => ({ value, label: t(`requests.${value}`) }))}
        />
        <span className="soft">{t('requests.hint')}</span>
      </div>
      {error !== null && <ProblemNote problem={problemOf(error)} />}
      {rows === undefined && error === null && <Lines count={6} />}
      {rows !== undefined && (
        <Panel title={t(`requests.${view}`)}>
          {rows.length === 0 && (
            <p className="soft">
              {t('requests.empty')} {t('requests.emptyHint')}
            </p>
          )}
          {rows.length > 0 && (
            <table className="plain-table">
              <caption className="visually-hidden">{t('requests.title')}</caption>
              <thead>
                <tr>
                  <th>{t('requests.no')}</th>
                  <th>{t('requests.kindWord')}</th>
                  <th>{t('topup.customer')}</th>
                  <th>{t('requests.stateWord')}</th>
                  <th>{t('requests.deadline')}</th>
                  <th>{t('requests.clerk')}</th>
                </tr>
              </thead>
              <tbody>
                {rows.map((row, index) => (
                  <tr
                    key={row.requestId}
                    aria-selected={index === chosen}
                    className={index === chosen ? 'chosen' : ''}
                    data-testid="request-row"
                    onClick={() => setAt(index)}
                    onDoubleClick={() => open(index)}
                  >
                    <td className="figures">{row.requestNo}</td>
                    <td>{t(`requests.kind.${row.kind}`)}</td>
                    <td>
                      {row.customerName} <span className="soft figures">{row.accountNo}</span>
                    </td>
                    <td>{t(`requests.state.${row.state}`)}</td>
                    <td>
                      <span className="figures">{row.deadline}</span> <DeadlineClock daysLeft={row.daysLeft} />
                    </td>
                    <td className="figures">{row.openedBy}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </Panel>
      )}
    </div>
  );
}
