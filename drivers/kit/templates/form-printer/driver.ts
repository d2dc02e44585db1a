// Driver of the vendor-model form printer.
import {
  createExchangeLine,
  createQueue,
  createScanFramer,
  type DriverContext,
  defineDriver,
  encodeFormText,
  Fault,
  type FormJob,
  type FormPrinter,
  gridFields,
  integerOption,
  type OpenDevice,
  type PrinterStatus,
  type PrintResult,
  placeFields,
  repeatOnLineFault,
} from '../../index.ts';
import {
  ANSWER_BIT,
  COMMAND,
  decodeFrame,
  describeFrame,
  encodeFeed,
  encodeFrame,
  encodeText,
  FLAG,
  FRAME_FORMAT,
  MAX_TEXT_BYTES,
  STEPS_PER_INCH,
} from './frames.ts';

const NONE = new Uint8Array(0);

interface Answer {
  readonly status: PrinterStatus;
  /** The form that was fed out last. */
  readonly lastForm: number;
}

function answerOf([flags = 0, lastForm = 0]: Uint8Array): Answer {
  const paperOut = (flags & FLAG.paperOut) !== 0;
  const online = !paperOut && (flags & FLAG.offline) === 0;
  return { lastForm, status: { online, paperOut, paperNearEnd: null, coverOpen: null, cutterError: null, unrecoverableError: null } };
}

/** Throws what keeps the printer from printing. */
function requireReady({ online, paperOut }: PrinterStatus): void {
  if (paperOut) throw new Fault('PRINTER_PAPER_OUT');
  if (!online) throw new Fault('PRINTER_OFFLINE');
}

/** Whether a fault may pass while a form is printed: being offline for a moment, and not being understood just now. */
function mayPass(error: unknown): error is Fault {
  return error instanceof Fault && (['PRINTER_NO_ANSWER', 'PRINTER_OFFLINE'].includes(error.code) || error.code.startsWith('FRAME_'));
}

function openPrinter(context: DriverContext): OpenDevice {
  const { timers } = context;
  const responseTimeoutMs = integerOption(context.options, 'responseTimeoutMs', { min: 1 });
  const retries = integerOption(context.options, 'retries', { min: 0 });
  const jobTimeoutMs = integerOption(context.options, 'jobTimeoutMs', { min: 1 });
  const pollMs = integerOption(context.options, 'pollMs', { min: 1 });
  const interByteMs = integerOption(context.options, 'interByteMs', { min: 1 });

  const inTurn = createQueue();
  let sequence = timers.now() & 0xff;

  const line = createExchangeLine({
    transport: context.transport,
    timers,
    framer: createScanFramer(FRAME_FORMAT),
    interByteMs,
    trace: (direction, bytes, damage) => context.trace(direction, bytes, damage ?? describeFrame(bytes)),
    isUnsolicited: () => false,
  });

  /** One command. It may be repeated as it is: the printer carries out a sequence number once. */
  async function send(code: number, data: Uint8Array = NONE): Promise<Answer> {
    sequence = (sequence + 1) & 0xff;
    const own = sequence;
    const request = {
      frame: encodeFrame({ sequence: own, code, data }),
      timeoutMs: responseTimeoutMs,
      judge(bytes: Uint8Array) {
        const heard = decodeFrame(bytes);
        return heard.sequence === own && heard.code === (code | ANSWER_BIT) && heard.data.length === 2 ? 'answer' : 'FRAME_UNEXPECTED';
      },
    } as const;
    try {
      return answerOf(decodeFrame(await repeatOnLineFault(retries, () => line.exchange(request))).data);
    } catch (error) {
      throw error instanceof Fault && error.code === 'DEVICE_NO_ANSWER' ? new Fault('PRINTER_NO_ANSWER', {}, { cause: error }) : error;
    }
  }

  /** Asks until the printer says that this form was fed out. What a clerk must put right ends the wait at once; silence may pass while it prints. */
  async function proveForm(form: number): Promise<PrintResult> {
    const startMs = timers.now();
    for (;;) {
      let last = new Fault('PRINTER_NO_ANSWER', { reason: 'not-printed' });
      try {
        const { status, lastForm } = await send(COMMAND.status);
        if (lastForm === form) return { proof: 'verified', paperNearEnd: status.paperNearEnd };
        requireReady(status);
      } catch (error) {
        if (!mayPass(error)) throw error;
        last = error;
      }
      if (timers.now() - startMs >= jobTimeoutMs) throw last;
      await new Promise<void>((resolve) => void timers.setTimeout(resolve, pollMs));
    }
  }

  const print = (job: FormJob, began: () => void): Promise<PrintResult> =>
    inTurn(async () => {
      // Laying out first: a form that cannot be printed must fail before anything is sent.
      const { fields, lengthSteps } = placeFields(job, { rightPerInch: STEPS_PER_INCH, downPerInch: STEPS_PER_INCH });
      const tooLong = fields.find(({ field }) => encodeFormText(field.text).length > MAX_TEXT_BYTES);
      if (tooLong) throw new Fault('INPUT_INVALID', { field: `fields.${job.fields.indexOf(tooLong.field)}`, reason: 'too long' });
      const { status, lastForm } = await send(COMMAND.status);
      requireReady(status);
      const form = (lastForm % 255) + 1;
      began();
      for (const field of fields) await send(COMMAND.text, encodeText(field));
      await send(COMMAND.feed, encodeFeed({ form, lengthSteps }));
      return proveForm(form);
    });

  const formPrinter: FormPrinter = {
    status: () => inTurn(async () => (await send(COMMAND.status)).status),
    print,
    printGrid: (job, began) => print({ ...job, fields: gridFields(job.size) }, began),
  };

  return {
    formPrinter,
    probe: () => inTurn(async () => void (await send(COMMAND.status))),
    async close() {
      line.close();
      await context.transport.close();
    },
  };
}

export default defineDriver({ open: async (context) => openPrinter(context) });
