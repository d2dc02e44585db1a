// What the tests of this folder share: a simulated printer that is reached through HID reports.
import type { SimulatorModule, Transport } from '../kit/index.ts';
import type { ReportFormat } from './reports.ts';

/** The device's end of a HID line: takes reports with their number in front, and gives reports without one. Written apart from the driver's packing. */
function deviceEnd(line: Transport, { reportBytes, lengthByte }: ReportFormat): Transport {
  const room = lengthByte ? reportBytes - 1 : reportBytes;
  return {
    ...line,
    async write(bytes) {
      for (let at = 0; at < bytes.length; at += room) {
        const part = [...bytes.subarray(at, at + room)];
        const filling = new Array<number>(room - part.length).fill(0);
        await line.write(Uint8Array.from([...(lengthByte ? [part.length] : []), ...part, ...filling]));
      }
    },
    onData: (listener) =>
      line.onData((report) => {
        if (report.length !== reportBytes + 1 || report[0] !== 0) throw new Error(`no report: ${report.length} bytes`);
        listener(lengthByte ? report.subarray(2, 2 + (report[1] ?? 0)) : report.subarray(1));
      }),
  };
}

/** Returns the simulator with its receipt printer behind HID reports. */
export function behindReports(simulator: SimulatorModule, format: ReportFormat): SimulatorModule {
  return {
    createReceiptPrinter(options) {
      const device = simulator.createReceiptPrinter?.(options);
      if (!device) throw new Error('no simulated receipt printer');
      return { ...device, attach: (line) => device.attach(deviceEnd(line, format)) };
    },
  };
}
