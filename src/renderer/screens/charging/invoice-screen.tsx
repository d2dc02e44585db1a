// Invoices: one is issued for a payment or a delivered top-up, printed on its form, or voided; and the numbers that are left.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { v7 as newId } from 'uuid';
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { api, client, problemOf } from '../../bridge/client.ts';
import { Button } from '../../components/button.tsx';
import { useWords } from '../../components/commodity.tsx';
import { Lines, Panel, StateWord } from '../../components/facts.tsx';
import { Input } from '../../components/input.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { ReasonDialog } from '../../components/reason-dialog.tsx';
import { useApproval } from '../../components/use-approval.tsx';
import { dateTime, yuan } from '../../format/format.ts';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import { useDraft, useLeaveGuard } from '../shell/navigation.tsx';
import type { TaskProps } from '../tasks/task.ts';
import { useAccountCharges } from './account-money.tsx';
import { SegmentPanel } from './segment-panel.tsx';

type Subject = Outputs['invoices']['subjects'][number];
type Invoice = Outputs['invoices']['issue'];

const TONES = { issued: 'warn', printed: 'ok', unverified: 'warn', unknown: 'bad', 'not-printed': 'bad', voided: 'idle' } as const;

export default function InvoiceScreen({ accountId, subjectId }: TaskProps) {
  const { t } = useWords();
  const queries = useQueryClient();
  const account = useAccountCharges(accountId);
  const subjects = useQuery(api.invoices.subjects.queryOptions({ input: { accountId } }));
  const segments = useQuery(api.invoices.segments.queryOptions({ input: {} }));
  const [chosen, setChosen] = useState(subjectId);
  const list = subjects.data ?? [];
  const at = Math.max(
    0,
    list.findIndex((one) => one.subjectId === chosen),
  );
  const subject = list[at];
  const refresh = (): void => void queries.invalidateQueries({ queryKey: api.invoices.key() });
  const move = (step: 1 | -1): void => setChosen(list[Math.min(list.length - 1, Math.max(0, at + step))]?.subjectId ?? '');
  useKeys({ ArrowDown: () => move(1), ArrowUp: () => move(-1) });
  if (subjects.error !== null) return <ProblemNote problem={problemOf(subjects.error)} />;
  if (subjects.data === undefined || account === undefined || segments.data === undefined) return <Lines count={6} />;
  const segment = segments.data.find(({ left }) => left > 0);
  return (
    <div className="stack-wide">
      <h1>{t('task.invoice')}</h1>
      <Panel title={t('charging.invoiceSubjects')} extra={<span className="soft">{t('charging.arrowsHint')}</span>}>
        {list.length === 0 && <p className="soft">{t('charging.noSubjects')}</p>}
        {list.length > 0 && (
          <table className="plain-table">
            <caption className="visually-hidden">{t('charging.invoiceSubjects')}</caption>
            <tbody>
              {list.slice(0, 12).map((one, index) => (
                <tr key={one.subjectId} className={index === at ? 'chosen' : ''} data-testid="invoice-subject">
                  <td>
                    <label className="row">
                      <input type="radio" name="subject" tabIndex={-1} checked={index === at} onChange={() => setChosen(one.subjectId)} />
                      {t(`charging.subject.${one.kind}`)}
                    </label>
                  </td>
                  <td className="figures">{dateTime(one.atMs)}</td>
                  <td className="figures">{one.invoice?.label ?? ''}</td>
                  <td>
                    {one.invoice !== null && (
                      <StateWord tone={TONES[one.invoice.state]}>{t(`charging.invoiceState.${one.invoice.state}`)}</StateWord>
                    )}
                  </td>
                  <td className="right figures">{yuan(one.amountFen)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Panel>
      {subject !== undefined && subject.invoice === null && (
        <IssueForm
          key={subject.subjectId}
          accountId={accountId}
          subject={subject}
          buyerName={account.customerName}
          segment={segment ?? null}
          onDone={refresh}
        />
      )}
      {subject !== undefined && subject.invoice !== null && <InvoicePanel invoice={subject.invoice} onChange={refresh} />}
      <SegmentPanel segments={segments.data} onChange={refresh} />
    </div>
  );
}

function IssueForm(props: {
  readonly accountId: string;
  readonly subject: Subject;
  readonly buyerName: string;
  readonly segment: Outputs['invoices']['assignSegment'] | null;
  readonly onDone: () => void;
}) {
  const { t } = useWords();
  const { subject, segment } = props;
  const [invoiceId, setInvoiceId] = useState(() => newId());
  const [name, setName] = useState(props.buyerName);
  const [taxNo, setTaxNo] = useState('');
  const issue = useMutation({
    mutationFn: async (input: Inputs['invoices']['issue']) => {
      await client.invoices.issue(input);
      return await client.invoices.print({ invoiceId });
    },
    onSettled: props.onDone,
  });
  const anyTyped = !issue.isSuccess && (name !== props.buyerName || taxNo !== '');
  useLeaveGuard(anyTyped);
  const kept = { invoiceId, name, taxNo };
  const draftOf = { taskId: 'invoice', accountId: props.accountId, subjectId: subject.subjectId };
  useDraft(draftOf, anyTyped ? kept : null, (draft: typeof kept) => {
    setInvoiceId(draft.invoiceId);
    setName(draft.name);
    setTaxNo(draft.taxNo);
  });
  const act = (): unknown => {
    if (segment === null || issue.isPending) return false;
    if (name.trim() === '') return document.getElementById('buyer-name')?.focus();
    return issue.mutate({
      invoiceId,
      subjectId: subject.subjectId,
      expectedNumber: segment.next,
      buyer: { name: name.trim(), taxNo: taxNo.trim() },
    });
  };
  useKeys({ Enter: act });
  const problem = issue.error === null ? null : problemOf(issue.error);
  const wrongTaxNo = problem?.code === 'INPUT_INVALID' && problem.context.field === 'buyer.taxNo';
  return (
    <Panel title={t('charging.issueInvoice')}>
      <div className="row between wrap" style={{ alignItems: 'flex-start' }}>
        <div className="stack" style={{ minWidth: 320 }}>
          <label htmlFor="buyer-name">{t('charging.buyer')}</label>
          <Input
            id="buyer-name"
            autoFocus
            autoComplete="off"
            maxLength={100}
            value={name}
            status={name.trim() === '' ? 'error' : ''}
            data-testid="buyer-name"
            onChange={(event) => setName(event.target.value)}
          />
          <label htmlFor="buyer-tax">{t('charging.taxNo')}</label>
          <Input
            id="buyer-tax"
            autoComplete="off"
            maxLength={20}
            value={taxNo}
            status={wrongTaxNo ? 'error' : ''}
            aria-describedby={wrongTaxNo ? 'tax-wrong' : undefined}
            data-testid="buyer-tax"
            onChange={(event) => {
              setTaxNo(event.target.value);
              issue.reset();
            }}
          />
          {wrongTaxNo && (
            <div id="tax-wrong" role="alert" className="tone-bad">
              {t('charging.taxNoWrong')}
            </div>
          )}
        </div>
        <div className="right">
          <div className="soft">{t('charging.nextNumber')}</div>
          <div className="amount-due" data-testid="next-number">
            {segment?.nextLabel ?? '—'}
          </div>
          <div className="soft">{t('charging.compareNumber')}</div>
          <div className="sentence figures">{yuan(subject.amountFen)}</div>
        </div>
      </div>
      {segment === null && <ProblemNote problem={{ code: 'SEGMENT_MISSING', context: {} }} />}
      {problem !== null && !wrongTaxNo && <ProblemNote problem={problem} />}
      <div className="row between">
        <span />
        <Button type="primary" size="large" disabled={segment === null} loading={issue.isPending} onClick={act} data-testid="issue-invoice">
          {t('charging.issueAndPrint')}
          <Kbd>Enter</Kbd>
        </Button>
      </div>
    </Panel>
  );
}

function InvoicePanel({ invoice, onChange }: { readonly invoice: Invoice; readonly onChange: () => void }) {
  const { t } = useWords();
  const [voiding, setVoiding] = useState(false);
  const { invoiceId, state } = invoice;
  const print = useMutation(api.invoices.print.mutationOptions({ onSettled: onChange }));
  const confirm = useMutation(api.invoices.confirm.mutationOptions({ onSettled: onChange }));
  const voidIt = useApproval({
    call: (input: Inputs['invoices']['void']) => client.invoices.void(input),
    hint: t('charging.approveVoid', { number: invoice.label }),
    act: 'invoices.void',
    accountId: invoice.accountId,
    onSuccess: () => {
      setVoiding(false);
      onChange();
    },
  });
  const busy = print.isPending || confirm.isPending;
  const canPrint = state === 'issued' || state === 'not-printed';
  useKeys({
    Enter: () => (canPrint && !busy ? print.mutate({ invoiceId }) : false),
    y: () => (state === 'unknown' && !busy ? confirm.mutate({ invoiceId, cameOut: true }) : false),
    n: () => (state === 'unknown' && !busy ? confirm.mutate({ invoiceId, cameOut: false }) : false),
    'Alt+v': () => setVoiding(true),
  });
  const error = print.error ?? confirm.error;
  const fault = print.data?.fault ?? null;
  return (
    <Panel title={t('charging.invoiceNo', { number: invoice.label })} testId="invoice">
      <div className="row between wrap">
        <div>
          <div data-testid="invoice-state" data-state={state}>
            <StateWord tone={TONES[state]}>{t(`charging.invoiceState.${state}`)}</StateWord>
          </div>
          <div>
            {invoice.buyer.name} <span className="figures soft">{invoice.buyer.taxNo}</span>
          </div>
        </div>
        <div className="right">
          <div className="sentence figures">{yuan(invoice.amountFen)}</div>
          <div className="soft figures">
            {t('topup.vat')} {yuan(invoice.vatFen)}
          </div>
        </div>
      </div>
      {error !== null && <ProblemNote problem={problemOf(error)} />}
      {fault !== null && <ProblemNote problem={fault} tone="warn" />}
      <div className="row wrap">
        {canPrint && (
          <Button type="primary" loading={busy} onClick={() => print.mutate({ invoiceId })} data-testid="print-invoice">
            {t('charging.printInvoice')}
            <Kbd>Enter</Kbd>
          </Button>
        )}
        {state === 'unknown' && (
          <>
            <strong>{t('charging.invoiceUnknown')}</strong>
            <Button type="primary" loading={busy} onClick={() => confirm.mutate({ invoiceId, cameOut: true })}>
              {t('charging.formOut')}
              <Kbd>Y</Kbd>
            </Button>
            <Button disabled={busy} onClick={() => confirm.mutate({ invoiceId, cameOut: false })}>
              {t('charging.formNotOut')}
              <Kbd>N</Kbd>
            </Button>
          </>
        )}
        <Button danger onClick={() => setVoiding(true)} data-testid="void-invoice">
          {t('charging.voidInvoice')}
          <Kbd>Alt V</Kbd>
        </Button>
      </div>
      {voiding && (
        <ReasonDialog
          title={t('charging.voidTitle', { number: invoice.label })}
          action={t('charging.voidInvoice')}
          danger
          busy={voidIt.isPending}
          hidden={voidIt.asking}
          onDo={(reason) => voidIt.run({ invoiceId, reason })}
          onClose={() => setVoiding(false)}
        >
          <p>{t('charging.voidHint')}</p>
          {voidIt.problem !== null && <ProblemNote problem={voidIt.problem} />}
        </ReasonDialog>
      )}
      {voidIt.dialog}
    </Panel>
  );
}
