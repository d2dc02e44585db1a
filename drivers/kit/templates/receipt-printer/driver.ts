// Driver of the vendor-model receipt printer.
import iconv from 'iconv-lite';
import receiptline from 'receiptline';
import {
  createExchangeLine,
  createQueue,
  createScanFramer,
  type DriverContext,
  defineDriver,
  Fault,
  integerOption,
  type OpenDevice,
  type PrinterStatus,
  type ReceiptPrinter,
} from '../../index.ts';
import { ANSWER_BIT, COMMAND, decodeFrame, describeFrame, encodeFrame, FLAG, FRAME_FORMAT, statusOf } from './frames.ts';

const NONE = new Uint8Array(0);

/** Throws what keeps a printer from printing, the one a clerk can see first. */
function requireReady(status: PrinterStatus): void {
  if (status.coverOpen) throw new Fault('PRINTER_COVER_OPEN');
  if (status.paperOut) throw new Fault('PRINTER_PAPER_OUT');
  if (status.cutterError) throw new Fault('PRINTER_CUTTER');
  if (status.unrecoverableError) throw new Fault('PRINTER_FAILED');
  if (!status.online) throw new Fault('PRINTER_OFFLINE');
}

/** Whether a fault only says that the printer could not be understood just now. */
function mayPass(error: unknown): error is Fault {
  return error instanceof Fault && (error.code === 'PRINTER_NO_ANSWER' || error.code.startsWith('FRAME_'));
}

function openPrinter(context: DriverContext): OpenDevice {
  const { timers } = context;
  const columns = integerOption(context.options, 'columns', { min: 16 });
  const responseTimeoutMs = integerOption(context.options, 'responseTimeoutMs', { min: 1 });
  const jobTimeoutMs = integerOption(context.options, 'jobTimeoutMs', { min: 1 });
  const pollMs = integerOption(context.options, 'pollMs', { min: 1 });
  const interByteMs = integerOption(context.options, 'interByteMs', { min: 1 });

  const inTurn = createQueue();
  let sequence = 0;

  const line = createExchangeLine({
    transport: context.transport,
    timers,
    framer: createScanFramer(FRAME_FORMAT),
    interByteMs,
    trace: (direction, bytes, damage) => context.trace(direction, bytes, damage ?? describeFrame(bytes)),
    isUnsolicited: () => false,
  });

  /** One command; returns the flags of its answer. Never repeated here: what was printed once would be printed twice. */
  async function send(code: number, data: Uint8Array = NONE): Promise<number> {
    sequence = (sequence + 1) & 0xff;
    const own = sequence;
    try {
      const answer = await line.exchange({
        frame: encodeFrame({ sequence: own, code, data }),
        timeoutMs: responseTimeoutMs,
        judge(bytes) {
          const heard = decodeFrame(bytes);
          return heard.sequence === own && heard.code === (code | ANSWER_BIT) && heard.data.length === 1 ? 'answer' : 'FRAME_UNEXPECTED';
        },
      });
      return decodeFrame(answer).data[0] ?? 0;
    } catch (error) {
      throw error instanceof Fault && error.code === 'DEVICE_NO_ANSWER' ? new Fault('PRINTER_NO_ANSWER', {}, { cause: error }) : error;
    }
  }

  /** Asks until everything is on paper. What a clerk must put right ends the wait at once; silence may pass while it prints. */
  async function proveJob(): Promise<PrinterStatus> {
    const startMs = timers.now();
    for (;;) {
      let last = new Fault('PRINTER_NO_ANSWER', { reason: 'not-printed' });
      try {
        const flags = await send(COMMAND.status);
        requireReady(statusOf(flags));
        if ((flags & FLAG.printing) === 0) return statusOf(flags);
      } catch (error) {
        if (!mayPass(error)) throw error;
        last = error;
      }
      if (timers.now() - startMs >= jobTimeoutMs) throw last;
      await new Promise<void>((resolve) => void timers.setTimeout(resolve, pollMs));
    }
  }

  /** Returns the receipt's lines as the printer takes them. */
  function render(markup: string): Uint8Array[] {
    const text = receiptline.transform(markup, { cpl: columns, encoding: 'gb18030', cutting: false, command: 'text' });
    return text
      .replace(/\n+$/, '')
      .split('\n')
      .map((one) => Uint8Array.from(iconv.encode(one.trimEnd(), 'gb18030')));
  }

  const receiptPrinter: ReceiptPrinter = {
    columns,
    status: () => inTurn(async () => statusOf(await send(COMMAND.status))),
    print: (job, began) =>
      inTurn(async () => {
        // Rendering first: markup that cannot be rendered must fail before anything is printed.
        const lines = render(job.markup);
        requireReady(statusOf(await send(COMMAND.status)));
        began();
        if (job.openDrawer) await send(COMMAND.drawer);
        for (const one of lines) await send(COMMAND.line, one);
        if (job.cut) await send(COMMAND.cut);
        const { paperNearEnd } = await proveJob();
        return { proof: 'verified', paperNearEnd };
      }),
    openDrawer: () => inTurn(async () => void (await send(COMMAND.drawer))),
  };

  return {
    receiptPrinter,
    probe: () => inTurn(async () => void (await send(COMMAND.status))),
    async close() {
      line.close();
      await context.transport.close();
    },
  };
}

export default defineDriver({ open: async (context) => openPrinter(context) });
