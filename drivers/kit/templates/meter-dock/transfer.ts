// Whole transfers of vendor-model. The counter and the handheld's simulator run the same.
import {
  createExchangeLine,
  createScanFramer,
  type DockControl,
  type DockFile,
  type DriverContext,
  Fault,
  type FaultCode,
  identifyFile,
  integerOption,
  isPlainFileName,
  type Meaning,
  type ReceivingNotes,
  type SendingNotes,
  type Timers,
  type Transport,
} from '../../index.ts';
import {
  BLOCK_BYTES,
  type DockFrame,
  decodeFrame,
  decodeHeader,
  describeFrame,
  encodeFrame,
  encodeHeader,
  FRAME_FORMAT,
  KIND,
} from './frames.ts';

const NONE = new Uint8Array(0);

export interface DockSettings {
  readonly maxFileBytes: number;
  /** For the other side to be made ready. */
  readonly startTimeoutMs: number;
  readonly responseTimeoutMs: number;
  readonly retries: number;
  readonly interByteMs: number;
}

export interface TransferOptions {
  readonly transport: Transport;
  readonly timers: Timers;
  readonly settings: DockSettings;
  readonly control: DockControl;
  trace(direction: 'sent' | 'received', bytes: Uint8Array, note?: Meaning): void;
}

/** Reads and checks the options; throws SETTINGS_INVALID naming the field. */
export function readSettings(options: DriverContext['options']): DockSettings {
  return {
    maxFileBytes: integerOption(options, 'maxFileBytes', { min: 1 }),
    startTimeoutMs: integerOption(options, 'startTimeoutMs', { min: 1 }),
    responseTimeoutMs: integerOption(options, 'responseTimeoutMs', { min: 1 }),
    retries: integerOption(options, 'retries', { min: 0 }),
    interByteMs: integerOption(options, 'interByteMs', { min: 1 }),
  };
}

interface Link {
  /** The session that both sides speak of; 0 until one is known. */
  session: number;
  /**
   * Says something and waits for a frame that `takes` it, saying it again up to so many times. Rejects with DEVICE_CANCELLED when either side cancels,
   * DEVICE_NO_ANSWER or FRAME_… after the last attempt, PORT_… when the line is gone.
   */
  ask(said: Omit<DockFrame, 'session'>, how: { readonly attempts: number; takes(heard: DockFrame): boolean }): Promise<DockFrame>;
  say(said: Omit<DockFrame, 'session'>): Promise<void>;
}

/** Whether saying it again may help. */
function isLineFault(error: unknown): boolean {
  return error instanceof Fault && (error.code === 'DEVICE_NO_ANSWER' || error.code.startsWith('FRAME_'));
}

const frameOf = (kind: number, number = 0, data: Uint8Array = NONE) => ({ kind, number, data });

/** Runs one transfer; returns the fault that ended it, or null. However it ends nobody listens any more, and the other side was told. */
async function runTransfer({ transport, timers, settings, control, trace }: TransferOptions, act: (link: Link) => Promise<void>) {
  const line = createExchangeLine({
    transport,
    timers,
    framer: createScanFramer(FRAME_FORMAT),
    interByteMs: settings.interByteMs,
    trace: (direction, bytes, damage) => trace(direction, bytes, damage ?? describeFrame(bytes)),
    isUnsolicited: () => false,
  });
  let cancelled: Fault | null = null;
  const cancel = () => {
    cancelled = new Fault('DEVICE_CANCELLED', { by: 'counter' });
    line.close();
  };
  const link: Link = {
    session: 0,
    async ask(said, { attempts, takes }) {
      const frame = encodeFrame({ ...said, session: link.session });
      const isCancel = ({ kind, session }: DockFrame) => kind === KIND.cancel && session === link.session && link.session !== 0;
      const judge = (bytes: Uint8Array): 'answer' | FaultCode => {
        const heard = decodeFrame(bytes);
        return isCancel(heard) || takes(heard) ? 'answer' : 'FRAME_UNEXPECTED';
      };
      for (let attempt = 1; ; attempt += 1) {
        try {
          if (cancelled) throw cancelled;
          const heard = decodeFrame(await line.exchange({ frame, timeoutMs: settings.responseTimeoutMs, judge }));
          if (isCancel(heard)) throw new Fault('DEVICE_CANCELLED', { by: 'device' });
          return heard;
        } catch (error) {
          if (cancelled || !isLineFault(error) || attempt >= attempts) throw cancelled ?? error;
        }
      }
    },
    async say(said) {
      const frame = encodeFrame({ ...said, session: link.session });
      trace('sent', frame, describeFrame(frame));
      await transport.write(frame);
    },
  };
  try {
    if (control.signal?.aborted) cancel();
    control.signal?.addEventListener('abort', cancel, { once: true });
    await act(link);
    return null;
  } catch (error) {
    const fault = error instanceof Fault ? error : new Fault('INTERNAL', {}, { cause: error });
    // What fails from here on changes nothing about how the transfer ended.
    if (fault.context.by !== 'device' && link.session !== 0) await link.say(frameOf(KIND.cancel)).catch(() => {});
    return fault;
  } finally {
    control.signal?.removeEventListener('abort', cancel);
    line.close();
  }
}

