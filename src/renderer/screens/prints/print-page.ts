// The clerk's page hands a job to the system: the print dialog, and what can be known of it afterwards.
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';

export type PrintJob = Outputs['prints']['get'];
type Report = Omit<Inputs['prints']['report'], 'jobId'>;

/** Jobs that this very page has in the system's dialog: nobody is asked about them yet. */
const underWay = new Set<string>();

/** Whether somebody has to look if the paper came out. */
export function isToBeAsked({ jobId, state, printer }: Pick<PrintJob, 'jobId' | 'state' | 'printer'>): boolean {
  return state === 'unknown' || (state === 'handed' && printer === '' && !underWay.has(jobId));
}

/**
 * Opens the system's print dialog for the pages that stand in the print area, and returns what the system said. The style sheet hides all else on paper; the
 * fonts of the pages must have come, or the first print would show boxes. A browser tells nobody whether anything was printed; Electron does.
 */
export async function printPages({ jobId, landscape, copies }: PrintJob): Promise<Report> {
  await document.fonts.ready;
  const style = document.createElement('style');
  style.textContent = `@page { size: A4 ${landscape ? 'landscape' : 'portrait'}; margin: 0 }`;
  document.head.append(style);
  underWay.add(jobId);
  try {
    if (window.countertop === undefined) {
      window.print();
      return { outcome: 'unknown', reason: '' };
    }
    const { success, reason } = await window.countertop.print({ landscape, copies });
    return { outcome: success ? 'unverified' : 'not-printed', reason: reason.slice(0, 200) };
  } finally {
    underWay.delete(jobId);
    style.remove();
  }
}
