// One account: who and where, what is attached, everything that happened, what needs attention and what can be done.
import { FireOutlined, PrinterOutlined, ThunderboltOutlined } from '@ant-design/icons';
import { useMutation, useQuery } from '@tanstack/react-query';
import { App } from 'antd';
import { memo, useEffect, useState } from 'react';
import type { Outputs } from '../../../shared/contract/index.ts';
import { useCard } from '../../bridge/card.ts';
import { api, problemOf } from '../../bridge/client.ts';
import { Button } from '../../components/button.tsx';
import { useWords } from '../../components/commodity.tsx';
import { Lines, Panel, StateWord } from '../../components/facts.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { yuan } from '../../format/format.ts';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import { problemWords } from '../../text/index.ts';
import { CardContent } from '../cards/card-content.tsx';
import { CardStrip } from '../cards/card-strip.tsx';
import { MoneyMarks } from '../charging/account-money.tsx';
import { AttentionRow } from '../home/attention.tsx';
import { useNavigation } from '../shell/navigation.tsx';
import type { Account } from './account.ts';
import { Attached } from './attached.tsx';
import { AttentionList, HazardBanner } from './attention-list.tsx';
import { Masked } from './masked.tsx';
import { enterFate } from './press.ts';
import { TaskButtons } from './task-buttons.tsx';
import { Timeline } from './timeline.tsx';
import { VisitNote } from './visit-note.tsx';

type OpenTopups = Outputs['topups']['open']['topups'];

const Header = memo(function Header({ account }: { readonly account: Account }) {
  const { t } = useWords();
  return (
    <header className="row wrap between" data-testid="account-header">
      <div className="row wrap" style={{ gap: 16 }}>
        <h1>{account.customerName}</h1>
        <span className="figures" data-testid="account-no">
          <span className="soft">{t('account.no')} </span>
          {account.accountNo}
        </span>
        <StateWord tone={account.status === 'active' ? 'ok' : 'bad'}>{t(`status.${account.status}`)}</StateWord>
        {account.commodity === 'power' && <span className="tag">{t('commodity.power')}</span>}
        <span className="tag">{t(`customerKind.${account.customerKind}`)}</span>
        {account.customerKind === 'residential' && <span className="tag">{t('common.persons', { count: account.householdSize })}</span>}
        <MoneyMarks accountId={account.accountId} />
        {account.undeliveredFen > 0 && (
          <span className="tag warn">
            {t('account.undelivered')} {yuan(account.undeliveredFen)}
          </span>
        )}
      </div>
      <div className="row wrap soft" style={{ gap: 16 }}>
        <span>{account.address}</span>
        <Masked accountId={account.accountId} what="phone" text={account.phoneMasked} />
      </div>
    </header>
  );
});

/** The receipt of the last delivered top-up seen in the timeline; null where there is none. */
function lastReceiptTopup(account: Account): string | null {
  return account.timeline.find((entry) => entry.kind === 'receipt.issued')?.reference ?? null;
}

