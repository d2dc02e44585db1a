// The shift: its drawer and what is done with it, from the float to the count; for the manager also what others have left open.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { useState } from 'react';
import { v7 as newId } from 'uuid';
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { api, client, problemOf } from '../../bridge/client.ts';
import { signOut, useSession } from '../../bridge/session.ts';
import { Button } from '../../components/button.tsx';
import { Facts, Lines, Panel, StateWord } from '../../components/facts.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { useApproval } from '../../components/use-approval.tsx';
import { clockTime, dateTime, yuan } from '../../format/format.ts';
import { Kbd, type KeyMap, useKeys } from '../../keys/keys.tsx';
import { problemWords } from '../../text/index.ts';
import { useTranslation } from '../../text/use-translation.tsx';
import { OpenShiftForm } from '../home/shift-panel.tsx';
import { PaperButton } from '../paper/paper-dialog.tsx';
import { useDraft, useNavigation } from '../shell/navigation.tsx';
import { TenderTable, useDifferenceWords } from './count-result.tsx';
import { CountSheet } from './count-sheet.tsx';
import { type CountFields, EMPTY_COUNT, isTouched } from './counting.ts';
import { MoveCashDialog, OpenDrawerDialog } from './drawer-dialogs.tsx';
import { PendingTable } from './pending-list.tsx';
import { ShiftEnd } from './shift-end.tsx';

type Shift = NonNullable<Outputs['shift']['current']>;
type Doing = 'pay-in' | 'pay-out' | 'drop' | 'open-drawer' | 'hand-over' | 'close';

const TASKS: readonly { readonly doing: Doing; readonly letter: string }[] = [
  { doing: 'close', letter: 'C' },
  { doing: 'hand-over', letter: 'H' },
  { doing: 'drop', letter: 'D' },
  { doing: 'pay-in', letter: 'I' },
  { doing: 'pay-out', letter: 'O' },
  { doing: 'open-drawer', letter: 'W' },
];

export default function ShiftScreen({ shown }: { readonly shown: string | null }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const session = useSession();
  const { accountId } = useNavigation();
  const { data: current } = useQuery(api.shift.current.queryOptions({ input: {} }));
  const today = useQuery(api.shift.today.queryOptions({ input: {} })).data ?? [];
  const isManager = session?.staff.role === 'manager';
  const unclosed = useQuery({ ...api.shift.unclosed.queryOptions({ input: {} }), enabled: isManager }).data ?? [];
  const counterId = useQuery(api.system.info.queryOptions({ input: {} })).data?.counterId ?? '';
  const [ended, setEnded] = useState<Shift | null>(null);
  const [forcing, setForcing] = useState<Shift | null>(null);
  const [forced, setForced] = useState(EMPTY_COUNT);
  const changed = (shift: Shift): void => {
    void queries.invalidateQueries({ queryKey: api.shift.key() });
    if (forcing !== null) setForcing(shift.state === 'closed' ? null : shift);
    if (shift.state === 'closed') setEnded(shift);
  };
  if (current === undefined) return <Lines count={6} />;
  const others = unclosed.filter((shift) => shift.clerk !== session?.staff.staffNo && shift.counterId === counterId);
  return (
    <div className="stack-wide">
      <h1>{t('shell.shift')}</h1>
      {shown !== null && <ShownShift shiftId={shown} />}
      {forcing !== null ? (
        <ShiftEnd
          key={forcing.shiftId}
          shift={forcing}
          purpose="close"
          forced
          fields={forced}
          onFields={setForced}
          onChanged={changed}
          onBack={() => setForcing(null)}
        />
      ) : ended !== null && current === null ? (
        <EndedShift shift={ended} onNext={() => setEnded(null)} />
      ) : current === null ? (
        <OpenShiftForm />
      ) : (
        // Whoever comes back from being parked brings their half of a count along.
        <OpenShift key={accountId} shift={current} onChanged={changed} />
      )}
      {forcing === null && others.length > 0 && <OthersShifts shifts={others} onForce={setForcing} />}
      {forcing === null && <TodaysShifts shifts={today.filter(({ state }) => state === 'closed')} />}
    </div>
  );
}

