// What the frame asks of the core: approvals bound to one act and used once, tickets with what was done for them, and drafts that no crash and no clerk
// beside gets hold of.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAccount, openBranch, sampleAccount, sampleId, sampleOperation } from '../../../../tests/support/sample-operations.ts';
import { type TempStore, tempStore } from '../../../../tests/support/temp-store.ts';
import type { Role } from '../../../shared/contract/call.ts';
import { NOTES } from '../../../shared/domain/customers.ts';
import { TICKETS } from '../../../shared/domain/queue.ts';
import { createDrafts } from '../../secrets/drafts.ts';
import type { UseCaseContext } from '../actor.ts';
import { APPROVAL_MS, type AskedApprovals, createAskedApprovals } from '../asked-approvals.ts';
import type { Ports } from '../ports/index.ts';
import { askApproval, cancelApproval, decideApproval, listApprovals, ownApproval } from './ask-approval.ts';
import { dropDraft, getDraft, listDrafts, saveDraft } from './keep-draft.ts';
import { type Arrivals, callAgain, callNext, finishTicket, missTicket, type QueueContext, serveTicket, viewQueue } from './serve-queue.ts';

const A = sampleAccount(1);
const MASTERS = [{ version: 0, key: new Uint8Array(32).fill(7) }];

let temp: TempStore;
let nowMs: number;
let nextId: number;
let approvals: AskedApprovals;
let arrivals: Arrivals;
let shown: string[];
/** What the keypad answers; null where there is none. */
let keypad: { readonly kind: string; readonly value?: number | null } | null;

const newId = () => {
  nextId += 1;
  return sampleId(90_000_000 + nextId);
};

function as(role: Role, staffNo: string): QueueContext {
  const ports = {
    store: temp.store,
    clock: { nowMs: () => nowMs },
    ids: { uuid: newId },
    events: { publish: () => {} },
    sync: { nudge: () => {} },
    templates: { language: () => 'zh-CN' },
    drafts: createDrafts({ masters: MASTERS, table: temp.store.drafts }),
    devices: {
      states: () => [{ slot: 'display', state: 'ready' }, ...(keypad === null ? [] : [{ slot: 'keypad', state: 'ready' }])],
      showText: async ({ upper, lower }: { upper: string; lower: string }) => void shown.push(`${upper} ${lower}`),
      clearDisplay: async () => void shown.push(''),
      askRating: async () => {
        nowMs += 5_000;
        return keypad;
      },
    },
  } as unknown as Ports;
  return { ports, actor: { staffNo, name: '李静', role, shiftId: '' }, arrivals };
}
const clerk = () => as('clerk', '1001');
const supervisor = () => as('supervisor', '2001');

beforeEach(async () => {
  temp = await tempStore();
  temp.store.importOperations([...openBranch(), openAccount(A)]);
  nowMs = 1_772_000_000_000;
  nextId = 0;
  shown = [];
  keypad = null;
  arrivals = new Map();
  approvals = createAskedApprovals({ clock: { nowMs: () => nowMs } });
});
afterEach(() => temp.remove());

