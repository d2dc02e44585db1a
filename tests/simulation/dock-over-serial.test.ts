// The dock on a serial port: the real binding on a pseudo terminal, the real driver, the simulated handheld at the other end.
import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import dockDriver from '../../drivers/generic-ymodem-dock/driver.ts';
import manifest from '../../drivers/generic-ymodem-dock/manifest.json' with { type: 'json' };
import { simulator } from '../../drivers/generic-ymodem-dock/simulator.ts';
import { systemTimers } from '../../drivers/kit/transport.ts';
import { openSerial } from '../../src/main/devices/transports/serial.ts';
import { openPty } from '../../src/main/hall/pty.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Connects driver and handheld by a serial line. */
async function dockOnSerial(over: { readonly protocol?: string } = {}) {
  const options = { ...manifest.options, ...over };
  const handheld = simulator.createMeterDock?.({ timers: systemTimers, options });
  if (handheld === undefined) throw new Error('the driver ships no simulated handheld');
  const pty = openPty();
  let pulled: Promise<void> | null = null;
  /** Pulls the cable out, with the handheld at its end. */
  const pull = () => {
    handheld.detach();
    pulled ??= pty.close();
    return pulled;
  };
  closers.push(pull);
  handheld.attach(pty.transport);
  const { baudRate } = manifest.transports.serial;
  const transport = await openSerial({ path: pty.path, line: { baudRate, dataBits: 8, parity: 'none', stopBits: 1 } }, systemTimers);
  const open = await dockDriver.open({ transport, timers: systemTimers, options, trace: () => {} });
  closers.push(() => open.close());
  if (open.meterDock === undefined) throw new Error('no meter-reading dock');
  return { handheld, dock: open.meterDock, pull };
}

/** Every byte value in every position of a block sooner or later, the control bytes of terminals among them. */
const bytes = (length: number) => Uint8Array.from({ length }, (_, index) => (index * 7 + (index >> 8)) & 0xff);
const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest('hex');
const files = [0, 127, 128, 100_000].map((size) => ({ name: `抄表册-${size}.csv`, data: bytes(size) }));
const identities = files.map(({ name, data }) => ({ name, sizeBytes: data.length, sha256: sha256(data) }));

describe.skipIf(process.platform === 'win32')('a meter-reading dock on a serial line', () => {
  it('passes a batch to the handheld and back, byte for byte', async () => {
    const { dock, handheld } = await dockOnSerial();
    const [taken, sent] = await Promise.all([handheld.receive(), dock.send(files)]);
    expect([sent.fault, taken.fault]).toEqual([null, null]);
    expect(sent.files).toEqual(identities.map((identity) => ({ ...identity, state: 'acknowledged' })));
    expect([...handheld.files.values()].map(sha256)).toEqual(identities.map((identity) => identity.sha256));

    const [got] = await Promise.all([dock.receive(), handheld.send()]);
    expect(got).toMatchObject({ fault: null, brokenOff: null, repeated: [], files: identities });
  });

  it('passes a file by XMODEM', async () => {
    const { dock, handheld } = await dockOnSerial({ protocol: 'xmodem' });
    const [got] = await Promise.all([dock.receive(), handheld.send([{ name: 'r', data: bytes(5000) }])]);
    expect(got).toMatchObject({ fault: null, files: [{ sizeBytes: 5000, sha256: sha256(bytes(5000)), length: 'stripped' }] });
  });

  it('is cancelled in the middle, and ready for the next batch', async () => {
    const { dock, handheld } = await dockOnSerial();
    const stop = new AbortController();
    const [taken, sent] = await Promise.all([
      handheld.receive(),
      dock.send(files, { signal: stop.signal, onProgress: ({ fileBytes }) => fileBytes > 50_000 && stop.abort() }),
    ]);
    expect(sent.fault).toEqual({ code: 'DEVICE_CANCELLED', context: { by: 'counter' } });
    expect(taken.fault).toEqual({ code: 'DEVICE_CANCELLED', context: { by: 'device' } });
    expect(sent.files.map(({ state }) => state)).toEqual(['acknowledged', 'acknowledged', 'acknowledged', 'unsent']);

    const whole = sent.files.filter(({ state }) => state === 'acknowledged');
    const [, rest] = await Promise.all([handheld.receive(), dock.send(files, { whole })]);
    expect(rest).toMatchObject({ fault: null, files: [...whole.map(() => ({ state: 'skipped' })), { state: 'acknowledged' }] });
    expect([...handheld.files.values()].map(sha256)).toEqual(identities.map((identity) => identity.sha256));
  });

  it('says which files were whole when the cable is pulled', async () => {
    const { dock, handheld, pull } = await dockOnSerial();
    const [sent, taken] = await Promise.all([
      dock.send(files, { onProgress: ({ fileBytes }) => fileBytes > 50_000 && void pull() }),
      handheld.receive(),
    ]);
    // Which of the two depends on whether a block was on its way.
    expect(sent.fault?.code).toMatch(/^PORT_(MISSING|FAILED)$/);
    expect(taken.files.map(({ name }) => name)).toEqual(files.slice(0, 3).map(({ name }) => name));
    expect(sent.files.map(({ state }) => state)).toEqual(['acknowledged', 'acknowledged', 'acknowledged', 'unsent']);
  });
});
