// Asking a supervisor on the own screen: the reason, then waiting until it is decided. Closing takes the request back.
import { HourglassOutlined } from '@ant-design/icons';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { v7 as newId } from 'uuid';
import { api, client, problemOf } from '../bridge/client.ts';
import type { Problem } from '../text/index.ts';
import { useTranslation } from '../text/use-translation.tsx';
import { type ActToApprove, useActName } from './act-name.ts';
import { Dialog } from './dialog.tsx';
import { Input } from './input.tsx';
import { ProblemNote } from './problem.tsx';

/** Returns whether that moment has passed, as the clock of this window has it. */
function usePassed(atMs: number | null): boolean {
  const [passed, setPassed] = useState(false);
  useEffect(() => {
    setPassed(false);
    if (atMs === null) return;
    const timer = setTimeout(() => setPassed(true), Math.max(0, atMs - Date.now()));
    return () => clearTimeout(timer);
  }, [atMs]);
  return passed;
}

export function AskSupervisor(props: {
  readonly ask: ActToApprove;
  readonly busy: boolean;
  readonly problem: Problem | null;
  readonly onApprove: (approval: { readonly approvalId: string }) => void;
  readonly onClose: () => void;
  /** Signing in here instead. */
  readonly onOther: () => void;
  readonly children: ReactNode;
}) {
  const { t } = useTranslation();
  const { ask, onApprove } = props;
  const actName = useActName();
  const [approvalId, setApprovalId] = useState(() => newId());
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState(false);
  const send = useMutation({
    mutationFn: (id: string) =>
      client.approvals.ask({
        approvalId: id,
        act: ask.act,
        input: { ...ask.input },
        accountId: ask.accountId ?? '',
        reason: reason.trim(),
      }),
  });
  const asked = useQuery({ ...api.approvals.get.queryOptions({ input: { approvalId } }), enabled: send.isSuccess, staleTime: 0 }).data;
  const late = usePassed(asked?.state === 'waiting' ? asked.expiresAtMs : null);
  const state = late && asked?.state === 'waiting' ? 'expired' : (asked?.state ?? 'none');
  const waiting = state === 'waiting';
  const used = useRef('');
  useEffect(() => {
    // Once: what comes of it is told by the act itself.
    if (state !== 'approved' || used.current === approvalId) return;
    used.current = approvalId;
    onApprove({ approvalId });
  }, [state, approvalId, onApprove]);
  const withdraw = (): void => {
    if (waiting) void client.approvals.cancel({ approvalId }).catch(() => {});
  };
  const act = (): void => {
    if (waiting) return;
    setMissing(reason.trim() === '');
    if (reason.trim() === '') {
      document.getElementById('approval-reason')?.focus();
      return;
    }
    // A request that was decided stays as it is; asking again is another one.
    const id = state === 'none' ? approvalId : newId();
    setApprovalId(id);
    send.mutate(id);
  };
  const frozen = waiting || props.busy || send.isPending;
  return (
    <Dialog
      title={t(waiting ? 'work.approvals.waitingTitle' : 'delivery.approvalTitle')}
      action={t('work.approvals.askDo')}
      busy={props.busy || send.isPending}
      waiting={waiting}
      closeWord={t(waiting ? 'work.approvals.cancel' : 'common.cancel')}
      dirty={reason !== '' && !waiting}
      keys={
        waiting
          ? {}
          : {
              F9: () => {
                props.onOther();
              },
            }
      }
      onAction={act}
      onClose={() => {
        withdraw();
        props.onClose();
      }}
    >
      {!waiting && props.children}
      <p className="sentence">{actName(ask.act)}</p>
      <label htmlFor="approval-reason">{t('work.approvals.reason')}</label>
      <Input
        id="approval-reason"
        autoFocus
        autoComplete="off"
        maxLength={200}
        readOnly={frozen}
        value={reason}
        status={missing ? 'error' : ''}
        aria-describedby={missing ? 'approval-reason-missing' : undefined}
        data-testid="approval-reason"
        onChange={(event) => {
          setReason(event.target.value);
          setMissing(false);
        }}
      />
      {missing && (
        <div id="approval-reason-missing" role="alert" className="tone-bad">
          {t('work.approvals.reasonNeeded')}
        </div>
      )}
      {waiting && (
        <output className="state-undelivered" data-testid="approval-waiting">
          <HourglassOutlined className="tone-warn" /> {t('work.approvals.waitingHint')}
        </output>
      )}
      {state === 'denied' && (
        <div className="state-refused" role="alert" data-testid="approval-denied">
          {asked?.note === '' || asked === undefined ? t('work.approvals.deniedPlain') : t('work.approvals.denied', { note: asked.note })}
        </div>
      )}
      {state === 'expired' && (
        <div className="state-refused" role="alert">
          {t('work.approvals.expired')}
        </div>
      )}
      {send.error !== null && <ProblemNote problem={problemOf(send.error)} />}
      {props.problem !== null && !props.busy && <ProblemNote problem={props.problem} />}
    </Dialog>
  );
}
