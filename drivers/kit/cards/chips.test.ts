// Simulated chips against what their data sheets say.
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../index.ts';
import type { CardWork } from './chip.ts';
import { deriveCardKey, encryptBlock, macOf, padBlocks } from './des.ts';
import {
  cpuCardKeys,
  createSimulatedCpuCard,
  createSimulatedEeprom,
  createSimulatedMifare,
  createSimulatedPsam,
  newMifareBytes,
  setMifareKeys,
} from './index.ts';

/** Does all of the work; `stopAt` pulls the card out before that byte and returns null. */
function run<T>(work: CardWork<T>, stopAt = Number.POSITIVE_INFINITY): T | null {
  for (let byte = 0; ; byte += 1) {
    const step = work.next();
    if (step.done) return step.value;
    if (byte === stopAt) return null;
  }
}

describe('3DES', () => {
  it('computes what the standards print', () => {
    // FIPS 81's key and text; a key twice the same is single DES.
    const key = fromHex('0123456789ABCDEF0123456789ABCDEF');
    expect(toHex(encryptBlock(key, new TextEncoder().encode('Now is t')))).toBe('3FA40E8A984D4815');
    // ISO/IEC 9797-1, annex: algorithm 3 with DES, padding method 2, "Now is the time for all ".
    const pair = fromHex('0123456789ABCDEFFEDCBA9876543210');
    const text = new TextEncoder().encode('Now is the time for all ');
    expect(toHex(macOf(pair, new Uint8Array(8), padBlocks(text)))).toBe('E9086230');
  });

  it('gives every card number keys of its own', () => {
    const master = fromHex('404142434445464748494A4B4C4D4E4F');
    const keys = [1, 2].map((last) => toHex(deriveCardKey(master, Uint8Array.of(0, 0, 0, 0, 0, 0, 0, last))));
    expect(new Set(keys.flatMap((key) => [key.slice(0, 16), key.slice(16)])).size).toBe(4);
  });
});

describe('AT24C02', () => {
  it('goes round inside a page when written, and round the memory when read', () => {
    const bytes = new Uint8Array(256);
    const card = createSimulatedEeprom({ bytes, persist() {} });
    run(card.write(14, Uint8Array.of(1, 2, 3, 4)));
    expect([...bytes.subarray(8, 16)]).toEqual([3, 4, 0, 0, 0, 0, 1, 2]);
    expect([...card.read(255, 3)]).toEqual([0, 0, 0]);
    bytes[0] = 7;
    expect([...card.read(255, 2)]).toEqual([0, 7]);
  });

  it('keeps every byte changed, one at a time, and holds erased bytes where it was torn', () => {
    const bytes = new Uint8Array(256);
    let persisted = 0;
    const persist = () => {
      persisted += 1;
    };
    const card = createSimulatedEeprom({ bytes, persist });
    run(card.write(0, new Uint8Array(8).fill(5)), 10);
    expect([...bytes.subarray(0, 9)]).toEqual([5, 5, 255, 255, 255, 255, 255, 255, 0]);
    expect(persisted).toBe(10);
  });
});

describe('Mifare S50', () => {
  const uid = Uint8Array.of(0xde, 0xad, 0xbe, 0xef);
  const [keyA, keyB, transport] = [new Uint8Array(6).fill(1), new Uint8Array(6).fill(2), new Uint8Array(6).fill(0xff)];

  function card(issued = true) {
    const bytes = newMifareBytes(uid);
    if (issued) setMifareKeys(bytes, { sector: 1, keyA, keyB });
    return { bytes, chip: createSimulatedMifare({ bytes, uid, persist() {} }) };
  }

  it('opens one sector at a time, with its own key only, until it loses its power', () => {
    const { chip } = card();
    expect(chip.readBlock(4)).toBeNull();
    expect(chip.authenticate(1, { kind: 'A', bytes: keyB })).toBe(false);
    expect(chip.authenticate(1, { kind: 'A', bytes: keyA })).toBe(true);
    expect(chip.readBlock(4)).toEqual(new Uint8Array(16));
    expect(chip.readBlock(8)).toBeNull();
    expect(chip.authenticate(2, { kind: 'A', bytes: keyA })).toBe(false);
    expect(chip.readBlock(4)).toBeNull();
    chip.authenticate(1, { kind: 'A', bytes: keyA });
    chip.reset();
    expect(chip.readBlock(4)).toBeNull();
  });

  it('is written with key B and not with key A, and shows no key', () => {
    const { chip, bytes } = card();
    const data = new Uint8Array(16).fill(9);
    chip.authenticate(1, { kind: 'A', bytes: keyA });
    expect(run(chip.writeBlock(4, data))).toBe(false);
    expect(chip.authenticate(1, { kind: 'B', bytes: keyB })).toBe(true);
    expect(run(chip.writeBlock(4, data))).toBe(true);
    expect(chip.readBlock(4)).toEqual(data);
    const trailer = chip.readBlock(7) ?? new Uint8Array();
    expect(toHex(trailer)).toBe(`000000000000${'78778800'}000000000000`);
    expect(bytes.subarray(64, 80)).toEqual(data);
  });

  it('as delivered opens with FF FF FF FF FF FF; its key B can be read and is none; block 0 never changes', () => {
    const { chip } = card(false);
    expect(chip.authenticate(0, { kind: 'A', bytes: transport })).toBe(true);
    expect(toHex(chip.readBlock(0)?.subarray(0, 5) ?? new Uint8Array())).toBe('DEADBEEF22');
    expect(run(chip.writeBlock(0, new Uint8Array(16)))).toBe(false);
    expect(run(chip.writeBlock(1, new Uint8Array(16).fill(3)))).toBe(true);
    expect(toHex(chip.readBlock(3)?.subarray(10) ?? new Uint8Array())).toBe('FFFFFFFFFFFF');
    chip.authenticate(0, { kind: 'B', bytes: transport });
    expect(chip.readBlock(1)).toBeNull();
    // Keys and access bits are changed together with key A.
    chip.authenticate(0, { kind: 'A', bytes: transport });
    expect(run(chip.writeBlock(3, Uint8Array.of(...keyA, 0x78, 0x77, 0x88, 0, ...keyB)))).toBe(true);
    expect(chip.authenticate(0, { kind: 'B', bytes: keyB })).toBe(true);
  });

  it('locks a sector whose access bits contradict themselves', () => {
    const { chip, bytes } = card();
    bytes[7 * 16 + 6] = 0;
    chip.authenticate(1, { kind: 'B', bytes: keyB });
    expect(chip.readBlock(4)).toBeNull();
    expect(run(chip.writeBlock(4, new Uint8Array(16)))).toBe(false);
  });
});

