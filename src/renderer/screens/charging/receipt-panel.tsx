// The receipt: its picture, what became of the paper, and printing it where it has not come out.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { Outputs } from '../../../shared/contract/index.ts';
import { useDevice } from '../../bridge/card.ts';
import { api, problemOf } from '../../bridge/client.ts';
import { Button } from '../../components/button.tsx';
import { useWords } from '../../components/commodity.tsx';
import { Lines, Panel, StateWord } from '../../components/facts.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import { ReceiptPicture } from '../../paper/receipt-picture.tsx';
import type { Problem } from '../../text/index.ts';
import { useNavigation } from '../shell/navigation.tsx';
import { HOME } from '../shell/trail.ts';

type Topup = Outputs['topups']['get'];
export type Receipt = NonNullable<Topup['receipt']>;

/** What the paper of a receipt needs next. */
export function paperStep(receipt: Receipt | null): Exclude<Topup['nextStep'], 'insert-card'> {
  if (receipt === null) return 'none';
  if (receipt.state === 'unknown') return 'check-paper';
  return receipt.state === 'issued' || receipt.state === 'not-printed' ? 'print-receipt' : 'none';
}

function Picture({ receipt }: { readonly receipt: Receipt }) {
  const { t } = useWords();
  const { data } = useQuery(
    api.receipts.preview.queryOptions({ input: { receiptId: receipt.receiptId }, staleTime: Number.POSITIVE_INFINITY }),
  );
  if (data === undefined) {
    return (
      <div aria-busy="true">
        <span className="visually-hidden">{t('delivery.previewWait')}</span>
        <Lines count={6} />
      </div>
    );
  }
  const { templateWarning } = data;
  return (
    <>
      {templateWarning !== null && (
        <div role="status" data-testid="receipt-template-warning">
          <StateWord tone="warn">{t('paper.template')}</StateWord>{' '}
          <span className="soft">{t(`templates.problem.${templateWarning.problem}`, { what: templateWarning.what })}</span>
        </div>
      )}
      <ReceiptPicture svg={data.svg} label={t('delivery.previewAlt', { no: data.receiptNo })} />
    </>
  );
}

/**
 * The receipt with its one next step. `printNow`: it was made a moment ago on this very screen, so it is printed by itself, once; a receipt that was tried
 * before always waits for a hand.
 */
