// Where a demo card lies, from the bench's own word for it.

export type CardPlace = { readonly kind: 'slot'; readonly slot: number } | { readonly kind: 'meter' } | { readonly kind: 'hand' };

/** Returns the place: a reader slot where the word carries a number behind "slot" or "reader", the meter, or the hand. */
export function placeOf(word: string): CardPlace {
  const slot = /^(?:reader|slot)\D*(\d+)$/.exec(word);
  if (slot !== null) return { kind: 'slot', slot: Number(slot[1]) };
  return word.startsWith('meter') ? { kind: 'meter' } : { kind: 'hand' };
}
