// The preload: hands the page its line to the core and the printer, and says which host this is. No logic.
import { contextBridge, ipcRenderer } from 'electron';

contextBridge.exposeInMainWorld('countertop', {
  host: 'electron',
  print: (options: unknown) => ipcRenderer.invoke('countertop:print', options),
});

window.addEventListener('message', (event: MessageEvent<unknown>) => {
  const { data, source } = event;
  if (source !== window || typeof data !== 'object' || data === null || !('type' in data)) return;
  if (data.type === 'countertop:hello') ipcRenderer.send('countertop:hello');
});

ipcRenderer.on('countertop:port', (event) => {
  window.postMessage({ type: 'countertop:port' }, location.origin, [...event.ports]);
});
