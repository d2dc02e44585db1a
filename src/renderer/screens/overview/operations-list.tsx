// The operations behind a figure: a page of them to walk through; Enter opens the customer, Esc goes back to the figure.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Outputs } from '../../../shared/contract/index.ts';
import { unitOf } from '../../../shared/domain/commodity.ts';
import { type TakingFilter, takenFen } from '../../../shared/domain/takings.ts';
import { api, problemOf } from '../../bridge/client.ts';
import { Button } from '../../components/button.tsx';
import { Lines, Panel } from '../../components/facts.tsx';
import { moveFocus } from '../../components/move-focus.ts';
import { ProblemNote } from '../../components/problem.tsx';
import { clockTime, cubicMetres, yuan } from '../../format/format.ts';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import { useTranslation } from '../../text/use-translation.tsx';
import { useNavigation } from '../shell/navigation.tsx';
import type { Place } from '../shell/trail.ts';
import { ExportButton } from './export-dialog.tsx';
import type { Day } from './figures.ts';
import { kept } from './kept.ts';

type Row = Outputs['overview']['operations']['rows'][number];

const PAGE = 50;
const ROW = '[data-operation]';

/** Where the paper of an operation is looked at: its delivery, its payment, or what was handed over with its account. */
function paperOf({ kind, subjectId, accountId }: Row): Place | null {
  if (kind.startsWith('topup.')) return { screen: 'delivery', topupId: subjectId };
  if (accountId === '') return null;
  if (kind.startsWith('payment.')) return { screen: 'task', taskId: 'payments', accountId, subjectId };
  return { screen: 'account', accountId };
}

/** What of the day is listed, in words. */
function useTitle(filter: TakingFilter, day: Day | undefined): string {
  const { t } = useTranslation();
  const { hour, kind, clerk, tender } = filter;
  const name = day?.clerks.find(({ staffNo }) => staffNo === clerk)?.name ?? '';
  const parts = [
    hour === undefined ? '' : t('overview.hour', { hour }),
    kind === undefined ? '' : t(`day.words.business.${kind.replace('.', '-') as 'topup-paid'}`),
    clerk === undefined ? '' : `${clerk} ${name}`.trim(),
    tender === undefined ? '' : t(`day.words.tender.${tender}`),
  ].filter((part) => part !== '');
  return parts.length === 0 ? t('overview.list.all') : parts.join(' · ');
}

function OperationRow(props: { readonly row: Row; readonly at: number; readonly withCounter: boolean; readonly onOpen: () => void }) {
  const { row, at } = props;
  const { t } = useTranslation();
  const money = (fen: number) => <td className="figures right">{fen === 0 ? '' : yuan(fen)}</td>;
  return (
    <tr>
      <td className="figures">
        <button
          type="button"
          className="link"
          data-operation={at}
          data-testid="operation-row"
          onFocus={() => {
            kept.at = at;
          }}
          onClick={props.onOpen}
        >
          {clockTime(row.recordedAtMs)}
        </button>
      </td>
      {props.withCounter && <td className="figures">{row.counterId}</td>}
      <td>{t(`day.words.business.${row.kind.replace('.', '-') as 'topup-paid'}`)}</td>
      <td>
        <span className="figures">{row.accountNo}</span> {row.accountNo === '' ? t('overview.list.noAccount') : row.customerName}
      </td>
      <td className="figures">{row.clerk}</td>
      {money(row.cashFen)}
      {money(row.bankCardFen)}
      {money(row.walletFen)}
      <td className="figures right">
        <strong>{yuan(takenFen(row))}</strong>
      </td>
      <td className="figures right">{row.litres === 0 ? '' : `${cubicMetres(row.litres)} ${unitOf(row.commodity)}`}</td>
      <td className="figures">{row.receiptNo}</td>
    </tr>
  );
}

