// All migrations of headquarters, by name in order. Listed here so that the bundled service carries them.
import type { Migration } from 'kysely/migration';
import * as operations from './0001-operations.ts';
import * as feed from './0002-feed.ts';
import * as renewal from './0003-renewal.ts';
import * as firstLoad from './0004-first-load.ts';
import * as crossBranch from './0005-cross-branch.ts';
import * as lookupsByTime from './0006-lookups-by-time.ts';
import * as search from './0007-search.ts';
import * as dayPapers from './0008-day-papers.ts';
import * as locks from './0009-locks.ts';
import * as sumsAndKeys from './0010-sums-and-keys.ts';
import * as changeIds from './0011-change-ids.ts';

export const hqMigrations: Readonly<Record<string, Migration>> = {
  '0001-operations': operations,
  '0002-feed': feed,
  '0003-renewal': renewal,
  '0004-first-load': firstLoad,
  '0005-cross-branch': crossBranch,
  '0006-lookups-by-time': lookupsByTime,
  '0007-search': search,
  '0008-day-papers': dayPapers,
  '0009-locks': locks,
  '0010-sums-and-keys': sumsAndKeys,
  '0011-change-ids': changeIds,
};
