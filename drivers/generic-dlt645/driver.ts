// Driver of DL/T 645-2007 power meters behind an optical or RS-485 head.
import {
  booleanOption,
  createScanFramer,
  type DriverContext,
  defineDriver,
  Fault,
  integerOption,
  type MeterAsk,
  type MeterFlag,
  type MeterReading,
  type MeterRegister,
  type OpenDevice,
  openMeterHead,
  textOption,
  toHex,
} from '../kit/index.ts';
import {
  addressIn,
  answerTo,
  CONTROL,
  clockOf,
  decodeFrame,
  describeFrame,
  encodeFrame,
  FRAME_FORMAT,
  IDENTIFIER,
  identifierBytes,
  type Question,
  WILDCARD,
  wattHoursOf,
  withPreamble,
} from './frames.ts';

/** Bits of status word 1 (DL/T 645-2007, annex C): the clock's battery and the battery that keeps reading possible without mains. */
const STATUS_FLAGS: readonly (readonly [number, MeterFlag])[] = [
  [0x04, 'clock-battery-low'],
  [0x08, 'battery-low'],
];

function openHead(context: DriverContext): OpenDevice {
  const { options } = context;
  const energyIdentifier = textOption(options, 'energyIdentifier', { form: /^00[0-9A-F]{6}$/ });
  const readClock = booleanOption(options, 'readClock');
  const timeoutMs = integerOption(options, 'responseTimeoutMs', { min: 1 });

  async function askAddress(ask: MeterAsk): Promise<string> {
    const frame = withPreamble(encodeFrame({ address: WILDCARD, control: CONTROL.readAddress, data: new Uint8Array(0) }));
    const judge = (bytes: Uint8Array) => (addressIn(decodeFrame(bytes)) === null ? 'FRAME_UNEXPECTED' : 'answer');
    return decodeFrame(await ask({ frame, timeoutMs, judge })).address;
  }

  /** The value bytes; DEVICE_REJECTED with the meter's error word when it has none. */
  async function askValues(ask: MeterAsk, question: Question): Promise<Uint8Array> {
    const { address, identifier } = question;
    const frame = withPreamble(encodeFrame({ address, control: CONTROL.read, data: identifierBytes(identifier) }));
    const judge = (bytes: Uint8Array) => (answerTo(question, decodeFrame(bytes)) === null ? 'FRAME_UNEXPECTED' : 'answer');
    const answer = answerTo(question, decodeFrame(await ask({ frame, timeoutMs, judge })));
    if (answer === null) throw new Fault('FRAME_UNEXPECTED');
    if ('meterCode' in answer) throw new Fault('DEVICE_REJECTED', { meterCode: answer.meterCode, identifier });
    return answer.values;
  }

  /** The value bytes, or null when this meter does not have them. */
  async function askIfThere(ask: MeterAsk, question: Question): Promise<Uint8Array | null> {
    try {
      return await askValues(ask, question);
    } catch (error) {
      if (error instanceof Fault && error.code === 'DEVICE_REJECTED') return null;
      throw error;
    }
  }

  async function readAll(ask: MeterAsk, meterAddress: string): Promise<MeterReading> {
    const address = meterAddress === 'any' ? await askAddress(ask) : meterAddress;
    const registers: MeterRegister[] = [];
    const energy = await askValues(ask, { address, identifier: energyIdentifier, values: 4 });
    const wattHours = wattHoursOf(energy, { signed: energyIdentifier.startsWith('0000') });
    if (wattHours === null) throw new Fault('FRAME_UNEXPECTED', { reason: 'digits' });
    registers.push({ code: energyIdentifier, value: toHex(energy.slice().reverse()), unit: '0.01 kWh' });

    const dateQuestion = { address, identifier: IDENTIFIER.date, values: 4 };
    let date = readClock ? await askIfThere(ask, dateQuestion) : null;
    const time = date ? await askIfThere(ask, { address, identifier: IDENTIFIER.time, values: 3 }) : null;
    // Midnight may have passed between the two.
    if (time?.[2] === 0) date = await askIfThere(ask, dateQuestion);

    const status = await askIfThere(ask, { address, identifier: IDENTIFIER.statusWord1, values: 2 });
    if (status) registers.push({ code: IDENTIFIER.statusWord1, value: toHex(status.slice().reverse()), unit: '' });
    return {
      meterAddress: address,
      total: { unit: 'watt-hour', wattHours },
      registers,
      clock: date && time ? clockOf({ date, time }) : null,
      flags: STATUS_FLAGS.flatMap(([bit, flag]) => (((status?.[0] ?? 0) & bit) !== 0 ? [flag] : [])),
    };
  }

  return openMeterHead(context, {
    framer: createScanFramer(FRAME_FORMAT),
    describe: describeFrame,
    addressForm: /^\d{12}$/,
    read: readAll,
    readingOf: (reading) => reading,
  });
}

export default defineDriver({ open: async (context) => openHead(context) });
