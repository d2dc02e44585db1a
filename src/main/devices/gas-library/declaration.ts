// Reads the C declaration of one of the five functions, so that what makers differ in is a line of a manifest and not code.
import { z } from 'zod';
import { emptyGasCard } from '../../../../drivers/kit/gas-card-image.ts';
import type { GasCardFields } from '../../../../drivers/kit/gas-card-library.ts';
import { Fault } from '../../../shared/domain/fault.ts';
import { GAS_CARD_FUNCTIONS, type GasCardFunction } from './return-codes.ts';

/** Integer types with their bytes; `long` is a Windows long wherever it runs. */
export const INTEGER_BYTES = { char: 1, short: 2, int: 4, long: 4 } as const;

const NAMES = ['com', 'baud', ...Object.keys(emptyGasCard())] as readonly ParameterName[];
const TEXTS = new Set(Object.entries(emptyGasCard()).flatMap(([name, value]) => (typeof value === 'string' ? [name] : [])));

export type ParameterName = 'com' | 'baud' | keyof GasCardFields;

const parameterSchema = z
  .discriminatedUnion('passed', [
    /** A number by value: goes in. */
    z.strictObject({ passed: z.literal('value'), type: z.enum(['short', 'int', 'long']), name: z.enum(NAMES) }),
    /** A pointer to a number: comes out of ReadGasCard, goes into the others. */
    z.strictObject({ passed: z.literal('pointer'), type: z.enum(['char', 'short', 'int', 'long']), name: z.enum(NAMES) }),
    /** An array of characters that ends with NUL: comes out of ReadGasCard, goes into the others. */
    z.strictObject({ passed: z.literal('text'), bytes: z.int().min(2).max(1024), name: z.enum(NAMES) }),
  ])
  .refine(({ passed, name }) => passed !== 'text' || TEXTS.has(name), 'a number cannot be passed as text')
  .refine(({ passed, name }) => passed === 'text' || !TEXTS.has(name), 'a text needs an array: char name[bytes]');
export type Parameter = z.infer<typeof parameterSchema>;

const declarationSchema = z.strictObject({
  name: z.enum(GAS_CARD_FUNCTIONS),
  parameters: z.array(parameterSchema).refine((list) => new Set(list.map(({ name }) => name)).size === list.length, 'a parameter twice'),
});
export type Declaration = z.infer<typeof declarationSchema>;

const HEAD = /^\s*(?:int|short|long)\s+(?:(?:__stdcall|WINAPI|CALLBACK|__cdecl)\s+)?([A-Za-z_]\w*)\s*\(([^()]*)\)\s*;?\s*$/;
const PARAMETER = /^(?:const\s+)?(?:unsigned\s+)?(char|short|int|long)\s*(\*?)\s*([A-Za-z_]\w*)\s*(?:\[\s*(\d+)\s*\])?$/;

/**
 * Returns what a C declaration says: `int WriteGasCard(short com, int baud, char kh[20], int ql, …)`. Parameters bear the names of the contract, in the
 * order of the maker's header; `char name[bytes]` is a text, `int *name` a number by reference. Throws SETTINGS_INVALID naming the option.
 */
export function parseDeclaration(text: string, expected: GasCardFunction): Declaration {
  const invalid = (reason: string) => new Fault('SETTINGS_INVALID', { field: `options.${expected}`, reason });
  const head = HEAD.exec(text);
  if (head === null) throw invalid('not a C declaration of a function that returns a number');
  const [, name, list = ''] = head;
  const parts = list.trim() === '' || list.trim() === 'void' ? [] : list.split(',').map((part) => part.trim());
  const parsed = declarationSchema.safeParse({ name, parameters: parts.map(parameterOf) });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const at = issue?.path[1];
    throw invalid(`${typeof at === 'number' ? `${parts[at]}: ` : ''}${issue?.message ?? 'invalid'}`);
  }
  if (parsed.data.name !== expected) throw invalid(`declares ${parsed.data.name}`);
  return parsed.data;
}

