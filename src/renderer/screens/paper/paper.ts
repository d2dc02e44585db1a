// Fetches what a paper is made of.
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { client } from '../../bridge/client.ts';

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
