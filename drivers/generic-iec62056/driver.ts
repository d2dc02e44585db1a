// Driver of IEC 62056-21 mode C meters under an optical head: sign on, select, read everything out at the initial rate.
import {
  clockOfDigits,
  createScanFramer,
  type DriverContext,
  defineDriver,
  Fault,
  integerOption,
  type MeterAsk,
  type MeterReading,
  type MeterTotal,
  type OpenDevice,
  openMeterHead,
  textOption,
} from '../kit/index.ts';
import {
  blockText,
  clockDigits,
  describeFrame,
  errorIn,
  FRAME_FORMAT,
  isIdentification,
  isModeC,
  type ObisValue,
  READ_OUT_AT_INITIAL_RATE,
  scaledInteger,
  shortCode,
  signOn,
  valuesOf,
} from './frames.ts';

/** Where meters write the number that is printed on them. */
const SERIAL_CODES = ['0.0.0', 'C.1.0', '0.0.1', 'C.1.1'] as const;

function totalOf({ code, value, unit }: ObisValue): MeterTotal {
  const energyExponent = { wh: 0, kwh: 3, mwh: 6 }[unit.toLowerCase()];
  const volumeExponent = { l: 0, m3: 3 }[unit.toLowerCase()];
  const wattHours = energyExponent === undefined ? null : scaledInteger(value, { exponent: energyExponent });
  const litres = volumeExponent === undefined ? null : scaledInteger(value, { exponent: volumeExponent });
  if (wattHours !== null) return { unit: 'watt-hour', wattHours };
  if (litres !== null) return { unit: 'litre', litres };
  throw new Fault('FRAME_UNEXPECTED', { reason: 'total', register: code });
}

/** Leading zeros mean nothing in an address (IEC 62056-21, 6.3.1). */
function isSameNumber(one: string, other: string): boolean {
  return one.trim().replace(/^0+/, '') === other.trim().replace(/^0+/, '');
}

/** Returns what a read-out says. Nothing in here gets better by reading again: the block check was right. */
function readingOf(text: string, { meterAddress, totalRegister }: { meterAddress: string; totalRegister: string }): MeterReading {
  const meterCode = errorIn(text);
  if (meterCode !== null) throw new Fault('DEVICE_REJECTED', { meterCode });
  const values = valuesOf(text);
  const of = (code: string) => values.filter((each) => shortCode(each.code) === code);

  const serials = SERIAL_CODES.flatMap(of).flatMap(({ value }) => (value.trim() === '' ? [] : [value.trim()]));
  const serial = meterAddress === 'any' ? serials[0] : serials.find((each) => isSameNumber(each, meterAddress));
  // A meter may answer whatever address it is called by: only its own number in the read-out proves which one it is.
  if (meterAddress !== 'any' && serial === undefined) throw new Fault('FRAME_UNEXPECTED', { reason: 'other-meter' });

  const [total, ...others] = of(totalRegister);
  if (total === undefined) throw new Fault('DEVICE_REJECTED', { reason: 'no-register', register: totalRegister });
  if (others.some(({ value, unit }) => value !== total.value || unit !== total.unit)) {
    throw new Fault('FRAME_UNEXPECTED', { reason: 'two-totals', register: totalRegister });
  }
  const [date] = of('0.9.2');
  const [time] = of('0.9.1');
  return {
    meterAddress: serial ?? null,
    total: totalOf(total),
    registers: values,
    clock: date && time ? clockOfDigits(clockDigits({ date: date.value, time: time.value })) : null,
    flags: [],
  };
}

function openHead(context: DriverContext): OpenDevice {
  const { options } = context;
  const totalRegister = textOption(options, 'totalRegister', { form: /^[\dA-Z]+(\.\d+){1,2}$/ });
  const silenceMs = integerOption(options, 'silenceMs', { min: 1 });
  const timeoutMs = integerOption(options, 'readOutTimeoutMs', { min: 1 });
  async function readOut(ask: MeterAsk, address: string): Promise<string> {
    const identification = await ask({
      frame: signOn(address),
      timeoutMs,
      silenceMs,
      judge: (message) => (isIdentification(message) ? 'answer' : 'FRAME_UNEXPECTED'),
    });
    // The identification has no check sum: another mode may be a disturbed line, so this is tried again like one.
    if (!isModeC(identification)) throw new Fault('FRAME_UNEXPECTED', { reason: 'not-mode-c' });
    const block = await ask({
      frame: READ_OUT_AT_INITIAL_RATE,
      timeoutMs,
      silenceMs,
      judge: (message) => (blockText(message) === null ? 'FRAME_UNEXPECTED' : 'answer'),
    });
    return blockText(block) ?? '';
  }

  return openMeterHead(context, {
    framer: createScanFramer(FRAME_FORMAT),
    describe: describeFrame,
    addressForm: /^[0-9A-Za-z]{1,32}$/,
    read: (ask, meterAddress) => readOut(ask, meterAddress === 'any' ? '' : meterAddress),
    readingOf: (text, meterAddress) => readingOf(text, { meterAddress, totalRegister }),
  });
}

export default defineDriver({ open: async (context) => openHead(context) });
