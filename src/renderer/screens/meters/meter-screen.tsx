// The account's meter: exchanged for one out of the store, installed, or taken off; what was left of bought gas is carried over.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type KeyboardEvent, useState } from 'react';
import { v7 as newId } from 'uuid';
import type { Inputs } from '../../../shared/contract/index.ts';
import { api, client, problemOf } from '../../bridge/client.ts';
import { Button } from '../../components/button.tsx';
import { useWords } from '../../components/commodity.tsx';
import { Facts, Lines, Panel } from '../../components/facts.tsx';
import { Input } from '../../components/input.tsx';
import { useLayoutName } from '../../components/layout-name.ts';
import { ProblemNote } from '../../components/problem.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { StepList } from '../../components/steps.tsx';
import { useApproval } from '../../components/use-approval.tsx';
import { cubicMetres } from '../../format/format.ts';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import { OpenShiftForm } from '../home/shift-panel.tsx';
import { useDraft, useLeaveGuard, useNavigation } from '../shell/navigation.tsx';
import type { TaskProps } from '../tasks/task.ts';
import {
  type FieldName,
  fieldsOf,
  GOES,
  type Goes,
  isWrong,
  litresOf,
  type MeterAct,
  type MeterFields,
  matching,
  NO_METER_FIELDS,
  stepThrough,
} from './meter-act.ts';
import { type Done, MeterResult } from './meter-result.tsx';
import { StoreList } from './store-list.tsx';

