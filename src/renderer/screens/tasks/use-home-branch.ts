// Which branch an account belongs to where that is not this one: most tasks are done there only.
import { useQuery } from '@tanstack/react-query';
import { api } from '../../bridge/client.ts';

/** Returns the number of the account's branch where it is another one; '' for an account of this branch, for none, and until it is known. */
export function useHomeBranch(accountId: string): string {
  const { data } = useQuery({ ...api.visits.note.queryOptions({ input: { accountId } }), enabled: accountId !== '' });
  return data?.visit?.homeBranchNo ?? '';
}