describe('an approval from another screen', () => {
  const refund = { handoverId: sampleId(5), accountId: A.accountId, amountFen: 5_000, tenders: [], cashTenderedFen: 0, reason: '退余额' };
  const path = ['charging', 'refundCredit'];
  const ask = (input: object = refund, context: UseCaseContext = clerk()) =>
    askApproval(context, approvals, {
      approvalId: newId(),
      act: 'charging.refundCredit',
      input: { ...input },
      accountId: '',
      reason: '客户要求',
    });
  const use = (approvalId: string, input: object = refund, staffNo = '1001') => approvals.use(approvalId, staffNo, { path, input });

  it('shows the figures of the act itself, is decided once and used once, for exactly that act', () => {
    const asked = ask();
    expect(asked).toMatchObject({ state: 'waiting', amountFen: 5_000, accountNo: A.accountNo, customerName: A.customerName });
    expect(listApprovals(supervisor(), approvals).map(({ approvalId }) => approvalId)).toEqual([asked.approvalId]);
    expect(() => use(asked.approvalId)).toThrow('APPROVAL_REFUSED');
    expect(decideApproval(supervisor(), approvals, { approvalId: asked.approvalId, decision: 'approved', note: '' }).decidedBy).toBe(
      '2001',
    );
    expect(() => use(asked.approvalId, { ...refund, amountFen: 5_001 })).toThrow('APPROVAL_REFUSED');
    expect(() => use(asked.approvalId, refund, '1002')).toThrow('APPROVAL_UNKNOWN');
    expect(() => approvals.use(asked.approvalId, '1001', { path: ['charging', 'returnDeposit'], input: refund })).toThrow(
      'APPROVAL_REFUSED',
    );
    // The approval itself is no part of what is approved, and the order of the fields neither.
    const call = { approval: { approvalId: asked.approvalId }, ...Object.fromEntries(Object.entries(refund).reverse()) };
    expect(use(asked.approvalId, call)).toEqual({ staffNo: '2001', role: 'supervisor' });
    // Again it approves nothing: what was done is returned by its own id, anything else needs another approval.
    expect(use(asked.approvalId, call)).toBeNull();
    expect(() => decideApproval(supervisor(), approvals, { approvalId: asked.approvalId, decision: 'denied', note: '' })).toThrow(
      'APPROVAL_REFUSED',
    );
    expect(temp.store.recordsOf(NOTES, A.accountId)).toEqual([]);
  });

  it('expires ten minutes after it was asked for, and ten minutes after the decision', () => {
    const late = ask();
    nowMs += APPROVAL_MS - 1;
    expect(listApprovals(supervisor(), approvals)).toHaveLength(1);
    nowMs += 1;
    expect(listApprovals(supervisor(), approvals)).toEqual([]);
    expect(() => decideApproval(supervisor(), approvals, { approvalId: late.approvalId, decision: 'approved', note: '' })).toThrow(
      'APPROVAL_REFUSED',
    );
    const unused = ask();
    decideApproval(supervisor(), approvals, { approvalId: unused.approvalId, decision: 'approved', note: '' });
    nowMs += APPROVAL_MS;
    expect(() => use(unused.approvalId)).toThrow('APPROVAL_REFUSED');
    expect(ownApproval(clerk(), approvals, unused.approvalId).state).toBe('expired');
  });

  it('is denied with a note on the account, and is never decided by who asked', () => {
    const asked = ask();
    decideApproval(supervisor(), approvals, { approvalId: asked.approvalId, decision: 'denied', note: '先核对身份' });
    expect(() => use(asked.approvalId)).toThrow('APPROVAL_REFUSED');
    const [note] = temp.store.recordsOf(NOTES, A.accountId);
    expect(note).toMatchObject({ clerk: '2001', text: expect.stringContaining('50.00元') });
    expect(note?.text).toContain('先核对身份');
    const own = ask({ ...refund, handoverId: sampleId(6) }, supervisor());
    expect(() => decideApproval(supervisor(), approvals, { approvalId: own.approvalId, decision: 'approved', note: '' })).toThrow(
      'SUPERVISOR_REQUIRED',
    );
  });

  it('can be taken back, is asked for once per id, and belongs to who asked', () => {
    const asked = ask();
    const again = { approvalId: asked.approvalId, act: 'charging.refundCredit', accountId: '', reason: '客户要求' };
    expect(askApproval(clerk(), approvals, { ...again, input: refund })).toEqual(asked);
    expect(() => askApproval(clerk(), approvals, { ...again, input: { ...refund, amountFen: 1 } })).toThrow('APPROVAL_UNKNOWN');
    expect(() => ownApproval(as('clerk', '1002'), approvals, asked.approvalId)).toThrow('APPROVAL_UNKNOWN');
    expect(() => cancelApproval(clerk(), approvals, newId())).toThrow('APPROVAL_UNKNOWN');
    expect(cancelApproval(clerk(), approvals, asked.approvalId).state).toBe('cancelled');
    expect(() => cancelApproval(clerk(), approvals, asked.approvalId)).toThrow('APPROVAL_REFUSED');
    expect(listApprovals(supervisor(), approvals)).toEqual([]);
  });

  it('is only for calls that take one, and only for an input that they would take', () => {
    const wrong = (act: string, input: Record<string, unknown>) => () =>
      askApproval(clerk(), approvals, { approvalId: newId(), act, input, accountId: '', reason: 'x' });
    expect(wrong('charging.quote', refund)).toThrow('CALL_UNKNOWN');
    expect(wrong('charging.nothing', refund)).toThrow('CALL_UNKNOWN');
    expect(wrong('constructor.prototype', refund)).toThrow('CALL_UNKNOWN');
    expect(wrong('charging.refundCredit', { ...refund, amountFen: -1 })).toThrow('INPUT_INVALID');
    expect(listApprovals(supervisor(), approvals)).toEqual([]);
  });
});

