// Everything printed at this counter in one list: receipts, invoices and papers in A4, what is known of each, and its next step on Enter.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { v7 as newId } from 'uuid';
import { api, client, problemOf } from '../../bridge/client.ts';
import { Button } from '../../components/button.tsx';
import { Lines, Panel } from '../../components/facts.tsx';
import { Field, fieldId } from '../../components/field.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { dateTime } from '../../format/format.ts';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import { useTranslation } from '../../text/use-translation.tsx';
import { Fate, FateDialog, type PrintRow } from './fate.tsx';
import { isToBeAsked } from './print-page.ts';
import { type Answer, usePrinting } from './use-printing.tsx';

const WHICH = ['open', 'printed', 'all'] as const;
type Which = (typeof WHICH)[number];
const WHAT = ['any', 'receipt', 'invoice', 'paper'] as const;
type What = (typeof WHAT)[number];
type Step = 'ask' | 'print' | 'reprint';
const MOST = 100;

/** What is to be done about a row; null where nothing can be. */
function stepOf({ what, state, job }: PrintRow): Step | null {
  if (state === 'unknown' || (job !== null && isToBeAsked(job))) return 'ask';
  if (state === 'issued' || state === 'not-printed' || (state === 'queued' && job?.byItself === false)) return 'print';
  return what !== 'invoice' && (state === 'printed' || state === 'unverified') ? 'reprint' : null;
}

/** A paper that is not out can be given up; a receipt or an invoice stands in the books. */
function mayGiveUp({ job }: PrintRow): boolean {
  return job !== null && (job.state === 'queued' || job.state === 'not-printed');
}

function nameOf({ title, number }: PrintRow): string {
  return `${title} ${number}`.trim();
}

/** Receipts and invoices go by their own calls; what stops them is told. */
function useSlips() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ row: { what, id }, step }: { readonly row: PrintRow; readonly step: 'print' | 'reprint' | Answer }) => {
      const cameOut = step === 'yes';
      const asked = step === 'yes' || step === 'no';
      if (what === 'invoice') {
        if (asked) return client.invoices.confirm({ invoiceId: id, cameOut }).then(() => null);
        return (await client.invoices.print({ invoiceId: id })).fault;
      }
      if (asked) return client.receipts.confirm({ receiptId: id, cameOut }).then(() => null);
      return (await (step === 'reprint' ? client.receipts.reprint({ receiptId: id }) : client.receipts.print({ receiptId: id }))).fault;
    },
    onSettled: () => {
      for (const queryKey of [api.prints.key(), api.topups.key(), api.charging.key(), api.invoices.key()])
        void queries.invalidateQueries({ queryKey });
    },
  });
}

