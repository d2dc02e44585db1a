// Driver of the vendor-model cash drawer, a drawer with a line of its own.
import {
  createExchangeLine,
  createQueue,
  createScanFramer,
  type DriverContext,
  defineDriver,
  integerOption,
  type OpenDevice,
} from '../../index.ts';
import { ANSWER_BIT, COMMAND, decodeFrame, describeFrame, encodeFrame, FRAME_FORMAT } from './frames.ts';

function openDrawer(context: DriverContext): OpenDevice {
  const responseTimeoutMs = integerOption(context.options, 'responseTimeoutMs', { min: 1 });
  const interByteMs = integerOption(context.options, 'interByteMs', { min: 1 });
  const inTurn = createQueue();
  let sequence = 0;

  const line = createExchangeLine({
    transport: context.transport,
    timers: context.timers,
    framer: createScanFramer(FRAME_FORMAT),
    interByteMs,
    trace: (direction, bytes, damage) => context.trace(direction, bytes, damage ?? describeFrame(bytes)),
    isUnsolicited: () => false,
  });

  /** One command; returns whether the drawer stands open. Never repeated: a pulse whose answer was lost would open it a second time. */
  async function send(code: number): Promise<boolean> {
    sequence = (sequence + 1) & 0xff;
    const own = sequence;
    const answer = await line.exchange({
      frame: encodeFrame({ sequence: own, code }),
      timeoutMs: responseTimeoutMs,
      judge(bytes) {
        const heard = decodeFrame(bytes);
        return heard.sequence === own && heard.code === (code | ANSWER_BIT) ? 'answer' : 'FRAME_UNEXPECTED';
      },
    });
    return decodeFrame(answer).isOpen === true;
  }

  return {
    cashDrawer: {
      open: () => inTurn(async () => void (await send(COMMAND.open))),
      isOpen: () => inTurn(() => send(COMMAND.state)),
    },
    probe: () => inTurn(async () => void (await send(COMMAND.state))),
    async close() {
      line.close();
      await context.transport.close();
    },
  };
}

export default defineDriver({ open: async (context) => openDrawer(context) });
