// 拆除/销户: the meter comes off, the card is taken in, and everything the customer has left with us goes back.
import { seenOf } from '../../../../shared/domain/customers.ts';
import { METER_GOES } from '../../../../shared/domain/meters.ts';
import { billedBeforeFields, type EffectFact, type EffectWord, numberOf, type RequestDefinition, textOf } from '../definition.ts';
import { applyDeposit, moneyBack } from '../money-back.ts';

export const closure: RequestDefinition = {
  kind: 'closure',
  statuses: ['active', 'suspended'],
  fields: [
    {
      name: 'oldIdentityKind',
      type: 'choice',
      choices: ['resident-id', 'hk-macao-permit', 'taiwan-permit', 'passport', 'company'],
      required: true,
      step: 'open',
      initial: (account) => (account.customerKind === 'commercial' ? 'company' : 'resident-id'),
    },
    { name: 'oldIdentity', type: 'identity', required: true, step: 'open', documentKindField: 'oldIdentityKind' },
    { name: 'wishedOn', type: 'date', required: true, step: 'open', initial: (_, today) => today },
    { name: 'reason', type: 'text', required: false, step: 'open' },
    {
      name: 'cardBack',
      type: 'choice',
      choices: ['yes', 'lost'],
      required: true,
      step: 'open',
      initial: () => 'yes',
      when: ({ meter }) => meter?.kind === 'ic',
    },
    { name: 'readingLitres', type: 'litres', required: true, step: 'work', when: ({ meter }) => meter !== null },
    ...billedBeforeFields('work'),
    { name: 'meterLeftLitres', type: 'litres', required: true, max: 10_000_000, step: 'work', when: ({ meter }) => meter?.kind === 'ic' },
    {
      name: 'meterGoes',
      type: 'choice',
      choices: METER_GOES,
      required: true,
      step: 'work',
      initial: () => 'in-store',
      when: ({ meter }) => meter !== null,
    },
  ],
  checks: ['no-other-request', 'arrears', 'no-open-topup', 'no-open-card-task', 'no-volume-owed', 'old-identity', 'reading', 'fees'],
  fees: ['closure'],
  reading: { step: 'work', bills: true },
  path: () => ['open', 'approval', 'work', 'ready', 'completed'],
  needsCard: ({ card, form }) => card !== null && textOf(form, 'cardBack') !== 'lost',
  refundFen: (scene) => moneyBack(scene).totalFen,
  words(scene) {
    const { card, meter, form } = scene;
    const { depositFen, creditFen, volumeFen } = moneyBack(scene);
    const words: EffectWord[] = [{ code: 'closed', values: {} }];
    if (meter !== null) words.push({ code: 'meterRemoved', values: { meterNo: meter.meterNo } });
    if (card !== null)
      words.push({ code: textOf(form, 'cardBack') === 'lost' ? 'cardLost' : 'cardTaken', values: { cardNo: card.cardNo } });
    return [...words, { code: 'paidBack', values: { depositFen, creditFen, volumeFen } }];
  },
  effects(scene) {
    const { account, meter, card, form, request, today } = scene;
    const { requestId, requestNo } = request;
    const { depositFen, volume } = moneyBack(scene);
    const readingLitres = numberOf(form, 'readingLitres');
    const facts: EffectFact[] = [...applyDeposit(depositFen, `closure ${requestNo}`)];
    if (volume.length > 0) facts.push({ kind: 'volume.credited', payload: { requestId, parts: volume } });
    if (meter !== null) {
      const goes = METER_GOES.find((one) => one === textOf(form, 'meterGoes')) ?? 'in-store';
      facts.push({
        kind: 'meter.removed',
        payload: { meterNo: meter.meterNo, finalReadingLitres: readingLitres ?? 0, on: today, goes, requestId },
      });
    }
    if (card !== null) {
      const lost = textOf(form, 'cardBack') === 'lost';
      facts.push({ kind: lost ? 'card.blacklisted' : 'card.returned', payload: { cardNo: card.cardNo, reason: `closure ${requestNo}` } });
    }
    return [...facts, { kind: 'account.closed', payload: { ...seenOf(account), requestId, on: today, readingLitres } }];
  },
};
