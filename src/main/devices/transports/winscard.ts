// The system's PC/SC functions through koffi: winscard.dll, libpcsclite or the PCSC framework, each with its own sizes. All calls run on worker threads.
import koffi, { type LibraryHandle } from 'koffi';
import { Fault } from '../../../shared/domain/fault.ts';

/** Codes that PC/SC functions end with, those that mean something here (the same on all systems). */
export const PCSC_CODE = {
  cancelled: 0x80100002,
  unknownReader: 0x80100009,
  timeout: 0x8010000a,
  sharingViolation: 0x8010000b,
  noCard: 0x8010000c,
  protocolMismatch: 0x8010000f,
  invalidParameter: 0x80100004,
  notTransacted: 0x80100016,
  readerUnavailable: 0x80100017,
  noService: 0x8010001d,
  serviceStopped: 0x8010001e,
  unsupportedFeature: 0x80100022,
  noAccess: 0x80100027,
  noReaders: 0x8010002e,
  unsupportedCard: 0x80100065,
  unresponsiveCard: 0x80100066,
  unpoweredCard: 0x80100067,
  resetCard: 0x80100068,
  removedCard: 0x80100069,
  securityViolation: 0x8010006a,
} as const;

/** Bits of a reader's state. */
export const READER_STATE = { changed: 0x2, unknown: 0x4, unavailable: 0x8, present: 0x20 } as const;
export const SHARE = { shared: 2, direct: 3 } as const;
export const PROTOCOL = { none: 0, t0: 1, t1: 2 } as const;
export const DISPOSITION = { leave: 0, reset: 1, unpower: 2 } as const;

/** A PC/SC call that has failed. */
export class PcscError extends Error {
  readonly code: number;

  constructor(call: string, code: number) {
    super(`${call} ended with ${code.toString(16).toUpperCase().padStart(8, '0')}`);
    this.name = 'PcscError';
    this.code = code;
  }
}

/** A context or a card, as the system numbers them. */
export type Handle = number | bigint;

export interface ReaderState {
  /** Presence and mode in the low 16 bits, a count of changes above. */
  readonly state: number;
  readonly atr: Uint8Array;
}

/** The PC/SC functions that are used; tests replace them. Each rejects with a PcscError. */
export interface PcscBinding {
  establish(): Promise<Handle>;
  release(context: Handle): Promise<void>;
  cancel(context: Handle): Promise<void>;
  /** Returns the readers' names; none is no error. */
  readers(context: Handle): Promise<string[]>;
  /** Waits until a reader's state differs from the one that is known, 0 for "tell me"; rejects with `timeout` when none does in time. */
  statusChange(
    context: Handle,
    wait: { readonly timeoutMs: number; readonly readers: readonly { readonly name: string; readonly known: number }[] },
  ): Promise<ReaderState[]>;
  connect(
    context: Handle,
    wanted: { readonly reader: string; readonly share: number; readonly protocols: number },
  ): Promise<{ readonly card: Handle; readonly protocol: number }>;
  /** Returns the protocol. */
  reconnect(card: Handle, wanted: { readonly share: number; readonly protocols: number; readonly initialization: number }): Promise<number>;
  disconnect(card: Handle, disposition: number): Promise<void>;
  /** Resolves when the card is still the one that was connected and has kept its power. */
  check(card: Handle): Promise<void>;
  transmit(card: Handle, request: { readonly protocol: number; readonly apdu: Uint8Array }): Promise<Uint8Array>;
  /** Sends a command to the reader itself, `function` as the maker numbers it. */
  control(card: Handle, request: { readonly function: number; readonly data: Uint8Array }): Promise<Uint8Array>;
}

/** Scope of a context: the whole system. */
const SCOPE_SYSTEM = 2;
/** Longest response: an extended APDU's. */
const RESPONSE_BYTES = 65_538;
const NAME_BYTES = 512;

