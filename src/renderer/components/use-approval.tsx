// An act that may need a second person: it is tried, and where that is the answer a supervisor is asked to sign in for exactly this act.
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { isFaultCode, needsSupervisor } from '../../shared/domain/fault.ts';
import { problemOf } from '../bridge/client.ts';
import type { Problem } from '../text/index.ts';
import { type Approval, ApprovalDialog } from './approval-dialog.tsx';

/** Faults that the approver can put right in the dialog. */
const OF_APPROVAL: ReadonlySet<string> = new Set([
  'APPROVAL_LIMIT',
  'APPROVAL_REFUSED',
  'APPROVAL_UNKNOWN',
  'CREDENTIALS_WRONG',
  'SIGN_IN_LOCKED',
  'ROLE_DENIED',
]);

export interface ApprovedAct<I, O> {
  readonly run: (input: I) => void;
  readonly isPending: boolean;
  /** What went wrong and is not the approver's to put right; null while the dialog is open. */
  readonly problem: Problem | null;
  readonly data: O | undefined;
  readonly reset: () => void;
  /** Whether somebody is asked now: a dialog of the screen's own then steps aside. */
  readonly asking: boolean;
  /** The dialog while somebody is asked; to be placed anywhere on the screen. */
  readonly dialog: ReactNode;
}

export interface ApprovedActOptions<I extends object, O> {
  readonly call: (input: I & { readonly approval?: Approval }) => Promise<O>;
  /** What the second person allows. */
  readonly hint: string;
  /** The call as "area.call", so that a supervisor can be asked for it on the own screen; left out where they can only sign in here. */
  readonly act?: string;
  /** Where the input does not name the account. */
  readonly accountId?: string;
  readonly onSuccess?: (output: O) => void;
  readonly onError?: (problem: Problem) => void;
}

export function useApproval<I extends object, O>(options: ApprovedActOptions<I, O>): ApprovedAct<I, O> {
  const [asked, setAsked] = useState<I | null>(null);
  const act = useMutation({
    mutationFn: ({ input, approval }: { readonly input: I; readonly approval: Approval | null }) =>
      options.call(approval === null ? input : { ...input, approval }),
    onSuccess: (output) => {
      setAsked(null);
      options.onSuccess?.(output);
    },
    onError: (error, { input }) => {
      const problem = problemOf(error);
      const asks = isFaultCode(problem.code) && needsSupervisor({ code: problem.code, context: {} });
      if (asks) setAsked(input);
      else if (!OF_APPROVAL.has(problem.code)) setAsked(null);
      options.onError?.(problem);
    },
  });
  const problem = act.error === null ? null : problemOf(act.error);
  const first = act.variables?.approval === null;
  return {
    run: (input) => act.mutate({ input, approval: null }),
    isPending: act.isPending,
    problem: asked === null ? problem : null,
    data: act.data,
    reset: act.reset,
    asking: asked !== null,
    dialog: asked !== null && (
      <ApprovalDialog
        hint={options.hint}
        {...(options.act === undefined ? {} : { ask: { act: options.act, input: asked, accountId: options.accountId ?? '' } })}
        busy={act.isPending}
        problem={first ? null : problem}
        onApprove={(approval) => act.mutate({ input: asked, approval })}
        onClose={() => {
          setAsked(null);
          act.reset();
        }}
      />
    ),
  };
}
