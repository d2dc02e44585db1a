// 人口变更: more or fewer people in the household change the limits of its tiers from the next month on.
import { counterPath, numberOf, PLAIN, type RequestDefinition, textOf } from '../definition.ts';

export const household: RequestDefinition = {
  ...PLAIN,
  kind: 'household',
  statuses: ['active', 'suspended'],
  fields: [
    { name: 'newHousehold', type: 'number', required: true, min: 1, max: 99, step: 'open' },
    { name: 'proof', type: 'text', required: true, step: 'open' },
    { name: 'from', type: 'date', required: true, step: 'open', initial: (_, today) => today },
    { name: 'until', type: 'date', required: false, step: 'open' },
  ],
  checks: ['no-other-request', 'dates'],
  fees: [],
  path: () => counterPath(false),
  words: ({ form }) => [{ code: 'householdChanged', values: { size: numberOf(form, 'newHousehold') ?? 0, from: textOf(form, 'from') } }],
  effects: ({ account, form }) => [
    {
      kind: 'account.household-changed',
      payload: {
        seenVersion: account.version,
        size: numberOf(form, 'newHousehold') ?? 1,
        from: textOf(form, 'from'),
        until: textOf(form, 'until') || null,
        proof: textOf(form, 'proof'),
      },
    },
  ],
};
