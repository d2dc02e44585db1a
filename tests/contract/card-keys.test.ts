// During a top-up on every kind of card no key leaves the core: not to a window, not into a trace, a log or the journal.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cpuCardKeys } from '../../drivers/kit/cards/index.ts';
import { createDispatcher } from '../../src/main/core/dispatch.ts';
import type { Ports } from '../../src/main/core/ports/index.ts';
import { createGate, type Line } from '../../src/main/hosts/gate.ts';
import { fromHex, toHex } from '../../src/shared/domain/card-image.ts';
import { ACCOUNT_ID, CARD_KEY, CARD_NO, VAULT } from '../support/counter-bench.ts';
import { CHIP_LAYOUTS, type HallKind, LAYOUTS, PSAM_KEYS, UID } from '../support/hall-cards.ts';
import { OneCardHall, PRICE_FEN, TOPUP_ID } from '../support/one-card-hall.ts';

/** Every key that has to do with the card, by name. */
function keysOf({ layout }: HallKind): ReadonlyMap<string, Uint8Array> {
  const { access } = layout;
  const keys = VAULT.cardKeys({ layoutId: layout.id, access, cardNo: CARD_NO, uid: UID, keyVersion: 0 });
  const found: [string, Uint8Array][] = [['the master key', CARD_KEY]];
  if (keys.chip === 'SLE4442') found.push(['the PSC', keys.psc]);
  if (keys.chip === 'MIFARE-S50') {
    for (const { sector, keyA, keyB } of keys.sectors) found.push([`key A of sector ${sector}`, keyA], [`key B of sector ${sector}`, keyB]);
  }
  if (keys.chip === 'CPU') {
    const own = cpuCardKeys(PSAM_KEYS, keys.diversifier);
    for (const [name, key] of Object.entries({
      ...own,
      moduleAuthentication: PSAM_KEYS.authentication,
      moduleMac: PSAM_KEYS.lineProtection,
    })) {
      found.push([name, key]);
    }
  }
  return new Map(found);
}

/** How bytes may look in a text. */
function formsOf(key: Uint8Array): string[] {
  const hex = toHex(key);
  const spaced = hex.replaceAll(/(..)(?=.)/g, '$1 ');
  const list = [...key].join(',');
  return [
    hex,
    spaced,
    spaced.replaceAll(' ', ':'),
    Buffer.from(key).toString('base64').replace(/=+$/, ''),
    list,
    list.replaceAll(',', ', '),
  ];
}

/** Which keys stand in the text. */
function leaks(text: string, keys: ReadonlyMap<string, Uint8Array>): string[] {
  const upper = text.toUpperCase();
  return [...keys].flatMap(([name, key]) => (formsOf(key).some((form) => upper.includes(form.toUpperCase())) ? [name] : []));
}

/** A window's line to the core; keeps every message that reaches it. */
function openWindow(ports: Ports) {
  const shown: string[] = [];
  const listeners: ((message: unknown) => void)[] = [];
  const line: Line = { send: (text) => shown.push(text), onMessage: (listener) => listeners.push(listener), onClose: () => {} };
  createGate(createDispatcher(ports)).serve(line, 'window');
  let count = 0;
  return {
    shown,
    async ask(path: string, input: object): Promise<string> {
      count += 1;
      const id = String(count);
      for (const listener of listeners) listener(JSON.stringify({ i: id, p: { u: path, b: { json: input } } }));
      const answer = () => shown.find((text) => JSON.parse(text).i === id);
      await expect.poll(answer, { timeout: 10_000 }).toBeDefined();
      return answer() ?? '';
    },
  };
}

const said: string[] = [];
beforeEach(() => {
  said.length = 0;
  for (const name of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    vi.spyOn(console, name).mockImplementation((...parts: unknown[]) => void said.push(parts.map(String).join(' ')));
  }
});
afterEach(() => vi.restoreAllMocks());

describe('a leak', () => {
  it.each(formsOf(fromHex('A1B2C3D4E5F6')))('would be found as %s', (form) => {
    expect(leaks(`{"hex":"00${form.toLowerCase()}00"}`, new Map([['it', fromHex('A1B2C3D4E5F6')]]))).toEqual(
      form.endsWith('=') ? [] : ['it'],
    );
  });
});

for (const kind of [LAYOUTS[0], ...CHIP_LAYOUTS]) {
  it(`keeps the keys of a card of ${kind.layout.id}, through a tear, a locked reader and a finished purchase`, async () => {
    const hall = new OneCardHall(kind);
    const clerk = { staffNo: '1001', name: '李', role: 'clerk', passwordHash: '' } as const;
    const bench = await hall.start((store) => ({ ...store, staff: () => clerk }));
    const ports: Ports = { ...bench.context.ports, passwords: { verify: async () => true } };
    const window = openWindow(ports);
    await window.ask('/session/signIn', { staffNo: '1001', password: 'x' });
    await window.ask('/events/stream', {});
    expect(await window.ask('/cards/read', {})).toContain(CARD_NO);
    const purchase = { by: 'volume', litres: 100_000 };
    const sale = {
      topupId: TOPUP_ID,
      accountId: ACCOUNT_ID,
      slot: 1,
      purchase,
      expectedAmountFen: PRICE_FEN,
      tenders: [],
      cashTenderedFen: 30_000,
    };
    expect(await window.ask('/topups/pay', sale)).toContain('paid');
    // A card that is pulled out in the middle, a card that is not there, and the rest of the write.
    hall.reader.removeAfterWrittenBytes(1, 9);
    expect(await window.ask('/topups/deliver', { topupId: TOPUP_ID, slot: 1 })).toContain('CARD_ABSENT');
    await window.ask('/topups/deliver', { topupId: TOPUP_ID, slot: 1 });
    hall.insert();
    expect(await window.ask('/topups/deliver', { topupId: TOPUP_ID, slot: 1 })).toContain('receipted');
    await window.ask('/cards/read', {});
    await window.ask('/devices/list', {});

    const keys = keysOf(kind);
    const trace = bench.trace().map(({ hex, note }) => `${hex} ${note}`);
    const journal = JSON.stringify(bench.store.operationsAfter(0, 1000));
    expect(window.shown.length).toBeGreaterThan(10);
    expect(trace.length).toBeGreaterThan(20);
    expect(keys.size).toBeGreaterThan(kind.layout.access.chip === 'AT24C02' ? 0 : 1);
    for (const [where, texts] of Object.entries({ window: window.shown, trace, journal: [journal], log: said })) {
      for (const text of texts) expect(leaks(text, keys), `${where}: ${text.slice(0, 200)}`).toEqual([]);
    }
    await bench.close();
  });
}
