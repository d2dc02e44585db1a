// Conformance of a form printer: what every driver keeps, measured on the simulated form and never in its bytes.
// The simulator takes the driver's options and `textTimeMs`, the time one text takes on paper (0: none).
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Fault, type FaultCode } from '../../../src/shared/domain/fault.ts';
import type { FormField, FormJob } from '../form-printer.ts';
import { type DriverManifest, manifestSchema } from '../manifest.ts';
import type { PrintedText, SimulatedFormPrinter } from '../simulator.ts';
import { corrupt, delay, drop, type Mishap, pass, trickle } from '../testing/line.ts';
import { atWrite, type DriverUnderTest, driverIdOf, LONG_MS, openDriver } from './bench.ts';

export interface FormPrinterUnderTest extends DriverUnderTest {
  /** Whether the model as set up answers; one that does not prints blind, and says so. */
  readonly answers: boolean;
  /** The mechanism's steps, 0.1 mm. A place may be off by half of one. */
  readonly step: { readonly xTenthMm: number; readonly yTenthMm: number };
}

/** The invoice of the trade: 23.5 × 9 cm. */
const SIZE = { widthTenthMm: 2350, heightTenthMm: 900 };
const STRAIGHT = { xTenthMm: 0, yTenthMm: 0 };
const FIELDS: readonly FormField[] = [
  { xTenthMm: 300, yTenthMm: 150, text: '王小明' },
  { xTenthMm: 1500, yTenthMm: 150, text: '2026-11-21', pitch: 12 },
  { xTenthMm: 300, yTenthMm: 305, text: '天然气 100.0 m³' },
  { xTenthMm: 2001, yTenthMm: 305, text: '230.00', align: 'right' },
  { xTenthMm: 2001, yTenthMm: 387, text: '贰佰叁拾元整', align: 'right', pitch: 15 },
  { xTenthMm: 300, yTenthMm: 700, text: '收讫', doubleWidth: true },
];

const SILENCE: readonly FaultCode[] = ['PRINTER_NO_ANSWER', 'FRAME_UNEXPECTED', 'FRAME_SUM', 'FRAME_SHORT', 'PRINTER_OFFLINE'];

/** Each trouble: the fault it gives, how it comes and how it goes. */
const TROUBLES: [FaultCode, (device: SimulatedFormPrinter) => void, (device: SimulatedFormPrinter) => void][] = [
  ['PRINTER_PAPER_OUT', (device) => device.setPaper('out'), (device) => device.setPaper('ok')],
  ['PRINTER_OFFLINE', (device) => device.setOnline(false), (device) => device.setOnline(true)],
];

function optionsOf({ manifest }: DriverUnderTest): DriverManifest['options'] {
  const parsed = manifestSchema.parse(manifest);
  if (parsed.kind !== 'driver') throw new Error(`${parsed.id} is no driver`);
  return parsed.options;
}

/** Width of a field's text on paper, 0.1 mm: ASCII takes one column, all else two. */
function widthOf(field: FormField): number {
  const columns = Array.from(field.text).reduce((sum, character) => sum + (/^[\x20-\x7e]$/.test(character) ? 1 : 2), 0);
  return (columns * (field.doubleWidth ? 2 : 1) * 254) / (field.pitch ?? 10);
}

