// The independent auditor of a day: adds up the journal's rows by itself, from their JSON, knowing nothing of folds, day books or postings' rules.
import { createHash } from 'node:crypto';
import Database from 'better-sqlite3';

interface Row {
  readonly seq: number;
  readonly kind: string;
  readonly clerk: string;
  readonly shiftId: string;
  readonly accountId: string;
  readonly payload: string;
}

interface Money {
  readonly kind: string;
  readonly amountFen: number;
}

/** What the auditor reads of a payload; each kind has some of it. */
interface Written {
  readonly topupId: string;
  readonly taskId: string;
  readonly cardNo: string;
  readonly layoutId: string;
  readonly card: { readonly cardNo: string; readonly layoutId: string } | null;
  readonly purchase: { readonly amountFen: number; readonly litres: number; readonly tariffId: string };
  readonly tariff: { readonly id: string; readonly supply?: string };
  readonly tariffId: string;
  readonly purpose: string;
  readonly volumeLitres: number;
  readonly tenders: readonly Money[];
  readonly refunds: readonly Money[];
  readonly paid: readonly { readonly principalFen: number; readonly lateFeeFen: number }[];
  readonly payment: Pick<Written, 'paid'>;
  readonly amountFen: number;
  readonly receiptNo: string;
  readonly segmentId: string;
  readonly first: number;
  readonly number: number;
  readonly invoiceId: string;
  readonly shiftId: string;
  readonly newShiftId: string;
  readonly floatFen: number;
  readonly countedFen: number;
}

/** What a close should say, as plain sums by name. */
export interface AuditedDay {
  readonly sums: ReadonlyMap<string, number>;
  /** Top-ups that were paid and are neither on a card nor given back. */
  readonly undelivered: ReadonlyMap<string, number>;
  /** What is wrong with the journal itself, in words: rows that are not as they were written, postings that do not balance. */
  readonly flaws: readonly string[];
}

/** Adds the rows up. `fromSeq` to `toSeq` is the run of a close; what came before is read for what it refers to. */
export function auditDay(file: string, run: { readonly fromSeq: number; readonly toSeq: number }): AuditedDay {
  const database = new Database(file, { readonly: true });
  try {
    const rows = database
      .prepare('SELECT seq, kind, clerk, shift_id AS shiftId, account_id AS accountId, payload FROM operation WHERE seq <= ? ORDER BY seq')
      .all(run.toSeq) as Row[];
    const debits = database
      .prepare(
        'SELECT kind, count(DISTINCT operation.seq) AS count, coalesce(sum(max(amount_fen, 0)), 0) AS debitFen FROM operation LEFT JOIN posting ON posting.seq = operation.seq WHERE operation.seq BETWEEN ? AND ? GROUP BY kind',
      )
      .all(run.fromSeq, run.toSeq) as { kind: string; count: number; debitFen: number }[];
    const audited = { ...addUp(rows, run.fromSeq), flaws: [...brokenChain(database, run.toSeq), ...unbalanced(database, run.toSeq)] };
    const sums = new Map(audited.sums);
    for (const { kind, count, debitFen } of debits) {
      sums.set(`kind ${kind} count`, count);
      sums.set(`kind ${kind} debit`, debitFen);
    }
    return { ...audited, sums };
  } finally {
    database.close();
  }
}

/** Walks the chain of hashes as ARCHITECTURE.md has it: each over the one before, its own row's facts, and its payload as it stands. */
function brokenChain(database: Database.Database, toSeq: number): string[] {
  const rows = database
    .prepare(
      'SELECT seq, kind, previous_hash AS previous, hash, concat_ws(char(10), previous_hash, id, counter_id, seq, kind, business_date, shift_id, clerk, account_id, recorded_at_ms, payload) AS facts FROM operation WHERE seq <= ? ORDER BY seq',
    )
    .all(toSeq) as {
    readonly seq: number;
    readonly kind: string;
    readonly previous: string;
    readonly hash: string;
    readonly facts: string;
  }[];
  let last = '0'.repeat(64);
  return rows.flatMap(({ seq, kind, previous, hash, facts }, at) => {
    const isSound = seq === at + 1 && previous === last && hash === createHash('sha256').update(facts).digest('hex');
    last = hash;
    return isSound ? [] : [`operation ${seq} ${kind} is not as it was written`];
  });
}

