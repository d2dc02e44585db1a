// What layout asks of whoever draws: lengths in points from the page's top left corner, texts by their base line.
import type { Shaped } from './text.ts';

export interface TextPlace {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly bold: boolean;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Painter {
  page(size: { readonly widthPt: number; readonly heightPt: number }): void;
  text(shaped: Shaped, place: TextPlace): void;
  line(from: { readonly x: number; readonly y: number }, to: { readonly x: number; readonly y: number }, thickness: number): void;
  /** `grey` from 0 (black) to 1. */
  fill(box: Box, grey: number): void;
  picture(bytes: Uint8Array, box: Box): void;
}

/** Draws nothing: for counting pages. */
export const BLANK: Painter = { page() {}, text() {}, line() {}, fill() {}, picture() {} };

/** The four edges of a box that stands for a character without a glyph. */
export function boxEdges(place: TextPlace): readonly (readonly [x1: number, y1: number, x2: number, y2: number])[] {
  const left = place.x + place.size * 0.1;
  const right = place.x + place.size * 0.9;
  const top = place.y - place.size * 0.8;
  const bottom = place.y + place.size * 0.08;
  return [
    [left, top, right, top],
    [right, top, right, bottom],
    [right, bottom, left, bottom],
    [left, bottom, left, top],
  ];
}
