// The top bar: hall and counter, clerk and shift, business date; at the right the truth lights and preferences.
import { LogoutOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { memo, useState } from 'react';
import { api } from '../../bridge/client.ts';
import { type Signed, signOut } from '../../bridge/session.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { StateWord } from '../../components/facts.tsx';
import { Preferences } from '../../components/preferences.tsx';
import { useTranslation } from '../../text/use-translation.tsx';
import { useWaitingApprovals } from '../approvals/use-waiting.ts';
import { TicketMark } from '../queue/queue-panel.tsx';
import type { Queue } from '../queue/use-queue.ts';
import { Lights } from './lights.tsx';
import { useMoves } from './navigation.tsx';

/** How many requests wait for this supervisor; nothing while none does. */
const ApprovalsMark = memo(function ApprovalsMark() {
  const { t } = useTranslation();
  const { go } = useMoves();
  const count = useWaitingApprovals();
  if (count === 0) return null;
  return (
    <button type="button" className="light" data-testid="approvals-count" onClick={() => go({ screen: 'approvals' })}>
      <span className="tag warn">{t('work.approvals.waiting', { count })}</span>
    </button>
  );
});

export const TopBar = memo(function TopBar(props: { readonly session: Signed; readonly atCounter: boolean; readonly queue: Queue | null }) {
  const { session, atCounter, queue } = props;
  const { t } = useTranslation();
  const [leaving, setLeaving] = useState(false);
  const info = useQuery(api.system.info.queryOptions({ input: {} })).data;
  const shift = useQuery(api.shift.current.queryOptions({ input: {}, enabled: atCounter })).data;
  return (
    <header className="top-bar">
      <strong className="brand">{t('app.name')}</strong>
      {info !== undefined && (
        <span className="bar-text">
          {info.branchName} · {t('shell.counter', { counter: info.counterId })}
        </span>
      )}
      <span className="bar-text" data-testid="signed-in">
        {session.staff.name} · {t(`role.${session.staff.role}`)}
      </span>
      {atCounter && shift !== undefined && (
        <span data-testid="shift-state">
          <StateWord tone={shift === null ? 'warn' : 'ok'}>{t(shift === null ? 'shell.noShift' : 'shell.shiftOpen')}</StateWord>
        </span>
      )}
      {info !== undefined && (
        <span className="figures">
          <span className="soft bar-label">{t('shell.businessDate')} </span>
          {info.businessDate}
        </span>
      )}
      {queue !== null && <TicketMark queue={queue} />}
      <ApprovalsMark />
      <span className="grow" />
      <Lights />
      <Preferences />
      <Button
        size="small"
        icon={<LogoutOutlined />}
        aria-label={t('signIn.out')}
        title={t('signIn.out')}
        data-testid="sign-out"
        onClick={() => setLeaving(true)}
      />
      {leaving && (
        <Dialog
          title={t('signIn.outQuestion')}
          action={t('signIn.out')}
          onAction={() => void signOut().catch(() => {})}
          onClose={() => setLeaving(false)}
        >
          {t('signIn.outHint')}
        </Dialog>
      )}
    </header>
  );
});
