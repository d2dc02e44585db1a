// A receipt whose job broke off: the printer is asked before the clerk is, and nothing is ever printed again by itself.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import countertopCard from '../../drivers/countertop-card/layout.ts';
import { simulator } from '../../drivers/generic-escpos/simulator.ts';
import { done, type Outcome, refused, unknown } from '../../drivers/kit/outcome.ts';
import { createMemoryLine, type MemoryLine } from '../../drivers/kit/testing/line.ts';
import { systemTimers } from '../../drivers/kit/transport.ts';
import type { UseCaseContext } from '../../src/main/core/actor.ts';
import { deliverTopup } from '../../src/main/core/usecases/deliver-topup.ts';
import { payTopup } from '../../src/main/core/usecases/pay-topup.ts';
import { checkReceipt, confirmReceipt, printReceipt } from '../../src/main/core/usecases/print-receipt.ts';
import { createDeviceClient } from '../../src/main/devices/client.ts';
import { createDeviceServer } from '../../src/main/devices/server.ts';
import { createChannelPair } from '../../src/main/processes/channel.ts';
import { ACCOUNT_ID, type Bench, createReaderSimulator, DRIVER_ROOT, issueCard, openBench } from '../support/counter-bench.ts';
import { writeReturn } from '../support/countertop-return.ts';

const ROOT = mkdtempSync(join(tmpdir(), 'countertop-proof-'));
afterAll(() => rmSync(ROOT, { recursive: true, force: true }));
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const TOPUP_ID = '01890000-0000-7000-8000-0000000000cc';
const NO_ANSWER = { code: 'PRINTER_NO_ANSWER', context: {} } as const;
const PAPER_OUT = { code: 'PRINTER_PAPER_OUT', context: {} } as const;

describe('the counter', () => {
  let folders = 0;

  /** A counter with a paid top-up, whose printer answers as scripted. */
  async function counter() {
    folders += 1;
    const reader = createReaderSimulator();
    reader.insert(1, issueCard(countertopCard, writeReturn));
    const bench: Bench = await openBench({ dir: join(ROOT, String(folders)), layout: countertopCard, idPrefix: 1, reader });
    closers.push(() => bench.close());
    const asked: string[] = [];
    const proofs: Outcome<boolean>[] = [];
    let drawers = 0;
    const devices = {
      ...bench.context.ports.devices,
      hasPrinted: async (jobId: string) => {
        asked.push(jobId);
        return proofs.shift() ?? done(false);
      },
      openDrawer: async () => {
        drawers += 1;
        return done({ isOpen: null });
      },
    };
    const context: UseCaseContext = { ...bench.context, ports: { ...bench.context.ports, devices } };
    await payTopup(context, {
      topupId: TOPUP_ID,
      accountId: ACCOUNT_ID,
      slot: 1,
      purchase: { by: 'money', amountFen: 23_000 },
      expectedAmountFen: 23_000,
      tenders: [],
      cashTenderedFen: 23_000,
    });
    const deliver = () => deliverTopup(context, { topupId: TOPUP_ID, slot: 1, lastAttemptApprovedBy: null });
    const attempts = () =>
      bench.store
        .operationsOf(ACCOUNT_ID, 50)
        .flatMap(({ kind, payload }) => (kind === 'receipt.printed' ? [payload] : []))
        .toReversed();
    return { ...bench, context, deliver, asked, proofs, attempts, drawers: () => drawers };
  }

  it('asks the printer as soon as a job has broken off, and no clerk when it proves that the paper came out', async () => {
    const { printer, proofs, deliver, asked, attempts } = await counter();
    printer.next.push(unknown(NO_ANSWER));
    proofs.push(done(true));
    const { topup, fault } = await deliver();
    expect([topup.nextStep, topup.receipt?.state, fault]).toEqual(['none', 'printed', null]);
    const [first, second, ...more] = attempts();
    expect([first?.outcome, second?.outcome, more]).toEqual(['unknown', 'printed', []]);
    expect(asked).toEqual([first?.jobId]);
    expect(second?.jobId).toBe(first?.jobId);
    expect(printer.jobs).toHaveLength(1);
  });

  it('asks again when somebody looks, and leaves to the clerk what the printer cannot prove', async () => {
    const { context, printer, proofs, deliver, asked, attempts } = await counter();
    printer.next.push(unknown(PAPER_OUT));
    proofs.push(refused(PAPER_OUT), refused(PAPER_OUT), done(false), done(true));
    const { topup } = await deliver();
    const receiptId = topup.receipt?.receiptId ?? '';
    expect(topup.nextStep).toBe('check-paper');
    // Still no paper: what is in the printer may yet come out.
    expect(await checkReceipt(context, { receiptId })).toMatchObject({ receipt: { state: 'unknown' }, fault: PAPER_OUT });
    expect(await checkReceipt(context, { receiptId })).toMatchObject({ receipt: { state: 'unknown' }, fault: null });
    expect(await checkReceipt(context, { receiptId })).toMatchObject({ receipt: { state: 'printed' }, fault: null });
    expect(new Set(asked).size).toBe(1);
    expect(asked).toHaveLength(4);
    // Known is known: the printer is not asked any more.
    expect(await checkReceipt(context, { receiptId })).toMatchObject({ receipt: { state: 'printed' } });
    expect(asked).toHaveLength(4);
    expect(printer.jobs).toHaveLength(1);
    expect(attempts().map(({ outcome }) => outcome)).toEqual(['unknown', 'printed']);
  });

  it("keeps the clerk's answer when the proof comes after it", async () => {
    const { context, printer, proofs, deliver, attempts } = await counter();
    printer.next.push(unknown(NO_ANSWER));
    const { topup } = await deliver();
    const receiptId = topup.receipt?.receiptId ?? '';
    const proof = Promise.withResolvers<Outcome<boolean>>();
    proofs.push(proof.promise as unknown as Outcome<boolean>);
    const checking = checkReceipt(context, { receiptId });
    confirmReceipt(context, { receiptId, cameOut: false });
    proof.resolve(done(true));
    expect(await checking).toMatchObject({ receipt: { state: 'not-printed' } });
    expect(attempts().map(({ outcome }) => outcome)).toEqual(['unknown', 'not-printed']);
  });

  it('asks about the last attempt only', async () => {
    const { context, printer, deliver, asked, attempts } = await counter();
    printer.next.push(unknown(NO_ANSWER), unknown(NO_ANSWER));
    const { topup } = await deliver();
    const receiptId = topup.receipt?.receiptId ?? '';
    confirmReceipt(context, { receiptId, cameOut: false });
    await printReceipt(context, { receiptId });
    await checkReceipt(context, { receiptId });
    const jobs = attempts().flatMap(({ jobId, outcome }) => (outcome === 'unknown' ? [jobId] : []));
    expect(asked).toEqual([jobs[0], jobs[1], jobs[1]]);
  });

  it('opens the drawer for the change although the printer refuses the job', async () => {
    const { printer, deliver, drawers } = await counter();
    printer.next.push(refused(PAPER_OUT));
    const { fault } = await deliver();
    expect([fault?.code, drawers()]).toEqual(['PRINTER_PAPER_OUT', 1]);
  });
});

