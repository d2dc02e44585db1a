// Driver of CJ/T 188 gas and water meters behind an optical or RS-485 head.
import {
  createScanFramer,
  type DriverContext,
  defineDriver,
  Fault,
  integerOption,
  type MeterAsk,
  type MeterReading,
  type MeterRegister,
  type OpenDevice,
  openMeterHead,
  textOption,
} from '../kit/index.ts';
import {
  ADDRESS_DATA,
  answerTo,
  CURRENT_DATA,
  currentDataOf,
  decodeFrame,
  describeFrame,
  FRAME_FORMAT,
  type IdentifierOrder,
  requestOf,
  type Volume,
  WILDCARD,
} from './frames.ts';

/** 30h to 39h gas, 10h to 19h water: what counts volume. Heat meters answer with other data. */
function counts(meterType: number): boolean {
  return (meterType >= 0x10 && meterType <= 0x19) || (meterType >= 0x30 && meterType <= 0x39);
}

function hexByte(byte: number): string {
  return `${byte.toString(16).toUpperCase().padStart(2, '0')}h`;
}

function registerOf(code: string, volume: Volume): MeterRegister {
  return { code, value: `${volume.digits.slice(0, 6)}.${volume.digits.slice(6)}`, unit: hexByte(volume.unitCode) };
}

function openHead(context: DriverContext): OpenDevice {
  const { options } = context;
  const meterType = integerOption(options, 'meterType', { min: 0x10 });
  if (!counts(meterType)) throw new Fault('SETTINGS_INVALID', { field: 'options.meterType', reason: String(meterType) });
  const order: IdentifierOrder =
    textOption(options, 'identifierOrder', { form: /^(high|low)-first$/ }) === 'high-first' ? 'high-first' : 'low-first';
  const timeoutMs = integerOption(options, 'responseTimeoutMs', { min: 1 });
  let serial = 0;

  async function ask(asking: MeterAsk, target: { readonly address: string; readonly identifier: number }) {
    serial = (serial + 1) & 0xff;
    const question = { meterType, order, serial, ...target };
    const judge = (bytes: Uint8Array) => (answerTo(question, decodeFrame(bytes)) === null ? 'FRAME_UNEXPECTED' : 'answer');
    const frame = decodeFrame(await asking({ frame: requestOf(question), timeoutMs, judge }));
    const answer = answerTo(question, frame);
    if (answer === null) throw new Fault('FRAME_UNEXPECTED');
    if ('meterCode' in answer) throw new Fault('DEVICE_REJECTED', { meterCode: answer.meterCode });
    return { address: frame.address, values: answer.values };
  }

  async function readAll(asking: MeterAsk, meterAddress: string): Promise<MeterReading> {
    const address = meterAddress === 'any' ? (await ask(asking, { address: WILDCARD, identifier: ADDRESS_DATA })).address : meterAddress;
    const data = currentDataOf((await ask(asking, { address, identifier: CURRENT_DATA })).values);
    if (data === null) throw new Fault('FRAME_UNEXPECTED', { reason: 'volume' });
    const registers = [registerOf('901F current', data.current)];
    if (data.settled) registers.push(registerOf('901F settled', data.settled));
    registers.push({ code: '901F status', value: data.status.toString(16).toUpperCase().padStart(4, '0'), unit: '' });
    return {
      meterAddress: address,
      total: { unit: 'litre', litres: data.current.litres },
      registers,
      clock: data.clock,
      flags: data.flags,
    };
  }

  return openMeterHead(context, {
    framer: createScanFramer(FRAME_FORMAT),
    describe: describeFrame,
    addressForm: /^\d{14}$/,
    read: readAll,
    readingOf: (reading) => reading,
  });
}

export default defineDriver({ open: async (context) => openHead(context) });
