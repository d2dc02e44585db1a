// How many requests wait for whoever is signed in.
import { useQuery } from '@tanstack/react-query';
import { api } from '../../bridge/client.ts';
import { useSession } from '../../bridge/session.ts';

/** How many requests wait; 0 for those who decide none. */
export function useWaitingApprovals(): number {
  const role = useSession()?.staff.role;
  const decides = role === 'supervisor' || role === 'manager';
  const { data } = useQuery({ ...api.approvals.pending.queryOptions({ input: {} }), enabled: decides });
  return data?.length ?? 0;
}
