// Calls of the area session: signing in and out.
import type { Guard } from '../guard.ts';
import type { Session } from '../sessions.ts';

export function sessionArea({ guarded, sessions, requireOneWindow }: Guard) {
  const sessionView = ({ sessionId, staff, expiresAtMs }: Session) => ({
    sessionId,
    staff: { staffNo: staff.staffNo, name: staff.name, role: staff.role },
    expiresAtMs,
  });

  return {
    signIn: guarded.session.signIn.handler(async ({ input, context }) => {
      const staff = await sessions.authenticate(input);
      requireOneWindow(staff.staffNo, context);
      const session = sessions.open(staff);
      if (context.sender.sessionId !== null) sessions.close(context.sender.sessionId);
      context.sender.sessionId = session.sessionId;
      return sessionView(session);
    }),
    resume: guarded.session.resume.handler(({ input, context }) => {
      const session = sessions.use(input.sessionId);
      context.sender.sessionId = session.sessionId;
      return sessionView(session);
    }),
    signOut: guarded.session.signOut.handler(({ context }) => {
      if (context.sender.sessionId !== null) sessions.close(context.sender.sessionId);
      context.sender.sessionId = null;
      return {};
    }),
  };
}
