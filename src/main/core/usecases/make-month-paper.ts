// The summary of a month: what its closes have frozen, by day and by kind of business.
import { DAY_CLOSES } from '../../../shared/domain/day-close.ts';
import { branchOf, type UseCaseContext } from '../actor.ts';
import { NO_VOLUME, plus } from '../day-volumes.ts';
import type { ComposedPaper, PaperHead } from '../ports/paper-content.ts';
import { businessWord, momentOf } from './make-day-paper.ts';

const NOTHING = { ...NO_VOLUME, count: 0, totalFen: 0 };
const NO_TENDERS = { cashFen: 0, bankCardFen: 0, walletFen: 0, differenceFen: 0 };

/** Returns the summary of a month's closes of this counter, as YYYY-MM. */
export function composeMonth(
  context: UseCaseContext,
  { month }: { readonly month: string },
  head: Omit<PaperHead, 'number'>,
): ComposedPaper {
  const { store, templates, clock } = context.ports;
  const words = templates.dayWords(head.language);
  const { name: branchName, branchNo } = branchOf(store);
  const closes = store
    .recordsInState(DAY_CLOSES, store.counterId(), 100_000)
    .filter(({ closedDate }) => closedDate.startsWith(`${month}-`));
  const days = new Map<string, typeof NOTHING & typeof NO_TENDERS & { readonly date: string }>();
  const business = new Map<string, typeof NOTHING & { readonly kind: string }>();
  for (const close of closes) {
    const date = close.closedDate;
    let day = days.get(date) ?? { date, ...NOTHING, ...NO_TENDERS };
    for (const { kind, count, litres, wattHours = '', cashFen, bankCardFen, walletFen } of close.business) {
      const totalFen = cashFen + bankCardFen + walletFen;
      const sums = (total: typeof NOTHING) => ({
        ...plus(total, { litres, wattHours }),
        count: total.count + count,
        totalFen: total.totalFen + totalFen,
      });
      day = {
        ...{ ...day, ...sums(day) },
        cashFen: day.cashFen + cashFen,
        bankCardFen: day.bankCardFen + bankCardFen,
        walletFen: day.walletFen + walletFen,
      };
      const line = business.get(kind) ?? { kind: businessWord(words, kind), ...NOTHING };
      business.set(kind, { ...line, ...sums(line) });
    }
    const differenceFen = close.books.reduce((sum, book) => sum + book.differenceFen, day.differenceFen);
    days.set(date, { ...day, differenceFen });
  }
  const facts = {
    ...{ branchName, branchNo, month },
    madeAt: momentOf(clock.nowMs()),
    madeBy: context.actor.name,
    // The last close's hash covers all that came before it.
    hash: closes.at(-1)?.hash ?? '',
  };
  return templates.report(
    'monthly-summary',
    { facts, lists: { days: [...days.values()], business: [...business.values()] } },
    { ...head, number: month },
  );
}
