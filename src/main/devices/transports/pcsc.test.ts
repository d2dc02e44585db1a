// PC/SC transport against functions that a test plays: what each message becomes, and what each code of the system becomes.
import { describe, expect, it } from 'vitest';
import { CCID, ccidStatusOf, createCcidFramer, decodeCcid, decodeNotify, encodeCcid } from '../../../../drivers/kit/framing/ccid.ts';
import { systemTimers } from '../../../../drivers/kit/transport.ts';
import { listPcscReaders, openPcsc } from './pcsc.ts';
import { PCSC_CODE, type PcscBinding, PcscError } from './winscard.ts';

const READERS = [
  'Other Reader 0',
  'ACS ACR1281 1S Dual Reader PICC 0',
  'ACS ACR1281 1S Dual Reader ICC 0',
  'ACS ACR1281 1S Dual Reader SAM 0',
  'ACS ACR1281 1S Dual Reader ICC 1',
];
const ATR = Uint8Array.of(0x3b, 0x10, 0x11);
const OK = Uint8Array.of(0x90, 0x00);
const PRESENT = 0x20;
const EMPTY = 0x10;
const UNKNOWN = 0x4;

/** PC/SC with one card; every call is noted. `fail` makes the next call of that name end with a code. */
function playPcsc({ readers = READERS, state = PRESENT } = {}) {
  const calls: string[] = [];
  const failures = new Map<string, number>();
  const world = { state, contexts: 0, responses: [OK] as Uint8Array[] };
  let wake: (() => void) | null = null;
  const noted = (call: string, details = '') => {
    calls.push(details === '' ? call : `${call} ${details}`);
    const code = failures.get(call);
    failures.delete(call);
    if (code !== undefined) throw new PcscError(call, code);
  };
  const states = (count: number) =>
    Array.from({ length: count }, () => ({ state: world.state, atr: world.state & PRESENT ? ATR : new Uint8Array(0) }));
  const binding: PcscBinding = {
    async establish() {
      noted('establish');
      world.contexts += 1;
      return world.contexts;
    },
    async release() {
      noted('release');
      world.contexts -= 1;
    },
    async cancel() {
      noted('cancel');
      wake?.();
    },
    async readers() {
      return [...readers];
    },
    async statusChange(_context, wait) {
      if (wait.timeoutMs === 0 || wait.readers.every(({ known }) => known === 0)) return states(wait.readers.length);
      // Waits until something changes, as the real one.
      if (wait.readers[0]?.known === world.state)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      return states(wait.readers.length);
    },
    async connect(_context, { reader, share, protocols }) {
      noted('connect', `${reader.slice(-6)} share ${share} protocols ${protocols}`);
      return { card: 77, protocol: 1 };
    },
    async reconnect(_card, { initialization }) {
      noted('reconnect', `${initialization}`);
      return 1;
    },
    disconnect: async (_card, disposition) => noted('disconnect', `${disposition}`),
    check: async () => noted('check'),
    async transmit(_card, { protocol, apdu }) {
      noted('transmit', `${protocol} ${Buffer.from(apdu).toString('hex')}`);
      return world.responses.shift() ?? OK;
    },
    async control(_card, request) {
      noted('control', `${request.function}`);
      return request.data;
    },
  };
  return {
    binding: () => binding,
    calls,
    fail: (call: string, code: number) => failures.set(call, code),
    world,
    change(next: number) {
      world.state = next;
      wake?.();
    },
  };
}

async function open(played: ReturnType<typeof playPcsc>, reader = 'dual reader icc 0') {
  const transport = await openPcsc({ reader }, systemTimers, played.binding);
  const framer = createCcidFramer();
  const notices: string[] = [];
  const waiting: ((frame: Uint8Array) => void)[] = [];
  transport.onData((chunk) => {
    for (const { bytes } of framer.push(chunk)) {
      const notice = decodeNotify(bytes);
      if (notice === null) waiting.shift()?.(bytes);
      else notices.push(notice.map(({ present, changed }) => (changed ? (present ? '+' : '-') : '.')).join(''));
    }
  });
  let sequence = 0;
  /** Sends a message; returns the answer's type, state and data in one line. */
  async function ask(type: number, data = new Uint8Array(0), slot = 0): Promise<string> {
    sequence += 1;
    const answered = new Promise<Uint8Array>((resolve) => waiting.push(resolve));
    await transport.write(encodeCcid({ type, slot, sequence, parameters: new Uint8Array(3), data }));
    const answer = decodeCcid(await answered);
    if (answer === null) throw new Error('no message');
    expect([answer.sequence, answer.slot]).toEqual([sequence, slot]);
    const { command, icc, error } = ccidStatusOf(answer);
    return [answer.type.toString(16), command, icc, error.toString(16), Buffer.from(answer.data).toString('hex')].join(' ').trimEnd();
  }
  return { transport, ask, notices };
}