/** Returns the parts of a parameter, unchecked. */
function parameterOf(text: string): unknown {
  const [, type, star, name, bytes] = PARAMETER.exec(text) ?? [];
  if (bytes !== undefined && type === 'char' && star === '') return { passed: 'text', bytes: Number(bytes), name };
  if (bytes !== undefined) return { passed: 'unknown', name };
  return { passed: star === '*' ? 'pointer' : 'value', type, name };
}

const text = z.string().optional();

/** The options of a driver for the trade's contract, as far as the library is concerned. */
const optionsSchema = z.looseObject({
  ReadGasCard: text,
  WriteNewCard: text,
  WriteGasCard: text,
  FormatGasCard: text,
  CheckGasCard: text,
  charset: z.enum(['GBK', 'UTF-8']).default('GBK'),
  stdcall: z.boolean().default(true),
  /** How long a call may take before its process is ended. A read tries a card that is badly seated several times. */
  checkLimitMs: z.int().min(100).max(30_000).default(4_000),
  readLimitMs: z.int().min(100).max(60_000).default(9_000),
  writeLimitMs: z.int().min(100).max(120_000).default(50_000),
});

export interface LibraryProfile {
  readonly declarations: Readonly<Record<GasCardFunction, Declaration>>;
  readonly charset: 'GBK' | 'UTF-8';
  /** Calling convention on 32-bit Windows; elsewhere there is only one. */
  readonly stdcall: boolean;
  readonly checkLimitMs: number;
  readonly readLimitMs: number;
  readonly writeLimitMs: number;
}

/**
 * The declarations taken where a manifest gives none. The public text of the contract names fields and return codes and gives no header: this is one
 * reading of it, in the order of its fields; a maker's own header goes into the options of its driver's manifest.
 */
const READ = `int ReadGasCard(int com, int baud, char kmm[32], short *klx, short *kzt, char kh[32], char dqdm[8], char yhh[32], char tm[32],
  int *ql, short *cs, int *ljgql, short *bkcs, int *ljyql, int *syql, int *bjql, int *czsx, int *tzed, char sqrq[16],
  int *oldprice, int *newprice, char sxrq[16], short *sxbj)`;
const WRITTEN = `char kmm[32], short klx, short kzt, char kh[32], char dqdm[8], char yhh[32], char tm[32], int ql, short cs, int ljgql, short bkcs,
  int bjql, int czsx, int tzed, char sqrq[16], int oldprice, int newprice, char sxrq[16], short sxbj`;
const DEFAULTS: Readonly<Record<GasCardFunction, string>> = {
  ReadGasCard: READ,
  WriteNewCard: `int WriteNewCard(int com, int baud, ${WRITTEN})`,
  WriteGasCard: `int WriteGasCard(int com, int baud, ${WRITTEN})`,
  FormatGasCard: 'int FormatGasCard(int com, int baud, char kh[32], char dqdm[8])',
  CheckGasCard: 'int CheckGasCard(int com, int baud)',
};

/** Returns how a library is called, from a driver's options. Throws SETTINGS_INVALID naming the option that is wrong. */
export function profileOf(options: Readonly<Record<string, unknown>>): LibraryProfile {
  const parsed = optionsSchema.safeParse(options);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Fault('SETTINGS_INVALID', { field: `options.${issue?.path.join('.') ?? ''}`, reason: issue?.message ?? '' });
  }
  const { charset, stdcall, checkLimitMs, readLimitMs, writeLimitMs } = parsed.data;
  const declarations = Object.fromEntries(
    GAS_CARD_FUNCTIONS.map((name) => [name, parseDeclaration(parsed.data[name] ?? DEFAULTS[name], name)]),
  ) as Record<GasCardFunction, Declaration>;
  // Without the fields that name a card nobody could say whose card was read or written.
  for (const name of ['ReadGasCard', 'WriteGasCard', 'WriteNewCard'] as const) {
    const missing = ['kh', 'dqdm', 'ql', 'cs'].find((field) => !declarations[name].parameters.some((one) => one.name === field));
    if (missing !== undefined) throw new Fault('SETTINGS_INVALID', { field: `options.${name}`, reason: `without ${missing}` });
  }
  return { declarations, charset, stdcall, checkLimitMs, readLimitMs, writeLimitMs };
}
