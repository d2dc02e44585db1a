// 更名/改地址: what was written down wrong, or has changed without a change of the holder. A new name takes a supervisor.
import { counterPath, PLAIN, type RequestDefinition, type Scene, textOf } from '../definition.ts';

function corrected({ account, form }: Scene) {
  const or = (name: string, now: string): string => textOf(form, name) || now;
  const { address } = account;
  return {
    customerName: or('newName', account.customerName),
    phone: or('newPhone', account.phone),
    address: {
      district: or('district', address.district),
      road: or('road', address.road),
      community: or('community', address.community),
      unit: or('unit', address.unit),
    },
  };
}

export const correction: RequestDefinition = {
  ...PLAIN,
  kind: 'correction',
  statuses: ['active', 'suspended'],
  fields: [
    { name: 'newName', type: 'text', required: true, step: 'open', initial: ({ customerName }) => customerName },
    { name: 'newPhone', type: 'phone', required: false, step: 'open' },
    { name: 'district', type: 'text', required: true, step: 'open', initial: ({ address }) => address.district },
    { name: 'road', type: 'text', required: true, step: 'open', initial: ({ address }) => address.road },
    { name: 'community', type: 'text', required: true, step: 'open', initial: ({ address }) => address.community },
    { name: 'unit', type: 'text', required: true, step: 'open', initial: ({ address }) => address.unit },
    { name: 'reason', type: 'text', required: true, step: 'open' },
  ],
  checks: ['no-other-request', 'changes-something'],
  fees: [],
  path: (scene) => counterPath(corrected(scene).customerName !== scene.account.customerName),
  words(scene) {
    const { customerName, address } = corrected(scene);
    const { district, road, community, unit } = address;
    return [{ code: 'corrected', values: { name: customerName, address: `${district}${road}${community}${unit}` } }];
  },
  effects: (scene) => [
    {
      kind: 'account.corrected',
      payload: {
        ...corrected(scene),
        seenVersion: scene.account.version,
        reason: textOf(scene.form, 'reason'),
        requestId: scene.request.requestId,
      },
    },
  ],
};
