// A PC/SC reader as a device: answers CCID messages and the pseudo-APDUs, whatever card lies in its slots.
//
// Decisions where the manuals are silent: a damaged message is not answered; a write to an SLE4442 that has not accepted its PSC is answered 90 00 and
// changes nothing, as the chip gives no sign; a command for another kind of memory card than the selected one is answered 63 00.
import {
  type CardReaderSimulatorOptions,
  CCID,
  CCID_ERROR,
  type CcidMessage,
  type CcidStatus,
  ccidStatusBytes,
  createCardSlots,
  createCcidFramer,
  createDeviceEnd,
  createDeviceWork,
  decodeCcid,
  encodeCcid,
  encodeNotify,
  fromHex,
  memoryReaderView,
  type SimulatedChipCard,
  type SimulatedChipReader,
  type SimulatedCpuCard,
  type SimulatorModule,
  xorOf,
} from '../kit/index.ts';
import { CARD_TYPE } from './apdu.ts';

/** A message that pauses longer than this is forgotten, ms. */
const INTER_BYTE_MS = 100;
const OK = Uint8Array.of(0x90, 0x00);
const FAILED = Uint8Array.of(0x63, 0x00);
const NOT_SUPPORTED = Uint8Array.of(0x6a, 0x81);
const BLOCK_BYTES = 16;
const BLOCKS_PER_SECTOR = 4;
const MOST_SLOTS = 4;

/** PC/SC part 3: the ATR made up for a contactless storage card, here ISO 14443 A part 3, Mifare 1K. */
const STORAGE_ATR = fromHex('3b8f8001804f0ca0000003060300010000000000');

interface SlotState {
  powered: boolean;
  /** Card type that was selected. */
  selected: number | null;
}

/** Returns the type by which a card must be selected; undefined for a kind that the reader does not know. */
function typeOf({ chip }: SimulatedChipCard): number | undefined {
  if (chip === 'SLE4442') return CARD_TYPE.sle4442;
  return chip === 'AT24C02' ? CARD_TYPE.i2c : undefined;
}

/** Returns the ATR that a reader gives for a card. */
function atrOf(card: SimulatedChipCard): Uint8Array {
  if (card.chip === 'CPU') return card.atr;
  if (card.chip === 'MIFARE-S50') return STORAGE_ATR.with(-1, xorOf(STORAGE_ATR.subarray(1, -1)));
  return Uint8Array.of(0x3b, card.atr.length, ...card.atr);
}

