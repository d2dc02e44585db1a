// Calls of the area devices: devices and their console.
import type { Guard } from '../guard.ts';
import { requireDone } from '../reader.ts';
import { requireSetup } from '../technician.ts';
import { bindDevice } from '../usecases/bind-device.ts';
import { discoverDevices } from '../usecases/discover-devices.ts';
import { makeSupportBundle } from '../usecases/make-support-bundle.ts';
import { testDevice } from '../usecases/test-device.ts';
import { traceDevice } from '../usecases/trace-device.ts';

export const devicesArea = ({ guarded, who, ports }: Guard) => ({
  list: guarded.devices.list.handler(() => ports.devices.states().map((state) => ({ ...state, cards: [...state.cards] }))),
  reconnect: guarded.devices.reconnect.handler(async ({ input }) => {
    const state = requireDone(await ports.devices.reconnect(input.slot));
    return { ...state, cards: [...state.cards] };
  }),
  discover: guarded.devices.discover.handler(({ context }) => discoverDevices(who(context))),
  drivers: guarded.devices.drivers.handler(() => {
    const setup = requireSetup(ports);
    const { drivers, broken } = setup.drivers();
    return { drivers: [...drivers], broken: [...broken], bound: { ...setup.bindings() } };
  }),
  test: guarded.devices.test.handler(({ input, context }) => testDevice(who(context), input)),
  trace: guarded.devices.trace.handler(({ input, context }) => traceDevice(who(context), input)),
  assign: guarded.devices.assign.handler(({ input, context }) => bindDevice(who(context), input)),
  supportBundle: guarded.devices.supportBundle.handler(({ context }) => makeSupportBundle(who(context))),
});
