// What each kind of paper is about: the facts and lists that a template may name, and the forms whose words depend on the language.
import type { CardTaskPurpose } from '../../../shared/domain/card-tasks.ts';
import type { Commodity } from '../../../shared/domain/commodity.ts';
import type { Book, DayNextStep, DifferenceKind } from '../../../shared/domain/day-close.ts';
import type { DrawerReason, ShiftMovement } from '../../../shared/domain/shifts.ts';
import type { TenderKind } from '../../../shared/domain/tender.ts';
import type { TenderMovingKind } from '../../../shared/domain/tender-moves.ts';
import type { ColumnKind, PaperDocument, PaperLanguage } from './paper.ts';

/** A paper's facts and lists by name, each value by how it is written. */
export interface PaperFields {
  readonly facts: Readonly<Record<string, ColumnKind>>;
  readonly lists: Readonly<Record<string, Readonly<Record<string, ColumnKind>>>>;
}

const DAY = {
  branchName: 'text',
  branchNo: 'text',
  businessDate: 'text',
  closeNo: 'text',
  hash: 'text',
  madeAt: 'text',
  madeBy: 'text',
} as const;
const TENDERS = { cashFen: 'money', bankCardFen: 'money', walletFen: 'money' } as const;

/** Every kind of paper in A4. A template that names anything else is refused. */
export const PAPER_FIELDS = {
  'service-form': {
    facts: {
      title: 'text',
      number: 'text',
      branchName: 'text',
      openedOn: 'text',
      deadline: 'text',
      clerk: 'text',
      state: 'text',
      accountNo: 'text',
      customerName: 'text',
      customerKind: 'text',
      phone: 'text',
      address: 'text',
      meterNo: 'text',
      cardNo: 'text',
      holder: 'text',
      refund: 'text',
      declaration: 'text',
      code: 'text',
    },
    lists: {
      answers: { name: 'text', value: 'text' },
      effects: { text: 'text' },
      checks: { text: 'text', ticked: 'count' },
      fees: { name: 'text', amountFen: 'money', openFen: 'money' },
      steps: { state: 'text', clerk: 'text', at: 'text', approvedBy: 'text', note: 'text' },
      signers: { name: 'text' },
    },
  },
  'customer-statement': {
    facts: {
      branchName: 'text',
      accountNo: 'text',
      customerName: 'text',
      address: 'text',
      phone: 'text',
      from: 'text',
      until: 'text',
      credit: 'text',
      deposit: 'text',
      due: 'text',
      tierUsed: 'text',
      madeAt: 'text',
      madeBy: 'text',
      code: 'text',
    },
    lists: {
      entries: {
        date: 'text',
        kind: 'text',
        detail: 'text',
        litres: 'litres',
        chargedFen: 'money',
        receivedFen: 'money',
        returnedFen: 'money',
      },
    },
  },
  'daily-reconciliation': {
    facts: { ...DAY, verdict: 'text' },
    lists: {
      business: { clerk: 'text', kind: 'text', count: 'count', ...TENDERS, totalFen: 'money' },
      books: { book: 'text', count: 'count', amountFen: 'money', differenceFen: 'money' },
      entries: {
        receiptNo: 'text',
        time: 'text',
        accountNo: 'text',
        customerName: 'text',
        kind: 'text',
        tender: 'text',
        litres: 'litres',
        wattHours: 'litres',
        amountFen: 'money',
        clerk: 'text',
      },
      differences: { what: 'text', amountFen: 'money', nextStep: 'text' },
      undelivered: { accountNo: 'text', customerName: 'text', amountFen: 'money', nextStep: 'text' },
    },
  },
  'shift-report': {
    facts: {
      ...DAY,
      clerk: 'text',
      openedAt: 'text',
      closedAt: 'text',
      float: 'text',
      expected: 'text',
      counted: 'text',
      difference: 'text',
    },
    lists: {
      business: { kind: 'text', count: 'count', ...TENDERS, totalFen: 'money' },
      denominations: { denomination: 'text', count: 'count', amountFen: 'money' },
      drawer: { time: 'text', reason: 'text', amountFen: 'money' },
    },
  },
  'tender-list': {
    facts: { ...DAY },
    lists: {
      entries: { receiptNo: 'text', time: 'text', clerk: 'text', kind: 'text', tender: 'text', reference: 'text', amountFen: 'money' },
    },
  },
  'receipt-register': {
    facts: { ...DAY },
    lists: {
      receipts: {
        number: 'text',
        time: 'text',
        accountNo: 'text',
        customerName: 'text',
        kind: 'text',
        amountFen: 'money',
        state: 'text',
        reprints: 'count',
      },
      invoices: { number: 'text', time: 'text', accountNo: 'text', buyer: 'text', amountFen: 'money', vatFen: 'money', state: 'text' },
      gaps: { from: 'text', until: 'text', count: 'count', reason: 'text' },
    },
  },
  'card-register': {
    facts: { ...DAY },
    lists: {
      writes: {
        time: 'text',
        cardNo: 'text',
        layout: 'text',
        accountNo: 'text',
        customerName: 'text',
        what: 'text',
        sequence: 'count',
        litres: 'litres',
        wattHours: 'litres',
        proof: 'text',
      },
      layouts: { layout: 'text', count: 'count', litres: 'litres', wattHours: 'litres' },
    },
  },
  exceptions: {
    facts: { ...DAY },
    lists: { entries: { kind: 'text', what: 'text', accountNo: 'text', amountFen: 'money', operation: 'text', nextStep: 'text' } },
  },
  'monthly-summary': {
    facts: { branchName: 'text', branchNo: 'text', month: 'text', madeAt: 'text', madeBy: 'text', hash: 'text' },
    lists: {
      days: { date: 'text', count: 'count', litres: 'litres', wattHours: 'litres', ...TENDERS, totalFen: 'money', differenceFen: 'money' },
      business: { kind: 'text', count: 'count', litres: 'litres', wattHours: 'litres', totalFen: 'money' },
    },
  },
} as const satisfies Readonly<Record<string, PaperFields>>;

