// The counter's segments of invoice numbers: what is left, spoiled blanks, and a new segment.
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { v7 as newId } from 'uuid';
import type { Outputs } from '../../../shared/contract/index.ts';
import { api, problemOf } from '../../bridge/client.ts';
import { useSession } from '../../bridge/session.ts';
import { Button } from '../../components/button.tsx';
import { useWords } from '../../components/commodity.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Panel } from '../../components/facts.tsx';
import { Input } from '../../components/input.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { ReasonDialog } from '../../components/reason-dialog.tsx';
import { Kbd, useKeys } from '../../keys/keys.tsx';

type Segment = Outputs['invoices']['segments'][number];

export function SegmentPanel({ segments, onChange }: { readonly segments: readonly Segment[]; readonly onChange: () => void }) {
  const { t } = useWords();
  const [dialog, setDialog] = useState<'blank' | 'assign' | null>(null);
  const current = segments.find(({ left }) => left > 0) ?? null;
  const isLast = segments.filter(({ left }) => left > 0).length <= 1;
  const close = (): void => {
    setDialog(null);
    onChange();
  };
  const voidBlank = useMutation(api.invoices.voidBlank.mutationOptions({ onSuccess: close }));
  const mayAssign = useMayAssign();
  const [voidId, setVoidId] = useState(() => newId());
  useKeys({
    'Alt+b': () => (current === null ? false : setDialog('blank')),
    'Alt+n': () => (mayAssign ? setDialog('assign') : false),
  });
  return (
    <Panel title={t('charging.segments')} testId="segments">
      {current === null || (current.isEnding && isLast) ? (
        <div className="state-undelivered" role="alert" data-testid="segment-ending">
          {current === null ? t('charging.segmentNone') : t('charging.segmentEnding', { count: current.left })}
        </div>
      ) : null}
      <table className="plain-table">
        <caption className="visually-hidden">{t('charging.segments')}</caption>
        <thead>
          <tr>
            <th>{t('charging.segment')}</th>
            <th>{t('charging.nextNumber')}</th>
            <th className="right">{t('charging.left')}</th>
            <th>{t('charging.spoiled')}</th>
          </tr>
        </thead>
        <tbody>
          {segments.map((segment) => (
            <tr key={segment.segmentId}>
              <td className="figures">{`${segment.firstLabel} – ${segment.lastLabel}`}</td>
              <td className="figures">{segment.nextLabel}</td>
              <td className="right figures">{segment.left}</td>
              <td className="figures">{segment.voided.join('、')}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className="row wrap">
        <Button disabled={current === null} onClick={() => setDialog('blank')} data-testid="void-blank">
          {t('charging.voidBlank')}
          <Kbd>Alt B</Kbd>
        </Button>
        {mayAssign && (
          <Button onClick={() => setDialog('assign')} data-testid="assign-segment">
            {t('charging.assignSegment')}
            <Kbd>Alt N</Kbd>
          </Button>
        )}
      </div>
      {dialog === 'blank' && current !== null && (
        <ReasonDialog
          title={t('charging.voidTitle', { number: current.nextLabel })}
          action={t('charging.voidBlank')}
          danger
          busy={voidBlank.isPending}
          onDo={(reason) => {
            voidBlank.mutate({ voidId, number: current.next, reason });
            setVoidId(newId());
          }}
          onClose={() => setDialog(null)}
        >
          <p>{t('charging.voidBlankHint')}</p>
          {voidBlank.error !== null && <ProblemNote problem={problemOf(voidBlank.error)} />}
        </ReasonDialog>
      )}
      {dialog === 'assign' && <AssignDialog onClose={() => setDialog(null)} onDone={close} />}
    </Panel>
  );
}

/** Whether the person signed in may give the counter numbers. */
function useMayAssign(): boolean {
  const role = useSession()?.staff.role;
  return role === 'manager' || role === 'it';
}

function AssignDialog({ onClose, onDone }: { readonly onClose: () => void; readonly onDone: () => void }) {
  const { t } = useWords();
  const [segmentId] = useState(() => newId());
  const [prefix, setPrefix] = useState('');
  const [first, setFirst] = useState('');
  const [last, setLast] = useState('');
  const [tried, setTried] = useState(false);
  const assign = useMutation(api.invoices.assignSegment.mutationOptions({ onSuccess: onDone }));
  const isNumber = (text: string): boolean => /^\d{1,12}$/.test(text) && Number(text) > 0;
  const wrong = !isNumber(first) || !isNumber(last) || first.length !== last.length || Number(last) < Number(first);
  const act = (): void => {
    setTried(true);
    if (!wrong)
      assign.mutate({ segmentId, prefix: prefix.trim().toUpperCase(), first: Number(first), last: Number(last), digits: first.length });
  };
  const fields = [
    { id: 'segment-prefix', word: t('charging.prefix'), value: prefix, set: setPrefix },
    { id: 'segment-first', word: t('charging.firstNumber'), value: first, set: setFirst },
    { id: 'segment-last', word: t('charging.lastNumber'), value: last, set: setLast },
  ];
  return (
    <Dialog
      title={t('charging.assignSegment')}
      action={t('charging.assignSegment')}
      busy={assign.isPending}
      dirty={fields.some(({ value }) => value !== '')}
      onAction={act}
      onClose={onClose}
    >
      <p>{t('charging.assignHint')}</p>
      {fields.map(({ id, word, value, set }, index) => (
        <div key={id} className="stack">
          <label htmlFor={id}>{word}</label>
          <Input
            id={id}
            autoFocus={index === 0}
            autoComplete="off"
            maxLength={12}
            value={value}
            data-testid={id}
            onChange={(event) => set(event.target.value)}
          />
        </div>
      ))}
      {tried && wrong && (
        <div role="alert" className="tone-bad">
          {t('charging.segmentWrong')}
        </div>
      )}
      {assign.error !== null && <ProblemNote problem={problemOf(assign.error)} />}
    </Dialog>
  );
}