/** Returns the operations whose debits and credits differ. */
function unbalanced(database: Database.Database, toSeq: number): string[] {
  const rows = database
    .prepare('SELECT seq, sum(amount_fen) AS sumFen FROM posting WHERE seq <= ? GROUP BY seq HAVING sumFen <> 0')
    .all(toSeq) as { readonly seq: number; readonly sumFen: number }[];
  return rows.map(({ seq, sumFen }) => `the postings of operation ${seq} do not balance: ${sumFen} fen`);
}

function addUp(rows: readonly Row[], fromSeq: number): Omit<AuditedDay, 'flaws'> {
  const sums = new Map<string, number>();
  const purchases = new Map<string, { amountFen: number; litres: number; tenders: readonly Money[]; layoutId: string; unit: string }>();
  /** What each price plan is counted in, and the plan of each account. */
  const units = new Map<string, string>();
  const plans = new Map<string, string>();
  const unitOf = (tariffId: string | undefined): string => units.get(tariffId ?? '') ?? 'litres';
  const undelivered = new Map<string, number>();
  const cardLayouts = new Map<string, string>();
  const tasks = new Map<string, Written>();
  const offCard = new Set<string>();
  const lastNumber = new Map<string, number>();
  const segments = new Map<string, { next: number; key: string }>();
  const drawers = new Map<string, { shouldFen: number; isNew: boolean }>();
  let isInRun = false;
  const add = (name: string, amount: number): void => {
    if (isInRun && amount !== 0) sums.set(name, (sums.get(name) ?? 0) + amount);
  };
  /** Money over the counter, `sign` 1 in and −1 out. */
  const money = (row: Row, sign: 1 | -1, tenders: readonly Money[]): void => {
    // Taken over from before the counter began.
    if (row.shiftId === '') return;
    add(`business ${row.clerk} ${row.kind} count`, 1);
    for (const { kind, amountFen } of tenders) {
      add(`business ${row.clerk} ${row.kind} ${kind}`, sign * amountFen);
      add('money', sign * amountFen);
      const drawer = drawers.get(row.shiftId);
      if (kind === 'cash' && drawer !== undefined) drawer.shouldFen += sign * amountFen;
    }
  };
  const card = (write: { readonly layoutId: string; readonly what: string; readonly volume: number; readonly unit: string }): void => {
    const { layoutId, what, volume, unit } = write;
    add(`cards ${layoutId} ${what} writes`, 1);
    add(`cards ${layoutId} ${what} ${unit}`, volume);
  };
  /** Gas or power sold over the counter, or taken back below zero. */
  const sold = (row: Row, volume: number, unit: string): void => {
    if (row.shiftId !== '') add(`business ${row.clerk} ${row.kind} ${unit}`, volume);
  };
  const number = (key: string, value: number, next: number): void => {
    if (value > next) add(`missing ${key}`, value - next);
  };

  for (const row of rows) {
    isInRun = row.seq >= fromSeq;
    const payload = JSON.parse(row.payload) as Written;
    switch (row.kind) {
      case 'tariff.published':
        units.set(payload.tariff.id, payload.tariff.supply === 'power' ? 'watt-hours' : 'litres');
        break;
      case 'account.opened':
        plans.set(row.accountId, payload.tariffId);
        if (payload.card !== null) cardLayouts.set(payload.card.cardNo, payload.card.layoutId);
        break;
      case 'topup.paid': {
        const { amountFen, litres } = payload.purchase;
        const layoutId = cardLayouts.get(payload.cardNo) ?? '';
        const unit = unitOf(payload.purchase.tariffId);
        purchases.set(payload.topupId, { amountFen, litres, tenders: payload.tenders, layoutId, unit });
        sold(row, litres, unit);
        undelivered.set(payload.topupId, amountFen);
        money(row, 1, payload.tenders);
        add('gas paid', amountFen);
        break;
      }
      case 'topup.verified':
      case 'topup.carried': {
        const bought = purchases.get(payload.topupId);
        if (bought === undefined) break;
        undelivered.delete(payload.topupId);
        const layoutId = row.kind === 'topup.carried' ? (cardLayouts.get(payload.cardNo) ?? '') : bought.layoutId;
        card({ layoutId, what: 'purchase', volume: bought.litres, unit: bought.unit });
        add('gas written', bought.amountFen);
        break;
      }
      case 'topup.refunded': {
        const bought = purchases.get(payload.topupId);
        if (bought === undefined) break;
        undelivered.delete(payload.topupId);
        money(row, -1, bought.tenders);
        sold(row, -bought.litres, bought.unit);
        add('gas paid', -bought.amountFen);
        break;
      }
      case 'topup.reversed': {
        const unit = unitOf(payload.purchase.tariffId);
        money(row, -1, payload.refunds);
        sold(row, -payload.purchase.litres, unit);
        add('gas paid', -payload.purchase.amountFen);
        if (!offCard.has(payload.taskId)) break;
        add('gas written', -payload.purchase.amountFen);
        const layoutId = purchases.get(payload.topupId)?.layoutId ?? '';
        card({ layoutId, what: 'reversal', volume: -payload.purchase.litres, unit });
        break;
      }
      case 'card-task.begun':
        tasks.set(payload.taskId, payload);
        break;
      case 'card-task.verified': {
        offCard.add(payload.taskId);
        const task = tasks.get(payload.taskId);
        if (task === undefined || task.purpose === 'reverse') break;
        cardLayouts.set(task.cardNo, task.layoutId);
        card({ layoutId: task.layoutId, what: task.purpose, volume: task.volumeLitres, unit: unitOf(plans.get(row.accountId)) });
        break;
      }
      case 'payment.taken':
        money(row, 1, payload.tenders);
        for (const part of payload.paid) {
          add('receivable paid', part.principalFen + part.lateFeeFen);
          add('receivable late fee', part.lateFeeFen);
        }
        break;
      case 'payment.reversed':
        money(row, -1, payload.refunds);
        for (const part of payload.payment.paid) {
          add('receivable reversed', part.principalFen + part.lateFeeFen);
          add('receivable late fee', -part.lateFeeFen);
        }
        break;
      case 'deposit.taken':
        money(row, 1, payload.tenders);
        break;
      case 'deposit.returned':
      case 'credit.refunded':
        money(row, -1, payload.tenders);
        break;
      case 'receivable.raised':
        add('receivable billed', payload.amountFen);
        break;
      case 'receivable.waived':
        add('receivable waived', payload.amountFen);
        break;
      case 'receipt.issued': {
        const [, prefix = '', digits = ''] = /^(.*?)(\d*)$/.exec(payload.receiptNo) ?? [];
        const key = `receipt ${prefix}`;
        number(key, Number(digits), lastNumber.get(key) ?? (lastNumber.size === 0 ? 1 : Number(digits)));
        lastNumber.set(key, Number(digits) + 1);
        add(`issued ${key}`, 1);
        break;
      }
      case 'segment.assigned':
        segments.set(payload.segmentId, { next: payload.first, key: `form ${payload.segmentId}` });
        break;
      case 'invoice.issued':
      case 'invoice.voided': {
        const segment = segments.get(payload.segmentId);
        if (segment === undefined) break;
        const isNew = row.kind === 'invoice.issued' || payload.invoiceId === '';
        if (isNew) {
          number(segment.key, payload.number, segment.next);
          segment.next = payload.number + 1;
        }
        add(`${row.kind === 'invoice.issued' ? 'issued' : 'void'} ${segment.key}`, 1);
        break;
      }
      case 'safe.banked':
        add('banked', payload.amountFen);
        break;
      case 'shift.opened':
        drawers.set(payload.shiftId, { shouldFen: payload.floatFen, isNew: isInRun });
        break;
      case 'shift.paid-in':
      case 'shift.paid-out':
      case 'shift.dropped': {
        const drawer = drawers.get(payload.shiftId);
        if (drawer !== undefined) drawer.shouldFen += row.kind === 'shift.paid-in' ? payload.amountFen : -payload.amountFen;
        break;
      }
      case 'shift.closed':
      case 'shift.handed-over': {
        const drawer = drawers.get(payload.shiftId);
        if (drawer === undefined) break;
        add('drawers should', drawer.shouldFen);
        add('drawers counted', payload.countedFen);
        if (row.kind === 'shift.handed-over') drawers.set(payload.newShiftId, { shouldFen: payload.countedFen, isNew: isInRun });
        break;
      }
      default:
    }
  }
  return { sums, undelivered };
}

