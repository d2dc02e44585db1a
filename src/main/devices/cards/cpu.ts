// CPU card by APDU: files are read freely; writing wants an external authentication and a MAC per command, both computed by the PSAM.
//
// Source of the commands: ISO 7816-4 (SELECT, READ BINARY, GET CHALLENGE, EXTERNAL AUTHENTICATE, UPDATE BINARY with secure messaging, GET RESPONSE)
// and 《中国金融集成电路(IC)卡规范》 for line protection and the PSAM: a MAC is the first four bytes of the last block of a CBC chain over header, length
// and data, begun with the card's challenge; 80 1A derives the card's own key inside the PSAM from eight bytes of its number, 80 FA computes with it.
import { type CpuCardFile, tearUnitBytes } from '../../../shared/domain/card-access.ts';
import { Fault } from '../../../shared/domain/fault.ts';
import { APDU_KEY_USE, type Apdu, exchange, openPsam, type Psam, requireOk, selectApplication } from './apdu.ts';
import { accessOf, type CardChipModule, type CardPlace, keysOf, requireFace, writePieces } from './module.ts';
import { wholeUnits } from './units.ts';

const CHALLENGE_BYTES = 4;
const MAC_BYTES = 4;
const SFI_ADDRESSING = 0x80;

export const cpuCard: CardChipModule = {
  async read(reader, place) {
    const access = accessOf(place, 'CPU');
    const card = cardOf(reader, place);
    await selectApplication(card, access.applicationId, 'CARD_OTHER_LAYOUT');
    const image = new Uint8Array(access.files.reduce((sum, file) => sum + file.bytes, 0));
    let at = 0;
    for (const { sfi, bytes } of access.files) {
      const { data } = requireOk(await card({ cla: 0x00, ins: 0xb0, p1: SFI_ADDRESSING | sfi, p2: 0, expected: bytes }), 'read');
      if (data.length !== bytes) throw new Fault('CARD_OTHER_LAYOUT', { reason: `file ${sfi} has ${data.length} bytes` });
      image.set(data, at);
      at += bytes;
    }
    return image;
  },

  /** EXTERNAL AUTHENTICATE without data asks for the attempts left and spends none (ISO 7816-4). */
  async attemptsLeft(reader, place) {
    const { applicationId, keyId } = accessOf(place, 'CPU');
    const card = cardOf(reader, place);
    await selectApplication(card, applicationId, 'CARD_OTHER_LAYOUT');
    const { sw } = await card({ cla: 0x00, ins: 0x82, p1: 0x00, p2: keyId });
    if ((sw & 0xfff0) === 0x63c0) return sw & 0x0f;
    if (sw === 0x6983) return 0;
    throw new Fault('DEVICE_REJECTED', { reason: 'attempts', status: sw.toString(16) });
  },

  async write(reader, task, hooks) {
    const access = accessOf(task, 'CPU');
    const { diversifier, keyVersion } = keysOf(task, 'CPU');
    const card = cardOf(reader, task);
    const psam = await openPsam(requireFace(reader, 'sam'), { applicationId: access.psamApplicationId, diversifier, keyVersion });
    await selectApplication(card, access.applicationId, 'CARD_OTHER_LAYOUT');
    await authenticate({ card, psam, keyId: access.keyId, slot: task.cardSlot });
    const pieces = wholeUnits(task.expected, task.writes, tearUnitBytes(access));
    await writePieces(pieces, hooks, ({ address, data }) => updateBinary({ card, psam, ...placeIn(access.files, address), data }));
  },
};

type Send = (command: Apdu) => Promise<{ readonly data: Uint8Array; readonly sw: number }>;

function cardOf(reader: Parameters<CardChipModule['read']>[0], { cardSlot }: CardPlace): Send {
  const face = requireFace(reader, 'cpu');
  return (command) => exchange((bytes) => face.transmit(cardSlot, bytes), command);
}

async function challengeOf(card: Send): Promise<Uint8Array> {
  const { data } = requireOk(await card({ cla: 0x00, ins: 0x84, p1: 0, p2: 0, expected: CHALLENGE_BYTES }), 'challenge');
  const padded = new Uint8Array(8);
  padded.set(data.subarray(0, CHALLENGE_BYTES));
  return padded;
}

async function authenticate(step: {
  readonly card: Send;
  readonly psam: Psam;
  readonly keyId: number;
  readonly slot: number;
}): Promise<void> {
  const { card, psam, keyId, slot } = step;
  const cryptogram = await psam.encrypt(APDU_KEY_USE.authentication, await challengeOf(card));
  const { sw } = await card({ cla: 0x00, ins: 0x82, p1: 0x00, p2: keyId, data: cryptogram });
  if (sw === 0x9000) return;
  if (sw === 0x6983) throw new Fault('CARD_LOCKED', { slot });
  if ((sw & 0xfff0) === 0x63c0) throw new Fault('CARD_PSC_WRONG', { slot, attemptsLeft: sw & 0x0f });
  requireOk({ sw }, 'authenticate');
}

async function updateBinary(step: {
  readonly card: Send;
  readonly psam: Psam;
  readonly sfi: number;
  readonly offset: number;
  readonly data: Uint8Array;
}): Promise<void> {
  const { card, psam, sfi, offset, data } = step;
  const header = [0x04, 0xd6, SFI_ADDRESSING | sfi, offset, data.length + MAC_BYTES] as const;
  const challenge = await challengeOf(card);
  const mac = await psam.mac(APDU_KEY_USE.lineProtection, challenge, Uint8Array.of(...header, ...data));
  const [cla, ins, p1, p2] = header;
  const { sw } = await card({ cla, ins, p1, p2, data: Uint8Array.of(...data, ...mac) });
  // The card refused before it changed a byte; the caller looks at the image all the same.
  if (sw === 0x9302 || sw === 0x6988) throw new Fault('CARD_KEY_REFUSED', { reason: 'mac' });
  if (sw === 0x6983) throw new Fault('CARD_LOCKED', { reason: 'mac' });
  requireOk({ sw }, 'update');
}

function placeIn(files: readonly CpuCardFile[], address: number) {
  let start = 0;
  for (const { sfi, bytes } of files) {
    if (address < start + bytes) return { sfi, offset: address - start };
    start += bytes;
  }
  throw new Fault('INPUT_INVALID', { field: 'writes' });
}
