// What the demo branch is asked for, and the cards and spare meters that it lays out.
import type { CardPurchase, MeterReturn } from '../../shared/domain/card-layout.ts';
import type { Supplied } from '../../shared/domain/commodity.ts';

/** A card as the demo branch issued it: everything that a layout needs to make its image. */
export interface DemoCard extends Supplied {
  readonly cardNo: string;
  readonly regionCode: string;
  readonly accountId: string;
  readonly accountNo: string;
  readonly customerName: string;
  readonly layoutId: string;
  readonly meterNo: string;
  /** Last purchase; null on a card that never held one. */
  readonly purchase: CardPurchase | null;
  /** What the meter wrote when it last had the card; null when it never had. A lower loaded sequence than the purchase's: not yet taken. */
  readonly meterReturn: MeterReturn | null;
}

/** A card at the bench, with what is special about its account, in one English word or two. */
export interface DemoHandCard extends DemoCard {
  readonly situation: string;
}

/** A meter in the store that takes cards. */
export interface DemoSpareMeter extends Supplied {
  readonly meterNo: string;
  readonly layoutId: string;
}

export interface DemoOptions {
  readonly seed: number;
  /** Of gas: at least the dozen whose cards lie at the bench. A few of power come beside them. */
  readonly accounts: number;
  readonly businessDate: string;
  readonly nowMs: number;
  readonly layoutId: string;
  /** Layout of the cards that two makers' meters take; the same when left out. */
  readonly otherLayoutId?: string;
  /** New ids; made from the seed when not given. */
  readonly newId?: () => string;
  /** Called for every card of the branch. */
  readonly writeCard?: (card: DemoCard) => void;
}
