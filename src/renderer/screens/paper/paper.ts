// Fetches what a paper is made of, and prints it.
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { client } from '../../bridge/client.ts';
import type { Sheet } from './paper-sheet.tsx';

export type PaperSubject = Inputs['paper']['make']['subject'];
export type Paper = Outputs['paper']['make'];

/** Returns the PDF whole. Throws what the call throws. */
export async function pdfOf({ paperId }: Paper): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (let offset: number | null = 0; offset !== null; ) {
    const answer: Outputs['paper']['part'] = await client.paper.part({ paperId, offset });
    parts.push(Uint8Array.from(atob(answer.part), (sign) => sign.charCodeAt(0)));
    offset = answer.nextOffset;
  }
  return new Blob(parts, { type: 'application/pdf' });
}

/** Returns all pages, in order. */
export async function sheetsOf({ paperId, pages }: Paper): Promise<readonly Sheet[]> {
  const sheets: Sheet[] = [];
  for (let page = 1; page <= pages; page += 1) sheets.push(await client.paper.sheet({ paperId, page }));
  return sheets;
}

/**
 * Opens the system's print dialog for the pages that stand in the print area. The style sheet hides all else on paper; the fonts of the pages must have
 * come, or the first print would show boxes.
 */
export async function printPages(landscape: boolean): Promise<void> {
  await document.fonts.ready;
  const style = document.createElement('style');
  style.textContent = `@page { size: A4 ${landscape ? 'landscape' : 'portrait'}; margin: 0 }`;
  document.head.append(style);
  try {
    window.print();
  } finally {
    style.remove();
  }
}
