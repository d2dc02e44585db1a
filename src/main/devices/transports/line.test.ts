// What all transports share: above all that no write waits for ever.
import { describe, expect, it } from 'vitest';
import { createManualTimers } from '../../../../drivers/kit/testing/timers.ts';
import { Fault } from '../../../shared/domain/fault.ts';
import { createLine } from './line.ts';

type Finished = (error?: Error | null) => void;

function setUp() {
  const timers = createManualTimers();
  const finished: Finished[] = [];
  const line = createLine({ write: (_bytes, done) => void finished.push(done), close: async () => {} }, timers);
  const write = () =>
    line.transport.write(Uint8Array.of(1)).then(
      () => 'written',
      (error: unknown) => (error instanceof Fault ? error.toData() : error),
    );
  return { timers, line, finished, write };
}

describe('a write', () => {
  it('that the binding never finishes ends after a minute, not before, and nobody knows what has gone out', async () => {
    const { timers, write, finished } = setUp();
    let end: unknown = null;
    const ends = write().then((result) => {
      end = result;
    });
    await timers.advance(59_999);
    expect(end).toBeNull();
    await timers.advance(1);
    await ends;
    expect(end).toEqual({ code: 'DEVICE_TIMEOUT', context: { reason: 'write' } });
    // What the binding says of it later changes nothing, and the line is not lost.
    finished[0]?.();
    const next = write();
    finished[1]?.();
    expect(await next).toBe('written');
  });

  it('that is finished or has failed says so', async () => {
    const { write, finished } = setUp();
    const [good, bad] = [write(), write()];
    finished[0]?.();
    finished[1]?.(new Error('EIO'));
    expect(await good).toBe('written');
    expect(await bad).toEqual({ code: 'PORT_FAILED', context: { reason: 'EIO' } });
  });

  it('ends with the line, at once', async () => {
    const { line, write } = setUp();
    const open = write();
    line.lost(new Fault('PORT_MISSING', { reason: 'the line is gone' }));
    expect(await open).toMatchObject({ code: 'PORT_MISSING' });
    expect(await write()).toMatchObject({ code: 'PORT_MISSING' });
  });
});
