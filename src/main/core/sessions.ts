// Sessions: who is signed in, for how long, and the brake on guessing pass words.
import { Fault } from '../../shared/domain/fault.ts';
import type { Ports } from './ports/index.ts';
import type { StaffRow } from './ports/store.ts';

const IDLE_MS = 30 * 60_000;
const WRONG_BEFORE_LOCK = 5;
const LOCK_MS = 60_000;

export interface Session {
  readonly sessionId: string;
  readonly staff: StaffRow;
  expiresAtMs: number;
}

export interface Sessions {
  /** Returns the staff row when the pass word is right. Throws CREDENTIALS_WRONG, SIGN_IN_LOCKED { seconds }. */
  authenticate(credentials: { readonly staffNo: string; readonly password: string }): Promise<StaffRow>;
  open(staff: StaffRow): Session;
  /** Returns the live session and starts its idle time anew. Throws SESSION_EXPIRED. */
  use(sessionId: string): Session;
  /** Whose live session it is, without starting its idle time anew; null for none. */
  staffOf(sessionId: string): string | null;
  close(sessionId: string): void;
}

/** Returns the sessions of one core. They end after 30 minutes without a call, and with the process. */
export function createSessions(ports: Pick<Ports, 'clock' | 'ids' | 'passwords' | 'store'>): Sessions {
  const sessions = new Map<string, Session>();
  const wrong = new Map<string, { count: number; lockedUntilMs: number }>();

  return {
    async authenticate({ staffNo, password }) {
      const brake = wrong.get(staffNo) ?? { count: 0, lockedUntilMs: 0 };
      const nowMs = ports.clock.nowMs();
      if (brake.lockedUntilMs > nowMs) throw new Fault('SIGN_IN_LOCKED', { seconds: Math.ceil((brake.lockedUntilMs - nowMs) / 1000) });
      const staff = ports.store.staff(staffNo);
      if (staff !== null && (await ports.passwords.verify(staff.passwordHash, password))) {
        wrong.delete(staffNo);
        return staff;
      }
      // Only numbers that exist are counted, so that guessing numbers cannot fill the memory.
      if (staff !== null) {
        brake.count += 1;
        if (brake.count >= WRONG_BEFORE_LOCK) {
          brake.count = 0;
          brake.lockedUntilMs = nowMs + LOCK_MS;
        }
        wrong.set(staffNo, brake);
      }
      throw new Fault('CREDENTIALS_WRONG');
    },
    open(staff) {
      const session: Session = { sessionId: ports.ids.token(), staff, expiresAtMs: ports.clock.nowMs() + IDLE_MS };
      sessions.set(session.sessionId, session);
      return session;
    },
    use(sessionId) {
      const session = sessions.get(sessionId);
      const nowMs = ports.clock.nowMs();
      if (session === undefined || session.expiresAtMs <= nowMs) {
        sessions.delete(sessionId);
        throw new Fault('SESSION_EXPIRED');
      }
      session.expiresAtMs = nowMs + IDLE_MS;
      return session;
    },
    staffOf(sessionId) {
      const session = sessions.get(sessionId);
      return session === undefined || session.expiresAtMs <= ports.clock.nowMs() ? null : session.staff.staffNo;
    },
    close(sessionId) {
      sessions.delete(sessionId);
    },
  };
}
