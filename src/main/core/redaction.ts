// What must not leave the counter in a file for support: secrets by the name of their field, personal data by its form.

const SECRET_NAME = /pass|secret|token|psc|pin$|key|credential/i;
const MASK = '***';

/** Returns a copy of plain data in which every value under a secret's name is masked, and texts are without personal data. */
export function withoutSecrets(value: unknown): unknown {
  if (typeof value === 'string') return withoutPersonalData(value);
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      SECRET_NAME.test(name) && typeof inner !== 'object' ? MASK : withoutSecrets(inner),
    ]),
  );
}

/**
 * Returns the text without what can name a person or open a door: numbers of seven digits and more (accounts, cards, phones; the last two
 * stay), Chinese text, user folders, and user and pass word in an address.
 */
export function withoutPersonalData(text: string): string {
  return text
    .replaceAll(/\/\/[^/@\s]+@/g, `//${MASK}@`)
    .replaceAll(/(\/home\/|\/Users\/|\\Users\\)[^/\\\s]+/g, `$1${MASK}`)
    .replaceAll(/\d{5,}(?=\d{2})/g, MASK)
    .replaceAll(/[\u3400-\u9fff]+/g, MASK);
}