describe('the device process, a real driver and a printer', () => {
  /** The printer's slot served in this process; each opening of its line is another cable to the same printer. */
  async function printerSlot() {
    const device = simulator.createReceiptPrinter?.({ timers: systemTimers, options: { lineTimeMs: 60 } });
    if (device === undefined) throw new Error('no simulated printer');
    const receipts: (readonly string[])[] = [];
    device.onReceipt((lines) => receipts.push(lines));
    const lines: MemoryLine[] = [];
    const { left, right } = createChannelPair();
    const exits: (() => void)[] = [];
    const ended = () => {
      for (const listener of exits) listener();
    };
    const server = createDeviceServer({
      channel: right,
      timers: systemTimers,
      ended,
      openConnection: async () => {
        const line = createMemoryLine(systemTimers);
        lines.push(line);
        device.attach(line.device);
        return { transport: line.host };
      },
    });
    let leases = 0;
    const waiting = new Set<() => void>();
    const client = createDeviceClient({
      launch: () => ({
        channel: left,
        pid: undefined,
        kill: () => void server.stop().then(ended),
        onExit: (listener) => exits.push(listener),
        onErrorLine: () => {},
      }),
      settings: () => ({
        devices: {
          printer: {
            driver: 'generic-escpos',
            transport: { kind: 'tcp', host: '127.0.0.1', port: 1 },
            options: { pollMs: 50, jobTimeoutMs: 3_000 },
          },
        },
        demo: false,
      }),
      driverRoots: [DRIVER_ROOT],
      publish: () => {
        for (const look of waiting) look();
      },
      timers: systemTimers,
      newLeaseId: () => {
        leases += 1;
        return `lease-${leases}`;
      },
    });
    const state = () => client.states().find(({ slot }) => slot === 'printer')?.state;
    const becomes = (wanted: string) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (state() !== wanted) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      });
    client.start();
    closers.push(() => client.stop());
    await becomes('ready');
    const job = { jobId: 'job-1', markup: Array.from({ length: 12 }, (_, index) => `行${index}`).join('\n'), cut: true, openDrawer: false };
    return { device, client, receipts, lines, becomes, job };
  }

  it('says of a job that ran out of paper that it came out, once there is paper again', async () => {
    const { device, client, receipts, job } = await printerSlot();
    device.runOutAfterLines(4);
    expect(await client.print(job)).toMatchObject({ kind: 'unknown', fault: { code: 'PRINTER_PAPER_OUT' } });
    expect(await client.hasPrinted(job.jobId)).toMatchObject({ kind: 'refused', fault: { code: 'PRINTER_PAPER_OUT' } });
    device.setPaper('ok');
    expect(await client.hasPrinted(job.jobId)).toEqual(done(true));
    expect(receipts).toHaveLength(1);
  });

  it('says so over the cable that was plugged in again while it printed', async () => {
    const { client, receipts, lines, becomes, job } = await printerSlot();
    const printing = client.print(job);
    setTimeout(() => lines[0]?.lose(), 150);
    expect(await printing).toMatchObject({ kind: 'unknown' });
    expect(receipts).toHaveLength(0);
    await becomes('ready');
    expect(await client.hasPrinted(job.jobId)).toEqual(done(true));
    expect(receipts).toHaveLength(1);
    expect(await client.hasPrinted('another')).toEqual(done(false));
  });
});
