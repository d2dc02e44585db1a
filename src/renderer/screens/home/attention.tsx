// What needs attention: money taken with the effect open, and receipts that are open, each with its next step.

import { FileTextOutlined, WarningOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { memo } from 'react';
import type { Outputs } from '../../../shared/contract/index.ts';
import { isUndelivered, type TopupState } from '../../../shared/domain/topup.ts';
import { api, problemOf } from '../../bridge/client.ts';
import { Button } from '../../components/button.tsx';
import { useWords } from '../../components/commodity.tsx';
import { Lines, Panel } from '../../components/facts.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { dateTime, yuan } from '../../format/format.ts';
import { Kbd, type KeyMap, useKeys } from '../../keys/keys.tsx';
import { useNavigation } from '../shell/navigation.tsx';

export type Topup = Outputs['topups']['get'];

/** Whether money of this top-up is taken and nothing yet proves the effect. */
export function open(topup: Pick<Topup, 'state'>): boolean {
  return topup.state !== 'replicated' && isUndelivered(topup.state satisfies TopupState);
}

export function AttentionRow(props: {
  readonly topup: Topup;
  readonly hint?: string;
  readonly compact?: boolean;
  readonly onGo: () => void;
}) {
  const { topup } = props;
  const { t, volume } = useWords(topup.commodity);
  const undelivered = open(topup);
  const step = {
    'insert-card': [t('step.insertCard', { card: topup.cardNo }), t('step.goInsert')],
    'check-paper': [t('step.checkPaper'), t('step.goPaper')],
    'print-receipt': [t('step.printReceipt'), t('step.goPrint')],
    none: ['', t('common.show')],
  }[topup.nextStep];
  return (
    <li
      className={undelivered ? 'state-undelivered' : 'panel'}
      data-testid={undelivered ? 'undelivered-row' : 'receipt-row'}
      data-topup={topup.topupId}
    >
      <div className={props.compact === true ? 'stack' : 'row between wrap'}>
        <div className="grow">
          <div className="row">
            {undelivered ? <WarningOutlined className="tone-warn" /> : <FileTextOutlined />}
            <strong>{t(undelivered ? 'home.undelivered' : 'home.receiptOpen')}</strong>
          </div>
          <div className="row wrap">
            {props.compact !== true && (
              <span>
                {topup.customerName} <span className="figures">{topup.accountNo}</span>
              </span>
            )}
            <span className="figures">{volume(topup.litres)}</span>
            <strong className="figures">{yuan(topup.amountFen)}</strong>
            <span className="soft figures">{dateTime(topup.paidAtMs)}</span>
          </div>
          <div>{step[0]}</div>
        </div>
        <Button type={undelivered ? 'primary' : 'default'} onClick={props.onGo} data-testid="next-step">
          {step[1]}
          {props.hint !== undefined && <Kbd>{props.hint}</Kbd>}
        </Button>
      </div>
    </li>
  );
}

export const Attention = memo(function Attention() {
  const { t } = useWords();
  const { go } = useNavigation();
  const { data, error } = useQuery(api.topups.open.queryOptions({ input: {} }));
  const shown = data?.topups.slice(0, 20) ?? [];
  const keys: Record<string, KeyMap[string]> = {};
  shown.slice(0, 9).forEach((topup, index) => {
    keys[`Alt+${index + 1}`] = () => go({ screen: 'delivery', topupId: topup.topupId });
  });
  useKeys(keys);
  return (
    <Panel
      title={t('home.attention')}
      testId="attention"
      extra={data !== undefined && data.total > 0 && <span className="tag warn">{data.total}</span>}
    >
      {error !== null && <ProblemNote problem={problemOf(error)} />}
      {data === undefined && error === null && <Lines count={2} />}
      {data?.total === 0 && (
        <div data-testid="all-done">
          <div>{t('home.allDone')}</div>
          <div className="soft">{t('home.allDoneHint')}</div>
        </div>
      )}
      <ul className="stack">
        {shown.map((topup, index) => (
          <AttentionRow
            key={topup.topupId}
            topup={topup}
            onGo={() => go({ screen: 'delivery', topupId: topup.topupId })}
            {...(index < 9 ? { hint: `Alt ${index + 1}` } : {})}
          />
        ))}
      </ul>
      {data !== undefined && data.total > shown.length && (
        <div className="soft">{t('home.moreOpen', { count: data.total - shown.length })}</div>
      )}
    </Panel>
  );
});
