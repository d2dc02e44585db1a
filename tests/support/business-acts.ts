// More acts of random business, made by the calls: the life of cards, of accounts and their holders, requests of every kind, papers and tool cards.
import { createHash } from 'node:crypto';
import { buy, type Counter, IDENTITY, ORDINARY, over, payBill } from './business-counter.ts';
import { APPROVAL } from './calls-bench.ts';
import { ACCOUNT_ID, BRANCH } from './counter-bench.ts';
import { walkRequest } from './request-walk.ts';

type Act = (counter: Counter, number: number) => Promise<unknown>;
type Form = Readonly<Record<string, string | number>>;
type RequestKind = 'transfer' | 'closure' | 'addition' | 'relocation' | 'correction';

/** What a request for works says beside the works. */
const WORKS = { contactPhone: '13900001111', wishedOn: BRANCH.businessDate };
const ADDRESS = { district: '江东区', road: '人民路90号', community: '新村', unit: '1栋101室' };

/** Pays everything that is owed, due or not. */
async function payAll(counter: Counter, accountId: string): Promise<void> {
  const { accounts } = await counter.clerk.charging.open({ accountIds: [accountId] });
  const receivableIds = (accounts[0]?.receivables ?? []).filter(({ openFen }) => openFen > 0).map(({ receivableId }) => receivableId);
  if (receivableIds.length === 0) return;
  const { amountFen } = await counter.clerk.charging.quote({ accountId, receivableIds });
  const payment = { paymentId: counter.calls.newId(), accountId, receivableIds, expectedAmountFen: amountFen, tenders: [] };
  await counter.clerk.charging.pay({ ...payment, cashTenderedFen: amountFen });
}

/** Takes a request of the account from its form to its effect. */
async function walk(
  counter: Counter,
  asked: { readonly accountId: string; readonly kind: RequestKind; readonly form: Form; readonly readingLitres?: number },
) {
  const { accountId, kind, form, readingLitres = 0 } = asked;
  const { newId } = counter.calls;
  const seenVersion = () => counter.version(accountId);
  await counter.clerk.requests.preview({ accountId, kind, form });
  const opened = await counter.clerk.requests.open({ requestId: newId(), accountId, kind, seenVersion: seenVersion(), form });
  const { clerk } = counter;
  return walkRequest(opened, {
    clerk,
    newId,
    seenVersion,
    businessDate: BRANCH.businessDate,
    readingLitres,
    payFees: () => payAll(counter, accountId),
  });
}

/** A meter out of the maker's box. */
async function registered(counter: Counter, kind: 'ic' | 'ordinary'): Promise<string> {
  counter.meters += 1;
  const meterNo = `BOX-${counter.meters}`;
  const layoutId = kind === 'ic' ? counter.hall.layout.id : '';
  const meter = { make: '恒远', model: 'G2.5', verifiedUntil: '2036-01-01', commodity: counter.commodity };
  await counter.clerk.meters.register({ ...meter, meterNo, kind, layoutId });
  return meterNo;
}

async function opened(counter: Counter, kind: 'ic' | 'ordinary'): Promise<string> {
  const { newId } = counter.calls;
  const meterNo = await registered(counter, kind);
  const facts = { customerKind: 'residential' as const, name: '钱小姐', phone: '13700001111', smsConsent: true };
  const identity = { kind: 'resident-id' as const, number: IDENTITY };
  const { accountId } = await counter.clerk.accounts.open({
    ...{ accountId: newId(), customer: { is: 'new' as const, customerId: newId(), ...facts, identity }, address: ADDRESS },
    ...{ householdSize: 3, tariffId: 'residential', suppliedSince: '2026-03-01', acceptDuplicates: true },
    meter: { meterNo, readingLitres: 0 },
  });
  return accountId;
}

