// Bringing a paid top-up to its card: live progress, the result as a sentence, and the next step where it is open.
import { CheckCircleOutlined, LoadingOutlined, RollbackOutlined, WarningOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { Inputs } from '../../../shared/contract/index.ts';
import { isFaultCode, needsSupervisor } from '../../../shared/domain/fault.ts';
import { useCard, useCardSlot } from '../../bridge/card.ts';
import { api, client, problemOf } from '../../bridge/client.ts';
import { clearProgress, useProgress } from '../../bridge/events.ts';
import { withReaderTurn } from '../../bridge/reader-turn.ts';
import { type Approval, ApprovalDialog } from '../../components/approval-dialog.tsx';
import { Button } from '../../components/button.tsx';
import { useWords } from '../../components/commodity.tsx';
import { StateWord } from '../../components/facts.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { cubicMetres, dateTime, yuan, yuanInput } from '../../format/format.ts';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import type { Problem } from '../../text/index.ts';
import { ReceiptPanel } from '../charging/receipt-panel.tsx';
import { open, type Topup } from '../home/attention.tsx';
import { useNavigation } from '../shell/navigation.tsx';
import { HOME } from '../shell/trail.ts';
import { RefundDialog } from './refund-dialog.tsx';

const PROGRESS = ['reading', 'intent', 'writing', 'verifying', 'printing'] as const;

/** Whether a supervisor at the counter can let the write through. */
function asksSupervisor({ code }: Problem): boolean {
  return isFaultCode(code) && needsSupervisor({ code, context: {} });
}

const DONE = <CheckCircleOutlined className="tone-ok" />;
const AT_WORK = <LoadingOutlined />;

function ProgressList({ topupId }: { readonly topupId: string }) {
  const { t } = useWords();
  const progress = useProgress(topupId);
  const step = progress?.step ?? 'reading';
  const at = step === 'done' || step === 'stopped' ? PROGRESS.length : PROGRESS.indexOf(step);
  const words = {
    reading: t('delivery.reading'),
    intent: t('delivery.intent'),
    writing:
      step === 'writing' && progress !== null && progress.totalBytes > 0
        ? t('delivery.writingBytes', { done: progress.doneBytes, total: progress.totalBytes })
        : t('delivery.writing'),
    verifying: t('delivery.verifying'),
    printing: t('delivery.printing'),
  };
  return (
    <section className="panel stack" aria-label={t('delivery.progress')} data-testid="progress" data-step={step}>
      <ol className="stack">
        {PROGRESS.map((name, index) => (
          <li key={name} className="row" aria-current={index === at ? 'step' : undefined}>
            {index < at && DONE}
            {index === at && AT_WORK}
            {index > at && <span aria-hidden="true">○</span>}
            <span className={index === at ? '' : 'soft'}>{words[name]}</span>
          </li>
        ))}
      </ol>
      <output className="soft">{t('delivery.keepCard')}</output>
    </section>
  );
}

/**
 * The result as one sentence, focused when it appears so that it is read out and Enter goes on from it, unless a dialog already asks something.
 * `handOver`: the money was taken on this very screen, so the change is still to be given.
 */
function Result(props: { readonly topup: Topup; readonly handOver: boolean; readonly asked: boolean }) {
  const { topup, handOver } = props;
  const { t } = useWords();
  const ref = useRef<HTMLDivElement>(null);
  const undelivered = open(topup);
  const refunded = topup.state === 'refunded';
  const volume = cubicMetres(topup.litres);
  const sentence = undelivered
    ? t('delivery.resultUndelivered', { amount: yuanInput(topup.amountFen), volume })
    : refunded
      ? t('delivery.resultRefunded', { amount: yuanInput(topup.amountFen) })
      : t('delivery.resultVerified', { volume });
  const icon = undelivered ? (
    <WarningOutlined className="tone-warn" />
  ) : refunded ? (
    <RollbackOutlined />
  ) : (
    <CheckCircleOutlined className="tone-ok" />
  );
  const asked = useRef(props.asked);
  useEffect(() => {
    if (!asked.current) ref.current?.focus();
  }, []);
  return (
    <div
      ref={ref}
      tabIndex={-1}
      className={undelivered ? 'state-undelivered' : 'state-done'}
      data-testid="topup-result"
      data-state={topup.state}
    >
      <div className="sentence" role="status">
        {icon} {sentence}
      </div>
      <div className="row wrap soft" style={{ gap: 16 }}>
        <span className="figures">
          {t('delivery.paidAt')} {dateTime(topup.paidAtMs)}
        </span>
        {topup.attempts > 1 && <span>{t('delivery.attempts', { count: topup.attempts })}</span>}
      </div>
      {handOver && topup.changeFen > 0 && !refunded && (
        <div className="row" style={{ gap: 12 }}>
          <span className="soft">{t('topup.change')}</span>
          <span className="amount-due" data-testid="change-given">
            {yuan(topup.changeFen)}
          </span>
        </div>
      )}
    </div>
  );
}

/** What the reader holds, seen from this top-up's card. */
function ReaderWord({ topup }: { readonly topup: Topup }) {
  const { t } = useWords();
  const { view, problem } = useCard();
  if (problem !== null) return <ProblemNote problem={problem} tone="warn" />;
  if (view === null || view.presence === 'absent') return <StateWord tone="idle">{t('delivery.notInReader')}</StateWord>;
  const here = view.open?.topupId === topup.topupId || view.content?.cardNo === topup.cardNo;
  return <StateWord tone={here ? 'ok' : 'warn'}>{t(here ? 'delivery.inReader' : 'delivery.wrongInReader')}</StateWord>;
}

export function Delivery({ topup, start }: { readonly topup: Topup; readonly start: boolean }) {
  const { t } = useWords();
  const { replace } = useNavigation();
  const queries = useQueryClient();
  const slot = useCardSlot();
  const { topupId } = topup;
  const [asking, setAsking] = useState<'approval' | 'refund' | null>(null);
  const [fault, setFault] = useState<Problem | null>(null);
  const deliver = useMutation({
    mutationFn: (input: Inputs['topups']['deliver']) => withReaderTurn(queries, () => client.topups.deliver(input)),
    onMutate: () => {
      clearProgress(topupId);
      setFault(null);
    },
    onSuccess: (delivery) => {
      queries.setQueryData(api.topups.get.queryKey({ input: { topupId } }), delivery.topup);
      setFault(delivery.fault);
      setAsking(delivery.fault !== null && asksSupervisor(delivery.fault) ? 'approval' : null);
    },
    onError: (error) => {
      if (asking !== 'approval') setFault(problemOf(error));
      void queries.invalidateQueries({ queryKey: api.topups.key() });
    },
  });
  const started = useRef(false);
  const begin = (approval?: Approval): void => {
    if (deliver.isPending) return;
    deliver.mutate(approval === undefined ? { topupId, slot } : { topupId, slot, approval });
  };
  useEffect(() => {
    if (!start || started.current) return;
    started.current = true;
    if (open(topup)) begin();
  });

  const undelivered = open(topup);
  // From the first draw on, before the call has left: what is about to be written is not "undelivered", not for one frame.
  const busy = deliver.isPending || (start && undelivered && deliver.isIdle);
  const mayApprove = fault !== null && asksSupervisor(fault);
  const next = (): void => (mayApprove ? setAsking('approval') : begin());
  useKeys({ Enter: next, 'Alt+r': () => setAsking('refund') }, { active: undelivered && !busy });
  useKeys({ Escape: () => undefined }, { active: busy });

  return (
    <div className="stack-wide">
      {busy && asking === null && <ProgressList topupId={topupId} />}
      {!busy && <Result key={`${topup.state}-${topup.attempts}`} topup={topup} handOver={start} asked={asking !== null} />}
      {!busy && undelivered && fault !== null && <ProblemNote problem={fault} tone="warn" />}
      {!busy && undelivered && (
        <section className="panel stack" aria-label={t('home.attention')} data-testid="undelivered-next">
          <p>{t('delivery.nextCard', { card: topup.cardNo })}</p>
          <ReaderWord topup={topup} />
          <div className="row wrap">
            <Button type="primary" size="large" onClick={next} data-testid="continue-write">
              {mayApprove ? t('delivery.approvalTitle') : t('delivery.continueWrite')}
              <Kbd>Enter</Kbd>
            </Button>
            <Button onClick={() => setAsking('refund')} data-testid="refund">
              {t('delivery.refund')}
              <Kbd>Alt R</Kbd>
            </Button>
          </div>
        </section>
      )}
      {!busy && !undelivered && topup.state !== 'refunded' && (
        <ReceiptPanel receipt={topup.receipt} nextStep={topup.nextStep} firstFault={fault} onIssue={() => begin()} />
      )}
      {!busy && topup.state === 'refunded' && <Finish onDone={() => replace(HOME)} />}
      {asking === 'approval' && (
        <ApprovalDialog
          hint={t('delivery.approvalHint')}
          ask={{ act: 'topups.deliver', input: { topupId, slot } }}
          busy={busy}
          problem={deliver.error === null ? null : problemOf(deliver.error)}
          onApprove={begin}
          onClose={() => setAsking(null)}
        />
      )}
      {asking === 'refund' && (
        <RefundDialog
          topup={topup}
          slot={slot}
          onClose={() => setAsking(null)}
          onDone={() => {
            setAsking(null);
            setFault(null);
          }}
        />
      )}
    </div>
  );
}

export function Finish({ onDone }: { readonly onDone: () => void }) {
  const { t } = useWords();
  useKeys({ Enter: onDone });
  return (
    <div>
      <Button type="primary" size="large" onClick={onDone} data-testid="done-home">
        {t('delivery.doneHome')}
        <Kbd>Enter</Kbd>
      </Button>
    </div>
  );
}
