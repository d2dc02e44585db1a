// The printers of the played day: real device processes with the real drivers, real lines, and at their far ends the simulated devices, which have accidents.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simulator as formSimulator } from '../../drivers/generic-escp-form/simulator.ts';
import { simulator as receiptSimulator } from '../../drivers/generic-escpos/simulator.ts';
import { systemTimers } from '../../drivers/kit/transport.ts';
import { createDeviceClient } from '../../src/main/devices/client.ts';
import { launchForkedDeviceProcess } from '../../src/main/devices/launch.ts';
import type { Settings } from '../../src/main/devices/settings.ts';
import { type Cable, createSerialCable, createTcpCable, findFreePort } from '../../src/main/hall/cable.ts';
import { programFiles } from '../../src/main/hosts/program-files.ts';

const files = programFiles();
const RECEIPT_OPTIONS = { columns: 48, pollMs: 5 };
/** A form printer that answers, so that each form is proved. */
const FORM_OPTIONS = { oneWay: false, formTimeMs: 100, pollMs: 5 };
/** How long the devices may take to be there, ms. */
const READY_MS = 20_000;
/** Deep enough that the head has printed some of a receipt, and lacks the rest. */
const LINES_BEFORE_THE_END = 6;

type Calls = 'print' | 'hasPrinted' | 'printerColumns' | 'printForm' | 'printFormGrid' | 'openDrawer' | 'states';

export interface DayPrinters {
  /** What the counter calls. */
  readonly devices: Pick<ReturnType<typeof createDeviceClient>, Calls>;
  /** Receipts that were cut off, as their lines. */
  readonly receipts: readonly (readonly string[])[];
  /** Forms that passed the head, as their texts. */
  readonly forms: readonly (readonly string[])[];
  /** Pulses that the drawer got. */
  pulses(): number;
  /** The roll is empty: nothing of the next receipt comes out. */
  takePaper(): void;
  /** The roll ends in the middle of the next receipt. */
  endPaperSoon(): void;
  takeForms(): void;
  /** A new roll and a new stack; what the printer still holds comes out. */
  refill(): void;
  close(): Promise<void>;
}

/** Plugs both printers in and resolves when the counter has found them. Rejects after twenty seconds. */
export async function openDayPrinters(): Promise<DayPrinters> {
  const folder = mkdtempSync(join(tmpdir(), 'countertop-printers-'));
  const receiptPrinter = receiptSimulator.createReceiptPrinter?.({ timers: systemTimers, options: RECEIPT_OPTIONS });
  const formPrinter = formSimulator.createFormPrinter?.({ timers: systemTimers, options: FORM_OPTIONS });
  if (receiptPrinter === undefined || formPrinter === undefined) throw new Error('no simulated printers');
  const receipts: (readonly string[])[] = [];
  const forms: (readonly string[])[] = [];
  let pulses = 0;
  receiptPrinter.onReceipt((lines) => receipts.push(lines));
  receiptPrinter.onDrawer(() => {
    pulses += 1;
  });
  formPrinter.onForm((texts) => forms.push(texts.map(({ text }) => text)));

  const cables: Cable[] = [];
  const plug = async (cable: Cable, device: { attach: Parameters<Cable['plug']>[0] }): Promise<void> => {
    await cable.plug((line) => device.attach(line));
    cables.push(cable);
  };
  const onNetwork = async (device: Parameters<typeof plug>[1]) => {
    const port = await findFreePort();
    await plug(createTcpCable(port), device);
    return { kind: 'tcp', host: '127.0.0.1', port } as const;
  };
  const onSerial = async (device: Parameters<typeof plug>[1]) => {
    const path = join(folder, 'form-printer');
    await plug(createSerialCable(path), device);
    return { kind: 'serial', path, line: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 } } as const;
  };
  const printer = { driver: 'generic-escpos', transport: await onNetwork(receiptPrinter), options: RECEIPT_OPTIONS };
  // Windows has no pseudo terminals: as in the demo hall both hang on the network there.
  const formTransport = await (process.platform === 'win32' ? onNetwork : onSerial)(formPrinter);
  const settings: Settings = {
    devices: { printer, 'form-printer': { driver: 'generic-escp-form', transport: formTransport, options: FORM_OPTIONS } },
    demo: false,
  };
  let leases = 0;
  const { promise: ready, resolve: isReady, reject: isNot } = Promise.withResolvers<void>();
  const client = createDeviceClient({
    launch: () => launchForkedDeviceProcess(files.deviceProcess),
    settings: () => settings,
    driverRoots: files.driverRoots,
    publish: () => {
      const bound = client.states().filter(({ state }) => state !== 'not-configured');
      if (bound.length === 2 && bound.every(({ state }) => state === 'ready')) isReady();
    },
    timers: systemTimers,
    newLeaseId: () => {
      leases += 1;
      return `lease-${leases}`;
    },
  });
  client.start();
  const gaveUp = setTimeout(() => isNot(new Error(`the printers are not there: ${JSON.stringify(client.states())}`)), READY_MS);
  await ready.finally(() => clearTimeout(gaveUp));

  return {
    devices: client,
    receipts,
    forms,
    pulses: () => pulses,
    takePaper: () => receiptPrinter.setPaper('out'),
    endPaperSoon: () => receiptPrinter.runOutAfterLines(LINES_BEFORE_THE_END),
    takeForms: () => formPrinter.setPaper('out'),
    refill() {
      receiptPrinter.setPaper('ok');
      formPrinter.setPaper('ok');
    },
    async close() {
      await client.stop();
      for (const cable of cables) await cable.unplug();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
