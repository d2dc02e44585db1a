// Builds one part with the targets of electron.vite.config.ts: `program` (main and preload) or `page` (renderer). Run by build.ts.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { resolveConfig } from 'electron-vite';
import { build, type InlineConfig } from 'vite';

process.env.NODE_ENV = 'production';
process.env.NODE_ENV_ELECTRON_VITE = 'production';
const { config } = await resolveConfig({ logLevel: 'warn' }, 'build', 'production');
const out = join(import.meta.dirname, '../../out');
for (const folder of process.argv[2] === 'page' ? ['renderer'] : ['main', 'preload'])
  rmSync(join(out, folder), { recursive: true, force: true });
const targets = process.argv[2] === 'page' ? [config?.renderer] : [config?.main, config?.preload];
for (const target of targets) if (target !== undefined) await build(target as InlineConfig);
