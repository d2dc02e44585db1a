// Drawers: what should be in each by the journal, against what was counted.
import type { BookTotal, Difference, DrawerTotal } from './day-close.ts';
import type { Operation } from './operation.ts';
import type { TenderMove } from './tender-moves.ts';

interface Drawer {
  readonly shiftId: string;
  readonly clerk: string;
  readonly seq: number;
  readonly openedAtMs: number;
  readonly floatFen: number;
  endedAtMs: number;
  state: DrawerTotal['state'];
  cashFen: number;
  movedFen: number;
  droppedFen: number;
  countedFen: number;
  carriedFen: number;
  ended: Operation | null;
}

export interface DrawerBook {
  /** What an operation that is no business did to a drawer; nothing for most. */
  take(operation: Operation): void;
  /** Cash that business put into the drawer of its shift or took out. */
  business(operation: Operation, move: TenderMove): void;
  figures(): { readonly drawers: readonly DrawerTotal[]; readonly total: BookTotal; readonly differences: readonly Difference[] };
}

/** Returns an empty book of drawers: no close ends while one is open. */
export function drawerBook(): DrawerBook {
  const drawers = new Map<string, Drawer>();

  function open(operation: Operation, of: { readonly shiftId: string; readonly clerk: string; readonly floatFen: number }): void {
    drawers.set(of.shiftId, {
      ...of,
      ...{ seq: operation.seq, openedAtMs: operation.recordedAtMs, endedAtMs: 0, state: 'open' },
      ...{ cashFen: 0, movedFen: 0, droppedFen: 0, countedFen: 0, carriedFen: 0, ended: null },
    });
  }

  function end(operation: Operation, drawer: Drawer, of: Pick<Drawer, 'state' | 'countedFen' | 'carriedFen'>): void {
    Object.assign(drawer, of, { ended: operation, endedAtMs: operation.recordedAtMs });
  }

  return {
    business({ shiftId }, { sign, tenders }) {
      const drawer = drawers.get(shiftId);
      if (drawer === undefined) return;
      for (const tender of tenders) if (tender.kind === 'cash') drawer.cashFen += sign * tender.amountFen;
    },
    take(operation) {
      if (operation.kind === 'shift.opened') {
        const { shiftId, floatFen } = operation.payload;
        open(operation, { shiftId, clerk: operation.clerk, floatFen });
        return;
      }
      const shiftId = 'shiftId' in operation.payload ? operation.payload.shiftId : '';
      const drawer = drawers.get(shiftId);
      if (drawer === undefined) return;
      switch (operation.kind) {
        case 'shift.paid-in':
          drawer.movedFen += operation.payload.amountFen;
          return;
        case 'shift.paid-out':
          drawer.movedFen -= operation.payload.amountFen;
          return;
        case 'shift.dropped':
          drawer.droppedFen += operation.payload.amountFen;
          return;
        case 'shift.counted':
          drawer.state = 'counted';
          drawer.countedFen = operation.payload.cashFen;
          return;
        case 'shift.handed-over': {
          const { newShiftId, toClerk, countedFen } = operation.payload;
          end(operation, drawer, { state: 'handed-over', countedFen, carriedFen: countedFen });
          open(operation, { shiftId: newShiftId, clerk: toClerk, floatFen: countedFen });
          return;
        }
        case 'shift.closed': {
          const { countedFen, carriedFen } = operation.payload;
          end(operation, drawer, { state: 'closed', countedFen, carriedFen });
        }
      }
    },
    figures() {
      const total = { count: 0, expectedFen: 0, foundFen: 0 };
      const differences: Difference[] = [];
      const rows = [...drawers.values()].map(({ ended, ...drawer }): DrawerTotal => {
        const expectedFen = drawer.floatFen + drawer.cashFen + drawer.movedFen - drawer.droppedFen;
        if (ended !== null) {
          total.count += 1;
          total.expectedFen += expectedFen;
          total.foundFen += drawer.countedFen;
          const gapFen = expectedFen - drawer.countedFen;
          if (gapFen !== 0) differences.push(cashDifference(ended, { ...drawer, gapFen }));
        }
        return { ...drawer, expectedFen };
      });
      return {
        drawers: rows,
        total: { book: 'drawers', ...total, differenceFen: total.expectedFen - total.foundFen },
        differences,
      };
    },
  };
}

/** Over and short are posted with the shift's close: they are settled in the ledger, and told all the same. */
function cashDifference(ended: Operation, of: { readonly shiftId: string; readonly gapFen: number }): Difference {
  const { seq, id: operationId, businessDate } = ended;
  return {
    ...{ seq, operationId, businessDate, subjectId: of.shiftId, accountId: '', amountFen: Math.abs(of.gapFen), effectFen: of.gapFen },
    kind: of.gapFen > 0 ? 'cash-short' : 'cash-over',
    book: 'drawers',
    state: 'open',
    nextStep: 'tell-it',
  };
}
