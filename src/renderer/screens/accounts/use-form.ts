// One form that is sent with one call: what is wrong with it, from the screen or from the core, and the cursor in the field that is wrong.
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { problemOf } from '../../bridge/client.ts';
import { focusWrong } from '../../components/field.tsx';
import { type ApprovedAct, type ApprovedActOptions, useApproval } from '../../components/use-approval.tsx';
import type { Problem } from '../../text/index.ts';

export interface Form<I> {
  readonly problem: Problem | null;
  readonly isPending: boolean;
  readonly isSaved: boolean;
  /** Sends `input`, or shows `trouble` where the screen has found some. Does nothing while an answer is awaited. */
  readonly submit: (trouble: Problem | null, input: () => I) => void;
  /** Something was typed: what was wrong may be right now. */
  readonly touched: () => void;
}

/** Returns the form behind `call`; `onDone` is called once it is saved. */
export function useForm<I, O>(call: (input: I) => Promise<O>, onDone: (output: O) => void): Form<I> {
  const [found, setFound] = useState<Problem | null>(null);
  const act = useMutation({
    mutationFn: call,
    onSuccess: onDone,
    onError: (error) => void setTimeout(() => focusWrong(problemOf(error)), 0),
  });
  return {
    problem: found ?? (act.error === null ? null : problemOf(act.error)),
    isPending: act.isPending,
    isSaved: act.isSuccess,
    submit(trouble, input) {
      if (act.isPending) return;
      setFound(trouble);
      if (trouble === null) act.mutate(input());
      else focusWrong(trouble);
    },
    touched() {
      setFound(null);
      if (!act.isPending) act.reset();
    },
  };
}

/** Returns the form behind a call that may take a supervisor; its `dialog` is to be placed on the screen. */
export function useApprovedForm<I extends object, O>(
  options: Pick<ApprovedActOptions<I, O>, 'call' | 'hint' | 'act' | 'onSuccess'>,
): Form<I> & Pick<ApprovedAct<I, O>, 'dialog'> {
  const [found, setFound] = useState<Problem | null>(null);
  const act = useApproval({ ...options, onError: (problem) => void setTimeout(() => focusWrong(problem), 0) });
  return {
    problem: found ?? act.problem,
    isPending: act.isPending,
    isSaved: act.data !== undefined,
    dialog: act.dialog,
    submit(trouble, input) {
      if (act.isPending || act.asking) return;
      setFound(trouble);
      if (trouble === null) act.run(input());
      else focusWrong(trouble);
    },
    touched() {
      setFound(null);
      if (!act.isPending) act.reset();
    },
  };
}
