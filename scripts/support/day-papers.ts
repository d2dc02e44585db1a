// Every paper of the played day as PDF: those of the close, of each shift, of the month, and those that customers take with them.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Inputs, Outputs } from '../../src/shared/contract/index.ts';
import type { CallsClient } from '../../tests/support/calls-bench.ts';

type Subject = Inputs['paper']['make']['subject'];

export interface PapersWanted {
  readonly manager: CallsClient;
  readonly newId: () => string;
  readonly out: string;
  readonly language: NonNullable<Inputs['paper']['make']['language']>;
  readonly close: { readonly closeId: string; readonly closedDate: string };
  readonly shiftIds: readonly string[];
  /** A customer of the day, for a statement. */
  readonly accountId: string;
  /** A request of the day, for its form. */
  readonly requestId: string;
  readonly say: (text: string) => void;
}

const OF_THE_CLOSE = ['daily-reconciliation', 'tender-list', 'receipt-register', 'card-register', 'exceptions'] as const;

/** Writes the PDFs, each named as its paper. Returns what is wrong with one, in words: characters without a glyph, a template that was not used. */
export async function writePapers(wanted: PapersWanted): Promise<readonly string[]> {
  const { close, shiftIds, accountId, requestId, out, say } = wanted;
  const month = close.closedDate.slice(0, 7);
  const subjects: (readonly [name: string, subject: Subject])[] = [
    ...OF_THE_CLOSE.map((paper) => [paper, { kind: 'day', paper, closeId: close.closeId }] as const),
    ['monthly-summary', { kind: 'month', month }],
    ...shiftIds.flatMap((shiftId, at) => [
      [`shift-report-${at + 1}`, { kind: 'shift-report', shiftId }] as const,
      [`shift-tenders-${at + 1}`, { kind: 'tender-list', shiftId }] as const,
    ]),
    ['customer-statement', { kind: 'statement', accountId, from: `${month}-01`, until: close.closedDate }],
    ['request-form', { kind: 'request', requestId }],
  ];
  mkdirSync(out, { recursive: true });
  const troubles: string[] = [];
  let pages = 0;
  for (const [name, subject] of subjects) {
    const made = await make(wanted, subject);
    writeFileSync(join(out, `${name}.pdf`), await pdfOf(wanted.manager, made.paperId));
    pages += made.pages;
    for (const { character, codePoint } of made.missing) troubles.push(`${name}.pdf: no glyph for ${character} (${codePoint})`);
    for (const { template, problem } of made.warnings) troubles.push(`${name}.pdf: the template ${template} was not used: ${problem}`);
  }
  say(`  ${subjects.length} papers with ${pages} pages in ${out}`);
  return troubles;
}

function make({ manager, newId, language }: PapersWanted, subject: Subject): Promise<Outputs['paper']['make']> {
  return manager.paper.make({ paperId: newId(), language, subject });
}

async function pdfOf(client: CallsClient, paperId: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (let offset: number | null = 0; offset !== null; ) {
    const { part, nextOffset }: Outputs['paper']['part'] = await client.paper.part({ paperId, offset });
    parts.push(Buffer.from(part, 'base64'));
    offset = nextOffset;
  }
  return Buffer.concat(parts);
}
