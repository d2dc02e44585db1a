// The receipt's picture carries the Chinese characters it needs: a picture cannot use the page's fonts, and not every machine has one.

export interface FontFace {
  /** First and last code point of each range, inclusive. */
  readonly ranges: readonly (readonly [first: number, last: number])[];
  readonly address: string;
}

/** Below this are the characters that any machine's own fonts have. */
const FIRST_CJK = 0x2e80;
const FAMILY = 'Noto Sans SC Variable';

/** Reads a CSS unicode-range, "U+4E00-4E0F, U+4E10"; parts it cannot read are left out. */
export function parseRanges(text: string): FontFace['ranges'] {
  return text.split(',').flatMap((part) => {
    const match = /^\s*u\+([0-9a-f]+)(?:-([0-9a-f]+))?\s*$/i.exec(part);
    if (match === null) return [];
    const first = Number.parseInt(match[1] ?? '', 16);
    return [[first, match[2] === undefined ? first : Number.parseInt(match[2], 16)] as const];
  });
}

/** Returns the Chinese characters that the picture shows. */
export function chineseOf(svg: string): ReadonlySet<number> {
  const text = svg
    .replace(/<[^>]*>/g, '')
    .replace(/&#x([0-9a-f]+);/gi, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)))
    .replace(/&#(\d+);/g, (_, decimal: string) => String.fromCodePoint(Number(decimal)));
  return new Set([...text].map((character) => character.codePointAt(0) ?? 0).filter((point) => point >= FIRST_CJK));
}

/** Returns the faces that hold any of the characters, in the order given. */
export function facesFor(points: ReadonlySet<number>, faces: readonly FontFace[]): readonly FontFace[] {
  const sorted = Uint32Array.from(points).sort();
  // A font has thousands of ranges: each is asked for the first character that is not before it.
  const holds = ([first, last]: FontFace['ranges'][number]): boolean => {
    let from = 0;
    let to = sorted.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((sorted[middle] ?? 0) < first) from = middle + 1;
      else to = middle;
    }
    const point = sorted[from];
    return point !== undefined && point <= last;
  };
  return faces.filter((face) => face.ranges.some(holds));
}

let known: readonly FontFace[] = [];

/** The page's own faces of the Chinese font, as its style sheets declare them; they are read once. */
function pageFaces(): readonly FontFace[] {
  if (known.length > 0) return known;
  known = [...document.styleSheets].flatMap((sheet) =>
    [...sheet.cssRules].flatMap((rule) => {
      if (!(rule instanceof CSSFontFaceRule) || !rule.style.getPropertyValue('font-family').includes(FAMILY)) return [];
      const address = /url\(["']?([^"')]+)/.exec(rule.style.getPropertyValue('src'))?.[1];
      const ranges = parseRanges(rule.style.getPropertyValue('unicode-range'));
      return address === undefined ? [] : [{ ranges, address: new URL(address, sheet.href ?? document.baseURI).href }];
    }),
  );
  return known;
}

function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

const styles = new Map<string, Promise<string>>();

/** Returns the face's style as it stands in an address, with its file inside. Most receipts need the same few. */
function faceStyle(face: FontFace): Promise<string> {
  const made = styles.get(face.address) ?? makeStyle(face);
  styles.set(face.address, made);
  made.catch(() => styles.delete(face.address));
  return made;
}

async function makeStyle(face: FontFace): Promise<string> {
  const answer = await fetch(face.address);
  if (!answer.ok) throw new Error(`font ${answer.status}`);
  const data = base64(new Uint8Array(await answer.arrayBuffer()));
  const ranges = face.ranges.map(([first, last]) => `U+${first.toString(16)}-${last.toString(16)}`).join(',');
  const start = encodeURIComponent('@font-face{font-family:Paper;src:url(data:font/woff2;base64,');
  return `${start}${data}${encodeURIComponent(`) format('woff2');unicode-range:${ranges}}`)}`;
}

/** Returns the picture as a data address, with the needed parts of the page's Chinese font inside; without them where they cannot be had. */
export async function pictureAddress(svg: string): Promise<string> {
  const faces = facesFor(chineseOf(svg), pageFaces());
  let style = '';
  try {
    const inside = (await Promise.all(faces.map(faceStyle))).join('');
    style = `${encodeURIComponent('<style>')}${inside}${encodeURIComponent('g,text,tspan{font-family:monospace,Paper}</style>')}`;
  } catch {
    // The machine's own font, if it has one, still shows the picture.
  }
  const [start = ''] = /^<svg[^>]*>/.exec(svg) ?? [];
  return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(start)}${style}${encodeURIComponent(svg.slice(start.length))}`;
}
