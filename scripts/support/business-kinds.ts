// What a clerk does in a day: each kind of business with its screen, its calls, what it journals and the test that shows it. The README's table is made of it.
import type { OperationKind } from '../../src/shared/domain/operation.ts';

export interface BusinessKind {
  readonly name: string;
  /** Below src/renderer/screens; with the task of the registry that opens it, where one does. */
  readonly screen: { readonly file: string; readonly task?: string };
  /** The call works and no screen makes it yet: said in the table, and a problem as soon as a screen does. */
  readonly callOnly?: true;
  /** As "area.call". */
  readonly calls: readonly string[];
  /** What is appended to the journal, always or by the case. */
  readonly operations: readonly OperationKind[];
  /** What it raises is a bill for gas, not a fee. */
  readonly bills?: true;
  /** A test by its file and a part of its title. */
  readonly test: { readonly file: string; readonly title: string };
}

/** What headquarters publishes and a counter takes over. */
export const PUBLISHED: readonly OperationKind[] = ['branch.opened', 'tariff.published', 'policy.published', 'master-data.published'];

const CALLS_TEST = 'tests/property/business-calls.test.ts';
const USECASES = 'src/main/core/usecases';
const CARD_TASK: readonly OperationKind[] = ['card-task.begun', 'card-task.intended', 'card-task.writing', 'card-task.verified'];
const RECEIPT: readonly OperationKind[] = ['receipt.issued', 'receipt.printed'];

/** A service request: opened with form and fees, moved on, its effect done whole. */
function request(kind: {
  readonly name: string;
  readonly task: string;
  readonly effects: readonly OperationKind[];
  readonly title: string;
}): BusinessKind {
  return {
    name: kind.name,
    screen: { file: 'requests/request-screen.tsx', task: kind.task },
    calls: ['requests.open', 'requests.advance', 'requests.complete'],
    operations: ['request.opened', 'receivable.raised', 'request.moved', ...kind.effects],
    test: { file: `${USECASES}/requests.test.ts`, title: kind.title },
  };
}

const accountTest = (title: string) => ({ file: `${USECASES}/accounts.test.ts`, title });
const chargingTest = (title: string) => ({ file: `${USECASES}/charging.test.ts`, title });
const shiftTest = (title: string) => ({ file: 'tests/contract/shifts.test.ts', title });
const callsTest = (title: string) => ({ file: CALLS_TEST, title });

