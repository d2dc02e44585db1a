// The fonts of paper: Noto Sans in its Simplified and Traditional Chinese cuts, each opened when the first character needs it.
/// <reference path="./libraries.d.ts" />
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type Font, openSync } from 'fontkit';
import type { PaperLanguage } from '../../core/ports/paper.ts';

/** The two cuts: each has every character of its own country's standards, and between them they stand in for each other. */
type Cut = 'sc' | 'tc';

const FILES: Readonly<Record<Cut, { readonly regular: string; readonly bold: string }>> = {
  sc: { regular: '400Regular/NotoSansSC_400Regular.ttf', bold: '700Bold/NotoSansSC_700Bold.ttf' },
  tc: { regular: '400Regular/NotoSansTC_400Regular.ttf', bold: '700Bold/NotoSansTC_700Bold.ttf' },
};

export interface Face {
  /** Name among a document's fonts: F1 to F4. */
  readonly name: string;
  readonly font: Font;
}

export interface GlyphPlace {
  readonly face: Face;
  readonly glyph: number;
  /** In thousandths of the font size. */
  readonly width: number;
}

/** Returns the glyph of the first font, in the order of the language, that has the character; null where none has. */
export type FindGlyph = (codePoint: number) => GlyphPlace | null;

export interface Fonts {
  glyphs(style: { readonly language: PaperLanguage; readonly bold: boolean }): FindGlyph;
}

// Not named `require`: the bundle has one of that name.
const packages = createRequire(import.meta.url);

/** Returns the folder of a cut's package, in the source tree as in an installed program. */
function packageOf(cut: Cut): string {
  const file =
    cut === 'sc'
      ? packages.resolve('@expo-google-fonts/noto-sans-sc/package.json')
      : packages.resolve('@expo-google-fonts/noto-sans-tc/package.json');
  return dirname(file);
}

/** Returns the fonts. What was found is kept: a branch's papers use the same few thousand characters. */
export function createFonts(): Fonts {
  const faces = new Map<string, Face>();
  const known = new Map<string, Map<number, GlyphPlace | null>>();

  function face(cut: Cut, bold: boolean): Face {
    const key = `${cut}${bold}`;
    const open = faces.get(key);
    if (open !== undefined) return open;
    const file = join(packageOf(cut), FILES[cut][bold ? 'bold' : 'regular']);
    const opened = { name: `F${1 + (cut === 'tc' ? 2 : 0) + (bold ? 1 : 0)}`, font: openSync(file) };
    faces.set(key, opened);
    return opened;
  }

  function find(codePoint: number, cuts: readonly Cut[], bold: boolean): GlyphPlace | null {
    for (const cut of cuts) {
      const found = face(cut, bold);
      if (!found.font.hasGlyphForCodePoint(codePoint)) continue;
      const { id, advanceWidth } = found.font.glyphForCodePoint(codePoint);
      return { face: found, glyph: id, width: (advanceWidth * 1000) / found.font.unitsPerEm };
    }
    return null;
  }

  return {
    glyphs({ language, bold }) {
      const cuts: readonly Cut[] = language === 'zh-TW' ? ['tc', 'sc'] : ['sc', 'tc'];
      const key = `${cuts[0]}${bold}`;
      const kept = known.get(key) ?? new Map<number, GlyphPlace | null>();
      known.set(key, kept);
      return (codePoint) => {
        const before = kept.get(codePoint);
        if (before !== undefined) return before;
        const place = find(codePoint, cuts, bold);
        kept.set(codePoint, place);
        return place;
      };
    },
  };
}
