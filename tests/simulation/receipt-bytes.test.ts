// Whole receipts on the printer's line, read back with the system's GB18030 decoder and a table of command lengths: nothing of the driver's own.
import { describe, expect, it } from 'vitest';
import escpos from '../../drivers/generic-escpos/driver.ts';
import manifest from '../../drivers/generic-escpos/manifest.json' with { type: 'json' };
import { simulator } from '../../drivers/generic-escpos/simulator.ts';
import { createMemoryLine } from '../../drivers/kit/testing/line.ts';
import { createManualTimers } from '../../drivers/kit/testing/timers.ts';
import { createReceipts } from '../../src/main/printing/receipts.ts';
import { sampleReceipt } from '../support/sample-receipt.ts';

const DLE = 0x10;
const ESC = 0x1b;
const FS = 0x1c;
const GS = 0x1d;

/** Bytes of each command, its name included; the rest stands in the command itself. */
const LENGTHS: Readonly<Record<number, Readonly<Record<string, number>>>> = {
  [DLE]: { '\x04': 3 },
  // biome-ignore format: a table
  [ESC]: { '@': 2, p: 5, a: 3, M: 3, ' ': 3, '2': 2, '3': 3, '{': 3, '-': 3, E: 3, $: 4, '\\': 4, t: 3 },
  [FS]: { '&': 2, '.': 2, S: 4, '-': 3 },
  [GS]: { a: 3, B: 3, '!': 3, L: 4, W: 4, V: 4, r: 3 },
};

interface Read {
  /** What happens, in order: status questions, initialise, drawer, each line as text, cut, the question for the end. */
  readonly steps: readonly string[];
  readonly text: string;
}

/** Reads a stream of printer bytes. Throws on a command that is not in the table, and on what is no GB18030. */
function read(bytes: Uint8Array): Read {
  const decoder = new TextDecoder('gb18030', { fatal: true });
  const steps: string[] = [];
  let line: number[] = [];
  let chinese = false;
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at] ?? 0;
    if (!(first in LENGTHS)) {
      if (first === 0x0a) {
        steps.push(decoder.decode(Uint8Array.from(line)));
        line = [];
      } else {
        expect(first < 0x80 || chinese, 'a Chinese character outside Chinese mode').toBe(true);
        line.push(first);
      }
      at += 1;
      continue;
    }
    const name = String.fromCharCode(bytes[at + 1] ?? 0);
    const word = (index: number) => (bytes[at + index] ?? 0) + (bytes[at + index + 1] ?? 0) * 256;
    // GS ( counts what follows; GS v 0, a picture, says its width in bytes and its height in dots.
    const counted = first === GS ? { '(': 5 + word(3), v: 8 + word(4) * word(6) }[name] : undefined;
    const length = counted ?? LENGTHS[first]?.[name];
    if (length === undefined) throw new Error(`unknown command ${first.toString(16)} ${name} at ${at}`);
    const key = `${first.toString(16)}${name}`;
    if (key === '1c&') chinese = true;
    if (key === '1c.' || key === '1b@') chinese = false;
    const step = { '10\x04': `status ${bytes[at + 2]}`, '1b@': 'initialise', '1bp': 'drawer', '1dV': 'cut', '1dr': 'end?' }[key];
    const isNumber = key === '1d(' && bytes[at + 2] === 0x48;
    if (isNumber) steps.push('number?');
    if (step !== undefined && step !== steps.at(-1)) steps.push(step);
    at += length;
  }
  expect(line).toEqual([]);
  return { steps, text: steps.join('\n') };
}

async function printed(columns: number, { openDrawer = true, reprint = 0 } = {}) {
  const timers = createManualTimers();
  const line = createMemoryLine(timers);
  const device = simulator.createReceiptPrinter?.({ timers, options: {} });
  device?.attach(line.device);
  const { receiptPrinter } = await escpos.open({
    transport: line.host,
    timers,
    options: { ...manifest.options, columns },
    trace: () => {},
  });
  if (receiptPrinter === undefined) throw new Error('no receipt printer');
  const receipts = createReceipts();
  const original = receipts.markup(sampleReceipt, columns);
  const markup = reprint > 0 ? receipts.reprintMarkup(original, reprint) : original;
  const result = await timers.settle(receiptPrinter.print({ jobId: 'job-1', markup, cut: true, openDrawer }, () => {}));
  expect(result.proof).toBe('verified');
  return read(Uint8Array.from(Buffer.concat(line.toDevice.sent)));
}

const STATUS = ['status 1', 'status 2', 'status 3', 'status 4'];
const squeezed = (text: string) => text.replace(/ +/g, ' ');

describe.each([48, 42, 32])('a receipt of %i columns', (columns) => {
  it('is decoded whole by another decoder', async () => {
    const text = squeezed((await printed(columns)).text);
    for (const part of ['城北营业厅', '01-C01-00000001', '1000000002', '李静', '贰佰叁拾元整', '230.00']) expect(text).toContain(part);
    // A name full of markup stays a name.
    expect(text.replace(/\s/g, '')).toContain('欧阳|{code:1}_~^"`\\娜');
    expect(text).not.toContain('\ufffd');
  });

  it('asks for the status, then prints with the drawer first and the cut last, then asks for the end and the status', async () => {
    const { steps } = await printed(columns);
    const cut = steps.indexOf('cut');
    const drawer = steps.indexOf('drawer');
    // A printer that is new to the driver is asked what it can prove, before the job. Nothing is printed before the drawer opens, and nothing after the cut.
    expect(steps.slice(0, drawer + 1)).toEqual([...STATUS, 'end?', 'number?', 'initialise', 'drawer']);
    expect(steps.slice(cut)).toEqual(['cut', 'number?', ...STATUS]);
    expect(steps.filter((step) => step === 'cut' || step === 'drawer')).toEqual(['drawer', 'cut']);
    expect(cut - drawer).toBeGreaterThan(15);
  });

  it('leaves the drawer shut when no cash was taken', async () => {
    expect((await printed(columns, { openDrawer: false })).steps).not.toContain('drawer');
  });

  it('says of a copy that it is one', async () => {
    expect((await printed(columns, { reprint: 2 })).text).toContain('补打 2');
  });
});
