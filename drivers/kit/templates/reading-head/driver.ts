// Driver of vendor-model: a meter behind an optical or RS-485 head.
import {
  createMeterSession,
  createScanFramer,
  type DriverContext,
  defineDriver,
  Fault,
  integerOption,
  type MeterReading,
  type OpenDevice,
} from '../../index.ts';
import { ANSWER_BIT, ANY, decodeFrame, encodeFrame, FRAME_FORMAT, READ, REFUSED_BIT, readingOf } from './frames.ts';

function openHead(context: DriverContext): OpenDevice {
  const { options } = context;
  const timeoutMs = integerOption(options, 'responseTimeoutMs', { min: 1 });
  const session = createMeterSession(context, {
    framer: createScanFramer(FRAME_FORMAT),
    interByteMs: integerOption(options, 'interByteMs', { min: 1 }),
    readRetries: integerOption(options, 'readRetries', { min: 0 }),
    retryPauseMs: integerOption(options, 'retryPauseMs', { min: 1 }),
  });

  return {
    readingHead: {
      async read(meterAddress, signal) {
        if (meterAddress !== 'any' && !/^\d{8}$/.test(meterAddress)) throw new Fault('INPUT_INVALID', { field: 'meterAddress' });
        const address = meterAddress === 'any' ? ANY : meterAddress;
        return session.run(signal, async (ask): Promise<MeterReading> => {
          const bytes = await ask({
            frame: encodeFrame({ code: READ, address, digits: '' }),
            timeoutMs,
            judge(answer) {
              const heard = decodeFrame(answer);
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
        });
      },
    },
    probe: () => session.probe(),
    close: () => session.close(),
  };
}

export default defineDriver({ open: async (context) => openHead(context) });
