// What a frame means, said so that it can be read in several languages: an English template that is its own key, and the values in its places.
import { z } from 'zod';

/** The languages that words are given in; English is in the template itself. */
export const WORD_LANGUAGES = ['zh-CN', 'zh-TW'] as const;
export type WordLanguage = (typeof WORD_LANGUAGES)[number];

/** A string stands as it is: a number, an address, a file's name. What has words of its own is said. */
export type MeaningValue = string | number | SaidMeaning | JoinedMeaning;

/** A template with `{places}` and what stands in them. */
export interface SaidMeaning {
  readonly say: string;
  readonly values: Readonly<Record<string, MeaningValue>>;
}

const SEPARATORS = [', ', '; '] as const;

/** Several meanings in a row. */
export interface JoinedMeaning {
  readonly each: readonly (SaidMeaning | JoinedMeaning)[];
  readonly between: (typeof SEPARATORS)[number];
}

/** What a driver tells the trace of a frame. A bare string is a template without places. */
export type Meaning = string | SaidMeaning | JoinedMeaning;

/** Deepest nesting that leaves a device process: who reads its messages goes no further down. */
const MAX_DEPTH = 8;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isNested(value: unknown, depth: number): boolean {
  if (depth === 0 || !isObject(value)) return false;
  if ('each' in value)
    return (
      SEPARATORS.some((one) => one === value.between) && Array.isArray(value.each) && value.each.every((one) => isNested(one, depth - 1))
    );
  const isValue = (one: unknown) => typeof one === 'string' || typeof one === 'number' || isNested(one, depth - 1);
  return typeof value.say === 'string' && isObject(value.values) && Object.values(value.values).every(isValue);
}

/** Checked by hand: every frame of every line goes through it, and with a schema of nested unions that took half as long again. */
export const meaningSchema = z.custom<Meaning>((value) => typeof value === 'string' || isNested(value, MAX_DEPTH));

/** A meaning is itself in English wherever a string is wanted. */
class Said implements SaidMeaning {
  readonly say: string;
  readonly values: SaidMeaning['values'];
  constructor(template: string, values: SaidMeaning['values']) {
    this.say = template;
    this.values = values;
  }
  toString(): string {
    return inWords(this);
  }
}

class Joined implements JoinedMeaning {
  readonly each: JoinedMeaning['each'];
  readonly between: JoinedMeaning['between'];
  constructor(each: JoinedMeaning['each'], between: JoinedMeaning['between']) {
    this.each = each;
    this.between = between;
  }
  toString(): string {
    return inWords(this);
  }
}

type Places<Template extends string> = Template extends `${string}{${infer Place}}${infer Rest}` ? Place | Places<Rest> : never;

/**
 * Returns a meaning: a template such as `reads {count} bytes`, and `{ count: 4 }` for its places. The template is English and the key of its words in other languages: the driver's
 * `words.json`, or the kit's own. One that has no words is shown in English.
 */
export function say<const Template extends string>(
  template: Template,
  ...[values]: [Places<Template>] extends [never] ? [] : [Readonly<Record<Places<Template>, MeaningValue>>]
): SaidMeaning {
  return new Said(template, values ?? {});
}

/** Returns one meaning of several, joined as each language joins them. */
export function sayAll(
  each: readonly (SaidMeaning | JoinedMeaning)[],
  between: JoinedMeaning['between'] = ', ',
): SaidMeaning | JoinedMeaning {
  const [first] = each;
  return first !== undefined && each.length === 1 ? first : new Joined(each, between);
}

/** Returns the meaning as text. `wordsFor` gives the words of a template, undefined where it has none: then, and without it, in English. */
export function inWords(meaning: Meaning, wordsFor: (template: string) => string | undefined = () => undefined): string {
  if (typeof meaning === 'string') return wordsFor(meaning) ?? meaning;
  if ('each' in meaning) return meaning.each.map((one) => inWords(one, wordsFor)).join(wordsFor(meaning.between) ?? meaning.between);
  const { say: template, values } = meaning;
  return (wordsFor(template) ?? template).replaceAll(PLACE, (place, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) return place;
    return typeof value === 'object' ? inWords(value, wordsFor) : String(value);
  });
}

const PLACE = /\{(\w+)\}/g;

/** Returns the names of a template's places, sorted. */
export function placesOf(template: string): readonly string[] {
  return [...template.matchAll(PLACE)].map(([, name = '']) => name).sort();
}

/** Words by template, then by language. */
export type Words = Readonly<Record<string, Readonly<Partial<Record<WordLanguage, string>>>>>;

/** A driver folder's words.json. Words must have the places of their template, each once. */
export const wordsSchema: z.ZodType<Words> = z
  .record(z.string(), z.partialRecord(z.enum(WORD_LANGUAGES), z.string().min(1)))
  .superRefine((words, check) => {
    for (const [template, said] of Object.entries(words))
      for (const [language, text] of Object.entries(said))
        if (String(placesOf(text)) !== String(placesOf(template)))
          check.addIssue({ code: 'custom', path: [template, language], message: 'has other places than its template' });
  });
