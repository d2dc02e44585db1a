// Pieces that the form and the work on a request share: effect in words, obstacles with what to do, and the clock.

import type { Outputs } from '../../../shared/contract/index.ts';
import { BillLines, type UseBill } from '../../components/bill-lines.tsx';
import { useWords } from '../../components/commodity.tsx';
import { Panel, StateWord } from '../../components/facts.tsx';
import { yuan } from '../../format/format.ts';
import { problemWords, TEXTS } from '../../text/index.ts';

type Preview = Outputs['requests']['preview'];
const EFFECTS = TEXTS['zh-CN'].requests.effect;
type EffectCode = keyof typeof EFFECTS;
const isEffect = (code: string): code is EffectCode => code in EFFECTS;

/** What it will do, a sentence each. */
export function EffectWords({ words }: { readonly words: Preview['words'] }) {
  const { t } = useWords();
  const shown = (values: Preview['words'][number]['values']): Record<string, string> =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        name,
        name.endsWith('Fen') && typeof value === 'number' ? yuan(value) : String(value),
      ]),
    );
  return (
    <ul className="stack" data-testid="request-effect">
      {words.map(({ code, values }) => (
        <li key={code}>{isEffect(code) ? String(t(`requests.effect.${code}`, shown(values) as never)) : code}</li>
      ))}
    </ul>
  );
}

/** What the use up to the reading costs: while it is typed, and once it is owed. */
export function Bills({ bills }: { readonly bills: readonly Pick<UseBill, 'bill' | 'amountFen'>[] }) {
  const { t } = useWords();
  if (bills.length === 0) return null;
  return (
    <Panel title={t('requests.bill.title')} testId="request-bill">
      {bills.map(({ bill, amountFen }) => (
        <BillLines key={bill.parts[0]?.tariffId ?? bill.readTo} bill={bill} amountFen={amountFen} />
      ))}
    </Panel>
  );
}

/** What stands in the way, each with what to do next; `told` is the code of the one that a note says already. */
export function Obstacles({ obstacles, told = '' }: { readonly obstacles: Preview['obstacles']; readonly told?: string }) {
  const { t, i18n, commodity } = useWords();
  if (obstacles.length === 0) return <StateWord tone="ok">{t('requests.noObstacles')}</StateWord>;
  return (
    <ul className="stack" aria-label={t('requests.obstacles')}>
      {obstacles
        .filter(({ code }) => code !== told)
        .map((obstacle) => {
          const words = problemWords(i18n.language, obstacle, commodity);
          return (
            <li key={obstacle.code} data-testid="obstacle" data-code={obstacle.code}>
              <StateWord tone="bad">{words.title}</StateWord>
              {words.detail !== '' && ` · ${words.detail}`}
              <div className="soft">{words.next}</div>
            </li>
          );
        })}
    </ul>
  );
}

/** How long there is left. */
export function DeadlineClock({ daysLeft }: { readonly daysLeft: number }) {
  const { t } = useWords();
  if (daysLeft < 0) return <StateWord tone="bad">{t('requests.late', { count: -daysLeft })}</StateWord>;
  if (daysLeft === 0) return <StateWord tone="warn">{t('requests.today')}</StateWord>;
  return <StateWord tone="ok">{t('requests.left', { count: daysLeft })}</StateWord>;
}
