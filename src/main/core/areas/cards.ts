// Calls of the area cards: the card in the reader.
import type { Guard } from '../guard.ts';
import { readCard } from '../usecases/read-card.ts';

export const cardsArea = ({ guarded, who }: Guard) => ({
  read: guarded.cards.read.handler(({ input, context }) => readCard(who(context), input)),
});
