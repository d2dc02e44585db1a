// Takes a service request from its form to its effect by the calls, as a clerk does with a customer who has everything with them.
import type { Outputs } from '../../src/shared/contract/index.ts';
import { APPROVAL, type CallsClient } from './calls-bench.ts';

type Request = Outputs['requests']['open'];
type FormValue = string | number | boolean | null;

export interface RequestWalk {
  readonly clerk: CallsClient;
  readonly newId: () => string;
  /** The account's version as the clerk sees it now. */
  readonly seenVersion: () => number;
  /** Pays what the request costs. */
  readonly payFees: () => Promise<unknown>;
  /** What is written where the form asks and offers nothing; a date and a reading have values of their own. */
  readonly businessDate: string;
  readonly readingLitres: number;
}

/** Returns the request after its last step, or where it stands after five. Rejects with the fault of the call that refuses. */
export async function walkRequest(opened: Request, walk: RequestWalk): Promise<Request> {
  let request = opened;
  for (let step = 0; step < 5 && request.state !== 'completed'; step += 1) {
    if ([...request.fees, ...request.bills].some(({ openFen }) => openFen > 0)) await walk.payFees();
    const move = {
      requestId: request.requestId,
      stepId: walk.newId(),
      from: request.state,
      seenVersion: walk.seenVersion(),
      note: '',
      form: answers(request, walk),
    };
    const next = request.path[request.path.indexOf(request.state) + 1];
    request =
      next === 'completed'
        ? await walk.clerk.requests.complete({
            ...move,
            expectedRefundFen: await toldRefundFen(request, walk),
            refunds: [],
            approval: APPROVAL,
          })
        : await walk.clerk.requests.advance({ ...move, approval: APPROVAL });
  }
  return request;
}

/** What the clerk is shown before the last step: what goes back, with the card read. */
async function toldRefundFen({ requestId }: Request, { clerk }: RequestWalk): Promise<number> {
  return (await clerk.requests.refund({ requestId })).totalFen;
}

/** What the step must be told and nobody has said yet. */
function answers(request: Request, walk: RequestWalk): Record<string, FormValue> {
  const asked = request.fields.filter(({ step, required }) => step === request.state && step !== 'open' && required);
  return Object.fromEntries(
    asked.map(({ name, type, initial, choices }) => {
      const plain = type === 'litres' || type === 'number' ? walk.readingLitres : type === 'date' ? walk.businessDate : 'F-1';
      return [name, initial ?? choices[0] ?? plain];
    }),
  );
}
