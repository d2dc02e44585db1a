// One timeline of everything that happened to the account, with a filter.

import { memo, useState } from 'react';
import { OPERATION_KINDS } from '../../../shared/domain/operation.ts';
import { useWords } from '../../components/commodity.tsx';
import { Panel } from '../../components/facts.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { clockTime, cubicMetres, yuan } from '../../format/format.ts';
import { zhCN } from '../../text/zh-CN.ts';
import type { Account } from './account.ts';

type Entry = Account['timeline'][number];
const FILTERS = ['all', 'topups', 'money', 'changes', 'meter'] as const;
type Filter = (typeof FILTERS)[number];
export type OperationKey = keyof typeof zhCN.operation;

const AREAS: Readonly<Record<Exclude<Filter, 'all'>, readonly string[]>> = {
  topups: ['topup', 'receipt'],
  money: ['receivable', 'payment', 'deposit', 'credit', 'invoice', 'receipt'],
  changes: ['account', 'customer', 'request', 'note', 'attachment', 'number'],
  meter: ['meter', 'card', 'card-task', 'topup'],
};

/** Whether an entry belongs under a filter. */
export function belongs(kind: string, filter: Filter): boolean {
  return filter === 'all' || AREAS[filter].includes(kind.slice(0, kind.indexOf('.')));
}

/** Returns what an entry is called and what it says, in the language of the screen. */
export function useTimelineWords(): { readonly what: (kind: string) => string; readonly detail: (entry: Entry) => string } {
  const { t } = useWords();
  const word = (text: string): string =>
    text in zhCN.detail && !text.includes('{') ? t(`detail.${text as 'written' | 'printed' | 'cash'}`, { count: 0 }) : text;
  const own = (entry: Entry): string => {
    if (entry.detail === '') return '';
    if (entry.kind === 'topup.writing' || entry.kind === 'card-task.writing') return t('detail.attempt', { count: Number(entry.detail) });
    if (entry.kind === 'meter.reported') return t('detail.remainingAt', { meter: entry.reference, sequence: entry.detail });
    if (entry.kind === 'topup.refunded') return entry.detail;
    return entry.detail.split(',').map(word).join(' + ');
  };
  const facts = (entry: Entry): string[] =>
    FACTS.flatMap((name) => {
      const value = entry.facts[name] ?? '';
      return value === '' ? [] : [t(`fact.${name}`, { value })];
    });
  return {
    what(kind) {
      const known = OPERATION_KINDS.find((one) => one === kind);
      return known === undefined ? t('common.unknown') : t(`operation.${known.replaceAll('.', '-') as OperationKey}`);
    },
    detail: (entry) => [own(entry), ...facts(entry)].filter((part) => part !== '').join(' · '),
  };
}

/** In the order in which they stand in a sentence. */
const FACTS = Object.keys(zhCN.fact) as readonly (keyof typeof zhCN.fact)[];

export const Timeline = memo(function Timeline({ entries }: { readonly entries: readonly Entry[] }) {
  const { t } = useWords();
  const [filter, setFilter] = useState<Filter>('all');
  const words = useTimelineWords();
  const shown = entries.filter((entry) => belongs(entry.kind, filter));
  const labels = {
    all: t('account.filterAll'),
    topups: t('account.filterTopups'),
    money: t('people.filterMoney'),
    changes: t('people.filterChanges'),
    meter: t('account.filterMeter'),
  };
  return (
    <Panel
      title={t('account.timeline')}
      testId="timeline"
      extra={
        <Segmented<Filter>
          aria-label={t('account.filterLabel')}
          size="small"
          value={filter}
          onChange={setFilter}
          options={FILTERS.map((value) => ({ value, label: labels[value] }))}
        />
      }
    >
      {shown.length === 0 && <p className="soft">{t('account.noEntries')}</p>}
      {shown.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling table must be reachable by keyboard
        <section tabIndex={0} className="table-scroll" aria-label={t('account.timelineRows')}>
          <table className="plain-table">
            <thead>
              <tr>
                <th>{t('account.columnDate')}</th>
                <th>{t('account.columnWhat')}</th>
                <th>{t('account.columnDetail')}</th>
                <th className="right">{t('account.columnLitres')}</th>
                <th className="right">{t('account.columnAmount')}</th>
                <th>{t('account.columnClerk')}</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((entry) => (
                <tr key={entry.operationId}>
                  <td className="figures">
                    {entry.businessDate} <span className="soft">{clockTime(entry.recordedAtMs)}</span>
                  </td>
                  <td style={{ minWidth: '6.5em' }}>{words.what(entry.kind)}</td>
                  <td className="pre-line">{words.detail(entry)}</td>
                  <td className="right figures">{entry.litres === null ? '' : cubicMetres(entry.litres)}</td>
                  <td className="right figures">{entry.amountFen === null ? '' : yuan(entry.amountFen)}</td>
                  <td>{entry.clerk === 'system' ? t('detail.system') : entry.clerk}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </Panel>
  );
});
