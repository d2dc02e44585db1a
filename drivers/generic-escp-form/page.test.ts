// The bytes of a form, read by eye and by the system's own GB18030 decoder instead of the simulator's.
import { describe, expect, test } from 'vitest';
import type { FormField, FormJob } from '../kit/index.ts';

import { type PageOptions, renderForm } from './page.ts';
import { createFormParser } from './parser.ts';

const SIZE = { widthTenthMm: 2350, heightTenthMm: 900 };
const STRAIGHT = { xTenthMm: 0, yTenthMm: 0 };
const FINE: PageOptions = { pageLength: 'lines', finePerInch: 180 };
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const render = (fields: readonly FormField[], { size = SIZE, ...options }: Partial<PageOptions & Pick<FormJob, 'size'>> = {}) =>
  renderForm({ size, offset: STRAIGHT, fields }, { ...FINE, ...options });

describe('the bytes', () => {
  test('of a form of 9 cm: 638 steps, said as 11 lines of 58; one field an inch from both edges', () => {
    // 25.4 mm are 180 steps down, and 60 units to the right.
    expect(hex(render([{ xTenthMm: 254, yTenthMm: 254, text: '气A' }]))).toBe(
      ['1b40 1b4f 1b7801 1b333a 1b430b', '0d 1b4ab4 1b50 1c53000c 1b5700 1b243c00', '1c26 c6f8 1c2e 41', '0d 1b5700 0c']
        .join('')
        .replaceAll(' ', ''),
    );
  });

  test.each<[string, Partial<PageOptions>, string]>([
    ['1/180 inch', {}, '1b240c00 1b5c0200'],
    ['1/120 inch', { finePerInch: 120 }, '1b240c00 1b5c0100'],
    ['1/60 inch only', { finePerInch: 60 }, '1b240d00'],
    ['units of its own', { pageLength: 'units' }, '1b242600'],
  ])('of a place 5.37 mm from the left, in %s', (_name, options, expected) => {
    // 53.7 × 180 / 254 = 38.06; × 120 = 25.4; × 60 = 12.7.
    expect(hex(render([{ xTenthMm: 53.7, yTenthMm: 0, text: 'A' }], options))).toContain(expected.replace(' ', ''));
  });

  test.each<[string, number, Partial<PageOptions>, string]>([
    ['4 inches', 1016, {}, '1b430004'],
    ['638 units', 900, { pageLength: 'units' }, '1b2855010014 1b284302007e02'],
    ['7 lines of 127 steps', 1254.5, {}, '1b337f 1b4307'],
  ])('tell a length as %s, and end with a form feed', (_name, heightTenthMm, options, command) => {
    const bytes = hex(render([], { ...options, size: { ...SIZE, heightTenthMm } }));
    expect(bytes).toContain(command.replaceAll(' ', ''));
    expect(bytes.endsWith('0c')).toBe(true);
  });

  test('of a length that is no number of equal lines feed the rest by hand', () => {
    // 641 steps are prime. A form feed would be a step short each time: 255 + 255 + 131 instead.
    const bytes = hex(render([], { size: { ...SIZE, heightTenthMm: 904.5 } }));
    expect(bytes.endsWith('0d1b57001b4aff1b4aff1b4a83')).toBe(true);
    expect(bytes).toContain('1b33a01b4304');
  });

  test('change pitch and width for each field, and leave them as they were', () => {
    const bytes = hex(
      render([
        { xTenthMm: 100, yTenthMm: 100, text: 'a', pitch: 12 },
        { xTenthMm: 100, yTenthMm: 200, text: 'b', pitch: 15, doubleWidth: true },
      ]),
    );
    expect(bytes).toMatch(/1b4d1c5300061b5700.*1b671c5300001b5701.*1b57000c$/);
  });

  test('never feed backwards', () => {
    const fields = [700, 100, 400, 100].map((yTenthMm, index) => ({ xTenthMm: 200 * (4 - index), yTenthMm, text: `${index}` }));
    const printed =
      Buffer.from(render(fields))
        .toString('latin1')
        .match(/[0-3]\r/g) ?? [];
    expect(printed.map(([digit]) => digit)).toEqual(['3', '1', '2', '0']);
  });
});

describe('Chinese', () => {
  const CHINESE_ON = '\x1c&';
  const CHINESE_OFF = '\x1c.';

  /** The text between FS & and FS ., by the decoder of the system. */
  function chineseIn(bytes: Uint8Array): string {
    const decoder = new TextDecoder('gb18030', { fatal: true });
    const [, ...switched] = Buffer.from(bytes).toString('latin1').split(CHINESE_ON);
    return switched.map((text) => decoder.decode(Buffer.from(text.slice(0, text.indexOf(CHINESE_OFF)), 'latin1'))).join('|');
  }

  test.each(['燃气费', '龘靐齉', '㐂𠮷', '贰佰叁拾元整'])('%s is GB18030 between FS & and FS .', (text) => {
    expect(chineseIn(render([{ xTenthMm: 100, yTenthMm: 100, text: `${text}12${text}` }]))).toBe(`${text}|${text}`);
  });

  test('the yuan sign becomes the one that fonts hold', () => {
    expect(chineseIn(render([{ xTenthMm: 100, yTenthMm: 100, text: '¥230.00' }]))).toBe('￥');
  });
});

test('the simulated printer takes chunks of any size, and garbage, without stopping for good', () => {
  const bytes = render([{ xTenthMm: 100, yTenthMm: 100, text: '客户A' }]);
  const textsOf = (size: number) => {
    const parser = createFormParser();
    const forms: unknown[] = [];
    for (let at = 0; at < bytes.length; at += size) {
      parser.push(bytes.subarray(at, at + size));
      for (let event = parser.next(); event; event = parser.next()) if (event.kind === 'form') forms.push(event);
    }
    return forms;
  };
  for (let size = 1; size < 12; size += 1) expect(textsOf(size)).toEqual(textsOf(bytes.length));
  expect(textsOf(1)).toHaveLength(1);
});
