// Calls of the area toolCards: the register of maker's tool cards.
import type { Guard } from '../guard.ts';
import { closeToolCard, listToolCards, makeToolCard, toolLayouts, toolPrices } from '../usecases/keep-tool-cards.ts';

export const toolCardsArea = ({ guarded, who, approverOf }: Guard) => ({
  list: guarded.toolCards.list.handler(({ input, context }) => listToolCards(who(context), input)),
  layouts: guarded.toolCards.layouts.handler(({ context }) => toolLayouts(who(context))),
  prices: guarded.toolCards.prices.handler(({ context }) => toolPrices(who(context))),
  make: guarded.toolCards.make.handler(async ({ input, context }) => makeToolCard(who(context), input, await approverOf(input.approval))),
  close: guarded.toolCards.close.handler(async ({ input, context }) =>
    closeToolCard(who(context), input, await approverOf(input.approval)),
  ),
});