export function ReceiptPanel(props: {
  readonly receipt: Receipt | null;
  readonly nextStep: Topup['nextStep'];
  /** What stopped the first print, where that was part of another call. */
  readonly firstFault?: Problem | null;
  readonly onIssue?: () => void;
  readonly printNow?: boolean;
  /** Where Enter goes when the paper is out; home when it is left out. */
  readonly onDone?: () => void;
}) {
  const { receipt, nextStep, firstFault = null, printNow = false } = props;
  const { t } = useWords();
  const { go } = useNavigation();
  const queries = useQueryClient();
  const refresh = (): void => {
    void queries.invalidateQueries({ queryKey: api.topups.key() });
    void queries.invalidateQueries({ queryKey: api.charging.key() });
    void queries.invalidateQueries({ queryKey: api.accounts.get.key() });
  };
  const print = useMutation(api.receipts.print.mutationOptions({ onSettled: refresh }));
  const confirm = useMutation(api.receipts.confirm.mutationOptions({ onSettled: refresh }));
  const reprint = useMutation(api.receipts.reprint.mutationOptions({ onSettled: refresh }));
  const receiptId = receipt?.receiptId ?? '';
  const { mutate: askPrinter, data: asked } = useMutation(api.receipts.check.mutationOptions());
  // The printer may know itself what came out: it is asked when the question comes up, and whenever its state changes while the question stands.
  const questionFor = nextStep === 'check-paper' ? receiptId : '';
  const printerState = useDevice('printer')?.state;
  useEffect(() => {
    if (questionFor !== '' && printerState !== undefined) askPrinter({ receiptId: questionFor });
  }, [questionFor, printerState, askPrinter]);
  const busy = print.isPending || confirm.isPending || reprint.isPending;
  const error = print.error ?? confirm.error ?? reprint.error;
  const triedAgain = !print.isIdle || !confirm.isIdle || !reprint.isIdle;
  const fault = triedAgain ? (print.data?.fault ?? reprint.data?.fault ?? null) : nextStep === 'none' ? null : firstFault;

  const doPrint = (): void => {
    if (busy) return;
    reprint.reset();
    if (receipt === null) props.onIssue?.();
    else print.mutate({ receiptId });
  };
  const begun = useRef(false);
  const { mutate: printIt } = print;
  const isFresh = printNow && receipt?.state === 'issued';
  useEffect(() => {
    if (!isFresh || begun.current) return;
    begun.current = true;
    printIt({ receiptId });
  }, [isFresh, receiptId, printIt]);
  const done = (): void => (props.onDone === undefined ? go(HOME) : props.onDone());
  const answer = (cameOut: boolean): void => {
    if (busy) return;
    print.reset();
    reprint.reset();
    confirm.mutate({ receiptId, cameOut });
  };
  const again = (): unknown => {
    if (busy || nextStep !== 'none' || receipt === null) return false;
    print.reset();
    return reprint.mutate({ receiptId });
  };
  useKeys({
    Enter: () => {
      if (nextStep === 'print-receipt') doPrint();
      else if (nextStep === 'none') done();
    },
    y: () => (nextStep === 'check-paper' ? answer(true) : false),
    n: () => (nextStep === 'check-paper' ? answer(false) : false),
    F9: again,
  });
  return (
    <Panel
      title={t('delivery.receipt')}
      testId="receipt-panel"
      extra={receipt !== null && <span className="figures">{t('delivery.receiptNo', { no: receipt.receiptNo })}</span>}
    >
      {error !== null && <ProblemNote problem={problemOf(error)} />}
      {fault !== null && nextStep !== 'check-paper' && (
        <ProblemNote problem={fault} tone="warn">
          <Button onClick={() => go({ screen: 'devices' })}>
            {t('devices.title')}
            <Kbd>F4</Kbd>
          </Button>
        </ProblemNote>
      )}
      {nextStep === 'check-paper' && (
        <div className="state-undelivered stack" role="alert" data-testid="paper-question">
          <strong>{t('delivery.receiptUnknown')}</strong>
          <div>{t('delivery.receiptUnknownHint')}</div>
          {asked !== undefined && asked.fault !== null && <ProblemNote problem={asked.fault} tone="warn" />}
          <div className="row">
            <Button type="primary" loading={busy} onClick={() => answer(true)} data-testid="paper-yes">
              {t('delivery.receiptCameOut')}
              <Kbd>Y</Kbd>
            </Button>
            <Button disabled={busy} onClick={() => answer(false)} data-testid="paper-no">
              {t('delivery.receiptNotOut')}
              <Kbd>N</Kbd>
            </Button>
          </div>
        </div>
      )}
      {nextStep === 'print-receipt' && (
        <div className="state-undelivered row between wrap" data-testid="receipt-not-printed">
          <strong>{t('delivery.receiptNotPrinted')}</strong>
          <Button type="primary" loading={busy} onClick={doPrint} data-testid="print-receipt">
            {t('delivery.receiptPrint')}
            <Kbd>Enter</Kbd>
          </Button>
        </div>
      )}
      {nextStep === 'none' && (
        <div className="row between wrap">
          <span className="row wrap" style={{ gap: 16 }} data-testid="receipt-state" data-state={receipt?.state}>
            <StateWord tone={receipt?.state === 'unverified' ? 'warn' : 'ok'}>
              {t(receipt?.state === 'unverified' ? 'delivery.receiptUnverified' : 'delivery.receiptPrinted')}
            </StateWord>
            {receipt !== null && receipt.reprints > 0 && (
              <span className="soft">{t('delivery.reprints', { count: receipt.reprints })}</span>
            )}
          </span>
          <span className="row wrap">
            <Button loading={reprint.isPending} onClick={again} data-testid="reprint">
              {t('delivery.receiptReprint')}
              <Kbd>F9</Kbd>
            </Button>
            <Button type="primary" size="large" onClick={done} data-testid="done-home">
              {t('delivery.doneHome')}
              <Kbd>Enter</Kbd>
            </Button>
          </span>
        </div>
      )}
      {receipt !== null && <Picture key={receipt.receiptId} receipt={receipt} />}
    </Panel>
  );
}
