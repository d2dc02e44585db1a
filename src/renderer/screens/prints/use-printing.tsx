// One job on its way to paper: queued, its pages drawn beside the screen and handed to the system, or left to the counter's own printer; then its fate.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { v7 as newId } from 'uuid';
import { api, client, problemOf } from '../../bridge/client.ts';
import type { Problem } from '../../text/index.ts';
import { useTranslation } from '../../text/use-translation.tsx';
import { PaperSheet, type Sheet } from '../paper/paper-sheet.tsx';
import { type PrintJob, printPages } from './print-page.ts';

export type Answer = 'yes' | 'no' | 'again';

/** All pages beside the screen, drawn but not shown, for the printer alone, which is asked as soon as they stand. */
function PrintArea({
  job,
  sheets,
  onDone,
}: {
  readonly job: PrintJob;
  readonly sheets: readonly Sheet[];
  readonly onDone: (done: Promise<PrintJob>) => void;
}) {
  const latest = useRef(onDone);
  latest.current = onDone;
  const begun = useRef(false);
  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    const print = async (): Promise<PrintJob> => {
      const { jobId } = job;
      // From here on it may be on paper, whatever becomes of this page.
      await client.prints.hand({ jobId });
      return client.prints.report({ jobId, ...(await printPages(job)) });
    };
    // The pages stay until the system has them.
    void print().then(
      (printed) => latest.current(Promise.resolve(printed)),
      (error: unknown) => latest.current(Promise.reject(error)),
    );
  }, [job]);
  return createPortal(
    <div className="paper-print" aria-hidden="true">
      {sheets.map((sheet, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: pages are named by their place
        <PaperSheet key={at} sheet={sheet} label="" />
      ))}
    </div>,
    document.body,
  );
}

/** Fetches the pages of a queued job and prints them. */
function PagePrint({ job, onDone }: { readonly job: PrintJob; readonly onDone: (done: Promise<PrintJob>) => void }) {
  const { t } = useTranslation();
  const [sheets, setSheets] = useState<readonly Sheet[]>([]);
  const latest = useRef(onDone);
  latest.current = onDone;
  const { jobId, pages } = job;
  useEffect(() => {
    let gone = false;
    const fetchAll = async (): Promise<void> => {
      for (let page = 1; page <= pages && !gone; page += 1) {
        const sheet = await client.prints.sheet({ jobId, page });
        if (!gone) setSheets((before) => [...before, sheet]);
      }
    };
    void fetchAll().catch((error: unknown) => latest.current(Promise.reject(error)));
    return () => {
      gone = true;
      setSheets([]);
    };
  }, [jobId, pages]);
  return (
    <>
      <span className="soft" role="status">
        {t('prints.preparing', { page: Math.min(pages, sheets.length + 1), pages })}
      </span>
      {sheets.length === pages && <PrintArea job={job} sheets={sheets} onDone={onDone} />}
    </>
  );
}

export interface Printing {
  /** The job as it stands; null before the first. */
  readonly job: PrintJob | null;
  readonly isPending: boolean;
  readonly problem: Problem | null;
  /** Makes, or takes up, a job and prints it where this page has to. */
  readonly start: (make: () => Promise<PrintJob>) => void;
  readonly confirm: (jobId: string, answer: Answer) => void;
  /** To be placed somewhere on the screen: the progress, and the pages for the printer. */
  readonly area: ReactNode;
}

/** Returns what prints one job after the other. */
export function usePrinting(): Printing {
  const queries = useQueryClient();
  const [job, setJob] = useState<PrintJob | null>(null);
  const [running, setRunning] = useState<PrintJob | null>(null);
  const take = (next: PrintJob): void => {
    setJob(next);
    if (!next.byItself && next.state === 'queued') setRunning(next);
  };
  const act = useMutation({
    mutationFn: async (make: () => Promise<PrintJob>) => {
      try {
        return await make();
      } catch (error) {
        // The same paper is on its way already: that job is the one to be printed or asked about.
        const { code, context } = problemOf(error);
        const { jobId } = context;
        if (code !== 'PRINT_FATE_OPEN' || typeof jobId !== 'string') throw error;
        return client.prints.get({ jobId });
      }
    },
    onSuccess: take,
    onSettled: () => void queries.invalidateQueries({ queryKey: api.prints.key() }),
  });
  // The counter's own printer tells by an event.
  const own = useQuery({ ...api.prints.get.queryOptions({ input: { jobId: job?.jobId ?? '' } }), enabled: job?.byItself === true }).data;
  return {
    job: own ?? job,
    isPending: act.isPending || running !== null,
    problem: act.error === null ? null : problemOf(act.error),
    start: (make) => act.mutate(make),
    confirm: (jobId, answer) => act.mutate(() => client.prints.confirm({ jobId, answer, againId: newId() })),
    area: running !== null && (
      <PagePrint
        key={`${running.jobId} ${running.changedAtMs}`}
        job={running}
        onDone={(done) => {
          setRunning(null);
          act.mutate(() => done);
        }}
      />
    ),
  };
}
