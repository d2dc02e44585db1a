// Makes keys for signing drivers, and signs a driver folder so that counters whose settings name the key will load it.
//   npm run sign:driver -- --new-key FILE        writes a private key and prints the public one for the settings
//   npm run sign:driver -- FOLDER --key FILE     writes signature.json into the folder
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { publicTextOf, SIGNATURE_FILE, signFolder } from '../src/main/processes/driver-trust.ts';

const USAGE = 'npm run sign:driver -- FOLDER --key FILE   or   npm run sign:driver -- --new-key FILE';

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

function makeKey(file: string): void {
  const { privateKey } = generateKeyPairSync('ed25519');
  // Never over a key that is there: what it has signed could not be signed again.
  writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
  console.log(`The private key is in ${file}; whoever has it can put code on every counter that allows it.`);
  console.log('Allow its signatures in settings.json:');
  console.log(JSON.stringify({ drivers: { keys: [publicTextOf(privateKey)] } }));
}

function signDriver(folder: string, keyFile: string): void {
  if (!existsSync(join(folder, 'manifest.json'))) fail(`${folder} is no driver folder: it has no manifest.json`);
  const key = readFileSync(keyFile, 'utf8');
  writeFileSync(join(folder, SIGNATURE_FILE), signFolder(folder, key));
  console.log(`Signed ${folder} with ${publicTextOf(createPrivateKey(key))}.`);
}

const { values, positionals } = parseArgs({
  options: { key: { type: 'string' }, 'new-key': { type: 'string' } },
  allowPositionals: true,
});
const [folder] = positionals;
try {
  if (values['new-key'] !== undefined) makeKey(values['new-key']);
  else if (folder !== undefined && values.key !== undefined) signDriver(resolve(folder), values.key);
  else fail(USAGE);
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}
