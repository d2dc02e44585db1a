// A shift on paper: its report with count and drawer, and the list of everything taken and given back by tender.
import { Fault } from '../../shared/domain/fault.ts';
import { fen, formatYuan } from '../../shared/domain/money.ts';
import type { Operation } from '../../shared/domain/operation.ts';
import { lastCountOf, type ShiftRow } from '../../shared/domain/shifts.ts';
import type { TenderKind } from '../../shared/domain/tender.ts';
import { movesTenders, type TenderMove, tenderMoveOf } from '../../shared/domain/tender-moves.ts';
import { branchOf, type UseCaseContext } from './actor.ts';
import type { PaperLanguage } from './ports/paper.ts';
import type { ComposedPaper, PaperContent, PaperHead, ShiftPaperWords } from './ports/paper-content.ts';
import { tenderBooks } from './shift-books.ts';
import { requireShift } from './shift-view.ts';
import { reversalOf } from './slips.ts';

const two = (value: number): string => String(value).padStart(2, '0');

function timeOf(atMs: number): string {
  const date = new Date(atMs);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

const yuan = (amountFen: number): string => formatYuan(fen(amountFen));
const signed = (amountFen: number): string => (amountFen < 0 ? `-${yuan(-amountFen)}` : yuan(amountFen));

interface Moved {
  readonly operation: Operation;
  readonly kind: keyof ShiftPaperWords['business'];
  readonly move: TenderMove;
}

function movedIn({ ports }: UseCaseContext, shiftId: string): readonly Moved[] {
  const paid = (topupId: string) => ports.store.topup(topupId)?.payment ?? { tenders: [] };
  return ports.store.operationsOfShift(shiftId).flatMap((operation) => {
    const move = tenderMoveOf(operation, paid);
    return move === null || !movesTenders(operation.kind) ? [] : [{ operation, kind: operation.kind, move }];
  });
}

const sumOf = ({ tenders, sign }: TenderMove, kind: TenderKind): number =>
  sign * tenders.reduce((sum, tender) => sum + (tender.kind === kind ? tender.amountFen : 0), 0);

/** What every paper about a shift says. The code is the hash of the operation that ended it: with it the paper is found again. */
function dayFacts({ ports, actor }: UseCaseContext, shift: ShiftRow) {
  const { name, branchNo } = branchOf(ports.store);
  const ended = ports.store
    .operationsOfShift(shift.shiftId)
    .findLast(({ kind }) => kind === 'shift.closed' || kind === 'shift.handed-over');
  const madeAtMs = ports.clock.nowMs();
  const day = new Date(madeAtMs);
  return {
    ...{
      branchName: name,
      branchNo,
      businessDate: shift.businessDate,
      closeNo: `${shift.counterId} ${shift.clerk}`,
      hash: ended?.hash ?? '',
    },
    madeAt: `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())} ${timeOf(madeAtMs)}`,
    madeBy: actor.name,
  };
}

function report(context: UseCaseContext, shift: ShiftRow, words: ShiftPaperWords): PaperContent<'shift-report'> {
  const { store } = context.ports;
  const count = lastCountOf(shift);
  if (count === null) throw new Fault('SHIFT_NOT_COUNTED');
  const [cash] = tenderBooks(count.expected, count);
  const differenceFen = cash?.differenceFen ?? 0;
  const rows = new Map<
    string,
    { kind: string; count: number; cashFen: number; bankCardFen: number; walletFen: number; totalFen: number }
  >();
  for (const { kind, move } of movedIn(context, shift.shiftId)) {
    const row = rows.get(kind) ?? { kind: words.business[kind], count: 0, cashFen: 0, bankCardFen: 0, walletFen: 0, totalFen: 0 };
    row.count += 1;
    row.cashFen += sumOf(move, 'cash');
    row.bankCardFen += sumOf(move, 'bank-card');
    row.walletFen += sumOf(move, 'wallet');
    row.totalFen = row.cashFen + row.bankCardFen + row.walletFen;
    rows.set(kind, row);
  }
  const drawer = [
    ...store.drawerOpeningsOf(shift.shiftId).map(({ why, reason, approvedBy, atMs }) => ({
      atMs,
      reason: [words.opening.replace('{{why}}', words.why[why]), reason, approvedBy].filter(Boolean).join(' '),
      amountFen: '' as const,
    })),
    ...shift.movements.map(({ kind, reason, bagNo, approvedBy, amountFen, atMs }) => ({
      atMs,
      reason: [words.movement[kind], reason, bagNo, approvedBy].filter(Boolean).join(' '),
      amountFen,
    })),
  ].sort((left, right) => left.atMs - right.atMs);
  const inWords =
    differenceFen === 0
      ? words.result.right
      : words.result[differenceFen > 0 ? 'over' : 'short'].replace('{{amount}}', yuan(Math.abs(differenceFen)));
  return {
    facts: {
      ...dayFacts(context, shift),
      clerk: `${shift.clerk} ${store.staff(shift.clerk)?.name ?? ''}`.trim(),
      openedAt: timeOf(shift.openedAtMs),
      closedAt: shift.ending === null ? '' : timeOf(shift.ending.atMs),
      float: yuan(shift.floatFen),
      expected: signed(count.expected.cashFen),
      counted: yuan(count.cashFen),
      difference: [inWords, shift.ending?.reason ?? ''].filter(Boolean).join(' '),
    },
    lists: {
      business: [...rows.values()],
      denominations: count.lines.map(({ denominationFen, count: pieces }) => ({
        denomination: yuan(denominationFen),
        count: pieces,
        amountFen: denominationFen * pieces,
      })),
      drawer: drawer.map(({ atMs, ...row }) => ({ time: timeOf(atMs), ...row })),
    },
  };
}

/** The id under which an operation's receipt was issued. */
function receiptSubject(operation: Operation): string {
  switch (operation.kind) {
    case 'topup.paid':
    case 'topup.refunded':
    case 'topup.reversed':
      return operation.kind === 'topup.paid' ? operation.payload.topupId : reversalOf(operation.payload.topupId);
    case 'payment.taken':
      return operation.payload.paymentId;
    case 'payment.reversed':
      return reversalOf(operation.payload.paymentId);
    default:
      return operation.id;
  }
}

function tenderList(context: UseCaseContext, shift: ShiftRow, words: ShiftPaperWords): PaperContent<'tender-list'> {
  const { store } = context.ports;
  const entries = movedIn(context, shift.shiftId).flatMap(({ operation, kind, move }) =>
    move.tenders.map((tender) => ({
      receiptNo: store.receiptOfTopup(receiptSubject(operation))?.receiptNo ?? '',
      time: timeOf(operation.recordedAtMs),
      clerk: operation.clerk,
      kind: words.business[kind],
      tender: words.tender[tender.kind],
      reference: tender.reference,
      amountFen: move.sign * tender.amountFen,
    })),
  );
  return { facts: dayFacts(context, shift), lists: { entries } };
}

/** Puts a counted shift on paper. Throws SHIFT_UNKNOWN, SHIFT_NOT_YOURS, SHIFT_NOT_COUNTED: before the count it would tell what should be there. */
export function composeShiftPaper(
  context: UseCaseContext,
  subject: { readonly kind: 'shift-report' | 'tender-list'; readonly shiftId: string },
  head: Omit<PaperHead, 'number'> & { readonly language: PaperLanguage },
): ComposedPaper {
  const { store, templates } = context.ports;
  const shift = requireShift(context, store, subject.shiftId);
  if (shift.counts.length === 0) throw new Fault('SHIFT_NOT_COUNTED');
  const words = templates.shiftWords(head.language);
  const paper = { ...head, number: `${shift.counterId} ${shift.businessDate} ${shift.clerk}` };
  return subject.kind === 'shift-report'
    ? templates.report('shift-report', report(context, shift, words), paper)
    : templates.report('tender-list', tenderList(context, shift, words), paper);
}
