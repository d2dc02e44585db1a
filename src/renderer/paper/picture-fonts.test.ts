// Which parts of the Chinese font a receipt's picture needs.
import { describe, expect, it } from 'vitest';
import { chineseOf, facesFor, parseRanges } from './picture-fonts.ts';

describe('fonts of a picture', () => {
  it('reads unicode ranges', () => {
    expect(parseRanges('U+4E00-4E0F,U+6c14')).toEqual([
      [0x4e00, 0x4e0f],
      [0x6c14, 0x6c14],
    ]);
    expect(parseRanges('U+4??')).toEqual([]);
  });

  it('finds the Chinese characters that are shown, not those of markup', () => {
    const svg = '<svg lang="中"><text><tspan>燃</tspan><tspan>&#x6c14;</tspan>12&#27668;¥&amp;</text></svg>';
    expect([...chineseOf(svg)]).toEqual([0x71c3, 0x6c14]);
  });

  it('takes only the faces that hold one of them', () => {
    const faces = [
      { ranges: parseRanges('U+4e00-4fff'), address: 'a' },
      { ranges: parseRanges('U+71c3,U+9000-9fff'), address: 'b' },
    ];
    expect(facesFor(chineseOf('<text>燃</text>'), faces).map((face) => face.address)).toEqual(['b']);
    expect(facesFor(new Set(), faces)).toEqual([]);
  });
});