function createChipReader({ timers, byteTimeMs, options = {} }: CardReaderSimulatorOptions): SimulatedChipReader {
  const cardSlots = Number(options.cardSlots ?? 1);
  const samSlot = Number(options.samSlot ?? 0);
  const states: SlotState[] = Array.from({ length: MOST_SLOTS }, () => ({ powered: false, selected: null }));
  /** Place in the reader for a Mifare key. */
  let loadedKey: Uint8Array | null = null;

  const slots = createCardSlots<SimulatedChipCard>({
    count: MOST_SLOTS,
    timers,
    byteTimeMs,
    onChange(slot) {
      Object.assign(stateOf(slot - 1), { powered: false, selected: null });
      if (slot <= cardSlots)
        send(encodeNotify(states.map((_, index) => ({ present: slots.cardIn(index + 1) !== null, changed: index === slot - 1 }))));
    },
  });

  function stateOf(index: number): SlotState {
    const state = states[index];
    if (state === undefined) throw new RangeError(`no slot ${index + 1}`);
    return state;
  }

  const work = createDeviceWork<CcidMessage>(handle);
  const device = createDeviceEnd({
    timers,
    interByteMs: INTER_BYTE_MS,
    createFramer: createCcidFramer,
    take(events, since) {
      const messages = since === 'data' ? events.map((event) => (event.kind === 'frame' ? decodeCcid(event.bytes) : null)) : [];
      for (const message of messages) if (message !== null) work.push(message);
    },
    onDetach() {
      work.clear();
      loadedKey = null;
      slots.cutPower();
      for (const state of states) Object.assign(state, { powered: false, selected: null });
    },
  });
  const { send } = device;

  type Answer = Pick<CcidMessage, 'type' | 'data'> & { readonly command?: CcidStatus['command']; readonly error?: number };

  function answer(message: CcidMessage, { type, data, command = 'ok', error = 0 }: Answer): void {
    const { slot, sequence } = message;
    const icc = slots.cardIn(slot + 1) === null ? 'absent' : stateOf(slot).powered ? 'active' : 'inactive';
    send(encodeCcid({ type, slot, sequence, data, parameters: ccidStatusBytes({ icc, command, error }) }));
  }

  /** Runs a pseudo-APDU for a card that speaks none; `respond` gets null when the card has left meanwhile. */
  function perform(card: SimulatedChipCard, message: CcidMessage, respond: (response: Uint8Array | null) => void): void {
    const number = message.slot + 1;
    const state = stateOf(message.slot);
    const [cla, instruction, p1 = 0, p2 = 0, p3 = 0] = message.data;
    const data = message.data.slice(5, 5 + p3);
    const address = (p1 << 8) | p2;
    const run = <T>(work: Generator<void, T, void>, response: (value: T) => Uint8Array) =>
      slots.run(number, work, (end) => respond(end.torn ? null : response(end.value)));
    const withOk = (bytes: Uint8Array) => Uint8Array.of(...bytes, ...OK);

    if (card.chip === 'CPU') {
      run(card.transmit(message.data), (response) => response);
      return;
    }
    if (cla !== 0xff) {
      respond(NOT_SUPPORTED);
      return;
    }
    if (instruction === 0xa4 && card.chip !== 'MIFARE-S50') {
      card.reset();
      state.selected = typeOf(card) === data[0] ? (data[0] ?? null) : null;
      respond(state.selected === null ? FAILED : OK);
      return;
    }
    if (card.chip === 'SLE4442' && state.selected === CARD_TYPE.sle4442) {
      if (instruction === 0xb0) respond(withOk(card.readMain(p2, p3)));
      else if (instruction === 0xb1) respond(withOk(card.readSecurity()));
      else if (instruction === 0xb2) respond(withOk(card.readProtection()));
      else if (instruction === 0xd0 || instruction === 0xd6) run(card.updateMain(p2, data), () => OK);
      else if (instruction === 0xd1) run(card.protect(p2, data), () => OK);
      else if (instruction === 0xd2) run(card.updateSecurity(p2, data), () => OK);
      else if (instruction === 0x20) run(card.present(data), () => Uint8Array.of(0x90, card.readSecurity()[0] ?? 0));
      else respond(NOT_SUPPORTED);
    } else if (card.chip === 'AT24C02' && state.selected === CARD_TYPE.i2c) {
      if (address >= card.sizeBytes) respond(FAILED);
      else if (instruction === 0xb0) respond(withOk(card.read(address, p3)));
      else if (instruction === 0xd0 || instruction === 0xd6) run(card.write(address, data), () => OK);
      else respond(NOT_SUPPORTED);
    } else if (card.chip === 'MIFARE-S50') {
      if (instruction === 0xca) respond(withOk(card.uid ?? new Uint8Array(0)));
      else if (instruction === 0x82) {
        loadedKey = data;
        respond(OK);
      } else if (instruction === 0x86) {
        const kind = data[3] === 0x61 ? 'B' : 'A';
        const sector = Math.floor((data[2] ?? 0) / BLOCKS_PER_SECTOR);
        respond(loadedKey !== null && card.authenticate(sector, { kind, bytes: loadedKey }) ? OK : FAILED);
      } else if (instruction === 0xb0) {
        const block = card.readBlock(p2);
        respond(block === null || p3 !== BLOCK_BYTES ? FAILED : withOk(block));
      } else if (instruction === 0xd6 && data.length === BLOCK_BYTES) run(card.writeBlock(p2, data), (written) => (written ? OK : FAILED));
      else respond(NOT_SUPPORTED);
    } else respond(FAILED);
  }

  function handle(message: CcidMessage, done: () => void): void {
    const { slot } = message;
    const end = (given: Answer) => {
      answer(message, given);
      done();
    };
    const isData = message.type === CCID.iccPowerOn || message.type === CCID.xfrBlock;
    const type = isData ? CCID.dataBlock : message.type === CCID.escape ? CCID.escapeAnswer : CCID.slotStatus;
    const none = new Uint8Array(0);
    const failed = (error: number) => end({ type, data: none, command: 'failed', error });
    const card = slots.cardIn(slot + 1);
    const state = states[slot];
    if (state === undefined || (slot >= cardSlots && slot !== samSlot)) {
      send(
        encodeCcid({
          ...message,
          type,
          data: none,
          parameters: ccidStatusBytes({ icc: 'absent', command: 'failed', error: CCID_ERROR.slotDoesNotExist }),
        }),
      );
      done();
      return;
    }
    switch (message.type) {
      case CCID.getSlotStatus:
        end({ type, data: none });
        return;
      case CCID.iccPowerOff:
        Object.assign(state, { powered: false, selected: null });
        card?.reset();
        end({ type, data: none });
        return;
      case CCID.iccPowerOn:
        Object.assign(state, { powered: false, selected: null });
        card?.reset();
        if (card === null || card.damaged === true) failed(CCID_ERROR.iccMute);
        else {
          state.powered = true;
          end({ type, data: atrOf(card) });
        }
        return;
      case CCID.xfrBlock:
        if (card === null || !state.powered) failed(CCID_ERROR.iccMute);
        else perform(card, message, (response) => (response === null ? failed(CCID_ERROR.iccMute) : end({ type, data: response })));
        return;
      default:
        failed(CCID_ERROR.commandNotSupported);
    }
  }

  function requireSlot(slot: number): void {
    if (!Number.isInteger(slot) || slot < 1 || slot > cardSlots) throw new RangeError(`no slot ${slot}`);
  }

  return {
    attach: device.attach,
    detach: device.detach,
    insert(slot, card) {
      requireSlot(slot);
      slots.insert(slot, card);
    },
    remove(slot) {
      requireSlot(slot);
      return slots.remove(slot);
    },
    removeAfterWrittenBytes(slot, bytes) {
      requireSlot(slot);
      slots.removeAfterWrittenBytes(slot, bytes);
    },
    onTorn: slots.onTorn,
    ...(samSlot > 0 && {
      setSam(slot: number, module: SimulatedCpuCard | null) {
        if (slot !== 1) throw new RangeError(`no module slot ${slot}`);
        slots.remove(samSlot + 1);
        if (module !== null) slots.insert(samSlot + 1, module);
      },
    }),
  };
}

export const simulator: SimulatorModule = { createChipReader, createCardReader: (options) => memoryReaderView(createChipReader(options)) };
