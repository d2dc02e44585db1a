// Driver of PC/SC readers: memory cards by ACS pseudo-APDUs, contactless storage cards by PC/SC part 3, CPU cards and security modules by APDU.
import {
  type CardPresence,
  type ChipReader,
  createQueue,
  type DriverContext,
  defineDriver,
  Fault,
  integerOption,
  type OpenDevice,
  textOption,
} from '../kit/index.ts';
import { createCards } from './cards.ts';
import { apduFace, eepromFace, type FaceSettings, mifareFace, sle4442Face } from './faces.ts';
import { createCcidLink, slotNumber } from './link.ts';

/** Lc of a pseudo-APDU is one byte. */
const MAX_DATA_BYTES = 255;

function openReader(context: DriverContext): OpenDevice {
  const { options } = context;
  const number = (name: string, min: number, max = Number.MAX_SAFE_INTEGER) => {
    const value = integerOption(options, name, { min });
    if (value > max) throw new Fault('SETTINGS_INVALID', { field: `options.${name}`, reason: `${value}` });
    return value;
  };
  const cardSlots = number('cardSlots', 1, 4);
  const samSlot = number('samSlot', 0, 255);
  const responseTimeoutMs = number('responseTimeoutMs', 1);
  const listeners = new Set<(slot: number, presence: CardPresence) => void>();
  const lastSeen = new Map<number, CardPresence>();
  const inTurn = createQueue();
  let closed = false;

  const times = {
    responseTimeoutMs,
    powerOnTimeoutMs: number('powerOnTimeoutMs', 1),
    interByteMs: number('interByteMs', 1),
    pauseMs: number('pauseMs', 0),
    readRetries: number('readRetries', 0),
  };
  const link = createCcidLink(context, times, (slot) => {
    if (slot < cardSlots && listeners.size > 0) notice(slot);
  });
  const cards = createCards(link, { timeoutMs: responseTimeoutMs });

  /** The reader has noticed a card put in or pulled out: whether the card works is known once it has power. */
  function notice(slot: number): void {
    inTurn(async () => {
      if (closed) return;
      const { presence } = await cards.look(slot);
      if (closed || lastSeen.get(slot) === presence) return;
      lastSeen.set(slot, presence);
      for (const listener of [...listeners]) listener(slotNumber(slot), presence);
    }).catch(() => {
      // The line's own faults are told by the calls that need it.
    });
  }

  const settings: FaceSettings = {
    link,
    cards,
    inTurn,
    ccidSlot(slot) {
      if (!Number.isInteger(slot) || slot < 1 || slot > cardSlots) throw new Fault('DEVICE_REJECTED', { slot, reason: 'no-such-slot' });
      return slot - 1;
    },
    writeInstruction: Number.parseInt(textOption(options, 'writeInstruction', { form: /^[0-9A-Fa-f]{2}$/ }), 16),
    eepromBytes: number('eepromBytes', 1, 0x1_0000),
    eepromPageBytes: number('eepromPageBytes', 1, MAX_DATA_BYTES),
    readBytes: number('readBytes', 1, MAX_DATA_BYTES),
    writeBytes: number('writeBytes', 1, MAX_DATA_BYTES),
    responseTimeoutMs,
    byteTimeoutMs: number('byteTimeoutMs', 0),
    apduTimeoutMs: number('apduTimeoutMs', 1),
  };

  const samSettings: FaceSettings = {
    ...settings,
    ccidSlot(slot) {
      if (slot !== 1) throw new Fault('DEVICE_REJECTED', { slot, reason: 'no-such-slot' });
      return samSlot;
    },
  };

  const chipReader: ChipReader = {
    slots: cardSlots,
    identify: (slot) =>
      inTurn(async () => {
        const { presence, session } = await cards.look(settings.ccidSlot(slot));
        lastSeen.set(slot - 1, presence);
        return { presence, chip: session?.chip ?? null, uid: session?.uid ?? null };
      }),
    onPresence(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    sle4442: sle4442Face(settings),
    eeprom: eepromFace(settings),
    mifare: mifareFace(settings),
    cpu: apduFace(settings),
    ...(samSlot > 0 && { sam: apduFace(samSettings) }),
  };

  return {
    chipReader,
    probe: () => inTurn(async () => void (await link.slotStatus(0))),
    async close() {
      closed = true;
      listeners.clear();
      link.close();
      await context.transport.close();
    },
  };
}

export default defineDriver({ open: async (context) => openReader(context) });
