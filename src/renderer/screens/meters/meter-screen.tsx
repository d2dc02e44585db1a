// The account's meter: exchanged for one out of the store, installed, or taken off; what was left of bought gas is carried over.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Input, Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { v7 as newId } from 'uuid';
import { api, client } from '../../bridge/client.ts';
import { Facts, Lines, Panel } from '../../components/facts.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { StepList } from '../../components/steps.tsx';
import { useApproval } from '../../components/use-approval.tsx';
import { cubicMetres, parseCubicMetres } from '../../format/format.ts';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import { useLeaveGuard, useNavigation } from '../shell/navigation.tsx';
import type { TaskProps } from '../tasks/task.ts';

type Act = 'exchange' | 'install' | 'remove';
type FieldName = 'final' | 'newMeter' | 'first' | 'carried' | 'reason';

interface Done {
  readonly act: Act;
  readonly meterNo: string;
  readonly owedLitres: number;
  readonly needsNewCard: boolean;
}

const FIELDS: Readonly<Record<Act, readonly FieldName[]>> = {
  exchange: ['final', 'newMeter', 'first', 'carried', 'reason'],
  install: ['newMeter', 'first'],
  remove: ['final'],
};
const isLitres = (text: string): boolean => text === '0' || parseCubicMetres(text) !== null;
const litresOf = (text: string): number => (text === '0' ? 0 : (parseCubicMetres(text) ?? 0));

