// The screens' texts: which languages there are, which one is on, and how a fault is put into words.
import i18next, { type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Commodity } from '../../shared/domain/commodity.ts';
import { isFaultCode } from '../../shared/domain/fault.ts';
import { fen, formatCubicMetres, formatYuan } from '../../shared/domain/money.ts';
import { wordsFor } from '../../shared/words/commodity.ts';
import { type TextTree, withPowerTexts } from './commodity.ts';
import { en } from './en.ts';
import type { ProblemCode } from './faults.zh-CN.ts';
import { type Texts, zhCN } from './zh-CN.ts';
import { zhTW } from './zh-TW.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: Texts };
  }
}

export const LANGUAGES = ['zh-CN', 'zh-TW', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];
/** How each language calls itself. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { 'zh-CN': '简体中文', 'zh-TW': '繁體中文', en: 'English' };
export const TEXTS: Readonly<Record<Language, Texts>> = { 'zh-CN': zhCN, 'zh-TW': zhTW, en };

const STORE_KEY = 'countertop.language';

/** The language chosen last at this counter, or Simplified Chinese. */
export function rememberedLanguage(store: Pick<Storage, 'getItem'>): Language {
  const found = store.getItem(STORE_KEY);
  return LANGUAGES.find((language) => language === found) ?? 'zh-CN';
}

/** Returns the texts by their dotted names. */
function flat(texts: object, under = ''): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts).flatMap(([name, text]: [string, unknown]) =>
      typeof text === 'object' && text !== null ? Object.entries(flat(text, `${under}${name}.`)) : [[`${under}${name}`, String(text)]],
    ),
  );
}

const translations = Object.fromEntries(
  LANGUAGES.map((language) => [language, flat(withPowerTexts(TEXTS[language] as unknown as TextTree, language))]),
);

/** Returns the language's texts that are complete as they stand, by their dotted names: nothing is put into them, and none depends on a number. */
export function plainTexts(language: string): ReadonlyMap<string, string> {
  return new Map(Object.entries(translations[language] ?? {}).filter(([, text]) => !/\{\{|\$t\(/.test(text)));
}

/** Starts i18next with the remembered language; from then on the page's `lang` and the store follow every change. */
export function startText(page: { readonly store: Storage; readonly root: HTMLElement }): i18n {
  const follow = (language: string): void => {
    page.root.lang = language;
    page.store.setItem(STORE_KEY, language);
  };
  i18next.on('languageChanged', follow);
  void i18next.use(initReactI18next).init({
    lng: rememberedLanguage(page.store),
    fallbackLng: false,
    initAsync: false,
    interpolation: { escapeValue: false },
    // Flat, so that a text is one look-up: a screen asks for a hundred of them each time it is drawn.
    keySeparator: false,
    nsSeparator: false,
    resources: Object.fromEntries(LANGUAGES.map((language) => [language, { translation: translations[language] ?? {} }])),
  });
  return i18next;
}

/** A fault as any part of the screen may hold it: the counter's own, or one of the screen. */
export interface Problem {
  readonly code: string;
  readonly context: Readonly<Record<string, string | number | boolean | null>>;
}

export interface ProblemWords {
  readonly title: string;
  readonly next: string;
  /** '' when the values it would name are not known. */
  readonly detail: string;
}

/** Money and volumes in a fault's context become figures for people; everything else stays as it is. */
function readable(name: string, value: string | number | boolean | null): string {
  if (typeof value !== 'number') return String(value ?? '');
  if (name.endsWith('Fen')) return formatYuan(fen(value));
  if (/litres$/i.test(name)) return formatCubicMetres(value);
  return value.toString();
}

/** Fills the first alternative (they are separated by `|`) whose values are all known; '' when there is none. */
function fill(template: string, context: Problem['context']): string {
  for (const alternative of template.split('|')) {
    const text = fillOne(alternative, context);
    if (text !== '') return text;
  }
  return '';
}

function fillOne(template: string, context: Problem['context']): string {
  let complete = true;
  const text = template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = context[name];
    if (value === undefined || value === null || value === '') complete = false;
    return readable(name, value ?? null);
  });
  return complete ? text : '';
}

/**
 * Of what headquarters refuses, a counter that is locked out has words of its own: its clerk must act, and not only IT. So has a device that is reached by a
 * host: it has no port and no USB cable to look at.
 */
function exactly(code: ProblemCode, context: Problem['context']): ProblemCode {
  if (code === 'PORT_MISSING' && context.host !== undefined) return 'ADDRESS_SILENT';
  return code === 'HEADQUARTERS_REFUSED' && context.code === 'COUNTER_LOCKED' ? 'COUNTER_LOCKED' : code;
}

/** Returns what happened and what to do next, in the language and for the commodity; an unknown code reads as an internal fault. */
export function problemWords(language: string, problem: Problem, commodity: Commodity = 'gas'): ProblemWords {
  const known = LANGUAGES.find((one) => one === language) ?? 'zh-CN';
  const code: ProblemCode = isFaultCode(problem.code) || problem.code === 'LINE_LOST' ? exactly(problem.code, problem.context) : 'INTERNAL';
  const { title, next, detail } = TEXTS[known].faults[code];
  const say = (text: string): string => wordsFor(commodity, known, text);
  return { title: say(title), next: say(next), detail: fill(say(detail), problem.context) };
}
