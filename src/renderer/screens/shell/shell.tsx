// The frame around every screen: top bar, rail, work area, and the demo hall's bench at the side.
import {
  ApiOutlined,
  AppstoreOutlined,
  AuditOutlined,
  BarChartOutlined,
  CalendarOutlined,
  CloudSyncOutlined,
  CreditCardOutlined,
  ExperimentOutlined,
  FileDoneOutlined,
  FileTextOutlined,
  HomeOutlined,
  PauseCircleOutlined,
  PrinterOutlined,
  TeamOutlined,
  WalletOutlined,
} from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { lazy, memo, type ReactNode, Suspense, useEffect, useState } from 'react';
import { api } from '../../bridge/client.ts';
import { useEventStream } from '../../bridge/events.ts';
import type { Signed } from '../../bridge/session.ts';
import { Boundary } from '../../components/boundary.tsx';
import { SuppliedWith } from '../../components/commodity.tsx';
import { Lines } from '../../components/facts.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { useStable } from '../../components/use-stable.ts';
import { Kbd, type KeyMap, useKeys } from '../../keys/keys.tsx';
import { useTranslation } from '../../text/use-translation.tsx';
import { WhoLine } from '../accounts/who-line.tsx';
import { HomeScreen } from '../home/home-screen.tsx';
import { useScans } from '../home/use-scans.ts';
import { type Queue, useQueue } from '../queue/use-queue.ts';
import { isServedAway } from '../tasks/menu.ts';
import { taskOf } from '../tasks/tasks.ts';
import { useHomeBranch } from '../tasks/use-home-branch.ts';
import { NavigationProvider, useMoves, useNavigation } from './navigation.tsx';
import { ParkedList, ParkedMark } from './parked.tsx';
import { TopBar } from './top-bar.tsx';
import type { Place } from './trail.ts';

const AccountsScreen = lazy(() => import('../accounts/accounts-screen.tsx'));
const AccountScreen = lazy(() => import('../accounts/account-screen.tsx'));
const TopupScreen = lazy(() => import('../topup/topup-screen.tsx'));
const DeliveryScreen = lazy(() => import('../topup/delivery-screen.tsx'));
const CardsScreen = lazy(() => import('../cards/cards-screen.tsx'));
const DevicesScreen = lazy(() => import('../devices/devices-screen.tsx'));
const RequestsScreen = lazy(() => import('../requests/requests-screen.tsx'));
const PrintsScreen = lazy(() => import('../prints/prints-screen.tsx'));
const SyncScreen = lazy(() => import('../sync/sync-screen.tsx'));
const ShiftScreen = lazy(() => import('../shift/shift-screen.tsx'));
const DayScreen = lazy(() => import('../day/day-screen.tsx'));
const OverviewScreen = lazy(() => import('../overview/overview-screen.tsx'));
const TemplatesScreen = lazy(() => import('../templates/templates-screen.tsx'));
const ApprovalsScreen = lazy(() => import('../approvals/approvals-screen.tsx'));
const TaskMenu = lazy(() => import('../tasks/task-menu.tsx').then(({ TaskMenu: Menu }) => ({ default: Menu })));
const Bench = lazy(() => import('../hall/bench.tsx'));

interface Entry {
  readonly screen:
    | 'home'
    | 'accounts'
    | 'approvals'
    | 'cards'
    | 'day'
    | 'devices'
    | 'overview'
    | 'prints'
    | 'requests'
    | 'shift'
    | 'sync'
    | 'templates';
  readonly key: string;
  readonly icon: ReactNode;
  /** Whether it needs one of the counter's roles. */
  readonly counter: boolean;
  /** Whether it is for those who decide. */
  readonly deciding?: boolean;
  /** Whether it is for IT alone, who have none of the counter's entries and so their keys free; F7 to F9 are the console's. */
  readonly technical?: boolean;
}

const ENTRIES: readonly Entry[] = [
  { screen: 'home', key: 'F1', icon: <HomeOutlined />, counter: true },
  { screen: 'accounts', key: 'F2', icon: <TeamOutlined />, counter: true },
  { screen: 'cards', key: 'F3', icon: <CreditCardOutlined />, counter: true },
  { screen: 'approvals', key: 'F11', icon: <AuditOutlined />, counter: true, deciding: true },
  { screen: 'day', key: 'Ctrl+F2', icon: <CalendarOutlined />, counter: true, deciding: true },
  { screen: 'overview', key: 'Ctrl+F7', icon: <BarChartOutlined />, counter: true, deciding: true },
  { screen: 'devices', key: 'F4', icon: <ApiOutlined />, counter: false },
  { screen: 'requests', key: 'F5', icon: <FileDoneOutlined />, counter: true },
  { screen: 'shift', key: 'Ctrl+F1', icon: <WalletOutlined />, counter: true },
  { screen: 'prints', key: 'Ctrl+F3', icon: <PrinterOutlined />, counter: true },
  { screen: 'sync', key: 'F6', icon: <CloudSyncOutlined />, counter: false },
  { screen: 'templates', key: 'F3', icon: <FileTextOutlined />, counter: false, technical: true },
];

