// The branch database's migrations, in order. A published one is never edited; a new one is appended.
import type { Migration } from 'kysely/migration';
import * as journal from './0001-journal.ts';
import * as customers from './0002-customers.ts';
import * as topups from './0003-topups.ts';
import * as search from './0004-search.ts';
import * as charging from './0005-charging.ts';
import * as business from './0006-business.ts';
import * as privateNumbers from './0007-private.ts';
import * as drafts from './0008-drafts.ts';
import * as replica from './0009-replica.ts';
import * as shifts from './0010-shifts.ts';
import * as settling from './0011-settling.ts';
import * as firstLoad from './0012-first-load.ts';
import * as visits from './0016-visits.ts';
import * as takings from './0017-takings.ts';
import * as printJobs from './0018-print-jobs.ts';
import * as closePapers from './0020-close-papers.ts';
import * as foldLog from './0021-fold-log.ts';
import * as shiftEndings from './0022-shift-endings.ts';
import * as changeIds from './0023-change-ids.ts';

/** Name to migration; the names sort in the order of running. */
export const BRANCH_MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-journal': journal,
  '0002-customers': customers,
  '0003-topups': topups,
  '0004-search': search,
  '0005-charging': charging,
  '0006-business': business,
  '0007-private': privateNumbers,
  '0008-drafts': drafts,
  '0009-replica': replica,
  '0010-shifts': shifts,
  '0011-settling': settling,
  '0012-first-load': firstLoad,
  '0016-visits': visits,
  '0017-takings': takings,
  '0018-print-jobs': printJobs,
  '0020-close-papers': closePapers,
  '0021-fold-log': foldLog,
  '0022-shift-endings': shiftEndings,
  '0023-change-ids': changeIds,
};
