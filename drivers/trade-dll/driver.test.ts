// The driver over a library in memory: presence by polling, identification without a password, a trace without secrets.
import { describe, expect, it } from 'vitest';
import { emptyGasCard, Fault, type GasCardCheck, type GasCardFields, type GasCardLibrary } from '../kit/index.ts';
import { createManualTimers } from '../kit/testing/timers.ts';
import driver from './driver.ts';

function createLibrary() {
  const calls: string[] = [];
  const card: { check: GasCardCheck; fields: GasCardFields; fault: Fault | null } = {
    check: 'absent',
    fields: { ...emptyGasCard(), kh: '10000001', dqdm: '9A01', kmm: 'SECRET' },
    fault: null,
  };
  const say = async <T>(name: string, value: T): Promise<T> => {
    calls.push(name);
    if (card.fault !== null) throw card.fault;
    return value;
  };
  const library: GasCardLibrary = {
    check: () => say('check', card.check),
    read: () => say('read', card.fields),
    write: () => say('write', undefined),
    writeNew: () => say('writeNew', undefined),
    format: () => say('format', undefined),
  };
  return { card, calls, library };
}

const transport = { write: async () => {}, onData: () => () => {}, onLost: () => () => {}, close: async () => {} };

async function open(from: ReturnType<typeof createLibrary>) {
  const timers = createManualTimers();
  const traced: string[] = [];
  const trace = (direction: string, bytes: Uint8Array, note = '') => void traced.push(`${direction} ${bytes.length} ${note}`);
  const device = await driver.open({ transport, library: from.library, timers, options: { pollMs: 700 }, trace });
  const reader = device.chipReader;
  if (reader?.tradeDll === undefined) throw new Error('no chip reader');
  return { timers, traced, device, reader, face: reader.tradeDll };
}

describe('trade-dll', () => {
  it('tells a card put in and pulled out, and tries no password for it', async () => {
    const library = createLibrary();
    const { timers, reader, device } = await open(library);
    const seen: string[] = [];
    const stop = reader.onPresence((slot, presence) => void seen.push(`${slot} ${presence}`));
    await timers.advance(2_000);
    library.card.check = 'own';
    await timers.advance(700);
    library.card.check = 'foreign';
    await timers.advance(700);
    library.card.check = 'absent';
    await timers.advance(700);
    expect(seen).toEqual(['1 present', '1 absent']);
    expect(new Set(library.calls)).toEqual(new Set(['check']));
    stop();
    library.card.check = 'own';
    await timers.advance(700);
    expect(seen).toHaveLength(2);
    await device.close();
    const { length } = library.calls;
    await timers.advance(10_000);
    expect(library.calls).toHaveLength(length);
  });

  it('names the card and has one slot', async () => {
    const library = createLibrary();
    const { reader } = await open(library);
    expect(await reader.identify(1)).toEqual({ presence: 'absent', chip: null, uid: null });
    library.card.check = 'own';
    expect(await reader.identify(1)).toEqual({ presence: 'present', chip: 'TRADE-DLL', uid: null });
    await expect(reader.identify(2)).rejects.toThrow('DEVICE_REJECTED');
  });

  it('does not look for cards while a call runs', async () => {
    const library = createLibrary();
    const { timers, face } = await open(library);
    const gate = Promise.withResolvers<void>();
    library.library.write = async () => {
      library.calls.push('write');
      await gate.promise;
    };
    const writing = face.write(library.card.fields);
    const before = library.calls.length;
    await timers.advance(5_000);
    expect(library.calls).toHaveLength(before);
    gate.resolve();
    await writing;
    await timers.advance(700);
    expect(library.calls.at(-1)).toBe('check');
  });

  it('is not alive when the library cannot reach its reader, and is again when it can', async () => {
    const library = createLibrary();
    const { timers, device } = await open(library);
    await device.probe();
    library.card.fault = new Fault('PORT_FAILED', { returnCode: -2 });
    await timers.advance(700);
    await expect(device.probe()).rejects.toThrow('PORT_FAILED');
    library.card.fault = null;
    await timers.advance(700);
    await device.probe();
    library.card.fault = new Fault('LIBRARY_UNREGISTERED', { returnCode: -1 });
    await expect(open(library)).rejects.toThrow('LIBRARY_UNREGISTERED');
  });

  it('traces calls and codes, never what they carry', async () => {
    const library = createLibrary();
    const { face, traced } = await open(library);
    await face.read();
    await face.write(library.card.fields);
    await face.writeNew(library.card.fields);
    library.card.fault = new Fault('CARD_MISMATCH', { returnCode: -16 });
    await expect(face.format(library.card.fields)).rejects.toThrow('CARD_MISMATCH');
    expect(traced).toContain('sent 0 WriteGasCard');
    expect(traced).toContain('received 0 FormatGasCard -16 CARD_MISMATCH');
    expect(traced.join()).not.toContain('SECRET');
    expect(traced.join()).not.toContain('10000001');
  });

  it('needs a library', async () => {
    const context = { transport, timers: createManualTimers(), options: { pollMs: 700 }, trace: () => {} };
    await expect(driver.open(context)).rejects.toThrow('SETTINGS_INVALID');
  });
});
