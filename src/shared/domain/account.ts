// A customer account as it is opened.
import type { Supplied } from './commodity.ts';

export interface AccountOpened {
  readonly accountId: string;
  readonly accountNo: string;
  readonly customerKind: 'residential' | 'commercial';
  readonly customerName: string;
  readonly phone: string;
  readonly address: {
    readonly district: string;
    readonly road: string;
    /** Compound or building name. */
    readonly community: string;
    /** Building, unit and room: "3栋2单元501室". */
    readonly unit: string;
  };
  readonly householdSize: number;
  readonly tariffId: string;
  /** Litres bought this tier year before this system took over. */
  readonly tierUsedLitres: number;
  /** First day of supply to this holder; absent for an account from before this system. */
  readonly suppliedSince?: string;
  /** The customer's record; absent where there is none. */
  readonly customerId?: string;
  readonly meter:
    | (Supplied & {
        readonly meterNo: string;
        readonly make: string;
        readonly kind: 'ic' | 'ordinary';
        /** The reading up to which the old system has billed an ordinary meter; absent where it is not known. */
        readonly billed?: { readonly readingLitres: number; readonly on: string };
      })
    | null;
  readonly card: {
    readonly cardNo: string;
    readonly layoutId: string;
    /** The card's last purchase sequence and cumulative volume when this system took over. */
    readonly sequence: number;
    readonly cumulativeLitres: number;
  } | null;
}
