// The options of the manifest as the dock needs them; the maker's program in the simulator reads the same.
import { type DriverContext, integerOption, textOption } from '../kit/index.ts';

export interface FolderDockSettings {
  /** Whether a file of this name comes from the handheld. Any other is the counter's, and never taken back. */
  isIncoming(name: string): boolean;
  /** Time between two looks at the folder: a file that is the same at both is finished. */
  readonly settleMs: number;
  /** How long to wait for a first file. */
  readonly startTimeoutMs: number;
  /** How long to wait for a file that still grows while no other one was taken. */
  readonly growTimeoutMs: number;
  readonly maxFileBytes: number;
}

/** Reads and checks the options; throws SETTINGS_INVALID naming the field. */
export function readSettings(options: DriverContext['options']): FolderDockSettings {
  // `*` stands for any characters; the rest is compared as it stands, in any case, as Windows does.
  const pattern = textOption(options, 'incoming', { form: /^(?!\*+$)[^\s/\\][^/\\]*$/ })
    .split('*')
    .map((part) => part.replaceAll(/[.+?^${}()|[\]]/g, '\\$&'))
    .join('.*');
  const incoming = new RegExp(`^${pattern}$`, 'i');
  return {
    isIncoming: (name) => incoming.test(name),
    settleMs: integerOption(options, 'settleMs', { min: 1 }),
    startTimeoutMs: integerOption(options, 'startTimeoutMs', { min: 1 }),
    growTimeoutMs: integerOption(options, 'growTimeoutMs', { min: 1 }),
    maxFileBytes: integerOption(options, 'maxFileBytes', { min: 1 }),
  };
}
