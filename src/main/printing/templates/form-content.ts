// Puts a form and a statement into words: what the core says in codes becomes what a template may name.
import type { Commodity } from '../../../shared/domain/commodity.ts';
import { fen, formatCubicMetres, formatYuan } from '../../../shared/domain/money.ts';
import { wordsFor } from '../../../shared/words/commodity.ts';
import type { PaperLanguage } from '../../core/ports/paper.ts';
import type { FormContent, PaperContent, PaperHead, StatementContent } from '../../core/ports/paper-content.ts';
import { localTime } from '../markup.ts';
import { FORM_WORDS, type FormWords } from './form-words.ts';

/** Returns the words of forms as they read for the commodity. */
function wordsOf(language: PaperLanguage, commodity: Commodity = 'gas'): FormWords {
  const say = (words: unknown): unknown => {
    if (typeof words === 'string') return wordsFor(commodity, language, words);
    if (typeof words !== 'object' || words === null) return words;
    return Object.fromEntries(Object.entries(words).map(([name, word]) => [name, say(word)]));
  };
  return commodity === 'gas' ? FORM_WORDS[language] : (say(FORM_WORDS[language]) as FormWords);
}

const yuan = (amountFen: number): string => `¥${formatYuan(fen(amountFen))}`;

function answer(words: FormWords, { field, type, value }: FormContent['answers'][number]) {
  const name = words.requests.field[field] ?? words.fields[field] ?? field;
  if (type === 'litres' && typeof value === 'number') return { name, value: `${formatCubicMetres(value)} ${words.cubicMetres}` };
  const text = String(value);
  return { name, value: type === 'choice' ? (words.requests.choice[text] ?? words.identity[text] ?? text) : text };
}

/** The sentence of an effect; one without words stays its code, so that nothing is left out. */
function effect(words: FormWords, { code, values }: FormContent['effects'][number]): string {
  const sentence = words.requests.effect[code];
  if (sentence === undefined) return code;
  return sentence.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = values[name];
    return name.endsWith('Fen') && typeof value === 'number' ? yuan(value) : String(value ?? '');
  });
}

function accountFacts(words: FormWords, account: FormContent['account']) {
  const { accountNo, customerName, customerKind, phoneMasked, address, meterNo, cardNo } = account;
  return {
    accountNo,
    customerName,
    customerKind: words.customerKind[customerKind] ?? customerKind,
    phone: phoneMasked,
    address,
    meterNo,
    cardNo,
  };
}

export function formContent(content: FormContent, language: PaperLanguage): PaperContent<'service-form'> {
  const words = wordsOf(language, content.account.commodity);
  const { kind, number, code, branchName, openedOn, deadline, state, clerk, account, holder, refundFen } = content;
  const signers = content.signers.map((field) => words.signers[field] ?? words.signers.default);
  return {
    commodity: account.commodity,
    facts: {
      title: words.formTitle(words.requests.kind[kind] ?? words.forms[kind] ?? kind),
      number,
      branchName,
      openedOn,
      deadline,
      clerk,
      state: words.requests.state[state] ?? state,
      ...accountFacts(words, account),
      holder: holder === null ? '' : `${words.identity[holder.kind] ?? holder.kind} ${holder.masked}`,
      refund: refundFen === 0 ? '' : yuan(refundFen),
      declaration: words.declarations[kind] ?? words.declarations.default,
      code,
    },
    lists: {
      answers: content.answers.map((one) => answer(words, one)),
      effects: content.effects.map((one) => ({ text: effect(words, one) })),
      checks: content.checks.map(({ name, met }) => ({ text: words.checks[name] ?? name, ticked: met ? 1 : 0 })),
      fees: content.fees.map((fee) => ({ ...fee })),
      steps: content.steps.map(({ to, clerk, atMs, approvedBy, note }) => ({
        state: words.requests.state[to] ?? to,
        clerk,
        at: localTime(atMs),
        approvedBy,
        note,
      })),
      signers: (signers.length === 0 ? [words.signers.default] : signers).map((name) => ({ name })),
    },
  };
}

export function statementContent(content: StatementContent, head: PaperHead): PaperContent<'customer-statement'> {
  const words = wordsOf(head.language, content.account.commodity);
  const { branchName, from, until, creditFen, depositFen, dueFen, tierUsedLitres, clerk, code } = content;
  const { customerKind: _, meterNo: __, cardNo: ___, ...account } = accountFacts(words, content.account);
  return {
    commodity: content.account.commodity,
    facts: {
      branchName,
      ...account,
      from,
      until,
      credit: yuan(creditFen),
      deposit: yuan(depositFen),
      due: yuan(dueFen),
      tierUsed: `${formatCubicMetres(tierUsedLitres)} ${words.cubicMetres}`,
      madeAt: localTime(head.madeAtMs),
      madeBy: clerk,
      code,
    },
    lists: {
      entries: content.entries.map(({ date, kind, detail, litres, chargedFen, receivedFen, returnedFen }) => ({
        date,
        kind: words.entries[kind] ?? kind,
        detail,
        litres: litres ?? '',
        chargedFen: chargedFen ?? '',
        receivedFen: receivedFen ?? '',
        returnedFen: returnedFen ?? '',
      })),
    },
  };
}
