// CCID messages to a reader and back: numbered so that no late answer is taken for another's, repeated only where nothing can have changed.
import {
  CCID,
  CCID_ERROR,
  type CcidMessage,
  type CcidStatus,
  ccidStatusOf,
  createCcidFramer,
  createExchangeLine,
  createSequence,
  type DriverContext,
  decodeCcid,
  decodeNotify,
  encodeCcid,
  Fault,
  type IccState,
  maskDamaged,
  repeatOnLineFault,
  type SaidMeaning,
  say,
} from '../kit/index.ts';
import { describe, masked, type Secrets, SW_FAILED, statusWordOf } from './apdu.ts';

/** How many of the last messages are remembered: whose answer a late one is, and what of it is secret. */
const RECENT_KEPT = 64;
const NO_PARAMETERS = new Uint8Array(3);
const NO_DATA = new Uint8Array(0);
const NO_SECRETS: Secrets = { sentFrom: Number.POSITIVE_INFINITY, answerFrom: Number.POSITIVE_INFINITY };
/** Of an answer that belongs to nothing known, nothing is shown. */
const ALL_SECRET: Secrets = { sentFrom: 0, answerFrom: 0 };

const MESSAGE_WORDS: ReadonlyMap<number, SaidMeaning> = new Map([
  [CCID.iccPowerOn, say('IccPowerOn')],
  [CCID.iccPowerOff, say('IccPowerOff')],
  [CCID.getSlotStatus, say('GetSlotStatus')],
  [CCID.xfrBlock, say('XfrBlock')],
  [CCID.dataBlock, say('DataBlock')],
  [CCID.slotStatus, say('SlotStatus')],
]);
const COMMAND_WORDS: Readonly<Record<CcidStatus['command'], SaidMeaning>> = {
  ok: say('ok'),
  failed: say('failed'),
  extended: say('extended'),
};
const CARD_WORDS: Readonly<Record<IccState, SaidMeaning>> = {
  active: say('active'),
  inactive: say('inactive'),
  absent: say('absent'),
};

export interface LinkTimes {
  readonly responseTimeoutMs: number;
  readonly powerOnTimeoutMs: number;
  readonly interByteMs: number;
  /** After a refusal, and before the card is given power again. */
  readonly pauseMs: number;
  readonly readRetries: number;
}

export interface Transmission {
  readonly apdu: Uint8Array;
  readonly secrets: Secrets;
  readonly timeoutMs: number;
  /** Changes nothing: sent again when only the line was at fault. */
  readonly repeatable: boolean;
  /** Whether a response can be one to this command. */
  accepts(response: Uint8Array): boolean;
}

export interface CcidLink {
  slotStatus(slot: number): Promise<IccState>;
  /** Gives the card power and returns its ATR. Rejects with CARD_ABSENT, CARD_DAMAGED or PORT_BUSY. */
  powerOn(slot: number): Promise<Uint8Array>;
  /**
   * Returns the response with its status bytes; null when the card has lost its power since `powerOn`: then it has not seen the command.
   * Rejects with CARD_ABSENT, CARD_DAMAGED, PORT_BUSY, or the line's fault.
   */
  transmit(slot: number, transmission: Transmission): Promise<Uint8Array | null>;
  close(): void;
}

