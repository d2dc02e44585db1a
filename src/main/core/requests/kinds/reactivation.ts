// 启用: supply begins again, after somebody has inspected the installation.
import { seenOf } from '../../../../shared/domain/customers.ts';
import { PLAIN, type RequestDefinition, textOf } from '../definition.ts';

export const reactivation: RequestDefinition = {
  ...PLAIN,
  kind: 'reactivation',
  statuses: ['suspended'],
  fields: [
    { name: 'wishedOn', type: 'date', required: true, step: 'open', initial: (_, today) => today },
    { name: 'contactPhone', type: 'phone', required: false, step: 'open' },
    { name: 'inspectionNo', type: 'text', required: true, step: 'work' },
    { name: 'inspectionResult', type: 'choice', choices: ['passed'], required: true, step: 'work', initial: () => 'passed' },
  ],
  checks: ['no-other-request', 'arrears', 'no-open-card-task', 'fees'],
  fees: ['reactivation'],
  path: () => ['open', 'work', 'completed'],
  words: () => [{ code: 'reactivated', values: {} }],
  effects: ({ account, form, request, today }) => [
    {
      kind: 'account.reactivated',
      payload: { ...seenOf(account), requestId: request.requestId, on: today, inspectionNo: textOf(form, 'inspectionNo') },
    },
  ],
};
