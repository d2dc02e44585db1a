// The screens' texts in the language that is on. One component listens for the language and everything below shares what it found: react-i18next's own
// hook listens anew in each of the two hundred components of a screen.
import type { i18n as I18n, TFunction } from 'i18next';
import { createContext, type ReactNode, useContext, useMemo } from 'react';
import { useTranslation as useI18next } from 'react-i18next';
import { plainTexts } from './index.ts';

export interface Translation {
  readonly t: TFunction;
  readonly i18n: I18n;
}

const TranslationContext = createContext<Translation | null>(null);

/** Returns `t` with a short way for texts that nothing is put into: nine of ten. */
function quick(t: TFunction, language: string): TFunction {
  const plain = plainTexts(language);
  const short = (key: string, options?: object): string =>
    (options === undefined ? plain.get(key) : undefined) ?? (t as unknown as (key: string, options?: object) => string)(key, options);
  return short as unknown as TFunction;
}

/** Gives everything inside its texts. */
export function TranslationProvider({ children }: { readonly children: ReactNode }) {
  const { t, i18n } = useI18next();
  const { language } = i18n;
  const value = useMemo(() => ({ t: quick(t, language), i18n }), [t, i18n, language]);
  return <TranslationContext value={value}>{children}</TranslationContext>;
}

/** Returns what gives a text by its name, and the language. Both are new when the language changes, and only then. */
export function useTranslation(): Translation {
  const found = useContext(TranslationContext);
  if (found === null) throw new Error('texts are asked for outside of their provider');
  return found;
}