/** Which entry of the rail a place belongs to. */
function entryOf(place: Place): Entry['screen'] {
  if (place.screen === 'account' || place.screen === 'topup' || place.screen === 'task') return 'accounts';
  return place.screen === 'delivery' ? 'home' : place.screen;
}

/** What is drawn anew as a whole when it changes. Another day of the overview only changes its figures. */
function boundaryOf(place: Place): string {
  return JSON.stringify(place.screen === 'overview' ? { screen: place.screen, list: place.list } : place);
}

/** Everything about a customer speaks of what they are supplied with. */
function OfAccount({ accountId, children }: { readonly accountId: string; readonly children: ReactNode }) {
  const { data } = useQuery({ ...api.accounts.get.queryOptions({ input: { accountId } }), enabled: accountId !== '' });
  return <SuppliedWith commodity={data?.commodity ?? 'gas'}>{children}</SuppliedWith>;
}

/** The task, or that only the account's own branch does it: however it was asked for, nothing is typed that is refused in the end. */
function AtHome(props: { readonly taskId: string; readonly accountId: string; readonly children: ReactNode }) {
  const branchNo = useHomeBranch(props.accountId);
  if (branchNo === '' || isServedAway(props.taskId)) return props.children;
  return <ProblemNote problem={{ code: 'ONLY_AT_HOME_BRANCH', context: { branchNo } }} />;
}

function Screen({ place, queue }: { readonly place: Place; readonly queue: Queue | null }) {
  // A key per customer and purchase: nothing of the last one is ever left on the screen.
  switch (place.screen) {
    case 'home':
      return <HomeScreen key={place.taskId ?? ''} text={place.text ?? ''} taskId={place.taskId ?? ''} queue={queue} />;
    case 'accounts':
      return <AccountsScreen />;
    case 'account':
      return (
        <OfAccount key={place.accountId} accountId={place.accountId}>
          <AccountScreen accountId={place.accountId} />
        </OfAccount>
      );
    case 'topup':
      return (
        <OfAccount key={place.accountId} accountId={place.accountId}>
          <TopupScreen accountId={place.accountId} />
        </OfAccount>
      );
    case 'task': {
      const task = taskOf(place.taskId);
      if (task === null) return <HomeScreen text="" taskId="" queue={queue} />;
      const subjectId = place.subjectId ?? '';
      return (
        <div key={`${task.id} ${place.accountId} ${subjectId}`} className="stack-wide">
          {place.accountId !== '' && <WhoLine accountId={place.accountId} />}
          <OfAccount accountId={place.accountId}>
            <AtHome taskId={task.id} accountId={place.accountId}>
              <task.screen accountId={place.accountId} subjectId={subjectId} />
            </AtHome>
          </OfAccount>
        </div>
      );
    }
    case 'delivery':
      return <DeliveryScreen key={place.topupId} topupId={place.topupId} start={place.start === true} />;
    case 'approvals':
      return <ApprovalsScreen />;
    case 'cards':
      return <CardsScreen />;
    case 'devices':
      return <DevicesScreen />;
    case 'prints':
      return <PrintsScreen />;
    case 'requests':
      return <RequestsScreen />;
    case 'shift':
      return <ShiftScreen key={place.shiftId ?? ''} shown={place.shiftId ?? null} />;
    case 'sync':
      return <SyncScreen />;
    case 'day':
      return <DayScreen key={place.closeId ?? ''} closeId={place.closeId ?? null} />;
    case 'overview':
      return <OverviewScreen date={place.date ?? ''} of={place.of ?? 'counter'} list={place.list ?? null} />;
    case 'templates':
      return <TemplatesScreen />;
  }
}

const ICONS = { tasks: <AppstoreOutlined />, park: <PauseCircleOutlined />, bench: <ExperimentOutlined /> } as const;

/** A button of the rail; `shortcut` as a KeyMap spells it. It is not drawn again while only the place changes. */
const RailButton = memo(function RailButton(props: {
  readonly icon: ReactNode;
  readonly word: string;
  readonly shortcut: string;
  readonly current?: boolean;
  readonly expanded?: boolean;
  readonly testId?: string;
  readonly onPress: () => void;
}) {
  return (
    <button
      type="button"
      className="rail-entry"
      aria-current={props.current === true ? 'page' : undefined}
      aria-expanded={props.expanded}
      aria-keyshortcuts={props.shortcut.replace('Ctrl', 'Control')}
      data-testid={props.testId}
      onClick={props.onPress}
    >
      {props.icon}
      <span className="rail-word">{props.word}</span>
      <Kbd>{props.shortcut.replace('+', ' ')}</Kbd>
    </button>
  );
});

