// A page of paper on the screen: the same texts at the same places as in the PDF.
import type { Outputs } from '../../../shared/contract/index.ts';

export type Sheet = Outputs['paper']['sheet'];

export function PaperSheet({ sheet, label }: { readonly sheet: Sheet; readonly label: string }) {
  return (
    <svg className="paper-sheet" viewBox={`0 0 ${sheet.widthPt} ${sheet.heightPt}`} role="img" aria-label={label} data-testid="paper-sheet">
      {/* A page never changes once it is made, so that the places of its marks name them. */}
      {sheet.fills.map((fill, at) => (
        <rect
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          key={at}
          x={fill.x}
          y={fill.y}
          width={fill.width}
          height={fill.height}
          fill={`rgb(${[fill.grey, fill.grey, fill.grey].map((grey) => Math.round(grey * 255)).join(' ')})`}
          shapeRendering="crispEdges"
        />
      ))}
      {sheet.pictures.map((picture) => (
        <image
          key={`${picture.x} ${picture.y}`}
          href={picture.data}
          x={picture.x}
          y={picture.y}
          width={picture.width}
          height={picture.height}
          preserveAspectRatio="xMinYMin meet"
        />
      ))}
      {sheet.lines.map((line, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <line key={at} x1={line.x1} y1={line.y1} x2={line.x2} y2={line.y2} stroke="#000" strokeWidth={line.thickness} />
      ))}
      {sheet.texts.map((text, at) => (
        <text
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          key={at}
          x={text.x}
          y={text.y}
          fontSize={text.size}
          fontWeight={text.bold ? 700 : 400}
          textLength={text.width}
          lengthAdjust="spacingAndGlyphs"
        >
          {text.text}
        </text>
      ))}
    </svg>
  );
}
