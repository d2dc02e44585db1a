// The options of the manifest as the transfer needs them; the handheld's simulator takes the same.
import { type BlockBytes, type DriverContext, Fault, integerOption } from '../kit/index.ts';
import type { DockTiming } from './link.ts';

export interface DockSettings {
  readonly protocol: 'xmodem' | 'ymodem';
  readonly blockBytes: BlockBytes;
  /** The name of what XMODEM brings, which has none. */
  readonly fileName: string;
  readonly maxFileBytes: number;
  readonly timing: DockTiming;
}

/** Reads and checks the options; throws SETTINGS_INVALID naming the field. */
export function readSettings(options: DriverContext['options']): DockSettings {
  const blockTimeoutMs = integerOption(options, 'blockTimeoutMs', { min: 100 });
  return {
    protocol: oneOf(options, 'protocol', ['ymodem', 'xmodem'] as const),
    blockBytes: oneOf(options, 'blockBytes', [1024, 128] as const),
    fileName: text(options, 'fileName'),
    maxFileBytes: integerOption(options, 'maxFileBytes', { min: 1 }),
    timing: {
      startTimeoutMs: integerOption(options, 'startTimeoutMs', { min: 1 }),
      // Customary in the protocol: a call every three seconds.
      startEveryMs: 3000,
      blockTimeoutMs,
      replyTimeoutMs: blockTimeoutMs * 1.5,
      interByteMs: integerOption(options, 'interByteMs', { min: 1 }),
      retries: integerOption(options, 'retries', { min: 0 }),
    },
  };
}

function oneOf<T>(options: DriverContext['options'], name: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === options[name]);
  if (found === undefined) throw new Fault('SETTINGS_INVALID', { field: `options.${name}`, reason: String(options[name]) });
  return found;
}

function text(options: DriverContext['options'], name: string): string {
  const value = options[name];
  if (typeof value !== 'string' || value === '') throw new Fault('SETTINGS_INVALID', { field: `options.${name}`, reason: String(value) });
  return value;
}
