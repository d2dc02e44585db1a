// A shift that has been counted: over or short in words, counted once more where that is allowed, closed or handed over.
import { useState } from 'react';
import { v7 as newId } from 'uuid';
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { client } from '../../bridge/client.ts';
import { Button } from '../../components/button.tsx';
import { Facts, Panel } from '../../components/facts.tsx';
import { Field, focusWrong, wrong } from '../../components/field.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { useApproval } from '../../components/use-approval.tsx';
import { dateTime, parseYuan, yuan } from '../../format/format.ts';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import type { Problem } from '../../text/index.ts';
import { useTranslation } from '../../text/use-translation.tsx';
import { PendingNow } from './pending-list.tsx';

type Shift = NonNullable<Outputs['shift']['current']>;
type Count = Shift['counts'][number];

/** Over, short or right, as a sentence. */
export function useDifferenceWords(): (differenceFen: number) => string {
  const { t } = useTranslation();
  return (differenceFen) => {
    if (differenceFen === 0) return t('drawer.result.right');
    return t(differenceFen > 0 ? 'drawer.result.over' : 'drawer.result.short', { amount: yuan(Math.abs(differenceFen)) });
  };
}

/** Expected and counted by tender. */
export function TenderTable({ count }: { readonly count: Count }) {
  const { t } = useTranslation();
  return (
    <div className="table-scroll">
      <table className="plain-table" data-testid="tender-table">
        <thead>
          <tr>
            <th>{t('drawer.result.tender')}</th>
            <th className="right">{t('drawer.result.expected')}</th>
            <th className="right">{t('drawer.result.counted')}</th>
            <th className="right">{t('drawer.result.difference')}</th>
          </tr>
        </thead>
        <tbody>
          {count.tenders.map(({ kind, expectedFen, countedFen, differenceFen, expectedCount, countedCount }) => {
            const slips = (sheets: number): string => (kind === 'cash' ? '' : ` · ${t('drawer.result.slips', { count: sheets })}`);
            const isWrong = differenceFen !== 0 || expectedCount !== countedCount;
            return (
              <tr key={kind}>
                <td>{t(`drawer.tender.${kind}`)}</td>
                <td className="figures right">{`${yuan(expectedFen)}${slips(expectedCount)}`}</td>
                <td className="figures right">{`${yuan(countedFen)}${slips(countedCount)}`}</td>
                <td className={`figures right ${isWrong ? 'tone-bad' : 'tone-ok'}`}>
                  {differenceFen > 0 ? `+${yuan(differenceFen)}` : yuan(differenceFen)}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

export function CountResult(props: {
  readonly shift: Shift;
  /** Closed by the manager for somebody else. */
  readonly forced: boolean;
  readonly onRecount: () => void;
  readonly onEnded: (shift: Shift) => void;
}) {
  const { t } = useTranslation();
  const { shift, forced } = props;
  const { shiftId, counts, recountsLeft } = shift;
  const differenceWords = useDifferenceWords();
  const [ids] = useState(() => ({ act: newId(), next: newId() }));
  const [carried, setCarried] = useState('');
  const [bagNo, setBagNo] = useState('');
  const [reason, setReason] = useState('');
  const [found, setFound] = useState<Problem | null>(null);
  const count = counts.at(-1);
  const cash = count?.tenders[0];
  const differenceFen = cash?.differenceFen ?? 0;
  const toClerk = count !== undefined && count.countedBy !== shift.clerk && !forced ? count.countedBy : '';
  const hint = t('drawer.result.approve', { words: differenceWords(differenceFen) });
  const close = useApproval({
    call: (input: Inputs['shift']['close']) => client.shift.close(input),
    hint,
    act: 'shift.close',
    onSuccess: props.onEnded,
  });
  const handOver = useApproval({
    call: (input: Inputs['shift']['handOver']) => client.shift.handOver(input),
    hint,
    act: 'shift.handOver',
    onSuccess: props.onEnded,
  });
  const act = toClerk === '' ? close : handOver;
  const carriedFen = carried.trim() === '' ? 0 : parseYuan(carried);
  const needsReason = differenceFen !== 0 || forced;
  const submit = (): void => {
    if (act.isPending) return;
    const problem =
      carriedFen === null ? wrong('carriedFen', 'form') : needsReason && reason.trim() === '' ? wrong('reason', 'empty') : null;
    setFound(problem);
    focusWrong(problem);
    if (problem !== null || carriedFen === null) return;
    if (toClerk === '') close.run({ shiftId, closeId: ids.act, carriedFen, bagNo: bagNo.trim(), reason: reason.trim() });
    else handOver.run({ shiftId, handoverId: ids.act, newShiftId: ids.next, reason: reason.trim() });
  };
  const recount = (): unknown => (recountsLeft > 0 && !act.isPending ? props.onRecount() : false);
  useKeys({ Enter: submit, 'Alt+r': recount }, { active: !act.asking });
  if (count === undefined) return null;
  return (
    <div className="stack-wide">
      <section
        className={differenceFen === 0 ? 'state-done' : 'state-undelivered'}
        data-testid="count-result"
        data-difference={differenceFen}
      >
        <div className="sentence">{differenceWords(differenceFen)}</div>
        {counts.length > 1 && <div className="soft">{t('drawer.result.counts', { count: counts.length })}</div>}
      </section>
      <div className="count-columns">
        <Panel title={t('drawer.result.title')}>
          <TenderTable count={count} />
          <Facts
            items={[
              [t('drawer.result.by'), count.countedBy],
              [t('drawer.result.at'), dateTime(count.atMs)],
            ]}
          />
          {recountsLeft > 0 && (
            <Button onClick={() => recount()} data-testid="recount">
              {t('drawer.result.recount', { count: recountsLeft })}
              <Kbd>Alt R</Kbd>
            </Button>
          )}
        </Panel>
        <Panel title={t(toClerk === '' ? 'drawer.close.title' : 'drawer.handOver.title')} testId="shift-end">
          <div className="field-grid">
            {toClerk === '' && (
              <>
                <Field
                  field="carriedFen"
                  label={t('drawer.close.carried')}
                  hint={t('drawer.close.carriedHint', { amount: yuan(Math.max(0, (cash?.countedFen ?? 0) - (carriedFen ?? 0))) })}
                  value={carried}
                  numeric
                  autoFocus
                  maxLength={12}
                  problem={found ?? act.problem}
                  onChange={setCarried}
                />
                <Field field="bagNo" label={t('drawer.close.bag')} value={bagNo} maxLength={40} onChange={setBagNo} />
              </>
            )}
            {needsReason && (
              <Field
                field="reason"
                label={t(forced ? 'drawer.close.forcedReason' : 'drawer.close.reason')}
                value={reason}
                maxLength={200}
                autoFocus={toClerk !== ''}
                problem={found ?? act.problem}
                onChange={setReason}
              />
            )}
          </div>
          {act.problem !== null && <ProblemNote problem={act.problem} />}
          <Button type="primary" loading={act.isPending} onClick={submit} data-testid="shift-end-button">
            {toClerk === '' ? t('drawer.close.do') : t('drawer.handOver.do', { clerk: toClerk })}
            <Kbd>Enter</Kbd>
          </Button>
        </Panel>
      </div>
      <PendingNow shiftId={shiftId} />
      {act.dialog}
    </div>
  );
}
