// Paper by its calls: the form of every kind of request, of an opening and of a card task, and the statement, in every language of the branch.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { UseCaseContext } from '../../src/main/core/actor.ts';
import { createPaperDesk, type PaperDesk } from '../../src/main/core/paper-desk.ts';
import type { Ports } from '../../src/main/core/ports/index.ts';
import { PAPER_LANGUAGES } from '../../src/main/core/ports/paper.ts';
import { keyOf, makePaper, readPaper } from '../../src/main/core/usecases/make-paper.ts';
import { openRequest } from '../../src/main/core/usecases/open-request.ts';
import { programFiles } from '../../src/main/hosts/program-files.ts';
import { createPaper } from '../../src/main/printing/pdf/paper.ts';
import { createTemplates } from '../../src/main/printing/templates/templates.ts';
import type { Inputs } from '../../src/shared/contract/index.ts';
import type { NewOperation } from '../../src/shared/domain/operation.ts';
import { REQUEST_KINDS, type RequestForm, type RequestKind } from '../../src/shared/domain/requests.ts';
import { HAS_POPPLER, inkInMargins, pagesOf } from '../support/paper-text.ts';
import { openAccount, openBranch, sampleAccount, sampleId, sampleOperation } from '../support/sample-operations.ts';
import { type TempStore, tempStore } from '../support/temp-store.ts';

/** Made up, with right check characters. */
const OLD_ID = '110101199003070097';
const NEW_ID = '110101198805120039';
const holder = { oldIdentityKind: 'resident-id', oldIdentity: OLD_ID };
const FORMS: Readonly<Record<RequestKind, RequestForm>> = {
  transfer: {
    ...holder,
    newName: '䶮㛃𬭚',
    newIdentityKind: 'resident-id',
    newIdentity: NEW_ID,
    newPhone: '13900001111',
    newHousehold: 3,
    readingLitres: 5_000,
    balances: 'pay-out',
  },
  addition: { appliance: 'boiler', rating: '24 kW', contactPhone: '13900001111', wishedOn: '2026-03-02' },
  relocation: { newPlace: '阳台西侧，距窗 0.6 m', contactPhone: '13900001111', wishedOn: '2026-03-02' },
  closure: { ...holder, wishedOn: '2026-03-02', reason: '房屋出售' },
  suspension: { from: '2026-03-02', until: '2026-09-01' },
  reactivation: { wishedOn: '2026-03-02' },
  correction: { newName: '单䶮', district: '南山区', road: '一路', community: '二小区', unit: '三单元', reason: '登记有误' },
  household: { newHousehold: 6, proof: '户口簿', from: '2026-03-02' },
};
const kindsOf = (kind: RequestKind) => ({ accountId: ACCOUNTS[REQUEST_KINDS.indexOf(kind)]?.accountId ?? '', form: FORMS[kind] });
const ACCOUNTS = REQUEST_KINDS.map((_, number) =>
  sampleAccount(number, {
    card: null,
    meter: { meterNo: `P${number}`, make: '恒远', kind: 'ordinary', billed: { readingLitres: 5_000, on: '2026-02-28' } },
  }),
);
/** Has a card. */
const CARD_ACCOUNT = sampleAccount(99);
const FEE = { amountFen: 2_000, vatPermille: 60, waiver: 'supervisor' as const };
const limits = { reversalFen: 0, waiverFen: 0, refundFen: 0, correctionLitres: 0 };

let temp: TempStore;
let context: UseCaseContext;
let desk: PaperDesk;
let nextId = 0;
let templates = '';
const paper = createPaper({ workerFile: programFiles().paperWorker });
const newId = () => {
  nextId += 1;
  return sampleId(80_000_000 + nextId);
};
const mask = (number: string) => ({ masked: `${number.slice(0, 3)}***********${number.slice(-4)}`, digest: `d${number.slice(-4)}` });

