// The receipt exactly as printed, drawn on the page.
import { createElement, memo, type ReactNode, useMemo } from 'react';
import { type Shape, shapesOf } from './shapes.ts';

/** As React spells it: stroke-width is strokeWidth. */
const camel = (name: string): string => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

function drawn(shape: Shape | string, key: number): ReactNode {
  if (typeof shape === 'string') return shape;
  const attributes = Object.fromEntries(Object.entries(shape.attributes).map(([name, value]) => [camel(name), value]));
  return createElement(shape.tag, { key, ...attributes }, ...shape.children.map(drawn));
}

/**
 * `svg` as the core draws receipts; `label` says what it shows to whoever cannot see it; `widthPx`: 340 unless told. Draws nothing for markup that is no
 * picture.
 */
export const ReceiptPicture = memo(function ReceiptPicture(props: {
  readonly svg: string;
  readonly label: string;
  readonly widthPx?: number;
  readonly testId?: string;
}) {
  const { svg, label, widthPx, testId = 'receipt-preview' } = props;
  const shapes = useMemo(() => shapesOf(svg), [svg]);
  if (shapes === null) return null;
  return (
    <svg
      className="receipt-picture"
      style={widthPx === undefined ? undefined : { width: widthPx }}
      role="img"
      aria-label={label}
      data-testid={testId}
      viewBox={shapes.attributes.viewBox}
    >
      {shapes.children.map(drawn)}
    </svg>
  );
});
