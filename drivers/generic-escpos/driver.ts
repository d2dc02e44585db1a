// Driver of ESC/POS receipt printers: status before the job, the job, and proof after it; and the drawer that hangs on them.
import {
  booleanOption,
  type CashDrawer,
  createQueue,
  createStatusLine,
  type DriverContext,
  defineDriver,
  Fault,
  integerOption,
  isDrawerPinHigh,
  isStopped,
  type OpenDevice,
  printerTrouble,
  type ReceiptPrinter,
  say,
  textOption,
} from '../kit/index.ts';
import { drawerPulse, drawerPulseAtOnce, drawerPulseOf, END_MARKER, isMarkerByte } from './commands.ts';
import { createHeardNumbers, numberOfFence, numberOfJob, numberRequest } from './job-numbers.ts';
import { describeJob, describeOther } from './meaning.ts';
import { renderJob } from './render.ts';
import { throughReports } from './reports.ts';

/** How often the answers to the first question are looked for, ms: a customer waits for the first receipt too. */
const LEARN_EVERY_MS = 20;

function openPrinter(context: DriverContext): OpenDevice {
  const { timers, options } = context;
  const columns = integerOption(options, 'columns', { min: 16 });
  const pulse = drawerPulseOf(options);
  const drawerAtOnce = booleanOption(options, 'drawerAtOnce');
  const drawerSensor = textOption(options, 'drawerSensor', { form: /^(none|high|low)$/ });
  const oneWay = booleanOption(options, 'oneWay');
  const endMarker = booleanOption(options, 'endMarker');
  const jobNumbers = booleanOption(options, 'jobNumbers');
  const reportBytes = integerOption(options, 'reportBytes', { min: 0 });
  const reportLengthByte = booleanOption(options, 'reportLengthByte');
  const statusTimeoutMs = integerOption(options, 'statusTimeoutMs', { min: 1 });
  const markerTimeoutMs = integerOption(options, 'markerTimeoutMs', { min: 1 });
  const jobTimeoutMs = integerOption(options, 'jobTimeoutMs', { min: 1 });
  const pollMs = integerOption(options, 'pollMs', { min: 1 });

  const inTurn = createQueue();
  const numbers = createHeardNumbers();
  let fences = 0;
  /** Whether this printer knows GS ( H; found out before the first job. */
  let knowsNumbers: boolean | null = jobNumbers && !oneWay ? null : false;
  /** GS r sent and answered since the line was opened. */
  let markersSent = 0;
  let markersHeard = 0;
  /** The job that the last GS r followed. */
  let markedJobId = '';
  /** Whether this printer knows GS r; found out before the first job. */
  let knowsMarker: boolean | null = endMarker && !oneWay ? null : false;

  const line = createStatusLine(
    {
      ...context,
      transport: reportBytes === 0 ? context.transport : throughReports(context.transport, { reportBytes, lengthByte: reportLengthByte }),
    },
    {
      oneWay,
      statusTimeoutMs,
      describeOther,
      other(byte) {
        if (numbers.received(byte)) return true;
        if (!isMarkerByte(byte)) return false;
        markersHeard += 1;
        return true;
      },
    },
  );

  const send = (bytes: Uint8Array) => line.send(bytes, describeJob(bytes));

  /**
   * Finds out what this printer can prove before the first job depends on it: of a job that got lost on the line whole, a clean status would say
   * "printed".
   */
  async function learnProofs(): Promise<void> {
    if (knowsNumbers !== null && knowsMarker !== null) return;
    const fence = numberOfFence(fences);
    fences += 1;
    if (knowsMarker === null) markersSent += 1;
    // Only what the options leave open: a model may print what it does not know.
    await send(Uint8Array.from([...(knowsMarker === null ? END_MARKER : []), ...(knowsNumbers === null ? numberRequest(fence) : [])]));
    const startMs = timers.now();
    const isSettled = () => numbers.has(fence) || (knowsNumbers === false && markersHeard >= markersSent);
    while (!isSettled() && timers.now() - startMs < markerTimeoutMs) await line.pause(Math.min(pollMs, LEARN_EVERY_MS));
    knowsNumbers ??= numbers.has(fence);
    knowsMarker ??= markersHeard >= markersSent;
    markersHeard = markersSent;
  }

  /** An earlier job's GS r may still be unanswered: its answer must not prove this job. Waits for it, a bounded time. */
  async function settleMarkers(): Promise<void> {
    if (markersHeard < markersSent) {
      markersSent += 1;
      await send(END_MARKER);
      const startMs = timers.now();
      while (markersHeard < markersSent && timers.now() - startMs < markerTimeoutMs) await line.pause(pollMs);
    }
    markersHeard = markersSent;
  }

  /**
   * Whether the job of this number is proved of a printer that is well. One that announces numbers must have announced this one; one that answers GS r
   * must have answered the last; of one that does neither a clean status is all there is.
   */
  function isProved(number: string): boolean {
    if (knowsNumbers === true) return numbers.has(number);
    return knowsMarker !== true || markersHeard >= markersSent;
  }

  async function hasPrinted(jobId: string): Promise<boolean> {
    const number = numberOfJob(jobId);
    // The answer to GS r has no number: it counts for the last job of this line only.
    const isProven = () => numbers.has(number) || (jobId === markedJobId && markersHeard >= markersSent);
    const mayCome = jobId === markedJobId && knowsMarker !== false;
    if (isProven() || (knowsNumbers === false && !mayCome)) return isProven();
    await line.requireReady();
    // Behind everything that is still in the printer: once this has come, the job's own number has come before it or never will.
    const fence = numberOfFence(fences);
    if (knowsNumbers !== false) {
      fences += 1;
      await send(numberRequest(fence));
    }
    const hasPassed = (waitedMs: number) => {
      if (numbers.has(fence)) knowsNumbers = true;
      return isProven() || numbers.has(fence) || (knowsNumbers !== true && waitedMs >= markerTimeoutMs);
    };
    await line.waitUntil(hasPassed, { limitMs: jobTimeoutMs, pollMs });
    return isProven();
  }

  const receiptPrinter: ReceiptPrinter = {
    columns,
    status: () => inTurn(line.status),
    print: (job, began) =>
      inTurn(async () => {
        // Rendering first: markup that cannot be rendered must fail before anything is printed.
        const bytes = renderJob(job.markup, { columns, cut: job.cut, drawer: job.openDrawer ? drawerPulse(pulse) : null });
        await line.requireReady();
        await learnProofs();
        const number = numberOfJob(job.jobId);
        const numbered = knowsNumbers === true;
        const marked = knowsMarker === true && !numbered;
        if (marked) await settleMarkers();
        numbers.forget(number);
        began();
        if (marked) markersSent += 1;
        markedJobId = marked ? job.jobId : '';
        const tail = [...(marked ? END_MARKER : []), ...(numbered ? numberRequest(number) : [])];
        const whole = Uint8Array.from([...bytes, ...tail]);
        await line.send(whole, say('job {job}: {content}', { job: job.jobId, content: describeJob(whole) }));
        if (oneWay) return { proof: 'unverified', paperNearEnd: null };
        const { paperNearEnd } = await line.waitUntil(() => isProved(number), { limitMs: jobTimeoutMs, pollMs });
        return { proof: 'verified', paperNearEnd };
      }),
    ...(!oneWay && (jobNumbers || endMarker) ? { hasPrinted: (jobId: string) => inTurn(() => hasPrinted(jobId)) } : {}),
    openDrawer: () => inTurn(openDrawer),
  };

  /** Paper and cover do not matter to the drawer; only somebody must be listening. */
  async function openDrawer(): Promise<void> {
    if (oneWay || !isStopped(await line.ask(1))) return send(drawerPulse(pulse));
    // In its turn the pulse would come whenever the trouble is over, with nobody there.
    if (drawerAtOnce) return send(drawerPulseAtOnce(pulse));
    throw printerTrouble(await line.status()) ?? new Fault('PRINTER_OFFLINE');
  }

  const cashDrawer: CashDrawer = {
    open: () => inTurn(openDrawer),
    isOpen: () =>
      inTurn(async () => (oneWay || drawerSensor === 'none' ? null : isDrawerPinHigh(await line.ask(1)) === (drawerSensor === 'high'))),
  };

  return { receiptPrinter, cashDrawer, probe: () => inTurn(line.probe), close: line.close };
}

export default defineDriver({ open: async (context) => openPrinter(context) });
