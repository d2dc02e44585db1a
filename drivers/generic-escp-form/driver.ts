// Driver of 24-pin form printers that speak ESC/P-K: one form at a time, and as much about its fate as the model tells.
import {
  booleanOption,
  createQueue,
  createStatusLine,
  type DriverContext,
  defineDriver,
  Fault,
  type FormJob,
  type FormPrinter,
  gridFields,
  integerOption,
  type OpenDevice,
  type PrintResult,
  say,
  textOption,
} from '../kit/index.ts';
import { describeForm } from './meaning.ts';
import { type PageOptions, renderForm } from './page.ts';

/** Returns how the model is told places and lengths. Throws SETTINGS_INVALID. */
function pageOptionsOf(options: DriverContext['options']): PageOptions {
  const finePerInch = integerOption(options, 'finePerInch', { min: 60 });
  if (![60, 120, 180].includes(finePerInch))
    throw new Fault('SETTINGS_INVALID', { field: 'options.finePerInch', reason: String(finePerInch) });
  const pageLength = textOption(options, 'pageLength', { form: /^(lines|units)$/ });
  return { finePerInch, pageLength: pageLength === 'units' ? 'units' : 'lines' };
}

function openPrinter(context: DriverContext): OpenDevice {
  const { options } = context;
  const page = pageOptionsOf(options);
  const oneWay = booleanOption(options, 'oneWay');
  const formTimeMs = integerOption(options, 'formTimeMs', { min: 0 });
  const jobTimeoutMs = integerOption(options, 'jobTimeoutMs', { min: 1 });
  const pollMs = integerOption(options, 'pollMs', { min: 1 });
  const statusTimeoutMs = integerOption(options, 'statusTimeoutMs', { min: 1 });
  const inTurn = createQueue();
  const line = createStatusLine(context, { oneWay, statusTimeoutMs, other: () => false });

  /**
   * Watches the printer for as long as a form takes. ESC/P has no answer in turn: nobody is told that the last line is on paper, so a form counts only
   * when nothing was wrong in all this time and the printer is well at the end.
   */
  async function watchForm(): Promise<PrintResult> {
    const { paperNearEnd } = await line.waitUntil((waitedMs) => waitedMs >= formTimeMs, { limitMs: jobTimeoutMs, pollMs });
    return { proof: 'verified', paperNearEnd };
  }

  const print = (job: FormJob, began: () => void): Promise<PrintResult> =>
    inTurn(async () => {
      const bytes = renderForm(job, page);
      await line.requireReady();
      began();
      await line.send(bytes, say('job {job}: {content}', { job: job.jobId, content: describeForm(bytes) }));
      return oneWay ? { proof: 'unverified', paperNearEnd: null } : watchForm();
    });

  const formPrinter: FormPrinter = {
    status: () => inTurn(line.status),
    print,
    printGrid: (job, began) => print({ ...job, fields: gridFields(job.size) }, began),
  };
  return { formPrinter, probe: () => inTurn(line.probe), close: line.close };
}

export default defineDriver({ open: async (context) => openPrinter(context) });
