// The dock against lrzsz: how long a megabyte takes until the receiver holds it, on pseudo terminals as fast as they go, where lrzsz spends most of its
// time in waits of its own, and the share of a line paced to 115200 baud that goes into blocks. Prints JSON lines; without lrzsz only the paced line is
// measured.
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import manifest from '../../drivers/generic-ymodem-dock/manifest.json' with { type: 'json' };
import { simulator } from '../../drivers/generic-ymodem-dock/simulator.ts';
import { openPty } from '../../src/main/hall/pty.ts';
import { lrzszIsInstalled, openCountedCable, openDock, runLrzsz, sampleBytes, temporaryFolder } from '../support/lrzsz.ts';
import { lineTimeMs, paceTransport, preciseTimers } from '../support/paced-line.ts';
import { percentile, report } from './report.ts';

const FILE = { name: 'route.dat', data: sampleBytes(1_048_576) };
const ROUNDS = 5;
/** The bound: our time as a share of lrzsz's. */
const MOST = 0.3;
/** How often the received file is looked at, ms; far below what is measured. */
const LOOK_EVERY_MS = 5;
const BAUD = 115_200;
/** 11 s of line per direction. */
const PACED_FILE = { name: 'route.dat', data: sampleBytes(128 * 1024) };

type Protocol = 'xmodem' | 'ymodem';
type Direction = 'to the handheld' | 'from the handheld';
interface Timed {
  readonly protocol: Protocol;
  readonly blockBytes: 128 | 1024;
  readonly direction: Direction;
}

const WAYS = [
  { protocol: 'ymodem', blockBytes: 1024, name: 'YMODEM' },
  { protocol: 'xmodem', blockBytes: 1024, name: 'XMODEM-1K' },
  { protocol: 'xmodem', blockBytes: 128, name: 'XMODEM-CRC' },
] as const;
const DIRECTIONS = ['to the handheld', 'from the handheld'] as const;

if (lrzszIsInstalled()) {
  for (const { name, ...way } of WAYS) {
    const rounds: { readonly theirs: number; readonly ours: Readonly<Record<Direction, number>> }[] = [];
    // They take turns, so that whatever else the machine does meets both.
    for (let round = 0; round < ROUNDS; round += 1) {
      const theirs = await lrzszTimeMs(way);
      const [to, from] = DIRECTIONS;
      rounds.push({
        theirs,
        ours: { [to]: await ourTimeMs({ ...way, direction: to }), [from]: await ourTimeMs({ ...way, direction: from }) },
      });
    }
    const median = (of: (round: (typeof rounds)[number]) => number) => percentile(rounds.map(of), 0.5);
    for (const direction of DIRECTIONS)
      report({
        name: `dock ${name} ${direction}: 1 MB, time until it is there against lrzsz`,
        unit: 'ms',
        ours: median(({ ours }) => ours[direction]),
        reference: median(({ theirs }) => theirs),
        ratio: median(({ ours, theirs }) => ours[direction] / theirs),
        sense: 'max',
        bound: MOST,
      });
  }
} else {
  console.log('lrzsz is not installed; its wall time is not measured');
}

for (const direction of ['to the handheld', 'from the handheld'] as const) {
  // What else the machine does makes a round longer and never shorter.
  const ours = Math.min(await pacedTimeMs(direction), await pacedTimeMs(direction));
  const line = lineTimeMs(PACED_FILE.data.length, { baudRate: BAUD });
  report({
    name: `dock YMODEM ${direction}: file bytes per line byte at ${BAUD} baud`,
    unit: 'ms',
    ours,
    reference: line,
    ratio: line / ours,
    sense: 'min',
    bound: 0.95,
  });
}

/**
 * One side of lrzsz sends to the other; there is no direction among equals. Until the receiver holds the file: how long the two then take to part does
 * not count, because on a terminal the last ACK does not always arrive and the sender waits for it.
 */
async function lrzszTimeMs({ protocol, blockBytes }: Omit<Timed, 'direction'>): Promise<number> {
  const folder = temporaryFolder();
  const into = join(folder.path, 'into');
  mkdirSync(into);
  writeFileSync(join(folder.path, FILE.name), FILE.data);
  const cable = openCountedCable({ travelMs: 0 });
  const args = [...(blockBytes === 1024 ? ['-k'] : []), FILE.name];
  const startMs = performance.now();
  const receiver =
    protocol === 'xmodem'
      ? runLrzsz({ program: 'rx', args: ['--with-crc', FILE.name], terminal: cable.far, folder: into })
      : runLrzsz({ program: 'rb', terminal: cable.far, folder: into });
  const sender = runLrzsz({ program: protocol === 'xmodem' ? 'sx' : 'sb', args, terminal: cable.near, folder: folder.path });
  let ended: string | null = null;
  const ending = receiver.exited.then(({ said }) => {
    ended = said;
  });
  const isThere = () => (statSync(join(into, FILE.name), { throwIfNoEntry: false })?.size ?? 0) >= FILE.data.length;
  while (!isThere() && ended === null) await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  const tookMs = performance.now() - startMs;
  if (!isThere()) throw new Error(`lrzsz failed: ${ended}`);
  sender.kill();
  receiver.kill();
  await Promise.all([sender.exited, ending]);
  await cable.close();
  folder.remove();
  return tookMs;
}

/** The driver behind the real serial binding on one end of a pseudo terminal, the simulated handheld at the other. */
async function ourTimeMs(way: Timed): Promise<number> {
  const pty = openPty();
  const tookMs = await transferTimeMs(way, { near: pty.path, far: pty.transport, file: FILE });
  await pty.close();
  return tookMs;
}

async function pacedTimeMs(direction: Direction): Promise<number> {
  const pty = openPty();
  const far = paceTransport(pty.transport, { baudRate: BAUD, timers: preciseTimers });
  const tookMs = await transferTimeMs({ protocol: 'ymodem', blockBytes: 1024, direction }, { near: pty.path, far, file: PACED_FILE });
  await pty.close();
  return tookMs;
}

async function transferTimeMs(
  { protocol, blockBytes, direction }: Timed,
  { near, far, file }: { readonly near: string; readonly far: Parameters<typeof paceTransport>[0]; readonly file: typeof FILE },
): Promise<number> {
  const options = { ...manifest.options, protocol, blockBytes };
  const handheld = simulator.createMeterDock?.({ timers: preciseTimers, options });
  if (handheld === undefined) throw new Error('the driver ships no simulated handheld');
  const { dock, close } = await openDock(near, { protocol, blockBytes });
  handheld.attach(far);
  const startMs = performance.now();
  const receiving = direction === 'to the handheld' ? handheld.receive() : dock.receive();
  const sending = direction === 'to the handheld' ? dock.send([file]) : handheld.send([file]);
  const got = await receiving;
  const tookMs = performance.now() - startMs;
  const sent = await sending;
  const [arrived] = got.files;
  if (sent.fault !== null || got.fault !== null || arrived === undefined || Buffer.compare(arrived.data, file.data) !== 0)
    throw new Error(`the file did not arrive: ${JSON.stringify([sent.fault, got.fault])}`);
  handheld.detach();
  await close();
  return tookMs;
}
