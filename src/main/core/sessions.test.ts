// Sessions: idle time, resuming, and the brake on guessing.
import { describe, expect, it } from 'vitest';
import type { Ports } from './ports/index.ts';
import { createSessions } from './sessions.ts';

function bench() {
  const time = { nowMs: 1_000_000 };
  let tokens = 0;
  const staff = { staffNo: '1001', name: '李', role: 'clerk' as const, passwordHash: 'right' };
  const sessions = createSessions({
    clock: { nowMs: () => time.nowMs },
    ids: {
      uuid: () => '',
      token: () => {
        tokens += 1;
        return `token-${tokens}`;
      },
    },
    passwords: { verify: async (hash, password) => hash === password },
    store: { staff: (staffNo: string) => (staffNo === '1001' ? staff : null) } as Ports['store'],
  });
  return { time, sessions, staff };
}

const right = { staffNo: '1001', password: 'right' };
const wrong = { staffNo: '1001', password: 'wrong' };

describe('sessions', () => {
  it('ends a session 30 minutes after its last use', () => {
    const { time, sessions, staff } = bench();
    const { sessionId } = sessions.open(staff);
    time.nowMs += 29 * 60_000;
    expect(sessions.use(sessionId).staff.staffNo).toBe('1001');
    time.nowMs += 29 * 60_000;
    expect(sessions.use(sessionId).staff.staffNo).toBe('1001');
    time.nowMs += 30 * 60_000;
    expect(() => sessions.use(sessionId)).toThrow('SESSION_EXPIRED');
  });

  it('refuses a closed and a made-up session', () => {
    const { sessions, staff } = bench();
    const { sessionId } = sessions.open(staff);
    sessions.close(sessionId);
    expect(() => sessions.use(sessionId)).toThrow('SESSION_EXPIRED');
    expect(() => sessions.use('token-999')).toThrow('SESSION_EXPIRED');
  });

  it('says the same of a wrong pass word and an unknown number', async () => {
    const { sessions } = bench();
    await expect(sessions.authenticate(wrong)).rejects.toThrow('CREDENTIALS_WRONG');
    await expect(sessions.authenticate({ staffNo: '7', password: 'right' })).rejects.toThrow('CREDENTIALS_WRONG');
  });

  it('locks after five wrong tries for a minute, also against the right pass word, and then lets in again', async () => {
    const { time, sessions } = bench();
    for (let count = 0; count < 5; count += 1) await expect(sessions.authenticate(wrong)).rejects.toThrow('CREDENTIALS_WRONG');
    await expect(sessions.authenticate(right)).rejects.toMatchObject({ code: 'SIGN_IN_LOCKED', context: { seconds: 60 } });
    time.nowMs += 60_000;
    await expect(sessions.authenticate(right)).resolves.toMatchObject({ staffNo: '1001' });
  });

  it('forgets wrong tries after a right one', async () => {
    const { sessions } = bench();
    for (let count = 0; count < 4; count += 1) await expect(sessions.authenticate(wrong)).rejects.toThrow('CREDENTIALS_WRONG');
    await sessions.authenticate(right);
    for (let count = 0; count < 4; count += 1) await expect(sessions.authenticate(wrong)).rejects.toThrow('CREDENTIALS_WRONG');
    await expect(sessions.authenticate(right)).resolves.toMatchObject({ staffNo: '1001' });
  });
});
