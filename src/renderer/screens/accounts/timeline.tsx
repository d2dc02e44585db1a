// One timeline of everything that happened to the account, with a filter.
import { Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { OPERATION_KINDS } from '../../../shared/domain/operation.ts';
import { Panel } from '../../components/facts.tsx';
import { clockTime, cubicMetres, yuan } from '../../format/format.ts';
import { zhCN } from '../../text/zh-CN.ts';
import type { Account } from './attached.tsx';

type Entry = Account['timeline'][number];
const FILTERS = ['all', 'topups', 'receipts', 'meter'] as const;
type Filter = (typeof FILTERS)[number];
type OperationKey = keyof typeof zhCN.operation;

/** Whether an entry belongs under a filter. */
export function belongs(kind: string, filter: Filter): boolean {
  if (filter === 'all') return true;
  if (filter === 'receipts') return kind.startsWith('receipt.');
  if (filter === 'topups') return kind === 'topup.paid' || kind === 'topup.verified' || kind === 'topup.refunded';
  return kind === 'meter.reported' || kind === 'topup.intended' || kind === 'topup.writing' || kind === 'topup.verified';
}

function useWords(): { readonly what: (kind: string) => string; readonly detail: (entry: Entry) => string } {
  const { t } = useTranslation();
  const word = (text: string): string =>
    text in zhCN.detail && !text.includes('{') ? t(`detail.${text as 'written' | 'printed' | 'cash'}`, { count: 0 }) : text;
  return {
    what(kind) {
      const known = OPERATION_KINDS.find((one) => one === kind);
      return known === undefined ? t('common.unknown') : t(`operation.${known.replace('.', '-') as OperationKey}`);
    },
    detail(entry) {
      if (entry.kind === 'topup.writing') return t('detail.attempt', { count: Number(entry.detail) });
      if (entry.kind === 'meter.reported') return t('detail.remainingAt', { meter: entry.reference, sequence: entry.detail });
      if (entry.kind === 'topup.refunded') return entry.detail;
      return entry.detail.split(',').map(word).join(' + ');
    },
  };
}

export function Timeline({ entries }: { readonly entries: readonly Entry[] }) {
  const { t } = useTranslation();
  const [filter, setFilter] = useState<Filter>('all');
  const words = useWords();
  const shown = entries.filter((entry) => belongs(entry.kind, filter));
  const labels = {
    all: t('account.filterAll'),
    topups: t('account.filterTopups'),
    receipts: t('account.filterReceipts'),
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
                  <td>{words.what(entry.kind)}</td>
                  <td>{words.detail(entry)}</td>
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
}
