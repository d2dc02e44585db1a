// Card reader behind a meter maker's library (《天然气销售系统IC卡接口规范 V1.0》): one slot, cards that only the library understands.
//
// Options: pollMs, and for the library (all optional, read where it is loaded): ReadGasCard, WriteNewCard, WriteGasCard, FormatGasCard, CheckGasCard (the
// C declarations of the maker's header), charset, stdcall, checkLimitMs, readLimitMs, writeLimitMs. A maker's own driver is a folder with its manifest
// and this file.
import {
  asFault,
  type CardIdentification,
  type CardPresence,
  type ChipReader,
  defineDriver,
  Fault,
  type GasCardLibrary,
  integerOption,
  type Meaning,
  type SaidMeaning,
  say,
  type Timers,
} from '../kit/index.ts';

const SLOT = 1;

export default defineDriver({
  async open({ library, timers, options, trace }) {
    if (library === undefined) throw new Fault('SETTINGS_INVALID', { field: 'transport.kind', reason: 'needs a library (dll)' });
    const watch = watchCard({ library, timers, pollMs: integerOption(options, 'pollMs', { min: 100 }) });
    const traced = tracedLibrary(library, watch, (direction, note) => trace(direction, new Uint8Array(0), note));
    await watch.identify();
    watch.start();
    const chipReader: ChipReader = {
      slots: SLOT,
      identify: async (slot) => {
        if (slot !== SLOT) throw new Fault('DEVICE_REJECTED', { slot });
        return watch.identify();
      },
      onPresence: watch.onPresence,
      tradeDll: traced,
    };
    return {
      chipReader,
      async probe() {
        if (watch.fault() !== null) throw watch.fault();
      },
      close: async () => watch.stop(),
    };
  },
});

interface CardWatch {
  start(): void;
  stop(): void;
  /** Asks the library now. CheckGasCard tries no password. */
  identify(): Promise<CardIdentification>;
  onPresence(listener: (slot: number, presence: CardPresence) => void): () => void;
  /** Why the last look failed; null when it did not. */
  fault(): Fault | null;
  /** Runs a call of the library; no look at the card disturbs it. */
  during<T>(call: () => Promise<T>): Promise<T>;
}

/** Looks for a card every `pollMs` while nobody else uses the library, which reports nothing by itself. */
function watchCard(from: { readonly library: GasCardLibrary; readonly timers: Timers; readonly pollMs: number }): CardWatch {
  const { library, timers, pollMs } = from;
  const listeners = new Set<(slot: number, presence: CardPresence) => void>();
  let known: CardPresence | null = null;
  let lastFault: Fault | null = null;
  let busy = 0;
  let timer: unknown = null;
  let stopped = true;

  async function during<T>(call: () => Promise<T>): Promise<T> {
    busy += 1;
    try {
      return await call();
    } finally {
      busy -= 1;
    }
  }

  async function identify(): Promise<CardIdentification> {
    try {
      const check = await during(() => library.check());
      lastFault = null;
      const presence = check === 'absent' ? 'absent' : 'present';
      if (known !== null && presence !== known) for (const listener of [...listeners]) listener(SLOT, presence);
      known = presence;
      // A foreign card is still one for the library, which then says what it is.
      return { presence, chip: presence === 'present' ? 'TRADE-DLL' : null, uid: null };
    } catch (error) {
      lastFault = asFault(error);
      throw error;
    }
  }

  function schedule(): void {
    if (stopped) return;
    timer = timers.setTimeout(() => {
      const look = busy > 0 ? Promise.resolve() : identify().then(() => {});
      // What went wrong, the next probe says.
      look.catch(() => {}).finally(schedule);
    }, pollMs);
  }

  return {
    start() {
      stopped = false;
      schedule();
    },
    stop() {
      stopped = true;
      timers.clearTimeout(timer);
    },
    identify,
    during,
    onPresence(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    fault: () => lastFault,
  };
}

/** The library with its calls in the trace: their names and how they ended, never what they carry, since the card key is part of it. */
function tracedLibrary(
  library: GasCardLibrary,
  watch: CardWatch,
  note: (direction: 'sent' | 'received', meaning: Meaning) => void,
): GasCardLibrary {
  async function traced<T>(name: SaidMeaning, call: () => Promise<T>): Promise<T> {
    note('sent', name);
    try {
      const value = await watch.during(call);
      note('received', say('{function} {returned}', { function: name, returned: 0 }));
      return value;
    } catch (error) {
      const { code, context } = asFault(error);
      const ended = say('{function} {fault}', { function: name, fault: code });
      const { returnCode: returned } = context;
      note(
        'received',
        returned === undefined ? ended : say('{function} {returned} {fault}', { function: name, returned: String(returned), fault: code }),
      );
      throw error;
    }
  }
  return {
    check: () => traced(say('CheckGasCard'), () => library.check()),
    read: () => traced(say('ReadGasCard'), () => library.read()),
    write: (fields) => traced(say('WriteGasCard'), () => library.write(fields)),
    writeNew: (fields) => traced(say('WriteNewCard'), () => library.writeNew(fields)),
    format: (identity) => traced(say('FormatGasCard'), () => library.format(identity)),
  };
}
