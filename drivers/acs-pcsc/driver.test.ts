// The PC/SC driver against its simulator: what its commands look like on the line. What every reader keeps is in conformance.test.ts.
import { describe, expect, test } from 'vitest';
import { createSimulatedSle4442 } from '../kit/cards/index.ts';
import { openDriver } from '../kit/conformance/bench.ts';
import { CCID, decodeCcid, encodeCcid, toHex } from '../kit/index.ts';
import { newCard, PSC } from '../kit/testing/card.ts';
import { APPLICATION, heldCpuCard, heldEeprom, heldMifare } from '../kit/testing/chips.ts';
import { replace } from '../kit/testing/line.ts';
import driver from './driver.ts';
import manifest from './manifest.json' with { type: 'json' };
import { simulator } from './simulator.ts';

const WRONG = Uint8Array.of(1, 1, 1);
const SELECT = Uint8Array.of(0x00, 0xa4, 0x04, 0x00, APPLICATION.length, ...APPLICATION);

async function setUp({ options = {} } = {}) {
  const bench = await openDriver({ driver, manifest, simulator, options });
  const device = simulator.createChipReader?.({ timers: bench.timers, byteTimeMs: 0, options: { ...manifest.options, ...options } });
  const chips = bench.open.chipReader;
  if (!device || !chips?.sle4442 || !chips.eeprom || !chips.mifare || !chips.cpu) throw new Error('a face is missing');
  device.attach(bench.line.device);
  const { sle4442, eeprom, mifare, cpu } = chips;
  /** APDUs that left for the reader, as hex. */
  const apdus = () =>
    bench.line.toDevice.sent.flatMap((frame) => {
      const message = decodeCcid(frame);
      return message?.type === CCID.xfrBlock ? [toHex(message.data).toLowerCase()] : [];
    });
  const powerOns = () => bench.line.toDevice.sent.filter((frame) => decodeCcid(frame)?.type === CCID.iccPowerOn).length;
  return { ...bench, device, chips, sle4442, eeprom, mifare, cpu, apdus, powerOns };
}

describe('an SLE4442', () => {
  async function withCard(card = newCard()) {
    const bench = await setUp();
    bench.device.insert(1, createSimulatedSle4442(card));
    await bench.run(bench.chips.identify(1));
    const from = bench.apdus().length;
    return { ...bench, card, sent: () => bench.apdus().slice(from) };
  }

  test('the error counter is read before and after a presentation, which goes out once', async () => {
    const { sle4442, run, sent } = await withCard();
    await run(sle4442.presentPsc(1, PSC));
    expect(sent()).toEqual(['ffb1000004', 'ff20000003123456', 'ffb1000004']);
  });

  test('a locked card is presented nothing', async () => {
    const { sle4442, endOf, sent, card } = await withCard(newCard({ errorCounter: 0 }));
    expect(await endOf(sle4442.presentPsc(1, PSC))).toBe('CARD_PSC_WRONG');
    expect([sent(), card.persisted]).toEqual([['ffb1000004'], 0]);
  });

  test('a refusal that has cost no attempt is no wrong PSC', async () => {
    const { line, sle4442, endOf, card } = await withCard();
    // The reader refuses by itself, and the card sees nothing.
    line.toDevice.next(
      (bytes) => [{ bytes, delayMs: 0 }],
      (bytes) => [{ bytes, delayMs: 0 }],
      (bytes) => {
        const message = decodeCcid(bytes);
        if (message === null) throw new Error('no message');
        void line.device.write(encodeCcid({ ...message, type: CCID.dataBlock, data: Uint8Array.of(0x63, 0x00) }));
        return [];
      },
    );
    expect(await endOf(sle4442.presentPsc(1, PSC))).toBe('DEVICE_REJECTED');
    expect(card.persisted).toBe(0);
  });

  test('a write without the PSC never leaves: the chip would not say that it took nothing', async () => {
    const { sle4442, endOf, sent } = await withCard();
    expect(await endOf(sle4442.updateMain(1, 40, Uint8Array.of(1)))).toBe('DEVICE_REJECTED');
    expect(sent()).toEqual([]);
  });

  test('readers that put the protection bits behind the data are understood', async () => {
    const { line, sle4442, run, card } = await withCard();
    line.toHost.always(
      replace((bytes) => {
        const message = decodeCcid(bytes);
        if (message?.type !== CCID.dataBlock || message.data.length < 6) return bytes;
        return encodeCcid({ ...message, data: Uint8Array.of(...message.data.slice(0, -2), 0xff, 0xff, 0xff, 0xff, 0x90, 0x00) });
      }),
    );
    expect(await run(sle4442.readMain(1, 0, 100))).toEqual(card.main.slice(0, 100));
  });

  test('one attempt less is said in the error counter', async () => {
    const { sle4442, run, endOf } = await withCard();
    expect(await endOf(sle4442.presentPsc(1, WRONG))).toBe('CARD_PSC_WRONG');
    expect(await run(sle4442.readErrorCounter(1))).toBe(6);
  });
});

