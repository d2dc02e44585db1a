// The library behind the kit's interface: against a real one built here, and against one that misbehaves in memory.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { gasCardLibraryConformance } from '../../../../drivers/kit/conformance/gas-card-library.ts';
import type { GasCardFields, GasCardLibrary } from '../../../../drivers/kit/gas-card-library.ts';
import { gasCard } from '../../../../drivers/kit/testing/gas-card.ts';
import { createManualTimers } from '../../../../drivers/kit/testing/timers.ts';
import { systemTimers } from '../../../../drivers/kit/transport.ts';
import { buildGasCardLibrary, C_COMPILER, createLibraryBench, libraryCard } from '../../../../tests/support/gas-card-library.ts';
import { Fault } from '../../../shared/domain/fault.ts';
import { openDll } from '../transports/dll.ts';
import { createArena } from './arena.ts';
import { profileOf } from './declaration.ts';
import { createGasLibrary, LIBRARY_EXIT } from './library.ts';
import { libraryBits } from './library-bits.ts';
import { loadNativeLibrary, type NativeLibrary } from './native.ts';

const ROOT = mkdtempSync(join(tmpdir(), 'countertop-dll-'));
afterAll(() => rmSync(ROOT, { recursive: true, force: true }));

async function faultOf(work: Promise<unknown>): Promise<Fault> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error('did not fail');
}

function fieldsOf(card: GasCardFields): GasCardFields {
  const { state: _, ...fields } = card as GasCardFields & { state?: string };
  return fields;
}