/** Returns the link over an open transport; `onNotify` is called for slots that the reader says have changed, counted from 0. */
export function createCcidLink(context: DriverContext, times: LinkTimes, onNotify: (slot: number) => void): CcidLink {
  const { timers } = context;
  /** The last messages by their sequence byte, oldest first, and what of them and their answers is secret. */
  const recent = new Map<number, Secrets>();
  let pauseUntilMs = 0;

  function traceFrame(direction: 'sent' | 'received', bytes: Uint8Array, damage?: string): void {
    const message = damage === undefined ? decodeCcid(bytes) : null;
    if (message === null) {
      context.trace(direction, damage === undefined ? bytes : maskDamaged(bytes), damage ?? say('NotifySlotChange'));
      return;
    }
    // A line that gives back what was sent gives back its secrets.
    const isEcho = direction === 'received' && message.type < CCID.dataBlock;
    const secrets = (isEcho ? undefined : recent.get(message.sequence)) ?? ALL_SECRET;
    const { length } = message.data;
    const data = masked(
      message.data,
      direction === 'sent' || isEcho ? { from: secrets.sentFrom, to: length } : { from: secrets.answerFrom, to: length - 2 },
    );
    const name = MESSAGE_WORDS.get(message.type) ?? say('unknown message');
    const { command, icc } = ccidStatusOf(message);
    const status = say('{message} {command} {card}', { message: name, command: COMMAND_WORDS[command], card: CARD_WORDS[icc] });
    const head = direction === 'sent' ? name : status;
    // Coded anew: the check over the secret would tell of it.
    context.trace(
      direction,
      encodeCcid({ ...message, data }),
      length === 0 ? head : say('{message} {data}', { message: head, data: describe(data) }),
    );
  }

  const line = createExchangeLine({
    transport: context.transport,
    timers,
    framer: createCcidFramer(),
    interByteMs: times.interByteMs,
    trace: traceFrame,
    isUnsolicited(frame) {
      const slots = decodeNotify(frame);
      slots?.forEach(({ changed }, slot) => {
        if (changed) onNotify(slot);
      });
      return slots !== null;
    },
  });

  const sequenceFor = createSequence((sequence) => recent.has(sequence));

  interface Asking {
    readonly answerType: number;
    readonly timeoutMs: number;
    readonly secrets?: Secrets;
    accepts?(data: Uint8Array): boolean;
  }

  /** One message and its answer, never repeated here. */
  async function ask(command: Pick<CcidMessage, 'type' | 'slot' | 'data'>, asking: Asking): Promise<CcidMessage> {
    const pauseMs = pauseUntilMs - timers.now();
    if (pauseMs > 0) await new Promise<void>((resolve) => void timers.setTimeout(resolve, pauseMs));
    const unnumbered = { ...command, parameters: NO_PARAMETERS };
    const message = { ...unnumbered, sequence: sequenceFor([command.type, command.slot, ...NO_PARAMETERS, ...command.data]) };
    recent.set(message.sequence, asking.secrets ?? NO_SECRETS);
    for (const oldest of recent.keys()) if (recent.size > RECENT_KEPT) recent.delete(oldest);
    try {
      const frame = await line.exchange({
        frame: encodeCcid(message),
        timeoutMs: asking.timeoutMs,
        judge(bytes) {
          const answer = decodeCcid(bytes);
          // Some readers say so when a message came damaged; the number of the message is not in it, so it ends nothing.
          if (answer === null) return 'FRAME_SUM';
          if (answer.slot !== message.slot) return 'FRAME_SLOT';
          if (answer.sequence !== message.sequence) return recent.has(answer.sequence) ? 'DEVICE_TIMEOUT' : 'FRAME_UNEXPECTED';
          const { command: result } = ccidStatusOf(answer);
          if (answer.type !== asking.answerType || result === 'extended') return 'FRAME_UNEXPECTED';
          return result === 'failed' || asking.accepts === undefined || asking.accepts(answer.data) ? 'answer' : 'FRAME_UNEXPECTED';
        },
      });
      const answer = decodeCcid(frame);
      if (answer === null) throw new Fault('FRAME_UNEXPECTED');
      return answer;
    } catch (error) {
      throw error instanceof Fault ? new Fault(error.code, { slot: slotNumber(command.slot), ...error.context }, { cause: error }) : error;
    }
  }

  function pause(): void {
    pauseUntilMs = timers.now() + times.pauseMs;
  }

  /** Throws what a failed command means; returns when the card is there and the card or its contacts are to blame. */
  function requireCard({ icc, error }: ReturnType<typeof ccidStatusOf>, slot: number): void {
    const number = slotNumber(slot);
    if (error === CCID_ERROR.slotDoesNotExist) throw new Fault('DEVICE_REJECTED', { slot: number, reason: 'no-such-slot' });
    if (error === CCID_ERROR.slotBusy) throw new Fault('PORT_BUSY', { slot: number, reason: 'another program uses the card' });
    if (icc === 'absent') throw new Fault('CARD_ABSENT', { slot: number });
  }

  async function powerOnce(slot: number): Promise<Uint8Array | null> {
    const answer = await repeatOnLineFault(times.readRetries, () =>
      ask({ type: CCID.iccPowerOn, slot, data: NO_DATA }, { answerType: CCID.dataBlock, timeoutMs: times.powerOnTimeoutMs }),
    );
    const status = ccidStatusOf(answer);
    if (status.command === 'ok') return answer.data;
    requireCard(status, slot);
    return null;
  }

  return {
    async slotStatus(slot) {
      const answer = await repeatOnLineFault(times.readRetries, () =>
        ask({ type: CCID.getSlotStatus, slot, data: NO_DATA }, { answerType: CCID.slotStatus, timeoutMs: times.responseTimeoutMs }),
      );
      const status = ccidStatusOf(answer);
      if (status.command === 'failed') requireCard({ ...status, icc: 'active' }, slot);
      return status.icc;
    },
    async powerOn(slot) {
      const first = await powerOnce(slot);
      if (first !== null) return first;
      // Right after a card was pushed in its contacts may still move.
      pause();
      const second = await powerOnce(slot);
      if (second === null) throw new Fault('CARD_DAMAGED', { slot: slotNumber(slot) });
      return second;
    },
    async transmit(slot, { apdu, secrets, timeoutMs, repeatable, accepts }) {
      const send = () => ask({ type: CCID.xfrBlock, slot, data: apdu }, { answerType: CCID.dataBlock, timeoutMs, secrets, accepts });
      const answer = await repeatOnLineFault(repeatable ? times.readRetries : 0, send);
      const status = ccidStatusOf(answer);
      if (status.command === 'ok') {
        if (statusWordOf(answer.data) === SW_FAILED) pause();
        return answer.data;
      }
      requireCard(status, slot);
      if (status.icc === 'inactive') return null;
      throw new Fault('CARD_DAMAGED', { slot: slotNumber(slot), reason: `reader error ${status.error}` });
    },
    close: () => line.close(),
  };
}

/** CCID counts slots from 0, people and the kit from 1. */
export function slotNumber(ccidSlot: number): number {
  return ccidSlot + 1;
}