interface Platform {
  readonly library: string;
  /** What to do when the library is not there. */
  readonly remedy: string;
  /** DWORD, LONG and the handles. */
  readonly dword: string;
  readonly long: string;
  readonly handle: string;
  readonly text: 'str' | 'str16';
  readonly encoding: 'utf8' | 'utf16le';
  /** What the names of functions with texts end in. */
  readonly suffix: string;
  /** What somebody has to install or start. */
  readonly parts: string;
  readonly atrBytes: number;
  readonly isPacked: boolean;
  controlCode(number: number): number;
}

const PLATFORMS: Readonly<Partial<Record<NodeJS.Platform, Platform>>> = {
  win32: {
    library: 'winscard.dll',
    remedy: 'Windows has no smart card service',
    parts: 'SCardSvr (smart card service)',
    dword: 'uint32_t',
    long: 'int32_t',
    handle: 'uintptr_t',
    text: 'str16',
    encoding: 'utf16le',
    suffix: 'W',
    atrBytes: 36,
    isPacked: false,
    // CTL_CODE(FILE_DEVICE_SMARTCARD, …)
    controlCode: (number) => (0x31 << 16) | (number << 2),
  },
  linux: {
    library: 'libpcsclite.so.1',
    remedy: 'install the packages pcscd and libpcsclite1',
    parts: 'pcscd, libpcsclite1',
    dword: 'unsigned long',
    long: 'long',
    handle: 'long',
    text: 'str',
    encoding: 'utf8',
    suffix: '',
    atrBytes: 33,
    isPacked: false,
    controlCode: (number) => 0x42000000 + number,
  },
  darwin: {
    library: '/System/Library/Frameworks/PCSC.framework/PCSC',
    remedy: 'macOS has no PC/SC framework',
    parts: 'PCSC.framework',
    dword: 'uint32_t',
    long: 'int32_t',
    handle: 'int32_t',
    text: 'str',
    encoding: 'utf8',
    suffix: '',
    atrBytes: 33,
    isPacked: true,
    controlCode: (number) => 0x42000000 + number,
  },
};

type Call = (...values: unknown[]) => Promise<number>;

let loaded: PcscBinding | null = null;

/** Returns the system's PC/SC. Throws PORT_MISSING, with what to install, where there is none. */
export function loadPcsc(): PcscBinding {
  loaded ??= bind();
  return loaded;
}

