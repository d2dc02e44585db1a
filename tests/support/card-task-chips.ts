// The account's card and a blank one on chips whose keys are the card's own: what card tasks play on besides memory cards.
import { simulator as pcscSimulator } from '../../drivers/acs-pcsc/simulator.ts';
import countertopCpu from '../../drivers/countertop-cpu/layout.ts';
import { ACCESS as CPU_ACCESS, MAP as CPU_MAP } from '../../drivers/countertop-cpu/records.ts';
import countertopMifare from '../../drivers/countertop-mifare/layout.ts';
import { MAP as MIFARE_MAP } from '../../drivers/countertop-mifare/records.ts';
import {
  type CpuCardMemory,
  cpuCardKeys,
  createSimulatedCpuCard,
  createSimulatedMifare,
  createSimulatedPsam,
  newMifareBytes,
  type SimulatedChipCard,
  setMifareKeys,
} from '../../drivers/kit/cards/index.ts';
import { encodeMeterReturn } from '../../drivers/kit/index.ts';
import { systemTimers } from '../../drivers/kit/transport.ts';
import type { DeviceBinding } from '../../src/main/devices/settings.ts';
import { MIFARE_BLOCK_BYTES, mifareBlocks } from '../../src/shared/domain/card-access.ts';
import { fromHex, sameBytes } from '../../src/shared/domain/card-image.ts';
import type { TaskKind } from './card-task-hall.ts';
import { CARD_NO, issuedImage, VAULT, type WriteReturn } from './counter-bench.ts';
import { PSAM_KEYS } from './hall-cards.ts';

/** The number printed on the blank CPU card, by which its keys go. */
export const PRINTED_NO = '6200000000000042';

type Stage = ReturnType<TaskKind['makeStage']>;

const returnAt =
  ({ meterReturn }: TaskKind['map']): WriteReturn =>
  (image, report) =>
    image.set(encodeMeterReturn(report), meterReturn);

function onPcsc(
  chips: () => Readonly<Record<'own' | 'blank', SimulatedChipCard>>,
  rest: Omit<Stage, 'reader' | 'binding' | 'insert' | 'remove' | 'tearAfter'>,
) {
  const options = { cardSlots: 1, samSlot: 1, pauseMs: 0 };
  const reader = pcscSimulator.createChipReader?.({ timers: systemTimers, byteTimeMs: 0, options });
  if (reader === undefined) throw new Error('the reader ships no simulator');
  const binding: DeviceBinding = { driver: 'acs-pcsc', transport: { kind: 'tcp', host: '127.0.0.1', port: 1 }, options };
  return {
    reader,
    binding,
    insert: (which: 'own' | 'blank') => reader.insert(1, chips()[which]),
    remove: () => void reader.remove(1),
    tearAfter: (count: number) => reader.removeAfterWrittenBytes(1, count),
    ...rest,
  };
}

function mifareStage(persist: () => void): Stage {
  const { access } = countertopMifare;
  if (access.chip !== 'MIFARE-S50') throw new Error('no Mifare layout');
  const uids = { own: Uint8Array.of(0x5a, 0x10, 0x77, 0x01), blank: Uint8Array.of(0x5a, 0x10, 0x77, 0x02) };
  const sectorsOf = (which: 'own' | 'blank') => {
    const keys = VAULT.cardKeys({ layoutId: countertopMifare.id, access, cardNo: '', uid: uids[which], keyVersion: 0 });
    if (keys.chip !== 'MIFARE-S50') throw new Error('no Mifare keys');
    return keys.sectors;
  };
  const bytes = { own: newMifareBytes(uids.own), blank: newMifareBytes(uids.blank) };
  const places = mifareBlocks(access).flatMap((block) =>
    Array.from({ length: MIFARE_BLOCK_BYTES }, (_, at) => block * MIFARE_BLOCK_BYTES + at),
  );
  const change = (which: 'own' | 'blank', image: Uint8Array): void => {
    for (const [address, byte] of image.entries()) bytes[which][places[address] ?? 0] = byte;
  };
  for (const sector of sectorsOf('own')) setMifareKeys(bytes.own, sector);
  change('own', issuedImage(countertopMifare, returnAt(MIFARE_MAP)));
  const chip = (which: 'own' | 'blank') => createSimulatedMifare({ bytes: bytes[which], uid: uids[which], persist });
  const chips = { own: chip('own'), blank: chip('blank') };
  return onPcsc(() => chips, {
    image: (which) => Uint8Array.from(places, (place) => bytes[which][place] ?? 0),
    attemptsLeft: () => null,
    hasOwnSecret: (which) =>
      sectorsOf(which).every(({ sector, keyA, keyB }) => {
        const trailer = bytes[which].subarray((sector * 4 + 3) * MIFARE_BLOCK_BYTES, (sector * 4 + 4) * MIFARE_BLOCK_BYTES);
        return sameBytes(trailer.subarray(0, 6), keyA) && sameBytes(trailer.subarray(10), keyB);
      }),
    renewBlank: () => bytes.blank.set(newMifareBytes(uids.blank)),
    change,
  });
}

function cpuStage(persist: () => void): Stage {
  const memoryOf = (cardNo: string, bytes: Uint8Array): CpuCardMemory => {
    const keys = VAULT.cardKeys({ layoutId: countertopCpu.id, access: CPU_ACCESS, cardNo, uid: null, keyVersion: 0 });
    if (keys.chip !== 'CPU') throw new Error('no CPU keys');
    return {
      applicationId: fromHex(CPU_ACCESS.applicationId),
      files: CPU_ACCESS.files,
      bytes,
      attemptsLeft: 3,
      keyId: CPU_ACCESS.keyId,
      keys: cpuCardKeys(PSAM_KEYS, keys.diversifier),
      persist,
    };
  };
  const memories = {
    own: memoryOf(CARD_NO, issuedImage(countertopCpu, returnAt(CPU_MAP))),
    blank: memoryOf(PRINTED_NO, new Uint8Array(countertopCpu.imageBytes).fill(0xff)),
  };
  let challenges = 0;
  const challenge = () => {
    challenges += 1;
    return Uint8Array.of(0xc0, challenges >> 16, challenges >> 8, challenges);
  };
  const chips = { own: createSimulatedCpuCard(memories.own, challenge), blank: createSimulatedCpuCard(memories.blank, challenge) };
  const stage = onPcsc(() => chips, {
    image: (which) => memories[which].bytes.slice(),
    attemptsLeft: (which) => memories[which].attemptsLeft,
    hasOwnSecret: () => true,
    renewBlank: () => {
      memories.blank.bytes.fill(0xff);
      memories.blank.attemptsLeft = 3;
    },
    change: (which, image) => memories[which].bytes.set(image),
  });
  stage.reader.setSam?.(1, createSimulatedPsam({ applicationId: fromHex(CPU_ACCESS.psamApplicationId), keys: [PSAM_KEYS] }));
  return stage;
}

export const CHIP_TASK_KINDS: readonly TaskKind[] = [
  // A trailer torn inside locks its sector for ever: of four sectors sixteen bytes, each erased and then written.
  { layout: countertopMifare, map: MIFARE_MAP, makeStage: mifareStage, mostSpoilt: 4 * 16 * 2 },
  { layout: countertopCpu, map: CPU_MAP, makeStage: cpuStage, mostSpoilt: 0, printedNo: PRINTED_NO },
];
