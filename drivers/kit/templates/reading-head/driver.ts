// Driver of vendor-model: a meter behind an optical or RS-485 head.
import {
  createScanFramer,
  type DriverContext,
  defineDriver,
  Fault,
  integerOption,
  type MeterAsk,
  type MeterReading,
  type OpenDevice,
  openMeterHead,
} from '../../index.ts';
import { ANSWER_BIT, ANY, decodeFrame, describeFrame, encodeFrame, FRAME_FORMAT, READ, REFUSED_BIT, readingOf } from './frames.ts';

function openHead(context: DriverContext): OpenDevice {
  const timeoutMs = integerOption(context.options, 'responseTimeoutMs', { min: 1 });

  async function read(ask: MeterAsk, meterAddress: string): Promise<MeterReading> {
    const address = meterAddress === 'any' ? ANY : meterAddress;
    const bytes = await ask({
      frame: encodeFrame({ code: READ, address, digits: '' }),
      timeoutMs,
      judge(heardBytes) {
        const heard = decodeFrame(heardBytes);
        const isOurs = (heard.code & ~REFUSED_BIT) === (READ | ANSWER_BIT) && (address === ANY || heard.address === address);
        return isOurs ? 'answer' : 'FRAME_UNEXPECTED';
      },
    });
    const answer = decodeFrame(bytes);
    if ((answer.code & REFUSED_BIT) !== 0) throw new Fault('DEVICE_REJECTED', { meterAddress: answer.address });
    const reading = readingOf(answer.digits);
    if (reading === null) throw new Fault('FRAME_UNEXPECTED', { reason: 'digits' });
    const { wattHours, clock } = reading;
    return { meterAddress: answer.address, total: { unit: 'watt-hour', wattHours }, registers: [], clock, flags: [] };
  }

  return openMeterHead(context, {
    framer: createScanFramer(FRAME_FORMAT),
    describe: describeFrame,
    addressForm: /^\d{8}$/,
    read,
    readingOf: (reading) => reading,
  });
}

export default defineDriver({ open: async (context) => openHead(context) });