beforeEach(async () => {
  temp = await tempStore();
  nextId = 0;
  templates = mkdtempSync(join(tmpdir(), 'countertop-templates-'));
  const policy = {
    fees: [
      { ...FEE, code: 'transfer', name: '过户费' },
      { ...FEE, code: 'addition', name: '添装费' },
    ],
    lateFee: { perDayPpm: 0, graceDays: 0, chargesGrace: false, countsPaymentDay: true, capPermille: 0 },
    limits: { clerk: limits, supervisor: limits, manager: limits },
    requestDays: { default: 5 },
  };
  const founding = [
    ...openBranch(),
    ...[...ACCOUNTS, CARD_ACCOUNT].map((account) => openAccount(account)),
    sampleOperation('policy.published', { policyId: newId(), effectiveFrom: '2026-01-01', policy }, { id: newId() }),
  ];
  for (const operation of founding) temp.store.write((tx) => tx.append(operation as NewOperation));
  const ports = {
    store: temp.store,
    clock: { nowMs: () => Date.UTC(2026, 2, 1, 4) },
    ids: { uuid: newId },
    events: { publish: () => {} },
    sync: { nudge: () => {} },
    layouts: { get: () => null, all: () => [] },
    numbers: { keep: mask, digestOf: (number: string) => mask(number).digest, reveal: () => null },
    paper,
    templates: createTemplates({ folder: templates, language: () => 'zh-CN' }),
  } as unknown as Ports;
  context = { ports, actor: { staffNo: '1001', name: '李静', role: 'clerk', shiftId: '' } };
  desk = createPaperDesk(ports);
});
afterEach(() => {
  temp.remove();
  rmSync(templates, { recursive: true, force: true });
});
afterAll(() => paper.close());

function open(kind: RequestKind): string {
  const requestId = newId();
  const { accountId, form } = kindsOf(kind);
  if (kind === 'reactivation')
    temp.store.write((tx) =>
      tx.append(
        sampleOperation(
          'account.suspended',
          { seenVersion: 1, requestId: newId(), from: '2026-01-01', until: null, sealNo: 'F1', readingLitres: null },
          { id: newId(), accountId },
        ) as NewOperation,
      ),
    );
  const seenVersion = temp.store.account(accountId)?.version ?? 0;
  openRequest(context, { requestId, accountId, kind, seenVersion, form: { ...form } });
  return requestId;
}

const make = (subject: Inputs['paper']['make']['subject'], language?: (typeof PAPER_LANGUAGES)[number]) =>
  makePaper(context, desk, { paperId: newId(), subject, language });

async function textsOf(paperId: string, pages: number): Promise<string[]> {
  const sheets = await Promise.all(Array.from({ length: pages }, (_, at) => desk.sheet(keyOf(context, paperId), at + 1)));
  return sheets.flatMap(({ texts }) => texts.map(({ text }) => text));
}

describe('forms of requests', () => {
  for (const kind of REQUEST_KINDS)
    it.each(PAPER_LANGUAGES)(`${kind} in %s says what was asked for, in words, with numbers masked`, async (language) => {
      const requestId = open(kind);
      const made = await make({ kind: 'request', requestId }, language);
      expect(made.missing).toEqual([]);
      expect(made.warnings).toEqual([]);
      expect(made.pages).toBeLessThanOrEqual(2);
      const texts = await textsOf(made.paperId, made.pages);
      const whole = texts.join('');
      for (const number of [OLD_ID, NEW_ID]) expect(whole).not.toContain(number);
      for (const value of Object.values(FORMS[kind]))
        if (typeof value === 'string' && /[\u4e00-\u{2ffff}]/u.test(value))
          expect(whole.replaceAll(' ', '')).toContain(value.replaceAll(' ', ''));
      // Nothing stands on the paper in code: no name of a field, check, state or kind.
      expect(texts.filter((text) => /^[a-z]+([A-Z-][A-Za-z]+)+$/.test(text))).toEqual([]);
      if (language !== 'en') expect(texts.filter((text) => /^[A-Za-z]{4,}$/.test(text))).toEqual([]);
    });

  it('a transfer is signed by both holders, the clerk and a supervisor', async () => {
    const made = await make({ kind: 'request', requestId: open('transfer') });
    const texts = await textsOf(made.paperId, made.pages);
    for (const line of ['原户主签名', '新户主签名', '经办人（1001）', '主管']) expect(texts).toContain(line);
    expect(texts.join('')).toContain('过户费');
  });

  it('the same request gives the same bytes', async () => {
    const requestId = open('transfer');
    const [first, second] = [await make({ kind: 'request', requestId }), await make({ kind: 'request', requestId })];
    expect(Buffer.compare(desk.pdf(keyOf(context, first.paperId)), desk.pdf(keyOf(context, second.paperId)))).toBe(0);
  });
});

