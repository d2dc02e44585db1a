// The file that support gets: everything about the devices of this counter, without secrets and personal data.
import { DEVICE_SLOTS } from '../../../shared/contract/devices.ts';
import type { Outputs } from '../../../shared/contract/index.ts';
import type { UseCaseContext } from '../actor.ts';
import { withoutPersonalData, withoutSecrets } from '../redaction.ts';
import { frameForSupport } from '../support-frames.ts';
import { requireConsole, requireSetup } from '../technician.ts';

/** Returns the file's name and its JSON text. What could not be found out stands in it as its fault. Throws DEVICE_PROCESS_LOST. */
export async function makeSupportBundle({ ports }: UseCaseContext): Promise<Outputs['devices']['supportBundle']> {
  const technician = requireConsole(ports);
  const setup = requireSetup(ports);
  const madeAt = new Date(ports.clock.nowMs()).toISOString();
  const counterId = ports.store.counterId();
  const branchNo = ports.store.branch()?.branchNo ?? '';
  const found = await technician.discover();
  const bundle = {
    format: 'countertop-support-bundle 1',
    madeAt,
    branchNo,
    counterId,
    versions: setup.versions(),
    drivers: withoutSecrets(setup.drivers()),
    settings: withoutSecrets(setup.settings()),
    devices: withoutSecrets(ports.devices.states()),
    found: withoutSecrets(found.kind === 'done' ? found.value : { fault: found.fault }),
    traces: Object.fromEntries(
      DEVICE_SLOTS.map((slot) => [slot, technician.trace(slot, 'en').map((frame) => frameForSupport(slot, frame))]),
    ),
    processErrors: technician
      .errorLines()
      .map(({ atMs, group, text }) => ({ at: new Date(atMs).toISOString(), group, text: withoutPersonalData(text) })),
    log: setup.logLines().map(withoutPersonalData),
  };
  return {
    fileName: `countertop-support-${branchNo}-${counterId}-${madeAt.slice(0, 19).replaceAll(/[:T]/g, '')}.json`,
    content: `${JSON.stringify(bundle, null, 2)}\n`,
  };
}