describe.runIf(C_COMPILER !== null)('a library written in C', async () => {
  const file = C_COMPILER === null ? '' : buildGasCardLibrary(ROOT);
  const bench = createLibraryBench(join(ROOT, 'bench'));
  process.env.GAS_CARD_DIR = bench.dir;
  const ended: number[] = [];
  let broken = 0;

  async function load(options: Record<string, unknown> = {}): Promise<GasCardLibrary> {
    const profile = profileOf(options);
    const native = await loadNativeLibrary({ file, declarations: Object.values(profile.declarations), stdcall: true });
    const endProcess = (code: number) => void ended.push(code);
    return createGasLibrary({ file, com: 3, baud: 9600, profile, native, timers: systemTimers, endProcess });
  }
  const library = await load();

  // Texts of the card lie in its file as the library hands them out, so the suite's Chinese is UTF-8 here; GBK is tested below.
  gasCardLibraryConformance({
    name: 'the adapter',
    async open() {
      return {
        library: await load({ charset: 'UTF-8' }),
        put({ state, fields }) {
          if (state === 'absent') bench.remove();
          else bench.insert({ ...fields, state });
        },
        card() {
          const card = bench.card();
          if (card === null) return { state: 'absent', fields: gasCard({ cs: 7, ljgql: 700 }) };
          const state = card.state === 'blank' || card.state === 'foreign' ? card.state : 'user';
          return { state, fields: fieldsOf(card) };
        },
      };
    },
  });

  it('reads every field of the card', async () => {
    const card = libraryCard({ cs: 7, ql: 12, ljgql: 700, ljyql: 68_812, syql: -240, tm: '6901234567892', kzt: 1, sxbj: 1 });
    bench.insert(card);
    expect(await library.check()).toBe('own');
    expect(await library.read()).toEqual(fieldsOf(card));
  });

  it('writes every field but the meter’s and reads them back', async () => {
    const before = libraryCard({ cs: 7, ljgql: 700 });
    bench.insert(before);
    const after = { ...fieldsOf(before), ql: 100, cs: 8, ljgql: 800, sqrq: '20261121', bjql: 9, oldprice: 198, newprice: 238 };
    await library.write(after);
    expect(await library.read()).toEqual(after);
  });

  it('makes a blank card a card and a card blank', async () => {
    bench.insert(libraryCard({ state: 'blank' }));
    expect(await library.check()).toBe('own');
    expect((await faultOf(library.read())).code).toBe('CARD_BLANK');
    const fields = fieldsOf(libraryCard({ kh: '10000009', kzt: 0, ljyql: 0, syql: 0 }));
    await library.writeNew(fields);
    expect(await library.read()).toEqual(fields);
    expect((await faultOf(library.writeNew(fields))).context.returnCode).toBe(-15);
    expect((await faultOf(library.format({ kh: '10000008', dqdm: '9A01' }))).code).toBe('CARD_MISMATCH');
    await library.format(fields);
    expect((await faultOf(library.read())).code).toBe('CARD_BLANK');
  });

  it('tells whose card it is, and that there is none', async () => {
    bench.remove();
    expect(await library.check()).toBe('absent');
    expect((await faultOf(library.read())).code).toBe('CARD_ABSENT');
    bench.insert(libraryCard({ state: 'foreign' }));
    expect(await library.check()).toBe('foreign');
  });

  it.each(Array.from({ length: 30 }, (_, index) => -1 - index))('turns %i of each function into its fault', async (code) => {
    bench.insert(libraryCard({}));
    bench.order({ on: '*', fault: 'return', argument: code });
    const fields = fieldsOf(libraryCard({}));
    for (const work of [() => library.read(), () => library.write(fields), () => library.writeNew(fields), () => library.format(fields)])
      expect((await faultOf(work())).context.returnCode).toBe(code);
    bench.clearOrders();
  });

  it('believes no output that is not of the contract', async () => {
    bench.insert(libraryCard({}));
    for (const [fault, field] of [
      ['garbage', 'kh'],
      ['numbers', 'cs'],
    ] as const) {
      bench.order({ on: 'ReadGasCard', fault });
      expect(await faultOf(library.read())).toMatchObject({ code: 'LIBRARY_FAILED', context: { field } });
      bench.clearOrders();
    }
  });

  it('takes -1 and empty texts for what the maker does not support', async () => {
    bench.insert(libraryCard({ cs: 7 }));
    bench.order({ on: 'ReadGasCard', fault: 'unsupported' });
    expect(await library.read()).toMatchObject({ cs: 7, ljgql: -1, ljyql: -1, syql: -1, sqrq: '', sxbj: -1 });
    bench.clearOrders();
  });

  it.each([1, 64, 128])('notices %i bytes written beyond a buffer and ends its process', async (argument) => {
    const own = await load();
    bench.insert(libraryCard({}));
    bench.order({ on: 'ReadGasCard', fault: 'beyond', argument });
    const fault = await faultOf(own.read());
    expect(fault).toMatchObject({ code: 'LIBRARY_FAILED', context: { field: 'yhh', reason: 'wrote beyond a buffer' } });
    bench.clearOrders();
    // It is not called again.
    const before = bench.calls().length;
    expect((await faultOf(own.write(fieldsOf(libraryCard({}))))).code).toBe('LIBRARY_FAILED');
    expect(bench.calls()).toHaveLength(before);
    broken += 1;
    await expect.poll(() => ended.length).toBe(broken);
    expect(ended.every((code) => code === LIBRARY_EXIT.overran)).toBe(true);
  });

  it('refuses what has no room in the maker’s parameters before it calls', async () => {
    bench.insert(libraryCard({}));
    const before = bench.calls().length;
    expect((await faultOf(library.write({ ...fieldsOf(libraryCard({})), kh: '1'.repeat(32) }))).context.field).toBe('kh');
    expect((await faultOf(library.write({ ...fieldsOf(libraryCard({})), cs: 40_000 }))).context.field).toBe('cs');
    expect(bench.calls()).toHaveLength(before);
  });

  it('is opened as a transport, whose port the library opens itself', async () => {
    bench.insert(libraryCard({ cs: 3 }));
    const opened = await openDll({ file, com: 3, baud: 9600 }, {}, systemTimers);
    expect((await opened.library.read()).cs).toBe(3);
    expect((await faultOf(opened.transport.write(Uint8Array.of(1)))).code).toBe('PORT_FAILED');
    await opened.transport.close();
    const wrongPort = await openDll({ file, com: 3, baud: 1 }, {}, systemTimers);
    expect((await faultOf(wrongPort.library.read())).context).toMatchObject({ returnCode: -2, file: 'gas-card-library.so' });
    expect(libraryBits(file)).toBe(process.arch === 'ia32' ? 32 : 64);
  });

  it('says which function a library lacks', async () => {
    const profile = profileOf({});
    const declarations = [{ ...profile.declarations.CheckGasCard, name: 'CheckGasCardX' as 'CheckGasCard' }];
    const fault = await faultOf(loadNativeLibrary({ file, declarations, stdcall: true }));
    expect(fault).toMatchObject({ code: 'LIBRARY_FAILED' });
    expect(String(fault.context.reason)).toContain('CheckGasCardX');
  });
});

