// Is a handheld there, and what does it want? Found out without moving a file.
import { blockLength, CAN, type DockReadiness, decodeBlock, START_CRC, say } from '../kit/index.ts';
import type { DockLink } from './link.ts';

/** What a sender says to a call for the start comes at once; this leaves room for a slow one at 9600 baud. */
const OFFER_MS = 3000;
/** A receiver's next call may be a little late. */
const CALL_SLACK_MS = 500;

/**
 * Listens for the call of a receiver; if there is none, calls once as a receiver would and sees whether a good block comes. That block stays
 * unanswered: its sender sends it again when the transfer is asked for. A C after our own is no evidence, it may be an echo.
 */
export async function listenForHandheld(link: DockLink): Promise<DockReadiness> {
  const heard = await listen(link, { forMs: link.timing.startEveryMs + CALL_SLACK_MS, calls: true });
  if (heard !== 'silent') return heard;
  await link.send(Uint8Array.of(START_CRC), say('handshake'));
  const answered = await listen(link, { forMs: OFFER_MS, calls: false });
  if (answered === 'ready-to-send') await link.drain(link.timing.interByteMs);
  return answered;
}

async function listen(link: DockLink, how: { readonly forMs: number; readonly calls: boolean }): Promise<DockReadiness> {
  const { interByteMs } = link.timing;
  const endMs = link.now() + how.forMs;
  for (;;) {
    const leftMs = endMs - link.now();
    const [first] = leftMs > 0 ? await link.take({ count: 1, firstMs: leftMs, nextMs: leftMs }) : [];
    if (first === undefined) return 'silent';
    const length = blockLength(first);
    if (length !== null) {
      const rest = await link.take({ count: length - 1, firstMs: interByteMs, nextMs: interByteMs });
      if (decodeBlock(Uint8Array.from([first, ...rest])).kind === 'block') return 'ready-to-send';
    } else if (how.calls && first === START_CRC) {
      // A call comes alone; a C among other bytes is text or noise.
      const more = await link.drain(SETTLE_MS);
      if (more.every((byte) => byte === START_CRC)) return 'ready-to-receive';
    } else if (first === CAN) {
      await link.drain(interByteMs);
    }
  }
}

/** Longer than the bytes of one piece of text lie apart. */
const SETTLE_MS = 100;
