// 添装 and 移改: works on the customer's pipes, with a fee, a work order and its completion. The account stays as it is.
import type { RequestKind } from '../../../../shared/domain/requests.ts';
import { PLAIN, type RequestDefinition, type RequestField, textOf } from '../definition.ts';

const DONE: readonly RequestField[] = [
  { name: 'contactPhone', type: 'phone', required: true, step: 'open', initial: ({ phone }) => phone },
  { name: 'wishedOn', type: 'date', required: true, step: 'open', initial: (_, today) => today },
  { name: 'workOrderNo', type: 'text', required: true, step: 'work' },
  { name: 'doneOn', type: 'date', required: true, step: 'work', initial: (_, today) => today },
  { name: 'workResult', type: 'text', required: true, step: 'work' },
];

function works(kind: RequestKind & ('addition' | 'relocation'), what: readonly RequestField[]): RequestDefinition {
  return {
    ...PLAIN,
    kind,
    statuses: ['active'],
    fields: [...what, ...DONE],
    checks: ['no-other-request', 'arrears', 'fees'],
    fees: [kind],
    path: () => ['open', 'approval', 'work', 'completed'],
    words: ({ form }) => [{ code: kind, values: { what: textOf(form, 'appliance') || textOf(form, 'newPlace') || '…' } }],
    effects: () => [],
  };
}

export const addition = works('addition', [
  {
    name: 'appliance',
    type: 'choice',
    choices: ['cooker', 'water-heater', 'boiler', 'other'],
    required: true,
    step: 'open',
    initial: () => 'water-heater',
  },
  { name: 'rating', type: 'text', required: false, step: 'open' },
]);

export const relocation = works('relocation', [
  { name: 'newPlace', type: 'text', required: true, step: 'open' },
  { name: 'reason', type: 'text', required: false, step: 'open' },
]);
