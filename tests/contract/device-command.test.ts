// npm run device: without a counter and on a running one, exit codes, and sentences instead of stacks.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { simulator } from '../../drivers/generic-escpos/simulator.ts';
import { systemTimers } from '../../drivers/kit/transport.ts';
import { driverNamed, lineOf, numberOf, optionsOf } from '../../scripts/support/device-line.ts';
import { createTcpCable, findFreePort } from '../../src/main/hall/cable.ts';
import { startCounter, temporaryDataDir } from '../support/counter.ts';

const ROOT = join(import.meta.dirname, '../..');
const folder = temporaryDataDir();
afterAll(() => folder.remove());

interface Said {
  readonly code: number | null;
  readonly out: string;
  readonly complaint: string;
}

function device(args: readonly string[], password = ''): Promise<Said> {
  return new Promise((resolve) => {
    const env = { ...process.env, COUNTERTOP_PASSWORD: password };
    const child = execFile(process.execPath, [join(ROOT, 'scripts/device.ts'), ...args], { env }, (_error, out, complaint) => {
      resolve({ code: child.exitCode, out, complaint });
    });
  });
}

const STACK = /\n\s+at /;

describe('what the command line says of the line', () => {
  const manifestOf = (id: string) => driverNamed(id).manifest;

  it.each([
    ['fourslot-sle4442', { path: 'COM3' }, { kind: 'serial', path: 'COM3' }],
    ['fourslot-sle4442', { path: '/dev/ttyUSB0', baud: '9600' }, { kind: 'serial', path: '/dev/ttyUSB0', line: { baudRate: 9600 } }],
    ['generic-escpos', { path: '192.168.1.50:9100' }, { kind: 'tcp', host: '192.168.1.50', port: 9100 }],
    ['generic-hid-reader', { path: '0483:5750' }, { kind: 'hid', vendorId: 0x0483, productId: 0x5750 }],
    ['generic-escpos', { path: '/dev/usb/lp0', transport: 'usb-printer' }, { kind: 'usb-printer', path: '/dev/usb/lp0' }],
    ['acs-pcsc', { transport: 'pcsc' }, { kind: 'pcsc', reader: '' }],
    ['trade-dll', { path: 'C:\\makers\\meter.dll', com: '3' }, { kind: 'dll', file: 'C:\\makers\\meter.dll', com: 3, baud: 9600 }],
  ])('%s, %j', (id, flags, line) => {
    expect(lineOf(flags, manifestOf(id))).toEqual(line);
  });

  it.each([
    [{}, 'Where is it?'],
    [{ path: 'x', baud: 'fast' }, '--baud takes a whole number, not "fast"'],
    [{ path: 'x', baud: '5' }, 'at 5 baud'],
    [{ path: 'host:99999' }, '"host:99999" is no place on tcp'],
    [{ path: 'x', transport: 'pigeon' }, '--transport pigeon is none'],
  ])('%j is wrong, and says where', (flags, sentence) => {
    expect(() => lineOf(flags, manifestOf('fourslot-sle4442'))).toThrow(sentence);
  });

  it('takes options as their manifest types them', () => {
    const reader = manifestOf('fourslot-sle4442');
    expect(optionsOf({ option: ['pageBytes=4'] }, reader)).toMatchObject({ pageBytes: 4 });
    expect(() => optionsOf({ option: ['pageBytes=two'] }, reader)).toThrow('takes a number, not "two"');
    expect(() => optionsOf({ option: ['jobNumbers=yes'] }, manifestOf('generic-escpos'))).toThrow('takes true or false, not "yes"');
    expect(() => numberOf('seconds', '-1')).toThrow('--seconds takes a whole number');
  });
});

