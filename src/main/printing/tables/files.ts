// Tables as files for the core: each made in a thread of its own.
import { Worker } from 'node:worker_threads';
import { Fault } from '../../../shared/domain/fault.ts';
import { tableEn, tableZhCN, tableZhTW } from '../../../shared/words/tables.ts';
import type { TableFiles } from '../../core/ports/tables.ts';
import type { TableJob } from './worker.ts';

const WORDS = { 'zh-CN': tableZhCN, 'zh-TW': tableZhTW, en: tableEn } as const;
/** A year of a branch's operations fits; more than that must not take the counter's memory. */
const LIMITS = { maxOldGenerationSizeMb: 512 } as const;

/** Returns the maker of table files. */
export function createTableFiles({ workerFile }: { readonly workerFile: string }): TableFiles {
  return {
    words: (language) => WORDS[language],
    write: (tables, format) =>
      new Promise((resolve, reject) => {
        const worker = new Worker(workerFile, { workerData: { tables, format } satisfies TableJob, resourceLimits: LIMITS });
        // A counter that closes does not wait for a file.
        worker.unref();
        const fail = (reason: string): void => reject(new Fault('EXPORT_FAILED', { reason }));
        worker.on('message', (bytes: Uint8Array) => resolve(bytes));
        worker.on('error', (error: unknown) => fail(error instanceof Error ? error.message : String(error)));
        worker.on('exit', () => fail('the thread ended'));
      }),
  };
}