describe('other papers of an account', () => {
  it('the opening of an account has its form', async () => {
    const made = await make({ kind: 'account-opening', accountId: ACCOUNTS[0]?.accountId ?? '' });
    expect(await textsOf(made.paperId, made.pages)).toContain('开户业务申请表');
  });

  it('a reissued card has its form, with the old card and the new one', async () => {
    const { accountId, card } = CARD_ACCOUNT;
    const oldCardNo = card?.cardNo ?? '';
    const taskId = newId();
    const begun = {
      taskId,
      purpose: 'reissue' as const,
      cardNo: '00009002',
      layoutId: 'countertop-card',
      oldCardNo,
      volumeLitres: 0,
      topupId: '',
      requestId: '',
      reason: '遗失',
      approvedBy: '',
    };
    temp.store.write((tx) => tx.append(sampleOperation('card-task.begun', begun, { id: newId(), accountId }) as NewOperation));
    const made = await make({ kind: 'card-task', taskId });
    const texts = await textsOf(made.paperId, made.pages);
    for (const text of ['补卡业务申请表', '原卡号', oldCardNo, '00009002', '遗失']) expect(texts).toContain(text);
    const correction = { ...begun, taskId: newId(), purpose: 'correct' as const, cardNo: oldCardNo, oldCardNo: '', volumeLitres: 12_500 };
    temp.store.write((tx) => tx.append(sampleOperation('card-task.begun', correction, { id: newId(), accountId }) as NewOperation));
    const second = await make({ kind: 'card-task', taskId: correction.taskId });
    const corrected = await textsOf(second.paperId, second.pages);
    for (const text of ['补气业务申请表', '卡号', oldCardNo, '气量', '12.5 m³']) expect(corrected).toContain(text);
    await expect(make({ kind: 'card-task', taskId: newId() })).rejects.toMatchObject({ code: 'CARD_TASK_UNKNOWN' });
  });

  it('a statement lists what was charged and paid between two dates, and adds it up', async () => {
    const accountId = ACCOUNTS[0]?.accountId ?? '';
    const receivable = (amountFen: number, description: string) => ({
      receivableId: newId(),
      kind: 'gas' as const,
      itemCode: 'reading',
      description,
      amountFen,
      vatPermille: 90,
      dueDate: '2026-03-20',
      bearsLateFee: true,
    });
    for (const [amountFen, businessDate, description] of [
      [12_345, '2026-01-05', '2025-12 气费'],
      [20_000, '2026-02-05', '2026-01 气费'],
      [30_000, '2026-03-01', '2026-02 气费'],
    ] as const)
      temp.store.write((tx) =>
        tx.append({
          ...sampleOperation('receivable.raised', receivable(amountFen, description), { id: newId(), accountId }),
          businessDate,
        } as NewOperation),
      );
    const made = await make({ kind: 'statement', accountId, from: '2026-02-01', until: '2026-03-31' });
    const texts = await textsOf(made.paperId, made.pages);
    expect(texts).toContain('2026-01 气费');
    expect(texts).not.toContain('2025-12 气费');
    expect(texts).toContain('500.00');
  });
});

