// The PC/SC transport, the driver and the device process' slot through a real pcscd, with cards in Debian's virtual reader (vsmartcard-vpcd).
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import driver from '../../drivers/acs-pcsc/driver.ts';
import manifest from '../../drivers/acs-pcsc/manifest.json' with { type: 'json' };
import { simulator } from '../../drivers/acs-pcsc/simulator.ts';
import { createSimulatedSle4442 } from '../../drivers/kit/cards/index.ts';
import { memoryReaderOf } from '../../drivers/kit/chip-reader.ts';
import { newCard, PSC } from '../../drivers/kit/testing/card.ts';
import { APPLICATION, FILE_SFI, heldCpuCard, heldEeprom } from '../../drivers/kit/testing/chips.ts';
import { systemTimers } from '../../drivers/kit/transport.ts';
import { type FromDevice, fromDeviceSchema } from '../../src/main/devices/protocol.ts';
import { createDeviceServer } from '../../src/main/devices/server.ts';
import { listPcscReaders, openPcsc } from '../../src/main/devices/transports/pcsc.ts';
import { DISPOSITION, loadPcsc, PROTOCOL, READER_STATE } from '../../src/main/devices/transports/winscard.ts';
import { createChannelPair } from '../../src/main/processes/channel.ts';
import { canRunPcscd, createPcscd, createVirtualCards, type TestPcscd, type VirtualCards } from '../support/pcscd.ts';

const NAME = 'Virtual PCD 00 00';
const EXCLUSIVE = 1;
const SHARED = 2;
/** The issue's own limit for a device that vanished, ms. */
const LOST_WITHIN_MS = 2_000;
const SELECT = Uint8Array.of(0x00, 0xa4, 0x04, 0x00, APPLICATION.length, ...APPLICATION);

