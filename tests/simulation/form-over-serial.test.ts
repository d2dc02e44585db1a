// The form printer on a serial port: the real binding on a pseudo terminal, the real driver, the simulated printer at the other end.
import { afterEach, describe, expect, it } from 'vitest';
import escpForm from '../../drivers/generic-escp-form/driver.ts';
import manifest from '../../drivers/generic-escp-form/manifest.json' with { type: 'json' };
import { simulator } from '../../drivers/generic-escp-form/simulator.ts';
import type { FormJob } from '../../drivers/kit/form-printer.ts';
import type { PrintedText } from '../../drivers/kit/simulator.ts';
import { systemTimers } from '../../drivers/kit/transport.ts';
import { openSerial } from '../../src/main/devices/transports/serial.ts';
import { openPty } from '../../src/main/hall/pty.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Connects driver and printer by a serial line; `form` resolves with the next form that comes out. */
async function printerOnSerial(over: Readonly<Record<string, string | number | boolean>>) {
  const options = { ...manifest.options, ...over };
  const device = simulator.createFormPrinter?.({ timers: systemTimers, options });
  if (device === undefined) throw new Error('the driver ships no simulated printer');
  const form = () => new Promise<readonly PrintedText[]>((resolve) => device.onForm(resolve));
  const pty = openPty();
  closers.push(() => pty.close());
  device.attach(pty.transport);
  const { baudRate } = manifest.transports.serial;
  const transport = await openSerial({ path: pty.path, line: { baudRate, dataBits: 8, parity: 'none', stopBits: 1 } }, systemTimers);
  closers.push(() => transport.close());
  const { formPrinter } = await escpForm.open({ transport, timers: systemTimers, options, trace: () => {} });
  if (formPrinter === undefined) throw new Error('no form printer');
  return { device, formPrinter, form };
}

const INVOICE: FormJob = {
  jobId: 'invoice-1',
  size: { widthTenthMm: 2350, heightTenthMm: 900 },
  offset: { xTenthMm: 10, yTenthMm: -5 },
  fields: [
    { xTenthMm: 300, yTenthMm: 150, text: '欧阳明' },
    { xTenthMm: 2000, yTenthMm: 400, text: '￥230.00', align: 'right' },
    { xTenthMm: 300, yTenthMm: 480, text: '贰佰叁拾元整', pitch: 12 },
  ],
};

describe.skipIf(process.platform === 'win32')('a form printer on a serial line', () => {
  it('that never answers prints the form, and the driver does not claim to know', async () => {
    const { formPrinter, form } = await printerOnSerial({ oneWay: true });
    const out = form();
    let began = 0;
    const result = await formPrinter.print(INVOICE, () => {
      began += 1;
    });
    expect([result.proof, began]).toEqual(['unverified', 1]);
    expect((await out).map(({ text, xTenthMm, yTenthMm }) => [text, Math.round(xTenthMm), Math.round(yTenthMm)])).toEqual([
      ['欧阳明', 310, 145],
      // Eight columns of a tenth of an inch end at 200 mm, and lie 1 mm further right: 180.68 mm, less what half a step takes.
      ['￥230.00', 1806, 395],
      ['贰佰叁拾元整', 310, 476],
    ]);
  });

  it('that answers proves it', async () => {
    const { formPrinter, form } = await printerOnSerial({ oneWay: false, formTimeMs: 100, pollMs: 20 });
    const out = form();
    expect((await formPrinter.print(INVOICE, () => {})).proof).toBe('verified');
    expect(await out).toHaveLength(3);
  });

  it('prints the calibration grid', async () => {
    const { formPrinter, form } = await printerOnSerial({ oneWay: true });
    const out = form();
    await formPrinter.printGrid(INVOICE, () => {});
    expect((await out).filter(({ text }) => text === '+')).toHaveLength(23 * 8);
  });

  it('without paper refuses before the first byte of the form', async () => {
    const { device, formPrinter } = await printerOnSerial({ oneWay: false });
    device.setPaper('out');
    let began = 0;
    const asked = formPrinter.print(INVOICE, () => {
      began += 1;
    });
    await expect(asked).rejects.toMatchObject({ code: 'PRINTER_PAPER_OUT' });
    expect(began).toBe(0);
  });
});
