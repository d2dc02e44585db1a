// Inputs made out of the contract's own schemas: one that each call accepts as to its form, and every way in which one field of it can be wrong.
import type { z } from 'zod';

type Path = readonly (string | number)[];
type Definition = {
  readonly type: string;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly innerType?: z.ZodType;
  readonly element?: z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly entries?: Readonly<Record<string, string>>;
  readonly values?: readonly unknown[];
};
const definitionOf = (schema: z.ZodType): Definition => (schema as unknown as { readonly _zod: { readonly def: Definition } })._zod.def;

/** Texts of every form that a field of the contract asks for; the first that fits is taken. */
const TEXTS = (newId: () => string) => [
  newId(),
  '13800000001',
  '2026-11-21',
  '样例',
  '6200000000000077',
  'A',
  'abc',
  '0'.repeat(64),
  'AAAA',
  'charging.waive',
  '',
];
/** Texts that a printer takes for commands, that the journal cannot carry, or that read as another text. */
const UNWRITABLE = [
  ['a command of a printer', 'a\u001b@b'],
  ['half a character', 'a\ud800b'],
  ['a text turned around', 'a\u202eb'],
] as const;
/** Fields whose text is only compared, or names something that is there: it is never kept. */
const NEVER_KEPT: ReadonlySet<string> = new Set(
  'password text staffNo tariffId layoutId versionId code except clerk file driver category'.split(' '),
);
const NUMBERS = [1, 3, 1_000];
/** A resident's number of nobody, with a right check character. */
export const RIGHT_IDENTITY = '110101199003070097';

interface SampleOptions {
  readonly newId: () => string;
  /** Values by the name of their field, wherever it stands. */
  readonly named: Readonly<Record<string, unknown>>;
}

/** Returns a value that the schema accepts. Throws RangeError where none is known. */
export function sampleOf(schema: z.ZodType, options: SampleOptions, name = ''): unknown {
  if (name in options.named && schema.safeParse(options.named[name]).success) return options.named[name];
  const definition = definitionOf(schema);
  switch (definition.type) {
    case 'object':
      return Object.fromEntries(Object.entries(definition.shape ?? {}).map(([key, inner]) => [key, sampleOf(inner, options, key)]));
    case 'array':
      return [sampleOf(definition.element as z.ZodType, options)];
    case 'record':
      return {};
    case 'boolean':
      return false;
    case 'enum':
      return Object.values(definition.entries ?? {})[0];
    case 'literal':
      return definition.values?.[0];
    case 'union':
      return sampleOf(definition.options?.[0] as z.ZodType, options);
    case 'number':
    case 'string': {
      const candidates = definition.type === 'number' ? NUMBERS : TEXTS(options.newId);
      const found = candidates.find((candidate) => schema.safeParse(candidate).success);
      if (found === undefined) throw new RangeError(`no sample for ${name}`);
      return found;
    }
    default:
      return definition.innerType === undefined ? '样例' : sampleOf(definition.innerType, options, name);
  }
}

/** One wrong field of an otherwise right input. */
interface WrongInput {
  readonly what: string;
  /** Dotted path of the field. */
  readonly field: string;
  readonly input: unknown;
}

/** Returns every wrong input of the schema around `right`. */
export function wrongInputs(schema: z.ZodType, right: unknown): WrongInput[] {
  const wrong: WrongInput[] = [];
  const put = (what: string, path: Path, value: unknown) =>
    wrong.push({ what, field: path.join('.'), input: replaced(right, path, value) });
  const visit = (inner: z.ZodType, path: Path, value: unknown): void => {
    const definition = definitionOf(inner);
    switch (definition.type) {
      case 'object': {
        put('an unknown field', [...path, 'unknownField'], 1);
        for (const [key, field] of Object.entries(definition.shape ?? {})) {
          if (!field.safeParse(undefined).success) put('a missing field', [...path, key], undefined);
          visit(field, [...path, key], (value as Readonly<Record<string, unknown>>)[key]);
        }
        return;
      }
      case 'array':
        put('no list', path, 5);
        visit(definition.element as z.ZodType, [...path, 0], (value as readonly unknown[])[0]);
        return;
      case 'number':
        for (const bad of [-1, 1e16, 0.5, '1']) put(`the number ${JSON.stringify(bad)}`, path, bad);
        if (/(fen|litres)$/i.test(String(path.at(-1)))) put('more than there is', path, 1_000_000_000_000);
        return;
      case 'string':
        put('a number for a text', path, 5);
        put('a text without end', path, '长'.repeat(200_000));
        if (!inner.safeParse('').success) put('nothing', path, '');
        if (!NEVER_KEPT.has(String(path.at(-1)))) for (const [what, text] of UNWRITABLE) put(what, path, text);
        return;
      case 'enum':
      case 'literal':
        put('a word that is none', path, 'nonsense');
        return;
      case 'boolean':
        put('no yes or no', path, 'yes');
        return;
      case 'union':
        put('none of the alternatives', path, { nonsense: 1 });
        return;
      case 'nullable':
      case 'optional':
      case 'default':
        if (value !== null && value !== undefined) visit(definition.innerType as z.ZodType, path, value);
    }
  };
  visit(schema, [], right);
  return wrong;
}

function replaced(whole: unknown, [head, ...rest]: Path, value: unknown): unknown {
  if (head === undefined) return value;
  const copy = Array.isArray(whole) ? [...whole] : { ...(whole as object) };
  const inner = (copy as Record<string | number, unknown>)[head];
  (copy as Record<string | number, unknown>)[head] = replaced(inner, rest, value);
  return copy;
}