describe.runIf(canRunPcscd())('through a real pcscd', () => {
  let daemon: TestPcscd;
  let cards: VirtualCards;
  const closers: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    daemon = await createPcscd();
    const device = simulator.createChipReader?.({ timers: systemTimers, byteTimeMs: 0 });
    if (!device) throw new Error('no simulator');
    cards = createVirtualCards(device, daemon.port);
    await daemon.start();
  });
  afterAll(() => daemon.close());
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
    await cards.remove();
    await expect.poll(isCardSeen, { timeout: 5_000 }).toBe(false);
  });

  /** The service looks at the virtual reader a few times a second only: faster than any hand, a test could change cards without its notice. */
  async function isCardSeen(): Promise<boolean> {
    const pcsc = loadPcsc();
    const context = await pcsc.establish();
    try {
      const [reader] = await pcsc.statusChange(context, { timeoutMs: 0, readers: [{ name: NAME, known: 0 }] });
      return ((reader?.state ?? 0) & READER_STATE.present) !== 0;
    } finally {
      await pcsc.release(context);
    }
  }

  async function open() {
    const transport = await openPcsc({ reader: 'virtual' }, systemTimers);
    const device = await driver.open({ transport, timers: systemTimers, options: manifest.options, trace: () => {} });
    closers.push(() => device.close());
    const reader = memoryReaderOf(device);
    const { chipReader: chips } = device;
    if (chips === undefined || reader === null) throw new Error('no reader');
    const see = (chip: string) => expect.poll(async () => (await chips.identify(1)).chip, { timeout: 5_000 }).toBe(chip);
    const seeNone = () => expect.poll(async () => (await chips.identify(1)).presence, { timeout: 5_000 }).toBe('absent');
    return { transport, device, chips, reader, see, seeNone };
  }

  /** Another program on the same machine: what it opens it holds until the test ends. */
  async function otherProgram(share: number) {
    const pcsc = loadPcsc();
    const context = await pcsc.establish();
    closers.push(() => pcsc.release(context));
    const wanted = { share, protocols: PROTOCOL.t0 | PROTOCOL.t1 };
    // Right after a card was put in, the service may not have given it power yet.
    const connect = () => pcsc.connect(context, { ...wanted, reader: NAME }).catch(() => null);
    let connected = await connect();
    for (let attempt = 0; connected === null && attempt < 50; attempt += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      connected = await connect();
    }
    if (connected === null) throw new Error('the other program gets no card');
    const { card } = connected;
    return {
      reset: () => pcsc.reconnect(card, { ...wanted, initialization: DISPOSITION.reset }),
      leave: () => pcsc.disconnect(card, DISPOSITION.leave),
    };
  }

  it('lists the readers, and says which there are when the wanted one is not among them', async () => {
    expect(await listPcscReaders()).toContain(NAME);
    await expect(openPcsc({ reader: 'ACR39' }, systemTimers)).rejects.toMatchObject({
      code: 'PORT_MISSING',
      context: { reader: 'ACR39', reason: expect.stringContaining(NAME) },
    });
  });

  it('reads, opens and writes an SLE4442', async () => {
    const card = newCard();
    const { reader, see, seeNone } = await open();
    await seeNone();
    await cards.insert(createSimulatedSle4442(card));
    await see('SLE4442');
    expect(await reader.readMain(1, 0, 256)).toEqual(card.main);
    await expect(reader.presentPsc(1, Uint8Array.of(1, 1, 1))).rejects.toMatchObject({ code: 'CARD_PSC_WRONG' });
    expect(await reader.readErrorCounter(1)).toBe(6);
    await reader.presentPsc(1, PSC);
    const data = Uint8Array.from({ length: 100 }, (_, index) => index);
    await reader.updateMain(1, 40, data);
    expect(card.main.slice(40, 140)).toEqual(data);
  });

  it('tells of cards put in and pulled out', async () => {
    const { chips } = await open();
    const seen: string[] = [];
    chips.onPresence((slot, presence) => seen.push(`${slot} ${presence}`));
    await cards.insert(heldEeprom().card);
    await expect.poll(() => seen, { timeout: 5_000 }).toEqual(['1 present']);
    await cards.remove();
    await expect.poll(() => seen, { timeout: 5_000 }).toEqual(['1 present', '1 absent']);
  });

  it('ends with CARD_ABSENT when the card is pulled out in the middle of a write, and reads the torn card afterwards', async () => {
    const card = newCard();
    const { reader, see, seeNone } = await open();
    await cards.insert(createSimulatedSle4442(card));
    await see('SLE4442');
    await reader.presentPsc(1, PSC);
    cards.removeAfterWrittenBytes(45);
    await expect(reader.updateMain(1, 40, new Uint8Array(100).fill(0x33))).rejects.toMatchObject({ code: 'CARD_ABSENT' });
    await seeNone();
    await cards.insert(createSimulatedSle4442(card));
    await see('SLE4442');
    const expected = newCard().main.fill(0x33, 40, 85);
    expect(await reader.readMain(1, 0, 256)).toEqual(expected);
    await expect(reader.updateMain(1, 40, Uint8Array.of(1))).rejects.toMatchObject({ code: 'DEVICE_REJECTED' });
  });

  it('carries APDUs of a CPU card: 61 xx, 6C xx, its own status words', async () => {
    const held = heldCpuCard();
    const { chips, see } = await open();
    await cards.insert(held.card);
    await see('CPU');
    const send = async (command: Uint8Array) => chips.cpu?.transmit(1, command);
    expect((await send(SELECT))?.slice(-2)).toEqual(Uint8Array.of(0x90, 0x00));
    expect(await send(Uint8Array.of(0x00, 0xb0, 0x80 | FILE_SFI, 0, 0))).toEqual(Uint8Array.of(...held.bytes, 0x90, 0x00));
    expect(await send(Uint8Array.of(0x00, 0xb0, 0x80 | 9, 0, 4))).toEqual(Uint8Array.of(0x6a, 0x82));
  });

  it('says that another program has the card, and works when it has left', async () => {
    const { chips, see } = await open();
    await cards.insert(heldEeprom().card);
    const other = await otherProgram(EXCLUSIVE);
    await expect(chips.identify(1)).rejects.toMatchObject({ code: 'PORT_BUSY' });
    await other.leave();
    await see('AT24C02');
  });

  it('writes nothing more once another program has reset the card: the PSC is forgotten', async () => {
    const card = newCard();
    const { reader, see } = await open();
    await cards.insert(createSimulatedSle4442(card));
    await see('SLE4442');
    await reader.presentPsc(1, PSC);
    const other = await otherProgram(SHARED);
    await other.reset();
    card.persisted = 0;
    await expect(reader.updateMain(1, 40, Uint8Array.of(1))).rejects.toMatchObject({ code: 'DEVICE_REJECTED' });
    expect(card.persisted).toBe(0);
    await reader.presentPsc(1, PSC);
    await reader.updateMain(1, 40, Uint8Array.of(1));
    expect(card.main[40]).toBe(1);
  });

  it('is lost within two seconds when the service is killed, says what to start, and comes back by itself with it', async () => {
    const { left, right } = createChannelPair();
    const states: Extract<FromDevice, { type: 'state' }>['state'][] = [];
    left.onMessage((message) => {
      const parsed = fromDeviceSchema.parse(message);
      if (parsed.type === 'state' && parsed.state.slot === 'reader') states.push(parsed.state);
    });
    const server = createDeviceServer({ channel: right, timers: systemTimers });
    closers.push(() => server.stop());
    const binding = { driver: manifest.id, transport: { kind: 'pcsc', reader: 'virtual' } };
    left.send({ type: 'configure', settings: { devices: { reader: binding } }, driverRoots: [join(import.meta.dirname, '../../drivers')] });
    const becomes = (state: string, timeout: number) => expect.poll(() => states.at(-1)?.state, { timeout, interval: 20 }).toBe(state);
    await becomes('ready', 10_000);
    const { transport } = await open();
    const lost = new Promise<Error>((resolve) => transport.onLost(resolve));

    await daemon.kill();
    const killedMs = Date.now();
    expect(await lost).toMatchObject({ code: 'PORT_MISSING' });
    await becomes('down', LOST_WITHIN_MS);
    expect(Date.now() - killedMs).toBeLessThan(LOST_WITHIN_MS);
    await expect
      .poll(() => states.at(-1)?.lastError, { timeout: 5_000 })
      .toMatchObject({ code: 'PORT_MISSING', context: { reason: expect.stringContaining('start pcscd') } });

    await daemon.start();
    await becomes('ready', 10_000);
    const card = heldEeprom();
    await cards.insert(card.card);
    await expect.poll(() => states.at(-1)?.cards, { timeout: 10_000 }).toEqual(['present']);
  });
});
