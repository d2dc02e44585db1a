// The handheld and its dock at the bench: keys, files, and a hand that takes it out in the middle.
import type { Transport } from '../../../drivers/kit/transport.ts';
import { asFault } from '../../shared/domain/fault.ts';
import { type BenchDevice, type DeviceBench, refusal } from './bench-device.ts';

/** Returns the dock with an empty handheld in it; null when the module makes none. */
export function createDock({ module, timers, options, memory, remember, changed }: DeviceBench): BenchDevice | null {
  const device = module.createMeterDock?.({ timers, options });
  if (device === undefined) return null;
  let handheldIn = memory.handheldIn !== false;
  let running: 'idle' | 'sending' | 'receiving' = 'idle';
  let lastResult = '';
  let cable: Transport | null = null;
  /** Bytes until the hand comes; null when none does. */
  let leftBytes: number | null = null;

  function setHandheld(inDock: boolean): void {
    handheldIn = inDock;
    leftBytes = null;
    if (!inDock) device?.detach();
    else if (cable !== null) device?.attach(counted(cable));
    remember({ handheldIn });
  }

  /** The cable with an eye on what the handheld sends. */
  function counted(line: Transport): Transport {
    return {
      write(bytes) {
        if (leftBytes !== null) leftBytes -= bytes.length;
        if (leftBytes === null || leftBytes > 0) return line.write(bytes);
        // The bytes before the hand came are on the line; those after it never are.
        const sent = bytes.subarray(0, bytes.length + leftBytes);
        return line.write(sent).finally(() => {
          setHandheld(false);
          changed();
        });
      },
      onData: (listener) => line.onData(listener),
      onLost: (listener) => line.onLost(listener),
      close: () => line.close(),
    };
  }

  async function press(key: 'send' | 'receive'): Promise<void> {
    running = key === 'send' ? 'sending' : 'receiving';
    try {
      const { fault } = (await (key === 'send' ? device?.send() : device?.receive())) ?? { fault: null };
      lastResult = fault?.code ?? 'complete';
    } catch (error) {
      lastResult = asFault(error).code;
    } finally {
      running = 'idle';
      changed();
    }
  }

  return {
    attach(line) {
      cable = line;
      if (handheldIn) device.attach(counted(line));
    },
    detach() {
      cable = null;
      device.detach();
    },
    view: () => ({
      slot: 'dock',
      handheldIn,
      running,
      lastResult,
      files: [...device.files].map(([name, data]) => ({ name, sizeBytes: data.length })),
    }),
    hands: {
      'dock-key'({ key }) {
        if (!handheldIn) throw refusal('no-handheld');
        if (key === 'cancel') device.cancel();
        else if (running !== 'idle') throw refusal('handheld-busy');
        else if (key === 'send' && device.files.size === 0) throw refusal('no-files');
        else void press(key);
      },
      'dock-file': ({ name, text }) => void device.files.set(name, new TextEncoder().encode(text)),
      'dock-handheld': ({ inDock }) => setHandheld(inDock),
      'dock-take-out'({ afterBytes }) {
        if (!handheldIn) throw refusal('no-handheld');
        leftBytes = afterBytes;
      },
    },
  };
}