export default function MeterScreen({ accountId }: TaskProps) {
  const { t, volume } = useWords();
  const { go } = useNavigation();
  const queries = useQueryClient();
  const layoutName = useLayoutName();
  const shift = useQuery(api.shift.current.queryOptions({ input: {} })).data;
  const branch = useQuery(api.system.info.queryOptions({ input: {} })).data;
  const account = useQuery(api.accounts.get.queryOptions({ input: { accountId } })).data;
  const store = useQuery(api.meters.list.queryOptions({ input: {} }));
  const left = useQuery(api.meters.leftOver.queryOptions({ input: { accountId } })).data;
  const presentNo = account?.meters[0]?.meterNo ?? '';
  const present = useQuery({ ...api.meters.get.queryOptions({ input: { meterNo: presentNo } }), enabled: presentNo !== '' }).data;
  const [actId, setActId] = useState(() => newId());
  const [fields, setFields] = useState<MeterFields>(NO_METER_FIELDS);
  const [tried, setTried] = useState(false);
  const [done, setDone] = useState<Done | null>(null);
  const anyTyped = done === null && fields !== NO_METER_FIELDS;
  // The id goes with what is typed: after a crash the same id finds what was done.
  useDraft({ taskId: 'meter', accountId }, anyTyped ? { actId, fields } : null, (kept) => {
    setActId(kept.actId);
    setFields(kept.fields);
  });
  useLeaveGuard(anyTyped);

  const act: MeterAct = presentNo === '' ? 'install' : fields.act === null || fields.act === 'install' ? 'exchange' : fields.act;
  const shown = fieldsOf(act, present);
  const knownLitres = left === undefined ? 0 : left.inMeterLitres + left.onCardLitres;
  const preset: Record<FieldName, string> = {
    final: '',
    billed: '',
    billedOn: '',
    newMeter: '',
    first: '0',
    carried: cubicMetres(knownLitres).replaceAll(',', ''),
    reason: t('meters.reasonExchange'),
  };
  const value = (field: FieldName): string => (fields.typed[field] ?? preset[field]).trim();
  const litres = (field: FieldName): number => litresOf(value(field)) ?? 0;
  const type = (field: FieldName, text: string): void => setFields({ ...fields, typed: { ...fields.typed, [field]: text } });
  const finish = (result: Done): void => {
    setDone(result);
    for (const queryKey of [api.accounts.get.key(), api.meters.key(), api.cardTasks.key()]) void queries.invalidateQueries({ queryKey });
  };
  const exchange = useApproval({
    call: (input: Inputs['meters']['exchange']) => client.meters.exchange(input),
    hint: t('meters.approve'),
    act: 'meters.exchange',
    onSuccess: ({ meter, volumeOwedLitres: owedLitres, needsNewCard, bills }) =>
      finish({ act: 'exchange', meter, owedLitres, needsNewCard, billedFen: bills.reduce((sum, { amountFen }) => sum + amountFen, 0) }),
  });
  const install = useApproval({
    call: (input: Inputs['meters']['install']) => client.meters.install(input),
    hint: '',
    onSuccess: (meter) => finish({ act: 'install', meter, owedLitres: 0, needsNewCard: meter.kind === 'ic', billedFen: 0 }),
  });
  const remove = useApproval({
    call: (input: Inputs['meters']['remove']) => client.meters.remove(input),
    hint: '',
    onSuccess: (meter) => finish({ act: 'remove', meter, owedLitres: 0, needsNewCard: false, billedFen: 0 }),
  });
  const run = { exchange, install, remove }[act];
  const send = (on: string): void => {
    const rest = { actId, accountId, on };
    const billed = shown.includes('billed') ? { billedBefore: { readingLitres: litres('billed'), on: value('billedOn') } } : {};
    const off = { finalReadingLitres: litres('final'), ...billed };
    if (act === 'install') install.run({ ...rest, meterNo: value('newMeter'), readingLitres: litres('first') });
    else if (act === 'remove') remove.run({ ...rest, ...off, meterNo: presentNo, goes: fields.goes });
    else
      exchange.run({
        ...rest,
        ...off,
        oldMeterNo: presentNo,
        newMeterNo: value('newMeter'),
        firstReadingLitres: litres('first'),
        carriedLitres: shown.includes('carried') ? litres('carried') : 0,
        reason: value('reason'),
        oldMeterGoes: fields.goes,
      });
  };
  const next = (): unknown => {
    if (done !== null || run.isPending || branch === undefined || shift === null || (presentNo !== '' && present === undefined))
      return false;
    setTried(true);
    const first = shown.find((field) => isWrong(field, value(field)));
    if (first !== undefined) return document.getElementById(`meter-${first}`)?.focus();
    return send(branch.businessDate);
  };
  const choose = (wanted: 'exchange' | 'remove') => (): unknown => (presentNo === '' ? false : setFields({ ...fields, act: wanted }));
  const turnGoes = (): unknown => {
    if (act === 'install') return false;
    return setFields({ ...fields, goes: GOES[(GOES.indexOf(fields.goes) + 1) % GOES.length] ?? 'scrapped' });
  };
  useKeys({ Enter: next, 'Alt+1': choose('exchange'), 'Alt+2': choose('remove'), 'Alt+w': turnGoes }, { active: done === null });
  if (account === undefined || store.data === undefined)
    return store.error === null ? <Lines count={6} /> : <ProblemNote problem={problemOf(store.error)} />;
  const stored = store.data.filter(({ commodity }) => commodity === account.commodity);
  const arrows = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    const found = stepThrough(stored, value('newMeter'), event.key === 'ArrowDown' ? 1 : -1);
    if (found !== null) type('newMeter', found);
  };
  const kindOf = (kind: 'ic' | 'ordinary', layoutId: string): string => (kind === 'ic' ? layoutName(layoutId) : t('meters.ordinary'));
  const chosen = stored.find(({ meterNo }) => meterNo === value('newMeter'));
  return (
    <div className="stack-wide">
      <h1>{t('task.meter')}</h1>
      <div className="topup-columns">
        <StepList steps={[t('meters.stepWhat'), t('cardTask.stepDone')]} at={done === null ? 0 : 2} />
        <div className="stack-wide">
          {shift === null && <OpenShiftForm />}
          {done === null && (
            <Panel
              title={t(`meters.${act}`)}
              extra={
                presentNo !== '' && (
                  <div className="row">
                    <Segmented<MeterAct>
                      aria-label={t('task.meter')}
                      value={act}
                      onChange={(wanted) => setFields({ ...fields, act: wanted })}
                      options={(['exchange', 'remove'] as const).map((one) => ({ value: one, label: t(`meters.${one}`) }))}
                    />
                    <Kbd>Alt 1 2</Kbd>
                  </div>
                )
              }
            >
              {present !== undefined && (
                <Facts
                  twice
                  items={[
                    [t('meters.oldMeter'), present.meterNo],
                    [
                      t('meters.kind'),
                      [
                        present.make,
                        kindOf(present.kind, present.layoutId === '' ? (account.cards[0]?.layoutId ?? '') : present.layoutId),
                      ].join(' · '),
                    ],
                    [
                      t('meters.lastReading'),
                      present.lastReadOn === '' ? t('common.none') : `${volume(present.lastReadingLitres)} · ${present.lastReadOn}`,
                    ],
                    [t('account.remaining'), present.kind === 'ic' ? volume(present.remainingLitres) : null],
                  ]}
                />
              )}
              <div className="field-grid">
                {shown.map((field, index) => (
                  <div key={`${act}-${field}`} style={{ display: 'contents' }}>
                    <label htmlFor={`meter-${field}`}>{t(`meters.${field}`)}</label>
                    <div>
                      <Input
                        id={`meter-${field}`}
                        autoFocus={index === 0}
                        autoComplete="off"
                        maxLength={field === 'reason' ? 200 : 16}
                        value={fields.typed[field] ?? preset[field]}
                        status={tried && isWrong(field, value(field)) ? 'error' : ''}
                        aria-invalid={tried && isWrong(field, value(field))}
                        data-testid={`meter-${field}`}
                        onKeyDown={field === 'newMeter' ? arrows : undefined}
                        onChange={(event) => type(field, event.target.value)}
                      />
                      {tried && isWrong(field, value(field)) && (
                        <div role="alert" className="tone-bad">
                          {t(`meters.wrongField.${field}`)}
                        </div>
                      )}
                      {field === 'newMeter' && (
                        <div className="soft">
                          {chosen === undefined ? t('meters.pick') : [chosen.make, kindOf(chosen.kind, chosen.layoutId)].join(' · ')}
                        </div>
                      )}
                      {field === 'carried' && left !== undefined && (
                        <div className="soft">
                          {t('meters.carriedHint', { meter: cubicMetres(left.inMeterLitres), card: cubicMetres(left.onCardLitres) })}
                        </div>
                      )}
                    </div>
                  </div>
                ))}
                {act !== 'install' && (
                  <>
                    <span>{t('meters.whereTo')}</span>
                    <div className="row wrap">
                      <Segmented<Goes>
                        aria-label={t('meters.whereTo')}
                        value={fields.goes}
                        onChange={(goes) => setFields({ ...fields, goes })}
                        options={GOES.map((goes) => ({ value: goes, label: t(`meters.goes.${goes}`) }))}
                      />
                      <Kbd>Alt W</Kbd>
                    </div>
                  </>
                )}
              </div>
              {run.problem !== null && <ProblemNote problem={run.problem} />}
              <div className="row between">
                <span />
                <Button type="primary" size="large" loading={run.isPending} disabled={shift === null} onClick={next} data-testid="meter-do">
                  {t(`meters.do.${act}`)}
                  <Kbd>Enter</Kbd>
                </Button>
              </div>
            </Panel>
          )}
          {done !== null && (
            <MeterResult
              done={done}
              onNext={() =>
                go(
                  done.needsNewCard
                    ? { screen: 'task', taskId: 'issue', accountId }
                    : done.billedFen > 0
                      ? { screen: 'task', taskId: 'bills', accountId }
                      : { screen: 'account', accountId },
                )
              }
            />
          )}
        </div>
        {done === null && act !== 'remove' && (
          <StoreList
            meters={matching(stored, value('newMeter'))}
            chosen={value('newMeter')}
            onChoose={(meterNo) => type('newMeter', meterNo)}
          />
        )}
      </div>
      {exchange.dialog}
    </div>
  );
}
