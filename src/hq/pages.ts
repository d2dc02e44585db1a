// The addresses that people look at: overview, clearing, closed days with their papers, and the clearing as a file and as JSON.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { clearingCsv, clearingOf, type Period } from './clearing.ts';
import type { Database } from './database.ts';
import { closedDays } from './day-closes.ts';
import { paperFile } from './day-papers.ts';
import { addFonts } from './fonts.ts';
import { overview } from './overview.ts';
import { clearingHeads, clearingPage, daysPage, overviewPage, PAPER_ADDRESS, type PageFrame } from './page.ts';
import { languageOf, PAGE_LANGUAGES } from './page-words.ts';
import { search } from './search.ts';
import { searchPage } from './search-page.ts';

/** What is shown where nobody has chosen, days. */
const SHOWN_DAYS = 31;
const DAY_MS = 24 * 60 * 60 * 1000;
const CLOSES = 60;

const querySchema = z.object({
  lang: z.string().catch(''),
  q: z.string().max(200).catch(''),
  from: z.iso.date().optional().catch(undefined),
  to: z.iso.date().optional().catch(undefined),
});

const paperQuerySchema = z.object({ branch: z.string().catch(''), close: z.string().catch(''), paper: z.string().catch('') });

/** Adds the pages; `mayLook` lets nobody else in. A date that is none counts as not given. */
export function addPages(
  app: FastifyInstance,
  options: {
    readonly db: Database;
    readonly nowMs: () => number;
    readonly forProduction: boolean;
    readonly hasKeyFile: boolean;
    readonly mayLook: (request: FastifyRequest, reply: FastifyReply) => Promise<void>;
  },
): void {
  const { db, nowMs, forProduction, hasKeyFile, mayLook } = options;
  const guarded = { preHandler: mayLook };
  const queryOf = (request: FastifyRequest) => querySchema.parse(request.query);
  const frameOf = (request: FastifyRequest): PageFrame => {
    const language = languageOf({ chosen: queryOf(request).lang, accepted: String(request.headers['accept-language'] ?? '') });
    return { language, nowMs: nowMs(), forProduction, hasKeyFile };
  };
  const periodOf = (request: FastifyRequest): Period => {
    const { from, to } = queryOf(request);
    const dateAt = (atMs: number) => new Date(atMs).toISOString().slice(0, 10);
    // A branch east of headquarters may have begun its next day.
    return { from: from ?? dateAt(nowMs() - SHOWN_DAYS * DAY_MS), to: to ?? dateAt(nowMs() + DAY_MS) };
  };
  const html = (reply: FastifyReply) =>
    reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', "default-src 'none'; style-src 'self' 'unsafe-inline'; font-src 'self'; form-action 'self'");

  addFonts(app);
  app.get('/', guarded, async (request, reply) => {
    html(reply);
    return overviewPage(await overview(db, nowMs()), frameOf(request));
  });
  app.get('/search', guarded, async (request, reply) => {
    html(reply);
    const text = queryOf(request).q.trim();
    return searchPage({ text, found: text === '' ? null : await search(db, text) }, frameOf(request));
  });
  app.get('/clearing', guarded, async (request, reply) => {
    html(reply);
    return clearingPage(await clearingOf(db, periodOf(request)), frameOf(request));
  });
  app.get('/clearing.csv', guarded, async (request, reply) => {
    const period = periodOf(request);
    reply.type('text/csv; charset=utf-8').header('content-disposition', `attachment; filename="clearing-${period.from}-${period.to}.csv"`);
    return clearingCsv(await clearingOf(db, period), clearingHeads(PAGE_LANGUAGES[frameOf(request).language]));
  });
  app.get('/v1/clearing', guarded, async (request) => clearingOf(db, periodOf(request)));
  app.get('/days', guarded, async (request, reply) => {
    html(reply);
    return daysPage(await closedDays(db, CLOSES), frameOf(request));
  });
  app.get(PAPER_ADDRESS, guarded, async (request, reply) => {
    const { branch: branchNo, close: closeId, paper } = paperQuerySchema.parse(request.query);
    const file = await paperFile(db, { branchNo, closeId, paper });
    if (file === null) return reply.callNotFound();
    reply.type('application/pdf').header('etag', `"${file.sha256}"`).header('x-content-type-options', 'nosniff');
    reply.header('content-disposition', `inline; filename="${paper}-${closeId.replace(/[^\w-]/g, '')}.pdf"`);
    return reply.send(file.pdf);
  });
}
