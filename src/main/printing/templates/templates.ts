// The templates of this branch: the company's own where there is a sound one, else the built-in one.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import cardRegister from '../../../../resources/templates/card-register.json' with { type: 'json' };
import customerStatement from '../../../../resources/templates/customer-statement.json' with { type: 'json' };
import dailyReconciliation from '../../../../resources/templates/daily-reconciliation.json' with { type: 'json' };
import exceptions from '../../../../resources/templates/exceptions.json' with { type: 'json' };
import monthlySummary from '../../../../resources/templates/monthly-summary.json' with { type: 'json' };
import receiptRegister from '../../../../resources/templates/receipt-register.json' with { type: 'json' };
import serviceForm from '../../../../resources/templates/service-form.json' with { type: 'json' };
import shiftReport from '../../../../resources/templates/shift-report.json' with { type: 'json' };
import tenderList from '../../../../resources/templates/tender-list.json' with { type: 'json' };
import { DAY_WORDS } from '../../../shared/words/days.ts';
import { shiftsEn, shiftsZhCN, shiftsZhTW } from '../../../shared/words/shifts.ts';
import type { PaperLanguage } from '../../core/ports/paper.ts';
import type {
  ComposedPaper,
  PaperHead,
  PaperName,
  PaperTemplates,
  ShiftPaperWords,
  TemplateWarning,
} from '../../core/ports/paper-content.ts';
import { type AnyContent, fillTemplate } from './fill.ts';
import { formContent, statementContent } from './form-content.ts';
import { pictureBeside } from './picture.ts';
import { isTemplate, readTemplate, type Template, templateSchema } from './template.ts';

/** The built-in template of each paper, as data. */
export const BUILT_IN: Readonly<Record<PaperName, unknown>> = {
  'service-form': serviceForm,
  'customer-statement': customerStatement,
  'daily-reconciliation': dailyReconciliation,
  'shift-report': shiftReport,
  'tender-list': tenderList,
  'receipt-register': receiptRegister,
  'card-register': cardRegister,
  exceptions,
  'monthly-summary': monthlySummary,
};

const SHIFT_WORDS: Readonly<Record<PaperLanguage, ShiftPaperWords>> = { 'zh-CN': shiftsZhCN, 'zh-TW': shiftsZhTW, en: shiftsEn };

/** Returns the templates. `folder` holds the company's own, named as their paper: `service-form.json`; it need not exist. */
export function createTemplates({ folder, language }: { readonly folder: string; readonly language: () => PaperLanguage }): PaperTemplates {
  /** Read each time: a template that IT has just changed is the next paper's. */
  function templateOf(name: PaperName): { readonly template: Template; readonly warnings: readonly TemplateWarning[] } {
    const builtIn = templateSchema.parse(BUILT_IN[name]);
    const file = join(folder, `${name}.json`);
    if (!existsSync(file)) return { template: builtIn, warnings: [] };
    try {
      // A picture that is gone leaves its place empty; that is no reason to leave the company's words.
      const own = readTemplate(name, readFileSync(file, 'utf8'));
      return isTemplate(own) ? { template: own, warnings: [] } : { template: builtIn, warnings: [{ template: name, ...own }] };
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      return { template: builtIn, warnings: [{ template: name, problem: 'unreadable', where: '', what }] };
    }
  }

  function compose(name: PaperName, content: AnyContent, head: PaperHead): ComposedPaper {
    const { template, warnings } = templateOf(name);
    return { document: fillTemplate(template, { name, content, head, picture: (file) => pictureBeside(folder, file) }), warnings };
  }

  return {
    language,
    dayWords: (of) => DAY_WORDS[of],
    form: (content, head) => compose('service-form', formContent(content, head.language), head),
    statement: (content, head) => compose('customer-statement', statementContent(content, head), head),
    shiftWords: (of) => SHIFT_WORDS[of],
    report: (name, content, head) => compose(name, content, head),
  };
}
