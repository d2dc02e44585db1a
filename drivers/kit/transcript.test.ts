// Transcripts: what is refused on reading, what is masked on recording, and how a player answers and objects.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Fault, fromHex } from './index.ts';
import { createMemoryLine, delay } from './testing/line.ts';
import { createManualTimers } from './testing/timers.ts';
import { formatTranscript, parseTranscript, playTranscript, recordTranscript, type TranscriptFrame } from './transcript.ts';

const HEADER = { driver: 'acme-x1', recordedAt: '2026-01-01T00:00:00Z', options: { retries: 2, name: 'x', on: true } };

function transcriptOf(frames: readonly TranscriptFrame[]) {
  return { header: { transcript: 1 as const, kit: 1 as const, ...HEADER }, frames };
}

async function faultOf(promise: Promise<unknown>): Promise<Fault> {
  const error = await promise.then(() => null).catch((caught: unknown) => caught);
  if (!(error instanceof Fault)) throw new Error(`no fault: ${String(error)}`);
  return error;
}

test('what is written can be read', () => {
  const transcript = transcriptOf([
    { ms: 0, direction: 'sent', hex: '02..FF', note: 'ask' },
    { ms: 3, direction: 'received', hex: '06' },
    { ms: 3, direction: 'note', note: 'status → 0' },
  ]);
  expect(parseTranscript(formatTranscript(transcript))).toEqual(transcript);
  expect(parseTranscript(`${formatTranscript(transcript)}\r\n\n`)).toEqual(transcript);
});

test.each([
  ['', 1, 'no JSON'],
  ['{"transcript":2}', 1, 'transcript'],
  ['H\n{"ms":0,"direction":"sent","hex":"0G"}', 2, 'hex'],
  ['H\n{"ms":0,"direction":"sent","hex":"0"}', 2, 'hex'],
  ['H\n{"ms":0,"direction":"sent","hex":""}', 2, 'hex'],
  ['H\n{"ms":0,"direction":"up","hex":"00"}', 2, 'direction'],
  ['H\n{"ms":0,"direction":"note","note":"a"}\n{"ms":-1,"direction":"sent","hex":"00"}', 3, 'ms'],
  ['H\n{"ms":5,"direction":"sent","hex":"00"}\n{"ms":4,"direction":"sent","hex":"00"}', 3, 'ms: goes back in time'],
  ['H\n{"ms":0,"direction":"sent","hex":"00","secret":1}', 2, ''],
  ['H\nnonsense', 2, 'no JSON'],
])('%j is refused with its line', (text, line, reason) => {
  const header = formatTranscript(transcriptOf([])).trim();
  let fault: unknown = null;
  try {
    parseTranscript(text.replace(/^H/, header));
  } catch (error) {
    fault = error;
  }
  expect(fault).toMatchObject({ code: 'INPUT_INVALID', context: { line, reason: expect.stringContaining(reason) } });
});

function record() {
  const timers = createManualTimers();
  const line = createMemoryLine(timers);
  line.toHost.always(delay(5));
  const recorder = recordTranscript({ transport: line.host, timers, header: HEADER });
  return { timers, line, recorder, hexes: () => recorder.transcript().frames.map((frame) => ('hex' in frame ? frame.hex : frame.note)) };
}

test('bytes, directions, times and notes are kept; without secrets nothing is masked', async () => {
  const { timers, line, recorder } = record();
  recorder.trace('sent', fromHex('0203'), 'ask');
  await recorder.transport.write(fromHex('0203'));
  await line.device.write(fromHex('0600'));
  await timers.advance(10);
  recorder.note('status → 0');
  line.lose();
  expect(recorder.transcript().frames).toEqual([
    { ms: 0, direction: 'sent', hex: '0203', note: 'ask' },
    { ms: 5, direction: 'received', hex: '0600' },
    { ms: 10, direction: 'note', note: 'status → 0' },
    { ms: 10, direction: 'note', note: expect.stringContaining('PORT_FAILED') },
  ]);
});

test('what the trace masks is masked, in pieces too, and so is what such a driver does not trace', async () => {
  const { timers, line, recorder, hexes } = record();
  recorder.trace('sent', fromHex('55820000000000'));
  await recorder.transport.write(fromHex('5582'));
  await recorder.transport.write(fromHex('1234560000'));
  await line.device.write(fromHex('778855AA00'));
  await timers.advance(10);
  recorder.trace('received', fromHex('55AA00'));
  expect(hexes()).toEqual(['5582', '..........', '....55AA00']);
});

