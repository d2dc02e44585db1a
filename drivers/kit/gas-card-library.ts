// The trade's card contract: the five functions of a meter maker's library, as the host sees them.

/** What stands on a gas card, in the names of the contract. An output that a maker does not support is -1, texts are then empty. */
export interface GasCardFields {
  /** Card number. */
  readonly kh: string;
  /** Region code, 9A00 to 9AZZ without I and O. */
  readonly dqdm: string;
  /** User number. */
  readonly yhh: string;
  readonly tm: string;
  /** Card key as the maker numbers it. */
  readonly kmm: string;
  /** Card type. */
  readonly klx: number;
  /** 0 new card, 1 user card. */
  readonly kzt: number;
  /** Volume on the card that the meter has not taken, m³. */
  readonly ql: number;
  /** Purchase count, 0 to 9999. */
  readonly cs: number;
  /** Volume bought in all, m³. */
  readonly ljgql: number;
  /** Reissue count, 0 to 255. */
  readonly bkcs: number;
  /** Volume used in all, 0.01 m³. */
  readonly ljyql: number;
  /** Volume left in the meter, 0.01 m³. */
  readonly syql: number;
  /** Alarm level, m³. */
  readonly bjql: number;
  /** Most that the meter takes, m³. */
  readonly czsx: number;
  /** Overdraft, m³. */
  readonly tzed: number;
  /** Date of the last purchase, YYYYMMDD. */
  readonly sqrq: string;
  /** Prices in fen per m³, the date from which the new one holds (YYYYMMDD), and whether it is to be taken. */
  readonly oldprice: number;
  readonly newprice: number;
  readonly sxrq: string;
  readonly sxbj: number;
}

/** What the card is, without having read its content and without trying a password. */
export type GasCardCheck = 'own' | 'foreign' | 'absent';

/**
 * A maker's library with the five functions of 《天然气销售系统IC卡接口规范 V1.0》. Every method rejects with a Fault made from the return code.
 * A call under way cannot be stopped: whoever waits too long ends the process.
 */
export interface GasCardLibrary {
  /** CheckGasCard. */
  check(): Promise<GasCardCheck>;
  /** ReadGasCard. */
  read(): Promise<GasCardFields>;
  /** WriteNewCard: makes a blank card an opening card. */
  writeNew(fields: GasCardFields): Promise<void>;
  /** WriteGasCard: writes a purchase; `kh` and `dqdm` must be the card's own. */
  write(fields: GasCardFields): Promise<void>;
  /** FormatGasCard: makes it a blank card again. */
  format(identity: Pick<GasCardFields, 'kh' | 'dqdm'>): Promise<void>;
}
