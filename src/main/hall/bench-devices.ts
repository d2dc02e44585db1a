// The devices that the bench can simulate, by slot: a further one is one more entry.
import type { SimulatorModule } from '../../../drivers/kit/simulator.ts';
import { METER_TROUBLES, PRINTER_TROUBLES } from '../../shared/contract/hall.ts';
import type { DeviceSlot } from '../core/ports/devices.ts';
import { type BenchDevice, type DeviceBench, recalled, refusal } from './bench-device.ts';
import { createDock } from './dock.ts';

const PAPERS_KEPT = 20;

/** One kind of simulated device. */
export interface DeviceKind {
  /** What a driver's simulator must be able to make. */
  readonly maker: keyof SimulatorModule;
  /** Its cable; on Windows, which has no pseudo terminals, always the network. */
  readonly cable: 'serial' | 'tcp';
  /** Makes the device; null when the module cannot. */
  create(bench: DeviceBench): BenchDevice | null;
}

/** Keeps the newest papers first. */
function paperTray() {
  let papers: string[][] = [];
  return {
    put: (lines: readonly string[]) => {
      papers = [[...lines], ...papers].slice(0, PAPERS_KEPT);
    },
    all: () => papers.map((lines) => [...lines]),
  };
}

const reader: DeviceKind = {
  maker: 'createCardReader',
  cable: 'serial',
  create({ module, timers, byteTimeMs, options }) {
    const device = module.createCardReader?.({ timers, byteTimeMs, options });
    if (device === undefined) return null;
    return {
      attach: (line) => device.attach(line),
      detach: () => device.detach(),
      view: () => ({ slot: 'reader' }),
      hands: {},
      cardReader: device,
    };
  },
};

const printer: DeviceKind = {
  maker: 'createReceiptPrinter',
  cable: 'tcp',
  create({ module, timers, options, memory, remember, changed }) {
    const device = module.createReceiptPrinter?.({ timers, options });
    if (device === undefined) return null;
    const papers = paperTray();
    let paper = recalled(memory.paper, ['ok', 'near-end', 'out']);
    let silent = memory.silent === true;
    let trouble = recalled(memory.trouble, PRINTER_TROUBLES);
    let pulses = 0;
    const setTrouble = () => {
      device.setCoverOpen(trouble === 'cover-open');
      device.setError(trouble === 'cover-open' ? 'none' : trouble);
    };
    device.setPaper(paper);
    device.setSilent(silent);
    setTrouble();
    device.onReceipt((lines) => {
      papers.put(lines);
      changed();
    });
    device.onDrawer(() => {
      pulses += 1;
      changed();
    });
    return {
      attach: (line) => device.attach(line),
      detach: () => device.detach(),
      view: () => ({ slot: 'printer', paper, silent, trouble, pulses, papers: papers.all() }),
      hands: {
        paper({ state }) {
          paper = state;
          device.setPaper(state);
          remember({ paper });
        },
        'printer-silent'(act) {
          silent = act.silent;
          device.setSilent(silent);
          remember({ silent });
        },
        'printer-trouble'(act) {
          trouble = act.trouble;
          setTrouble();
          remember({ trouble });
        },
        'paper-ends': ({ afterLines }) => device.runOutAfterLines(afterLines),
      },
    };
  },
};

const formPrinter: DeviceKind = {
  maker: 'createFormPrinter',
  cable: 'serial',
  create({ module, timers, options, memory, remember, changed }) {
    const device = module.createFormPrinter?.({ timers, options });
    if (device === undefined) return null;
    const forms = paperTray();
    let paper = recalled(memory.paper, ['ok', 'out']);
    let online = memory.online !== false;
    let silent = memory.silent === true;
    device.setSilent(silent);
    device.setPaper(paper);
    device.setOnline(online);
    device.onForm((texts) => {
      const rows = new Map<number, string[]>();
      for (const { yTenthMm, text } of texts) {
        const row = Math.round(yTenthMm / 10);
        rows.set(row, [...(rows.get(row) ?? []), text]);
      }
      forms.put([...rows.values()].map((row) => row.join('  ')));
      changed();
    });
    return {
      attach: (line) => device.attach(line),
      detach: () => device.detach(),
      view: () => ({ slot: 'form-printer', paper, online, silent, forms: forms.all() }),
      hands: {
        'form-paper'({ state }) {
          paper = state;
          device.setPaper(state);
          remember({ paper });
        },
        'form-online'(act) {
          online = act.online;
          device.setOnline(online);
          remember({ online });
        },
        'form-silent'(act) {
          silent = act.silent;
          device.setSilent(silent);
          remember({ silent });
        },
      },
    };
  },
};

