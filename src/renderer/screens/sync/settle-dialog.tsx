// Settling a matter that replication leaves to people: both sides, the ways there are, and a reason.
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { v7 as newId } from 'uuid';
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { api, client } from '../../bridge/client.ts';
import { Field, refusalOf, wrong } from '../../components/field.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { ReasonDialog } from '../../components/reason-dialog.tsx';
import { useApproval } from '../../components/use-approval.tsx';
import { dateTime } from '../../format/format.ts';
import type { Problem } from '../../text/index.ts';
import { useTranslation } from '../../text/use-translation.tsx';
import { useTimelineWords } from '../accounts/timeline.tsx';
import { useSyncWords } from './sync-words.ts';

type Details = Outputs['sync']['details'];
type Case = Details['cases'][number];
type Aside = Details['setAside'][number];
type Way = Case['ways'][number];

/** Asks for the way and the reason; `children` says what the matter is. */
function WayDialog<W extends Way>(props: {
  readonly title: string;
  readonly ways: readonly W[];
  readonly act: {
    readonly isPending: boolean;
    readonly asking: boolean;
    readonly dialog: ReactNode;
    readonly problem: Parameters<typeof ProblemNote>[0]['problem'] | null;
  };
  readonly onDo: (way: W, reason: string) => void;
  readonly onClose: () => void;
  readonly children: (way: W) => ReactNode;
}) {
  const { t } = useTranslation();
  const [first] = props.ways;
  const [chosen, setChosen] = useState<W | undefined>(first);
  const way = chosen ?? first;
  if (way === undefined) return null;
  return (
    <>
      <ReasonDialog
        title={props.title}
        action={t('sync.settle')}
        busy={props.act.isPending}
        hidden={props.act.asking}
        onDo={(reason) => props.onDo(way, reason)}
        onClose={props.onClose}
      >
        {props.children(way)}
        <fieldset className="stack" style={{ border: 0, margin: 0, padding: 0 }}>
          <legend>{t('sync.how')}</legend>
          {props.ways.map((one) => (
            <label key={one} className="row">
              <input type="radio" name="way" value={one} checked={one === way} onChange={() => setChosen(one)} data-testid={`way-${one}`} />
              <span>{t(`sync.way.${one satisfies Way as Way}`)}</span>
            </label>
          ))}
        </fieldset>
        <p className="soft">{t(`sync.wayHint.${way satisfies Way as Way}`)}</p>
        {props.act.problem !== null && <ProblemNote problem={props.act.problem} />}
      </ReasonDialog>
      {props.act.dialog}
    </>
  );
}

function useSettled(onDone: () => void) {
  const queries = useQueryClient();
  return (state: Outputs['sync']['state']): void => {
    queries.setQueryData(api.sync.state.queryKey({ input: {} }), state);
    void queries.invalidateQueries();
    onDone();
  };
}

/** Settles an exception case. */
export function SettleDialog({ matter, onClose }: { readonly matter: Case; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const sync = useSyncWords();
  const [ids] = useState(() => ({ caseId: matter.caseId, newId: newId() }));
  const act = useApproval({
    call: (input: Omit<Inputs['sync']['settle'], 'approval'>) => client.sync.settle(input),
    hint: t('sync.approveSettle'),
    accountId: matter.accountId,
    onSuccess: useSettled(onClose),
  });
  return (
    <WayDialog
      title={t('sync.settleCase')}
      ways={matter.ways}
      act={act}
      onDo={(way, reason) => act.run({ ...ids, way, reason })}
      onClose={onClose}
    >
      {() => (
        <>
          <strong>{sync.why(matter.code)}</strong>
          <Side name={t('sync.earlier')} side={matter.earlier} says={matter.earlierSays} />
          <Side name={t('sync.later')} side={matter.later} says={matter.laterSays} />
          {matter.numbers.map(({ what, first, last, count }) => (
            <div key={`${what} ${first}`} className="figures">
              {t(`sync.numbers.${what}`, { first, last, total: count })}
            </div>
          ))}
          <p>{sync.next(matter.code)}</p>
        </>
      )}
    </WayDialog>
  );
}

function Side({ name, side, says }: { readonly name: string; readonly side: Case['earlier']; readonly says: Case['laterSays'] }) {
  const { t } = useTranslation();
  const words = useTimelineWords();
  const sync = useSyncWords();
  return (
    <div className="panel" data-testid="case-side">
      <div className="soft">{name}</div>
      {side === null ? (
        t('sync.unknownSide')
      ) : (
        <>
          <strong>{words.what(side.kind)}</strong> {says !== null && words.detail(says)}
          <div className="soft figures">
            {t('sync.sideAt', { counter: side.counterId, seq: side.seq, clerk: sync.who(side.clerk), when: dateTime(side.recordedAtMs) })}
          </div>
        </>
      )}
    </div>
  );
}

/** What headquarters did not take of a text, as long as nobody has changed it; null where it took no offence at this one. */
function asSetAside({ reason, fields }: Aside, name: Aside['fields'][number]['name']): Problem | null {
  if (!reason.startsWith(`payload.${name}:`)) return null;
  return wrong(name, fields.some((one) => one.name === name && one.value.trim() === '') ? 'empty' : 'form');
}

/** Settles an own operation in quarantine: left out, or made again with its texts corrected. */
export function RepairDialog({ matter, onClose }: { readonly matter: Aside; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const sync = useSyncWords();
  const words = useTimelineWords();
  const [ids] = useState(() => ({ operationId: matter.says.operationId, newId: newId() }));
  const [corrections, setCorrections] = useState<Inputs['sync']['repair']['corrections']>({});
  const act = useApproval({
    call: (input: Omit<Inputs['sync']['repair'], 'approval'>) => client.sync.repair(input),
    hint: t('sync.approveSettle'),
    accountId: matter.accountId,
    onSuccess: useSettled(onClose),
  });
  return (
    <WayDialog
      title={t('sync.repair')}
      ways={matter.ways.filter((way) => way === 'discarded' || way === 'resent')}
      act={act}
      onDo={(way, reason) => act.run({ ...ids, way, reason, corrections: { ...corrections } })}
      onClose={onClose}
    >
      {(way) => (
        <>
          <strong>{sync.why(matter.code)}</strong>
          <div>
            {words.what(matter.kind)} {words.detail(matter.says)}
          </div>
          {way === 'resent' && matter.fields.length > 0 && (
            <div className="field-grid">
              {matter.fields.map(({ name, value }) => (
                <Field
                  key={name}
                  field={name}
                  label={t(`sync.written.${name}`)}
                  maxLength={500}
                  value={corrections[name] ?? value}
                  problem={
                    refusalOf(act.problem, name) !== null ? act.problem : corrections[name] === undefined ? asSetAside(matter, name) : null
                  }
                  onChange={(typed) => setCorrections({ ...corrections, [name]: typed })}
                />
              ))}
            </div>
          )}
          {matter.reason !== '' && (
            <details className="soft">
              <summary>{t('sync.forIt')}</summary>
              <code>
                {matter.code} {matter.reason}
              </code>
            </details>
          )}
        </>
      )}
    </WayDialog>
  );
}