describe('papers at hand', () => {
  it('a PDF is taken away in parts; nobody else sees it', async () => {
    const { paperId, sizeBytes } = await make({ kind: 'account-opening', accountId: ACCOUNTS[0]?.accountId ?? '' });
    const parts: Buffer[] = [];
    for (let offset: number | null = 0; offset !== null; ) {
      const answer: { readonly part: string; readonly nextOffset: number | null } = readPaper(context, desk, { paperId, offset });
      parts.push(Buffer.from(answer.part, 'base64'));
      offset = answer.nextOffset;
    }
    expect(Buffer.concat(parts)).toHaveLength(sizeBytes);
    expect(() => desk.pdf({ paperId, staffNo: '1002' })).toThrow(expect.objectContaining({ code: 'PAPER_UNKNOWN' }));
    desk.cancel({ paperId, staffNo: '1002' });
    expect(desk.pdf({ paperId, staffNo: '1001' })).toHaveLength(sizeBytes);
    desk.cancel({ paperId, staffNo: '1001' });
    expect(() => desk.pdf({ paperId, staffNo: '1001' })).toThrow(expect.objectContaining({ code: 'PAPER_UNKNOWN' }));
  });
});

describe("the company's own templates", () => {
  const own = (text: string) => writeFileSync(join(templates, 'service-form.json'), text);
  const opening = () => make({ kind: 'account-opening', accountId: ACCOUNTS[0]?.accountId ?? '' });
  const sound = { template: 'service-form', title: '本公司申请表', blocks: [{ block: 'title', text: '本公司申请表 {{accountNo}}' }] };

  it('a sound one is used', async () => {
    own(JSON.stringify(sound));
    const { warnings, title } = await opening();
    expect({ warnings, title }).toEqual({ warnings: [], title: '本公司申请表' });
  });

  it.each([
    ['no JSON', '{ "template"', { problem: 'no-json', where: '' }],
    [
      'an unknown field in a text',
      JSON.stringify({ ...sound, title: '{{salary}}' }),
      { problem: 'unknown-field', what: '{{salary}}', where: 'title' },
    ],
    [
      'an unknown list',
      JSON.stringify({ ...sound, blocks: [{ block: 'texts', list: 'wishes' }] }),
      { problem: 'unknown-field', what: 'wishes', where: 'blocks.0' },
    ],
    [
      'an unknown column',
      JSON.stringify({ ...sound, blocks: [{ block: 'table', list: 'fees', columns: [{ label: 'x', field: 'colour', width: 1 }] }] }),
      { problem: 'unknown-field', what: 'fees.colour' },
    ],
    [
      'a sum of texts',
      JSON.stringify({
        ...sound,
        blocks: [{ block: 'table', list: 'fees', columns: [{ label: 'x', field: 'name', width: 1, sum: true }] }],
      }),
      { problem: 'text-summed', what: 'fees.name' },
    ],
    [
      'a block of no kind',
      JSON.stringify({ ...sound, blocks: [{ block: 'dance' }] }),
      { problem: 'malformed', where: expect.stringContaining('blocks.0') },
    ],
    ['a template of another paper', JSON.stringify({ ...sound, template: 'exceptions' }), { problem: 'other-paper', what: 'exceptions' }],
  ])('with %s the built-in one is used, and said so', async (_, text, problem) => {
    own(text);
    const { warnings, title } = await opening();
    expect(title).toBe('开户业务申请表');
    expect(warnings).toEqual([{ template: 'service-form', ...problem }].map((one) => expect.objectContaining(one)));
  });
});

describe.runIf(HAS_POPPLER)('forms read back from the PDF', () => {
  it.each(REQUEST_KINDS)('%s stands on paper as it did', async (kind) => {
    const { paperId } = await make({ kind: 'request', requestId: open(kind) });
    const pdf = desk.pdf(keyOf(context, paperId));
    // Days and clocks of the machine are no part of the form.
    await expect(`${pagesOf(pdf).join('\n\n')}\n`).toMatchFileSnapshot(`../golden/paper/form-${kind}.txt`);
    expect(inkInMargins(pdf, 20).every((dark) => dark === 0)).toBe(true);
  });
});
