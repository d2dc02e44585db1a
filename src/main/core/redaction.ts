// What must not leave the counter in a file for support: secrets by the name of their field, personal data by its form.

const SECRET_NAME = /pass|secret|token|psc|pin$|key(?!pad)|credential/i;
const MASK = '***';

/** Returns a copy of plain data in which every value under a secret's name is masked, however deep, and texts are without personal data. */
export function withoutSecrets(value: unknown): unknown {
  return masked(value, false);
}

function masked(value: unknown, isSecret: boolean): unknown {
  if (Array.isArray(value)) return value.map((inner) => masked(inner, isSecret));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, masked(inner, isSecret || SECRET_NAME.test(name))]));
  if (isSecret) return MASK;
  return typeof value === 'string' ? withoutPersonalData(value) : value;
}

/**
 * Returns the text without what can name a person or open a door: numbers of seven digits and more (accounts, cards, phones; the last two
 * stay), Chinese text, user folders, user and pass word in an address, and what follows the name of a secret.
 */
export function withoutPersonalData(text: string): string {
  return text
    .replaceAll(/\/\/[^/@\s]+@/g, `//${MASK}@`)
    .replaceAll(/(\/home\/|\/Users\/|\\Users\\)[^/\\\s]+/g, `$1${MASK}`)
    .replaceAll(/((?:pass|secret|token|key(?!pad)|credential)\w*["']?\s*[=:]\s*["']?)[^\s"',;]+/gi, `$1${MASK}`)
    .replaceAll(/\d{5,}(?=\d{2})/g, MASK)
    .replaceAll(/[\u3400-\u9fff]+/g, MASK);
}
