// 人口变更: more or fewer people in the household change the limits of its tiers from the next month on. Homes only, and with a proof.

import { addDays } from '../../../../shared/domain/calendar.ts';
import { seenOf } from '../../../../shared/domain/customers.ts';
import { counterPath, numberOf, PLAIN, type RequestDefinition, type Scene, textOf } from '../definition.ts';

/** Proofs of a household reach back and ahead no further than this, days. */
const PROOF_DAYS = 5 * 366;

/** What is wrong with the days of a proof. */
function wrongDays({ account, form, today }: Scene): { readonly field: string; readonly reason: string }[] {
  const from = textOf(form, 'from');
  const until = textOf(form, 'until');
  if (from < account.detail.suppliedSince) return [{ field: 'from', reason: 'early' }];
  if (from < addDays(today, -PROOF_DAYS) || from > addDays(today, PROOF_DAYS)) return [{ field: 'from', reason: 'range' }];
  if (until === '') return [];
  if (until < from) return [{ field: 'until', reason: 'order' }];
  return until < today ? [{ field: 'until', reason: 'past' }] : [];
}

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
  fits: ({ customerKind }) => customerKind === 'residential',
  fieldRules: wrongDays,
  checks: ['no-other-request'],
  fees: [],
  path: () => counterPath(false),
  words: ({ form }) => [{ code: 'householdChanged', values: { size: numberOf(form, 'newHousehold') ?? '…', from: textOf(form, 'from') } }],
  effects: ({ account, form }) => [
    {
      kind: 'account.household-changed',
      payload: {
        ...seenOf(account),
        size: numberOf(form, 'newHousehold') ?? 1,
        from: textOf(form, 'from'),
        until: textOf(form, 'until') || null,
        proof: textOf(form, 'proof'),
      },
    },
  ],
};
