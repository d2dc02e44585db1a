// A receipt's picture taken apart into shapes that the page draws itself, with its own fonts: as an image it would have to carry megabytes of them and
// hold the page up for 40 ms. What is not known to draw is left out, so that markup can neither run nor reach anything.

export interface Shape {
  readonly tag: string;
  /** Named as in the markup. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (Shape | string)[];
}

const TAGS: ReadonlySet<string> = new Set('svg defs filter feFlood feComposite g text tspan path rect line image'.split(' '));
const PLAIN_ATTRIBUTES: ReadonlySet<string> = new Set(
  `viewBox preserveAspectRatio x y width height d transform fill stroke stroke-width stroke-dasharray font-size dominant-baseline text-anchor
  text-decoration lang flood-color in2 operator`.split(/\s+/),
);
/** Attributes that could name something elsewhere, with all that they may hold. */
const BOUND_ATTRIBUTES: Readonly<Record<string, RegExp>> = {
  id: /^receipt-[\w-]+$/,
  filter: /^url\(#receipt-[\w-]+\)$/,
  href: /^data:image\/png;base64,[\w+/=]*$/,
};

function plain(text: string): string {
  const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, decimal?: string, name = '') => {
    if (hex === undefined && decimal === undefined) return named[name] ?? whole;
    const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return point > 0x10ffff ? '' : String.fromCodePoint(point);
  });
}

function attributesOf(markup: string): Record<string, string> {
  const kept = [...markup.matchAll(/([\w:-]+)="([^"]*)"/g)]
    .map(([, name = '', value = '']) => [name, plain(value)] as const)
    .filter(([name, value]) =>
      PLAIN_ATTRIBUTES.has(name) ? !/url\(|javascript:/i.test(value) : BOUND_ATTRIBUTES[name]?.test(value) === true,
    );
  return Object.fromEntries(kept);
}

/** Where every part of a text is one character at a place of its own, as in a line of a receipt, the places together: one shape instead of twenty. */
function placed(text: Shape): Shape {
  const xs: string[] = [];
  let letters = '';
  for (const part of text.children) {
    if (typeof part === 'string' || part.tag !== 'tspan' || Object.keys(part.attributes).join() !== 'x') return text;
    const [letter] = part.children;
    if (part.children.length !== 1 || typeof letter !== 'string' || letter.length !== 1) return text;
    xs.push(part.attributes.x ?? '');
    letters += letter;
  }
  return xs.length === 0 ? text : { ...text, attributes: { ...text.attributes, x: xs.join(' ') }, children: [letters] };
}

/** Returns the picture's shapes, the outermost first; null when the markup is no picture. */
export function shapesOf(svg: string): Shape | null {
  interface Open extends Shape {
    readonly children: (Shape | string)[];
  }
  const root: Open = { tag: '', attributes: {}, children: [] };
  const open: Open[] = [root];
  for (const [, close = '', tag = '', attributes = '', empty = '', text = ''] of svg.matchAll(/<(\/?)([\w:]+)([^<>]*?)(\/?)>|([^<]+)/g)) {
    const inside = open.at(-1) ?? root;
    if (close !== '') {
      if (open.length > 1 && inside.tag === tag) {
        open.pop();
        const around = open.at(-1) ?? root;
        if (tag === 'text') around.children[around.children.length - 1] = placed(inside);
      }
    } else if (tag !== '') {
      const shape: Open = { tag, attributes: attributesOf(attributes), children: [] };
      inside.children.push(shape);
      if (empty === '') open.push(shape);
    } else if (inside.tag === 'text' || inside.tag === 'tspan') inside.children.push(plain(text));
  }
  const [picture] = root.children;
  return typeof picture === 'object' && picture.tag === 'svg' ? known(picture) : null;
}

/** The shape without what is not known to draw, at any depth. */
function known(shape: Shape): Shape {
  return {
    ...shape,
    children: shape.children.flatMap<Shape | string>((child) =>
      typeof child === 'string' ? [child] : TAGS.has(child.tag) ? [known(child)] : [],
    ),
  };
}