export type PaperName = keyof typeof PAPER_FIELDS;
/** Papers in A4, and the receipts. */
export type TemplateName = PaperName | 'receipt';

type ValueOf<K> = K extends 'text' ? string : number;
type FactsOf<N extends PaperName> = {
  readonly [F in keyof (typeof PAPER_FIELDS)[N]['facts']]: ValueOf<(typeof PAPER_FIELDS)[N]['facts'][F]>;
};
type RowOf<L> = { readonly [F in keyof L]: ValueOf<L[F]> | '' };

/** What a paper of this name says. A figure that does not apply is ''. */
export interface PaperContent<N extends PaperName = PaperName> {
  /** What the account that the paper is about is supplied with; left out where it is about many. */
  readonly commodity?: Commodity;
  readonly facts: FactsOf<N>;
  readonly lists: { readonly [L in keyof (typeof PAPER_FIELDS)[N]['lists']]: readonly RowOf<(typeof PAPER_FIELDS)[N]['lists'][L]>[] };
}

/** A form to print and sign, in codes; its words are the language's. */
export interface FormContent {
  /** A kind of request, `account-opening`, or a card task's `card-issue`, `card-reissue`, `card-replace`. */
  readonly kind: string;
  readonly number: string;
  /** What the QR code says: enough to find it again. */
  readonly code: string;
  readonly branchName: string;
  readonly openedOn: string;
  readonly deadline: string;
  readonly state: string;
  readonly clerk: string;
  readonly account: {
    readonly accountNo: string;
    readonly customerName: string;
    readonly customerKind: string;
    /** The words and the unit on the paper follow it; gas where it is left out. */
    readonly commodity?: Commodity;
    readonly phoneMasked: string;
    readonly address: string;
    readonly meterNo: string;
    readonly cardNo: string;
  };
  /** The holder's document, masked; null where none is known. */
  readonly holder: { readonly kind: string; readonly masked: string } | null;
  readonly answers: readonly { readonly field: string; readonly type: string; readonly value: string | number | boolean }[];
  readonly effects: readonly { readonly code: string; readonly values: Readonly<Record<string, string | number>> }[];
  readonly checks: readonly { readonly name: string; readonly met: boolean }[];
  readonly fees: readonly { readonly name: string; readonly amountFen: number; readonly openFen: number }[];
  readonly refundFen: number;
  readonly steps: readonly {
    readonly to: string;
    readonly clerk: string;
    readonly atMs: number;
    readonly approvedBy: string;
    readonly note: string;
  }[];
  /** Fields of the form whose owners sign; the customer where there is none. */
  readonly signers: readonly string[];
}

/** An account's business of some time, in codes. */
export interface StatementContent {
  readonly branchName: string;
  readonly account: FormContent['account'];
  readonly from: string;
  readonly until: string;
  readonly creditFen: number;
  readonly depositFen: number;
  readonly dueFen: number;
  readonly tierUsedLitres: number;
  readonly clerk: string;
  readonly code: string;
  readonly entries: readonly {
    readonly date: string;
    readonly kind: string;
    readonly detail: string;
    readonly litres: number | null;
    readonly chargedFen: number | null;
    readonly receivedFen: number | null;
    readonly returnedFen: number | null;
  }[];
}

