// How the counter stands at this moment: queue, devices, headquarters, money without its effect, and what is to be settled; each leads to its screen.
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { api } from '../../bridge/client.ts';
import { Button } from '../../components/button.tsx';
import { Panel, StateWord } from '../../components/facts.tsx';
import { yuan } from '../../format/format.ts';
import { useTranslation } from '../../text/use-translation.tsx';
import { useWaitingApprovals } from '../approvals/use-waiting.ts';
import { DEVICE_TONES, DEVICE_WORDS } from '../devices/device-detail.tsx';
import { open as isOpen } from '../home/attention.tsx';
import { useHeadquartersWord } from '../shell/lights.tsx';
import { useNavigation } from '../shell/navigation.tsx';
import type { Place } from '../shell/trail.ts';
import type { Tone } from '../shell/truth-light.tsx';
import type { Day } from './figures.ts';

const BY_TROUBLE = ['down', 'degraded', 'starting'] as const;

/** One line: what it is about, how it stands, and where it leads. */
function Line(props: {
  readonly name: string;
  readonly tone: Tone;
  readonly word: string;
  readonly to: Place;
  readonly children?: ReactNode;
}) {
  const { go } = useNavigation();
  return (
    <li className="now-line">
      <Button type="link" size="small" onClick={() => go(props.to)}>
        {props.name}
      </Button>
      <span className="stack now-words">
        <StateWord tone={props.tone}>{props.word}</StateWord>
        {props.children && <span className="soft">{props.children}</span>}
      </span>
    </li>
  );
}

/** Minutes and seconds. */
function useDuration(): (ms: number) => string {
  const { t } = useTranslation();
  return (ms) => t('work.queue.minutes', { minutes: Math.floor(ms / 60_000), seconds: Math.floor((ms % 60_000) / 1_000) });
}

function QueueLine({ queue, asOfMs }: Pick<Day, 'queue' | 'asOfMs'>) {
  const { t } = useTranslation();
  const duration = useDuration();
  const [longest] = queue.open;
  const parts = [
    longest === undefined
      ? ''
      : t('overview.now.longest', { ticket: longest.ticketNo, time: duration(Math.max(0, asOfMs - longest.calledAtMs)) }),
    queue.served + queue.absent === 0 ? '' : t('overview.now.served', { served: queue.served, absent: queue.absent }),
    queue.averageMs === null ? '' : t('overview.now.average', { time: duration(queue.averageMs) }),
    queue.ratingHundredths === null ? '' : t('overview.now.rating', { rating: (queue.ratingHundredths / 100).toFixed(2) }),
  ].filter((part) => part !== '');
  const isIdle = longest === undefined && parts.length === 0;
  return (
    <Line
      name={t('overview.now.queue')}
      tone={isIdle ? 'idle' : 'ok'}
      word={isIdle ? t('overview.now.noTickets') : t('overview.now.atCounter', { count: queue.open.length })}
      to={{ screen: 'home' }}
    >
      {isIdle ? undefined : parts.join(' · ')}
    </Line>
  );
}

function DevicesLine() {
  const { t } = useTranslation();
  const { data } = useQuery(api.devices.list.queryOptions({ input: {} }));
  const used = (data ?? []).filter(({ state }) => state !== 'not-configured');
  const worst = BY_TROUBLE.find((state) => used.some((device) => device.state === state));
  const troubled = used.filter(({ state }) => state === worst);
  const word =
    data === undefined
      ? t('light.asking')
      : used.length === 0
        ? t('overview.now.noDevices')
        : worst === undefined
          ? t('overview.now.devicesReady', { count: used.length })
          : t('overview.now.devicesTrouble', { count: troubled.length, state: t(DEVICE_WORDS[worst]) });
  const tone = worst === undefined ? (used.length === 0 ? 'idle' : 'ok') : DEVICE_TONES[worst];
  return (
    <Line name={t('overview.now.devices')} tone={tone} word={word} to={{ screen: 'devices' }}>
      {worst === undefined ? undefined : troubled.map(({ slot }) => t(`light.${slot}`)).join(' · ')}
    </Line>
  );
}

function SyncLine() {
  const { t } = useTranslation();
  return <Line name={t('overview.now.headquarters')} {...useHeadquartersWord()} to={{ screen: 'sync' }} />;
}

function UndeliveredLine() {
  const { t } = useTranslation();
  const { data } = useQuery(api.topups.open.queryOptions({ input: {} }));
  const undelivered = (data?.topups ?? []).filter(isOpen);
  const amount = yuan(undelivered.reduce((sum, { amountFen }) => sum + amountFen, 0));
  return (
    <Line
      name={t('overview.now.undelivered')}
      tone={data === undefined ? 'idle' : undelivered.length === 0 ? 'ok' : 'warn'}
      word={
        data === undefined
          ? t('light.asking')
          : undelivered.length === 0
            ? t('overview.now.undeliveredNone')
            : t('overview.now.undeliveredSome', { count: undelivered.length, amount })
      }
      to={{ screen: 'home' }}
    />
  );
}

function ExceptionsLine() {
  const { t } = useTranslation();
  const { data: day } = useQuery(api.day.now.queryOptions({ input: {} }));
  const { data: sync } = useQuery(api.sync.state.queryOptions({ input: {} }));
  const differences = (day?.differences ?? []).filter(({ state }) => state === 'open').length;
  const parts = [
    differences === 0 ? '' : t('overview.now.differences', { count: differences }),
    (sync?.openCases ?? 0) === 0 ? '' : t('overview.now.cases', { count: sync?.openCases }),
    (sync?.setAside ?? 0) === 0 ? '' : t('overview.now.setAside', { count: sync?.setAside }),
  ].filter((part) => part !== '');
  const drawers = day?.openDrawers.length ?? 0;
  return (
    <Line
      name={t('overview.now.exceptions')}
      tone={day === undefined ? 'idle' : parts.length === 0 ? 'ok' : 'warn'}
      word={day === undefined ? t('light.asking') : parts.length === 0 ? t('overview.now.none') : parts.join(' · ')}
      to={differences > 0 || parts.length === 0 ? { screen: 'day' } : { screen: 'sync' }}
    >
      {day !== undefined && (
        <>
          {drawers > 0 && `${t('overview.now.drawers', { count: drawers })} · `}
          {t('overview.now.safe')} <span className="unbroken">{yuan(day.safeFen)}</span>
        </>
      )}
    </Line>
  );
}

export function NowPanel({ day }: { readonly day: Day }) {
  const { t } = useTranslation();
  const approvals = useWaitingApprovals();
  return (
    <Panel title={t('overview.now.title')} testId="overview-now">
      <ul className="now-lines">
        <QueueLine queue={day.queue} asOfMs={day.asOfMs} />
        <DevicesLine />
        <SyncLine />
        <UndeliveredLine />
        <ExceptionsLine />
        {approvals > 0 && <Line name={t('overview.now.approvals')} tone="warn" word={String(approvals)} to={{ screen: 'approvals' }} />}
      </ul>
    </Panel>
  );
}