describe('without a counter', () => {
  it('lists the drivers', async () => {
    const { code, out } = await device(['list']);
    expect(code).toBe(0);
    expect(out).toMatch(/generic-escpos +receipt-printer/);
    expect(out).toMatch(/Plugged in:|Nothing announces itself/);
  });

  it('probes, records, and replays a device on its own line', async () => {
    const printer = simulator.createReceiptPrinter?.({ timers: systemTimers, options: {} });
    const port = await findFreePort();
    const cable = createTcpCable(port);
    await cable.plug((line) => printer?.attach(line));
    const where = ['generic-escpos', '--path', `127.0.0.1:${port}`];
    try {
      const probed = await device(['probe', ...where]);
      expect(probed.complaint).toBe('');
      expect(probed.out).toMatch(/ > 10 04 01/);
      expect(probed.out).toContain('generic-escpos answers');
      const file = join(folder.dataDir, 'printer.jsonl');
      expect((await device(['record', file, ...where, '--seconds', '0'])).code).toBe(0);
      expect(readFileSync(file, 'utf8')).toContain('"driver":"generic-escpos"');
      expect(await device(['replay', file])).toMatchObject({
        code: 0,
        complaint: '',
        out: expect.stringContaining('did with this device'),
      });
      printer?.setSilent(true);
      expect(await device(['probe', ...where])).toMatchObject({
        code: 1,
        complaint: expect.stringMatching(/^(DEVICE|PRINTER)_NO_ANSWER: /),
      });
    } finally {
      await cable.unplug();
    }
  });

  it('replays what the drivers ship', async () => {
    const transcript = join(ROOT, 'drivers/fourslot-sle4442/transcripts/card-write.jsonl');
    expect(await device(['replay', transcript])).toMatchObject({ code: 0, complaint: '' });
  });

  it('says how it is used to whoever asks', async () => {
    expect(await device(['probe', '-h'])).toMatchObject({
      code: 0,
      complaint: '',
      out: expect.stringContaining('npm run device -- replay FILE'),
    });
  });

  it.each([
    ['no command', [], 2, 'npm run device -- list'],
    ['an unknown command', ['fly'], 2, 'There is no command "fly"'],
    ['an unknown flag', ['list', '--fast'], 2, 'fast'],
    ['a slot without a person', ['probe', 'reader'], 2, '--staff'],
    ['an unknown driver', ['probe', 'acme-x', '--path', 'COM1'], 1, 'DRIVER_UNKNOWN: '],
    ['a port that is not there', ['probe', 'fourslot-sle4442', '--path', 'no-such-port'], 1, 'PORT_MISSING: '],
    ['a line that cannot be', ['probe', 'fourslot-sle4442', '--transport', 'pigeon', '--path', 'x'], 2, '--transport pigeon is none'],
    ['an option that is none', ['probe', 'fourslot-sle4442', '--path', 'x', '--option', 'colour=red'], 2, '--option colour is none'],
    ['a word too many', ['probe', 'generic-escpos', 'now', '--path', 'x'], 2, 'One word too many: "now"'],
    [
      'a folder that is not there',
      ['record', 'no-such-folder/x.jsonl', 'generic-escpos', '--path', 'x'],
      2,
      'no-such-folder to record into',
    ],
    ['a library that is not there', ['probe', 'trade-dll', '--path', 'no-such.dll'], 1, 'PORT_MISSING: '],
    ['a transcript that is none', ['replay', join(ROOT, 'package.json')], 1, 'INPUT_INVALID: '],
    ['a file that is not there', ['replay', 'nowhere.jsonl'], 1, 'nowhere.jsonl'],
  ])('says what is wrong: %s', async (_name, args, code, sentence) => {
    const said = await device(args);
    expect(said.complaint).toContain(sentence);
    expect(said.complaint).not.toMatch(STACK);
    expect(said.code).toBe(code);
  });
});

it('works on a running counter, as who may', async () => {
  const counter = await startCounter({ dataDir: folder.dataDir });
  try {
    const client = await counter.connect();
    const staff = (await client.system.info({})).demoStaff;
    const as = (role: string) => staff.find((one) => one.role === role) ?? { staffNo: '', password: '' };
    const it = as('it');
    const on = ['--staff', it.staffNo, '--data', folder.dataDir];
    await client.session.signIn({ staffNo: it.staffNo, password: it.password });
    await expect.poll(async () => (await client.devices.list({}))[1]?.state, { timeout: 20_000 }).toBe('ready');
    expect((await device(['list', ...on], it.password)).out).toMatch(/printer +ready +generic-escpos +tcp/);
    expect(await device(['probe', 'printer', ...on], it.password)).toMatchObject({ code: 0, out: expect.stringContaining('answer-ms') });
    expect((await device(['trace', 'printer', '--seconds', '3', ...on], it.password)).out).toMatch(/ > 10 04 0\d/);
    const file = join(folder.dataDir, 'slot.jsonl');
    expect((await device(['record', file, 'printer', '--seconds', '3', ...on], it.password)).code).toBe(0);
    expect(readFileSync(file, 'utf8').split('\n').length).toBeGreaterThan(2);
    const clerk = as('clerk');
    const denied = await device(['trace', 'printer', '--staff', clerk.staffNo, '--data', folder.dataDir], clerk.password);
    expect(denied).toMatchObject({ code: 1, complaint: expect.stringContaining('ROLE_DENIED: ') });
  } finally {
    await counter.stop();
  }
  expect((await device(['list', '--staff', '1', '--data', folder.dataDir])).complaint).toContain('No counter with an open door');
}, 120_000);