function Actions(props: {
  readonly account: Account;
  /** Null until they are known. */
  readonly open: OpenTopups | null;
  /** Whether the account is being looked up again. */
  readonly renewing: boolean;
  /** Enter was pressed before the account was there. */
  readonly pressed: boolean;
}) {
  const { account } = props;
  const open = props.open ?? [];
  const [pressed, setPressed] = useState(props.pressed);
  const { t, i18n, commodity } = useWords();
  const { message } = App.useApp();
  const { go } = useNavigation();
  const { data: shift, isFetching: shiftComing } = useQuery(api.shift.current.queryOptions({ input: {} }));
  const topupId = lastReceiptTopup(account);
  const last = useQuery({ ...api.topups.get.queryOptions({ input: { topupId: topupId ?? '' } }), enabled: topupId !== null }).data;
  const reprint = useMutation(
    api.receipts.reprint.mutationOptions({
      onSuccess: ({ receipt, fault }) => {
        if (fault === null) void message.success(t('account.reprinted', { no: receipt.reprints }));
      },
    }),
  );
  const blocked =
    account.status !== 'active'
      ? 'ACCOUNT_NOT_ACTIVE'
      : account.cards.length === 0
        ? 'ACCOUNT_HAS_NO_CARD'
        : shift === null
          ? 'SHIFT_REQUIRED'
          : null;
  const receipt = last?.receipt ?? null;
  const canReprint = receipt !== null && (receipt.state === 'printed' || receipt.state === 'unverified') && shift !== null;
  const first = open[0];
  const topup = (): unknown => (blocked === null ? go({ screen: 'topup', accountId: account.accountId }) : false);
  const again = (): unknown => {
    if (!canReprint || reprint.isPending) return false;
    return reprint.mutate({ receiptId: receipt.receiptId });
  };
  const fate = enterFate({
    blocked,
    known: shift !== undefined,
    renewing: props.renewing || shiftComing,
    undelivered: props.open === null ? 'unknown' : first === undefined ? 'none' : 'some',
  });
  useEffect(() => {
    if (!pressed || fate === 'wait') return;
    setPressed(false);
    if (fate === 'delivery' && first !== undefined) go({ screen: 'delivery', topupId: first.topupId });
    if (fate === 'topup') go({ screen: 'topup', accountId: account.accountId });
  }, [pressed, fate, first, go, account.accountId]);
  useKeys({
    // A key that is held down has been pressed once.
    Enter: ({ repeat }) => (repeat ? undefined : setPressed(true)),
    F7: topup,
    F9: again,
  });
  const words = blocked === null ? null : problemWords(i18n.language, { code: blocked, context: {} }, commodity);
  return (
    <div className="stack-wide">
      <Panel title={t('account.attention')} testId="account-attention">
        {open.length === 0 && account.attention.length === 0 && account.requests.length === 0 && (
          <p className="soft">{t('account.noAttention')}</p>
        )}
        <ul className="stack">
          {open.map((one, index) => (
            <AttentionRow
              key={one.topupId}
              topup={one}
              compact
              onGo={() => go({ screen: 'delivery', topupId: one.topupId })}
              {...(index === 0 ? { hint: 'Enter' } : {})}
            />
          ))}
        </ul>
        <AttentionList account={account} />
      </Panel>
      <Panel title={t('account.actions')}>
        <Button
          type={first === undefined ? 'primary' : 'default'}
          block
          icon={account.commodity === 'power' ? <ThunderboltOutlined /> : <FireOutlined />}
          disabled={blocked !== null}
          aria-describedby={words === null ? undefined : 'topup-blocked'}
          onClick={topup}
          data-testid="action-topup"
        >
          {t('account.topup')}
          <Kbd>{first === undefined ? 'Enter' : 'F7'}</Kbd>
        </Button>
        {words !== null && (
          <p id="topup-blocked">
            {words.title} · {words.next}
          </p>
        )}
        <Button
          block
          icon={<PrinterOutlined />}
          disabled={!canReprint}
          loading={reprint.isPending}
          onClick={again}
          data-testid="action-reprint"
        >
          {t('account.reprint')}
          <Kbd>F9</Kbd>
        </Button>
        {reprint.error !== null && <ProblemNote problem={problemOf(reprint.error)} />}
        {reprint.data?.fault != null && <ProblemNote problem={reprint.data.fault} tone="warn" />}
        <TaskButtons account={account} shiftOpen={shift !== null && shift !== undefined} />
      </Panel>
    </div>
  );
}

export default function AccountScreen({ accountId }: { readonly accountId: string }) {
  const { t } = useWords();
  const { view } = useCard();
  const { data: account, error, isFetching } = useQuery(api.accounts.get.queryOptions({ input: { accountId } }));
  const all = useQuery(api.topups.open.queryOptions({ input: {} })).data;
  const open = all?.topups.filter((one) => one.accountId === accountId) ?? null;
  const [pressed, setPressed] = useState(false);
  useKeys({ Enter: ({ repeat }) => (repeat ? undefined : setPressed(true)) }, { active: account === undefined && error === null });
  if (error !== null) return <ProblemNote problem={problemOf(error)} />;
  if (account === undefined) return <Lines count={6} />;
  const mine = view !== null && view.presence !== 'absent' && view.accountId === accountId;
  return (
    <div className="stack-wide">
      <CardStrip accountId={accountId} />
      <VisitNote accountId={accountId} />
      <Header account={account} />
      <HazardBanner account={account} />
      <div className="account-columns">
        <Attached account={account} />
        <div className="stack-wide">
          {mine && (
            <Panel title={t('card.compare')} testId="card-panel">
              <CardContent view={view} />
            </Panel>
          )}
          <Timeline entries={account.timeline} />
        </div>
        <Actions account={account} open={open} renewing={isFetching} pressed={pressed} />
      </div>
    </div>
  );
}
