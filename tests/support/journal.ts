// A counter's journal in memory with the real hash chain, and a seeded maker of operations to fill it.
import { createHash } from 'node:crypto';
import { canonicalJson, operationPreimage } from '../../src/shared/domain/canonical.ts';
import { GENESIS_HASH, type NewOperation, type Operation, type OperationPayloads } from '../../src/shared/domain/operation.ts';

/** Returns the operation with the hash that its content gives. */
export function seal(operation: Operation): Operation {
  const preimage = operationPreimage(operation, canonicalJson(operation.payload));
  return { ...operation, hash: createHash('sha256').update(preimage).digest('hex') };
}

/** Returns a UUIDv7 made of two numbers. */
export function uuidOf(numbers: { readonly of: number; readonly serial: number }): string {
  const hex = (value: number, length: number) => value.toString(16).padStart(length, '0');
  return `0190a6d2-${hex(numbers.of, 4)}-7000-8000-${hex(numbers.serial, 12)}`;
}

export interface MemoryJournal {
  readonly branchNo: string;
  readonly counterId: string;
  readonly operations: Operation[];
  append(operation: NewOperation): Operation;
}

/** Returns an empty journal of one counter. */
export function memoryJournal(identity: { readonly branchNo: string; readonly counterId: string }): MemoryJournal {
  const operations: Operation[] = [];
  return {
    ...identity,
    operations,
    append(operation) {
      const last = operations.at(-1);
      const place = { counterId: identity.counterId, seq: operations.length + 1, previousHash: last?.hash ?? GENESIS_HASH, hash: '' };
      const sealed = seal({ ...operation, ...place });
      operations.push(sealed);
      return sealed;
    },
  };
}

/** Fields that no test looks at. */
export function factsOf(id: string): Omit<NewOperation, 'kind' | 'payload'> {
  return { id, businessDate: '2026-03-02', shiftId: 'S1', clerk: '1001', accountId: 'A1', recordedAtMs: 1_772_400_000_000 };
}

/** A payment of `amountFen` in cash with 9 % VAT. */
export function cashPayment(payment: { readonly topupId: string; readonly amountFen: number }): OperationPayloads['topup.paid'] {
  return {
    topupId: payment.topupId,
    cardNo: '62000001',
    purchase: {
      litres: 10_000,
      amountFen: payment.amountFen,
      lines: [],
      tariffId: 'T1',
      vatPermille: 90,
      tierYear: 2026,
      usedBeforeLitres: 0,
    },
    tenders: [{ kind: 'cash', amountFen: payment.amountFen, reference: '' }],
    cashTenderedFen: payment.amountFen,
    changeFen: 0,
  };
}

/** The account that `factsOf` names, with its card. */
export function theAccount(): OperationPayloads['account.opened'] {
  return {
    accountId: 'A1',
    accountNo: '0001',
    customerKind: 'residential',
    customerName: '王小明',
    phone: '',
    address: { district: '', road: '', community: '', unit: '' },
    householdSize: 3,
    tariffId: 'T1',
    tierUsedLitres: 0,
    meter: null,
    card: { cardNo: '62000001', layoutId: 'L1', sequence: 0, cumulativeLitres: 0 },
  };
}

/** The images of a top-up, without content. */
export function intention(topup: { readonly topupId: string; readonly sequence: number }): OperationPayloads['topup.intended'] {
  return { ...topup, layoutId: 'L1', cardNo: '62000001', beforeHex: '00', afterHex: '01' };
}

/** Returns a function that appends one plausible operation: top-ups are paid, intended, then verified or refunded. */
export function operationMaker(input: { readonly journal: MemoryJournal; readonly of: number; readonly random: () => number }): () => void {
  const { journal, random } = input;
  const open: { readonly topupId: string; step: number }[] = [];
  let serial = 0;
  const facts = () => factsOf(uuidOf({ of: input.of, serial: ++serial }));
  return () => {
    if (journal.operations.length === 0) {
      const payload = { branchNo: journal.branchNo, name: '城南营业厅', regionCode: '3301', businessDate: '2026-03-02' };
      journal.append({ ...facts(), kind: 'branch.opened', payload });
      return;
    }
    if (journal.operations.length === 1) {
      journal.append({ ...facts(), kind: 'account.opened', payload: theAccount() });
      return;
    }
    const topup = open[Math.floor(random() * open.length)];
    if (topup === undefined || random() < 0.3) {
      const topupId = `top-${input.of}-${serial}`;
      const amountFen = 1 + Math.floor(random() * 50_000);
      journal.append({ ...facts(), kind: 'topup.paid', payload: cashPayment({ topupId, amountFen }) });
      open.push({ topupId, step: 0 });
      return;
    }
    topup.step += 1;
    if (topup.step === 1) {
      const payload = intention({ topupId: topup.topupId, sequence: serial + 1 });
      journal.append({ ...facts(), kind: 'topup.intended', payload });
      return;
    }
    open.splice(open.indexOf(topup), 1);
    if (random() < 0.8) journal.append({ ...facts(), kind: 'topup.verified', payload: { topupId: topup.topupId, proof: 'written' } });
    else journal.append({ ...facts(), kind: 'topup.refunded', payload: { topupId: topup.topupId, reason: 'card damaged' } });
  };
}

/** Returns numbers in [0, 1) that depend on the seed alone (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
