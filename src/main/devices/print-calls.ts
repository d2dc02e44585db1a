// Calls on what prints, and on the cash drawer.
import { z } from 'zod';
import type { CashDrawer } from '../../../drivers/kit/cash-drawer.ts';
import type { OpenDevice } from '../../../drivers/kit/driver.ts';
import type { FormPrinter } from '../../../drivers/kit/form-printer.ts';
import { done } from '../../../drivers/kit/outcome.ts';
import type { ReceiptPrinter } from '../../../drivers/kit/receipt-printer.ts';
import { Fault } from '../../shared/domain/fault.ts';
import { defineCall } from './call-kind.ts';
import { drawerStateSchema, printerStatusSchema, printResultSchema } from './results.ts';

const STATUS_LIMIT_MS = 5_000;
/** Printing a long receipt at 9600 baud, or an invoice of five parts, and the questions before and after. */
const PRINT_LIMIT_MS = 60_000;

const tenthMm = z.int().min(-30_000).max(30_000);
const sizeSchema = z.strictObject({ widthTenthMm: tenthMm, heightTenthMm: tenthMm });
const offsetSchema = z.strictObject({ xTenthMm: tenthMm, yTenthMm: tenthMm });
const fieldSchema = z.strictObject({
  xTenthMm: tenthMm,
  yTenthMm: tenthMm,
  text: z.string(),
  align: z.enum(['left', 'right']).optional(),
  pitch: z.union([z.literal(10), z.literal(12), z.literal(15)]).optional(),
  doubleWidth: z.boolean().optional(),
});
const formBasics = { jobId: z.string(), size: sizeSchema, offset: offsetSchema };

export const printCalls = {
  'printer.status': defineCall({
    slot: 'printer',
    call: z.strictObject({ op: z.literal('printer.status') }),
    hasEffect: false,
    limitMs: STATUS_LIMIT_MS,
    result: printerStatusSchema,
    work: async (device) => done(await requirePrinter(device).status()),
  }),
  'printer.print': defineCall({
    slot: 'printer',
    call: z.strictObject({
      op: z.literal('printer.print'),
      job: z.strictObject({ jobId: z.string(), markup: z.string(), cut: z.boolean(), openDrawer: z.boolean() }),
    }),
    hasEffect: true,
    limitMs: PRINT_LIMIT_MS,
    result: printResultSchema,
    work: async (device, { job }, { effectBegins }) => done(await requirePrinter(device).print(job, effectBegins)),
  }),
  'printer.has-printed': defineCall({
    slot: 'printer',
    call: z.strictObject({ op: z.literal('printer.has-printed'), jobId: z.string() }),
    hasEffect: false,
    limitMs: PRINT_LIMIT_MS,
    result: z.boolean(),
    // A model that proves nothing afterwards has proved nothing.
    work: async (device, { jobId }) => done((await requirePrinter(device).hasPrinted?.(jobId)) ?? false),
  }),
  'form.status': defineCall({
    slot: 'form-printer',
    call: z.strictObject({ op: z.literal('form.status') }),
    hasEffect: false,
    limitMs: STATUS_LIMIT_MS,
    result: printerStatusSchema,
    work: async (device) => done(await requireFormPrinter(device).status()),
  }),
  'form.print': defineCall({
    slot: 'form-printer',
    call: z.strictObject({ op: z.literal('form.print'), job: z.strictObject({ ...formBasics, fields: z.array(fieldSchema) }) }),
    hasEffect: true,
    limitMs: PRINT_LIMIT_MS,
    result: printResultSchema,
    work: async (device, { job }, { effectBegins }) => done(await requireFormPrinter(device).print(job, effectBegins)),
  }),
  'form.print-grid': defineCall({
    slot: 'form-printer',
    call: z.strictObject({ op: z.literal('form.print-grid'), job: z.strictObject(formBasics) }),
    hasEffect: true,
    limitMs: PRINT_LIMIT_MS,
    result: printResultSchema,
    work: async (device, { job }, { effectBegins }) => done(await requireFormPrinter(device).printGrid(job, effectBegins)),
  }),
  'drawer.open': defineCall({
    slot: 'drawer',
    call: z.strictObject({ op: z.literal('drawer.open') }),
    hasEffect: true,
    limitMs: STATUS_LIMIT_MS,
    result: drawerStateSchema,
    async work(device, _call, { effectBegins }) {
      const drawer = requireDrawer(device);
      effectBegins();
      await drawer.open();
      // The pulse is out; that nobody can say where the drawer stands takes nothing from that.
      return done({ isOpen: await drawer.isOpen().catch(() => null) });
    },
  }),
} as const;

function requirePrinter(device: OpenDevice): ReceiptPrinter {
  if (device.receiptPrinter === undefined) throw new Fault('DEVICE_REJECTED', { reason: 'not a receipt printer' });
  return device.receiptPrinter;
}

function requireFormPrinter(device: OpenDevice): FormPrinter {
  if (device.formPrinter === undefined) throw new Fault('DEVICE_REJECTED', { reason: 'not a form printer' });
  return device.formPrinter;
}

/** A drawer by itself, or the one that is plugged into the receipt printer. */
function requireDrawer(device: OpenDevice): CashDrawer {
  const { cashDrawer, receiptPrinter } = device;
  if (cashDrawer !== undefined) return cashDrawer;
  if (receiptPrinter === undefined) throw new Fault('DEVICE_REJECTED', { reason: 'not a cash drawer' });
  return { open: () => receiptPrinter.openDrawer(), isOpen: async () => null };
}