describe('a library file', () => {
  const open = (file: string) => faultOf(openDll({ file, com: 1, baud: 9600 }, {}, systemTimers));

  it('that is missing or is none is named', async () => {
    expect(await open(join(ROOT, 'none.dll'))).toMatchObject({ code: 'PORT_MISSING' });
    const text = join(ROOT, 'text.dll');
    writeFileSync(text, 'not a library');
    expect(libraryBits(text)).toBeNull();
    expect(await open(text)).toMatchObject({ code: 'LIBRARY_FAILED' });
  });

  it('for 32 bits asks for the sidecar', async () => {
    const header = Buffer.alloc(256);
    header.write('MZ', 0, 'latin1');
    header.writeUInt32LE(0x80, 0x3c);
    header.write('PE\0\0', 0x80, 'latin1');
    header.writeUInt16LE(0x014c, 0x84);
    const file = join(ROOT, 'meter32.dll');
    writeFileSync(file, header);
    expect(libraryBits(file)).toBe(32);
    if (process.arch === 'x64' || process.arch === 'arm64') expect((await open(file)).code).toBe('SIDECAR_MISSING');
    header.writeUInt16LE(0x8664, 0x84);
    writeFileSync(file, header);
    expect(libraryBits(file)).toBe(64);
  });
});

describe('a library that misbehaves', () => {
  function withNative(native: NativeLibrary, options: Record<string, unknown> = {}) {
    const timers = createManualTimers();
    const ended: { readonly code: number; readonly reason: string }[] = [];
    const library = createGasLibrary({
      file: 'C:\\makers\\meter.dll',
      com: 1,
      baud: 9600,
      profile: profileOf({ charset: 'GBK', ...options }),
      native,
      timers,
      endProcess: (code, reason) => void ended.push({ code, reason }),
    });
    return { library, timers, ended };
  }

  it('reads texts in GBK up to their NUL, and refuses what is none', async () => {
    const zhong = Buffer.from('d6d0', 'hex');
    const kinds = [Buffer.concat([zhong, Buffer.from([0, 0xff])]), Buffer.from([0x81])];
    const { library } = withNative({
      async call({ parameters }, values) {
        const put = (name: string, bytes: Uint8Array) => (values[parameters.findIndex((one) => one.name === name)] as Buffer).set(bytes);
        put('kh', Buffer.from('10000001'));
        put('dqdm', Buffer.from('9A0Z'));
        put('yhh', kinds.shift() ?? Buffer.alloc(0));
        return 0;
      },
    });
    expect(await library.read()).toMatchObject({ yhh: '中', kh: '10000001', ql: -1 });
    expect(await faultOf(library.read())).toMatchObject({ code: 'LIBRARY_FAILED', context: { field: 'yhh' } });
  });

  it('writes texts in GBK', async () => {
    const seen: string[] = [];
    const { library } = withNative({
      async call({ parameters }, values) {
        seen.push((values[parameters.findIndex((one) => one.name === 'yhh')] as Buffer).toString('hex', 0, 4));
        return 0;
      },
    });
    await library.write({ ...fieldsOf(libraryCard({})), yhh: '中' });
    expect(seen).toEqual(['d6d00000']);
  });

  it('runs one call at a time, also through a second opening', async () => {
    let running = 0;
    let most = 0;
    const native: NativeLibrary = {
      async call() {
        running += 1;
        most = Math.max(most, running);
        await Promise.resolve();
        running -= 1;
        return 0;
      },
    };
    const first = withNative(native).library;
    const second = withNative(native).library;
    await Promise.all([first.check(), second.check(), first.check(), second.check()]);
    expect(most).toBe(1);
  });

  // Last: a call that never comes back holds the turn of its process, as it must.
  it('ends its process when it does not come back', async () => {
    const { library, timers, ended } = withNative({ call: () => new Promise(() => {}) }, { writeLimitMs: 50_000 });
    void library.write(fieldsOf(libraryCard({})));
    await timers.advance(49_999);
    expect(ended).toEqual([]);
    await timers.advance(1);
    expect(ended).toEqual([{ code: LIBRARY_EXIT.hung, reason: expect.stringContaining('WriteGasCard') }]);
  });
});

describe('guard bytes', () => {
  it('tell a write before or behind any buffer, and nothing else', () => {
    const arena = createArena([3, 16, 40]);
    const buffers = [arena.take('a', 3), arena.take('b', 16), arena.take('c', 40)];
    for (const buffer of buffers) {
      expect(buffer.every((byte) => byte === 0)).toBe(true);
      buffer.fill(0xee);
    }
    expect(arena.overrun()).toBeNull();
    for (const [index, buffer] of buffers.entries()) {
      const whole = new Uint8Array(buffer.buffer);
      for (const at of [buffer.byteOffset - 1, buffer.byteOffset + buffer.length]) {
        whole[at] = (whole[at] ?? 0) ^ 0xff;
        expect(arena.overrun(), `${index} at ${at}`).not.toBeNull();
        whole[at] = (whole[at] ?? 0) ^ 0xff;
      }
    }
    expect(arena.overrun()).toBeNull();
  });
});