export function OperationsList(props: { readonly date: string; readonly of: Day['of']; readonly filter: TakingFilter }) {
  const { date, of, filter } = props;
  const { t } = useTranslation();
  const { go } = useNavigation();
  const name = JSON.stringify(props);
  const isKnown = kept.list === name;
  const [offset, setOffset] = useState(isKnown ? Math.floor(kept.at / PAGE) * PAGE : 0);
  const [wanted, setWanted] = useState(isKnown ? kept.at : 0);
  const { data: day } = useQuery(api.overview.day.queryOptions({ input: { date, of } }));
  const { data, error, isPlaceholderData } = useQuery({
    ...api.overview.operations.queryOptions({ input: { date, of, filter, offset, limit: PAGE } }),
    placeholderData: keepPreviousData,
  });
  const title = useTitle(filter, day);
  const isThere = data !== undefined && !isPlaceholderData;
  useEffect(() => {
    kept.list = name;
  }, [name]);
  // The line one was at has the focus when it is there; what arrives later does not take it away.
  useEffect(() => {
    if (!isThere || wanted < 0) return;
    document.querySelector<HTMLElement>(`[data-operation="${wanted}"]`)?.focus();
    setWanted(-1);
  }, [isThere, wanted]);
  const turn = (by: number): unknown => {
    const next = offset + by * PAGE;
    if (data === undefined || next < 0 || next >= data.total) return false;
    setOffset(next);
    return setWanted(next);
  };
  const rowAt = (): Row | undefined => {
    const at = Number(document.activeElement?.getAttribute('data-operation') ?? Number.NaN);
    return isThere ? data.rows[at - offset] : undefined;
  };
  const openAccount = (row: Row): void => (row.accountId === '' ? undefined : go({ screen: 'account', accountId: row.accountId }));
  const openPaper = (): unknown => {
    const row = rowAt();
    const place = row === undefined ? null : paperOf(row);
    return place === null ? false : go(place);
  };
  useKeys({
    ArrowDown: () => moveFocus(ROW, 1),
    ArrowUp: () => moveFocus(ROW, -1),
    PageDown: () => turn(1),
    PageUp: () => turn(-1),
    'Alt+r': openPaper,
  });
  const figures = data === undefined ? [] : [t('overview.count', { count: data.total }), yuan(takenFen(data.sums))];
  return (
    <div className="stack-wide" data-testid="operations-list">
      <div className="row between wrap">
        <h1>{`${date} · ${title}`}</h1>
        <span className="row">
          <strong className="figures" data-testid="list-sums">
            {figures.join(' · ')}
          </strong>
          <ExportButton subject={{ kind: 'operations', date, of, filter }} />
        </span>
      </div>
      {error !== null && <ProblemNote problem={problemOf(error)} />}
      {data === undefined && error === null && <Lines count={8} />}
      {data !== undefined && (
        <Panel
          title={t('overview.list.title')}
          extra={
            <span className="row soft">
              {t('overview.list.hint')}
              <span>
                <Kbd>Alt R</Kbd> {t('overview.list.paper')}
              </span>
            </span>
          }
        >
          {data.rows.length === 0 && <p className="soft">{t('overview.list.none')}</p>}
          {data.rows.length > 0 && (
            <table className="plain-table" aria-busy={isPlaceholderData}>
              <caption className="visually-hidden">{title}</caption>
              <thead>
                <tr>
                  <th>{t('overview.list.time')}</th>
                  {of === 'branch' && <th>{t('overview.list.place')}</th>}
                  <th>{t('overview.list.kind')}</th>
                  <th>{t('overview.list.customer')}</th>
                  <th>{t('overview.list.clerk')}</th>
                  <th className="right">{t('day.words.tender.cash')}</th>
                  <th className="right">{t('day.words.tender.bank-card')}</th>
                  <th className="right">{t('day.words.tender.wallet')}</th>
                  <th className="right">{t('overview.total')}</th>
                  <th className="right">{t('overview.list.volume')}</th>
                  <th>{t('overview.list.receipt')}</th>
                </tr>
              </thead>
              <tbody>
                {data.rows.map((row, at) => (
                  <OperationRow
                    key={`${row.counterId} ${row.seq}`}
                    row={row}
                    at={offset + at}
                    withCounter={of === 'branch'}
                    onOpen={() => openAccount(row)}
                  />
                ))}
              </tbody>
            </table>
          )}
          {data.total > PAGE && (
            <div className="row between">
              <Button size="small" disabled={offset === 0} onClick={() => turn(-1)}>
                {t('overview.list.earlier')}
                <Kbd>PgUp</Kbd>
              </Button>
              <span className="figures">
                {t('overview.list.pages', { from: offset + 1, until: offset + data.rows.length, total: data.total })}
              </span>
              <Button size="small" disabled={offset + PAGE >= data.total} onClick={() => turn(1)}>
                {t('overview.list.later')}
                <Kbd>PgDn</Kbd>
              </Button>
            </div>
          )}
        </Panel>
      )}
    </div>
  );
}