function bind(): PcscBinding {
  const platform = PLATFORMS[process.platform];
  if (platform === undefined) throw new Fault('PORT_MISSING', { reason: `no PC/SC on ${process.platform}`, missing: 'PC/SC' });
  let library: LibraryHandle;
  try {
    library = koffi.load(platform.library);
  } catch (cause) {
    throw new Fault('PORT_MISSING', { reason: `${platform.library} is missing: ${platform.remedy}`, missing: platform.parts }, { cause });
  }
  const { dword, handle, encoding, suffix } = platform;
  const fields = {
    reader: platform.text,
    user: 'void *',
    known: dword,
    state: dword,
    atrLength: dword,
    atr: koffi.array('uint8_t', platform.atrBytes),
  };
  const readerState = platform.isPacked ? koffi.pack(fields) : koffi.struct(fields);
  const ioRequest = koffi.struct({ protocol: dword, length: dword });
  const outOf = (type: string) => koffi.out(koffi.pointer(type));
  const inOut = (type: string) => koffi.inout(koffi.pointer(type));

  /** Makes a function of the library one that runs on a worker thread and rejects with a PcscError. */
  function define(name: string, types: readonly unknown[]): Call {
    const call = library.func('__stdcall', name, platform?.long ?? 'long', types as never);
    return (...values) =>
      new Promise((resolve, reject) => {
        call.async(...values, (error: Error | null, result: number | bigint) => {
          const code = Number(BigInt.asUintN(32, BigInt(result ?? 0)));
          if (error !== null) reject(error);
          else if (code !== 0) reject(new PcscError(name, code));
          else resolve(code);
        });
      });
  }

  const establish = define('SCardEstablishContext', [dword, 'void *', 'void *', outOf(handle)]);
  const release = define('SCardReleaseContext', [handle]);
  const cancel = define('SCardCancel', [handle]);
  const listReaders = define(`SCardListReaders${suffix}`, [handle, 'void *', 'uint8_t *', inOut(dword)]);
  const statusChange = define(`SCardGetStatusChange${suffix}`, [handle, dword, koffi.inout(koffi.pointer(readerState)), dword]);
  const connect = define(`SCardConnect${suffix}`, [handle, platform.text, dword, dword, outOf(handle), outOf(dword)]);
  const reconnect = define('SCardReconnect', [handle, dword, dword, dword, outOf(dword)]);
  const disconnect = define('SCardDisconnect', [handle, dword]);
  const status = define(`SCardStatus${suffix}`, [handle, 'uint8_t *', inOut(dword), outOf(dword), outOf(dword), 'uint8_t *', inOut(dword)]);
  const transmit = define('SCardTransmit', [handle, koffi.pointer(ioRequest), 'uint8_t *', dword, 'void *', 'uint8_t *', inOut(dword)]);
  const control = define('SCardControl', [handle, dword, 'uint8_t *', dword, 'uint8_t *', dword, outOf(dword)]);

  const requestBytes = koffi.sizeof(ioRequest);
  const response = (buffer: Buffer, length: unknown) => Uint8Array.from(buffer.subarray(0, Number(length)));

  return {
    async establish() {
      const context: [Handle] = [0];
      await establish(SCOPE_SYSTEM, null, null, context);
      return context[0];
    },
    release: async (context) => void (await release(context)),
    cancel: async (context) => void (await cancel(context)),
    async readers(context) {
      try {
        const length = [0];
        await listReaders(context, null, null, length);
        const names = Buffer.alloc((length[0] ?? 0) * (encoding === 'utf16le' ? 2 : 1));
        await listReaders(context, null, names, length);
        return names
          .toString(encoding)
          .split('\0')
          .filter((name) => name !== '');
      } catch (error) {
        if (error instanceof PcscError && error.code === PCSC_CODE.noReaders) return [];
        throw error;
      }
    },
    async statusChange(context, { timeoutMs, readers }) {
      const states = readers.map(({ name, known }) => ({
        reader: name,
        user: null,
        known,
        state: 0,
        atrLength: 0,
        atr: new Uint8Array(platform.atrBytes),
      }));
      await statusChange(context, timeoutMs, states, states.length);
      return states.map(({ state, atrLength, atr }) => ({ state: Number(state), atr: atr.slice(0, Number(atrLength)) }));
    },
    async connect(context, { reader, share, protocols }) {
      const card: [Handle] = [0];
      const protocol = [0];
      await connect(context, reader, share, protocols, card, protocol);
      return { card: card[0], protocol: Number(protocol[0]) };
    },
    async reconnect(card, { share, protocols, initialization }) {
      const protocol = [0];
      await reconnect(card, share, protocols, initialization, protocol);
      return Number(protocol[0]);
    },
    disconnect: async (card, disposition) => void (await disconnect(card, disposition)),
    async check(card) {
      const nameLength = encoding === 'utf16le' ? NAME_BYTES / 2 : NAME_BYTES;
      await status(card, Buffer.alloc(NAME_BYTES), [nameLength], [0], [0], Buffer.alloc(platform.atrBytes), [platform.atrBytes]);
    },
    async transmit(card, { protocol, apdu }) {
      const buffer = Buffer.alloc(RESPONSE_BYTES);
      const length = [buffer.length];
      await transmit(card, { protocol, length: requestBytes }, Buffer.from(apdu), apdu.length, null, buffer, length);
      return response(buffer, length[0]);
    },
    async control(card, { function: number, data }) {
      const buffer = Buffer.alloc(RESPONSE_BYTES);
      const length = [0];
      await control(card, platform.controlCode(number), Buffer.from(data), data.length, buffer, buffer.length, length);
      return response(buffer, length[0]);
    },
  };
}
