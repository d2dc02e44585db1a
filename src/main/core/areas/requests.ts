// Calls of the area requests: service requests.
import type { Guard } from '../guard.ts';
import { advanceRequest, cancelRequest, completeRequest } from '../usecases/move-request.ts';
import { listRequestKinds, listRequests, openRequest, previewRequest, viewRequest } from '../usecases/open-request.ts';
import { previewRefund } from '../usecases/preview-refund.ts';

export const requestsArea = ({ guarded, who, approverOf }: Guard) => ({
  kinds: guarded.requests.kinds.handler(({ input, context }) => listRequestKinds(who(context), input)),
  preview: guarded.requests.preview.handler(({ input, context }) => previewRequest(who(context), input)),
  open: guarded.requests.open.handler(({ input, context }) => openRequest(who(context), input)),
  get: guarded.requests.get.handler(({ input, context }) => viewRequest(who(context), input)),
  list: guarded.requests.list.handler(({ input, context }) => listRequests(who(context), input)),
  advance: guarded.requests.advance.handler(async ({ input, context }) =>
    advanceRequest(who(context), input, await approverOf(input.approval)),
  ),
  refund: guarded.requests.refund.handler(({ input, context }) => previewRefund(who(context), input)),
  complete: guarded.requests.complete.handler(async ({ input, context }) =>
    completeRequest(who(context), input, await approverOf(input.approval)),
  ),
  cancel: guarded.requests.cancel.handler(({ input, context }) => cancelRequest(who(context), input)),
});
