// Every simulated device at the bench, made from the drivers that are here: the real driver on one end, a hand on the other.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { OpenDevice } from '../../../drivers/kit/driver.ts';
import { createMemoryLine } from '../../../drivers/kit/testing/line.ts';
import { createManualTimers } from '../../../drivers/kit/testing/timers.ts';
import { systemTimers, type Timers } from '../../../drivers/kit/transport.ts';
import { DEVICE_SLOTS, SLOT_CAPABILITIES } from '../../shared/contract/devices.ts';
import type { DeviceSlot } from '../core/ports/devices.ts';
import type { HallAct } from '../core/ports/hall.ts';
import { scanDrivers } from '../processes/driver-registry.ts';
import type { BenchDevice } from './bench-device.ts';
import { DEVICE_KINDS } from './bench-devices.ts';
import type { DeviceMemory } from './hall-file.ts';

const registry = scanDrivers([join(import.meta.dirname, '../../../drivers')]);

interface AtBench {
  readonly device: BenchDevice;
  readonly opened: OpenDevice;
  readonly memory: DeviceMemory;
  readonly changes: () => number;
  hand(act: HallAct): void;
  close(): Promise<void>;
}

/** The first driver with a simulator for the slot, opened, and its device at the bench. */
async function atBench(slot: DeviceSlot, memory: DeviceMemory = {}, timers: Timers = systemTimers): Promise<AtBench> {
  const kind = DEVICE_KINDS[slot];
  for (const { manifest, simulator, driver } of registry.drivers.values()) {
    const module = manifest.capabilities.includes(SLOT_CAPABILITIES[slot]) ? await simulator() : null;
    if (module?.[kind.maker] === undefined) continue;
    let changes = 0;
    const kept = { ...memory };
    const device = kind.create({
      module,
      timers,
      options: manifest.options,
      byteTimeMs: 0,
      memory,
      remember: (change) => void Object.assign(kept, change),
      changed: () => {
        changes += 1;
      },
    });
    if (device === null) throw new Error(`no ${slot}`);
    const line = createMemoryLine(timers);
    device.attach(line.device);
    const context = { transport: line.host, timers, options: manifest.options, trace: () => {} };
    const opened = await (await driver()).open(context);
    return {
      device,
      opened,
      memory: kept,
      changes: () => changes,
      hand: (act) => (device.hands[act.act] as (act: HallAct) => void)(act),
      async close() {
        device.detach();
        await opened.close();
      },
    };
  }
  throw new Error(`no driver with a simulator for ${slot}`);
}

