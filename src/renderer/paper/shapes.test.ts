// What of a receipt's picture is drawn, and that nothing else of it comes onto the page.
import receiptline from 'receiptline';
import { describe, expect, it } from 'vitest';
import { type Shape, shapesOf } from './shapes.ts';

function all(shape: Shape): readonly Shape[] {
  return [shape, ...shape.children.flatMap((child) => (typeof child === 'string' ? [] : all(child)))];
}

/** The characters with their places, whichever way they are written. */
function letters(shape: Shape, x = ''): readonly string[] {
  const xs = (shape.attributes.x ?? x).split(' ');
  return shape.children.flatMap((child) =>
    typeof child === 'string' ? [...child].map((letter, at) => `${letter}@${xs[at] ?? ''}`) : letters(child),
  );
}

const DOCUMENT =
  '^^^燃气 & <b>\n_线_ `反` "粗" 𠮷\n{code:CT1|03;option:qrcode,3,L}\n金额 | ¥20.00\n---\n{code:12; option:code128,2,40,hri}\n=';
const svg = receiptline.transform(DOCUMENT, { cpl: 48, encoding: 'gb18030', command: 'svg', spacing: true });

describe('the shapes of a picture', () => {
  it('are all that the picture has, every character at its place', () => {
    const shapes = shapesOf(svg) as Shape;
    const wanted = [...svg.matchAll(/<tspan x="([\d.]+)">([^<]+)<\/tspan>/g)].map(([, x, text = '']) => {
      const letter = text.replace('&#xa0;', '\u00a0').replace('&amp;', '&').replace('&lt;', '<').replace('&gt;', '>');
      return `${letter}@${x}`;
    });
    expect(wanted.length).toBeGreaterThan(20);
    expect(letters(shapes)).toEqual(wanted);
    const count = (tag: string) => all(shapes).filter((shape) => shape.tag === tag).length;
    for (const tag of ['path', 'text', 'g', 'filter', 'feFlood', 'feComposite']) {
      expect([tag, count(tag)]).toEqual([tag, svg.match(new RegExp(`<${tag}[ >]`, 'g'))?.length]);
    }
    expect(shapes.attributes.viewBox).toBe(/viewBox="([^"]+)"/.exec(svg)?.[1]);
    const [id] = all(shapes).filter(({ tag }) => tag === 'filter');
    expect(all(shapes).some(({ attributes }) => attributes.filter === `url(#${id?.attributes.id})`)).toBe(true);
  });

  it('hold nothing that runs or reaches out', () => {
    const hostile =
      '<svg viewBox="0 0 1 1" onload="a()"><script>a()</script><style>@import url(x)</style><foreignObject><text>out</text></foreignObject>' +
      '<a href="javascript:a()"><text>out</text></a><image href="http://x/y.png"/><image href="data:image/png;base64,AA=="/><use href="#x"/>' +
      '<g onclick="a()" style="x" id="root" filter="url(http://x)" fill="url(http://x)"><text onfocus="a()">in</text></g></svg>';
    const shapes = all(shapesOf(hostile) as Shape);
    expect(shapes.map(({ tag, attributes }) => [tag, attributes])).toEqual([
      ['svg', { viewBox: '0 0 1 1' }],
      ['image', {}],
      ['image', { href: 'data:image/png;base64,AA==' }],
      ['g', {}],
      ['text', {}],
    ]);
    expect(shapesOf('<html><svg></svg></html>')).toBeNull();
    expect(shapesOf('')).toBeNull();
  });
});
