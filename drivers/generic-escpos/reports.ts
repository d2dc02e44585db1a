// A byte stream through HID reports of a fixed length, for printers and bridges that present themselves so.
import { createQueue, type Transport } from '../kit/index.ts';

/** Reports of devices that do not number theirs carry 0. */
const REPORT_NUMBER = 0;

export interface ReportFormat {
  /** Bytes of a report without its number. */
  readonly reportBytes: number;
  /** Whether the first byte of each report counts those that follow; else what is short is filled with zeros. */
  readonly lengthByte: boolean;
}

/** Returns the bytes cut into reports, each with its number in front as hidapi wants it. */
export function packReports(bytes: Uint8Array, { reportBytes, lengthByte }: ReportFormat): Uint8Array[] {
  const head = lengthByte ? 2 : 1;
  const room = reportBytes + 1 - head;
  return Array.from({ length: Math.ceil(bytes.length / room) }, (_, index) => {
    const part = bytes.subarray(index * room, (index + 1) * room);
    const report = new Uint8Array(reportBytes + 1);
    report[0] = REPORT_NUMBER;
    if (lengthByte) report[1] = part.length;
    report.set(part, head);
    return report;
  });
}

/** Returns what a received report carries. Without a length byte the zeros at its end are filling, except that no report carries nothing. */
export function unpackReport(report: Uint8Array, { lengthByte }: ReportFormat): Uint8Array {
  if (lengthByte) {
    const length = report[0] ?? 0;
    return length < report.length ? report.slice(1, 1 + length) : new Uint8Array(0);
  }
  let end = report.length;
  while (end > 1 && report[end - 1] === 0) end -= 1;
  return report.slice(0, end);
}

/** Returns a transport of plain bytes over one whose chunks are reports. */
export function throughReports(transport: Transport, format: ReportFormat): Transport {
  const inTurn = createQueue();
  return {
    write: (bytes) =>
      inTurn(async () => {
        for (const report of packReports(bytes, format)) await transport.write(report);
      }),
    onData: (listener) =>
      transport.onData((report) => {
        const bytes = unpackReport(report, format);
        if (bytes.length > 0) listener(bytes);
      }),
    onLost: (listener) => transport.onLost(listener),
    close: () => transport.close(),
  };
}