export const BUSINESS_KINDS: readonly BusinessKind[] = [
  {
    name: 'open a shift with its float',
    screen: { file: 'home/shift-panel.tsx' },
    calls: ['shift.open'],
    operations: ['shift.opened'],
    test: callsTest('opens a shift'),
  },
  {
    name: 'cash into a drawer 存入',
    screen: { file: 'shift/drawer-dialogs.tsx' },
    calls: ['shift.payIn'],
    operations: ['shift.paid-in', 'drawer.opened'],
    test: shiftTest('cash in and out beside sales'),
  },
  {
    name: 'cash out of a drawer 支出',
    screen: { file: 'shift/drawer-dialogs.tsx' },
    calls: ['shift.payOut'],
    operations: ['shift.paid-out', 'drawer.opened'],
    test: shiftTest('cash in and out beside sales'),
  },
  {
    name: 'cash into the safe 入保险柜',
    screen: { file: 'shift/shift-screen.tsx' },
    calls: ['shift.drop'],
    operations: ['shift.dropped', 'drawer.opened'],
    test: shiftTest('a drop takes a second person'),
  },
  {
    name: 'drawer opened without a sale',
    screen: { file: 'shift/drawer-dialogs.tsx' },
    calls: ['shift.openDrawer'],
    operations: ['drawer.opened'],
    test: shiftTest('every opening is logged with its reason'),
  },
  {
    name: 'blind count of a drawer 点款',
    screen: { file: 'shift/shift-end.tsx' },
    calls: ['shift.count'],
    operations: ['shift.counted', 'drawer.opened'],
    test: shiftTest('no call tells what should be in a drawer before it is counted'),
  },
  {
    name: 'drawer handed over 交接',
    screen: { file: 'shift/count-result.tsx' },
    calls: ['shift.count', 'shift.handOver'],
    operations: ['shift.counted', 'shift.handed-over'],
    test: shiftTest('a hand-over moves the cash to the clerk who has counted it'),
  },
  {
    name: 'close of a shift 结班',
    screen: { file: 'shift/count-result.tsx' },
    calls: ['shift.close'],
    operations: ['shift.closed'],
    test: shiftTest('a recount keeps both counts'),
  },
  {
    name: 'close the day with two signatures',
    screen: { file: 'day/day-screen.tsx' },
    calls: ['day.now', 'day.close'],
    operations: ['day.closed'],
    test: { file: 'tests/simulation/day-close.test.ts', title: 'a second close of the day counts only what is new' },
  },
  {
    name: 'take cash from the safe to the bank',
    screen: { file: 'day/bank-panel.tsx' },
    calls: ['day.bank'],
    operations: ['safe.banked'],
    test: { file: 'tests/contract/bank-deposits.test.ts', title: 'moves cash from the safe to the bank once' },
  },
  {
    name: 'look at a card',
    screen: { file: 'cards/card-strip.tsx' },
    calls: ['cards.read'],
    operations: ['meter.reported'],
    test: callsTest('random business through the calls'),
  },
  {
    name: 'top-up',
    screen: { file: 'topup/topup-screen.tsx' },
    calls: ['topups.pay', 'topups.deliver'],
    operations: ['topup.paid', 'topup.intended', 'topup.writing', 'topup.verified', ...RECEIPT],
    test: { file: 'tests/simulation/random-day.test.ts', title: 'is not empty: the seeds together deliver, refund, tear and cut power' },
  },
  {
    name: 'recall of an undelivered purchase',
    screen: { file: 'topup/refund-dialog.tsx' },
    calls: ['topups.refund'],
    operations: ['topup.refunded'],
    test: { file: 'tests/contract/refused-cards.test.ts', title: 'without a write planned goes back without any card' },
  },
  {
    name: 'reversal of a top-up 冲正, refund to card 退气',
    screen: { file: 'cards/card-task-screen.tsx', task: 'reverse' },
    calls: ['cardTasks.reverse'],
    operations: [...CARD_TASK, 'topup.reversed', ...RECEIPT],
    test: callsTest('random business through the calls'),
  },
  {
    name: 'bill payment',
    screen: { file: 'charging/bills-screen.tsx', task: 'bills' },
    calls: ['charging.pay'],
    operations: ['payment.taken', ...RECEIPT],
    test: chargingTest('settles the bills of two accounts with their late fees, by card and cash with change'),
  },
  {
    name: 'service for another branch 通存通兑',
    screen: { file: 'home/visit-search.tsx' },
    calls: ['visits.find', 'charging.pay'],
    operations: ['payment.taken', ...RECEIPT],
    test: { file: 'tests/simulation/cross-branch.test.ts', title: 'takes a bill payment: the serving branch owes' },
  },
  {
    name: 'reversal of a payment',
    screen: { file: 'charging/payments-screen.tsx', task: 'payments' },
    calls: ['charging.reversePayment'],
    operations: ['payment.reversed', ...RECEIPT],
    test: chargingTest('brings back what was owed, the late fee, the credit and the money'),
  },
  {
    name: 'fee',
    screen: { file: 'charging/fee-screen.tsx', task: 'fee' },
    calls: ['charging.raiseFee'],
    operations: ['receivable.raised'],
    test: chargingTest('charges from the catalogue once, and lets off what the catalogue and the limits allow'),
  },
  {
    name: 'waiver',
    screen: { file: 'charging/waive-dialog.tsx' },
    calls: ['charging.waive'],
    operations: ['receivable.waived'],
    test: chargingTest('charges from the catalogue once, and lets off what the catalogue and the limits allow'),
  },
  {
    name: 'deposit in',
    screen: { file: 'charging/deposit-screen.tsx', task: 'deposit' },
    calls: ['charging.takeDeposit'],
    operations: ['deposit.taken', ...RECEIPT],
    test: chargingTest('takes a deposit and gives back no more than is held, with a second person'),
  },
  {
    name: 'deposit out',
    screen: { file: 'charging/deposit-screen.tsx', task: 'deposit' },
    calls: ['charging.returnDeposit'],
    operations: ['deposit.returned', ...RECEIPT],
    test: chargingTest('takes a deposit and gives back no more than is held, with a second person'),
  },
  {
    name: 'refund of credit',
    screen: { file: 'charging/credit-screen.tsx', task: 'credit' },
    calls: ['charging.refundCredit'],
    operations: ['credit.refunded', ...RECEIPT],
    test: callsTest('random business through the calls'),
  },
  {
    name: 'reprint of a receipt',
    screen: { file: 'charging/receipt-panel.tsx' },
    calls: ['receipts.reprint'],
    operations: ['receipt.printed'],
    test: { file: 'tests/contract/complaints-charging.test.ts', title: 'a reprint bears its count, the same number and the same content' },
  },
  {
    name: 'segment of invoice numbers',
    screen: { file: 'charging/segment-panel.tsx' },
    calls: ['invoices.assignSegment'],
    operations: ['segment.assigned'],
    test: callsTest('random business through the calls'),
  },
  {
    name: 'invoice',
    screen: { file: 'charging/invoice-screen.tsx', task: 'invoice' },
    calls: ['invoices.issue', 'invoices.print'],
    operations: ['invoice.issued', 'invoice.printed'],
    test: callsTest('random business through the calls'),
  },
  {
    name: 'void of a spoiled number',
    screen: { file: 'charging/invoice-screen.tsx', task: 'invoice' },
    calls: ['invoices.void', 'invoices.voidBlank'],
    operations: ['invoice.voided'],
    test: callsTest('random business through the calls'),
  },
  {
    name: 'open an account',
    screen: { file: 'accounts/open-account-screen.tsx', task: 'open-account' },
    calls: ['accounts.open'],
    operations: ['account.opened', 'customer.registered', 'meter.installed'],
    test: accountTest('makes customer, account and meter in one act'),
  },
  {
    name: 'customer written down or changed',
    screen: { file: 'accounts/customer-form.tsx', task: 'correct-account' },
    calls: ['customers.register', 'customers.change'],
    operations: ['customer.registered', 'customer.changed', 'account.assigned'],
    test: accountTest('is written down for an account from before, and changed with what was seen'),
  },
  {
    name: 'duplicates joined',
    screen: { file: 'accounts/customer-form.tsx', task: 'correct-account' },
    calls: ['customers.duplicates', 'customers.merge'],
    operations: ['customer.merged'],
    test: accountTest('are merged with a trace'),
  },
  {
    name: 'customer given to an account',
    screen: { file: 'accounts/assign-form.tsx', task: 'correct-account' },
    calls: ['accounts.assign'],
    operations: ['account.assigned'],
    test: accountTest('is recorded once however often it is sent'),
  },
  {
    name: 'telephone put right',
    screen: { file: 'accounts/correct-forms.tsx', task: 'correct-account' },
    calls: ['accounts.changePhone'],
    operations: ['account.corrected'],
    test: accountTest('by two clerks at once'),
  },
  {
    name: 'price plan',
    screen: { file: 'accounts/correct-forms.tsx', task: 'correct-account' },
    calls: ['accounts.changePlan'],
    operations: ['account.plan-changed'],
    test: callsTest('random business through the calls'),
  },
  {
    name: 'bank details',
    screen: { file: 'accounts/correct-forms.tsx', task: 'correct-account' },
    calls: ['accounts.changeBank'],
    operations: ['account.bank-changed'],
    test: accountTest('never stands in the journal'),
  },
  {
    name: 'note',
    screen: { file: 'accounts/notes-screen.tsx', task: 'notes' },
    calls: ['accounts.addNote'],
    operations: ['note.added'],
    test: accountTest('a note is added once and shown on the page'),
  },
  {
    name: 'scan or photo attached',
    screen: { file: 'accounts/attached.tsx' },
    calls: ['accounts.attach'],
    operations: ['attachment.added'],
    test: accountTest('a file is attached with its last part and read back'),
  },
  {
    name: 'hidden number looked at',
    screen: { file: 'accounts/account-screen.tsx' },
    calls: ['accounts.reveal'],
    operations: ['number.revealed'],
    test: accountTest('never stands in the journal'),
  },
  {
    name: 'first card',
    screen: { file: 'cards/card-task-screen.tsx', task: 'issue' },
    calls: ['cardTasks.make'],
    operations: CARD_TASK,
    test: { file: 'tests/simulation/card-tasks.test.ts', title: 'of CARD_TASK_PURPOSES) describeTask' },
  },
  {
    name: 'reissue for a lost card 补卡',
    screen: { file: 'cards/card-task-screen.tsx', task: 'reissue' },
    calls: ['cardTasks.make'],
    operations: CARD_TASK,
    test: { file: 'tests/simulation/card-tasks.test.ts', title: 'of CARD_TASK_PURPOSES) describeTask' },
  },
  {
    name: 'replacement of a damaged card 换卡',
    screen: { file: 'cards/card-task-screen.tsx', task: 'replace' },
    calls: ['cardTasks.make'],
    operations: CARD_TASK,
    test: { file: 'tests/simulation/card-tasks.test.ts', title: 'of CARD_TASK_PURPOSES) describeTask' },
  },
  {
    name: 'volume correction 补气, volume owed on the card',
    screen: { file: 'cards/card-task-screen.tsx', task: 'correct' },
    calls: ['cardTasks.load'],
    operations: CARD_TASK,
    test: callsTest('random business through the calls'),
  },
  {
    name: 'card task given up',
    screen: { file: 'cards/card-task-screen.tsx' },
    calls: ['cardTasks.abandon'],
    operations: ['card-task.abandoned'],
    test: { file: 'tests/simulation/card-refusals.test.ts', title: 'that the meter was quicker than gives no money back, and is given up' },
  },
  {
    name: 'card blacklisted',
    screen: { file: 'cards/blacklist-screen.tsx', task: 'blacklist' },
    calls: ['cardTasks.blacklist'],
    operations: ['card.blacklisted'],
    test: callsTest('blacklists a card'),
  },
  {
    name: 'maker’s tool card made 工具卡',
    screen: { file: 'cards/make-tool-card.tsx', task: 'tool-cards' },
    calls: ['toolCards.make'],
    operations: ['tool-card.intended', 'tool-card.writing', 'tool-card.made'],
    test: { file: 'tests/simulation/tool-cards.test.ts', title: 'that is torn anywhere stays unfinished' },
  },
  {
    name: 'maker’s tool card accounted for',
    screen: { file: 'cards/close-tool-card.tsx', task: 'tool-cards' },
    calls: ['toolCards.close'],
    operations: ['tool-card.returned'],
    test: { file: 'tests/simulation/tool-cards.test.ts', title: 'is made by two people' },
  },
  {
    name: 'meter into the store',
    screen: { file: 'meters/register-form.tsx', task: 'meter-store' },
    calls: ['meters.register'],
    operations: ['meter.registered'],
    test: callsTest('random business through the calls'),
  },
  {
    name: 'meter installed',
    screen: { file: 'meters/meter-screen.tsx', task: 'meter' },
    calls: ['meters.install'],
    operations: ['meter.installed'],
    test: callsTest('random business through the calls'),
  },
  {
    name: 'meter exchange',
    screen: { file: 'meters/meter-screen.tsx', task: 'meter' },
    calls: ['meters.exchange'],
    operations: ['meter.exchanged', 'card.returned', 'receivable.raised'],
    bills: true,
    test: { file: 'tests/simulation/card-refusals.test.ts', title: 'a meter exchange keeps the old vendor’s card parameters' },
  },
  {
    name: 'meter taken off',
    screen: { file: 'meters/meter-screen.tsx', task: 'meter' },
    calls: ['meters.remove'],
    operations: ['meter.removed', 'receivable.raised'],
    bills: true,
    test: callsTest('random business through the calls'),
  },
  {
    name: 'verification date',
    screen: { file: 'meters/reverify-form.tsx', task: 'meter-store' },
    calls: ['meters.reverify'],
    operations: ['meter.reverified'],
    test: callsTest('random business through the calls'),
  },
  request({
    name: 'transfer of holder 过户',
    task: 'transfer',
    effects: ['meter.read', 'customer.registered', 'account.transferred', 'deposit.applied', 'credit.refunded'],
    title: 'gives the old holder the deposit back',
  }),
  request({
    name: 'suspension 报停',
    task: 'suspension',
    effects: ['meter.read', 'account.suspended'],
    title: 'go from the form over the works to the account',
  }),
  request({
    name: 'reactivation 启用',
    task: 'reactivation',
    effects: ['account.reactivated'],
    title: 'go from the form over the works to the account',
  }),
  {
    name: 'final bill of an ordinary meter',
    screen: { file: 'requests/request-parts.tsx' },
    calls: ['requests.preview', 'requests.open', 'requests.advance'],
    operations: ['meter.read', 'receivable.raised'],
    bills: true,
    test: { file: `${USECASES}/final-bill.test.ts`, title: 'bills the reading when the works bring it' },
  },
  request({
    name: 'closure 销户, removal 拆除',
    task: 'closure',
    effects: [
      'meter.read',
      'deposit.applied',
      'volume.credited',
      'credit.refunded',
      'meter.removed',
      'card.returned',
      'card.blacklisted',
      'account.closed',
    ],
    title: 'takes meter and card in, and pays deposit and unused gas back',
  }),
  {
    name: 'refund at the end of an account, told before it is given',
    screen: { file: 'requests/refund-way.tsx' },
    calls: ['requests.refund', 'requests.complete'],
    operations: ['deposit.applied', 'volume.credited', 'credit.refunded', 'drawer.opened'],
    test: { file: 'tests/contract/closure-refund.test.ts', title: 'tells deposit, credit and the gas on the card' },
  },
  {
    name: 'purchase under way for a lost or damaged card',
    screen: { file: 'cards/card-task-screen.tsx', task: 'reissue' },
    calls: ['cardTasks.make'],
    operations: [...CARD_TASK, 'topup.carried', 'topup.refunded', ...RECEIPT],
    test: { file: 'tests/simulation/carried-topup.test.ts', title: 'is delivered once' },
  },
  request({ name: 'addition 添装', task: 'addition', effects: [], title: 'do works with an order and its report' }),
  request({ name: 'relocation 移改', task: 'relocation', effects: [], title: 'do works with an order and its report' }),
  request({
    name: 'correction on request',
    task: 'correction',
    effects: ['account.corrected', 'customer.changed'],
    title: 'correct names with a supervisor and addresses without one',
  }),
  request({
    name: 'household on request',
    task: 'household',
    effects: ['account.household-changed'],
    title: 'change the household from a day on',
  }),
  {
    name: 'request given up',
    screen: { file: 'requests/request-work.tsx' },
    calls: ['requests.cancel'],
    operations: ['request.moved', 'receivable.waived'],
    test: { file: `${USECASES}/requests.test.ts`, title: 'given up leaves nothing to pay and the account as it was' },
  },
  {
    name: 'ticket called and served',
    screen: { file: 'queue/queue-panel.tsx' },
    calls: ['queue.next', 'queue.serve', 'queue.finish', 'queue.absent'],
    operations: ['ticket.called', 'ticket.finished'],
    test: callsTest('random business through the calls'),
  },
  {
    name: 'approval from the supervisor’s screen',
    screen: { file: 'approvals/approvals-screen.tsx' },
    calls: ['approvals.ask', 'approvals.decide'],
    operations: ['note.added'],
    test: callsTest('lets a supervisor decide'),
  },
  {
    name: 'exception case settled',
    screen: { file: 'sync/settle-dialog.tsx' },
    calls: ['sync.settle'],
    operations: ['case.settled'],
    test: { file: 'tests/simulation/settling.test.ts', title: 'disappears from every hall' },
  },
  {
    name: 'operation in quarantine settled',
    screen: { file: 'sync/settle-dialog.tsx' },
    calls: ['sync.repair'],
    operations: ['case.settled'],
    test: { file: 'tests/simulation/settling.test.ts', title: 'is made again with its text corrected' },
  },
  {
    name: 'counter goes on under another number',
    screen: { file: 'sync/renew-panel.tsx' },
    calls: ['sync.renew'],
    operations: ['counter.renewed'],
    test: { file: 'tests/simulation/forked-counter.test.ts', title: 'goes on under another number' },
  },
];
