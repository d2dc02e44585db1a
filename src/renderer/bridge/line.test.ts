// The line: opens, waits, breaks, comes back, and never lets a call pass before the session is continued.
import type { ClientContext, ClientLink } from '@orpc/client';
import { describe, expect, it } from 'vitest';
import { Line, LineLost, pauseMs } from './line.ts';

const options = { context: {} } as Parameters<ClientLink<ClientContext>['call']>[2];
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

function bench() {
  const calls: string[] = [];
  const breaks: (() => void)[] = [];
  const sleeps: { ms: number; wake: () => void }[] = [];
  let afterOpen: () => Promise<void> = async () => {};
  let refuse = false;
  let hang = false;
  let closes = 0;
  const line = new Line({
    async open() {
      if (refuse) throw new Error('refused');
      const { promise: closed, resolve } = Promise.withResolvers<void>();
      breaks.push(resolve);
      const link: ClientLink<ClientContext> = {
        async call(path) {
          calls.push(path.join('.'));
          if (hang) await closed.then(() => Promise.reject(new Error('peer closed')));
          return 'answer';
        },
      };
      const close = (): void => {
        closes += 1;
      };
      return { link, closed, close };
    },
    afterOpen: () => afterOpen(),
    random: () => 0,
    sleep: (ms) => new Promise((wake) => sleeps.push({ ms, wake })),
  });
  void line.run();
  return {
    line,
    calls,
    sleeps,
    closes: () => closes,
    break: () => breaks.at(-1)?.(),
    wakePause: () =>
      sleeps
        .filter((sleep) => sleep.ms < 6000)
        .at(-1)
        ?.wake(),
    set: (parts: { refuse?: boolean; hang?: boolean; afterOpen?: () => Promise<void> }) => {
      refuse = parts.refuse ?? refuse;
      hang = parts.hang ?? hang;
      afterOpen = parts.afterOpen ?? afterOpen;
    },
  };
}

describe('the line', () => {
  it('pauses 250 ms, doubles, and never waits longer than 5 s', () => {
    expect([1, 2, 3, 4, 5, 6, 60].map((attempt) => pauseMs(attempt, 0))).toEqual([250, 500, 1000, 2000, 4000, 5000, 5000]);
    expect(pauseMs(6, 0.999)).toBeGreaterThan(3700);
  });

  it('holds business calls back until the session is continued, and lets sign-in pass', async () => {
    const b = bench();
    const session = Promise.withResolvers<void>();
    b.set({ afterOpen: () => session.promise });
    const business = b.line.call(['shift', 'current'], {}, options);
    await b.line.call(['session', 'resume'], {}, options);
    expect(b.calls).toEqual(['session.resume']);
    session.resolve();
    await expect(business).resolves.toBe('answer');
    expect(b.line.status()).toEqual({ state: 'open', attempt: 0, everOpen: true });
  });

  it('ends a call in flight as LineLost when the line breaks, and comes back', async () => {
    const b = bench();
    await settle();
    b.set({ hang: true });
    const call = b.line.call(['topups', 'pay'], {}, options);
    await settle();
    b.break();
    await expect(call).rejects.toBeInstanceOf(LineLost);
    expect(b.line.status()).toEqual({ state: 'away', attempt: 1, everOpen: true });
    b.set({ hang: false });
    b.wakePause();
    await settle();
    expect(b.line.status().state).toBe('open');
    await expect(b.line.call(['shift', 'current'], {}, options)).resolves.toBe('answer');
  });

  it('opens a new line when the core leaves the first call on this one without an answer', async () => {
    const b = bench();
    b.set({ afterOpen: () => new Promise(() => {}) });
    await settle();
    expect(b.line.status().state).toBe('connecting');
    b.sleeps.find((sleep) => sleep.ms === 5000)?.wake();
    await settle();
    expect(b.line.status()).toEqual({ state: 'away', attempt: 2, everOpen: false });
    expect(b.closes()).toBe(1);
    b.set({ afterOpen: async () => {} });
    b.wakePause();
    await settle();
    expect(b.line.status()).toEqual({ state: 'open', attempt: 0, everOpen: true });
  });

  it('counts failed attempts and gives up on a waiting call, not on the line', async () => {
    const b = bench();
    b.set({ refuse: true });
    await settle();
    b.break();
    await settle();
    b.wakePause();
    await settle();
    expect(b.line.status().state).toBe('away');
    expect(b.line.status().attempt).toBe(2);
    const call = b.line.call(['shift', 'current'], {}, options);
    b.sleeps
      .filter((sleep) => sleep.ms === 6000)
      .at(-1)
      ?.wake();
    await expect(call).rejects.toBeInstanceOf(LineLost);
    b.set({ refuse: false });
    b.wakePause();
    await settle();
    expect(b.line.status().state).toBe('open');
  });
});