const RailEntry = memo(function RailEntry({ entry, current }: { readonly entry: Entry; readonly current: boolean }) {
  const { t } = useTranslation();
  const { go } = useMoves();
  const { screen, key, icon } = entry;
  return <RailButton icon={icon} word={t(`shell.${screen}`)} shortcut={key} current={current} onPress={() => go({ screen })} />;
});

function Frame({ session }: { readonly session: Signed }) {
  const { t } = useTranslation();
  const { place, go, back, parked, park, unpark, customerInFront } = useNavigation();
  const [bench, setBench] = useState(false);
  const [asking, setAsking] = useState<'tasks' | 'parked' | null>(null);
  const queue = useQueue();
  const info = useQuery(api.system.info.queryOptions({ input: {} })).data;
  const atCounter = session.staff.role !== 'it';
  const decides = session.staff.role === 'supervisor' || session.staff.role === 'manager';
  const entries = ENTRIES.filter(
    (entry) => (atCounter || !entry.counter) && (decides || entry.deciding !== true) && (!atCounter || entry.technical !== true),
  );
  const shown: Place = !atCounter && place.screen === 'home' ? { screen: 'devices' } : place;
  const demo = info?.demo === true;
  useEventStream();
  useScans(atCounter);
  useEffect(() => {
    document.title = `${t(`shell.${entryOf(shown)}`)} · ${t('app.name')}`;
  }, [t, shown]);

  const openTasks = useStable(() => setAsking('tasks'));
  const toggleBench = useStable(() => setBench((open) => !open));
  const keys: Record<string, KeyMap[string]> = { Escape: () => back() };
  for (const entry of entries) keys[entry.key] = () => go({ screen: entry.screen });
  if (demo) keys['Ctrl+b'] = toggleBench;
  /** Parks whoever is in front; with nobody in front goes on with the parked one, or asks which. */
  const turn = useStable((): void => {
    const [only] = parked;
    if (customerInFront) park();
    else if (parked.length === 1 && only !== undefined) unpark(only.parkedId);
    else if (parked.length > 1) setAsking('parked');
  });
  if (atCounter) {
    keys.F8 = openTasks;
    keys.F10 = () => void queue.next(null);
    keys.F12 = turn;
  }
  useKeys(keys);

  return (
    <div className={bench ? 'shell with-bench' : 'shell'}>
      <a className="skip" href="#work">
        {t('app.skip')}
      </a>
      <TopBar session={session} atCounter={atCounter} queue={atCounter ? queue : null} />
      <nav className="rail" aria-label={t('shell.rail')}>
        {entries.map((entry) => (
          <RailEntry key={entry.screen} entry={entry} current={entryOf(shown) === entry.screen} />
        ))}
        {atCounter && <RailButton icon={ICONS.tasks} word={t('work.menu.open')} shortcut="F8" testId="open-tasks" onPress={openTasks} />}
        {atCounter && <ParkedMark onOpen={turn} />}
        {atCounter && customerInFront && (
          <RailButton icon={ICONS.park} word={t('work.park.park')} shortcut="F12" testId="park" onPress={park} />
        )}
        <span className="grow" />
        {demo && (
          <RailButton
            icon={ICONS.bench}
            word={t('shell.bench')}
            shortcut="Ctrl+B"
            expanded={bench}
            testId="bench-toggle"
            onPress={toggleBench}
          />
        )}
      </nav>
      <main className="work" id="work" tabIndex={-1}>
        <Suspense fallback={<Lines count={4} />}>
          <Boundary key={boundaryOf(shown)}>
            <Screen place={shown} queue={atCounter ? queue : null} />
          </Boundary>
        </Suspense>
      </main>
      {asking === 'tasks' && (
        <Suspense fallback={null}>
          <TaskMenu onClose={() => setAsking(null)} />
        </Suspense>
      )}
      {asking === 'parked' && <ParkedList onClose={() => setAsking(null)} />}
      {bench && (
        <Suspense fallback={<aside className="bench" aria-label={t('hall.title')} />}>
          <Bench onClose={() => setBench(false)} />
        </Suspense>
      )}
    </div>
  );
}

export function Shell({ session }: { readonly session: Signed }) {
  return (
    <NavigationProvider>
      <Frame session={session} />
    </NavigationProvider>
  );
}
