// The bytes on one device's line, live: time, direction, hex in groups and what they mean.
import { CopyOutlined, PauseOutlined, PlayCircleOutlined } from '@ant-design/icons';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { App } from 'antd';
import { useEffect, useRef, useState } from 'react';
import type { DeviceState } from '../../bridge/card.ts';
import { api, problemOf } from '../../bridge/client.ts';
import { Button } from '../../components/button.tsx';
import { Input } from '../../components/input.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { copyText } from '../../components/take-away.ts';
import { useIdle } from '../../components/use-idle.ts';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import { LANGUAGES } from '../../text/index.ts';
import { useTranslation } from '../../text/use-translation.tsx';
import { exactTime, filtered, grouped, type TraceFrame, traceLines, type Way } from './trace-text.ts';

const EVERY_MS = 1_000;
/** So close to its end a list follows what is new. */
const NEAR_END_PX = 30;
/** Each look keeps the session alive; an empty chair must not. */
const IDLE_MS = 5 * 60_000;

export function TraceView({ slot }: { readonly slot: DeviceState['slot'] }) {
  const { t, i18n } = useTranslation();
  const language = LANGUAGES.find((one) => one === i18n.language) ?? 'zh-CN';
  const { message } = App.useApp();
  const [text, setText] = useState('');
  const [way, setWay] = useState<Way>('all');
  const [paused, setPaused] = useState(false);
  const idle = useIdle(IDLE_MS);
  const live = !paused && !idle;
  const list = useRef<HTMLElement>(null);
  const atEnd = useRef(true);
  const { data, error } = useQuery({
    ...api.devices.trace.queryOptions({ input: { slot, language } }),
    enabled: live,
    // Paused, what stands there stays when the language is changed.
    placeholderData: keepPreviousData,
    staleTime: 0,
    refetchInterval: EVERY_MS,
  });
  const frames: readonly TraceFrame[] = data ?? [];
  const shown = filtered(frames, { way, text });
  const latest = shown.at(-1)?.atMs;
  useEffect(() => {
    // The newest line stays in sight unless somebody looks at older ones.
    const at = list.current;
    if (latest === undefined || at === null || !live) return;
    if (atEnd.current) at.scrollTop = at.scrollHeight;
  }, [latest, live]);
  const pause = (): void => setPaused((now) => !now);
  const copy = async (): Promise<void> => {
    if (await copyText(traceLines(shown))) void message.success(t('devices.copied', { count: shown.length }));
    else void message.error(t('devices.copyFailed'));
  };
  useKeys({ 'Alt+p': pause, 'Alt+c': () => void copy() });
  return (
    <div className="stack fill" data-testid="trace">
      <div className="row wrap">
        <Input
          size="small"
          style={{ width: 200 }}
          type="search"
          value={text}
          aria-label={t('devices.traceFilter')}
          placeholder={t('devices.traceFilter')}
          data-testid="trace-filter"
          onChange={(event) => setText(event.target.value)}
        />
        <Segmented<Way>
          size="small"
          aria-label={t('devices.traceWay')}
          value={way}
          onChange={setWay}
          options={[
            { value: 'all', label: t('devices.traceAll') },
            { value: 'sent', label: t('devices.sent') },
            { value: 'received', label: t('devices.received') },
          ]}
        />
        <span className="grow">{idle && !paused && <output className="tone-warn">{t('devices.pausedIdle')}</output>}</span>
        <Button
          size="small"
          icon={paused ? <PlayCircleOutlined /> : <PauseOutlined />}
          aria-keyshortcuts="Alt+P"
          data-testid="trace-pause"
          onClick={pause}
        >
          {t(paused ? 'devices.goOn' : 'devices.pause')}
          <Kbd>Alt P</Kbd>
        </Button>
        <Button size="small" icon={<CopyOutlined />} aria-keyshortcuts="Alt+C" disabled={shown.length === 0} onClick={() => void copy()}>
          {t('devices.copy')}
          <Kbd>Alt C</Kbd>
        </Button>
      </div>
      {error !== null && <ProblemNote problem={problemOf(error)} />}
      {shown.length === 0 && error === null && (
        <p className="soft">{t(frames.length === 0 ? 'devices.noFrames' : 'devices.noFramesMatch')}</p>
      )}
      {shown.length > 0 && (
        <section
          ref={list}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling table must be reachable by keyboard
          tabIndex={0}
          className="trace-scroll"
          aria-label={t('devices.trace', { device: t(`light.${slot}`) })}
          onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
            atEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
          }}
        >
          <table className="plain-table trace-table">
            <thead>
              <tr>
                <th>{t('devices.traceTime')}</th>
                <th>{t('devices.traceDirection')}</th>
                <th>{t('devices.traceBytes')}</th>
                <th>{t('devices.traceNote')}</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((frame, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: frames have no names, and two may be alike
                <tr key={`${frame.atMs} ${index}`}>
                  <td className="figures soft">{exactTime(frame.atMs)}</td>
                  <td className={frame.direction === 'sent' ? 'way-sent' : 'way-received'}>
                    <span aria-hidden="true">{frame.direction === 'sent' ? '→ ' : '← '}</span>
                    {t(frame.direction === 'sent' ? 'devices.sent' : 'devices.received')}
                  </td>
                  <td className="hex">{grouped(frame.hex)}</td>
                  <td>{frame.note}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </div>
  );
}
