// What only the line is to blame for: a command that changes nothing is simply sent again.
import { Fault, type FaultCode } from '../../src/shared/domain/fault.ts';

const LINE_FAULTS: ReadonlySet<FaultCode> = new Set<FaultCode>([
  'FRAME_SUM',
  'FRAME_SHORT',
  'FRAME_SLOT',
  'FRAME_UNEXPECTED',
  'DEVICE_NO_ANSWER',
  'DEVICE_TIMEOUT',
]);

/** Does `act`, and does it again up to `retries` times while only the line is at fault; for whatever changes nothing. */
export async function repeatOnLineFault<T>(retries: number, act: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof Fault) || !LINE_FAULTS.has(error.code) || attempt >= retries) throw error;
    }
  }
}
