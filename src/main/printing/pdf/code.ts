// QR codes on paper.
import qrcode from 'qrcode-generator';
import type { Painter } from './painter.ts';

/** Draws the text as a QR code (error correction M) into a square, dark runs of a row as one rectangle. The quiet zone is the page's white. */
export function drawCode(painter: Painter, text: string, place: { readonly x: number; readonly y: number; readonly sizePt: number }): void {
  const code = qrcode(0, 'M');
  code.addData(text);
  code.make();
  const count = code.getModuleCount();
  const module = place.sizePt / count;
  for (let row = 0; row < count; row += 1) {
    for (let column = 0; column < count; column += 1) {
      if (!code.isDark(row, column)) continue;
      let end = column + 1;
      while (end < count && code.isDark(row, end)) end += 1;
      painter.fill({ x: place.x + column * module, y: place.y + row * module, width: (end - column) * module, height: module }, 0);
      column = end;
    }
  }
}