/** Everything that is done with an open drawer. */
function OpenShift({ shift, onChanged }: { readonly shift: Shift; readonly onChanged: (shift: Shift) => void }) {
  const { t, i18n } = useTranslation();
  const { message } = App.useApp();
  const [doing, setDoing] = useState<Doing | null>(null);
  const [fields, setFields] = useState(EMPTY_COUNT);
  // Counting is long: another customer may come in between.
  const kept = { doing, fields };
  useDraft({ taskId: 'shift', accountId: '', subjectId: shift.shiftId }, isTouched(fields) ? kept : null, (draft: typeof kept) => {
    setDoing(draft.doing);
    setFields(draft.fields);
  });
  const back = (): void => {
    setDoing(null);
    setFields(EMPTY_COUNT);
  };
  const isOpen = shift.state === 'open' && shift.isOfToday;
  // A shift that is counted, or was left open on another day, can only be ended.
  const shown: Doing | null = !isOpen && doing === null ? 'close' : doing;
  const tasks = TASKS.filter(({ doing: task }) => isOpen || task === 'close');
  useKeys(
    Object.fromEntries(tasks.map(({ doing: task, letter }) => [`Alt+${letter.toLowerCase()}`, () => setDoing(task)])) satisfies KeyMap,
    { active: shown === null },
  );
  const moved = (next: Shift): void => {
    onChanged(next);
    back();
    const last = next.movements.at(-1);
    if (last !== undefined) void message.success(t(`drawer.done.${last.kind}`, { amount: yuan(Math.abs(last.amountFen)) }));
  };
  const opened = ({ fault }: Outputs['shift']['openDrawer']): void => {
    back();
    if (fault === null) void message.success(t('drawer.open.done'));
    else void message.warning(problemWords(i18n.language, fault).title);
  };
  if (shown === 'close' || shown === 'hand-over')
    return (
      <div className="stack-wide">
        {!shift.isOfToday && (
          <section className="state-undelivered" role="status">
            {t('drawer.otherDay', { date: shift.businessDate })}
          </section>
        )}
        <ShiftEnd shift={shift} purpose={shown} forced={false} fields={fields} onFields={setFields} onChanged={onChanged} onBack={back} />
      </div>
    );
  if (shown === 'drop') return <Drop fields={fields} onFields={setFields} onDone={moved} onBack={back} />;
  return (
    <>
      <div className="count-columns">
        <Panel title={t('drawer.title')} testId="open-shift-facts">
          <Facts
            figures
            items={[
              [t('drawer.openedAt'), dateTime(shift.openedAtMs)],
              [t('shift.floatOf'), yuan(shift.floatFen)],
              [t('shift.topups'), shift.topups],
            ]}
          />
          <p className="soft">{t('drawer.blind')}</p>
        </Panel>
        <Panel title={t('drawer.tasks')}>
          <div className="task-list">
            {tasks.map(({ doing: task, letter }) => (
              <Button key={task} className="task-entry" onClick={() => setDoing(task)} data-testid={`shift-${task}`}>
                {t(`drawer.task.${task}`)}
                <Kbd>{`Alt ${letter}`}</Kbd>
              </Button>
            ))}
          </div>
        </Panel>
      </div>
      <Movements shift={shift} />
      {(shown === 'pay-in' || shown === 'pay-out') && (
        <MoveCashDialog way={shown === 'pay-in' ? 'in' : 'out'} onDone={moved} onClose={back} />
      )}
      {shown === 'open-drawer' && <OpenDrawerDialog onDone={opened} onClose={back} />}
    </>
  );
}

function Drop(props: {
  readonly fields: CountFields;
  readonly onFields: (fields: CountFields) => void;
  readonly onDone: (shift: Shift) => void;
  readonly onBack: () => void;
}) {
  const { t } = useTranslation();
  const [movementId] = useState(() => newId());
  const act = useApproval({
    call: (input: Inputs['shift']['drop']) => client.shift.drop(input),
    hint: t('drawer.drop.approve'),
    act: 'shift.drop',
    onSuccess: props.onDone,
  });
  return (
    <>
      <CountSheet
        title={t('drawer.drop.title')}
        hint={t('drawer.drop.hint')}
        action={t('drawer.drop.do')}
        slips={false}
        fields={props.fields}
        onFields={props.onFields}
        busy={act.isPending}
        asking={act.asking}
        problem={act.problem}
        onCounted={({ lines }) => act.run({ movementId, lines })}
        onBack={props.onBack}
      />
      {act.dialog}
    </>
  );
}

