// First module of a device or hall process under Electron: takes its line to the core, then runs the process's own entry on it.
import { pathToFileURL } from 'node:url';

// The shell starts this process but has no part in what it says: it passes one port whose other end the core holds.
process.parentPort.once('message', ({ data, ports }) => {
  const [port] = ports;
  if (port === undefined) throw new Error('the shell gave no port');
  // The core is gone; nobody is left to work for.
  port.on('close', () => process.exit(0));
  process.parentPort.postMessage = (message: unknown) => port.postMessage(message);
  port.on('message', (event) => process.parentPort.emit('message', event));
  const { entry } = data as { readonly entry: string };
  void import(/* @vite-ignore */ pathToFileURL(entry).href).then(
    () => port.start(),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
