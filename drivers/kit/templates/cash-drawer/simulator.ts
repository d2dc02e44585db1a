// The vendor-model drawer as a device: a pulse springs it open, a hand pushes it shut.
import { createDeviceEnd, createScanFramer, type SimulatorModule } from '../../index.ts';
import { ANSWER_BIT, COMMAND, decodeFrame, encodeFrame, FRAME_FORMAT } from './frames.ts';

/** A frame that pauses longer than this is forgotten, ms. */
const INTER_BYTE_MS = 100;

export const simulator: SimulatorModule = {
  createCashDrawer({ timers }) {
    const listeners: (() => void)[] = [];
    let isOpen = false;
    let silent = false;

    function obey(bytes: Uint8Array): void {
      const { sequence, code } = decodeFrame(bytes);
      if (code === COMMAND.open) {
        isOpen = true;
        for (const listener of listeners) listener();
      } else if (code !== COMMAND.state) return;
      end.send(encodeFrame({ sequence, code: code | ANSWER_BIT, isOpen }));
    }

    const end = createDeviceEnd({
      timers,
      interByteMs: INTER_BYTE_MS,
      createFramer: () => createScanFramer(FRAME_FORMAT),
      take(events) {
        if (!silent) for (const { kind, bytes } of events) if (kind === 'frame') obey(bytes);
      },
      onDetach: () => {},
    });

    return {
      attach: end.attach,
      detach: end.detach,
      isOpen: () => isOpen,
      shut() {
        isOpen = false;
      },
      setSilent(value) {
        silent = value;
      },
      onPulse: (listener) => void listeners.push(listener),
      troubles: {},
    };
  },
};
