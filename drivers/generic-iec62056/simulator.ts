// IEC 62056-21 mode C meters as devices: they identify themselves, wait for the option select, and read out at the initial rate.
import {
  collideAnswers,
  createMeterLineSimulator,
  createScanFramer,
  type MeterTotal,
  type SimulatedMeter,
  type SimulatorModule,
} from '../kit/index.ts';
import { ascii, encodeBlock, FRAME_FORMAT, READ_OUT_AT_INITIAL_RATE } from './frames.ts';

/** Maker, rate 9600 offered, model. */
const IDENTIFICATION = '/CTP5COUNTERTOP\r\n';

/** An integer of thousandths as a decimal number with three decimals. */
function thousandths(value: number): string {
  const digits = String(value).padStart(9, '0');
  return `${digits.slice(0, -3)}.${digits.slice(-3)}`;
}

function totalLine(total: MeterTotal): string {
  return total.unit === 'watt-hour' ? `1-0:1.8.0*255(${thousandths(total.wattHours)}*kWh)` : `7-0:3.0.0(${thousandths(total.litres)}*m3)`;
}

function readOutOf(meter: SimulatedMeter): string {
  const lines = ['F.F(00)', `0.0.0(${meter.meterAddress})`];
  if (meter.clock) lines.push(`0.9.1(${meter.clock.slice(11)})`, `0.9.2(${meter.clock.slice(2, 10)})`);
  // A reading of last month and a maximum with its moment, as meters have them around the total.
  lines.push(totalLine(meter.total), '1-0:1.8.0*01(000001.000*kWh)', '1.6.0(01.234*kW)(2611010815)', '!', '');
  return lines.join('\r\n');
}

/** Returns the address of a sign-on, empty for any meter; null for another message. */
function signOnAddress(message: Uint8Array): string | null {
  return String.fromCharCode(...message).match(/^\/\?([^!]*)!\r\n$/)?.[1] ?? null;
}

export const simulator: SimulatorModule = {
  sampleMeters: [
    { meterAddress: '12345678', total: { unit: 'watt-hour', wattHours: 1_234_560 }, clock: '2026-11-21T08:30:59', flags: [] },
    { meterAddress: '87654321', total: { unit: 'watt-hour', wattHours: 7_000 }, clock: null, flags: [] },
  ],
  createReadingHead: ({ timers }) => {
    /** The meters that have identified themselves and await the option select. */
    let signedOn: readonly SimulatedMeter[] = [];
    return createMeterLineSimulator({
      timers,
      createFramer: () => createScanFramer(FRAME_FORMAT),
      sumAt: (answer) => (answer[0] === 0x02 ? answer.length - 1 : null),
      answer(message, meters, trouble) {
        const address = signOnAddress(message);
        if (address !== null) {
          signedOn = meters.filter((meter) => address === '' || address === meter.meterAddress);
          return collideAnswers(signedOn.map(() => ascii(IDENTIFICATION)));
        }
        // Another rate than the initial one would go unheard at this end of the line.
        const isSelected =
          message.length === READ_OUT_AT_INITIAL_RATE.length && message.every((byte, at) => byte === READ_OUT_AT_INITIAL_RATE[at]);
        const selected = isSelected ? signedOn : [];
        signedOn = [];
        if (trouble === 'rejects' && selected.length > 0) return encodeBlock('(ER01)');
        const shown = selected.map((meter) => (trouble === 'other-address' ? { ...meter, meterAddress: '99999999' } : meter));
        return collideAnswers(shown.map((meter) => encodeBlock(readOutOf(meter))));
      },
    });
  },
};