describe('other cards', () => {
  test('an EEPROM is written page by page, with the instruction of the model', async () => {
    for (const writeInstruction of ['D0', 'd6']) {
      const { device, chips, eeprom, run, apdus } = await setUp({ options: { writeInstruction } });
      device.insert(1, heldEeprom().card);
      await run(chips.identify(1));
      const from = apdus().length;
      await run(eeprom.write(1, 5, Uint8Array.of(1, 2, 3, 4, 5)));
      const instruction = writeInstruction.toLowerCase();
      expect(apdus().slice(from)).toEqual([`ff${instruction}000503010203`, `ff${instruction}0008020405`]);
    }
  });

  test('a Mifare sector takes a key into the reader and an authentication of its first block', async () => {
    const { device, chips, mifare, run, apdus } = await setUp();
    device.insert(1, heldMifare().card);
    await run(chips.identify(1));
    const from = apdus().length;
    await run(mifare.authenticate(1, 3, { kind: 'B', bytes: new Uint8Array(6).fill(0xff) }));
    expect(apdus().slice(from)).toEqual(['ff82000006ffffffffffff', 'ff8600000501000c6100']);
  });

  test('after 63 00 the reader is given a pause', async () => {
    const { timers, device, mifare, chips, run, endOf } = await setUp({ options: { pauseMs: 500 } });
    device.insert(1, heldMifare().card);
    await run(chips.identify(1));
    const startMs = timers.now();
    expect(await endOf(mifare.authenticate(1, 2, { kind: 'A', bytes: new Uint8Array(6) }))).toBe('CARD_KEY_REFUSED');
    await run(chips.identify(1));
    expect(timers.now() - startMs).toBeGreaterThanOrEqual(500);
  });

  test('T=0: a command with data goes without Le, and the answer is fetched', async () => {
    const { device, chips, cpu, run, apdus } = await setUp();
    device.insert(1, heldCpuCard().card);
    await run(chips.identify(1));
    await run(cpu.transmit(1, Uint8Array.of(...SELECT, 0)));
    expect(apdus()).toEqual([toHex(SELECT).toLowerCase(), `00c00000${(APPLICATION.length + 4).toString(16).padStart(2, '0')}`]);
  });

  test('a card whose contacts still move is given power once more', async () => {
    const { line, device, chips, run, powerOns } = await setUp();
    device.insert(1, heldCpuCard().card);
    await run(Promise.resolve());
    const mute = replace((bytes) => {
      const message = decodeCcid(bytes);
      if (message === null) throw new Error('no message');
      return encodeCcid({ ...message, data: new Uint8Array(0), parameters: Uint8Array.of(0x41, 0xfe, 0) });
    });
    // The notice of the card, the slot's status, then the first power-on.
    line.toHost.next((bytes) => [{ bytes, delayMs: 0 }], mute);
    expect(await run(chips.identify(1))).toMatchObject({ presence: 'present', chip: 'CPU' });
    expect(powerOns()).toBe(2);
  });

  test('a security module answers in its own slot, and there is one', async () => {
    const { device, chips, run, endOf } = await setUp({ options: { samSlot: 1 } });
    const module = heldCpuCard();
    if (!chips.sam || !device.setSam) throw new Error('no slot for a module');
    expect(await endOf(chips.sam.transmit(1, SELECT))).toBe('CARD_ABSENT');
    device.setSam(1, module.card);
    expect((await run(chips.sam.transmit(1, SELECT))).slice(-2)).toEqual(Uint8Array.of(0x90, 0x00));
    expect(await endOf(chips.sam.transmit(2, SELECT))).toBe('DEVICE_REJECTED');
    expect((await run(chips.identify(1))).presence).toBe('absent');
  });

  test('another program that has the card is named', async () => {
    const { line, device, chips, endOf } = await setUp();
    device.insert(1, heldCpuCard().card);
    line.toHost.always(
      replace((bytes) => {
        const message = decodeCcid(bytes);
        if (message?.type !== CCID.dataBlock) return bytes;
        return encodeCcid({ ...message, data: new Uint8Array(0), parameters: Uint8Array.of(0x41, 0xe0, 0) });
      }),
    );
    expect(await endOf(chips.identify(1))).toBe('PORT_BUSY');
  });

  test('an option of the wrong kind is named', async () => {
    await expect(setUp({ options: { writeInstruction: 'write' } })).rejects.toMatchObject({
      code: 'SETTINGS_INVALID',
      context: { field: 'options.writeInstruction' },
    });
  });
});