async function openPrinter(underTest: FormPrinterUnderTest, { textTimeMs = 0 } = {}) {
  const bench = await openDriver(underTest);
  const { createFormPrinter } = underTest.simulator;
  if (!createFormPrinter) throw new Error('simulator.ts has no createFormPrinter');
  const device = createFormPrinter({ timers: bench.timers, options: { ...optionsOf(underTest), ...underTest.options, textTimeMs } });
  const forms: { readonly texts: readonly PrintedText[]; readonly lengthTenthMm: number }[] = [];
  device.onForm((texts, lengthTenthMm) => void forms.push({ texts, lengthTenthMm }));
  device.attach(bench.line.device);
  const printer = bench.open.formPrinter;
  if (!printer) throw new Error('the driver opened no formPrinter');
  let jobs = 0;
  /** Starts a form or a grid; resolves, when somebody lets time pass, with how it ended and how often it had begun by then. */
  const start = ({ onBegan, grid, ...over }: Partial<FormJob> & { readonly onBegan?: () => void; readonly grid?: boolean } = {}) => {
    let began = 0;
    jobs += 1;
    const job = { jobId: `job-${jobs}`, size: SIZE, offset: STRAIGHT, fields: FIELDS, ...over };
    const begins = () => {
      began += 1;
      onBegan?.();
    };
    return (grid ? printer.printGrid(job, begins) : printer.print(job, begins)).then(
      ({ proof }) => ({ end: proof, began }),
      (error: unknown) => {
        if (error instanceof Fault) return { end: error.code, began };
        throw error;
      },
    );
  };
  const print = (over: Parameters<typeof start>[0] = {}) => bench.run(start(over));
  return { ...bench, device, forms, printer, start, print };
}