describe('a CPU card and its module', () => {
  const masters = { version: 1, authentication: new Uint8Array(16).fill(7), lineProtection: new Uint8Array(16).fill(8) };
  const number = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1);

  function card() {
    const memory = {
      applicationId: fromHex('F001'),
      files: [{ sfi: 1, bytes: 32 }],
      bytes: new Uint8Array(32),
      attemptsLeft: 3,
      keyId: 1,
      keys: cpuCardKeys(masters, number),
      persist() {},
    };
    const chip = createSimulatedCpuCard(memory, () => Uint8Array.of(1, 2, 3, 4));
    const psam = createSimulatedPsam({ applicationId: fromHex('F002'), keys: [masters] });
    const say = (hex: string, stopAt?: number) => toHex(run(chip.transmit(fromHex(hex)), stopAt) ?? new Uint8Array());
    const ask = (hex: string) => toHex(run(psam.transmit(fromHex(hex))) ?? new Uint8Array());
    return { memory, chip, say, ask };
  }

  it('answers as ISO 7816-4 says before anything is selected or authenticated', () => {
    const { say } = card();
    expect(say('00B0810010')).toBe('6A82');
    expect(say('00A4040002F0FF')).toBe('6A82');
    expect(say('00A4040002F001')).toBe('6106');
    expect(say('00C0000006')).toBe('6F048402F0019000');
    expect(say('00C0000006')).toBe('6985');
    expect(say('00B0812001')).toBe('6B00');
    expect(say('00B0811C10')).toBe('6C04');
    expect(say('00B0810004')).toBe('000000009000');
    expect(say('00820001')).toBe('63C3');
    expect(say('00820002')).toBe('6A88');
    expect(say('0082000108FFFFFFFFFFFFFFFF')).toBe('6985');
    expect(say('04D68100050100000000')).toBe('6982');
    expect(say('0000000000')).toBe('6D00');
  });

  it('counts wrong cryptograms down to the last and is locked then, whatever comes', () => {
    const { say, memory } = card();
    say('00A4040002F001');
    const wrong = () => {
      say('0084000004');
      return say('00820001080000000000000000');
    };
    expect([wrong(), wrong(), wrong(), wrong()]).toEqual(['63C2', '63C1', '6983', '6983']);
    expect(memory.attemptsLeft).toBe(0);
  });

  it('spends the attempt before it compares, so that pulling the card out gains nothing', () => {
    const { say, ask, memory } = card();
    ask('00A4040002F002');
    ask('801A0101080000000000000001');
    expect(ask('80FA0000080102030400000000')).toBe('6108');
    const cryptogram = ask('00C0000008').slice(0, 16);
    say('00A4040002F001');
    say('0084000004');
    say(`0082000108${cryptogram}`, 1);
    expect(memory.attemptsLeft).toBe(2);
    say('0084000004');
    expect(say(`0082000108${cryptogram}`)).toBe('9000');
    expect(memory.attemptsLeft).toBe(3);
  });

  it('takes a change with the MAC of its module, once per challenge, and drops who comes with a wrong one', () => {
    const { say, ask, memory } = card();
    ask('00A4040002F002');
    ask('801A0101080000000000000001');
    ask('80FA0000080102030400000000');
    const cryptogram = ask('00C0000008').slice(0, 16);
    ask('801A0201080000000000000001');
    expect(ask('80FA050010010203040000000004D6810006AABB80')).toBe('6104');
    const mac = ask('00C0000004').slice(0, 8);
    say('00A4040002F001');
    say('0084000004');
    say(`0082000108${cryptogram}`);
    expect(say(`04D6810006AABB${mac}`)).toBe('6985');
    say('0084000004');
    expect(say(`04D6810006AABB${mac}`)).toBe('9000');
    expect(toHex(memory.bytes.subarray(0, 3))).toBe('AABB00');
    say('0084000004');
    expect(say(`04D6810006AACC${mac}`)).toBe('9302');
    say('0084000004');
    expect(say(`04D6810006AABB${mac}`)).toBe('6982');
    expect(toHex(memory.bytes.subarray(0, 3))).toBe('AABB00');
  });

  it('has a module that wants to be selected, knows its versions and shows no key', () => {
    const { ask } = card();
    expect(ask('801A0101080000000000000001')).toBe('6A88');
    ask('00A4040002F002');
    expect(ask('80FA0000080102030400000000')).toBe('6985');
    expect(ask('801A0109080000000000000001')).toBe('6A88');
    expect(ask('801A0901080000000000000001')).toBe('6A88');
    expect(ask('801A01010400000000')).toBe('6700');
    expect(ask('801A0101080000000000000001')).toBe('9000');
    expect(ask('80FA00000701020304000000')).toBe('6700');
  });
});
