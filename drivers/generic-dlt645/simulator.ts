// DL/T 645-2007 power meters as devices: they answer for their address, refuse what they do not have, and collide when several feel asked.
import {
  bcdOfDigits,
  collideAnswers,
  createMeterLineSimulator,
  createScanFramer,
  type SimulatedMeter,
  type SimulatorModule,
} from '../kit/index.ts';
import { CONTROL, type Dlt645Frame, decodeFrame, encodeFrame, FRAME_FORMAT, IDENTIFIER, identifierBytes, withPreamble } from './frames.ts';

const ANSWER_BIT = 0x80;
const ERROR_BIT = 0x40;
/** Error word: no such data. */
const NO_SUCH_DATA = 0x02;

function isAsked(meter: SimulatedMeter, address: string): boolean {
  return [...address].every((digit, index) => digit === 'A' || digit === meter.meterAddress[index]);
}

/** Returns the value bytes of an identifier; null when the meter has none. */
function valuesOf(meter: SimulatedMeter, identifier: string): Uint8Array | null {
  const digits = meter.clock?.replaceAll(/\D/g, '') ?? null;
  switch (identifier) {
    case '00000000': {
      if (meter.total.unit !== 'watt-hour') return null;
      const { wattHours } = meter.total;
      const bytes = bcdOfDigits(String(Math.floor(Math.abs(wattHours) / 10)).padStart(8, '0'));
      if (wattHours < 0) bytes[3] = (bytes[3] ?? 0) | 0x80;
      return bytes;
    }
    case IDENTIFIER.date:
      // Weekday 00 stands first on the wire: the driver does not read it.
      return digits === null ? null : bcdOfDigits(`${digits.slice(2, 8)}00`);
    case IDENTIFIER.time:
      return digits === null ? null : bcdOfDigits(digits.slice(8));
    case IDENTIFIER.statusWord1:
      return Uint8Array.of((meter.flags.includes('clock-battery-low') ? 0x04 : 0) | (meter.flags.includes('battery-low') ? 0x08 : 0), 0);
    default:
      return null;
  }
}

function answerOf(meter: SimulatedMeter, request: Dlt645Frame, rejects: boolean): Dlt645Frame | null {
  const address = meter.meterAddress;
  if (request.control === CONTROL.readAddress) return { address, control: request.control | ANSWER_BIT, data: bcdOfDigits(address) };
  if (request.control !== CONTROL.read) return null;
  const identifier = [...Object.values(IDENTIFIER), '00000000'].find((known) =>
    identifierBytes(known).every((byte, index) => byte === request.data[index]),
  );
  const values = identifier === undefined || rejects ? null : valuesOf(meter, identifier);
  return values === null
    ? { address, control: request.control | ANSWER_BIT | ERROR_BIT, data: Uint8Array.of(NO_SUCH_DATA) }
    : { address, control: request.control | ANSWER_BIT, data: Uint8Array.from([...request.data.subarray(0, 4), ...values]) };
}

export const simulator: SimulatorModule = {
  sampleMeters: [
    { meterAddress: '202107072529', total: { unit: 'watt-hour', wattHours: 1_234_560 }, clock: '2026-11-21T08:30:59', flags: [] },
    { meterAddress: '202107072530', total: { unit: 'watt-hour', wattHours: 7_000 }, clock: null, flags: [] },
  ],
  createReadingHead: ({ timers }) =>
    createMeterLineSimulator({
      timers,
      createFramer: () => createScanFramer(FRAME_FORMAT),
      sumAt: (answer) => answer.length - 2,
      answer(bytes, meters, trouble) {
        const request = decodeFrame(bytes);
        const answers = meters
          .filter((meter) => isAsked(meter, request.address))
          .flatMap((meter) => answerOf(meter, request, trouble === 'rejects') ?? [])
          .map((answer) => ({ ...answer, address: trouble === 'other-address' ? '999999999999' : answer.address }));
        return collideAnswers(answers.map((answer) => withPreamble(encodeFrame(answer))));
      },
    }),
};
