// The manager's screen: what a day has taken by hour, kind, clerk and tender against the same weekday before, how the counter stands, and the operations.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { addDays } from '../../../shared/domain/calendar.ts';
import { addTakings, type TakingFilter, type TakingSums, TENDER_FIELDS, takenFen } from '../../../shared/domain/takings.ts';
import { api, problemOf } from '../../bridge/client.ts';
import { Button } from '../../components/button.tsx';
import { Facts, Lines, Panel } from '../../components/facts.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { clockTime, cubicMetres, yuan } from '../../format/format.ts';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import { useTranslation } from '../../text/use-translation.tsx';
import { useNavigation } from '../shell/navigation.tsx';
import { HourChart, KindChart } from './charts.tsx';
import { ExportButton } from './export-dialog.tsx';
import { FigureGrid } from './figure-grid.tsx';
import { changePermille, changeText, clerkRows, type Day, givenBack, hourRows, kindRows, TENDERS } from './figures.ts';
import { NowPanel } from './now-panel.tsx';
import { OperationsList } from './operations-list.tsx';

/** Before this an answer is waited for without a word, ms. */
const WAITING_MS = 300;

export default function OverviewScreen(props: {
  /** '' for the open business date. */
  readonly date: string;
  readonly of: Day['of'];
  readonly list: TakingFilter | null;
}) {
  const { date, of, list } = props;
  if (list !== null) return <OperationsList date={date} of={of} filter={list} />;
  return <Figures date={date} of={of} />;
}

function Figures({ date, of }: { readonly date: string; readonly of: Day['of'] }) {
  const { t } = useTranslation();
  const { go, replace } = useNavigation();
  const {
    data: day,
    error,
    isPlaceholderData,
  } = useQuery({
    ...api.overview.day.queryOptions({ input: date === '' ? { of } : { date, of } }),
    placeholderData: keepPreviousData,
  });
  const show = (next: { readonly date?: string; readonly of?: Day['of'] }): void => {
    const { date: nextDate = date, of: nextOf = of } = next;
    // Today is not named: it goes on with the business date.
    const named = nextDate === '' || nextDate >= (day?.businessDate ?? '') ? {} : { date: nextDate };
    replace({ screen: 'overview', of: nextOf, ...named });
  };
  const turn = (by: number): void => {
    if (day !== undefined) show({ date: addDays(day.date, by) });
  };
  useKeys({
    'Alt+p': () => turn(-1),
    'Alt+n': () => turn(1),
    'Alt+t': () => show({ date: '' }),
    'Alt+b': () => show({ of: of === 'counter' ? 'branch' : 'counter' }),
  });
  if (day === undefined) return error === null ? <Lines count={10} /> : <ProblemNote problem={problemOf(error)} />;
  const open = (filter: TakingFilter): void => go({ screen: 'overview', date: day.date, of, list: filter });
  const total = addTakings(day.cells);
  const { lastWeek, average } = day.comparison;
  return (
    <div className="stack" data-testid="overview" aria-busy={isPlaceholderData}>
      <div className="row between wrap">
        <div className="row wrap">
          <h1>{`${t('overview.title')} ${day.date} ${t(`overview.weekday.d${weekdayOf(day.date)}`)}`}</h1>
          <span className="tag">{t(day.isOpen ? 'overview.soFar' : 'overview.whole')}</span>
          <span className="soft figures">{t('overview.asOf', { time: clockTime(day.asOfMs) })}</span>
          {of === 'branch' && day.counters.length > 0 && (
            <span className="soft">{t('overview.counters', { list: day.counters.join(' ') })}</span>
          )}
          <Waiting busy={isPlaceholderData} />
        </div>
        <div className="row wrap">
          <Segmented<Day['of']>
            aria-label={t('overview.of.label')}
            value={of}
            onChange={(next) => show({ of: next })}
            options={[
              { value: 'counter', label: t('overview.of.counter') },
              { value: 'branch', label: t('overview.of.branch') },
            ]}
          />
          <Kbd>Alt B</Kbd>
          <Button onClick={() => turn(-1)} data-testid="day-before">
            {t('overview.earlier')}
            <Kbd>Alt P</Kbd>
          </Button>
          <Button onClick={() => turn(1)} disabled={day.isOpen}>
            {t('overview.later')}
            <Kbd>Alt N</Kbd>
          </Button>
          {!day.isOpen && (
            <Button onClick={() => show({ date: '' })}>
              {t('overview.today')}
              <Kbd>Alt T</Kbd>
            </Button>
          )}
          <ExportButton subject={{ kind: 'overview', date: day.date, of, table: 'takings' }} />
        </div>
      </div>
      {error !== null && <ProblemNote problem={problemOf(error)} />}
      <Tiles day={day} total={total} />
      <div className="overview-charts">
        <HourChart day={day} onOpen={open} />
        <KindChart day={day} onOpen={open} />
        <NowPanel day={day} />
      </div>
      {day.cells.length === 0 && <p className="soft">{t('overview.nothing')}</p>}
      <FigureGrid
        title={t('overview.table.hours')}
        head={t('overview.hourHead')}
        rows={hourRows(day)}
        total={total}
        nameOf={({ hour }) => t('overview.hour', { hour })}
        beside={[
          { title: t('overview.chart.lastWeek'), fenOf: ({ lastWeekFen }) => lastWeekFen, totalFen: lastWeek.amountFen },
          { title: t('overview.chart.average'), fenOf: ({ averageFen }) => averageFen, totalFen: average.amountFen },
        ]}
        onOpen={open}
        testId="grid-hours"
      />
      <div className="two-grids">
        <FigureGrid
          title={t('overview.table.kinds')}
          head={t('overview.kindHead')}
          rows={kindRows(day)}
          total={total}
          nameOf={({ kind }) => t(`day.words.business.${kind.replace('.', '-') as 'topup-paid'}`)}
          onOpen={open}
          testId="grid-kinds"
        />
        <FigureGrid
          title={t('overview.table.clerks')}
          head={t('overview.clerkHead')}
          rows={clerkRows(day)}
          total={total}
          nameOf={({ clerk, name }) => `${clerk} ${name}`.trim()}
          onOpen={open}
          testId="grid-clerks"
        />
      </div>
    </div>
  );
}

