// 过户: another holder takes the supply over; tiers begin anew, and the old holder's deposit and credit are dealt with.
import { seenOf } from '../../../../shared/domain/customers.ts';
import { IDENTITY_KINDS, type IdentityKind } from '../../../../shared/domain/identity.ts';
import { balancesView } from '../../charges.ts';
import { billedBeforeFields, counterPath, type EffectFact, numberOf, type RequestDefinition, type Scene, textOf } from '../definition.ts';
import { digestName } from '../fields.ts';
import { applyDeposit } from '../money-back.ts';

function identityKind({ form }: Scene): IdentityKind {
  return IDENTITY_KINDS.find((kind) => kind === textOf(form, 'newIdentityKind')) ?? 'resident-id';
}

/** Whether the old holder takes deposit and credit with him; else the new one has agreed to have them. */
function paysOut({ form }: Scene): boolean {
  return textOf(form, 'balances') !== 'hand-over';
}

export const transfer: RequestDefinition = {
  kind: 'transfer',
  statuses: ['active', 'suspended'],
  fields: [
    { name: 'oldIdentityKind', type: 'choice', choices: IDENTITY_KINDS, required: true, step: 'open', initial: firstDocument },
    { name: 'oldIdentity', type: 'identity', required: true, step: 'open', documentKindField: 'oldIdentityKind' },
    { name: 'newName', type: 'text', required: true, step: 'open' },
    { name: 'newIdentityKind', type: 'choice', choices: IDENTITY_KINDS, required: true, step: 'open', initial: firstDocument },
    { name: 'newIdentity', type: 'identity', required: true, step: 'open', documentKindField: 'newIdentityKind' },
    { name: 'newPhone', type: 'phone', required: true, step: 'open' },
    { name: 'newHousehold', type: 'number', required: true, min: 1, max: 99, step: 'open', initial: () => 3, when: isHome },
    { name: 'readingLitres', type: 'litres', required: true, step: 'open', when: ({ meter }) => meter?.kind === 'ordinary' },
    ...billedBeforeFields('open'),
    { name: 'contractNo', type: 'text', required: true, step: 'open', when: ({ account }) => account.customerKind === 'commercial' },
    { name: 'balances', type: 'choice', choices: ['pay-out', 'hand-over'], required: true, step: 'open', initial: () => 'pay-out' },
    { name: 'arrearsAgreement', type: 'text', required: false, step: 'open' },
  ],
  checks: [
    'no-other-request',
    'arrears',
    'no-open-topup',
    'no-open-card-task',
    'no-volume-owed',
    'old-identity',
    'reading',
    'fees',
    'contract-scan',
  ],
  fees: ['transfer'],
  reading: { step: 'open', bills: true },
  path: ({ form }) => counterPath(textOf(form, 'arrearsAgreement') !== ''),
  needsCard: ({ card }) => card !== null,
  refundFen(scene) {
    const { creditFen, depositFen } = balancesView(scene.store, scene.account.accountId);
    return paysOut(scene) ? creditFen + depositFen : 0;
  },
  words(scene) {
    const { creditFen, depositFen } = balancesView(scene.store, scene.account.accountId);
    const values = { from: scene.account.customerName, to: textOf(scene.form, 'newName') || '…' };
    const money = creditFen + depositFen > 0 ? [{ code: paysOut(scene) ? 'paysOut' : 'handsOver', values: { depositFen, creditFen } }] : [];
    return [{ code: 'transferred', values }, { code: 'tiersAnew', values: {} }, ...money];
  },
  effects(scene, newId) {
    const { account, form, request, today, store } = scene;
    const customerId = newId();
    const name = textOf(form, 'newName');
    const phone = textOf(form, 'newPhone');
    const identity = { kind: identityKind(scene), masked: textOf(form, 'newIdentity'), digest: textOf(form, digestName('newIdentity')) };
    const facts: EffectFact[] = [
      {
        kind: 'customer.registered',
        payload: { customerId, customerKind: account.customerKind, name, phone, identity, smsConsent: false },
      },
      {
        kind: 'account.transferred',
        payload: {
          ...seenOf(account),
          requestId: request.requestId,
          from: { customerId: account.detail.customerId, customerName: account.customerName },
          to: {
            customerId,
            customerKind: account.customerKind,
            customerName: name,
            phone,
            householdSize: numberOf(form, 'newHousehold') ?? 1,
          },
          since: today,
          readingLitres: numberOf(form, 'readingLitres'),
          contractNo: textOf(form, 'contractNo'),
        },
      },
    ];
    const { depositFen } = balancesView(store, account.accountId);
    return paysOut(scene) ? [...applyDeposit(depositFen, `transfer ${request.requestNo}`), ...facts] : facts;
  },
};

function firstDocument(account: { readonly customerKind: string }): IdentityKind {
  return account.customerKind === 'commercial' ? 'company' : 'resident-id';
}

function isHome({ account }: Pick<Scene, 'account'>): boolean {
  return account.customerKind === 'residential';
}
