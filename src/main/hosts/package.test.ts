// What electron-builder.yml puts where, held to where the program looks for it.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Configuration, log, Packager, Platform } from 'electron-builder';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ROOT } from '../../../scripts/support/build.ts';
import { programFiles } from './program-files.ts';
import { SIDECAR_FOLDER } from './sidecar.ts';

interface Laid {
  readonly from: string;
  readonly to: string;
}

const temporary = mkdtempSync(join(tmpdir(), 'countertop-package-'));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

/** The configuration as electron-builder reads it, held to its schema. */
let config: Configuration;

beforeAll(async () => {
  for (const level of ['info', 'warn'] as const) vi.spyOn(log, level).mockReturnValue();
  const packager = new Packager({ projectDir: ROOT, targets: Platform.WINDOWS.createTarget() });
  await packager.validateConfig();
  config = packager.config;
});

describe('package', () => {
  it('lays the sidecar where an installed program finds it', () => {
    const [laid, ...others] = (config.win?.extraResources ?? []) as readonly Laid[];
    expect(others).toEqual([]);
    // scripts/pack-sidecar.ts lays it out under that name.
    expect(laid?.from).toBe(`out/${SIDECAR_FOLDER}`);
    const folder = join(temporary, laid?.to ?? '');
    mkdirSync(join(folder, 'app'), { recursive: true });
    for (const file of ['node.exe', 'app/device-process.js']) writeFileSync(join(folder, file), '');
    const installed = { platform: 'win32', resourcesDir: temporary } as const;
    expect(programFiles(import.meta.dirname, installed).sidecar?.runtime).toBe(join(folder, 'node.exe'));
    expect(programFiles(import.meta.dirname, { ...installed, platform: 'linux' }).sidecar).toBeNull();
  });

  it('is for 64-bit Windows and the whole PC, and leaves the data of a branch where it is', () => {
    expect(config.win?.target).toEqual([{ target: 'nsis', arch: ['x64'] }]);
    expect(config.nsis).toMatchObject({ perMachine: true, deleteAppDataOnUninstall: false });
    expect(config.publish).toBeNull();
  });

  it('unpacks what the system’s own loader reads, and takes from files that exist', () => {
    expect(config.asarUnpack).toContain('**/*.node');
    for (const { from } of (config.extraResources ?? []) as readonly Laid[]) expect(existsSync(join(ROOT, from)), from).toBe(true);
  });
});