/** Gives the customer a card in place of the one that is lost or damaged; the old one comes back where no new one was made. */
async function anotherCard(counter: Counter, how: { readonly purpose: 'reissue' | 'replace'; readonly openTopup?: 'carry' | 'refund' }) {
  const oldCardNo = counter.cardNo();
  const truth = counter.hall.truth();
  const back = counter.hall.loseCard();
  const task = { taskId: counter.calls.newId(), accountId: ACCOUNT_ID, reason: '测试', oldCardNo, ...how };
  try {
    const { fault } = await counter.clerk.cardTasks.make(task);
    if (fault !== null) throw new Error(`the card was not made: ${fault.code}`);
    counter.gone.set(oldCardNo, truth);
  } catch (error) {
    back();
    throw error;
  }
}

/** A new customer's first card: made, and lost at once; or never made, because no card was put in. */
async function firstCard(counter: Counter, made: boolean): Promise<void> {
  const accountId = await opened(counter, 'ic');
  const back = counter.hall.loseCard();
  const task = { taskId: counter.calls.newId(), accountId, reason: '开户', purpose: 'issue' as const, oldCardNo: '' };
  try {
    if (!made) counter.hall.reader.remove(1);
    const result = await counter.clerk.cardTasks.make(task);
    if (!made) await counter.clerk.cardTasks.abandon({ taskId: task.taskId, reason: '没有卡', approval: APPROVAL });
    else {
      counter.gone.set(result.task.cardNo, counter.hall.truth());
      await counter.clerk.cardTasks.blacklist({ cardNo: result.task.cardNo, reason: '挂失' });
    }
  } finally {
    back();
  }
}

