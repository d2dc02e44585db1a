// Driver of ESC/POS receipt printers over serial or TCP: status before the job, the job, and proof after it.
import {
  booleanOption,
  createQueue,
  type DriverContext,
  defineDriver,
  Fault,
  integerOption,
  type OpenDevice,
  type PrinterStatus,
  type ReceiptPrinter,
} from '../kit/index.ts';
import {
  decodeStatus,
  drawerPulseOf,
  END_MARKER,
  isMarkerByte,
  isStatusByte,
  STATUS_KINDS,
  type StatusKind,
  statusRequest,
} from './commands.ts';
import { renderJob } from './render.ts';

/** Returns the fault that keeps a printer from printing, the one a clerk can see first; null when it is ready. */
export function troubleOf(status: PrinterStatus): Fault | null {
  if (status.coverOpen) return new Fault('PRINTER_COVER_OPEN');
  if (status.paperOut) return new Fault('PRINTER_PAPER_OUT');
  if (status.cutterError) return new Fault('PRINTER_CUTTER');
  if (status.unrecoverableError) return new Fault('PRINTER_FAILED');
  return status.online ? null : new Fault('PRINTER_OFFLINE');
}

const ONE_WAY_STATUS: PrinterStatus = {
  online: true,
  paperOut: null,
  paperNearEnd: null,
  coverOpen: null,
  cutterError: null,
  unrecoverableError: null,
};