export default function MeterScreen({ accountId }: TaskProps) {
  const { t } = useTranslation();
  const { go } = useNavigation();
  const queries = useQueryClient();
  const account = useQuery(api.accounts.get.queryOptions({ input: { accountId } })).data;
  const store = useQuery(api.meters.list.queryOptions({ input: {} })).data;
  const left = useQuery(api.meters.leftOver.queryOptions({ input: { accountId } })).data;
  const present = account?.meters[0];
  const [actId] = useState(() => newId());
  const [chosen, setChosen] = useState<Act | null>(null);
  const [typed, setTyped] = useState<Partial<Record<FieldName, string>>>({});
  const [tried, setTried] = useState(false);
  const [done, setDone] = useState<Done | null>(null);
  const act: Act = chosen ?? (present === undefined ? 'install' : 'exchange');
  const knownLitres = left === undefined ? 0 : left.inMeterLitres + left.onCardLitres;
  const preset: Record<FieldName, string> = {
    final: '',
    newMeter: '',
    first: '0',
    carried: knownLitres === 0 ? '0' : String(knownLitres / 1000),
    reason: t('meters.reasonExchange'),
  };
  const value = (field: FieldName): string => (typed[field] ?? preset[field]).trim();
  const isWrong = (field: FieldName): boolean =>
    field === 'newMeter' || field === 'reason' ? value(field) === '' : !isLitres(value(field));
  const run = useApproval({
    async call(input: { readonly act: Act; readonly on: string; readonly approval?: never }): Promise<Done> {
      const { on, approval } = input;
      const signed = approval === undefined ? {} : { approval };
      const rest = { actId, accountId, on };
      if (input.act === 'install') {
        const { meterNo } = await client.meters.install({ ...rest, meterNo: value('newMeter'), readingLitres: litresOf(value('first')) });
        return { act: input.act, meterNo, owedLitres: 0, needsNewCard: false };
      }
      const oldMeterNo = present?.meterNo ?? '';
      const finalReadingLitres = litresOf(value('final'));
      if (input.act === 'remove') {
        const { meterNo } = await client.meters.remove({ ...rest, meterNo: oldMeterNo, finalReadingLitres, goes: 'in-store' });
        return { act: input.act, meterNo, owedLitres: 0, needsNewCard: false };
      }
      const result = await client.meters.exchange({
        ...rest,
        ...signed,
        oldMeterNo,
        finalReadingLitres,
        newMeterNo: value('newMeter'),
        firstReadingLitres: litresOf(value('first')),
        carriedLitres: litresOf(value('carried')),
        reason: value('reason'),
        oldMeterGoes: 'scrapped',
      });
      return { act: input.act, meterNo: result.meter.meterNo, owedLitres: result.volumeOwedLitres, needsNewCard: result.needsNewCard };
    },
    hint: t('cardTask.approve'),
    onSuccess(result) {
      setDone(result);
      void queries.invalidateQueries({ queryKey: api.accounts.get.key() });
      void queries.invalidateQueries({ queryKey: api.meters.key() });
      void queries.invalidateQueries({ queryKey: api.cardTasks.key() });
    },
  });
  const branch = useQuery(api.system.info.queryOptions({ input: {} })).data;
  useLeaveGuard(done === null && Object.keys(typed).length > 0);
  const next = (): unknown => {
    if (done !== null) return go(done.needsNewCard ? { screen: 'task', taskId: 'issue', accountId } : { screen: 'account', accountId });
    if (run.isPending || branch === undefined) return false;
    setTried(true);
    const first = FIELDS[act].find(isWrong);
    if (first !== undefined) return document.getElementById(`meter-${first}`)?.focus();
    return run.run({ act, on: branch.businessDate });
  };
  const choose = (wanted: Act) => (): unknown => ((wanted === 'install') === (present === undefined) ? setChosen(wanted) : false);
  useKeys({ Enter: next, 'Alt+1': choose('exchange'), 'Alt+2': choose('remove') });
  if (account === undefined || store === undefined) return <Lines count={6} />;
  const litres = (amount: number): string => t('common.cubicMetres', { value: cubicMetres(amount) });
  const numbers = { meter: done?.meterNo ?? '', volume: cubicMetres(done?.owedLitres ?? 0) };
  const words = {
    exchange: t('meters.doneExchange', numbers),
    install: t('meters.doneInstall', numbers),
    remove: t('meters.doneRemove', numbers),
  };
  return (
    <div className="stack-wide">
      <h1>{t('task.meter')}</h1>
      <div className="topup-columns">
        <StepList steps={[t('meters.stepWhat'), t('cardTask.stepDone')]} at={done === null ? 0 : 2} />
        <div className="stack-wide">
          {done === null && (
            <Panel title={t(`meters.${act}`)}>
              {present !== undefined && (
                <div className="row">
                  <Segmented<Act>
                    aria-label={t('task.meter')}
                    value={act}
                    onChange={setChosen}
                    options={(['exchange', 'remove'] as const).map((one) => ({ value: one, label: t(`meters.${one}`) }))}
                  />
                  <Kbd>Alt 1 2</Kbd>
                </div>
              )}
              <Facts
                items={[
                  [
                    t('meters.oldMeter'),
                    present === undefined ? null : (
                      <span key="m" className="figures">
                        {present.meterNo}
                      </span>
                    ),
                  ],
                  [t('account.remaining'), present === undefined ? null : litres(present.remainingLitres)],
                ]}
              />
              {FIELDS[act].map((field, index) => (
                <div key={`${act}-${field}`}>
                  <label htmlFor={`meter-${field}`}>{t(`meters.${field}`)}</label>
                  <Input
                    id={`meter-${field}`}
                    autoFocus={index === 0}
                    autoComplete="off"
                    maxLength={field === 'reason' ? 200 : 16}
                    value={typed[field] ?? preset[field]}
                    status={tried && isWrong(field) ? 'error' : ''}
                    data-testid={`meter-${field}`}
                    onChange={(event) => setTyped({ ...typed, [field]: event.target.value })}
                  />
                  {tried && isWrong(field) && (
                    <div role="alert" className="tone-bad">
                      {t('meters.wrong')}
                    </div>
                  )}
                  {field === 'carried' && left !== undefined && (
                    <div className="soft">
                      {t('meters.carriedHint', { meter: cubicMetres(left.inMeterLitres), card: cubicMetres(left.onCardLitres) })}
                    </div>
                  )}
                </div>
              ))}
              {run.problem !== null && <ProblemNote problem={run.problem} />}
              <div className="row between">
                <span />
                <Button type="primary" size="large" loading={run.isPending} onClick={next} data-testid="meter-do">
                  {t('meters.do')}
                  <Kbd>Enter</Kbd>
                </Button>
              </div>
            </Panel>
          )}
          {done !== null && (
            <div className="state-done stack" data-testid="meter-result">
              <div className="sentence" role="status">
                {words[done.act]}
              </div>
              {done.needsNewCard && <div>{t('meters.nextCard')}</div>}
              <div>
                <Button type="primary" size="large" onClick={next} data-testid="meter-next">
                  {t(done.needsNewCard ? 'meters.goCard' : 'cardTask.back')}
                  <Kbd>Enter</Kbd>
                </Button>
              </div>
            </div>
          )}
        </div>
        {done === null && act !== 'remove' && (
          <Panel title={t('meters.inStore')}>
            {store.length === 0 && <div className="soft">{t('meters.none')}</div>}
            <ul className="stack">
              {store.slice(0, 12).map((meter) => (
                <li key={meter.meterNo}>
                  <Button type="text" onClick={() => setTyped({ ...typed, newMeter: meter.meterNo })}>
                    <span className="figures">{meter.meterNo}</span>
                  </Button>
                  <div className="soft">
                    {meter.make} {meter.model} {meter.layoutId}{' '}
                    {meter.verifiedUntil === '' ? '' : `${t('meters.verified')} ${meter.verifiedUntil}`}
                  </div>
                </li>
              ))}
            </ul>
          </Panel>
        )}
      </div>
      {run.dialog}
    </div>
  );
}