/** 0 is Sunday. */
function weekdayOf(date: string): 0 | 1 | 2 | 3 | 4 | 5 | 6 {
  return new Date(`${date}T00:00:00Z`).getUTCDay() as 0;
}

/** Says that an answer is on its way once it takes longer. */
function Waiting({ busy }: { readonly busy: boolean }) {
  const { t } = useTranslation();
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    setSlow(false);
    if (!busy) return;
    const timer = setTimeout(() => setSlow(true), WAITING_MS);
    return () => clearTimeout(timer);
  }, [busy]);
  return slow ? <output className="soft">{t('light.asking')}</output> : null;
}

/** The large figures: what was taken and how that stands against the days before, by tender, how often, how much gas and power. */
function Tiles({ day, total }: { readonly day: Day; readonly total: TakingSums }) {
  const { t } = useTranslation();
  const back = givenBack(day);
  return (
    <div className="tiles">
      <Panel title={t('overview.taken')}>
        <span className="amount-due" data-testid="taken">
          {yuan(takenFen(total))}
        </span>
        <span className="soft small">{t('overview.takenHint')}</span>
      </Panel>
      <Panel title={t('overview.against.title')}>
        <Against day={day} nowFen={takenFen(total)} />
      </Panel>
      <Panel title={t('overview.byTender')}>
        <Facts
          figures
          items={TENDERS.map((tender) => [t(`day.words.tender.${tender}`), yuan(total[TENDER_FIELDS[tender].fen])] as const)}
        />
      </Panel>
      <Panel title={t('overview.operations')}>
        <span className="tile-figure">{total.operations}</span>
        {back.operations > 0 && (
          <span className="soft">
            {`${t('overview.givenBack')} ${t('overview.count', { count: back.operations })}, ${yuan(back.amountFen)}`}
          </span>
        )}
      </Panel>
      <Panel title={t('overview.sold')}>
        <Facts
          figures
          items={[
            [t('overview.gas'), `${cubicMetres(total.gasLitres)} m³`],
            [t('overview.power'), total.powerWattHours === 0 ? null : `${cubicMetres(total.powerWattHours)} kWh`],
          ]}
        />
      </Panel>
    </div>
  );
}

/** How much more or less than on the same weekday, up to the same time of day where the day goes on. */
function Against({ day, nowFen }: { readonly day: Day; readonly nowFen: number }) {
  const { t } = useTranslation();
  const { lastWeek, average } = day.comparison;
  if (average.days === 0) return <span className="soft">{t('overview.against.none')}</span>;
  const isPart = lastWeek.soFarFen !== lastWeek.amountFen || average.soFarFen !== average.amountFen;
  const rows = [
    [t('overview.against.lastWeek'), lastWeek],
    [t('overview.against.average', { days: average.days }), average],
  ] as const;
  return (
    <table className="against">
      <caption className="visually-hidden">{t('overview.against.title')}</caption>
      <thead>
        <tr className="soft">
          <td />
          <th scope="col">{isPart ? t('overview.against.sameTime') : t('overview.against.wholeDay')}</th>
          <td />
          {isPart && <th scope="col">{t('overview.against.wholeDay')}</th>}
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, before]) => {
          const permille = changePermille({ now: nowFen, before: before.soFarFen });
          return (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td className="figures">{yuan(before.soFarFen)}</td>
              <td className="figures">
                <strong>{permille === null ? '—' : changeText(permille)}</strong>
              </td>
              {isPart && <td className="figures soft">{yuan(before.amountFen)}</td>}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
