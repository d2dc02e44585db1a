// What travels in dispatch.bench.ts: a signed-in call with a small answer, in its own form and as the text that oRPC makes of it.
import type { Outputs } from '../../src/shared/contract/index.ts';

export const ANSWER: Outputs['devices']['list'] = (['reader', 'printer'] as const).map((slot) => ({
  slot,
  state: 'ready',
  driverId: 'vendor-model',
  connection: 'serial /dev/ttyS0 19200 8N1',
  lastError: null,
  lastSeenMs: 1_767_225_600_000,
  paperNearEnd: slot === 'printer' ? false : null,
  cards: slot === 'reader' ? ['present', 'absent', 'absent', 'absent'] : [],
}));

export const BARE_CALL = JSON.stringify({ i: '1', p: { u: '/devices/list', b: { json: {} } } });
export const BARE_ANSWER = JSON.stringify({ i: '1', p: { b: { json: ANSWER } } });
