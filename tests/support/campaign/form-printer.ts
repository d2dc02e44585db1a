// The fault campaign on a form printer: one that never answers may print nothing and say nothing of it, but it never prints twice or claims.
import type { FormField } from '../../../drivers/kit/form-printer.ts';
import type { SimulatedFormPrinter } from '../../../drivers/kit/simulator.ts';
import type { LineFault } from './faults.ts';
import { face, isUnseenWithoutSum, LINE_ENDS, type Subject, show } from './subject.ts';

const SIZE = { widthTenthMm: 2_350, heightTenthMm: 900 };
const STRAIGHT = { xTenthMm: 0, yTenthMm: 0 };
const fieldsOf = (name: string): readonly FormField[] => [
  { xTenthMm: 300, yTenthMm: 200, text: name },
  { xTenthMm: 2_000, yTenthMm: 450, text: '230.00', align: 'right' },
];

export const formPrinter: Subject<SimulatedFormPrinter> = {
  name: 'form-printer',
  deadlineMs: 120_000,
  // Asked for its status, one that never answers sends nothing that a line could spoil.
  tasks: ['form', 'grid'],
  create: (simulator, options) => simulator.createFormPrinter?.(options) ?? null,
  async stage(task, { device, open, timers, endOf, line, options }) {
    const printer = () => face(open().formPrinter);
    const forms: (readonly string[])[] = [];
    device.onForm((texts) => void forms.push(texts.map(({ text }) => text)));
    let began = 0;
    const begins = () => {
      began += 1;
    };
    const print = (name: string) => printer().print({ jobId: name, size: SIZE, offset: STRAIGHT, fields: fieldsOf(name) }, begins);
    const calls: Record<string, () => Promise<unknown>> = {
      form: () => print('王小明'),
      grid: () => printer().printGrid({ jobId: 'grid', size: SIZE, offset: STRAIGHT }, begins),
    };
    /** ESC/P answers nothing in its turn: of a form that a line lost whole, or spoiled, a printer that is well says nothing. */
    const isUnseen = (fault: LineFault | null) =>
      isUnseenWithoutSum(fault) || (fault?.kind === 'message lost' && fault.direction === 'toDevice');
    const isWhole = (name: string) => forms.some((texts) => texts.includes(name) && texts.includes('230.00'));
    return {
      run: () => face(calls[task])(),
      judge(end, fault) {
        if (typeof end === 'string') {
          const isTyped = LINE_ENDS.has(end) || end.startsWith('PRINTER_');
          if (fault === null || !isTyped) return `ended ${end}`;
          return began === 0 && forms.length > 0 ? 'a form came out of a job that had not begun' : null;
        }
        if (began !== 1) return `began ${began} times`;
        if (forms.length > 1 && fault?.kind !== 'doubled' && !isUnseenWithoutSum(fault)) return `${forms.length} forms`;
        const isClaimed = JSON.stringify(end.value).includes('"verified"');
        if (isClaimed && options.oneWay === true) return 'claimed on a line on which nothing comes back';
        return task === 'form' && isClaimed && !isWhole('王小明') && !isUnseen(fault) ? 'claimed without a form' : null;
      },
      async recover() {
        // What a damaged job left in the printer may swallow the next; switched off and on it is gone.
        for (const attempt of ['as it is', 'switched off and on']) {
          const end = await endOf(print('李雷'));
          await timers.advance(60_000);
          if (typeof end !== 'string' && isWhole('李雷')) return null;
          if (attempt !== 'as it is') return `a clean form ended ${show(end)} and did not come out`;
          device.detach();
          await timers.advance(1_000);
          device.attach(line().device);
        }
        return null;
      },
    };
  },
};
