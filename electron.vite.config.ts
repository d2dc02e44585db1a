// The build: main processes, headquarters and every driver folder as ES modules, the preload as one CommonJS file, the renderer as a page.
import { cpSync, existsSync, globSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import type { Plugin } from 'vite';

const root = import.meta.dirname;

/** Entries by output name. Driver folders are found, never listed: each module in them that a counter loads by name is an entry. */
function mainEntries(): Record<string, string> {
  const fixed = {
    shell: 'src/main/hosts/electron/shell.ts',
    'core-process': 'src/main/hosts/electron/core-process.ts',
    'child-process': 'src/main/hosts/electron/child-process.ts',
    loopback: 'src/main/hosts/loopback/main.ts',
    'device-process': 'src/main/devices/device-process.ts',
    'hall-process': 'src/main/hall/hall-process.ts',
    'paper-worker': 'src/main/printing/pdf/worker.ts',
    'table-worker': 'src/main/printing/tables/worker.ts',
    // Drivers from outside import it; the program's own share its chunks.
    'drivers/kit/index': 'drivers/kit/index.ts',
    hq: 'src/hq/main.ts',
  };
  const entries = Object.entries(fixed).filter(([, file]) => existsSync(join(root, file)));
  for (const name of ['driver', 'layout', 'simulator', 'meter-simulator'])
    for (const file of globSync(`drivers/*/${name}.ts`, { cwd: root })) entries.push([`drivers/${basename(dirname(file))}/${name}`, file]);
  return Object.fromEntries(entries.map(([name, file]) => [name, join(root, file)]));
}

/** Drivers are found by the manifests in their folders, and tell what passes in the words beside them. */
function copyManifests(): Plugin {
  return {
    name: 'copy-manifests',
    writeBundle() {
      const out = resolve(root, 'out/main');
      for (const file of globSync('drivers/*/{manifest,words}.json', { cwd: root })) cpSync(join(root, file), join(out, file));
    },
  };
}

/** Headquarters' pages have the counter's font; an installed program does not bring the package. */
function copyFont(): Plugin {
  return {
    name: 'copy-font',
    writeBundle() {
      const [from, to] = [join(root, 'node_modules/@fontsource-variable/noto-sans-sc'), resolve(root, 'out/main/fonts')];
      for (const file of ['wght.css', 'LICENSE', ...globSync('files/*-wght-normal.woff2', { cwd: from })])
        cpSync(join(from, file), join(to, file));
    },
  };
}

const quick = { minify: false, sourcemap: false, reportCompressedSize: false } as const;

export default defineConfig({
  main: {
    plugins: [copyManifests(), copyFont()],
    build: {
      ...quick,
      target: 'node20.18',
      rollupOptions: {
        input: mainEntries(),
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      ...quick,
      rollupOptions: {
        input: { index: join(root, 'src/preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: join(root, 'src/renderer'),
    plugins: [react()],
    build: {
      ...quick,
      outDir: join(root, 'out/renderer'),
      // The page's policy lets fonts come from files only, never from data: addresses.
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 4096,
      rollupOptions: { input: { index: join(root, 'src/renderer/index.html') } },
    },
  },
});
