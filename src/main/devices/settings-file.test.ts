// The settings file: what is wrong is said with file, line and field.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Fault } from '../../shared/domain/fault.ts';
import type { Settings } from './settings.ts';
import { loadSettings, saveSettings } from './settings-file.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countertop-settings-'));
  file = join(folder, 'settings.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

function faultOf(text: string): Fault {
  writeFileSync(file, text);
  try {
    loadSettings(file);
  } catch (error) {
    if (error instanceof Fault) return error;
  }
  throw new Error('no fault');
}

describe('loadSettings', () => {
  it('gives the defaults for a missing file', () => {
    expect(loadSettings(file)).toEqual({ devices: {}, demo: false });
  });

  it('takes a file with a byte order mark', () => {
    writeFileSync(file, '\uFEFF{"demo": true}');
    expect(loadSettings(file).demo).toBe(true);
  });

  it('names line and column of a syntax error', () => {
    const fault = faultOf('{\n  "demo": true,\n  "devices": {,}\n}');
    expect(fault.code).toBe('SETTINGS_INVALID');
    expect(fault.context).toEqual({ file: 'settings.json', line: 3, column: 15, field: '', reason: 'a name in double quotes expected' });
  });

  it('names the field and its line when the value is wrong', () => {
    const fault = faultOf(
      '{\n  "devices": {\n    "printer": {\n      "driver": "x-y",\n      "transport": { "kind": "tcp", "host": "a",\n        "port": 70000 }\n    }\n  }\n}',
    );
    expect(fault.context).toMatchObject({ line: 6, column: 17, field: 'devices.printer.transport.port' });
  });

  it('names an unknown member itself', () => {
    const fault = faultOf('{\n  "devices": {},\n  "printers": {}\n}');
    expect(fault.context).toMatchObject({ line: 3, field: 'printers' });
  });

  it('names the line of the object that lacks a member', () => {
    const fault = faultOf('{\n  "devices": {\n    "reader": {\n      "driver": "x-y"\n    }\n  }\n}');
    expect(fault.context).toMatchObject({ line: 3, field: 'devices.reader.transport' });
  });

  it('names the line of an unknown transport kind', () => {
    const fault = faultOf('{ "devices": {\n "reader": { "driver": "x-y",\n "transport": {\n "kind": "bluetooth" } } } }');
    expect(fault.context).toMatchObject({ line: 4, field: 'devices.reader.transport.kind' });
  });
});

describe('saveSettings', () => {
  it('writes what loadSettings reads, and leaves nothing beside it', () => {
    const settings: Settings = {
      demo: true,
      devices: {
        reader: { driver: 'x-y', transport: { kind: 'serial', path: 'COM3', line: { baudRate: 9600 } }, options: { pageBytes: 2 } },
      },
    };
    saveSettings(file, settings);
    expect(loadSettings(file)).toEqual(settings);
    expect(readdirSync(folder)).toEqual(['settings.json']);
  });
});