type Gaps = readonly { readonly first: number; readonly last: number }[];

function widthOf(gaps: Gaps = []): number {
  return gaps.reduce((sum, { first, last }) => sum + last - first + 1, 0);
}

/** What a close says, under the auditor's names. */
export function closeSums(close: {
  readonly business: readonly {
    clerk: string;
    kind: string;
    count: number;
    litres: number;
    wattHours?: number | undefined;
    cashFen: number;
    bankCardFen: number;
    walletFen: number;
  }[];
  readonly kinds: readonly { kind: string; count: number; debitFen: number }[];
  readonly cards: readonly { layoutId: string; what: string; commodity: string; writes: number; litres: number }[];
  readonly receipts: readonly { prefix: string; issued: number; missing: readonly number[]; gaps?: Gaps }[];
  readonly invoices: readonly { segmentId: string; issued: number; voided: readonly number[]; missing: readonly number[]; gaps?: Gaps }[];
  readonly banked: readonly { amountFen: number }[];
  readonly receivable: Readonly<Record<'billedFen' | 'lateFeeFen' | 'paidFen' | 'waivedFen' | 'reversedFen', number>>;
  readonly books: readonly { book: string; expectedFen: number; foundFen: number }[];
}): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  const put = (name: string, value: number): void => {
    if (value !== 0) sums.set(name, (sums.get(name) ?? 0) + value);
  };
  for (const { clerk, kind, count, litres, wattHours = 0, cashFen, bankCardFen, walletFen } of close.business) {
    put(`business ${clerk} ${kind} count`, count);
    put(`business ${clerk} ${kind} litres`, litres);
    put(`business ${clerk} ${kind} watt-hours`, wattHours);
    put(`business ${clerk} ${kind} cash`, cashFen);
    put(`business ${clerk} ${kind} bank-card`, bankCardFen);
    put(`business ${clerk} ${kind} wallet`, walletFen);
  }
  for (const { kind, count, debitFen } of close.kinds) {
    put(`kind ${kind} count`, count);
    put(`kind ${kind} debit`, debitFen);
  }
  for (const { layoutId, what, commodity, writes, litres } of close.cards) {
    put(`cards ${layoutId} ${what} writes`, writes);
    put(`cards ${layoutId} ${what} ${commodity === 'power' ? 'watt-hours' : 'litres'}`, litres);
  }
  for (const { prefix, issued, missing, gaps } of close.receipts) {
    put(`issued receipt ${prefix}`, issued);
    put(`missing receipt ${prefix}`, missing.length + widthOf(gaps));
  }
  for (const { segmentId, issued, voided, missing, gaps } of close.invoices) {
    put(`issued form ${segmentId}`, issued);
    put(`void form ${segmentId}`, voided.length);
    put(`missing form ${segmentId}`, missing.length + widthOf(gaps));
  }
  for (const { amountFen } of close.banked) put('banked', amountFen);
  const { billedFen, lateFeeFen, paidFen, waivedFen, reversedFen } = close.receivable;
  put('receivable billed', billedFen);
  put('receivable late fee', lateFeeFen);
  put('receivable paid', paidFen);
  put('receivable waived', waivedFen);
  put('receivable reversed', reversedFen);
  const book = (name: string) => close.books.find((one) => one.book === name) ?? { expectedFen: 0, foundFen: 0 };
  put('money', book('money').foundFen);
  put('gas paid', book('cards').expectedFen);
  put('gas written', book('cards').foundFen);
  put('drawers should', book('drawers').expectedFen);
  put('drawers counted', book('drawers').foundFen);
  return sums;
}

/** Returns where the two differ, in words; nothing where they agree. */
export function disagreements(audited: AuditedDay, close: Parameters<typeof closeSums>[0]): string[] {
  const said = closeSums(close);
  const names = new Set([...audited.sums.keys(), ...said.keys()]);
  const apart = [...names]
    .filter((name) => (audited.sums.get(name) ?? 0) !== (said.get(name) ?? 0))
    .map((name) => `${name}: the journal has ${audited.sums.get(name) ?? 0}, the close says ${said.get(name) ?? 0}`);
  return [...audited.flaws, ...apart];
}