describe('devices at the bench', () => {
  const served = DEVICE_SLOTS.filter((slot) =>
    [...registry.drivers.values()].some(({ manifest }) => manifest.capabilities.includes(SLOT_CAPABILITIES[slot])),
  );
  it.each(served)('%s comes to life for its driver and shows its own slot', async (slot) => {
    const bench = await atBench(slot);
    expect(bench.device.view().slot).toBe(slot);
    await bench.opened.probe();
    await bench.close();
  });

  it('a drawer that does not answer is down for its driver, and comes back', async () => {
    const timers = createManualTimers();
    const bench = await atBench('drawer', { silent: true }, timers);
    const probe = () =>
      timers.settle(
        bench.opened.probe().then(
          () => 'answers',
          (error: unknown) => String(error),
        ),
      );
    expect(await probe()).toContain('NO_ANSWER');
    bench.hand({ act: 'drawer-silent', silent: false });
    expect(await probe()).toBe('answers');
    expect(bench.memory).toEqual({ silent: false });
    await bench.close();
  });

  it('the display shows what the driver showed', async () => {
    const bench = await atBench('display');
    await bench.opened.customerDisplay?.show({ upper: '应付 230.00', lower: '找零 70.00' });
    await expect.poll(() => bench.device.view()).toEqual({ slot: 'display', upper: '应付 230.00', lower: '找零 70.00' });
    expect(bench.changes()).toBeGreaterThan(0);
    await bench.close();
  });

  it('the scanner gives whole codes only', async () => {
    const timers = createManualTimers();
    const bench = await atBench('scanner', {}, timers);
    const codes: string[] = [];
    bench.opened.scanner?.onCode(({ text }) => codes.push(text));
    bench.hand({ act: 'scan', text: '1000000123', half: true });
    // Past the driver's pause between bytes, after which half a code is forgotten.
    await timers.advance(1_500);
    bench.hand({ act: 'scan', text: '1000000456', half: false });
    await timers.advance(1_500);
    expect(codes).toEqual(['1000000456']);
    await timers.settle(bench.close());
  });

  it('the keypad lights up and takes a key', async () => {
    const bench = await atBench('keypad');
    const answer = bench.opened.satisfactionKeypad?.askRating({ timeoutMs: 20_000 });
    await expect.poll(() => bench.device.view()).toMatchObject({ asking: true });
    bench.hand({ act: 'keypad-press', key: 2 });
    expect(await answer).toBe(2);
    await bench.close();
  });

  it('the reading head reads the meter it is held to, and its troubles', async () => {
    const bench = await atBench('reading-head');
    const head = bench.opened.readingHead;
    const view = bench.device.view();
    if (view.slot !== 'reading-head' || head === undefined) throw new Error('no head');
    const [near] = view.meters.filter(({ atHead }) => atHead);
    expect(await head.read('any', new AbortController().signal)).toMatchObject({ meterAddress: near?.meterAddress });
    bench.hand({ act: 'head-trouble', trouble: 'rejects' });
    await expect(head.read(near?.meterAddress ?? '', new AbortController().signal)).rejects.toMatchObject({ code: 'DEVICE_REJECTED' });
    expect(bench.memory).toEqual({ trouble: 'rejects' });
    expect(() => bench.hand({ act: 'head-meter', meterAddress: 'none', atHead: true })).toThrow('HALL_REFUSED');
    await bench.close();
  });

  it('a handheld hands its files over, and one taken out in the middle hands over none of the rest', async () => {
    const bench = await atBench('dock');
    const dock = bench.opened.meterDock;
    const text = 'meterNo,totalM3\n'.repeat(200);
    bench.hand({ act: 'dock-file', name: 'readings-1.csv', text });
    bench.hand({ act: 'dock-key', key: 'send' });
    expect(() => bench.hand({ act: 'dock-key', key: 'receive' })).toThrow('handheld-busy');
    const whole = await dock?.receive();
    expect(whole?.files.map(({ name, sizeBytes }) => [name, sizeBytes])).toEqual([['readings-1.csv', text.length]]);
    await expect.poll(() => bench.device.view()).toMatchObject({ running: 'idle', lastResult: 'complete' });

    bench.hand({ act: 'dock-take-out', afterBytes: 600 });
    bench.hand({ act: 'dock-key', key: 'send' });
    const stop = new AbortController();
    const broken = dock?.receive({ signal: stop.signal });
    await expect.poll(() => bench.device.view()).toMatchObject({ handheldIn: false, running: 'idle' });
    stop.abort();
    expect((await broken)?.files).toEqual([]);
    expect(bench.device.view()).toMatchObject({ lastResult: expect.stringMatching(/^(PORT|DEVICE)_/) });
    expect(() => bench.hand({ act: 'dock-key', key: 'send' })).toThrow('no-handheld');
    await bench.close();
  });

  it('the drawer springs open with a pulse and is pushed shut', async () => {
    const bench = await atBench('drawer');
    await bench.opened.cashDrawer?.open();
    await expect.poll(() => bench.device.view()).toEqual({ slot: 'drawer', open: true, silent: false, pulses: 1 });
    bench.hand({ act: 'drawer-shut' });
    expect(bench.device.view()).toMatchObject({ open: false });
    await bench.close();
  });

  it('a printer is found as it was left', async () => {
    const bench = await atBench('printer', { paper: 'near-end', silent: false });
    expect(bench.device.view()).toMatchObject({ paper: 'near-end', silent: false });
    bench.hand({ act: 'paper', state: 'out' });
    expect((await bench.opened.receiptPrinter?.status())?.paperOut).toBe(true);
    expect(bench.memory).toMatchObject({ paper: 'out' });
    await bench.close();
  });
});