const drawer: DeviceKind = {
  maker: 'createCashDrawer',
  cable: 'serial',
  create({ module, timers, options, memory, remember, changed }) {
    const device = module.createCashDrawer?.({ timers, options });
    if (device === undefined) return null;
    let pulses = 0;
    let silent = memory.silent === true;
    device.setSilent(silent);
    device.onPulse(() => {
      pulses += 1;
      changed();
    });
    return {
      attach: (line) => device.attach(line),
      detach: () => device.detach(),
      view: () => ({ slot: 'drawer', open: device.isOpen(), silent, pulses }),
      hands: {
        'drawer-shut': () => device.shut(),
        'drawer-silent'(act) {
          silent = act.silent;
          device.setSilent(silent);
          remember({ silent });
        },
      },
    };
  },
};

const readingHead: DeviceKind = {
  maker: 'createReadingHead',
  cable: 'serial',
  create({ module, timers, options, memory, remember }) {
    const device = module.createReadingHead?.({ timers, options });
    if (device === undefined) return null;
    const meters = (module.sampleMeters ?? []).map((meter, index) => ({ meter, atHead: memory[meter.meterAddress] ?? index === 0 }));
    let trouble = recalled(memory.trouble, METER_TROUBLES);
    for (const { meter, atHead } of meters) if (atHead) device.putMeter(meter);
    device.setTrouble(trouble);
    return {
      attach: (line) => device.attach(line),
      detach: () => device.detach(),
      view: () => ({
        slot: 'reading-head',
        trouble,
        meters: meters.map(({ meter: { meterAddress, total }, atHead }) => ({
          meterAddress,
          atHead: atHead === true,
          total: total.unit === 'litre' ? `${total.litres / 1000} m³` : `${total.wattHours / 1000} kWh`,
        })),
      }),
      hands: {
        'head-meter'({ meterAddress, atHead }) {
          const entry = meters.find(({ meter }) => meter.meterAddress === meterAddress);
          if (entry === undefined) throw refusal('no-such-meter', { meterAddress });
          entry.atHead = atHead;
          if (atHead) device.putMeter(entry.meter);
          else device.removeMeter(meterAddress);
          remember({ [meterAddress]: atHead });
        },
        'head-trouble'(act) {
          trouble = act.trouble;
          device.setTrouble(trouble);
          remember({ trouble });
        },
      },
    };
  },
};

const scanner: DeviceKind = {
  maker: 'createScanner',
  cable: 'serial',
  create({ module, timers, options }) {
    const device = module.createScanner?.({ timers, options });
    if (device === undefined) return null;
    return {
      attach: (line) => device.attach(line),
      detach: () => device.detach(),
      view: () => ({ slot: 'scanner' }),
      hands: {
        scan: ({ text, half }) => device.scan(text, half === true ? { sentBytes: Math.ceil(text.length / 2) } : {}),
      },
    };
  },
};

const display: DeviceKind = {
  maker: 'createCustomerDisplay',
  cable: 'serial',
  create({ module, timers, options, changed }) {
    const device = module.createCustomerDisplay?.({ timers, options });
    if (device === undefined) return null;
    device.onChange(changed);
    return {
      attach: (line) => device.attach(line),
      detach: () => device.detach(),
      view: () => ({ slot: 'display', ...device.shown() }),
      hands: {},
    };
  },
};

/** A lit keypad tells nobody: the bench looks at it this often. */
const KEYPAD_LOOK_MS = 300;

const keypad: DeviceKind = {
  maker: 'createSatisfactionKeypad',
  cable: 'serial',
  create({ module, timers, options, memory, remember, changed }) {
    const device = module.createSatisfactionKeypad?.({ timers, options });
    if (device === undefined) return null;
    let silent = memory.silent === true;
    let asking = false;
    let looking: unknown = null;
    device.setSilent(silent);
    const look = () => {
      if (asking !== device.isAsking()) {
        asking = device.isAsking();
        changed();
      }
      looking = timers.setTimeout(look, KEYPAD_LOOK_MS);
    };
    return {
      attach(line) {
        device.attach(line);
        timers.clearTimeout(looking);
        look();
      },
      detach() {
        timers.clearTimeout(looking);
        device.detach();
      },
      view: () => ({ slot: 'keypad', asking: device.isAsking(), silent }),
      hands: {
        'keypad-press': ({ key }) => device.press(key),
        'keypad-silent'(act) {
          silent = act.silent;
          device.setSilent(silent);
          remember({ silent });
        },
      },
    };
  },
};

export const DEVICE_KINDS: Readonly<Record<DeviceSlot, DeviceKind>> = {
  reader,
  printer,
  'form-printer': formPrinter,
  drawer,
  dock: { maker: 'createMeterDock', cable: 'serial', create: createDock },
  'reading-head': readingHead,
  scanner,
  display,
  keypad,
};
