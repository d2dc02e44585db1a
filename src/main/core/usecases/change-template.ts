// IT looks at, tries out and changes the company's templates of its papers.
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { TEMPLATE_NAMES } from '../../../shared/contract/templates.ts';
import { branchOf, type UseCaseContext } from '../actor.ts';
import { PAPER_FIELDS, type TemplateName } from '../ports/paper-content.ts';
import { OPTIONAL_RECEIPT_LINES, RECEIPT_FACTS } from '../ports/printing.ts';

/** A preview bears a number that no paper has. */
const NO_NUMBER = '0000-000000';

function stateOf({ ports }: UseCaseContext, name: TemplateName): Outputs['templates']['save'] {
  const { own } = ports.templateShelf.read(name);
  if (own === null) return { name, state: 'built-in', problem: null };
  const problem = ports.templateShelf.check(name, own);
  return { name, state: problem === null ? 'own' : 'broken', problem };
}

/** Returns how each template stands. */
export function listTemplates(context: UseCaseContext): Outputs['templates']['list'] {
  const names: readonly TemplateName[] = ['receipt', ...TEMPLATE_NAMES];
  return { templates: names.map((name) => stateOf(context, name)), pictures: [...context.ports.templateShelf.pictures()] };
}

export function getTemplate({ ports }: UseCaseContext, { name }: Inputs['templates']['get']): Outputs['templates']['get'] {
  const omit = Object.fromEntries(OPTIONAL_RECEIPT_LINES.map((line) => [line, 'text' as const]));
  const { facts, lists } = name === 'receipt' ? { facts: RECEIPT_FACTS, lists: { omit } } : PAPER_FIELDS[name];
  return { ...ports.templateShelf.read(name), facts, lists };
}

/** Returns the first page of the sample. Throws TEMPLATE_INVALID, PAPER_FAILED. */
export async function previewTemplate(
  { ports }: UseCaseContext,
  { name, text, language }: Inputs['templates']['preview'],
): Promise<Outputs['templates']['preview']> {
  const head = { language, company: branchOf(ports.store).name, number: NO_NUMBER, madeAtMs: ports.clock.nowMs() };
  const document = ports.templateShelf.sample(name, text, head);
  const { pages } = await ports.paper.draw(document, {});
  const sheet = await ports.paper.sheet(document, { page: 1, pages });
  return { sheet: sheet as Outputs['templates']['preview']['sheet'], pages, copies: document.copies ?? 1 };
}

/** Returns how the template stands afterwards. Throws TEMPLATE_INVALID, TEMPLATE_NOT_SAVED: what was there stays. */
export function saveTemplate(context: UseCaseContext, { name, text }: Inputs['templates']['save']): Outputs['templates']['save'] {
  if (text === null) context.ports.templateShelf.remove(name);
  else context.ports.templateShelf.save(name, text);
  return stateOf(context, name);
}
