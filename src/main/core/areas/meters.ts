// Calls of the area meters.
import type { Guard } from '../guard.ts';
import {
  exchangeMeter,
  installMeter,
  leftOver,
  meterView,
  registerMeter,
  removeMeter,
  reverifyMeter,
  viewMeter,
} from '../usecases/keep-meters.ts';

const MOST = 200;

export const metersArea = ({ guarded, who, approverOf, ports }: Guard) => ({
  list: guarded.meters.list.handler(({ input }) =>
    ports.store.metersIn(input.place, input.text, MOST).map((meter) => meterView(ports.store, meter)),
  ),
  get: guarded.meters.get.handler(({ input, context }) => viewMeter(who(context), input)),
  layouts: guarded.meters.layouts.handler(() => ports.layouts.all().map(({ id }) => id)),
  register: guarded.meters.register.handler(({ input, context }) => registerMeter(who(context), input)),
  install: guarded.meters.install.handler(({ input, context }) => installMeter(who(context), input)),
  exchange: guarded.meters.exchange.handler(async ({ input, context }) =>
    exchangeMeter(who(context), input, await approverOf(input.approval)),
  ),
  leftOver: guarded.meters.leftOver.handler(({ input, context }) => leftOver(who(context), input)),
  remove: guarded.meters.remove.handler(({ input, context }) => removeMeter(who(context), input)),
  reverify: guarded.meters.reverify.handler(({ input, context }) => reverifyMeter(who(context), input)),
});
