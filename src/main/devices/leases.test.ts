// Leases: one holder per slot, and an end for those who forget.
import { describe, expect, it } from 'vitest';
import { createManualTimers } from '../../../drivers/kit/testing/timers.ts';
import { Leases } from './leases.ts';

const READER = { slot: 'reader', leaseMs: 1_000 } as const;

function code(act: () => unknown): string {
  try {
    act();
    return '';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe('Leases', () => {
  it('gives a slot to one holder, each slot by itself', () => {
    const leases = new Leases(createManualTimers());
    leases.take({ ...READER, leaseId: 'a' });
    expect(code(() => leases.take({ ...READER, leaseId: 'b' }))).toBe('DEVICE_BUSY');
    leases.take({ slot: 'printer', leaseMs: 1_000, leaseId: 'b' });
    expect(leases.enter('a').slot).toBe('reader');
    expect(leases.enter('b').slot).toBe('printer');
    leases.release('a');
    leases.take({ ...READER, leaseId: 'c' });
    expect(code(() => leases.enter('a'))).toBe('DEVICE_LEASE_LOST');
  });

  it('ends leaseMs after the last call ended, never during a call', async () => {
    const timers = createManualTimers();
    const leases = new Leases(timers);
    leases.take({ ...READER, leaseId: 'a' });
    await timers.advance(900);
    const first = leases.enter('a');
    const second = leases.enter('a');
    await timers.advance(60_000);
    first.leave();
    await timers.advance(60_000);
    second.leave();
    await timers.advance(999);
    expect(code(() => leases.take({ ...READER, leaseId: 'b' }))).toBe('DEVICE_BUSY');
    await timers.advance(1);
    leases.take({ ...READER, leaseId: 'b' });
    expect(code(() => leases.enter('a'))).toBe('DEVICE_LEASE_LOST');
  });

  it('does not let a call of an ended lease touch the next one', async () => {
    const timers = createManualTimers();
    const leases = new Leases(timers);
    leases.take({ ...READER, leaseId: 'a' });
    const call = leases.enter('a');
    leases.release('a');
    leases.take({ ...READER, leaseId: 'b' });
    call.leave();
    await timers.advance(999);
    expect(leases.enter('b').slot).toBe('reader');
  });
});