export const MORE_ACTS: Readonly<Record<string, Act>> = {
  async transfer(counter, number) {
    const { accountId } = ORDINARY;
    await payAll(counter, accountId);
    const { store } = counter.calls;
    const last = store.metersOf(accountId).find(({ place }) => place === 'installed')?.detail.lastReadingLitres;
    const document = { oldIdentityKind: 'resident-id', oldIdentity: IDENTITY, newIdentityKind: 'resident-id', newIdentity: IDENTITY };
    const holder = { newName: `孙${number}`, newPhone: '13900001111', newHousehold: 1 + (number % 6) };
    const balances = number % 2 === 0 ? 'pay-out' : 'hand-over';
    const reading: Form = last === undefined ? {} : { readingLitres: last + number * 100 };
    await walk(counter, { accountId, kind: 'transfer', form: { ...document, ...holder, ...reading, balances } });
  },
  async openAndClose(counter, number) {
    const { store } = counter.calls;
    const accountId = await opened(counter, 'ordinary');
    await counter.clerk.charging.takeDeposit(over(counter, accountId, 500 + number));
    const form = { oldIdentityKind: 'resident-id', oldIdentity: IDENTITY, wishedOn: BRANCH.businessDate };
    const { state } = await walk(counter, { accountId, kind: 'closure', form, readingLitres: 1_000 + number * 10 });
    const left = ['receivable', 'customer-deposit', 'customer-credit'] as const;
    if (state !== 'completed' || left.some((name) => store.balance(name, accountId) !== 0)) throw new Error(`${accountId} is ${state}`);
  },
  async closeWithCard(counter, number) {
    // A new customer with a card of the next number, which holds what the meter has not loaded.
    const accountId = await opened(counter, 'ic');
    const back = counter.hall.loseCard();
    try {
      const { task } = await counter.clerk.cardTasks.make({
        ...{ taskId: counter.calls.newId(), accountId, reason: '开户', purpose: 'issue', oldCardNo: '' },
      });
      const purchase = { by: 'volume' as const, litres: 1_000 + number };
      const { amountFen } = await counter.clerk.topups.quote({ accountId, purchase });
      const topupId = counter.calls.newId();
      const sale = { topupId, accountId, purchase, expectedAmountFen: amountFen, tenders: [], cashTenderedFen: amountFen };
      await counter.clerk.topups.pay(sale);
      await counter.clerk.topups.deliver({ topupId });
      counter.gone.set(task.cardNo, counter.hall.truth());
      const form = { oldIdentityKind: 'resident-id', oldIdentity: IDENTITY, wishedOn: BRANCH.businessDate, cardBack: 'yes' };
      await walk(counter, { accountId, kind: 'closure', form });
    } finally {
      back();
    }
  },
  async lostCard(counter, number) {
    if (number % 2 === 0) await buy(counter, 1_000 + number * 200);
    await anotherCard(counter, { purpose: 'reissue', openTopup: number % 3 === 0 ? 'refund' : 'carry' });
  },
  damagedCard: (counter) => anotherCard(counter, { purpose: 'replace' }),
  firstCard: (counter) => firstCard(counter, true),
  cardGivenUp: (counter) => firstCard(counter, false),
  async toolCard(counter, number) {
    const toolId = counter.calls.newId();
    const back = counter.hall.loseCard();
    try {
      const [layout] = await counter.clerk.toolCards.layouts({});
      const [prices] = await counter.clerk.toolCards.prices({});
      if (layout === undefined) return;
      const words = {
        layoutId: layout.layoutId,
        tool: layout.tools[number % layout.tools.length] ?? 'check',
        versionId: prices?.versionId ?? '',
        forWhat: '表 1',
        reason: '检查',
      };
      await counter.clerk.toolCards.make({ toolId, ...words, approval: APPROVAL });
      await counter.clerk.toolCards.close({ toolId, state: 'destroyed', note: '剪毁', approval: APPROVAL });
    } finally {
      back();
    }
  },
  addition: (counter) => walk(counter, { accountId: ORDINARY.accountId, kind: 'addition', form: { appliance: 'cooker', ...WORKS } }),
  relocation: (counter) => walk(counter, { accountId: ORDINARY.accountId, kind: 'relocation', form: { newPlace: '阳台', ...WORKS } }),
  correction: (counter, number) =>
    walk(counter, { accountId: ORDINARY.accountId, kind: 'correction', form: { newName: `周${number}`, ...ADDRESS, reason: '笔误' } }),
  async requestGivenUp(counter) {
    const { accountId } = ORDINARY;
    const seenVersion = counter.version(accountId);
    const asked = {
      accountId,
      kind: 'relocation' as const,
      seenVersion,
      form: { newPlace: '阳台', ...WORKS },
    };
    const request = await counter.clerk.requests.open({ requestId: counter.calls.newId(), ...asked });
    const step = { requestId: request.requestId, stepId: counter.calls.newId(), from: request.state, seenVersion };
    await counter.clerk.requests.cancel({ ...step, note: '客户放弃' });
  },
  async reprint(counter) {
    const receipt = counter.calls.store.receiptOfTopup(counter.topups.at(-1) ?? '');
    if (receipt !== null) await counter.clerk.receipts.reprint({ receiptId: receipt.receiptId });
  },
  async printInvoice(counter, number) {
    const subjectId = counter.paid.at(-1 - (number % 3));
    const segment = (await counter.clerk.invoices.segments({}))[0];
    if (subjectId === undefined || segment === undefined) return;
    const invoiceId = counter.calls.newId();
    await counter.clerk.invoices.issue({ invoiceId, subjectId, expectedNumber: segment.next, buyer: { name: '李', taxNo: '' } });
    await counter.clerk.invoices.print({ invoiceId });
  },
  async mergedCustomers(counter, number) {
    const { newId } = counter.calls;
    const twice = [];
    for (const accountId of [ORDINARY.accountId, ACCOUNT_ID]) {
      const customerId = newId();
      const facts = { customerKind: 'residential' as const, name: `李${number}`, phone: '13600001111', smsConsent: true, identity: null };
      const seenVersion = counter.version(accountId);
      const found = { accountId, seenVersion, acceptDuplicates: true, reason: '登记有误' };
      const { version } = await counter.supervisor.customers.register({ ...facts, ...found, customerId });
      const change = {
        changeId: newId(),
        customerId,
        accountId,
        seenVersion: version,
        name: `李四${number}`,
        phone: null,
        smsConsent: false,
        reason: '登记有误',
      };
      await counter.supervisor.customers.change(change);
      twice.push(customerId);
    }
    const [keptId = '', mergedId = ''] = twice;
    await counter.clerk.customers.duplicates({ phone: '13600001111', identity: null, address: null });
    await counter.supervisor.customers.merge({ changeId: newId(), keptId, mergedId, reason: '同一人', accountId: ACCOUNT_ID });
  },
  async assign(counter, number) {
    const { newId, store } = counter.calls;
    const customerId = newId();
    const facts = { customerKind: 'residential' as const, name: `吴${number}`, phone: '13500001111', smsConsent: true, identity: null };
    const mine = { accountId: ACCOUNT_ID, seenVersion: counter.version(ACCOUNT_ID), acceptDuplicates: true };
    const reason = '登记有误';
    await counter.supervisor.customers.register({ ...facts, ...mine, customerId, reason });
    await counter.supervisor.accounts.assign({ ...counter.change(ORDINARY.accountId), customerId, reason });
    if (store.account(ORDINARY.accountId)?.detail.customerId !== customerId) throw new Error('not assigned');
  },
  async attach(counter, number) {
    const bytes = Buffer.from(`%PDF-1.4\n${number}\n%%EOF\n`);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const file = { name: `证明${number}.pdf`, sizeBytes: bytes.length, sha256, offset: 0, part: bytes.toString('base64') };
    await counter.clerk.accounts.attach({ attachmentId: counter.calls.newId(), accountId: ACCOUNT_ID, ...file });
  },
  reveal: (counter) => counter.supervisor.accounts.reveal({ accountId: ACCOUNT_ID, what: 'phone', reason: '回访' }),
  async deniedApproval(counter, number) {
    const { accountId } = ORDINARY;
    const receivableId = counter.calls.bill(accountId, 500 + number);
    const input = { waiverId: counter.calls.newId(), receivableId, amountFen: 100, reason: '测试' };
    const approvalId = counter.calls.newId();
    await counter.clerk.approvals.ask({ approvalId, act: 'charging.waive', input, accountId, reason: '困难' });
    await counter.supervisor.approvals.decide({ approvalId, decision: number % 2 === 0 ? 'denied' : 'approved', note: '看过' });
    await payBill(counter, accountId, 100);
  },
};

