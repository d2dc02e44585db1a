// A test on one device: nothing moves but paper and a drawer, and no card's secret is presented.
import { SLOT_TESTS } from '../../../shared/contract/devices.ts';
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { Fault } from '../../../shared/domain/fault.ts';
import { branchOf, type UseCaseContext } from '../actor.ts';
import { putOpeningNow } from '../drawer.ts';
import type { DeviceTest } from '../ports/device-console.ts';
import { requireDone } from '../reader.ts';
import { requireConsole } from '../technician.ts';

type TestInput = Inputs['devices']['test'];

/** The test as the device gets it: a page is written here, so that it names this counter and speaks the clerk's language. */
function testOf({ ports }: UseCaseContext, { slot, test }: TestInput): DeviceTest {
  switch (test.test) {
    case 'read-card':
      return { test: 'read-card', cardSlot: test.cardSlot ?? 1 };
    case 'print-page': {
      const state = ports.devices.states().find((candidate) => candidate.slot === slot);
      const content = {
        language: test.language,
        branchName: branchOf(ports.store).name,
        counterId: ports.store.counterId(),
        driverId: state?.driverId ?? '',
        connection: state?.connection ?? '',
        printedAtMs: ports.clock.nowMs(),
      };
      return { test: 'print-page', markup: ports.receipts.testPage(content, ports.devices.printerColumns()) };
    }
    default:
      return test;
  }
}

/** Returns what the test found. Throws INPUT_INVALID where the slot has no such test, and the device's faults. */
export async function testDevice(context: UseCaseContext, input: TestInput): Promise<Outputs['devices']['test']> {
  const tests: readonly string[] = SLOT_TESTS[input.slot];
  if (!tests.includes(input.test.test)) throw new Fault('INPUT_INVALID', { field: 'test.test', slot: input.slot });
  if (input.test.test === 'open-drawer') putOpeningNow(context, { why: 'test', subjectId: '' });
  const { facts } = requireDone(await requireConsole(context.ports).test(input.slot, testOf(context, input)));
  return { facts: facts.map((fact) => ({ ...fact })) };
}