function openPrinter(context: DriverContext): OpenDevice {
  const { transport, timers, options } = context;
  const columns = integerOption(options, 'columns', { min: 16 });
  const drawer = drawerPulseOf(options);
  const oneWay = booleanOption(options, 'oneWay');
  const endMarker = booleanOption(options, 'endMarker');
  const statusTimeoutMs = integerOption(options, 'statusTimeoutMs', { min: 1 });
  const markerTimeoutMs = integerOption(options, 'markerTimeoutMs', { min: 1 });
  const jobTimeoutMs = integerOption(options, 'jobTimeoutMs', { min: 1 });
  const pollMs = integerOption(options, 'pollMs', { min: 1 });

  const inTurn = createQueue();
  let gone: Fault | null = null;
  /** Waits for one byte of a status; set while a question is open. */
  let hearing: ((byte: number) => void) | null = null;
  let abandon: ((fault: Fault) => void) | null = null;
  /** GS r sent and answered since the line was opened. */
  let markersSent = 0;
  let markersHeard = 0;
  /** Whether this printer knows GS r; found out by the first job. */
  let knowsMarker: boolean | null = endMarker ? null : false;
  /** A question went unanswered: its answer may still come. */
  let answerOwed = false;

  function end(fault: Fault): void {
    gone ??= fault;
    stopData();
    stopLost();
    abandon?.(gone);
  }

  const stopData = transport.onData((chunk) => {
    context.trace('received', chunk);
    for (const byte of chunk) {
      if (isMarkerByte(byte)) markersHeard += 1;
      else hearing?.(byte);
    }
  });
  const stopLost = transport.onLost((error) =>
    end(error instanceof Fault ? error : new Fault('PORT_FAILED', { reason: error.name }, { cause: error })),
  );

  function send(bytes: Uint8Array, note?: string): Promise<void> {
    if (gone) return Promise.reject(gone);
    context.trace('sent', bytes, note);
    return transport.write(bytes);
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve, reject) => {
      if (gone) {
        reject(gone);
        return;
      }
      const timer = timers.setTimeout(() => {
        abandon = null;
        resolve();
      }, ms);
      abandon = (fault) => {
        timers.clearTimeout(timer);
        reject(fault);
      };
    });
  }

  /** One status byte. A byte with wrong fixed bits is passed over; it alone until the time-out gives FRAME_UNEXPECTED. */
  async function ask(kind: StatusKind): Promise<number> {
    if (answerOwed) {
      // Status bytes do not say what they answer: let a late one pass by before the next question.
      await pause(statusTimeoutMs);
      answerOwed = false;
    }
    return new Promise((resolve, reject) => {
      let wrong = false;
      let deadline: unknown = null;
      const finish = (act: () => void) => {
        timers.clearTimeout(deadline);
        hearing = null;
        abandon = null;
        act();
      };
      hearing = (byte) => {
        if (isStatusByte(byte)) finish(() => resolve(byte));
        else wrong = true;
      };
      abandon = (fault) => finish(() => reject(fault));
      deadline = timers.setTimeout(() => {
        answerOwed = true;
        finish(() => reject(new Fault(wrong ? 'FRAME_UNEXPECTED' : 'PRINTER_NO_ANSWER')));
      }, statusTimeoutMs);
      send(statusRequest(kind)).catch((error) => finish(() => reject(error)));
    });
  }

  async function statusNow(): Promise<PrinterStatus> {
    if (oneWay) return ONE_WAY_STATUS;
    const bytes = { 1: 0, 2: 0, 3: 0, 4: 0 };
    for (const kind of STATUS_KINDS) bytes[kind] = await ask(kind);
    return decodeStatus(bytes);
  }

  async function requireReady(): Promise<void> {
    const trouble = troubleOf(await statusNow());
    if (trouble) throw trouble;
  }

  /** An earlier job's GS r may still be unanswered: its answer must not prove this job. Waits for it, a bounded time. */
  async function settleMarkers(): Promise<void> {
    if (markersHeard < markersSent) {
      markersSent += 1;
      await send(END_MARKER);
      const startMs = timers.now();
      while (markersHeard < markersSent && timers.now() - startMs < markerTimeoutMs) await pause(pollMs);
    }
    markersHeard = markersSent;
  }

  /**
   * Asks until the printer is clean and, where it can say so, has printed everything. What a clerk must put right ends the wait at once; being
   * offline or silent may pass while it prints.
   */
  async function proveJob(): Promise<PrinterStatus> {
    const startMs = timers.now();
    let last = new Fault('PRINTER_NO_ANSWER');
    for (;;) {
      try {
        const status = await statusNow();
        const trouble = troubleOf(status);
        if (trouble && trouble.code !== 'PRINTER_OFFLINE') throw trouble;
        if (trouble) last = trouble;
        else {
          if (knowsMarker === false) return status;
          if (markersHeard >= markersSent) {
            knowsMarker = true;
            return status;
          }
          if (knowsMarker === null && timers.now() - startMs >= markerTimeoutMs) {
            knowsMarker = false;
            return status;
          }
          last = new Fault('PRINTER_NO_ANSWER', { reason: 'not-printed' });
        }
      } catch (error) {
        if (!(error instanceof Fault) || (error.code !== 'PRINTER_NO_ANSWER' && error.code !== 'FRAME_UNEXPECTED')) throw error;
        last = error;
      }
      if (timers.now() - startMs >= jobTimeoutMs) throw last;
      await pause(pollMs);
    }
  }

  const receiptPrinter: ReceiptPrinter = {
    columns,
    status: () => inTurn(statusNow),
    print: (job, began) =>
      inTurn(async () => {
        // Rendering first: markup that cannot be rendered must fail before anything is printed.
        const bytes = renderJob(job.markup, { columns, cut: job.cut, drawer: job.openDrawer ? drawer : null });
        await requireReady();
        if (gone) throw gone;
        const marked = !oneWay && knowsMarker !== false;
        if (marked) await settleMarkers();
        began();
        if (marked) markersSent += 1;
        await send(marked ? Uint8Array.from([...bytes, ...END_MARKER]) : bytes, job.jobId);
        if (oneWay) return { proof: 'unverified', paperNearEnd: null };
        const { paperNearEnd } = await proveJob();
        return { proof: 'verified', paperNearEnd };
      }),
    openDrawer: () =>
      inTurn(async () => {
        // Paper and cover do not matter to the drawer; only somebody must be listening.
        if (!oneWay) await ask(1);
        await send(drawer);
      }),
  };

  return {
    receiptPrinter,
    probe: () =>
      inTurn(async () => {
        if (gone) throw gone;
        if (!oneWay) await ask(1);
      }),
    async close() {
      end(new Fault('DEVICE_OFFLINE'));
      await transport.close();
    },
  };
}

export default defineDriver({ open: async (context) => openPrinter(context) });
