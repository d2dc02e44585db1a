// The way from an open shift to its end: the count, by the clerk or by the one who takes over, and what follows from it.
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { v7 as newId } from 'uuid';
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { client, problemOf } from '../../bridge/client.ts';
import { Input } from '../../components/input.tsx';
import { useTranslation } from '../../text/use-translation.tsx';
import { CountResult } from './count-result.tsx';
import { CountSheet } from './count-sheet.tsx';
import { type CountFields, EMPTY_COUNT, isTouched } from './counting.ts';
import { PendingNow } from './pending-list.tsx';

type Shift = NonNullable<Outputs['shift']['current']>;

export function ShiftEnd(props: {
  readonly shift: Shift;
  readonly purpose: 'close' | 'hand-over';
  /** Done by the manager for a clerk who cannot. */
  readonly forced: boolean;
  readonly fields: CountFields;
  readonly onFields: (fields: CountFields) => void;
  readonly onChanged: (shift: Shift) => void;
  readonly onBack: () => void;
}) {
  const { t } = useTranslation();
  const { shift, forced, fields, onFields } = props;
  const [recounting, setRecounting] = useState(false);
  const [countId, setCountId] = useState(() => newId());
  const [taker, setTaker] = useState({ staffNo: '', password: '' });
  const isHandOver = props.purpose === 'hand-over';
  const count = useMutation({
    mutationFn: (input: Inputs['shift']['count']) => client.shift.count(input),
    onSuccess: (counted) => {
      setCountId(newId());
      setRecounting(false);
      onFields(EMPTY_COUNT);
      props.onChanged(counted);
    },
  });
  // A recount that was parked half-typed goes on.
  if (shift.state === 'counted' && !recounting && !isTouched(fields))
    return <CountResult shift={shift} forced={forced} onRecount={() => setRecounting(true)} onEnded={props.onChanged} />;
  const ready = !isHandOver || (taker.staffNo.trim() !== '' && taker.password !== '');
  return (
    <div className="stack-wide">
      <CountSheet
        title={t(isHandOver ? 'drawer.handOver.countTitle' : 'drawer.count.title')}
        hint={t(isHandOver ? 'drawer.handOver.countHint' : forced ? 'drawer.count.forcedHint' : 'drawer.count.hint')}
        action={t('drawer.count.do')}
        slips
        fields={fields}
        onFields={onFields}
        busy={count.isPending}
        ready={ready}
        problem={count.error === null ? null : problemOf(count.error)}
        before={
          isHandOver ? (
            <div className="row wrap">
              <label htmlFor="taker-staff">{t('drawer.handOver.taker')}</label>
              <Input
                id="taker-staff"
                className="count-field"
                style={{ width: 120 }}
                autoFocus
                autoComplete="off"
                maxLength={20}
                value={taker.staffNo}
                data-testid="taker-staff"
                onChange={(event) => setTaker({ ...taker, staffNo: event.target.value })}
              />
              <label htmlFor="taker-password">{t('signIn.password')}</label>
              <Input
                id="taker-password"
                className="count-field"
                style={{ width: 160 }}
                type="password"
                autoComplete="off"
                maxLength={200}
                value={taker.password}
                data-testid="taker-password"
                onChange={(event) => setTaker({ ...taker, password: event.target.value })}
              />
            </div>
          ) : undefined
        }
        onCounted={({ lines, slips }) =>
          count.mutate({
            shiftId: shift.shiftId,
            countId,
            lines,
            slips,
            ...(isHandOver ? { taker: { staffNo: taker.staffNo.trim(), password: taker.password } } : {}),
          })
        }
        onBack={() => {
          onFields(EMPTY_COUNT);
          if (recounting) setRecounting(false);
          else props.onBack();
        }}
      />
      <PendingNow shiftId={shift.shiftId} />
    </div>
  );
}
