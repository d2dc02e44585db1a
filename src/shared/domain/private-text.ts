// What may not be kept of a form: numbers of documents, bank accounts and telephones, and pass words, by the name of the field or by how they look.

const PRIVATE_NAME = /identit|certificate|document|bank|phone|mobile|password|^id_?(no|number)$|(^|[a-z])IdNo/i;
/** A mainland identity number, a bank card or account, a mobile number; blanks and hyphens between digits do not hide it. */
const PRIVATE_SHAPE = /^(\d{15,19}|\d{17}[Xx]|1[3-9]\d{9})$/;

function isPrivateText(text: string): boolean {
  return PRIVATE_SHAPE.test(text.replace(/[\s-]/g, ''));
}

/** Returns a copy of a JSON value with '' for every text that is private; numbers that look so become 0. */
export function withoutPrivate(value: unknown, name = ''): unknown {
  if (typeof value === 'string') return PRIVATE_NAME.test(name) || isPrivateText(value) ? '' : value;
  if (typeof value === 'number') return isPrivateText(String(value)) ? 0 : value;
  if (Array.isArray(value)) return value.map((inner) => withoutPrivate(inner, name));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutPrivate(inner, PRIVATE_NAME.test(key) ? key : name)]));
}
