// The receipt printer on a serial port: the real binding on a pseudo terminal, the real driver, the simulated printer at the other end.
import { afterEach, describe, expect, it } from 'vitest';
import escpos from '../../drivers/generic-escpos/driver.ts';
import manifest from '../../drivers/generic-escpos/manifest.json' with { type: 'json' };
import { simulator } from '../../drivers/generic-escpos/simulator.ts';
import { systemTimers } from '../../drivers/kit/transport.ts';
import { openSerial } from '../../src/main/devices/transports/serial.ts';
import { openPty } from '../../src/main/hall/pty.ts';
import { createReceipts } from '../../src/main/printing/receipts.ts';
import { sampleReceipt } from '../support/sample-receipt.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Connects driver and printer by a serial line; returns both and the receipts that came out. */
async function printerOnSerial() {
  const { options } = manifest;
  const device = simulator.createReceiptPrinter?.({ timers: systemTimers, options });
  if (device === undefined) throw new Error('the driver ships no simulated printer');
  const receipts: (readonly string[])[] = [];
  let drawer = 0;
  device.onReceipt((lines) => receipts.push(lines));
  device.onDrawer(() => {
    drawer += 1;
  });
  const pty = openPty();
  closers.push(() => pty.close());
  device.attach(pty.transport);
  const { baudRate } = manifest.transports.serial;
  const transport = await openSerial({ path: pty.path, line: { baudRate, dataBits: 8, parity: 'none', stopBits: 1 } }, systemTimers);
  closers.push(() => transport.close());
  const { receiptPrinter } = await escpos.open({ transport, timers: systemTimers, options, trace: () => {} });
  if (receiptPrinter === undefined) throw new Error('no receipt printer');
  return { device, receiptPrinter, receipts, drawer: () => drawer };
}

const job = (columns: number) => ({
  jobId: 'job-1',
  markup: createReceipts().markup(sampleReceipt, columns),
  cut: true,
  openDrawer: true,
});

describe.skipIf(process.platform === 'win32')('a receipt printer on a serial line', () => {
  it('prints a Chinese receipt, opens the drawer and proves that the paper came out', async () => {
    const { receiptPrinter, receipts, drawer } = await printerOnSerial();
    let began = 0;
    const result = await receiptPrinter.print(job(receiptPrinter.columns), () => {
      began += 1;
    });
    expect(result.proof).toBe('verified');
    expect(began).toBe(1);
    expect(receipts).toHaveLength(1);
    expect(receipts[0]?.join('\n')).toContain('贰佰叁拾元整');
    expect(drawer()).toBe(1);
  });

  it('without paper refuses before the first byte of the job', async () => {
    const { device, receiptPrinter, receipts } = await printerOnSerial();
    device.setPaper('out');
    let began = 0;
    const asked = receiptPrinter.print(job(receiptPrinter.columns), () => {
      began += 1;
    });
    await expect(asked).rejects.toMatchObject({ code: 'PRINTER_PAPER_OUT' });
    expect(began).toBe(0);
    expect(receipts).toHaveLength(0);
  });
});
