// The options of a serial scanner, checked: they must say what the scanner itself is programmed to.
import { booleanOption, type DriverContext, textOption } from '../kit/index.ts';
import type { CodeForm, Encoding, Terminator } from './frames.ts';

/** Returns what the scanner is programmed to send; throws SETTINGS_INVALID naming the field. */
export function codeFormOf(options: DriverContext['options']): CodeForm & { readonly terminator: Terminator } {
  return {
    terminator: textOption(options, 'terminator', { form: /^(any|cr|lf|crlf)$/ }) as Terminator,
    encoding: textOption(options, 'encoding', { form: /^(utf-8|gb18030)$/ }) as Encoding,
    prefix: textOption(options, 'prefix', { form: /^[!-~]{0,16}$/ }),
    stripAim: booleanOption(options, 'stripAim'),
  };
}
