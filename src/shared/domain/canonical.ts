// Canonical JSON: the one spelling of a value that is hashed, stored and sent.

/**
 * Returns JSON with sorted keys and no white space (RFC 8785 restricted to what payloads hold: strings, safe integers,
 * booleans, null, arrays, objects). Throws RangeError on anything else, a fraction among them.
 */
export function canonicalJson(value: unknown): string {
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
        for (let index = 0; index < value.length; index += 1) text += (index > 0 ? ',' : '') + canonicalJson(value[index]);
        return `${text}]`;
      }
      const record = value as Record<string, unknown>;
      let text = '{';
      for (const key of Object.keys(record).sort()) {
        if (record[key] === undefined) continue;
        text += `${text.length > 1 ? ',' : ''}${JSON.stringify(key)}:${canonicalJson(record[key])}`;
      }
      return `${text}}`;
    }
    default:
      throw new RangeError(`not canonical: ${typeof value}`);
  }
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
  return [
    operation.previousHash,
    operation.id,
    operation.counterId,
    operation.seq,
    operation.kind,
    operation.businessDate,
    operation.shiftId,
    operation.clerk,
    operation.accountId,
    operation.recordedAtMs,
    payloadJson,
  ].join('\n');
}