export default function PrintsScreen() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [which, setWhich] = useState<Which>('open');
  const [what, setWhat] = useState<What>('any');
  const [day, setDay] = useState('');
  const [chosen, setChosen] = useState('');
  const [asking, setAsking] = useState<PrintRow | null>(null);
  // Half a date picks nothing yet.
  const picked = { ...(what === 'any' ? {} : { what }), ...(/^\d{4}-\d{2}-\d{2}$/.test(day) ? { day } : {}) };
  const list = useQuery({ ...api.prints.list.queryOptions({ input: { which, limit: MOST, ...picked } }), staleTime: 0 });
  const printing = usePrinting();
  const slips = useSlips();
  const giveUp = useMutation({
    mutationFn: (row: PrintRow) => client.prints.giveUp({ jobId: row.id }),
    onSettled: () => void queries.invalidateQueries({ queryKey: api.prints.key() }),
  });
  const rows = list.data ?? [];
  const at = Math.max(
    0,
    rows.findIndex(({ id }) => id === chosen),
  );
  const current = rows[at];
  const isBusy = printing.isPending || slips.isPending || giveUp.isPending;
  const run = (row: PrintRow | undefined): unknown => {
    const step = row === undefined ? null : stepOf(row);
    if (row === undefined || step === null || isBusy) return false;
    setChosen(row.id);
    if (step === 'ask') return setAsking(row);
    if (row.job === null) return slips.mutate({ row, step });
    const { jobId, state } = row.job;
    if (step === 'reprint') return printing.start(() => client.prints.reprint({ jobId: newId(), ofJobId: jobId }));
    return printing.start(() => (state === 'queued' ? client.prints.get({ jobId }) : client.prints.retry({ jobId })));
  };
  const answer = (said: Answer): void => {
    if (asking === null) return;
    if (asking.job === null) slips.mutate({ row: asking, step: said });
    else printing.confirm(asking.id, said);
    setAsking(null);
  };
  const move = (by: 1 | -1): unknown => {
    const next = rows[at + by];
    return next === undefined ? false : setChosen(next.id);
  };
  /** Enter behind a day that was typed belongs to the day: nothing is printed by it. */
  const leaveDay = (): boolean => {
    const field = document.getElementById(fieldId('day'));
    if (field === null || document.activeElement !== field) return false;
    field.blur();
    return true;
  };
  useKeys({
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Enter: () => (leaveDay() ? undefined : run(current)),
    Delete: () => (current !== undefined && mayGiveUp(current) && !isBusy ? giveUp.mutate(current) : false),
    ...Object.fromEntries([
      ...WHICH.map((one, index) => [`Alt+${index + 1}`, () => setWhich(one)]),
      ...WHAT.map((one, index) => [`Alt+${index + 1 + WHICH.length}`, () => setWhat(one)]),
    ]),
    'Alt+d': () => document.getElementById(fieldId('day'))?.focus(),
  });
  useEffect(() => {
    document.getElementById(`print-${current?.id ?? ''}`)?.scrollIntoView({ block: 'nearest' });
  }, [current?.id]);
  const error = list.error ?? slips.error ?? giveUp.error;
  return (
    <div className="stack-wide" data-testid="prints-screen">
      <h1>{t('prints.title')}</h1>
      <div className="row between wrap">
        <span className="row">
          <Segmented<Which>
            aria-label={t('prints.which')}
            value={which}
            onChange={setWhich}
            options={WHICH.map((value) => ({ value, label: t(`prints.${value}`) }))}
          />
          <Kbd>Alt 1–3</Kbd>
          <Segmented<What>
            aria-label={t('prints.kind')}
            value={what}
            onChange={setWhat}
            options={WHAT.map((value) => ({ value, label: t(`prints.what.${value}`) }))}
          />
          <Kbd>Alt 4–7</Kbd>
        </span>
        <span className="row">
          <Field field="day" label={t('prints.day')} type="date" value={day} onChange={setDay} />
          <Kbd>Alt D</Kbd>
        </span>
        {printing.area}
      </div>
      {error !== null && <ProblemNote problem={problemOf(error)} />}
      {printing.problem !== null && <ProblemNote problem={printing.problem} />}
      {slips.data != null && <ProblemNote problem={slips.data} tone="warn" />}
      <Panel title={t(`prints.${which}`)} testId="prints">
        {list.data === undefined && list.error === null && <Lines count={4} />}
        {list.data?.length === 0 && (
          <p className="soft">
            {t(Object.keys(picked).length > 0 ? 'prints.nonePicked' : which === 'open' ? 'prints.none' : 'prints.noneAtAll')}
          </p>
        )}
        {rows.length > 0 && (
          <div className="table-scroll">
            <table className="plain-table">
              <thead>
                <tr>
                  {(['when', 'what', 'whose', 'fate', 'clerk', 'step'] as const).map((column) => (
                    <th key={column}>{t(`prints.column.${column}`)}</th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => {
                  const step = stepOf(row);
                  const isCurrent = row.id === current?.id;
                  const { what, id, accountNo, customerName, state, reprints, clerk, atMs, job } = row;
                  return (
                    <tr
                      key={id}
                      id={`print-${id}`}
                      className={isCurrent ? 'chosen' : ''}
                      aria-current={isCurrent}
                      data-testid="print-row"
                      data-state={state}
                    >
                      <td className="figures">{dateTime(atMs)}</td>
                      <td>
                        <span className="soft">{t(`prints.what.${what}`)}</span> {row.title} <span className="figures">{row.number}</span>
                        {job !== null && job.copies > 1 && <span className="soft"> {t('prints.copies', { count: job.copies })}</span>}
                      </td>
                      <td>
                        {customerName} <span className="figures">{accountNo}</span>
                      </td>
                      <td>
                        <Fate state={state} copyNo={reprints} />
                        {job?.fault != null && <div className="soft">{String(job.fault.context.reason ?? '')}</div>}
                      </td>
                      <td className="figures">{clerk}</td>
                      <td>
                        <span className="row">
                          {step !== null && (
                            <Button
                              size="small"
                              type={isCurrent ? 'primary' : 'default'}
                              disabled={isBusy}
                              onClick={() => run(row)}
                              data-testid="print-step"
                            >
                              {t(`prints.step.${step}`)}
                              {isCurrent && <Kbd>Enter</Kbd>}
                            </Button>
                          )}
                          {mayGiveUp(row) && (
                            <Button size="small" disabled={isBusy} onClick={() => giveUp.mutate(row)} data-testid="print-give-up">
                              {t('prints.giveUp')}
                              {isCurrent && <Kbd>Del</Kbd>}
                            </Button>
                          )}
                        </span>
                      </td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </div>
        )}
      </Panel>
      {asking !== null && (
        <FateDialog name={nameOf(asking)} mayRepeat={asking.job !== null} busy={isBusy} onAnswer={answer} onClose={() => setAsking(null)} />
      )}
    </div>
  );
}