/** What moved beside sales, and how often the drawer was opened and why. */
function Movements({ shift }: { readonly shift: Shift }) {
  const { t } = useTranslation();
  const openings = useQuery(api.shift.openings.queryOptions({ input: { shiftId: shift.shiftId } })).data ?? [];
  const rows = [
    ...shift.movements.map(({ movementId, kind, reason, bagNo, amountFen, approvedBy, atMs }) => ({
      ...{ id: movementId, word: t(`drawer.movement.${kind}`), reason: reason || bagNo, amountFen, approvedBy, atMs },
    })),
    ...openings.map(({ openingId, why, reason, approvedBy, atMs }) => ({
      ...{ id: openingId, word: t('drawer.opening', { why: t(`drawer.why.${why}`) }), reason, amountFen: 0, approvedBy, atMs },
    })),
  ].sort((left, right) => right.atMs - left.atMs);
  if (rows.length === 0) return null;
  return (
    <Panel title={t('drawer.movements')} testId="shift-movements">
      <div className="table-scroll">
        <table className="plain-table">
          <tbody>
            {rows.map((row) => (
              <tr key={row.id}>
                <td className="figures">{clockTime(row.atMs)}</td>
                <td>{row.word}</td>
                <td>{row.reason}</td>
                <td className="figures right">{row.amountFen === 0 ? '' : yuan(row.amountFen)}</td>
                <td className="figures">{row.approvedBy}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

/** What a shift has come to. */
function EndedShift({ shift, onNext }: { readonly shift: Shift; readonly onNext: () => void }) {
  const { t } = useTranslation();
  const words = useDifferenceWords();
  const { ending, counts, shiftId } = shift;
  const count = counts.at(-1);
  const isHandOver = ending?.how === 'handed-over';
  useKeys({ Enter: isHandOver ? () => void signOut().catch(() => {}) : onNext });
  if (ending === null || count === undefined) return null;
  return (
    <div className="stack-wide">
      <section className="state-done" data-testid="shift-ended" data-difference={ending.overShortFen}>
        <div className="sentence">
          {t(isHandOver ? 'drawer.ended.handedOver' : 'drawer.ended.closed')} {words(ending.overShortFen)}
        </div>
        <div className="soft">{t('drawer.ended.where', { dropped: yuan(ending.droppedFen), carried: yuan(ending.carriedFen) })}</div>
      </section>
      <div className="row wrap">
        <Button type="primary" onClick={isHandOver ? () => void signOut().catch(() => {}) : onNext} data-testid="shift-next">
          {t(isHandOver ? 'signIn.out' : 'drawer.ended.next')}
          <Kbd>Enter</Kbd>
        </Button>
        <PaperButton subject={{ kind: 'shift-report', shiftId }} word={t('drawer.report')} letter="P" />
        <PaperButton subject={{ kind: 'tender-list', shiftId }} word={t('drawer.tenders')} letter="L" />
      </div>
      <Panel title={t('drawer.result.title')}>
        <TenderTable count={count} />
      </Panel>
      <PendingTable things={ending.pending} />
    </div>
  );
}

/** A shift that its report's code has led to. */
function ShownShift({ shiftId }: { readonly shiftId: string }) {
  const { t } = useTranslation();
  const { go } = useNavigation();
  const words = useDifferenceWords();
  const { data: shift, error } = useQuery(api.shift.get.queryOptions({ input: { shiftId } }));
  if (error !== null) return <ProblemNote problem={problemOf(error)} />;
  const count = shift?.counts.at(-1);
  if (shift === undefined || count === undefined || shift.ending === null) return null;
  const { clerk, clerkName, businessDate, openedAtMs, ending } = shift;
  return (
    <Panel
      title={t('drawer.shown', { clerk: `${clerkName} ${clerk}`, date: businessDate })}
      testId="shift-shown"
      extra={
        <Button size="small" onClick={() => go({ screen: 'shift' })}>
          {t('drawer.shownDone')}
        </Button>
      }
    >
      <p>
        <span className="figures">{`${clockTime(openedAtMs)} – ${clockTime(ending.atMs)}`}</span> {words(ending.overShortFen)}
      </p>
      <div className="row wrap">
        <PaperButton subject={{ kind: 'shift-report', shiftId }} word={t('drawer.report')} letter="P" />
        <PaperButton subject={{ kind: 'tender-list', shiftId }} word={t('drawer.tenders')} letter="L" />
      </div>
      <TenderTable count={count} />
    </Panel>
  );
}

/** What others have left open at this counter: the manager counts and closes it. */
function OthersShifts({ shifts, onForce }: { readonly shifts: readonly Shift[]; readonly onForce: (shift: Shift) => void }) {
  const { t } = useTranslation();
  const [first] = shifts;
  useKeys({ 'Alt+f': () => (first === undefined ? false : onForce(first)) });
  return (
    <Panel title={t('drawer.others.title')} testId="others-shifts">
      <p className="soft">{t('drawer.others.hint')}</p>
      <table className="plain-table">
        <tbody>
          {shifts.map((shift, at) => (
            <tr key={shift.shiftId}>
              <td>{`${shift.clerkName} ${shift.clerk}`}</td>
              <td className="figures">{dateTime(shift.openedAtMs)}</td>
              <td>
                <StateWord tone={shift.isOfToday ? 'idle' : 'warn'}>{t(`drawer.state.${shift.state}`)}</StateWord>
              </td>
              <td className="right">
                <Button size="small" onClick={() => onForce(shift)} data-testid="force-close">
                  {t('drawer.others.do')}
                  {at === 0 && <Kbd>Alt F</Kbd>}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function TodaysShifts({ shifts }: { readonly shifts: readonly Shift[] }) {
  const { t } = useTranslation();
  const words = useDifferenceWords();
  if (shifts.length === 0) return null;
  return (
    <Panel title={t('drawer.todays')} testId="todays-shifts">
      <table className="plain-table">
        <tbody>
          {shifts.map(({ shiftId, clerk, clerkName, openedAtMs, ending }) => (
            <tr key={shiftId}>
              <td>{`${clerkName} ${clerk}`}</td>
              <td className="figures">{`${clockTime(openedAtMs)} – ${ending === null ? '' : clockTime(ending.atMs)}`}</td>
              <td>{ending === null ? '' : words(ending.overShortFen)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
