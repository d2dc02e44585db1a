// 报停: the supply stops for a time; the meter is sealed outside. Its reading is kept and bills nothing: the next bill covers it.
import { seenOf } from '../../../../shared/domain/customers.ts';
import { numberOf, PLAIN, type RequestDefinition, textOf } from '../definition.ts';

export const suspension: RequestDefinition = {
  ...PLAIN,
  kind: 'suspension',
  statuses: ['active'],
  fields: [
    { name: 'from', type: 'date', required: true, step: 'open', initial: (_, today) => today },
    { name: 'until', type: 'date', required: false, step: 'open' },
    { name: 'reason', type: 'text', required: false, step: 'open' },
    { name: 'sealNo', type: 'text', required: true, step: 'work' },
    { name: 'readingLitres', type: 'litres', required: true, step: 'work', when: ({ meter }) => meter !== null },
  ],
  checks: ['no-other-request', 'arrears', 'no-open-topup', 'no-open-card-task', 'dates', 'reading', 'fees'],
  fees: ['seal'],
  reading: { step: 'work', bills: false },
  path: () => ['open', 'work', 'completed'],
  words: ({ form }) => [
    {
      code: textOf(form, 'until') === '' ? 'suspendedOpen' : 'suspended',
      values: { from: textOf(form, 'from'), until: textOf(form, 'until') },
    },
  ],
  effects: ({ account, form, request }) => [
    {
      kind: 'account.suspended',
      payload: {
        ...seenOf(account),
        requestId: request.requestId,
        from: textOf(form, 'from'),
        until: textOf(form, 'until') || null,
        sealNo: textOf(form, 'sealNo'),
        readingLitres: numberOf(form, 'readingLitres'),
      },
    },
  ],
};