describe('the queue', () => {
  const next = (ticketNo: string | null = null, ticketKind: 'topup' | 'bill' = 'topup') =>
    callNext(clerk(), { ticketId: newId(), ticketKind, ticketNo });

  it('numbers tickets per kind, shows them, and records what was done, how long it took and the rating', async () => {
    keypad = { kind: 'done', value: 1 };
    const ticket = next();
    expect(ticket.ticketNo).toBe('A001');
    expect(shown.at(-1)).toBe('请 A001 号 到 C01 柜台');
    nowMs += 60_000;
    serveTicket(clerk(), ticket.ticketId);
    nowMs += 90_000;
    const note = (account: string, who: string) =>
      temp.store.write((tx) =>
        tx.append(sampleOperation('note.added', { noteId: newId(), text: '来访' }, { id: newId(), accountId: account, clerk: who })),
      );
    note(A.accountId, '1001');
    note(A.accountId, '1001');
    temp.store.write((tx) =>
      tx.append(
        sampleOperation('account.bank-changed', { seenVersion: 1, bank: null }, { id: newId(), accountId: A.accountId, clerk: '1002' }),
      ),
    );
    const { current, today } = await finishTicket(clerk(), ticket.ticketId);
    expect(current).toBeNull();
    expect(today).toEqual([{ ticketKind: 'topup', served: 1, absent: 0, averageMs: 90_000 }]);
    // The five seconds at the keypad are nobody's work, and what a colleague did is not this clerk's.
    expect(temp.store.record(TICKETS, ticket.ticketId)?.finished).toEqual({
      outcome: 'served',
      done: ['note.added'],
      handlingMs: 90_000,
      rating: 1,
    });
    expect(next().ticketNo).toBe('A002');
  });

  it('takes numbers of the ticket machine, counts every kind by itself, and lets one be absent', () => {
    const first = next('V077', 'bill');
    expect(first.ticketNo).toBe('V077');
    expect(callAgain(clerk(), first.ticketId).ticketNo).toBe('V077');
    expect(missTicket(clerk(), first.ticketId).today).toEqual([{ ticketKind: 'bill', served: 0, absent: 1, averageMs: null }]);
    expect(next(null, 'bill').ticketNo).toBe('B001');
  });

  it('calls one customer at a time, and finishes each once', async () => {
    const ticket = next();
    expect(() => next()).toThrow('TICKET_OPEN');
    expect(callNext(clerk(), { ticketId: ticket.ticketId, ticketKind: 'topup', ticketNo: null })).toEqual(ticket);
    const other = as('clerk', '1002');
    expect(viewQueue(other).current).toBeNull();
    expect(() => callAgain(other, ticket.ticketId)).toThrow('TICKET_UNKNOWN');
    expect(() => serveTicket(clerk(), newId())).toThrow('TICKET_UNKNOWN');
    await finishTicket(clerk(), ticket.ticketId);
    expect(temp.store.record(TICKETS, ticket.ticketId)?.finished).toMatchObject({ outcome: 'served', done: [], rating: null });
    await expect(finishTicket(clerk(), ticket.ticketId)).rejects.toThrow('TICKET_FINISHED');
    expect(() => missTicket(clerk(), ticket.ticketId)).toThrow('TICKET_FINISHED');
  });
});

describe('drafts', () => {
  const place = { accountId: A.accountId, taskId: 'topup', subjectId: '' };

  it('are kept per clerk and task, without private numbers, until dropped or the day is over', () => {
    saveDraft(clerk(), { ...place, value: { text: '100' } });
    nowMs += 1;
    saveDraft(clerk(), { ...place, value: { text: '230', identityNo: '11010519491231002X' } });
    saveDraft(as('clerk', '1002'), { ...place, value: { text: '9' } });
    expect(getDraft(clerk(), place)).toEqual({ value: { text: '230', identityNo: '' } });
    expect(getDraft(clerk(), { ...place, subjectId: 'x' })).toEqual({ value: null });
    expect(listDrafts(clerk())).toEqual([{ ...place, accountNo: A.accountNo, customerName: A.customerName, savedAtMs: nowMs }]);
    dropDraft(clerk(), place);
    expect(listDrafts(clerk())).toEqual([]);
    expect(listDrafts(as('clerk', '1002'))).toHaveLength(1);
    temp.store.drafts.keepOnly('2026-03-03');
    expect(listDrafts(as('clerk', '1002'))).toEqual([]);
  });

  it('lie sealed in the table: no word of them is in the file, and none is opened under another name or key', () => {
    saveDraft(clerk(), { ...place, value: { text: '很特别的内容' } });
    const [row] = temp.store.drafts.of('1001');
    if (row === undefined) throw new Error('no draft');
    expect(Buffer.from(row.sealed, 'base64').toString('utf8')).not.toContain('很特别');
    temp.store.drafts.put({ ...row, clerk: '1002' });
    expect(listDrafts(as('clerk', '1002'))).toEqual([]);
    const otherKey = createDrafts({ masters: [{ version: 0, key: new Uint8Array(32).fill(8) }], table: temp.store.drafts });
    expect(otherKey.of('1001')).toEqual([]);
    expect(createDrafts({ masters: MASTERS, table: temp.store.drafts }).of('1001')).toHaveLength(1);
  });
});
