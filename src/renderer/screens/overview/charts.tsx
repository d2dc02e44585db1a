// The two charts of the overview: takings by hour against the same weekday before, and by kind of business; a press opens the operations.
import type { EChartsCoreOption } from 'echarts/core';
import { type TakingFilter, TENDER_FIELDS, takenFen } from '../../../shared/domain/takings.ts';
import type { TenderKind } from '../../../shared/domain/tender.ts';
import { Panel } from '../../components/facts.tsx';
import { yuan } from '../../format/format.ts';
import { useTranslation } from '../../text/use-translation.tsx';
import { Chart, type ChartColours } from './chart.tsx';
import { type Day, type FigureRow, hourRows, kindRows, TENDERS } from './figures.ts';

const frame = ({ soft, ink, line, surface }: ChartColours) => ({
  // Measured before it is drawn: it must be named, not inherited.
  textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: ink },
  grid: { left: 8, right: 12, top: 36, bottom: 4, containLabel: true },
  legend: { top: 0, left: 0, itemWidth: 18, itemHeight: 10, textStyle: { color: soft, fontSize: 12 } },
  tooltip: {
    trigger: 'axis',
    backgroundColor: surface,
    borderColor: line,
    textStyle: { color: ink, fontSize: 12 },
    axisPointer: { type: 'shadow' },
    valueFormatter: (value: unknown) => (typeof value === 'number' ? yuan(Math.round(value * 100)) : ''),
  },
});
const valueAxis = ({ soft, line }: ChartColours) => ({
  type: 'value',
  splitLine: { lineStyle: { color: line } },
  axisLabel: { color: soft, fontSize: 12, formatter: (value: number) => value.toLocaleString('en') },
});
const nameAxis = ({ soft, line }: ChartColours, names: readonly string[]) => ({
  type: 'category',
  data: [...names],
  axisLine: { lineStyle: { color: line } },
  axisTick: { show: false },
  axisLabel: { color: soft, fontSize: 12 },
});

/** Columns or bars of each tender, stacked; in yuan. */
function tenderSeries(rows: readonly FigureRow[], colours: ChartColours, nameOf: (tender: TenderKind) => string) {
  return TENDERS.map((tender, at) => ({
    id: tender,
    name: nameOf(tender),
    type: 'bar',
    stack: 'takings',
    barMaxWidth: 28,
    itemStyle: { color: colours.tenders[at], borderColor: colours.surface, borderWidth: 1 },
    data: rows.map(({ sums }) => sums[TENDER_FIELDS[tender].fen] / 100),
  }));
}

export function HourChart({ day, onOpen }: { readonly day: Day; readonly onOpen: (filter: TakingFilter) => void }) {
  const { t } = useTranslation();
  const rows = hourRows(day);
  const nameOf = (hour: number) => t('overview.hour', { hour });
  const line = (id: string, name: string, colour: string, dash: 'solid' | 'dashed', data: readonly number[]) => ({
    ...{ id, name, type: 'line', symbolSize: 5, data: data.map((fen) => fen / 100) },
    ...{ itemStyle: { color: colour }, lineStyle: { color: colour, width: 1.5, type: dash } },
  });
  const optionOf = (colours: ChartColours): EChartsCoreOption => ({
    ...frame(colours),
    xAxis: nameAxis(
      colours,
      rows.map(({ hour }) => nameOf(hour)),
    ),
    yAxis: valueAxis(colours),
    series: [
      ...tenderSeries(rows, colours, (tender) => t(`day.words.tender.${tender}`)),
      line(
        'last-week',
        t('overview.chart.lastWeek'),
        colours.lastWeek,
        'solid',
        rows.map(({ lastWeekFen }) => lastWeekFen),
      ),
      line(
        'average',
        t('overview.chart.average'),
        colours.average,
        'dashed',
        rows.map(({ averageFen }) => averageFen),
      ),
    ],
  });
  const figures = rows.map(({ hour, sums }) => `${nameOf(hour)} ${yuan(takenFen(sums))}`).join(', ');
  return (
    <Panel title={t('overview.chart.hours')}>
      <Chart
        description={t('overview.chart.describeHours', { figures })}
        optionOf={optionOf}
        testId="hour-chart"
        onPick={({ series, index }) => {
          const row = rows[index];
          const tender = TENDERS.find((one) => one === series);
          if (row !== undefined && tender !== undefined) onOpen({ ...row.filter, tender });
        }}
      />
    </Panel>
  );
}

export function KindChart({ day, onOpen }: { readonly day: Day; readonly onOpen: (filter: TakingFilter) => void }) {
  const { t } = useTranslation();
  const rows = kindRows(day);
  const nameOf = (kind: (typeof rows)[number]['kind']) => t(`day.words.business.${kind.replace('.', '-') as 'topup-paid'}`);
  const optionOf = (colours: ChartColours): EChartsCoreOption => ({
    ...frame(colours),
    yAxis: {
      ...nameAxis(
        colours,
        rows.map(({ kind }) => nameOf(kind)),
      ),
      inverse: true,
    },
    xAxis: { ...valueAxis(colours), splitNumber: 3 },
    series: tenderSeries(rows, colours, (tender) => t(`day.words.tender.${tender}`)),
  });
  const figures = rows.map(({ kind, sums }) => `${nameOf(kind)} ${yuan(takenFen(sums))}`).join(', ');
  return (
    <Panel title={t('overview.chart.kinds')}>
      <Chart
        description={t('overview.chart.describeKinds', { figures })}
        optionOf={optionOf}
        testId="kind-chart"
        onPick={({ series, index }) => {
          const row = rows[index];
          const tender = TENDERS.find((one) => one === series);
          if (row !== undefined && tender !== undefined) onOpen({ ...row.filter, tender });
        }}
      />
    </Panel>
  );
}
