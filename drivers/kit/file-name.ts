// Names of files that come from outside: what can stand alone in a folder of any system.

/** Names that Windows takes for devices, whatever follows the first dot. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * Whether a name can stand alone in a folder: no path, no control character, no wild card or device of Windows, no dot or space at its end,
 * at most 200 characters.
 */
export function isPlainFileName(name: string): boolean {
  if (name === '' || name.length > 200 || /[. ]$/.test(name) || RESERVED.test(name)) return false;
  return [...name].every((character) => character >= ' ' && character !== '\u007f' && !'<>:"/\\|?*\ufffd'.includes(character));
}