/** What is wrong with a template, for people to be told in their language. */
export interface TemplateProblem {
  readonly problem: /** Not JSON at all; `what` is the parser's own sentence. */
    | 'no-json'
    /** A part is missing, of the wrong form, or unknown; `what` is what the schema says. */
    | 'malformed'
    /** It says that it is the template of `what`. */
    | 'other-paper'
    /** It names the fact, list or column `what`, which this paper does not have. */
    | 'unknown-field'
    /** It sums the column `what`, which is text. */
    | 'text-summed'
    /** The picture `what` is not beside it. */
    | 'no-picture'
    /** A receipt printer cannot print the picture `what`: no PNG, or too wide. */
    | 'picture-unprintable'
    /** The file cannot be read; `what` is the system's reason. */
    | 'unreadable';
  /** The part of the template, dotted; '' for the whole. */
  readonly where: string;
  readonly what: string;
}

/** A template that was not used, and why. */
export interface TemplateWarning extends TemplateProblem {
  readonly template: TemplateName;
}

export interface ComposedPaper {
  readonly document: PaperDocument;
  readonly warnings: readonly TemplateWarning[];
}

export interface PaperHead {
  readonly language: PaperLanguage;
  readonly company: string;
  readonly number: string;
  readonly madeAtMs: number;
}

/** What the lists of a day are told in. */
export interface DayWords {
  /** By kind of operation, with hyphens. */
  readonly business: Readonly<Record<string, string>>;
  readonly tender: Readonly<Record<TenderKind, string>>;
  readonly book: Readonly<Record<Book, string>>;
  readonly difference: Readonly<Record<DifferenceKind, string>>;
  readonly nextStep: Readonly<Record<DayNextStep, string>>;
  readonly cardWrite: Readonly<Record<'purchase' | 'reversal' | Exclude<CardTaskPurpose, 'reverse'>, string>>;
  readonly paperState: Readonly<Record<'issued' | 'printed' | 'unverified' | 'unknown' | 'not-printed' | 'voided', string>>;
  readonly proof: Readonly<Record<'written' | 'found-complete' | 'completed-after-tear' | 'taken-by-meter', string>>;
  readonly settled: string;
  readonly inOrder: string;
  /** With {{count}}. */
  readonly notInOrder: string;
  readonly missing: string;
  readonly voided: string;
  readonly late: string;
}

/** Names of what happens to a drawer, in the language of a paper; `{{…}}` stands for a value. */
export interface ShiftPaperWords {
  readonly why: Readonly<Record<DrawerReason, string>>;
  readonly movement: Readonly<Record<ShiftMovement['kind'], string>>;
  readonly tender: Readonly<Record<TenderKind, string>>;
  readonly business: Readonly<Record<TenderMovingKind, string>>;
  readonly opening: string;
  readonly result: { readonly right: string; readonly over: string; readonly short: string };
}

/** Puts what is to be said into the company's template, or into the built-in one with a warning where the company's is broken. */
export interface PaperTemplates {
  /** The language of the branch. */
  language(): PaperLanguage;
  dayWords(language: PaperLanguage): DayWords;
  form(content: FormContent, head: PaperHead): ComposedPaper;
  statement(content: StatementContent, head: PaperHead): ComposedPaper;
  shiftWords(language: PaperLanguage): ShiftPaperWords;
  report<N extends PaperName>(name: N, content: PaperContent<N>, head: PaperHead): ComposedPaper;
}

/** A picture beside the templates, such as the company's mark. */
export interface TemplatePicture {
  readonly file: string;
  readonly sizeBytes: number;
}

/** The company's own templates, as IT changes them. A paper without one is made by the built-in template. */
export interface TemplateShelf {
  /** The company's own text, null where there is none, and the built-in one. */
  read(name: TemplateName): { readonly own: string | null; readonly builtIn: string };
  /** Returns what is wrong with the text as a template of this paper; null when nothing is. */
  check(name: TemplateName, text: string): TemplateProblem | null;
  /** Returns the paper that the text makes, each field standing for itself. Throws TEMPLATE_INVALID. */
  sample(name: PaperName, text: string, head: PaperHead): PaperDocument;
  /** Keeps the text as the company's own from the next paper on. Throws TEMPLATE_INVALID, TEMPLATE_NOT_SAVED: what was there stays. */
  save(name: TemplateName, text: string): void;
  /** Goes back to the built-in template. Throws TEMPLATE_NOT_SAVED. */
  remove(name: TemplateName): void;
  pictures(): readonly TemplatePicture[];
  /** Throws TEMPLATE_PICTURE_UNREADABLE for what is neither PNG nor JPEG, TEMPLATE_NOT_SAVED. */
  savePicture(file: string, bytes: Uint8Array): void;
}
