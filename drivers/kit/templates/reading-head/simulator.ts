// The vendor-model meter as a device, on a line with others of its kind.
import { createMeterLineSimulator, createScanFramer, type SimulatorModule } from '../../index.ts';
import { ANSWER_BIT, ANY, decodeFrame, digitsOf, encodeFrame, FRAME_FORMAT, READ, REFUSED_BIT } from './frames.ts';

export const simulator: SimulatorModule = {
  sampleMeters: [
    { meterAddress: '20260001', total: { unit: 'watt-hour', wattHours: 1_234_560 }, clock: '2026-11-21T08:30:59', flags: [] },
    { meterAddress: '20260002', total: { unit: 'watt-hour', wattHours: 7_000 }, clock: null, flags: [] },
  ],
  createReadingHead: ({ timers }) =>
    createMeterLineSimulator({
      timers,
      createFramer: () => createScanFramer(FRAME_FORMAT),
      sumAt: (answer) => answer.length - 1,
      answer(request, meters, trouble) {
        const { code, address } = decodeFrame(request);
        const meter = meters.find(({ meterAddress }) => address === ANY || meterAddress === address);
        if (code !== READ || meter?.total.unit !== 'watt-hour') return null;
        const own = trouble === 'other-address' ? '99999999' : meter.meterAddress;
        if (trouble === 'rejects') return encodeFrame({ code: READ | ANSWER_BIT | REFUSED_BIT, address: own, digits: '' });
        const digits = digitsOf({ wattHours: meter.total.wattHours, clock: meter.clock });
        return encodeFrame({ code: READ | ANSWER_BIT, address: own, digits });
      },
    }),
};
