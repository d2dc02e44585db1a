// The table of all calls on devices: what the core asks and what the device process does.
import { z } from 'zod';
import type { CallKind } from './call-kind.ts';
import { cardCalls } from './card-calls.ts';
import { counterCalls } from './counter-calls.ts';
import { dockCalls } from './dock-calls.ts';
import { printCalls } from './print-calls.ts';

const CALLS = { ...cardCalls, ...printCalls, ...dockCalls, ...counterCalls };

export type DeviceOp = keyof typeof CALLS;
/** A call as it is sent. */
export type CallOf<Op extends DeviceOp> = z.output<(typeof CALLS)[Op]['call']>;
/** What a call answers when it is done. */
export type ResultOf<Op extends DeviceOp> = z.output<(typeof CALLS)[Op]['result']>;
export type DeviceCall = { [Op in DeviceOp]: CallOf<Op> }[DeviceOp];

/** The kind of a call, its types forgotten: the table has matched them. */
export type AnyCallKind = CallKind<z.ZodType<DeviceCall>, unknown>;

/** Returns what is known of a kind of call. */
export function callKind(op: DeviceOp): AnyCallKind {
  return CALLS[op] as unknown as AnyCallKind;
}

const [first, ...others] = Object.values(CALLS).map((kind) => kind.call);
/** Calls on a leased device. The union over the table's entries cannot be written out; its type is `DeviceCall`. */
export const deviceCallSchema = z.discriminatedUnion('op', [first, ...others] as never) as unknown as z.ZodType<DeviceCall>;