const startAttempts = ({ startTimeoutMs, responseTimeoutMs }: DockSettings) => Math.ceil(startTimeoutMs / responseTimeoutMs);

/** Sends these files to whoever calls; resolves with the fault that stopped it, or null. */
export function sendFiles(files: readonly DockFile[], notes: SendingNotes, options: TransferOptions): Promise<Fault | null> {
  const { settings } = options;
  return runTransfer(options, async (link) => {
    let number = 0;
    const deliver = async (kind: number, data: Uint8Array = NONE) => {
      number = (number + 1) & 0xffff;
      const own = number;
      const takes = (heard: DockFrame) => heard.kind === KIND.ack && heard.session === link.session && heard.number === own;
      await link.ask(frameOf(kind, own, data), { attempts: settings.retries + 1, takes });
    };
    const call = await link.ask(frameOf(KIND.offer), { attempts: startAttempts(settings), takes: ({ kind }) => kind === KIND.call });
    link.session = call.session;
    for (const [index, file] of files.entries()) {
      const progress = (fileBytes: number) => notes.onProgress({ fileName: file.name, fileBytes, fileSizeBytes: file.data.length });
      await deliver(KIND.file, encodeHeader(identifyFile(file)));
      progress(0);
      for (let sent = 0; sent < file.data.length; sent += BLOCK_BYTES) {
        const block = file.data.subarray(sent, sent + BLOCK_BYTES);
        await deliver(KIND.data, block);
        progress(sent + block.length);
      }
      notes.onEnding(index);
      await deliver(KIND.end);
      notes.onAcknowledged(index);
    }
    // A courtesy: each file was acknowledged by itself, and a receiver that has understood may have gone.
    await deliver(KIND.done).catch((error) => {
      if (!isLineFault(error)) throw error;
    });
  });
}

/** Takes what is sent until the sender is done; resolves with the fault that stopped it, or null. */
export function receiveFiles(notes: ReceivingNotes, options: TransferOptions): Promise<Fault | null> {
  const { settings, timers } = options;
  return runTransfer(options, async (link) => {
    let number = 0;
    let answer = frameOf(KIND.call);
    let attempts = startAttempts(settings);
    /** Acknowledges the frame before, or calls, and returns the next one. */
    const next = async () => {
      const due = (number + 1) & 0xffff;
      const takes = (heard: DockFrame) =>
        heard.session === link.session && heard.number === due && heard.kind >= KIND.file && heard.kind <= KIND.done;
      const heard = await link.ask(answer, { attempts, takes });
      number = due;
      answer = frameOf(KIND.ack, due);
      attempts = settings.retries + 1;
      return heard;
    };
    const unexpected = (reason: string) => new Fault('FRAME_UNEXPECTED', { reason });

    // Never 0, and not the one of the transfer before.
    link.session = (timers.now() % 0xffff) + 1;
    for (let heard = await next(); heard.kind !== KIND.done; heard = await next()) {
      if (heard.kind !== KIND.file) throw unexpected('no-header');
      const { name, sizeBytes, sha256 } = decodeHeader(heard.data);
      if (!isPlainFileName(name)) throw unexpected('file-name');
      if (sizeBytes > settings.maxFileBytes) throw unexpected('too-large');
      const data = new Uint8Array(sizeBytes);
      let received = 0;
      const progress = () => notes.onProgress({ fileName: name, fileBytes: received, fileSizeBytes: sizeBytes });
      progress();
      for (let block = await next(); block.kind !== KIND.end; block = await next()) {
        if (block.kind !== KIND.data || received + block.data.length > sizeBytes) throw unexpected('longer-than-declared');
        data.set(block.data, received);
        received += block.data.length;
        progress();
      }
      if (identifyFile({ name, data }).sha256 !== sha256) throw new Fault('FRAME_SUM', { reason: 'file', file: name });
      await notes.onWhole({ name, data }, 'declared');
    }
    await link.say(answer);
  });
}
