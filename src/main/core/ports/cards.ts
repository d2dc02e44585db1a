// Ports to card layouts and card secrets.
import type { CardLayout } from '../../../shared/domain/card-layout.ts';

export interface CardLayouts {
  get(layoutId: string): CardLayout | null;
  all(): readonly CardLayout[];
}

export interface CardSecrets {
  /** The card's PSC, three bytes, derived from the branch's card key and the card number. Never log it. */
  psc(card: { readonly cardNo: string; readonly layoutId: string }): Uint8Array;
}
