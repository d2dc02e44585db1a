// A table of figures to walk through with the arrow keys; each figure opens the operations behind it.
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { type TakingFilter, type TakingSums, TENDER_FIELDS, takenFen } from '../../../shared/domain/takings.ts';
import { cubicMetres, yuan } from '../../format/format.ts';
import { useTranslation } from '../../text/use-translation.tsx';
import { type FigureRow, TENDERS } from './figures.ts';
import { kept } from './kept.ts';

const STEPS: Readonly<Record<string, readonly [row: number, column: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** A figure that opens its operations, or plain where there are none. */
interface Cell {
  readonly text: string;
  readonly filter: TakingFilter | null;
}

interface Column {
  readonly title: string;
  readonly cells: readonly Cell[];
  readonly total: string;
}

/** Figures that never change their kind: gas and power each only where there is some. */
function useColumns(rows: readonly FigureRow[], total: TakingSums): Column[] {
  const { t } = useTranslation();
  const opens = (isThere: boolean, filter: TakingFilter) => (isThere ? filter : null);
  const money = (fen: number, count: number) => (count === 0 ? '' : yuan(fen));
  const tenders = TENDERS.map((tender): Column => {
    const { fen, count } = TENDER_FIELDS[tender];
    return {
      title: t(`day.words.tender.${tender}`),
      cells: rows.map(({ sums, filter }) => ({
        text: money(sums[fen], sums[count]),
        filter: opens(sums[count] > 0, { ...filter, tender }),
      })),
      total: yuan(total[fen]),
    };
  });
  const all: Column = {
    title: t('overview.total'),
    cells: rows.map(({ sums, filter }) => ({ text: money(takenFen(sums), sums.operations), filter: opens(sums.operations > 0, filter) })),
    total: yuan(takenFen(total)),
  };
  const counts: Column = {
    title: t('overview.operations'),
    cells: rows.map(({ sums }) => ({ text: sums.operations === 0 ? '' : String(sums.operations), filter: null })),
    total: String(total.operations),
  };
  const volumes = (['gasLitres', 'powerWattHours'] as const)
    .filter((field) => rows.some(({ sums }) => sums[field] !== 0))
    .map(
      (field): Column => ({
        title: field === 'gasLitres' ? `${t('overview.gas')} m³` : `${t('overview.power')} kWh`,
        cells: rows.map(({ sums }) => ({ text: sums[field] === 0 ? '' : cubicMetres(sums[field]), filter: null })),
        total: cubicMetres(total[field]),
      }),
    );
  return [counts, ...tenders, all, ...volumes];
}

export function FigureGrid<R extends FigureRow>(props: {
  readonly title: string;
  readonly head: string;
  readonly rows: readonly R[];
  readonly total: TakingSums;
  readonly nameOf: (row: R) => string;
  /** Further columns of figures that open nothing. */
  readonly beside?: readonly { readonly title: string; readonly fenOf: (row: R) => number; readonly totalFen: number }[];
  readonly onOpen: (filter: TakingFilter) => void;
  readonly testId: string;
}) {
  const { rows, testId, beside = [] } = props;
  const { t } = useTranslation();
  const columns = useColumns(rows, props.total);
  const grid = useRef<HTMLTableElement>(null);
  const [current, setCurrent] = useState('');
  const idOf = (row: FigureRow, column: Column) => `${testId} ${row.key} ${column.title}`;
  const all = rows.flatMap((row, at) => columns.filter(({ cells }) => cells[at]?.filter != null).map((column) => idOf(row, column)));
  const reached = all.includes(current) ? current : all[0];

  // Back from the operations, the figure that was opened has the focus again.
  const isHere = all.includes(kept.cell);
  useEffect(() => {
    if (!isHere) return;
    grid.current?.querySelector<HTMLElement>(`[data-cell="${CSS.escape(kept.cell)}"]`)?.focus();
    kept.cell = '';
  }, [isHere]);

  /** Moves to the next figure that can be opened in the direction of the key. */
  function walk(event: KeyboardEvent<HTMLElement>): void {
    const step = STEPS[event.key];
    const from = (event.target as HTMLElement).closest('td');
    const row = from?.parentElement;
    if (step === undefined || from == null || row == null) return;
    event.preventDefault();
    event.stopPropagation();
    const [down, right] = step;
    const lines = [...(row.parentElement?.children ?? [])];
    const cellAt = (line: number, column: number) => lines[line]?.children[column]?.querySelector<HTMLElement>('button');
    let [line, column] = [lines.indexOf(row), [...row.children].indexOf(from)];
    for (;;) {
      line += down;
      column += right;
      if (line < 0 || line >= lines.length || column < 0 || column >= row.children.length) return;
      const next = cellAt(line, column);
      if (next == null) continue;
      next.focus();
      return;
    }
  }

  return (
    <section className="panel stack" aria-label={props.title} data-testid={testId}>
      <div className="row between wrap">
        <h2>{props.title}</h2>
        <span className="soft">{t('overview.gridHint')}</span>
      </div>
      <table className="plain-table figure-grid" ref={grid} onKeyDown={walk}>
        <caption className="visually-hidden">{props.title}</caption>
        <thead>
          <tr>
            <th scope="col">{props.head}</th>
            {columns.map(({ title }) => (
              <th key={title} scope="col" className="right">
                {title}
              </th>
            ))}
            {beside.map(({ title }) => (
              <th key={title} scope="col" className="right">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={row.key}>
              <th scope="row" className="row-head">
                {props.nameOf(row)}
              </th>
              {columns.map((column) => {
                const { text = '', filter = null } = column.cells[at] ?? {};
                const id = idOf(row, column);
                return (
                  <td key={column.title} className="figures right">
                    {filter === null ? (
                      text
                    ) : (
                      <button
                        type="button"
                        className="link"
                        data-cell={id}
                        tabIndex={id === reached ? 0 : -1}
                        aria-label={`${props.nameOf(row)} ${column.title} ${text}`}
                        onFocus={() => setCurrent(id)}
                        onClick={() => {
                          kept.cell = id;
                          props.onOpen(filter);
                        }}
                      >
                        {text}
                      </button>
                    )}
                  </td>
                );
              })}
              {beside.map(({ title, fenOf }) => (
                <td key={title} className="figures right soft">
                  {fenOf(row) === 0 ? '' : yuan(fenOf(row))}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <td>{t('overview.total')}</td>
            {columns.map(({ title, total }) => (
              <td key={title} className="figures right">
                {total}
              </td>
            ))}
            {beside.map(({ title, totalFen }) => (
              <td key={title} className="figures right soft">
                {totalFen === 0 ? '' : yuan(totalFen)}
              </td>
            ))}
          </tr>
        </tfoot>
      </table>
    </section>
  );
}
