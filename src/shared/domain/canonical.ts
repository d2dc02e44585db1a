// Canonical JSON: the one spelling of a value that is hashed, stored and sent.

/**
 * Returns JSON with sorted keys and no white space (RFC 8785 restricted to what payloads hold: strings, safe integers,
 * booleans, null, arrays, objects). Throws RangeError on anything else, a fraction among them.
 */
export function canonicalJson(value: unknown): string {
  return isInOrder(value) ? JSON.stringify(value) : spelled(value);
}

/** Whether JSON.stringify, which is faster, spells a value canonically as it stands: one that was read from canonical JSON. */
function isInOrder(value: unknown): boolean {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return true;
  if (typeof value === 'number') return Number.isSafeInteger(value);
  if (typeof value !== 'object') return false;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) if (!isInOrder(value[index])) return false;
    return true;
  }
  // Others have a form of their own for JSON.stringify.
  if (Object.getPrototypeOf(value) !== Object.prototype) return false;
  let before = '';
  for (const key of Object.keys(value)) {
    if (key < before || !isInOrder((value as Record<string, unknown>)[key])) return false;
    before = key;
  }
  return true;
}

function spelled(value: unknown): string {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return JSON.stringify(value);
    case 'number':
      if (!Number.isSafeInteger(value)) throw new RangeError(`not canonical: ${value}`);
      return Object.is(value, -0) ? '0' : value.toString();
    case 'object': {
      if (value === null) return 'null';
      if (Array.isArray(value)) {
        let text = '[';
        for (let index = 0; index < value.length; index += 1) text += (index > 0 ? ',' : '') + spelled(value[index]);
        return `${text}]`;
      }
      const record = value as Record<string, unknown>;
      let text = '{';
      for (const key of sortedKeys(record)) {
        if (record[key] === undefined) continue;
        text += `${text.length > 1 ? ',' : ''}${quoted(key)}:${spelled(record[key])}`;
      }
      return `${text}}`;
    }
    default:
      throw new RangeError(`not canonical: ${typeof value}`);
  }
}

const FEW_KEYS = 16;

/** The keys by code units. Payloads are small objects, often in order already: inserting beats the general sort. */
function sortedKeys(record: Record<string, unknown>): string[] {
  const keys = Object.keys(record);
  if (keys.length > FEW_KEYS) return keys.sort();
  for (let next = 1; next < keys.length; next += 1) {
    const key = keys[next] as string;
    let place = next;
    for (; place > 0 && (keys[place - 1] as string) > key; place -= 1) keys[place] = keys[place - 1] as string;
    keys[place] = key;
  }
  return keys;
}

const KNOWN_KEYS = 1_000;
const quotedKeys = new Map<string, string>();

/** A key as JSON. Payloads of all operations share a few dozen keys. */
function quoted(key: string): string {
  let text = quotedKeys.get(key);
  if (text === undefined) {
    text = JSON.stringify(key);
    if (quotedKeys.size < KNOWN_KEYS) quotedKeys.set(key, text);
  }
  return text;
}

/**
 * Returns the text that an operation's hash covers. The payload enters as its canonical JSON, already made, so that it is
 * serialised once for the journal and the hash.
 */
export function operationPreimage(
  operation: {
    readonly id: string;
    readonly counterId: string;
    readonly seq: number;
    readonly kind: string;
    readonly businessDate: string;
    readonly shiftId: string;
    readonly clerk: string;
    readonly accountId: string;
    readonly recordedAtMs: number;
    readonly previousHash: string;
  },
  payloadJson: string,
): string {
  const { previousHash, id, counterId, seq, kind, businessDate, shiftId, clerk, accountId, recordedAtMs } = operation;
  return `${previousHash}\n${id}\n${counterId}\n${seq}\n${kind}\n${businessDate}\n${shiftId}\n${clerk}\n${accountId}\n${recordedAtMs}\n${payloadJson}`;
}