test('a check that the trace makes anew over masked bytes is masked, and so is all that a trace does not fit', async () => {
  const { recorder, hexes } = record();
  recorder.trace('sent', fromHex('0320030000005A'));
  await recorder.transport.write(fromHex('0320031234563F'));
  expect(hexes()).toEqual(['032003........']);
  const lost = record();
  lost.recorder.trace('sent', fromHex('99999999'));
  await lost.recorder.transport.write(fromHex('123456'));
  expect(lost.hexes()).toEqual(['......']);
});

test('a byte shows only where the trace showed it', () => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 12 });
  return fc.assert(
    fc.asyncProperty(fc.array(bytes, { minLength: 1, maxLength: 6 }), fc.array(bytes, { maxLength: 6 }), async (sent, traced) => {
      const { recorder, hexes } = record();
      for (const chunk of sent) await recorder.transport.write(chunk);
      // One whole frame that is masked, so that the driver is known to hide secrets.
      const all = Uint8Array.from(sent.flatMap((chunk) => [...chunk]));
      fc.pre(all.some((byte) => byte !== 0));
      recorder.trace('sent', new Uint8Array(all.length));
      // Whatever else it traces lies behind the whole.
      for (const entry of traced) recorder.trace('sent', entry);
      expect(hexes().join('').replaceAll('..', '')).toBe('');
    }),
  );
});

/** A player whose device answers 06 after 4 ms and 07 another 2 ms later, and is then asked once more. */
function play(over: { complete?: (bytes: Uint8Array) => Uint8Array } = {}) {
  const timers = createManualTimers();
  const player = playTranscript({
    timers,
    transcript: transcriptOf([
      { ms: 0, direction: 'sent', hex: '0102' },
      { ms: 1, direction: 'note', note: 'between' },
      { ms: 1, direction: 'sent', hex: '03..' },
      { ms: 5, direction: 'received', hex: '06..' },
      { ms: 7, direction: 'received', hex: '07' },
      { ms: 9, direction: 'sent', hex: '05' },
    ]),
    ...over,
  });
  const heard: string[] = [];
  player.transport.onData((chunk) => void heard.push(`${timers.now()}: ${[...chunk]}`));
  return { timers, player, heard };
}

test('the player answers when it was asked what was recorded, after the time it took then', async () => {
  const { timers, player, heard } = play({ complete: (bytes) => bytes.with(1, 0x99) });
  await timers.advance(100);
  expect(heard).toEqual([]);
  // Cut otherwise than it was recorded, any byte where it was masked.
  await player.transport.write(fromHex('01'));
  await player.transport.write(fromHex('0203AB'));
  await timers.advance(100);
  expect(heard).toEqual(['104: 6,153', '106: 7']);
  expect(player.unplayed()).toEqual([7]);
  await player.transport.write(fromHex('05'));
  expect(player.unplayed()).toEqual([]);
  expect(player.mismatch()).toBe(null);
});

test('a difference names the line, what was recorded and what came, and ends the playing', async () => {
  const { timers, player, heard } = play();
  await player.transport.write(fromHex('0102'));
  const fault = await faultOf(player.transport.write(fromHex('04AB')));
  expect(fault.toData()).toEqual({
    code: 'FRAME_SEQUENCE',
    context: { reason: 'not as recorded', line: 4, expected: '03..', found: '04AB' },
  });
  expect(await faultOf(player.transport.write(fromHex('03AB')))).toBe(fault);
  expect(player.mismatch()).toBe(fault);
  await timers.advance(1_000);
  expect(heard).toEqual([]);
});

test('more than was recorded is a difference too', async () => {
  const { timers, player } = play();
  await player.transport.write(fromHex('010203FF'));
  await timers.advance(100);
  expect((await faultOf(player.transport.write(fromHex('0506')))).context).toMatchObject({ reason: 'nothing more was recorded', line: 7 });
});

test('closed, it neither answers nor takes anything', async () => {
  const { timers, player, heard } = play();
  await player.transport.write(fromHex('010203FF'));
  await player.transport.close();
  await timers.advance(100);
  expect(heard).toEqual([]);
  expect((await faultOf(player.transport.write(fromHex('05')))).code).toBe('DEVICE_OFFLINE');
});