/** The business kinds that each of them makes, by their names in scripts/support/business-kinds.ts. */
export const KINDS_OF_MORE_ACTS: Readonly<Record<string, readonly string[]>> = {
  transfer: ['transfer of holder 过户', 'final bill of an ordinary meter'],
  openAndClose: ['open an account', 'closure 销户, removal 拆除', 'refund at the end of an account, told before it is given'],
  closeWithCard: ['closure 销户, removal 拆除', 'refund at the end of an account, told before it is given'],
  lostCard: ['reissue for a lost card 补卡', 'purchase under way for a lost or damaged card'],
  damagedCard: ['replacement of a damaged card 换卡'],
  firstCard: ['first card', 'card blacklisted'],
  cardGivenUp: ['card task given up'],
  toolCard: ['maker’s tool card made 工具卡', 'maker’s tool card accounted for'],
  addition: ['addition 添装'],
  relocation: ['relocation 移改'],
  correction: ['correction on request'],
  requestGivenUp: ['request given up'],
  reprint: ['reprint of a receipt'],
  printInvoice: ['invoice'],
  mergedCustomers: ['duplicates joined', 'customer written down or changed'],
  assign: ['customer given to an account'],
  attach: ['scan or photo attached'],
  reveal: ['hidden number looked at'],
  deniedApproval: ['approval from the supervisor’s screen'],
};
