// Files at hand: tables that were made a moment ago, for the one who made them, until they have been saved; a save that failed takes them again.
import { Fault } from '../../shared/domain/fault.ts';

/** The last few, of whoever; a file can always be made again. */
const KEPT = 8;

export interface FileKey {
  readonly exportId: string;
  readonly staffNo: string;
}

export interface ExportDesk {
  put(key: FileKey, bytes: Uint8Array): void;
  /** A file is its maker's. Throws EXPORT_UNKNOWN. */
  get(key: FileKey): Uint8Array;
}

export function createExportDesk(): ExportDesk {
  const kept = new Map<string, { readonly staffNo: string; readonly bytes: Uint8Array }>();
  return {
    put({ exportId, staffNo }, bytes) {
      kept.delete(exportId);
      kept.set(exportId, { staffNo, bytes });
      const [oldest] = kept.keys();
      if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
    },
    get({ exportId, staffNo }) {
      const found = kept.get(exportId);
      if (found === undefined || found.staffNo !== staffNo) throw new Fault('EXPORT_UNKNOWN');
      return found.bytes;
    },
  };
}