const APDU = Uint8Array.of(0, 0x84, 0, 0, 4);

describe('openPcsc', () => {
  it('gives a card power, carries APDUs, and takes the power away', async () => {
    const played = playPcsc();
    const { ask } = await open(played);
    expect(await ask(CCID.getSlotStatus)).toBe('81 ok inactive 0');
    expect(await ask(CCID.iccPowerOn)).toBe('80 ok active 0 3b1011');
    expect(await ask(CCID.getSlotStatus)).toBe('81 ok active 0');
    expect(await ask(CCID.xfrBlock, APDU)).toBe('80 ok active 0 9000');
    expect(await ask(CCID.iccPowerOff)).toBe('81 ok inactive 0');
    expect(played.calls.slice(2)).toEqual(['connect  ICC 0 share 2 protocols 3', 'check', 'transmit 1 0084000004', 'disconnect 2']);
  });

  it('gives power anew to a card that has it', async () => {
    const played = playPcsc();
    const { ask } = await open(played);
    await ask(CCID.iccPowerOn);
    expect(await ask(CCID.iccPowerOn)).toBe('80 ok active 0 3b1011');
    expect(played.calls.at(-1)).toBe('reconnect 2');
    played.fail('reconnect', PCSC_CODE.removedCard);
    expect(await ask(CCID.iccPowerOn)).toBe('80 ok active 0 3b1011');
    expect(played.calls.slice(-3)).toEqual(['reconnect 2', 'disconnect 0', 'connect  ICC 0 share 2 protocols 3']);
  });

  it('reaches the other slots of the same device, and no other device', async () => {
    const played = playPcsc();
    const { ask } = await open(played);
    await ask(CCID.iccPowerOn, new Uint8Array(0), 1);
    await ask(CCID.iccPowerOn, new Uint8Array(0), 2);
    expect(played.calls.slice(2)).toEqual(['connect PICC 0 share 2 protocols 3', 'connect  SAM 0 share 2 protocols 3']);
    expect(await ask(CCID.iccPowerOn, new Uint8Array(0), 3)).toBe('80 failed absent 5');
  });

  it('knows the slots of a device on Linux by their numbers', async () => {
    const played = playPcsc({ readers: ['A Reader 00 00', 'A Reader 01 00', 'A Reader 00 01'] });
    const { ask } = await open(played, '');
    await ask(CCID.iccPowerOn, new Uint8Array(0), 1);
    expect(played.calls.at(-1)).toBe('connect  00 01 share 2 protocols 3');
    expect(await ask(CCID.iccPowerOn, new Uint8Array(0), 2)).toBe('80 failed absent 5');
  });

  it.each([
    [PCSC_CODE.noCard, EMPTY, '80 failed absent fe'],
    [PCSC_CODE.unresponsiveCard, PRESENT, '80 failed inactive fe'],
    [PCSC_CODE.protocolMismatch, PRESENT, '80 failed inactive fe'],
    [PCSC_CODE.sharingViolation, PRESENT, '80 failed inactive e0'],
    [PCSC_CODE.notTransacted, PRESENT, '80 failed inactive fb'],
  ])('answers a power-on that ended with %i', async (code, state, answer) => {
    const played = playPcsc({ state });
    const { ask } = await open(played);
    played.fail('connect', code);
    // Wakes the look after a failure of unknown cause, which waits for a change.
    setTimeout(() => played.change(played.world.state), 50);
    expect(await ask(CCID.iccPowerOn)).toBe(answer);
  });

  it('sends nothing more to a card that another program has reset, until it is given power anew', async () => {
    const played = playPcsc();
    const { ask } = await open(played);
    await ask(CCID.iccPowerOn);
    played.fail('transmit', PCSC_CODE.resetCard);
    expect(await ask(CCID.xfrBlock, APDU)).toBe('80 failed inactive fe');
    const before = played.calls.filter((call) => call.startsWith('transmit')).length;
    expect(await ask(CCID.xfrBlock, APDU)).toBe('80 failed inactive fe');
    expect(played.calls.filter((call) => call.startsWith('transmit')).length).toBe(before);
    expect(await ask(CCID.getSlotStatus)).toBe('81 ok inactive 0');
    await ask(CCID.iccPowerOn);
    expect(await ask(CCID.xfrBlock, APDU)).toBe('80 ok active 0 9000');
  });

  it('sends an APDU once, however it ends', async () => {
    const played = playPcsc();
    const { ask } = await open(played);
    await ask(CCID.iccPowerOn);
    played.world.responses = [new Uint8Array(0)];
    setTimeout(() => played.change(EMPTY), 50);
    played.fail('check', PCSC_CODE.removedCard);
    expect(await ask(CCID.xfrBlock, APDU)).toBe('80 failed absent fb');
    expect(played.calls.filter((call) => call.startsWith('transmit')).length).toBe(1);
  });

  it('speaks to the reader itself without a card, by the number that its driver knows', async () => {
    const played = playPcsc({ state: EMPTY });
    const { ask } = await open(played);
    played.fail('control', PCSC_CODE.unsupportedFeature);
    expect(await ask(CCID.escape, Uint8Array.of(0xe0))).toBe('83 ok absent 0 e0');
    expect(played.calls.slice(2)).toEqual(['connect  ICC 0 share 3 protocols 0', 'control 3500', 'control 1', 'disconnect 0']);
  });

  it('tells of cards put in and pulled out', async () => {
    const played = playPcsc({ state: EMPTY });
    const { notices } = await open(played);
    await new Promise((resolve) => setImmediate(resolve));
    played.change(PRESENT | (1 << 16));
    await expect.poll(() => notices).toEqual(['+++.']);
    played.change(EMPTY | (2 << 16));
    await expect.poll(() => notices).toEqual(['+++.', '---.']);
  });

  it('is lost when the reader is gone, once, and lets go of everything', async () => {
    const played = playPcsc();
    const { transport, ask } = await open(played);
    await ask(CCID.iccPowerOn);
    const lost: Error[] = [];
    transport.onLost((error) => lost.push(error));
    played.change(UNKNOWN);
    await expect.poll(() => lost).toHaveLength(1);
    expect(lost[0]).toMatchObject({ code: 'PORT_MISSING', context: { reader: 'dual reader icc 0' } });
    await expect(transport.write(Uint8Array.of(0))).rejects.toMatchObject({ code: 'PORT_MISSING' });
    await expect.poll(() => played.world.contexts).toBe(0);
    expect(played.calls).toContain('disconnect 2');
  });

  it('lets go of everything when it is closed, and is not lost then', async () => {
    const played = playPcsc();
    const { transport, ask } = await open(played);
    await ask(CCID.iccPowerOn);
    let losses = 0;
    transport.onLost(() => {
      losses += 1;
    });
    await transport.close();
    expect(played.world.contexts).toBe(0);
    expect(played.calls.filter((call) => /cancel|disconnect/.test(call))).toEqual(['cancel', 'disconnect 2']);
    expect(losses).toBe(0);
  });

  it.each([
    [PCSC_CODE.noService, 'PORT_MISSING', 'start pcscd'],
    [PCSC_CODE.serviceStopped, 'PORT_MISSING', 'start pcscd'],
    [PCSC_CODE.securityViolation, 'PORT_DENIED', '8010006A'],
  ])('says what to do when the service answers %i', async (code, fault, reason) => {
    const played = playPcsc();
    const expected = { code: fault, context: { reason: expect.stringContaining(reason) } };
    played.fail('establish', code);
    await expect(openPcsc({ reader: '' }, systemTimers, played.binding)).rejects.toMatchObject(expected);
    played.fail('establish', code);
    await expect(listPcscReaders(played.binding)).rejects.toMatchObject(expected);
    expect(played.world.contexts).toBe(0);
  });

  it('names a reader that is not there, and lists none where there is none', async () => {
    const played = playPcsc({ readers: [] });
    await expect(openPcsc({ reader: '' }, systemTimers, played.binding)).rejects.toMatchObject({
      code: 'PORT_MISSING',
      context: { reason: 'no reader is plugged in' },
    });
    expect(await listPcscReaders(played.binding)).toEqual([]);
    expect(played.world.contexts).toBe(0);
  });
});
