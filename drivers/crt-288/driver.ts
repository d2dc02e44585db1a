// Driver of the CRT-288 family: an insert reader for one SLE4442 over STX/ETX/BCC frames. Which bytes are published and which are options: see frames.ts.
import {
  ACK,
  type CardPresence,
  createExchangeLine,
  createQueue,
  createStxFramer,
  type DriverContext,
  defineDriver,
  ENQ,
  EOT,
  encodeStxFrame,
  Fault,
  integerOption,
  type MemoryCardReader,
  maskDamaged,
  NAK,
  type OpenDevice,
  repeatOnLineFault,
  requireSpan,
} from '../kit/index.ts';
import { type Answer, type CommandName, type CommandValues, MAIN_BYTES, MAX_TEXT_BYTES, PSC_BYTES, readDialect } from './frames.ts';

/** The family takes one card. */
const SLOT = 1;
/** Most data that still fits behind an answer's or a command's own bytes. */
const MAX_DATA_BYTES = 255;
/** Card memory bytes that a presentation may change: the counter's bit cleared, and restored. */
const PRESENTATION_WRITES = 5;
/** Commands whose answer shows that the line is in step again: they change nothing and need no card. */
const FENCES: readonly CommandName[] = ['status', 'readSecurity'];

function openReader(context: DriverContext): OpenDevice {
  const { options, timers } = context;
  const dialect = readDialect(options);
  const readBytes = integerOption(options, 'readBytes', { min: 1 });
  const writeBytes = integerOption(options, 'writeBytes', { min: 1 });
  const readRetries = integerOption(options, 'readRetries', { min: 0 });
  const nakRetries = integerOption(options, 'nakRetries', { min: 0 });
  const ackTimeoutMs = integerOption(options, 'ackTimeoutMs', { min: 1 });
  const responseTimeoutMs = integerOption(options, 'responseTimeoutMs', { min: 1 });
  const byteTimeoutMs = integerOption(options, 'byteTimeoutMs', { min: 0 });
  const interByteMs = integerOption(options, 'interByteMs', { min: 1 });
  const presencePollMs = integerOption(options, 'presencePollMs', { min: 1 });
  for (const [field, value] of Object.entries({ readBytes, writeBytes }))
    if (value > MAX_DATA_BYTES) throw new Fault('SETTINGS_INVALID', { field: `options.${field}`, reason: `${value}` });

  const listeners = new Set<(slot: number, presence: CardPresence) => void>();
  const inTurn = createQueue();
  let pollTimer: unknown = null;
  let lastSeen: CardPresence | null = null;
  let closed = false;
  /** Commands that did not end properly: their ACK or answer may still be under way. */
  const owed = new Set<CommandName>();

  const line = createExchangeLine({
    transport: context.transport,
    timers,
    framer: createStxFramer({ maxTextBytes: MAX_TEXT_BYTES }),
    interByteMs,
    trace: (direction, bytes, damage) =>
      damage
        ? context.trace(direction, maskDamaged(bytes), damage)
        : context.trace(direction, dialect.maskSecrets(bytes), dialect.describe(bytes, direction)),
    isUnsolicited: () => false,
  });

  /**
   * Hands a command over, again when the reader says NAK: it has not understood it then, so even a write may be repeated. A lost ACK is another
   * matter and ends here. Whatever comes before the ACK belongs to an earlier command and is passed over.
   */
  async function handOver(frame: Uint8Array): Promise<void> {
    for (let attempt = 0; attempt <= nakRetries; attempt += 1) {
      const [said] = await line.exchange({
        frame,
        timeoutMs: ackTimeoutMs,
        judge: (bytes) => (bytes.length === 1 && (bytes[0] === ACK || bytes[0] === NAK) ? 'answer' : 'FRAME_UNEXPECTED'),
      });
      if (said === ACK) return;
    }
    throw new Fault('FRAME_SUM', { reason: 'not-acknowledged' });
  }

  /** Asks once for the answer to the command handed over. A NAK now means that the ACK was not for this command. */
  async function fetchAnswer(name: CommandName, wanted: { readonly timeoutMs: number; readonly dataBytes: number }): Promise<Answer> {
    const frame = await line.exchange({
      frame: Uint8Array.of(ENQ),
      timeoutMs: wanted.timeoutMs,
      judge(bytes) {
        if (bytes.length === 1) return bytes[0] === NAK ? 'answer' : 'FRAME_UNEXPECTED';
        const answer = dialect.decodeAnswer(name, bytes);
        if (!answer) return 'FRAME_UNEXPECTED';
        return answer.result === dialect.resultOk && answer.data.length < wanted.dataBytes ? 'FRAME_UNEXPECTED' : 'answer';
      },
    });
    const answer = dialect.decodeAnswer(name, frame);
    if (!answer) throw new Fault('FRAME_UNEXPECTED', { reason: 'not-acknowledged' });
    return answer;
  }

  interface Sending {
    readonly values?: CommandValues;
    /** Card bytes that it may change. */
    readonly writes?: number;
    /** Data bytes that a good answer has at least. */
    readonly dataBytes?: number;
    /** How often a lost answer may be asked for again; 0 for whatever changes the card. */
    readonly askAgain?: number;
    /** EOT in front: the reader forgets a command that it still holds. */
    readonly cancelling?: boolean;
  }

  /** One command, one answer; a command that may have arrived is never repeated here. */
  async function send(
    name: CommandName,
    { values, writes = 0, dataBytes = 0, askAgain = 0, cancelling = false }: Sending,
  ): Promise<Answer> {
    const frame = encodeStxFrame(dialect.encode(name, values));
    try {
      await handOver(cancelling ? Uint8Array.of(EOT, ...frame) : frame);
      const wanted = { timeoutMs: responseTimeoutMs + writes * byteTimeoutMs, dataBytes };
      return await repeatOnLineFault(askAgain, () => fetchAnswer(name, wanted));
    } catch (error) {
      owed.add(name);
      throw error instanceof Fault ? new Fault(error.code, { slot: SLOT, ...error.context }, { cause: error }) : error;
    }
  }

  /**
   * Frames carry no number, so a late ACK or answer could pass for a later command's. The reader answers in order: once a command of a kind that is
   * not owed is answered, whatever was owed before has arrived, and is gone. When every kind of fence is owed itself, what may still come behind
   * one are answers of fences only, which no write takes for its own.
   */
  async function settleLine(): Promise<void> {
    if (owed.size === 0) return;
    const fence = FENCES.find((name) => !owed.has(name)) ?? 'status';
    await send(fence, { cancelling: true });
    owed.clear();
  }

  /** A command that changes nothing, tried again while the line is at fault. */
  function ask(name: CommandName, sending: Sending = {}): Promise<Answer> {
    return repeatOnLineFault(readRetries, async () => {
      await settleLine();
      return send(name, { ...sending, askAgain: readRetries });
    });
  }

  function isOk({ result }: Answer): boolean {
    if (result === dialect.resultNoCard) throw new Fault('CARD_ABSENT', { slot: SLOT });
    return result === dialect.resultOk;
  }

  /** Reads from the card; one that has just been put in is given power first. */
  async function readCard(name: CommandName, sending: Sending): Promise<Uint8Array> {
    const first = await ask(name, sending);
    if (isOk(first)) return first.data;
    const again = isOk(await ask('powerOn')) ? await ask(name, sending) : null;
    if (!again || !isOk(again)) throw new Fault('CARD_DAMAGED', { slot: SLOT });
    return again.data;
  }

  const readSecurity = () => readCard('readSecurity', { dataBytes: 1 });

  async function statusNow(): Promise<CardPresence> {
    try {
      // A reader that knows of a card does not know yet whether it works.
      if (!isOk(await ask('status'))) return 'damaged';
      await readSecurity();
      return 'present';
    } catch (error) {
      if (error instanceof Fault && error.code === 'CARD_ABSENT') return 'absent';
      if (error instanceof Fault && error.code === 'CARD_DAMAGED') return 'damaged';
      throw error;
    }
  }

  /** Throws what a command that the reader has carried out without success means; `refused` when the card is there and works. */
  async function explain(refused: Fault): Promise<never> {
    const presence = await statusNow();
    if (presence === 'absent') throw new Fault('CARD_ABSENT', { slot: SLOT });
    throw presence === 'damaged' ? new Fault('CARD_DAMAGED', { slot: SLOT }) : refused;
  }

  function requireSlot(slot: number): void {
    if (slot !== SLOT) throw new Fault('DEVICE_REJECTED', { slot, reason: 'no-such-slot' });
  }

  /** The reader reports no card by itself, so it is asked while somebody listens. */
  function pollPresence(): void {
    timers.clearTimeout(pollTimer);
    if (closed || listeners.size === 0) return;
    pollTimer = timers.setTimeout(() => {
      inTurn(async () => {
        if (closed || listeners.size === 0) return;
        const presence = await statusNow();
        const changed = presence !== (lastSeen ?? 'absent');
        lastSeen = presence;
        if (changed && !closed) for (const listener of [...listeners]) listener(SLOT, presence);
      })
        // The line's own faults are told by the calls that need it.
        .catch(() => {})
        .finally(pollPresence);
    }, presencePollMs);
  }

  const cardReader: MemoryCardReader = {
    slots: SLOT,
    status(slot) {
      return inTurn(async () => {
        requireSlot(slot);
        return statusNow();
      });
    },
    readMain(slot, address, length) {
      return inTurn(async () => {
        requireSlot(slot);
        requireSpan({ address, length, size: MAIN_BYTES });
        const result = new Uint8Array(length);
        for (let done = 0; done < length; done += readBytes) {
          const take = Math.min(readBytes, length - done);
          const bytes = await readCard('readMain', { values: { address: address + done, length: take }, dataBytes: take });
          result.set(bytes.subarray(0, take), done);
        }
        return result;
      });
    },
    readErrorCounter(slot) {
      return inTurn(async () => {
        requireSlot(slot);
        return (await readSecurity())[0] ?? 0;
      });
    },
    presentPsc(slot, psc) {
      return inTurn(async () => {
        requireSlot(slot);
        if (psc.length !== PSC_BYTES) throw new Fault('DEVICE_REJECTED', { slot, reason: 'psc-length' });
        // A card without power refuses even the right secret.
        if (!isOk(await ask('powerOn'))) throw new Fault('CARD_DAMAGED', { slot });
        await settleLine();
        // Never sent twice once it may have arrived: each presentation spends an attempt until the reader has compared it.
        const answer = await send('verifyPsc', { values: { psc }, writes: PRESENTATION_WRITES });
        if (!isOk(answer)) await explain(new Fault('CARD_PSC_WRONG', { slot }));
      });
    },
    updateMain(slot, address, data) {
      return inTurn(async () => {
        requireSlot(slot);
        requireSpan({ address, length: data.length, size: MAIN_BYTES });
        for (let done = 0; done < data.length; done += writeBytes) {
          const piece = data.slice(done, done + writeBytes);
          await settleLine();
          // Never sent twice once it may have arrived: nobody knows then which bytes have; the caller reads back.
          const values = { address: address + done, length: piece.length, data: piece };
          const answer = await send('writeMain', { values, writes: piece.length });
          // The card has lost its verification, most often because it was pulled and put back: the secret itself may well be right.
          if (!isOk(answer)) await explain(new Fault('DEVICE_REJECTED', { slot, reason: 'psc-not-verified' }));
        }
      });
    },
    changePsc(slot, psc) {
      return inTurn(async () => {
        requireSlot(slot);
        if (psc.length !== PSC_BYTES) throw new Fault('DEVICE_REJECTED', { slot, reason: 'psc-length' });
        await settleLine();
        // Never sent twice once it may have arrived: nobody knows then which bytes have.
        const answer = await send('changePsc', { values: { psc }, writes: PSC_BYTES });
        if (!isOk(answer)) await explain(new Fault('DEVICE_REJECTED', { slot, reason: 'psc-not-verified' }));
      });
    },
    onPresence(listener) {
      listeners.add(listener);
      if (listeners.size === 1) pollPresence();
      return () => listeners.delete(listener);
    },
  };

  return {
    cardReader,
    probe: () => inTurn(async () => void (await ask('status'))),
    async close() {
      closed = true;
      listeners.clear();
      timers.clearTimeout(pollTimer);
      line.close();
      await context.transport.close();
    },
  };
}

export default defineDriver({ open: async (context) => openReader(context) });