/** Declares the whole suite for one driver: call it in the driver's conformance.test.ts. */
export function formPrinterConformance(underTest: FormPrinterUnderTest): void {
  const { answers, step } = underTest;
  const setUp = (options = {}) => openPrinter(underTest, options);
  const success = answers ? 'verified' : 'unverified';

  /** Compares what is on a form with its fields, wherever they were put in the list. */
  function expectPlaced(
    printed: readonly PrintedText[] | undefined,
    job: { readonly fields: readonly FormField[]; readonly offset?: typeof STRAIGHT },
  ): void {
    const { fields, offset = STRAIGHT } = job;
    expect(printed?.length).toBe(fields.length);
    const left = [...(printed ?? [])];
    for (const field of fields) {
      const width = widthOf(field);
      const x = (field.align === 'right' ? field.xTenthMm - width : field.xTenthMm) + offset.xTenthMm;
      const y = field.yTenthMm + offset.yTenthMm;
      // A hair more than half: the places themselves are fractions.
      const isThis = (text: PrintedText) =>
        text.text === field.text &&
        Math.abs(text.xTenthMm - x) <= step.xTenthMm / 2 + 1e-6 &&
        Math.abs(text.yTenthMm - y) <= step.yTenthMm / 2 + 1e-6 &&
        Math.abs(text.widthTenthMm - width) <= 1e-6;
      const index = left.findIndex(isThis);
      expect(index, `${field.text} at ${x}, ${y} among ${JSON.stringify(left)}`).toBeGreaterThanOrEqual(0);
      left.splice(index, 1);
    }
  }

  describe(`${driverIdOf(underTest)} as a form printer${answers ? '' : ' that never answers'}`, () => {
    describe('a form', () => {
      test('comes out with every text in its place, once, and is fed to the next one', async () => {
        const { print, forms } = await setUp();
        expect(await print()).toEqual({ end: success, began: 1 });
        expect(forms.length).toBe(1);
        expectPlaced(forms[0]?.texts, { fields: FIELDS });
        expect(Math.abs((forms[0]?.lengthTenthMm ?? 0) - SIZE.heightTenthMm)).toBeLessThanOrEqual(step.yTenthMm / 2);
      });

      test('is the same whatever the order of its fields', async () => {
        const { print, forms } = await setUp();
        await print();
        await print({ fields: FIELDS.toReversed() });
        expect(forms[1]).toEqual(forms[0]);
      });

      test.each([500, 900, 905, 931, 1016, 1270, 2794])(
        'of %i tenths of a millimetre begins where the one before it ends',
        async (height) => {
          const { print, forms } = await setUp();
          const size = { ...SIZE, heightTenthMm: height };
          const fields: FormField[] = [
            { xTenthMm: 0, yTenthMm: 0, text: 'top' },
            { xTenthMm: 100, yTenthMm: height - 50, text: 'end' },
          ];
          for (let count = 0; count < 3; count += 1) await print({ size, fields });
          expect(forms.length).toBe(3);
          for (const { texts, lengthTenthMm } of forms) {
            expectPlaced(texts, { fields });
            expect(Math.abs(lengthTenthMm - height)).toBeLessThanOrEqual(step.yTenthMm / 2);
          }
        },
      );

      test('is moved by its offset, both ways', async () => {
        const { print, forms } = await setUp();
        for (const offset of [
          { xTenthMm: 13, yTenthMm: 22 },
          { xTenthMm: -47, yTenthMm: -31 },
        ]) {
          forms.length = 0;
          await print({ offset });
          expectPlaced(forms[0]?.texts, { fields: FIELDS, offset });
        }
      });

      test('any fields that fit stand in their places', async () => {
        const field = fc.record({
          xTenthMm: fc.integer({ min: 0, max: 1500 }),
          yTenthMm: fc.integer({ min: 0, max: 860 }),
          text: fc.stringMatching(/^[ -~气表金额元龘]{1,12}$/).filter((text) => text.trim() === text && text !== ''),
          pitch: fc.constantFrom(10 as const, 12 as const, 15 as const),
          doubleWidth: fc.boolean(),
        });
        await fc.assert(
          fc.asyncProperty(fc.array(field, { minLength: 1, maxLength: 12 }), async (fields) => {
            // Two texts that touch are one on paper.
            const apart = fields
              .map((one, index) => ({ ...one, yTenthMm: Math.round((index * 860) / fields.length) }))
              .filter((one) => one.xTenthMm + widthOf(one) <= SIZE.widthTenthMm);
            const { print, forms } = await setUp();
            expect(await print({ fields: apart })).toEqual({ end: success, began: 1 });
            expectPlaced(forms[0]?.texts, { fields: apart });
          }),
          { numRuns: 50 },
        );
      });

      test('without fields, or with an empty one, is an empty form', async () => {
        const { print, forms } = await setUp();
        await print({ fields: [] });
        await print({ fields: [{ xTenthMm: 100, yTenthMm: 100, text: '' }] });
        expect(forms.map(({ texts }) => texts)).toEqual([[], []]);
      });

      test('waits for the one before it', async () => {
        const { timers, start, run, forms } = await setUp({ textTimeMs: 20 });
        const fields = (text: string) => [{ xTenthMm: 100, yTenthMm: 100, text }];
        await run(Promise.all(['first', '第二', 'third'].map((text) => start({ fields: fields(text) }))));
        await timers.advance(LONG_MS);
        expect(forms.map(({ texts }) => texts.map(({ text }) => text))).toEqual([['first'], ['第二'], ['third']]);
      });

      test('over a line that brings a byte at a time', async () => {
        const { timers, line, print, forms } = await setUp();
        for (const way of [line.toDevice, line.toHost]) way.always(trickle(timers, { byteMs: 3 }));
        expect((await print()).end).toBe(success);
        await timers.advance(LONG_MS);
        expectPlaced(forms[0]?.texts, { fields: FIELDS });
      });

      test('begins right before its first byte', async () => {
        const { line, print, forms } = await setUp();
        let sentBefore = -1;
        await print({
          onBegan() {
            sentBefore = line.toDevice.sent.length;
            expect(forms).toEqual([]);
          },
        });
        expect(line.toDevice.sent.length).toBeGreaterThan(sentBefore);
        // What was sent before contains no text.
        for (const sent of line.toDevice.sent.slice(0, sentBefore)) expect(sent.length).toBeLessThan(8);
      });
    });

    describe('what is refused before anything is sent', () => {
      const fits: FormField = { xTenthMm: 100, yTenthMm: 100, text: 'ok' };
      test.each<[string, Partial<FormJob>]>([
        ['left of the form', { fields: [{ ...fits, xTenthMm: -1 }] }],
        ['above the form', { fields: [{ ...fits, yTenthMm: -1 }] }],
        ['over the right edge', { fields: [fits, { ...fits, xTenthMm: 2325 }] }],
        ['over the lower edge', { fields: [fits, { ...fits, yTenthMm: 880 }] }],
        ['right-aligned over the left edge', { fields: [{ xTenthMm: 100, yTenthMm: 100, text: '一二三四', align: 'right' }] }],
        ['too wide', { fields: [{ ...fits, text: '气'.repeat(60) }] }],
        ['moved off by its offset', { fields: [fits], offset: { xTenthMm: -150, yTenthMm: 0 } }],
        ['moved off upwards', { fields: [fits], offset: { xTenthMm: 0, yTenthMm: -150 } }],
        ['a command in the text', { fields: [{ ...fits, text: 'a\x1bW1' }] }],
        ['a line feed in the text', { fields: [{ ...fits, text: 'a\nb' }] }],
        ['half a character', { fields: [{ ...fits, text: 'a\ud83d' }] }],
        ['no number', { fields: [{ ...fits, xTenthMm: Number.NaN }] }],
        ['no height', { size: { widthTenthMm: 2350, heightTenthMm: 0 }, fields: [] }],
      ])('%s', async (_name, over) => {
        const { line, print, forms } = await setUp();
        expect(await print(over)).toEqual({ end: 'INPUT_INVALID', began: 0 });
        expect(line.toDevice.sent).toEqual([]);
        expect(forms).toEqual([]);
      });

      test('a line that is gone', async () => {
        const { line, print } = await setUp();
        line.lose();
        expect(await print()).toEqual({ end: 'PORT_FAILED', began: 0 });
      });
    });

    describe('the calibration grid', () => {
      const middle = ({ xTenthMm, yTenthMm, widthTenthMm }: PrintedText) =>
        [xTenthMm + widthTenthMm / 2, yTenthMm + (24 * 254) / 180 / 2] as const;
      const nearest = (value: number) => Math.round(value / 100) * 100;

      test('has a cross at every centimetre, and both edges numbered', async () => {
        const { print, forms } = await setUp();
        expect(await print({ grid: true })).toEqual({ end: success, began: 1 });
        expect(forms.length).toBe(1);
        const texts = forms[0]?.texts ?? [];
        const crosses = texts.filter(({ text }) => text === '+').map(middle);
        // 23 columns and 8 rows lie inside with room for a cross.
        const places = Array.from({ length: 23 * 8 }, (_, index) => `${((index % 23) + 1) * 100},${(Math.floor(index / 23) + 1) * 100}`);
        expect(crosses.map(([x, y]) => `${nearest(x)},${nearest(y)}`).toSorted()).toEqual(places.toSorted());
        for (const [x, y] of crosses) {
          expect(Math.abs(x - nearest(x))).toBeLessThanOrEqual(step.xTenthMm / 2 + 1e-6);
          expect(Math.abs(y - nearest(y))).toBeLessThanOrEqual(step.yTenthMm / 2 + 1e-6);
        }
        const numbers = texts.filter(({ text }) => text !== '+');
        for (const text of numbers) {
          const [x, y] = middle(text);
          // Along the upper edge a number says its column, along the left edge its row.
          expect(Number(text.text)).toBe(y < 60 ? nearest(x) / 100 : nearest(y) / 100);
        }
        expect(numbers.length).toBe(23 + 8);
      });

      test('is moved by the offset as the forms are', async () => {
        const { print, forms } = await setUp();
        await print({ grid: true, offset: { xTenthMm: 12, yTenthMm: 9 } });
        const cross = forms[0]?.texts.find(({ text }) => text === '+');
        const [x, y] = middle(cross ?? { xTenthMm: 0, yTenthMm: 0, widthTenthMm: 0, text: '' });
        expect(Math.abs(x - 112)).toBeLessThanOrEqual(step.xTenthMm / 2 + 1e-6);
        expect(Math.abs(y - 109)).toBeLessThanOrEqual(step.yTenthMm / 2 + 1e-6);
      });
    });

    test('the line is gone in the middle: begun and not claimed, and every later call says so', async () => {
      const { timers, line, print, open, endOf } = await setUp({ textTimeMs: 100 });
      const { end, began } = await print({ onBegan: () => void timers.setTimeout(() => line.lose(), 150) });
      // Where nothing comes back the bytes have left before the line goes.
      expect({ end, began }).toEqual({ end: answers ? 'PORT_FAILED' : 'unverified', began: 1 });
      await timers.advance(LONG_MS);
      expect(await endOf(open.probe())).toBe('PORT_FAILED');
    });

    if (!answers) {
      test('it claims nothing that it does not know', async () => {
        const { line, device, print, printer, run, open } = await setUp();
        device.setSilent(true);
        expect(await run(printer.status())).toEqual({
          online: true,
          paperOut: null,
          paperNearEnd: null,
          coverOpen: null,
          cutterError: null,
          unrecoverableError: null,
        });
        await run(open.probe());
        expect(line.toDevice.sent).toEqual([]);
        expect(await print()).toEqual({ end: 'unverified', began: 1 });
      });
      return;
    }

    describe('status', () => {
      test('of a printer that is well, and of a silent one', async () => {
        const { device, printer, run, endOf, open } = await setUp();
        expect(await run(printer.status())).toMatchObject({ online: true });
        device.setSilent(true);
        expect(await endOf(printer.status())).toBe('PRINTER_NO_ANSWER');
        expect(await endOf(open.probe())).toBe('PRINTER_NO_ANSWER');
        device.setSilent(false);
        expect(await run(printer.status())).toMatchObject({ online: true });
      });
    });

    describe('a form that is refused has not begun, and prints nothing', () => {
      test.each(TROUBLES)('%s', async (code, spoil, repair) => {
        const { timers, device, print, forms } = await setUp();
        spoil(device);
        expect(await print()).toEqual({ end: code, began: 0 });
        repair(device);
        await timers.advance(LONG_MS);
        expect(forms).toEqual([]);
        expect(await print()).toEqual({ end: 'verified', began: 1 });
      });

      test('whichever answer is lost, broken or late', async () => {
        for (const [code, spoil] of TROUBLES) {
          const messages = await setUp();
          spoil(messages.device);
          await messages.print();
          for (let index = 0; index < messages.line.toHost.sent.length; index += 1)
            for (const mishap of [drop, corrupt(0), delay(LONG_MS / 2)]) {
              const { line, device, print, forms } = await setUp();
              spoil(device);
              line.toHost.next(...atWrite(index, mishap));
              const { end, began } = await print();
              expect([code, ...SILENCE]).toContain(end);
              expect([began, forms.length]).toEqual([0, 0]);
            }
        }
      });
    });

    describe('trouble in the middle of a form', () => {
      test('paper out after any text: begun, not claimed, one form when there is paper again', async () => {
        for (let texts = 1; texts <= FIELDS.length; texts += 1) {
          const { timers, device, print, forms } = await setUp();
          device.runOutAfterTexts(texts);
          expect(await print()).toEqual({ end: 'PRINTER_PAPER_OUT', began: 1 });
          expect(forms).toEqual([]);
          device.setPaper('ok');
          await timers.advance(LONG_MS);
          expect(forms.length).toBe(1);
        }
      });

      test.each(TROUBLES)('%s: begun and not claimed', async (code, spoil) => {
        const { timers, device, print, forms } = await setUp({ textTimeMs: 200 });
        expect(await print({ onBegan: () => void timers.setTimeout(() => spoil(device), 500) })).toEqual({ end: code, began: 1 });
        expect(forms).toEqual([]);
      });

      test('silence: begun and not claimed', async () => {
        const { timers, device, print } = await setUp({ textTimeMs: 200 });
        const { end, began } = await print({ onBegan: () => void timers.setTimeout(() => device.setSilent(true), 500) });
        expect([end, began]).toEqual(['PRINTER_NO_ANSWER', 1]);
      });

      test('an answer lost, broken or late: verified only when it is on paper', async () => {
        const messages = await setUp();
        await messages.print();
        for (let index = 0; index < messages.line.toHost.sent.length; index += 1)
          for (const mishap of [pass, drop, corrupt(0), delay(LONG_MS / 2)] satisfies Mishap[]) {
            const { timers, line, print, forms } = await setUp();
            line.toHost.next(...atWrite(index, mishap));
            const { end, began } = await print();
            if (end === 'verified') expect(forms.length).toBe(1);
            else expect(SILENCE).toContain(end);
            await timers.advance(LONG_MS);
            expect(forms.length).toBe(began);
          }
      });
    });
  });
}
