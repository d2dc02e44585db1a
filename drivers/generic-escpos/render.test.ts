// Tests of the rendered job and the parser, byte by byte.
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, expect, test } from 'vitest';
import { drawerPulse } from './commands.ts';
import { createEscPosParser, type Printed } from './parser.ts';
import { renderJob, withoutRealTimeCommands } from './render.ts';

function printedOf(bytes: Uint8Array, chunkSize = bytes.length): Printed[] {
  const parser = createEscPosParser();
  const printed: Printed[] = [];
  for (let at = 0; at < bytes.length; at += chunkSize) {
    parser.push(bytes.subarray(at, at + chunkSize));
    for (let one = parser.next(); one; one = parser.next()) if (one.kind !== 'nothing') printed.push(one);
  }
  return printed;
}
const linesOf = (bytes: Uint8Array) => printedOf(bytes).flatMap((one) => (one.kind === 'line' ? [one.text] : []));
const render = (markup: string, over = {}) => renderJob(markup, { columns: 48, cut: true, drawer: null, ...over });
const contains = (bytes: Uint8Array, part: readonly number[]) => Buffer.from(bytes).includes(Buffer.from(part));

describe('the job', () => {
  test('begins with initialise, switches Chinese mode on before Chinese and off at the end, and cuts', () => {
    const bytes = render('燃气');
    expect([...bytes.subarray(0, 2)]).toEqual([0x1b, 0x40]);
    expect(contains(bytes, [0x1c, 0x26, ...iconv.encode('燃气', 'gb18030')])).toBe(true);
    expect([...bytes.subarray(-6)]).toEqual([0x1c, 0x2e, 0x1d, 0x56, 66, 0]);
  });

  test('without a cut and without the drawer there is neither', () => {
    expect(printedOf(render('|a', { cut: false }))).toEqual([{ kind: 'line', text: 'a' }]);
  });

  test('the drawer opens before the text', () => {
    const drawer = drawerPulse({ pin: 1, onMs: 100, offMs: 500 });
    expect([...drawer]).toEqual([0x1b, 0x70, 1, 50, 250]);
    expect(printedOf(render('a', { drawer })).map((one) => one.kind)).toEqual(['drawer', 'line', 'cut']);
  });

  test('nothing asks for an answer that nobody expects', () => {
    expect(contains(render('a'), [0x1d, 0x72])).toBe(false);
  });

  test('markup cannot insert commands', () => {
    expect(contains(render('{command:\\x1bp\\x00\\x32\\x32}'), [0x1b, 0x70])).toBe(false);
  });

  test.each([32, 48])('columns and rules fit %i characters', (columns) => {
    const lines = linesOf(render('{width:*,*}\n金额|230.00\n---\n收款|现金', { columns }));
    expect(lines[1]).toBe('-'.repeat(columns));
    expect(lines[0]).toContain('金额');
    expect(lines[0]?.replace(/[^\x20-\x7e]/g, '  ').length).toBeLessThanOrEqual(columns);
  });

  test('boxes are drawn in ASCII', () => {
    const lines = linesOf(render('{border:line; width:4,6}\n|ab|cd|\n---\n|气|12|\n{border:space}', { columns: 32 }));
    expect(lines.map((line) => line.trim())).toEqual(['+----+------+', '| ab |  cd  |', '+----+------+', '| 气 |  12  |', '+----+------+']);
  });

  test('characters outside GBK travel as four bytes', () => {
    expect(linesOf(render('㐀𠀀龥'))).toEqual([`${' '.repeat(21)}㐀𠀀龥`]);
  });

  test('a QR code is skipped whole by the parser', () => {
    const lines = linesOf(render('before\n{code:https://example.invalid/r?n=0001; option:qrcode,6,m}\nafter'));
    expect(lines.map((line) => line.trim()).filter(Boolean)).toEqual(['before', 'after']);
  });

  test('a barcode is skipped whole by the parser', () => {
    const lines = linesOf(render('before\n{code:9A0100001234; option:code128,2,72}\nafter'));
    expect(lines.map((line) => line.trim()).filter(Boolean)).toEqual(['before', 'after']);
  });
});

describe('pictures', () => {
  test('hold no real-time command, and are otherwise as they were', () => {
    const picture = [0x10, 4, 1, 0xff, 0x10, 0x10, 0x14, 1, 0, 1, 0x10, 5, 0x10, 6];
    const job = Uint8Array.of(0x61, 0x1d, 0x76, 0x30, 0, picture.length, 0, 1, 0, ...picture, 0x10, 4, 1);
    const head = [0x61, 0x1d, 0x76, 0x30, 0, picture.length, 0, 1, 0];
    expect([...withoutRealTimeCommands(job)]).toEqual([...head, 0x30, 4, 1, 0xff, 0x10, 0x30, 0x14, 1, 0, 1, 0x30, 5, 0x10, 6, 0x10, 4, 1]);
    expect([...withoutRealTimeCommands(job.subarray(0, 7))]).toEqual([...job.subarray(0, 7)]);
  });
});

describe('the parser', () => {
  test('chunks of any size give the same print', () => {
    const bytes = render('表号 12345\n---\n{width:*,8}\n充值|100.0\n{code:x; option:qrcode,4,l}\n^^谢谢', {
      drawer: drawerPulse({ pin: 0, onMs: 100, offMs: 100 }),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), (size) => {
        expect(printedOf(bytes, size)).toEqual(printedOf(bytes));
      }),
    );
  });

  test.each<[string, number[]]>([
    ['GS ( k', [0x1d, 0x28, 0x6b, 4, 0, 0x31, 0x41, 0x0a, 0x0a]],
    ['ESC *', [0x1b, 0x2a, 33, 2, 0, 10, 10, 10, 10, 10, 10]],
    ['GS v 0', [0x1d, 0x76, 0x30, 0, 2, 0, 2, 0, 10, 10, 10, 10]],
    ['GS 8 L', [0x1d, 0x38, 0x4c, 2, 0, 0, 0, 10, 10]],
    ['GS k with NUL', [0x1d, 0x6b, 4, 0x31, 0x0a, 0]],
    ['GS k counted', [0x1d, 0x6b, 73, 2, 10, 10]],
    ['DLE EOT', [0x10, 4, 1]],
    ['ESC D', [0x1b, 0x44, 10, 20, 0]],
  ])('%s leaves no trace in the text', (_name, command) => {
    expect(linesOf(Uint8Array.of(0x61, ...command, 0x62, 0x0a))).toEqual(['ab']);
  });

  test('random bytes never throw and never stop it for good', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
        expect(() => printedOf(noise)).not.toThrow();
      }),
    );
  });

  test('Chinese without Chinese mode is garbage, as on paper', () => {
    expect(linesOf(Uint8Array.of(...iconv.encode('气', 'gb18030'), 0x0a))).toEqual(['\ufffd\ufffd']);
  });
});
