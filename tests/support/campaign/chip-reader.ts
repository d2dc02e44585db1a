// The fault campaign on a reader for several kinds of card: EEPROM, Mifare, CPU card, each judged by what its memory holds.
import type { SimulatedChipReader } from '../../../drivers/kit/simulator.ts';
import { APPLICATION, type HeldCard, heldCpuCard, heldEeprom, heldMifare, KEY_B } from '../../../drivers/kit/testing/chips.ts';
import { type End, face, LINE_ENDS, type Subject, show } from './subject.ts';

const ADDRESS = 60;
const DATA = Uint8Array.from({ length: 19 }, (_, index) => (index * 3 + 1) & 0xff);
const BLOCK = Uint8Array.from({ length: 16 }, (_, index) => 0x80 + index);
const SELECT = Uint8Array.of(0x00, 0xa4, 0x04, 0x00, APPLICATION.length, ...APPLICATION);
const FILE_READ = Uint8Array.of(0x00, 0xb0, 0x81, 0x00, 0x08);
const same = (left: Uint8Array, right: Uint8Array) => Buffer.compare(left, right) === 0;
const isBytes = (end: End, bytes: Uint8Array) => typeof end !== 'string' && end.value instanceof Uint8Array && same(end.value, bytes);

/** Where a write goes, and what it puts there. */
const WRITES: Readonly<Record<string, { readonly at: number; readonly data: Uint8Array }>> = {
  'eeprom write': { at: ADDRESS, data: DATA },
  'mifare write': { at: 9 * 16, data: BLOCK },
};

function heldFor(task: string): HeldCard {
  if (task.startsWith('eeprom')) return heldEeprom();
  return task.startsWith('mifare') ? heldMifare() : heldCpuCard();
}

export const chipReader: Subject<SimulatedChipReader> = {
  name: 'chip-reader',
  deadlineMs: 120_000,
  tasks: ['eeprom read', 'eeprom write', 'mifare open', 'mifare read', 'mifare write', 'cpu read'],
  create: (simulator, { timers, options }) => simulator.createChipReader?.({ timers, byteTimeMs: 1, options }) ?? null,
  async stage(task, { timers, device, open, endOf }) {
    const chips = () => face(open().chipReader);
    const openSector = () => face(chips().mifare).authenticate(1, 2, { kind: 'B', bytes: KEY_B });
    const select = () => face(chips().cpu).transmit(1, SELECT);
    const held = heldFor(task);
    const old = held.bytes.slice();
    device.insert(1, held.card);
    await timers.advance(500);
    await endOf(chips().identify(1));
    if (task === 'mifare read' || task === 'mifare write') await endOf(openSector());
    if (task === 'cpu read') await endOf(select());
    const before = held.persisted();

    const calls: Record<string, () => Promise<unknown>> = {
      'eeprom read': () => face(chips().eeprom).read(1, { address: ADDRESS, length: DATA.length }),
      'eeprom write': () => face(chips().eeprom).write(1, ADDRESS, DATA),
      'mifare open': openSector,
      'mifare read': () => face(chips().mifare).readBlock(1, 8),
      'mifare write': () => face(chips().mifare).writeBlock(1, 9, BLOCK),
      'cpu read': () => face(chips().cpu).transmit(1, FILE_READ),
    };
    const write = WRITES[task];
    function isRight(end: End): boolean {
      if (write !== undefined) return typeof end !== 'string' && same(held.bytes.slice(write.at, write.at + write.data.length), write.data);
      if (task === 'eeprom read') return isBytes(end, old.slice(ADDRESS, ADDRESS + DATA.length));
      if (task === 'mifare read') return isBytes(end, old.slice(128, 144));
      return task === 'cpu read' ? isBytes(end, Uint8Array.of(...old.slice(0, 8), 0x90, 0x00)) : typeof end !== 'string';
    }
    /** Everything from its beginning, as a task at the counter does it. */
    async function again(): Promise<unknown> {
      await chips().identify(1);
      if (task === 'mifare read' || task === 'mifare write') await openSector();
      if (task === 'cpu read') await select();
      return face(calls[task])();
    }
    return {
      run: () => face(calls[task])(),
      judge(end, fault) {
        const isLineEnd = fault !== null && typeof end === 'string' && LINE_ENDS.has(end);
        if (!isLineEnd && !isRight(end)) return `ended ${show(end)}`;
        // Each byte is erased and programmed; a line that doubles the command has it done twice.
        const most = write === undefined ? 0 : 2 * write.data.length;
        if (fault?.kind !== 'doubled' && held.persisted() - before > most) return `${held.persisted() - before} changes of card memory`;
        const strange = held.bytes.findIndex((byte, at) => {
          const news = write?.data[at - write.at];
          // A byte under way may be erased.
          return byte !== old[at] && byte !== news && !(news !== undefined && (byte === 0xff || byte === 0x00));
        });
        return strange < 0 ? null : `byte ${strange} of the card holds what nobody wrote`;
      },
      async recover() {
        const end = await endOf(again());
        return isRight(end) ? null : `clean, it ended ${show(end)}`;
      },
    };
  },
};
