// CJ/T 188 meters as devices: they answer for their address under their type, and collide when several feel asked.
import {
  bcdOfDigits,
  collideAnswers,
  createMeterLineSimulator,
  createScanFramer,
  type SimulatedMeter,
  type SimulatorModule,
} from '../kit/index.ts';
import {
  ADDRESS_DATA,
  ANSWER_BIT,
  type Cjt188Frame,
  CONTROL,
  CURRENT_DATA,
  decodeFrame,
  ERROR_BIT,
  encodeFrame,
  FRAME_FORMAT,
  type IdentifierOrder,
  identifierBytes,
  withPreamble,
} from './frames.ts';

const CUBIC_METRE = 0x2c;
const LITRE = 0x29;
/** Status word of a refusal: the maker's bit for "no such data". */
const NO_SUCH_DATA = 0x0080;

function isAsked(meter: SimulatedMeter, address: string): boolean {
  return [...address].every((digit, index) => digit === 'A' || digit === meter.meterAddress[index]);
}

function statusOf({ flags }: SimulatedMeter): number {
  const valve = flags.includes('valve-fault') ? 0x03 : flags.includes('valve-closed') ? 0x01 : 0;
  return valve | (flags.includes('battery-low') ? 0x04 : 0);
}

/** Most litres that eight digits with two decimals hold. */
const MOST_LITRES = 999_999;

/** The volume bytes: litres where m³ with two decimals would lose some and there are digits enough, else m³. */
function volumeBytes(litres: number): Uint8Array {
  const inLitres = litres % 10 !== 0 && litres <= MOST_LITRES;
  const [value, unit] = inLitres ? [litres * 100, LITRE] : [Math.floor(litres / 10), CUBIC_METRE];
  return Uint8Array.from([...bcdOfDigits(String(value).padStart(8, '0')), unit]);
}

function currentValues(meter: SimulatedMeter): Uint8Array | null {
  if (meter.total.unit !== 'litre') return null;
  const clock = bcdOfDigits(meter.clock?.replaceAll(/\D/g, '') ?? '0'.repeat(14));
  const settled = volumeBytes(Math.floor(meter.total.litres / 2_000) * 1_000);
  return Uint8Array.from([...volumeBytes(meter.total.litres), ...settled, ...clock, statusOf(meter), 0]);
}

export const simulator: SimulatorModule = {
  variants: [{ identifierOrder: 'low-first' }],
  sampleMeters: [
    { meterAddress: '33780012345678', total: { unit: 'litre', litres: 1_234_560 }, clock: '2026-11-21T08:30:59', flags: [] },
    { meterAddress: '33780012345687', total: { unit: 'litre', litres: 7_000 }, clock: null, flags: [] },
  ],
  createReadingHead: ({ timers, options }) => {
    const order: IdentifierOrder = options.identifierOrder === 'high-first' ? 'high-first' : 'low-first';
    const isFor = (data: Uint8Array, identifier: number) => identifierBytes(identifier, order).every((byte, at) => byte === data[at]);

    function answerOf(meter: SimulatedMeter, request: Cjt188Frame, rejects: boolean): Cjt188Frame | null {
      const own = { meterType: request.meterType, address: meter.meterAddress };
      const [, , serial = 0] = request.data;
      if (request.control === CONTROL.readAddress && isFor(request.data, ADDRESS_DATA)) {
        return { ...own, control: request.control | ANSWER_BIT, data: request.data.slice(0, 3) };
      }
      if (request.control !== CONTROL.read) return null;
      const values = rejects || !isFor(request.data, CURRENT_DATA) ? null : currentValues(meter);
      return values === null
        ? { ...own, control: request.control | ANSWER_BIT | ERROR_BIT, data: Uint8Array.of(serial, NO_SUCH_DATA & 0xff, NO_SUCH_DATA >> 8) }
        : { ...own, control: request.control | ANSWER_BIT, data: Uint8Array.from([...request.data.subarray(0, 3), ...values]) };
    }

    return createMeterLineSimulator({
      timers,
      createFramer: () => createScanFramer(FRAME_FORMAT),
      sumAt: (answer) => answer.length - 2,
      answer(bytes, meters, trouble) {
        const request = decodeFrame(bytes);
        if (request.meterType !== options.meterType) return null;
        const answers = meters
          .filter((meter) => isAsked(meter, request.address))
          .flatMap((meter) => answerOf(meter, request, trouble === 'rejects') ?? [])
          .map((answer) => ({ ...answer, address: trouble === 'other-address' ? '99999999999999' : answer.address }));
        return collideAnswers(answers.map((answer) => withPreamble(encodeFrame(answer))));
      },
    });
  },
};
