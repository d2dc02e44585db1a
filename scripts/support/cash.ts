// Cash as a person counts it: a sum laid out in notes and coins.
import { type CountedLine, DENOMINATIONS_FEN } from '../../src/shared/domain/shifts.ts';

/** Returns the fewest notes and coins that make the sum, every denomination named. */
export function cashLines(amountFen: number): { denominationFen: (typeof DENOMINATIONS_FEN)[number]; count: number }[] {
  let restFen = amountFen;
  return DENOMINATIONS_FEN.map((denominationFen): CountedLine & { denominationFen: (typeof DENOMINATIONS_FEN)[number] } => {
    const count = Math.floor(restFen / denominationFen);
    restFen -= count * denominationFen;
    return { denominationFen, count };
  });
}
