// A chart of echarts, of the parts that are used: still, in the page's colours, described in words; what is picked in it is told.
import { BarChart, LineChart } from 'echarts/charts';
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import { use as addParts, type EChartsCoreOption, type EChartsType, init } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import { useDark } from '../../theme/appearance.ts';

addParts([BarChart, LineChart, GridComponent, TooltipComponent, LegendComponent, AriaComponent, SVGRenderer]);

/** Colours of tenders and lines; each part has a pattern of its own too. */
export interface ChartColours {
  readonly tenders: readonly [string, string, string];
  readonly lastWeek: string;
  readonly average: string;
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly surface: string;
}

const LIGHT: ChartColours = {
  tenders: ['#0b57b7', '#2e8b7d', '#b8741a'],
  lastWeek: '#6b3fa0',
  average: '#5c626b',
  ...{ ink: '#1b1f24', soft: '#4a5058', line: '#d9dce1', surface: '#ffffff' },
};
const DARK: ChartColours = {
  tenders: ['#6aa9f5', '#5fc0b0', '#e0a23c'],
  lastWeek: '#c3a1f0',
  average: '#c3c8d0',
  ...{ ink: '#e6e8eb', soft: '#c3c8d0', line: '#383d45', surface: '#1c1f24' },
};

/** Draws what `optionOf` says in the colours of the theme. `onPick` is told the series' name and the place in it that was pressed. */
export function Chart(props: {
  readonly description: string;
  readonly optionOf: (colours: ChartColours) => EChartsCoreOption;
  readonly onPick: (picked: { readonly series: string; readonly index: number }) => void;
  readonly testId: string;
}) {
  const dark = useDark();
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);
  const pick = useRef(props.onPick);
  pick.current = props.onPick;
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const drawn = init(element, null, { renderer: 'svg' });
    chart.current = drawn;
    drawn.on('click', ({ seriesId, dataIndex }) => pick.current({ series: String(seriesId), index: dataIndex }));
    const sizes = new ResizeObserver(() => drawn.resize());
    sizes.observe(element);
    return () => {
      sizes.disconnect();
      chart.current = null;
      drawn.dispose();
    };
  }, []);
  useEffect(() => {
    const option = props.optionOf(dark ? DARK : LIGHT);
    const shown = { animation: false, aria: { enabled: true, label: { description: props.description }, decal: { show: true } } };
    chart.current?.setOption({ ...shown, ...option }, { notMerge: true });
  });
  return <div ref={box} className="chart" data-testid={props.testId} />;
}
